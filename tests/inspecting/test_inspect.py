"""`inspect` on any table: what it says is what is there."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.inspecting.profiles import MOST_VALUES, Profiler, shape_of
from pipeline.inspecting.running import inspect, opened, rows_of
from pipeline.reading.options import Reading

ROOT = Path(__file__).parents[2]
MESSY = ROOT / "sample_data" / "messy.csv"
COMMAND = Path(sys.executable).parent / "contactprep"

CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\r\n\t"), max_size=8)


def command(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, check=False, timeout=60)


@settings(max_examples=40, deadline=None)
@given(
    table=st.lists(st.tuples(st.integers(0, 99).map(str), CELL, CELL), min_size=1, max_size=12), size=st.integers(1, 5)
)
def test_rows_are_the_cells_as_written(table: list[tuple[str, ...]], size: int) -> None:
    """Whatever Python's csv writer wrote comes back, whatever the batches."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("number", "a", "b"), *table])
    with opened(
        io.BytesIO(text.getvalue().encode()), name="x", reading=Reading(delimiter=",", range_records=size)
    ) as source:
        rows = list(rows_of(source))
        inspection = inspect(source)
    assert rows[0] == {"record": 0, "line": 1, "cells": ["number", "a", "b"]}
    if inspection.set_aside == 0:
        assert [tuple(row["cells"]) for row in rows[1:]] == table
        for position, column in enumerate(inspection.columns):
            cells = [row[position] for row in table]
            assert column.filled == sum(cell != "" for cell in cells)
            assert column.distinct == len({cell for cell in cells if cell})
            assert column.longest == max(map(len, cells))


def test_messy_rows_and_findings_are_all_records() -> None:
    """Records that were set aside stand in the findings and not among the rows."""
    rows = [json.loads(line) for line in command("inspect", MESSY, "--rows").stdout.splitlines()]
    data = json.loads(command("inspect", MESSY, "--format", "json").stdout)
    aside = {found["record"] for found in data["findings"] if found["severity"] == "error"}
    assert {row["record"] for row in rows[1:]} | aside == set(range(1, data["records"] + 1))
    assert not {row["record"] for row in rows} & aside
    assert data["set_aside"] == len(aside)
    assert {found["code"] for found in data["findings"]} >= {"R101", "R102", "R103", "R104"}
    assert all(found["raw"] and found["line"] for found in data["findings"] if found["record"] in aside)


def test_any_table_will_do(tmp_path: Path) -> None:
    """No e-mail column, repeated and empty names: inspect only reports."""
    (tmp_path / "x.csv").write_text("city,city,\nRome,Oslo,1\nBern,Bonn,2\n")
    done = command("inspect", tmp_path / "x.csv")
    assert done.returncode == 0, done.stderr
    assert b"2 read, 0 set aside" in done.stdout
    assert b"(column 3)" in done.stdout


def test_no_value_is_printed_in_the_text() -> None:
    """The text shows shapes, not people."""
    text = command("inspect", MESSY).stdout.decode()
    for value in ("marigold", "Tench", "555-0101", "Brackenfold"):
        assert value not in text


def test_kinds_are_guessed() -> None:
    """The sample's columns are what they are called."""
    data = json.loads(command("inspect", ROOT / "sample_data" / "contacts.csv", "--format", "json").stdout)
    assert [column["kind"] for column in data["columns"]] == [
        "email",
        "text",
        "text",
        "text",
        "phone",
        "text",
        "website",
    ]


def test_distinct_values_are_bounded() -> None:
    """Beyond the bound the count is a lower one, and says so."""
    import pandas as pd

    profiler = Profiler(1, "id")
    profiler.add(pd.Series([str(number) for number in range(MOST_VALUES + 10)], dtype="str"))
    profile = profiler.profile()
    assert (profile.distinct, profile.exact, profile.filled) == (MOST_VALUES, False, MOST_VALUES + 10)


@pytest.mark.parametrize("text", ["", "x" * 100_000, "\ud800", "a1b2", "Ångström 12"])
def test_shapes_are_short(text: str) -> None:
    """A shape says what a cell looks like in at most 40 characters."""
    assert len(shape_of(text)) <= 40
