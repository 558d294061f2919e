"""Tasks that another process can import by name."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from pipeline.errors import SourceError

done_here: list[int] = []


def workers_of(process: int) -> list[int]:
    """Return the processes that take part in the work of another."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            program = (folder / "cmdline").read_bytes()
        except OSError:
            continue  # it has ended
        if parent == process and b"pipeline.engines.worker" in program:
            found.append(int(folder.name))
    return found


def await_workers(process: int, count: int = 1, seconds: float = 60) -> list[int]:
    """Return the processes that take part in the work of another, once they are so many."""
    until = time.monotonic() + seconds
    while len(found := workers_of(process)) < count and time.monotonic() < until:
        time.sleep(0.005)
    return found


def double(number: int) -> tuple[int, int]:
    """Return the number doubled, and who did it."""
    time.sleep(0.01)
    return 2 * number, os.getpid()


def die_elsewhere(driver: int, number: int) -> int:
    """End any process but the driver, as the kernel does when memory runs out."""
    if os.getpid() != driver:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return number


def stop_elsewhere(driver: int, number: int) -> int:
    """Sleep for long in any process but the driver, and raise in the driver."""
    if os.getpid() != driver:
        time.sleep(60)
    time.sleep(0.3)
    raise KeyboardInterrupt


def refuse(number: int) -> int:
    """Raise one of our own errors."""
    raise SourceError(f"item {number} is gone")


def crash(secret: str) -> int:
    """Raise an exception whose text holds data."""
    raise ValueError(f"cannot parse {secret!r}")


def late_elsewhere(driver: int, mark: str, number: int) -> tuple[int, int]:
    """Take long in any other process but the driver, which waits with its first item until the other has begun."""
    if os.getpid() != driver:
        Path(mark).touch()
        time.sleep(0.5)
        return number, os.getpid()
    while not Path(mark).exists():
        time.sleep(0.005)
    done_here.append(number)
    return number, driver


def slow_batch(*arguments: Any, **options: Any) -> Any:
    """Prepare a batch, so slowly that others have begun before the last."""
    from pipeline.preparing.batches import prepare_batch

    time.sleep(0.1)
    return prepare_batch(*arguments, **options)


def death(*_: Any) -> None:
    """End this process, as the kernel does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)
