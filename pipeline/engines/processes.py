"""Tasks over several processes: the driver carries out items itself, and so do some processes beside it.

The others are started afresh, neither forked nor by importing the caller's program again, so that no thread of the
caller's and no script without a main guard can disturb them. Each is given an item ahead of the one it is at, so that
it never waits for the driver, which may be busy with an item of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pipeline.errors import WorkerDied

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 2
"""Items that a process is given at once: the one it is at, and the next."""

PATIENCE = 5.0
"""Seconds that a process is given to end before it is killed."""

_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[2]); "
    "from pipeline.engines.worker import serve; serve(int(sys.argv[1]))"
)


def carry_out(
    task: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    jobs: int,
    name: Callable[[Item], str],
    own: Callable[[Item], Result] | None = None,
) -> Generator[Result]:
    """Yield what a task makes of each item, in whatever order they get done.

    Args:
        task: The task; for more than one process it must pickle, by the names of modules that others can import.
        items: What it is given; they pickle too.
        jobs: How many processes take part, this one included.
        name: Says what an item is, for the message that its process died.
        own: The task as the driver carries it out; by default the same.

    Raises:
        WorkerDied: A process ended by itself; the text names its item.
        Exception: What the task raised.

    Side effects:
        Starts `jobs - 1` processes, or fewer if there are fewer items; all have ended when the iterator is closed.
    """
    others, own = min(jobs, len(items)) - 1, own or task
    if others < 1:
        yield from map(own, items)
        return
    # Imported here: one process alone needs none of it.
    from multiprocessing.connection import wait

    waiting = deque(items)
    with ExitStack() as stack:
        workers = [stack.enter_context(_started(task, name)) for _ in range(others)]
        for _ in range(AHEAD):
            for worker in workers:
                worker.feed(waiting)
        while waiting or any(worker.given for worker in workers):
            busy = {worker.connection: worker for worker in workers if worker.given}
            # With items left the driver only looks what has come; without, it waits.
            for connection in wait(list(busy), 0 if waiting else None):
                worker = busy[connection]  # type: ignore[index]
                result = worker.take()
                worker.feed(waiting)
                yield result
            if waiting:
                yield own(waiting.popleft())


class _Worker(Generic[Item]):
    """A process and the items it was given; it is at the first of them."""

    def __init__(self, connection: Connection, process: subprocess.Popen[bytes], name: Callable[[Item], str]) -> None:
        self.connection = connection
        self.given: deque[Item] = deque()
        self._process = process
        self._name = name

    def feed(self, waiting: deque[Item]) -> None:
        """Give it the next item, if there is one."""
        if waiting:
            self.given.append(waiting.popleft())
            self.send(self.given[-1])

    def send(self, message: object) -> None:
        try:
            self.connection.send(message)
        except OSError:
            raise self._died() from None

    def take(self) -> Any:
        """Return what came of the item that it was at."""
        try:
            word, outcome = self.connection.recv()
        except (EOFError, OSError):
            raise self._died() from None
        self.given.popleft()
        if word == "failed":
            raise outcome
        return outcome

    def _died(self) -> WorkerDied:
        try:
            status = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            how = "does not answer any more"
        else:
            how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        what = f"with {self._name(self.given[0])}" if self.given else "before it began"
        return WorkerDied(
            f"a process beside this one {how} {what}; nothing was published. "
            "If memory ran out, go on with fewer processes (--jobs 1)"
        )


@contextmanager
def _started(task: Callable[[Item], object], name: Callable[[Item], str]) -> Generator[_Worker[Item]]:
    """Yield a process that has its task; it has ended on leaving."""
    from multiprocessing import Pipe

    ours, theirs = Pipe()
    with ours:
        with theirs:
            # In a session of its own: Ctrl-C at a terminal reaches the driver, which ends the others.
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, str(theirs.fileno()), json.dumps(sys.path)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            worker = _Worker(ours, process, name)
            worker.send(task)
            yield worker
            with suppress(OSError):
                ours.send(None)
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """See a process end, whatever it is at."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
