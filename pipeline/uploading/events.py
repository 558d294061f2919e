"""What an upload tells while it runs: small frozen values, for a progress line or a log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from pipeline.uploading.statuses import JobStatus


@dataclass(frozen=True, slots=True)
class Planned:
    """The upload begins, or goes on.

    Attributes:
        parts: How many parts there are.
        records: Records in them.
        continued: Whether an unfinished upload is taken up again.
    """

    parts: int
    records: int
    continued: bool


@dataclass(frozen=True, slots=True)
class Warned:
    """Something a person should know, which does not stop the upload.

    Attributes:
        text: One sentence.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Sending:
    """A part is about to be sent.

    Attributes:
        part: Its number, from 1.
        rows: Its records.
        size: Its bytes.
    """

    part: int
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class Unsure:
    """A part was sent and its answer is lost; the target will be asked whether it was taken.

    Attributes:
        part: Its number.
        reason: What happened.
        seconds: The longest this takes as a rule.
    """

    part: int
    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Created:
    """A part has a job.

    Attributes:
        part: Its number.
        job: The job's id.
        adopted: Whether the job was found in the list of jobs after its answer was lost.
    """

    part: int
    job: str
    adopted: bool


@dataclass(frozen=True, slots=True)
class Polled:
    """A job was asked how far it is.

    Attributes:
        part: Its part's number.
        job: Its id.
        status: What it says.
    """

    part: int
    job: str
    status: JobStatus


@dataclass(frozen=True, slots=True)
class Isolating:
    """Some records of a part are loaded by themselves, to find out which of them fail.

    Attributes:
        part: The part's number.
        rows: How many records.
        job: How many jobs were made for that, this one included.
    """

    part: int
    rows: int
    job: int


Event: TypeAlias = Planned | Warned | Sending | Unsure | Created | Polled | Isolating
Progress: TypeAlias = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Do nothing with an event."""
