"""Which part is sent and which job followed when: one after the other, or several at once by threads.

With several at once, one thread decides and the others send. A part whose answer is lost waits until the others that
are under way have theirs, and is then settled alone: among jobs of parts that are all accounted for, its own can be
told. Parts that hold as many records are never under way at once, for if the process is killed there, two jobs of one
count could not be told apart.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from pipeline.errors import Permanent, Uncertain, UploadError
from pipeline.planning import Part
from pipeline.uploading.clocks import Clock
from pipeline.uploading.delivering import deliver, make_up, send_part
from pipeline.uploading.entries import PartRow
from pipeline.uploading.events import Polled
from pipeline.uploading.following import follow
from pipeline.uploading.runs import Run
from pipeline.uploading.texts import plain

GRACE = 5.0
"""Seconds that requests under way are given to end when the run is told to stop, before they are broken off."""

_NAP = 0.5


def send_parts(run: Run, parts: Iterable[Part]) -> None:
    """Send parts, in order, until each has a job.

    Raises:
        UploadError: One failed; what was under way by then has ended and is noted, and nothing more was begun.
    """
    if run.settings.parallel == 1:
        for part in parts:
            deliver(run, part)
        return
    waiting = deque(parts)
    with _crew(run) as crew:
        while waiting:
            for part, reason in _send_until_lost(crew, waiting):
                make_up(run, part, reason)


def follow_jobs(run: Run, rows: Iterable[PartRow]) -> None:
    """Follow the jobs of parts to their ends and note these.

    Raises:
        UploadError: One cannot be followed; the others may still end.
    """
    if run.settings.parallel == 1:
        for row in rows:
            _follow(run, row)
        return
    with _crew(run) as crew:
        for ended in as_completed([crew.begin(_follow, row) for row in rows]):
            ended.result()


def _follow(run: Run, row: PartRow) -> None:
    """Follow a part's job to its end and note that."""
    job = row.job or ""
    try:
        status = follow(
            lambda: run.target.job_status(job),
            pace=run.settings.pace,
            clock=run.clock,
            report=lambda status: run.progress(Polled(row.number, job, status)),
            go_on=run.command,
            pause=None if run.hints is None else partial(run.hints.pause, job),
        )
    except Permanent as failure:
        if failure.status != 404:
            raise
        raise UploadError(
            f"the server does not know job {plain(job, limit=60)}, the one it named for part {row.number} with "
            f"{row.rows} records; look whether another job carries them (`contactprep jobs`); nothing is sent again: "
            f"go on with {run.command} once the job is there"
        ) from None
    run.journal.note_status(row.number, status)
    if run.hints is not None:
        run.hints.finish(job)


class _Halted(Exception):  # noqa: N818  # never leaves this module
    """The run is ending: nothing more is to be begun."""


@dataclass(frozen=True, slots=True)
class _Crew:
    """Threads that work on a run."""

    run: Run
    threads: ThreadPoolExecutor
    halt: threading.Event
    begun: set[Future[None]] = field(default_factory=set[Future[None]])

    def begin(self, work: Callable[[Run, Part], None] | Callable[[Run, PartRow], None], what: object) -> Future[None]:
        """Have a thread do something, as soon as one is free."""
        future: Future[None] = self.threads.submit(work, self.run, what)  # type: ignore[arg-type]
        self.begun.add(future)
        future.add_done_callback(self.begun.discard)
        return future


@contextmanager
def _crew(run: Run) -> Generator[_Crew]:
    """Yield threads; on leaving they have ended, and on leaving by an exception they begin nothing more."""
    halt = threading.Event()
    clock = replace(run.clock, sleep=lambda seconds: _sleep(run.clock, halt, seconds))
    crew = _Crew(replace(run, clock=clock), ThreadPoolExecutor(run.settings.parallel, "upload"), halt)
    try:
        yield crew
    except Exception:
        halt.set()
        raise
    except BaseException:
        # A signal: somebody waits for the end.
        halt.set()
        if wait(set(crew.begun), timeout=GRACE).not_done:
            run.target.interrupt()
        raise
    finally:
        crew.threads.shutdown(cancel_futures=halt.is_set())


def _sleep(clock: Clock, halt: threading.Event, seconds: float) -> None:
    """Sleep in short naps, and not on after the run is told to end."""
    while seconds > 0 and not halt.is_set():
        clock.sleep(min(_NAP, seconds))
        seconds -= _NAP
    if halt.is_set():
        raise _Halted


def _send_until_lost(crew: _Crew, waiting: deque[Part]) -> list[tuple[Part, str]]:
    """Take parts from the queue and send them until all are sent or an answer is lost.

    Returns the parts whose answers were lost, with the reasons, when nothing is under way any more.
    """
    flying: dict[Future[None], Part] = {}
    lost: list[tuple[Part, str]] = []
    while flying or (waiting and not lost):
        while (
            waiting
            and not lost
            and len(flying) < crew.run.settings.parallel
            and waiting[0].rows not in {part.rows for part in flying.values()}
        ):
            part = waiting.popleft()
            flying[crew.begin(send_part, part)] = part
        for future in wait(flying, return_when=FIRST_COMPLETED).done:
            part = flying.pop(future)
            try:
                future.result()
            except Uncertain as failure:
                lost.append((part, str(failure)))
    return sorted(lost, key=lambda one: one[0].number)
