"""What became of each record, joined from a job's last status and its errors. Nothing is invented."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from operator import add
from pathlib import Path
from typing import TextIO

from pipeline.errors import ManifestError
from pipeline.uploading.client import JobErrors
from pipeline.uploading.matching import match_errors
from pipeline.uploading.rows import read_index
from pipeline.uploading.statuses import JobStatus, State
from pipeline.uploading.texts import plain
from pipeline.uploading.writing import replacing

_ROWS = 10_000
"""Rows that are written at once: their texts are in memory."""

HEADER = ("record", "line", "part", "job", "status", "reason")


class Outcome(StrEnum):
    """What became of one record that was to be sent."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOT_SENT = "not sent"


@dataclass(frozen=True, slots=True)
class PartOutcome:
    """What became of a part's records.

    Attributes:
        part: The part's number.
        job: The id of its job.
        rows: Its records.
        rest: What became of the records that no error names.
        reason: Why, or "".
        refused: The error of each record that one names, by position in the part, from 0.
        unknown: Why it is not known what became of a record, by position likewise; none of them is refused.
    """

    part: int
    job: str
    rows: int
    rest: Outcome
    reason: str = ""
    refused: Mapping[int, str] = field(default_factory=dict[int, str])
    unknown: Mapping[int, str] = field(default_factory=dict[int, str])

    def __post_init__(self) -> None:
        if any(not 0 <= position < self.rows for position in (*self.refused, *self.unknown)):
            raise ValueError(f"part {self.part} has errors of records that are not in it")
        if not self.unknown.keys().isdisjoint(self.refused):
            raise ValueError(f"part {self.part} has a record that is refused and unknown")

    def counts(self) -> Counter[Outcome]:
        """Return how many records had which outcome."""
        named = Counter({Outcome.REFUSED: len(self.refused), Outcome.UNKNOWN: len(self.unknown)})
        return named + Counter({self.rest: self.rows - named.total()})

    def of(self, position: int) -> tuple[Outcome, str]:
        """Return what became of one record, by position in the part, from 0, and why."""
        if position in self.refused:
            return Outcome.REFUSED, self.refused[position]
        if position in self.unknown:
            return Outcome.UNKNOWN, self.unknown[position]
        return self.rest, self.reason


def wants_errors(rows: int, status: JobStatus) -> bool:
    """Return whether a job's errors say anything its counts do not: unless every record was counted and none failed."""
    return not (status.state is State.COMPLETED and status.records == rows and status.failed == 0)


def join(
    part: int, job: str, rows: int, status: JobStatus, errors: JobErrors, keys: Callable[[], Iterable[str]]
) -> PartOutcome:
    """Return what became of a part's records.

    - Every record counted, none failed: all accepted. All failed: all refused.
    - Some failed: as many records named by errors as failed: the others are accepted. Else the others are unknown.
    - No counts: the errors' number stands for them, as in the platform's tests; an empty list is success. Without a
      whole list nothing speaks of failures: unknown.
    - Counts that do not add up to what was sent: unknown.
    - ABORTED or ERROR before any record: all refused. CANCELLED before any: not sent. Later: unknown.

    `recordsCount` includes the failed records in the platform's tests and excludes them in one of its samples; where
    either sum is the number sent, the counts add up.

    Args:
        part: The part's number.
        job: Its job's id.
        rows: Its records.
        status: The job's final status.
        errors: What the job says about failed records.
        keys: Returns the key of each record of the part, in order; called only if errors are to be matched.
    """
    texts = errors.texts
    matched = match_errors(texts, keys()) if texts else {}
    reasons = {position: plain(text) for position, text in matched.items()}

    def result(rest: Outcome, reason: str = "") -> PartOutcome:
        return PartOutcome(part, job, rows, rest, plain(reason), reasons)

    if status.state is not State.COMPLETED:
        return _unfinished(rows, status, result)
    records, failed = status.records, status.failed
    if failed is None and records in (None, rows):
        failed = len(texts)
        if not errors.complete:
            return result(
                Outcome.UNKNOWN, f"the job counts no failures and does not list all errors; {len(matched)} explained"
            )
        if not failed:
            return result(Outcome.ACCEPTED, "the job counts no failures and lists no errors")
    if failed is None or (records is not None and rows not in (records, records + failed)) or failed > rows:
        counted = "" if records is None else f"counts {records} of {rows} records"
        also = "" if failed is None else f"{failed} failed"
        return result(
            Outcome.UNKNOWN, f"the job {' and '.join(text for text in (counted, also) if text)}, which does not add up"
        )
    if failed == rows:
        return result(
            Outcome.REFUSED, _common(texts) or status.error or status.message or f"all {rows} records of the job failed"
        )
    if failed == 0 and texts:
        return result(Outcome.UNKNOWN, f"the job counts no failures and lists {len(texts)} errors")
    if len(matched) == failed:
        return result(Outcome.ACCEPTED)
    return result(Outcome.UNKNOWN, f"{failed} failed, {len(matched)} explained")


