"""A process beside the driver: is given a task, then one item after the other, and gives back what comes of each."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from pipeline.errors import PipelineError, RuleCrashed
from pipeline.starting import load_pandera, settle


def serve(descriptor: int) -> None:
    """Carry out items until the driver has no more or is gone.

    Args:
        descriptor: Of the connection. The driver sends the task, a callable that pickles, and then the items; None ends
            it. For each item it is sent ("done", result) or ("failed", exception), in their order.

    Side effects:
        Ends the process at once, without the interpreter's tidying up: nothing is left to tidy.
    """
    # The driver answers Ctrl-C, and ends this process by the other one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settle()
    load_pandera()
    try:
        with Connection(descriptor) as connection:
            task = _received(connection)
            while (item := connection.recv()) is not None:
                connection.send(_outcome(task, item))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(1)  # the driver is gone, and nobody wants the rest
    os._exit(0)


def _received(connection: Connection) -> Callable[[Any], Any]:
    """Return the task, or one that says of every item why it could not be loaded."""
    try:
        task: Callable[[Any], Any] = connection.recv()
    except (EOFError, OSError):
        raise
    except Exception as failure:
        reason = _plain(failure)

        def refuse(_: object) -> None:
            raise RuleCrashed(f"a process beside this one cannot load what it shall do: {reason}")

        return refuse
    return task


def _outcome(task: Callable[[Any], Any], item: Any) -> tuple[str, Any]:
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
