"""What a journal holds: the upload as a whole, its parts, and the tries to send each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.uploading.statuses import JobStatus, State


class PartState(StrEnum):
    """How far a part is.

    `SENDING` is written before the request: a part found so was perhaps sent.
    """

    PLANNED = "planned"
    SENDING = "sending"
    CREATED = "created"
    FINAL = "final"


class TryOutcome(StrEnum):
    """What became of one try to send a part. `OPEN` and `UNCERTAIN` are to be settled."""

    OPEN = "open"
    UNCERTAIN = "uncertain"
    CREATED = "created"
    ADOPTED = "adopted"
    REFUSED = "refused"
    NOT_SENT = "not sent"
    ASSUMED_NOT_SENT = "assumed not sent"
    SENT_AGAIN = "unknown, sent again"


@dataclass(frozen=True, slots=True)
class Head:
    """What an upload is of, and where to. Holds no secret.

    Attributes:
        manifest: Digest of the manifest.
        label: The connection's label.
        base_url: The server.
        hub: Its hub, or None.
        object: The object that is loaded.
        sandbox: Whether the server is a sandbox of ours.
        max_records: The limit the parts were cut by, or None.
        max_bytes: The limit on their bytes, or None.
        parts: How many parts there are.
        records: Records in them.
        begun: Seconds since 1970 by this machine's clock.
        warnings: What the pre-flight warned of.
        apart: Of so many parts in a row no two hold as many records.
    """

    manifest: str
    label: str
    base_url: str
    hub: str | None
    object: str
    sandbox: bool
    max_records: int | None
    max_bytes: int | None
    parts: int
    records: int
    begun: float
    warnings: tuple[str, ...] = ()
    apart: int = 1


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part, and how far it is.

    Attributes:
        number: Its number, from 1.
        key: Its name.
        sha256: Digest of its bytes as sent.
        rows: Its records.
        state: How far it is.
        job: The id of its job, or None before `created`.
        word: The job's last state, or None.
        raw_word: As the server spelt it.
        records: Records the job counts, or None.
        failed: Records it counts as failed, or None.
        error: Why the job failed as a whole, or "".
        message: What else it says.
    """

    number: int
    key: str
    sha256: str
    rows: int
    state: PartState
    job: str | None = None
    word: State | None = None
    raw_word: str = ""
    records: int | None = None
    failed: int | None = None
    error: str = ""
    message: str = ""

    @property
    def status(self) -> JobStatus:
        """The job's last status."""
        state = self.word or State.UNKNOWN
        return JobStatus(state, self.raw_word, self.records, self.failed, self.error, self.message)


@dataclass(frozen=True, slots=True)
class Try:
    """One try to send a part.

    Attributes:
        part: The part's number.
        number: The try's number, from 1.
        begun: Seconds since 1970 by this machine's clock, written before the request.
        server_time: The same moment by the server's clock, or None where the server never told its time.
        ended: Seconds since 1970, or None.
        outcome: What became of it.
        detail: In the words of the failure, or "".
    """

    part: int
    number: int
    begun: float
    server_time: float | None
    ended: float | None
    outcome: TryOutcome
    detail: str
