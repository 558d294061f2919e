"""Following a job to its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.errors import Permanent, UploadError
from pipeline.uploading.clocks import Clock
from pipeline.uploading.statuses import JobStatus


@dataclass(frozen=True, slots=True)
class Pace:
    """How a job is polled.

    Attributes:
        first: Seconds after the first poll.
        growth: Factor by which each next pause is longer.
        most: Seconds a pause grows to.
        idle: Seconds without a change of status or counts after which following stops.
        unknown_polls: How many first polls may answer that there is no such job.
    """

    first: float = 0.2
    growth: float = 1.6
    most: float = 10.0
    idle: float = 3600.0
    unknown_polls: int = 8


def follow(
    poll: Callable[[], JobStatus],
    *,
    pace: Pace,
    clock: Clock,
    report: Callable[[JobStatus], None],
    go_on: str,
    pause: Callable[[float], bool] | None = None,
) -> JobStatus:
    """Return the final status of a job.

    A final status is believed when it is told twice in a row, since a status has been seen to step back. There is no
    deadline while status or counts move.

    Args:
        poll: Asks for the status; raises `Permanent` with status 404 while the job is not yet known.
        pace: How often, and when to stop.
        clock: Time.
        report: Is told each status.
        go_on: The command that goes on later, for the message.
        pause: Waits so many seconds or until there is a hint that the job moved, and returns whether there was one;
            the clock's sleep where None.

    Raises:
        UploadError: Nothing moved for `pace.idle` seconds. The job may still end.
    """
    moved, last, polls = clock.monotonic(), None, 0
    wait = pace.first
    while True:
        polls += 1
        try:
            status = poll()
        except Permanent as failure:
            if failure.status != 404 or last is not None or polls > pace.unknown_polls:
                raise
        else:
            report(status)
            before, last = last, status
            if before is None or _place(before) != _place(status):
                moved, wait = clock.monotonic(), pace.first
                if status.state.final and not (before and before.state.final):
                    continue
            elif status.state.final:
                return status
        if clock.monotonic() - moved > pace.idle:
            word = last.raw_word if last else "not known"
            raise UploadError(
                f"the job has been {word!r} for {pace.idle:,.0f} s without a change; it may still end: "
                f"go on with {go_on}"
            )
        hinted = _sleep(clock, wait) if pause is None else pause(wait)
        wait = pace.first if hinted else min(pace.most, wait * pace.growth)


def _sleep(clock: Clock, seconds: float) -> bool:
    clock.sleep(seconds)
    return False


def _place(status: JobStatus) -> tuple[str, int | None, int | None]:
    """Return what moves in a status; its messages may change with every answer."""
    return status.raw_word, status.records, status.failed
