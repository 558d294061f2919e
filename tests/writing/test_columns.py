"""Columns of text become the lines that the standard library's writer gives, whatever is in them."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.writing import columns
from pipeline.writing.columns import Lines, cells, column_of, merge, numbers, texts
from pipeline.writing.rows import encode_rows

SHORT = st.text(st.sampled_from(["a", ",", '"', "\r", "\n", "\t", "é"]), max_size=3)
LONG = st.builds("{}{}{}".format, st.text("ab", max_size=50), SHORT, st.text("ab"))
CELLS = st.one_of(st.none(), st.text("ab", max_size=50), SHORT, LONG)
TABLES = st.integers(1, 3).flatmap(lambda width: st.lists(st.tuples(*[CELLS] * width), min_size=1, max_size=6))
NUMBERS = st.integers(0, 18).flatmap(lambda width: st.integers(0, 10**width))


def longs(values: object) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def written(lines: Lines) -> list[bytes]:
    """Return the lines, cut by the lengths they are said to have."""
    file = io.BytesIO()
    ends = np.cumsum([0, *lines.write_to(file)]).tolist()
    data = file.getvalue()
    assert len(data) == ends[-1]
    return [data[begin:end] for begin, end in pairwise(ends)]


def alike(rows: object, *slots: columns.Slot) -> Lines:
    """Return lines of one kind."""
    places = longs(rows)
    return Lines(places, places, np.zeros(len(places), np.int64), np.zeros(1, np.int64), (slots,))


@given(TABLES, st.data())
@settings(max_examples=200, deadline=None)
def test_lines_are_the_rows_of_the_writer(table: list[tuple[str | None, ...]], data: st.DataObject) -> None:
    """Any rows of columns that are a part of longer ones, with texts at the very end of what there is to read."""
    skipped = data.draw(st.integers(0, len(table)))
    held = table[skipped:]
    rows = data.draw(st.lists(st.integers(0, len(held) - 1))) if held else []
    often = data.draw(st.booleans())
    slots = [cells(column_of(column)[skipped:], often=often) for column in zip(*table, strict=True)]
    assert written(alike(rows, *slots)) == encode_rows([held[row] for row in rows])
    found = zip(*(slot.texts_at(longs(rows)) for slot in slots), strict=True)
    assert [*found] == [tuple(text or "" for text in held[row]) for row in rows]


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=6))
@settings(max_examples=100)
def test_numbers(pairs: list[tuple[int, int]]) -> None:
    table = longs(pairs).reshape(-1, 2)
    lines = alike(range(len(pairs)), numbers(table[:, 0]), numbers(table[:, 1]))
    assert written(lines) == [f"{first},{second}\n".encode() for first, second in pairs]


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 1), SHORT), max_size=8), st.integers(0, 8))
@settings(max_examples=100, deadline=None)
def test_parts_are_merged_by_their_records(hits: list[tuple[int, int, str]], cut: int) -> None:
    """Each with its own kinds and columns; within a record in the order of the parts."""
    parts = []
    expected: list[tuple[int, tuple[object, ...]]] = []
    for number, some in enumerate((hits[:cut], [], hits[cut:])):
        some.sort(key=lambda hit: hit[0])
        names = [(f"{number}", "a,b"), ("", '"')]
        layouts = (cells(column_of([text for *_, text in some])), texts(names)), (texts(names), numbers(longs([7] * 8)))
        records, which = longs([record for record, *_ in some]), longs([kind for _, kind, _ in some])
        parts.append(Lines(records, np.arange(len(some)), which, longs([0, 1]), layouts))
        expected += [(record, (*names[1], 7) if kind else (text, *names[0])) for record, kind, text in some]
    expected.sort(key=lambda row: row[0])
    lines = merge(parts)
    assert lines.records.tolist() == [record for record, _ in expected]
    assert written(lines) == encode_rows([row for _, row in expected])


@pytest.mark.parametrize("size", range(1, 40))
def test_lines_that_are_longer_than_a_block(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "BLOCK_BYTES", size)
    rows = ["a", "b" * 7, '"' * 9, "c" * 30, "", "d,e"]
    assert written(alike(range(6), cells(column_of(rows)))) == encode_rows([row] for row in rows)


def test_lines_of_what_is_not_there_are_refused() -> None:
    column = column_of(["a", "b"])
    for slot in (cells(column), cells(column[:0]), numbers(longs([1, 2]))):
        for row in (-1, 2, 2**62):
            with pytest.raises(ValueError, match="not there"):
                alike([row], slot).write_to(io.BytesIO())
    for kind in (-1, 2):
        with pytest.raises(ValueError, match="not there"):
            Lines(longs([1]), longs([0]), longs([kind]), longs([0, 0]), ((texts([("a",)]),),)).write_to(io.BytesIO())
