"""Measures programs from outside: the time on the clock, the processor's time, the most memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """What one run of a program took.

    Attributes:
        wall: Seconds on the clock.
        cpu: Seconds of processor, user and system, of the program and all that it started and waited for.
        peak: Most memory of any one of these processes, in MiB.
    """

    wall: float
    cpu: float
    peak: float


class ProgramError(Exception):
    """A program ended with a status that it should not; says what it wrote."""


def measure(command: Sequence[str], *, statuses: Collection[int] = (0,)) -> Usage:
    """Run a program to its end, its output thrown away, and return what it took.

    Args:
        command: The program and its arguments.
        statuses: Which exit statuses are right.

    Raises:
        ProgramError: Another status.
    """
    measurer = [sys.executable, "-I", "-S", "-c", _MEASURER, *command]
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            measurer, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, env=_environment()
        )
        status, wall, cpu, peak = json.loads(done.stdout)
        if status not in statuses:
            said.seek(0)
            text = said.read().decode("utf-8", "replace")[-2_000:]
            raise ProgramError(f"{' '.join(command)} ended with {status}\n{text}")
    # Linux counts in KiB, macOS in bytes.
    unit = 1024 if sys.platform == "darwin" else 1
    return Usage(wall, cpu, peak / unit / 1024)


_MEASURER = """
import json, os, subprocess, sys, time
begun = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(child.pid, 0)
wall = time.perf_counter() - begun
print(json.dumps([os.waitstatus_to_exitcode(status), wall, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""
# A process of its own, since a child's peak begins at what its parent holds.


def _environment() -> dict[str, str]:
    """Return our environment, but that compiled modules are kept, as they are wherever a program was installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def median(usages: Sequence[Usage]) -> Usage:
    """Return the medians of several runs, and the highest peak."""
    return Usage(
        statistics.median(one.wall for one in usages),
        statistics.median(one.cpu for one in usages),
        max(one.peak for one in usages),
    )
