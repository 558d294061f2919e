"""Pieces: rows of single records are taken out and put in, and read back as they were written."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.preparing.pieces import RecordRows, read_piece, write_piece
from pipeline.writing.columns import Lines, cells, column_of
from pipeline.writing.rows import encode_rows

Row = tuple[int, bytes]

rows_of_records = st.lists(st.tuples(st.integers(1, 12), st.binary(max_size=9)), max_size=14).map(
    lambda rows: sorted(rows, key=lambda row: row[0])
)
some_records = st.sets(st.integers(0, 13)).map(sorted)


def held_in_memory(rows: list[Row]) -> RecordRows:
    borders = np.cumsum([0, *(len(text) for _, text in rows)], dtype=np.int64)
    data = np.frombuffer(bytearray().join(text for _, text in rows), np.uint8)
    return RecordRows(data, numbers([record for record, _ in rows]), borders)


def numbers(records: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(records, np.int64)


@settings(deadline=None)
@given(rows_of_records, some_records)
def test_rows_of_records_are_taken_out(rows: list[Row], drop: list[int]) -> None:
    held = held_in_memory(rows)
    assert held.of(numbers(drop)) == b"".join(text for record, text in rows if record in drop)
    assert bytes(held.cut(numbers(drop))) == b"".join(text for record, text in rows if record not in drop)


@settings(deadline=None)
@given(rows_of_records, rows_of_records)
def test_rows_are_put_behind_those_of_their_record(rows: list[Row], more: list[Row]) -> None:
    both = sorted([*rows, *more], key=lambda row: row[0])
    assert bytes(held_in_memory(rows).with_more(held_in_memory(more))) == b"".join(text for _, text in both)


def test_what_is_not_in_order_is_refused() -> None:
    for records in ([3, 1], [2, 2]):
        held = held_in_memory([(1, b"a\n"), (2, b"b\n"), (3, b"c\n")])
        with pytest.raises(ValueError, match="not in their order"):
            held.cut(numbers(records))
    with pytest.raises(ValueError, match="not the rows"):
        RecordRows(np.zeros(5, np.uint8), numbers([1]), numbers([0, 4]))


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(st.sampled_from([1, 5, 2**32 + 7]), st.text("aé,\n", max_size=5)), max_size=6))
def test_a_piece_is_read_as_written(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str]]) -> None:
    rows.sort(key=lambda row: row[0])
    folder: Path = tmp_path_factory.mktemp("piece")
    records, layout = numbers([record for record, _ in rows]), (cells(column_of([text for _, text in rows])),)
    each, nothing = np.arange(len(rows)), np.zeros(len(rows), np.int64)
    piece = write_piece(folder / "rows", Lines(records, each, nothing, np.zeros(1, np.int64), (layout,)))
    held = read_piece(piece)
    for record, group in groupby(rows, key=lambda row: row[0]):
        assert held.of(numbers([record])) == b"".join(encode_rows((text,) for _, text in group))
    for path in (piece.path, piece.index_path):
        data = path.read_bytes()
        path.write_bytes(data + b"x")
        with pytest.raises(OSError, match="another size"):
            read_piece(piece)
        path.write_bytes(data)
    piece.delete()
    assert not list(folder.iterdir())
