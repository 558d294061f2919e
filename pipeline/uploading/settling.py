"""Settling an uncertain upload: was it taken or not? The list of jobs is asked; the part is never blindly repeated.

Source of what a list entry holds: the API descriptions (`object_name`, `record_count`, `createdDate`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from pipeline.errors import UploadError
from pipeline.uploading.client import Job
from pipeline.uploading.clocks import Clock
from pipeline.uploading.statuses import JobStatus
from pipeline.uploading.texts import plain


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to look for a job before it counts as not there.

    Attributes:
        pauses: Seconds after the failure at which the list is read. No job may be found at the first of them and at
            the last, for a part to count as not sent. A look at once comes before, which can only find it.
        every: Seconds between later looks, while a job is on its way that may be ours.
        at_most: Seconds after which to stop waiting for such a job.
        slack: Seconds by which the server's clocks may differ among themselves.
        lag: Seconds that may pass between the end of a request and the making of its job.
    """

    pauses: tuple[float, ...] = (30.0, 60.0)
    every: float = 30.0
    at_most: float = 3600.0
    slack: float = 5.0
    lag: float = 60.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the job of a part would look like.

    Attributes:
        object: The object it loads.
        rows: The records it carries.
        owned: Ids of jobs that belong to other parts: never this one.
        earliest: Seconds since 1970 by the server's clock before which it was not made, or None if that is not known.
        latest: Seconds after which it was not made, or None.
    """

    object: str
    rows: int
    owned: frozenset[str]
    earliest: float | None
    latest: float | None


class Likeness(Enum):
    """How much a listed job looks like the one wanted."""

    OTHER = "certainly another"
    OURS = "just like it"
    PERHAPS = "cannot be told"


def likeness(job: Job, wanted: Wanted) -> Likeness:
    """Return whether a job is another, just like the one wanted, or cannot be told.

    A job that differs in what it does tell is another; one is ours only if it tells everything. A job that is still
    loading may count fewer records than it has.
    """
    if job.id in wanted.owned or (job.direction and job.direction != "UPLOAD"):
        return Likeness.OTHER
    if job.object and job.object != wanted.object:
        return Likeness.OTHER
    timed = job.created is not None and wanted.earliest is not None and wanted.latest is not None
    if timed and not (wanted.earliest or 0.0) <= (job.created or 0.0) <= (wanted.latest or 0.0):
        return Likeness.OTHER
    records, failed = job.status.records, job.status.failed or 0
    fits = records is not None and wanted.rows in (records, records + failed)
    if records is not None and not fits and (job.status.state.final or records > wanted.rows):
        return Likeness.OTHER
    return Likeness.OURS if timed and fits and job.object else Likeness.PERHAPS


def settle(
    list_jobs: Callable[[], tuple[Job, ...]],
    job_status: Callable[[str], JobStatus],
    wanted: Wanted,
    *,
    patience: Patience,
    clock: Clock,
) -> str | None:
    """Return the id of the one job that carries the part, or None if there is certainly none.

    Raises:
        UploadError: Several jobs could be it, or one that cannot be told, or the list cannot be had.
    """
    failed_at = clock.monotonic()
    looks = [0.0, *patience.pauses]
    while True:
        at = looks.pop(0)
        clock.sleep(max(0.0, failed_at + at - clock.monotonic()))
        # Entries that do not say how many records they hold are asked for one by one.
        jobs = [_counted(job, job_status, wanted) for job in list_jobs()]
        ours = [job for job in jobs if likeness(job, wanted) is Likeness.OURS]
        perhaps = [job for job in jobs if likeness(job, wanted) is Likeness.PERHAPS]
        if len(ours) == 1 and not perhaps:
            return ours[0].id
        if len(ours) > 1:
            raise _ambiguous(ours, wanted)
        if looks:
            continue
        if not perhaps:
            return None
        if all(job.status.state.final for job in perhaps) or at + patience.every > patience.at_most:
            raise _ambiguous(ours + perhaps, wanted)
        looks.append(at + patience.every)


def _counted(job: Job, job_status: Callable[[str], JobStatus], wanted: Wanted) -> Job:
    if job.status.records is not None or likeness(job, wanted) is Likeness.OTHER:
        return job
    return replace(job, status=job_status(job.id))


def _ambiguous(jobs: list[Job], wanted: Wanted) -> UploadError:
    ids = ", ".join(plain(job.id, limit=60) for job in jobs[:5]) + (", ..." if len(jobs) > 5 else "")
    return UploadError(
        f"it is not known whether a part of {wanted.rows} records for {wanted.object} was taken: {len(jobs)} job(s) on "
        f"the server may carry it ({ids}). Look at them (`contactprep status ID`); nothing was sent again"
    )
