"""Tasks over several processes: the driver carries out items itself, and so do some processes beside it.

The others are started afresh, neither forked nor by importing the caller's program again, so that no thread of the
caller's and no script without a main guard can disturb them. Whoever is free claims the next item from a socket that
all share: nobody waits for a driver that is busy with an item of its own, and items are begun in their order, so that
results are there in nearly that order, too.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.errors import WorkerDied

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from types import TracebackType

    from pipeline.engines.claims import Claims

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 4
"""Items for each process that may be claimed beyond the first that is not done: their results wait for that one."""

PATIENCE = 5.0
"""Seconds that a process is given to end before it is killed."""

_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from pipeline.engines.worker import serve; serve(*json.loads(sys.argv[2]))"
)


class Crew:
    """The processes that carry out tasks: this one, and others once there is work for them. All have ended on leaving.

    Args:
        jobs: How many take part, this one included.
        modules: What the others load as soon as they start. They may be started long before there is a task.
    """

    def __init__(self, jobs: int, modules: Sequence[str] = ()) -> None:
        self._jobs = jobs
        self._modules = tuple(modules)
        self._claims: Claims | None = None
        self._others: list[_Worker] = []
        self._tasks = 0

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.dismiss()

    @property
    def most_waiting(self) -> int:
        """How many results of a task there may be at once, those in the making and the one that was given last among
        them.
        """
        return AHEAD * self._jobs + 1

    def start(self, items: int) -> None:
        """Start as many processes as a task of so many items takes, but for those that stand; does not wait for them.

        Args:
            items: How many there will be, at least.
        """
        # Imported here: one process alone needs none of it.
        while len(self._others) < min(self._jobs, items) - 1:
            if self._claims is None:
                from pipeline.engines.claims import Claims

                self._claims = Claims()
            self._others.append(_Worker(self._claims, self._modules))

    def dismiss(self) -> None:
        """End the others, whatever they are at. From now on this process is alone."""
        self._jobs = 1
        others, self._others = self._others, []
        claims, self._claims = self._claims, None
        if claims is not None:
            claims.close()
        for other in others:
            other.end()
        for other in others:
            other.see_end()

    def carry_out(
        self,
        task: Callable[[Item], Result],
        items: Sequence[Item],
        *,
        name: Callable[[Item], str],
        own: Callable[[Item], Result] | None = None,
        aside: Callable[[Result], Result] | None = None,
    ) -> Generator[Result]:
        """Yield what a task makes of each item, in the items' order.

        Where the iterator is not read to its end, the crew is dismissed when it is closed.

        Args:
            task: The task; for more than one process it must pickle, by the names of modules that others can import.
            items: What it is given; they pickle too.
            name: Says what an item is, for the message that its process died.
            own: The task as the driver carries it out; by default the same.
            aside: Is given what came of that where it has to wait for earlier items, and returns what waits instead.

        Raises:
            WorkerDied: A process ended by itself; the text names its item.
            Exception: What the task raised.

        Side effects:
            Starts processes as `start` does.
        """
        self.start(len(items))
        own = own or task
        if self._claims is None:
            yield from map(own, items)
            return
        try:
            self._tasks += 1
            for other in self._others:
                other.give(self._tasks, task, items)
            yield from self._shared(self._claims, own, aside, items, lambda number: name(items[number]))
        except BaseException:
            self.dismiss()
            raise

    def _shared(
        self,
        claims: Claims,
        own: Callable[[Item], Result],
        aside: Callable[[Result], Result] | None,
        items: Sequence[Item],
        name: Callable[[int], str],
    ) -> Generator[Result]:
        results: dict[int, Result] = {}
        offered = 0
        for following in range(len(items)):
            most = min(len(items), following + AHEAD * self._jobs)
            claims.offer(self._tasks, range(offered, most))
            offered = most
            self._gather(results, 0, name)
            while following not in results:
                number = claims.take()
                if number is None:
                    self._gather(results, None, name)
                else:
                    results[number] = own(items[number])
                    self._gather(results, 0, name)
                    if aside is not None and not all(earlier in results for earlier in range(following, number)):
                        results[number] = aside(results[number])
            yield results.pop(following)

    def _gather(self, results: dict[int, Any], seconds: float | None, name: Callable[[int], str]) -> None:
        """Take what has come from the others, waiting so long for it; None waits until something comes."""
        from multiprocessing.connection import wait

        others = {other.connection: other for other in self._others}
        while said := wait(list(others), seconds):
            for connection in said:
                others[connection].answer(results, name)  # type: ignore[index]
            seconds = 0


class _Worker:
    """A process beside this one, from its start on.

    Attributes:
        connection: To it.
    """

    def __init__(self, claims: Claims, modules: Sequence[str]) -> None:
        from multiprocessing import Pipe

        self.connection: Connection
        self.connection, theirs = Pipe()
        self._at: int | None = None
        with theirs:
            handed = (theirs.fileno(), claims.fileno())
            # In a session of its own: Ctrl-C at a terminal reaches the driver, which ends the others.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, json.dumps(sys.path), json.dumps([*handed, list(modules)])],
                pass_fds=handed,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )

    def give(self, number: int, task: Callable[[Item], object], items: Sequence[Item]) -> None:
        """Give it a task, by its number, with all its items."""
        try:
            self.connection.send(number)
            self.connection.send((task, items))
        except OSError:
            raise self._died(str) from None

    def answer(self, results: dict[int, Any], name: Callable[[int], str]) -> None:
        """Take what it says: that it begins an item, or what came of it."""
        try:
            word, said = self.connection.recv()
        except (EOFError, OSError):
            raise self._died(name) from None
        if word == "begun":
            self._at = said
            return
        if word == "failed":
            raise said
        if self._at is not None:
            results[self._at] = said
        self._at = None

    def end(self) -> None:
        """Have it end; what it is at is given up, and it has nothing to tidy."""
        self.connection.close()
        self._process.terminate()

    def see_end(self) -> None:
        """Wait until it has ended."""
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _died(self, name: Callable[[int], str]) -> WorkerDied:
        try:
            status = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            how = "does not answer any more"
        else:
            how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        what = f"with {name(self._at)}" if self._at is not None else "before it began"
        return WorkerDied(
            f"a process beside this one {how} {what}; nothing was published. "
            "If memory ran out, go on with fewer processes (--jobs 1)"
        )
