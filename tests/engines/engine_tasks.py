"""Tasks that another process can import by name."""

from __future__ import annotations

import os
import signal
import time

from pipeline.errors import SourceError


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
