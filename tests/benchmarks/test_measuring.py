"""What measures: processes, calls, and the document that takes the tables."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from benchmarks.inside import describe_calls
from benchmarks.pipeline import replace
from benchmarks.processes import ProgramError, Usage, measure, median
from benchmarks.tables import GOALS

DOCUMENT = Path(__file__).parents[2] / "docs" / "performance.md"
BLOCKS = (
    "machine",
    "shares",
    "compare",
    "agreement",
    "right-wrong",
    "jobs-scaling",
    "memory",
    "start",
    "calls",
    "goals",
)


def test_a_process_is_measured_with_its_children() -> None:
    """The child spins; its parent only waits."""
    spin = "import time\nwhile time.process_time() < 0.3: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {spin!r}], check=True)"
    used = measure([sys.executable, "-c", parent])
    assert used.cpu >= 0.3
    assert used.wall >= 0.3
    assert 1 < used.peak < 1_000


def test_another_exit_status_is_an_error_that_says_why() -> None:
    program = [sys.executable, "-c", "import sys; sys.exit('no such thing')"]
    with pytest.raises(ProgramError, match="no such thing"):
        measure(program)
    assert measure(program, statuses=(0, 1)).wall > 0


def test_median_keeps_the_highest_peak() -> None:
    assert median([Usage(1, 4, 10), Usage(2, 5, 30), Usage(9, 6, 20)]) == Usage(2, 5, 30)


def test_the_document_has_each_table_once() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert sorted(re.findall(r"<!-- measured: ([\w-]+) -->", text)) == sorted(BLOCKS)
    for name in BLOCKS:
        changed = replace(text, name, ["| a |", r"| \1 |"])
        assert f"<!-- measured: {name} -->\n| a |\n| \\1 |\n<!-- end measured -->" in changed
        assert replace(changed, name, ["| a |", r"| \1 |"]) == changed


def test_a_table_without_a_place_is_an_error() -> None:
    with pytest.raises(ValueError, match="no block"):
        replace("nothing", "compare", [])


def test_calls_are_given_by_the_thousand() -> None:
    from collections import Counter

    assert (
        list(describe_calls(2_000, Counter({"phonenumbers.parse": 30})))[-1] == "| `phonenumbers.parse` | 30 | 15.0 |"
    )


def test_goals_are_told_apart() -> None:
    assert len({figure for _, _, figure in GOALS}) == len(GOALS)
