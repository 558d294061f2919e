"""Tasks that another process can import by name."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from pipeline.errors import SourceError


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
