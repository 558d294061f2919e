"""What a job's status answer says, in any of its documented shapes and spellings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline.planning.values import as_count, as_text
from pipeline.uploading.texts import plain


class State(StrEnum):
    """How far a job is.

    Source: SAP Open Connectors help, "Bulk FAQ" (the eight words), "Base CRM Bulk" (`COMPLETE`), "Bulk v3 features"
    (`CANCELED`); `SUCCESS` stands in the API descriptions of three connectors.
    """

    CREATED = "CREATED"
    STARTED = "STARTED"
    RUNNING = "RUNNING"
    CANCELLATION_PENDING = "CANCELLATION_PENDING"
    COMPLETED = "COMPLETED"
    ABORTED = "ABORTED"
    ERROR = "ERROR"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"

    @property
    def final(self) -> bool:
        """Whether the job will not change any more. A word that is not known is not final."""
        return self in (State.COMPLETED, State.ABORTED, State.ERROR, State.CANCELLED)


_SPELLINGS = {"COMPLETE": State.COMPLETED, "SUCCESS": State.COMPLETED, "CANCELED": State.CANCELLED}

_WORD = ("status", "jobStatus", "job_status", "bulk_status")
_RECORDS = ("recordsCount", "recordCount", "record_count", "numOfLeadsProcessed")
_FAILED = ("recordsFailedCount", "errorCount", "error_count", "numOfRowsFailed")
_MESSAGE = ("message", "statusMessage", "infoMessage")


@dataclass(frozen=True, slots=True)
class JobStatus:
    """What a job says of itself.

    Attributes:
        state: What its word means.
        raw_word: The word as the server spelt it, "" where there was none.
        records: Records it has processed, failed ones among them, or None where it does not say.
        failed: Records that failed, or None.
        error: Why the job as a whole failed, or "".
        message: Anything else it says, or "".
    """

    state: State
    raw_word: str
    records: int | None = None
    failed: int | None = None
    error: str = ""
    message: str = ""


def parse_status(answer: Mapping[str, object]) -> JobStatus:
    """Return the status that a JSON object describes: a status answer, a job of the list, or a callback.

    >>> parse_status({"id": "1234", "status": "COMPLETE"}).state
    <State.COMPLETED: 'COMPLETED'>
    >>> parse_status({"jobStatus": "RUNNING", "recordCount": 7, "errorCount": 1}).failed
    1
    >>> parse_status({"status": "SLEEPING"}).state.final
    False
    """
    word = next((text for name in _WORD if (text := as_text(answer.get(name)))), "")
    return JobStatus(
        state=state_of(word),
        raw_word=plain(word, limit=60),
        records=_first_count(answer, _RECORDS),
        failed=_first_count(answer, _FAILED),
        error=plain(as_text(answer.get("error")) or ""),
        message=plain(next((text for name in _MESSAGE if (text := as_text(answer.get(name)))), "")),
    )


def state_of(word: str) -> State:
    """Return the state a word stands for, however it is spelt.

    >>> state_of("Canceled"), state_of("cancellation pending")
    (<State.CANCELLED: 'CANCELLED'>, <State.CANCELLATION_PENDING: 'CANCELLATION_PENDING'>)
    """
    folded = word.strip().upper().replace(" ", "_").replace("-", "_")
    if folded in _SPELLINGS:
        return _SPELLINGS[folded]
    return State(folded) if folded in State.__members__ else State.UNKNOWN


def _first_count(answer: Mapping[str, object], names: tuple[str, ...]) -> int | None:
    return next((count for name in names if (count := as_count(answer.get(name))) is not None), None)
