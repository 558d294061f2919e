"""How far a run is: a bar on a terminal, a line now and then where it was asked for, else nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.cli import stopping

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Report = Callable[[int, int], None]
"""Is told how many records are done, of how many."""


@contextmanager
def reporting(heartbeat: int | None) -> Generator[Report]:
    """Yield what a run tells its progress to. It stops the run there if a signal has arrived.

    Args:
        heartbeat: Seconds between lines on standard error, or None for a bar if that is a terminal.
    """
    if heartbeat is not None:
        yield _Lines(heartbeat)
    elif sys.stderr.isatty():
        bar = _Bar()
        try:
            yield bar
        finally:
            bar.stop()
    else:
        yield _say_nothing


def describe(done: int, total: int, seconds: float) -> str:
    """Return a line of progress.

    >>> describe(400_000, 1_000_000, 2.0)
    '400,000 of 1,000,000 records, 200,000 a second, 3 s left'
    """
    speed = done / max(seconds, 1e-6)
    return f"{done:,} of {total:,} records, {speed:,.0f} a second, {(total - done) / max(speed, 1e-6):,.0f} s left"


def _say_nothing(done: int, total: int) -> None:
    stopping.check()


class _Lines:
    def __init__(self, every: int) -> None:
        self._every = every
        self._begun = self._said = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        stopping.check()
        now = time.monotonic()
        if now - self._said >= self._every:
            self._said = now
            print(f"contactprep: {describe(done, total, now - self._begun)}", file=sys.stderr, flush=True)


class _Bar:
    """A bar from the first batch on that is not the last: a small file is done before anybody looks."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __call__(self, done: int, total: int) -> None:
        stopping.check()
        if self._bar is None:
            if done >= total:
                return
            self._start(total)
        if self._bar is not None and self._task is not None:
            said = describe(done, total, time.monotonic() - self._begun)
            self._bar.update(self._task, completed=done, said=said)

    def stop(self) -> None:
        """Take the bar off the terminal."""
        if self._bar is not None:
            self._bar.stop()

    def _start(self, total: int) -> None:
        # Here, since a file of few records or a pipe needs none of it.
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

        columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[said]}"))
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("", total=total, said="")
        self._bar.start()
