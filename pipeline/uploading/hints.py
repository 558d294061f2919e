"""Callbacks as hints: they end a pause between two questions to the platform, and tell nothing else.

A caught callback can be sent again for ever, since its signature covers no time; so one is heeded only for a job of
this upload that is not finished, and only once for each thing it says. Source: Cloud Elements, "Hash verification".
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from pipeline.uploading.callbacks import Callback
from pipeline.uploading.statuses import JobStatus

MOST_EARLY = 1000
"""Callbacks that are kept while their jobs are not yet known; beyond, the oldest is forgotten, and polling suffices."""
MOST_SAYINGS = 20
"""Different things one job's callbacks may say before they count as repeated; a job has nine states."""


class Verdict(StrEnum):
    """What becomes of a callback."""

    HEEDED = "the platform is asked"
    EARLY = "kept until its job is known"
    MATCHED = "kept before, its job is known now: the platform is asked"
    REPEATED = "ignored: it said so before"
    FINISHED = "ignored: the job is finished"
    FOREIGN = "ignored: no part of this upload has that job"


@dataclass(frozen=True, slots=True)
class Heard:
    """A callback that was signed with our key.

    Attributes:
        job: The id it names.
        verdict: What becomes of it.
    """

    job: str
    verdict: Verdict


class Hints:
    """What passes between the thread that takes callbacks and the one that follows jobs.

    Until `know` is called the jobs are not known, because a platform may call before its own answer to an upload has
    come; callbacks are kept meanwhile.

    Args:
        tell: Is told of each callback, by either thread.
    """

    def __init__(self, tell: Callable[[Heard], None] | None = None) -> None:
        self._tell = tell
        self._changed = threading.Condition()
        self._known = False
        self._early: OrderedDict[str, JobStatus] = OrderedDict()
        self._waiting: set[str] = set()
        self._said: dict[str, set[JobStatus]] = {}
        self._finished: set[str] = set()

    def take(self, callback: Callback) -> Verdict:
        """Return what becomes of a callback, after waking whoever pauses for its job. Any thread may call it."""
        with self._changed:
            verdict = self._judge(callback.job, callback.status)
        self._report(callback.job, verdict)
        return verdict

    def know(self, unfinished: Iterable[str], finished: Iterable[str]) -> None:
        """Say which jobs there are: every part that will have a job has one. Early callbacks are judged now."""
        with self._changed:
            self._known = True
            self._said = {job: set() for job in unfinished}
            self._finished = set(finished)
            judged = [(job, self._judge(job, status)) for job, status in self._early.items()]
            self._early.clear()
        for job, verdict in judged:
            self._report(job, Verdict.MATCHED if verdict is Verdict.HEEDED else verdict)

    def finish(self, job: str) -> None:
        """Say that a job is finished; its callbacks are ignored from now on."""
        with self._changed:
            self._said.pop(job, None)
            self._waiting.discard(job)
            self._finished.add(job)

    def pause(self, job: str, seconds: float) -> bool:
        """Return True as soon as there is a hint of a job, which is thereby used up; False after so many seconds."""
        with self._changed:
            hinted = self._changed.wait_for(lambda: job in self._waiting, timeout=seconds)
            self._waiting.discard(job)
            return hinted

    def _judge(self, job: str, status: JobStatus) -> Verdict:
        if not self._known:
            self._early[job] = status
            self._early.move_to_end(job)
            if len(self._early) > MOST_EARLY:
                self._early.popitem(last=False)
            return Verdict.EARLY
        said = self._said.get(job)
        if said is None:
            return Verdict.FINISHED if job in self._finished else Verdict.FOREIGN
        if status in said or len(said) >= MOST_SAYINGS:
            return Verdict.REPEATED
        said.add(status)
        self._waiting.add(job)
        self._changed.notify_all()
        return Verdict.HEEDED

    def _report(self, job: str, verdict: Verdict) -> None:
        if self._tell is not None:
            self._tell(Heard(job, verdict))
