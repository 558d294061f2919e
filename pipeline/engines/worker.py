"""A process beside the driver: is given tasks, takes one item after the other, and gives back what comes of each."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from socket import socket
from typing import Any

from pipeline.engines.claims import claimed
from pipeline.errors import PipelineError, RuleCrashed
from pipeline.starting import load_pandera, settle


def serve(descriptor: int, offers: int, modules: Sequence[str]) -> None:
    """Carry out items until the driver is gone.

    Args:
        descriptor: Of the connection. The driver sends the number of each task, then the task with its items, which
            pickle. For each item it is sent ("begun", number), then ("done", result) or ("failed", exception).
        offers: Of the socket from which items are taken.
        modules: What to load before the first.

    Side effects:
        Ends the process at once, without the interpreter's tidying up: nothing is left to tidy.
    """
    # The driver answers Ctrl-C, and ends this process by the other one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settle()
    load_pandera()
    for module in modules:
        import_module(module)
    at = 0
    task: Callable[[int], Any] | None = None
    try:
        with Connection(descriptor) as connection, socket(fileno=offers) as offered:
            while (claim := claimed(offered)) is not None:
                number, item = claim
                connection.send(("begun", item))
                # Of a task of which others took all items the message is still there.
                while task is None or at != number:
                    at, task = connection.recv(), _received(connection)
                connection.send(_outcome(task, item))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(1)  # the driver is gone, and nobody wants the rest
    os._exit(0)


def _received(connection: Connection) -> Callable[[int], Any]:
    """Return what carries out an item of a task by its number, or says why the task could not be loaded."""
    try:
        task, items = connection.recv()
    except (EOFError, OSError):
        raise
    except Exception as failure:
        reason = _plain(failure)

        def refuse(_: int) -> None:
            raise RuleCrashed(f"a process beside this one cannot load what it shall do: {reason}")

        return refuse
    return lambda number: task(items[number])


def _outcome(task: Callable[[int], Any], item: int) -> tuple[str, Any]:
    try:
        return "done", task(item)
    except (PipelineError, OSError, RuleCrashed) as failure:
        return "failed", failure
    except Exception as failure:
        return "failed", RuleCrashed(_plain(failure))


def _plain(failure: Exception) -> str:
    """Return what failed and where, without the values that the exception's own text may hold."""
    frame = failure.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = f" in {frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else ""
    return f"{type(failure).__name__}{where}"