def _unfinished(rows: int, status: JobStatus, result: Callable[..., PartOutcome]) -> PartOutcome:
    """Return what became of the records of a job that did not complete."""
    why = status.error or status.message
    tail = f": {why}" if why else ""
    if status.state is State.CANCELLED and status.records == 0 and not status.failed:
        return result(Outcome.NOT_SENT, f"the job was cancelled before its first record{tail}")
    if status.state is not State.CANCELLED and (status.failed == rows or (status.records == 0 and not status.failed)):
        return result(Outcome.REFUSED, f"the job ended as {status.raw_word}{tail}")
    counted = "" if status.records is None else f", counting {status.records} of {rows} records"
    return result(Outcome.UNKNOWN, f"the job ended as {status.raw_word}{counted}{tail}")


def _common(texts: tuple[str, ...]) -> str:
    """Return the error if all are the same, else the commonest with how many others there are."""
    if not texts:
        return ""
    counted = Counter(texts).most_common(1)[0]
    return counted[0] if counted[1] == len(texts) else f"{counted[0]} (and {len(texts) - counted[1]} other errors)"


def write_outcomes(path: Path, folder: Path, parts: Iterable[PartOutcome]) -> None:
    """Write `outcomes.csv`: one line for each record of the clean file, in its order. Whole or absent.

    Raises:
        ManifestError: The index does not hold as many records as the parts.
        OutputError: It cannot be written.
    """
    with replacing(path) as file:
        _write(file, read_index(folder), parts)


def _write(file: TextIO, index: Iterator[str], parts: Iterable[PartOutcome]) -> None:
    file.write(_row(HEADER))
    for part in parts:
        rest = _ending(part, part.rest, part.reason)
        for first in range(0, part.rows, _ROWS):
            lines = list(islice(index, min(_ROWS, part.rows - first)))
            if len(lines) < min(_ROWS, part.rows - first):
                raise ManifestError("clean.index.csv holds fewer records than clean.csv; prepare the file again")
            if part.refused or part.unknown:
                found = (part.of(first + place) for place in range(len(lines)))
                file.writelines(map(add, lines, (_ending(part, *one) for one in found)))
            else:
                file.write(rest.join([*lines, ""]))
    if next(index, None) is not None:
        raise ManifestError("clean.index.csv holds more records than clean.csv; prepare the file again")


def _ending(part: PartOutcome, outcome: Outcome, reason: str) -> str:
    """Return what follows record and line in a row, which is the same for most records of a part."""
    return "," + _row((part.part, _harmless(part.job), outcome.value, _harmless(reason)))


def _row(cells: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def _harmless(text: str) -> str:
    """Return a server's text so that no spreadsheet takes it for a formula. Source: OWASP, "CSV Injection"."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
