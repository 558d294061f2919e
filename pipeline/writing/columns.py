"""Columns of text as CSV rows, many at once: the same bytes that `encode_rows` gives row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

_arrow: Any = pa
_compute: Any = pc

Column = Any
"""An Arrow array of `large_string`; a missing text is an empty cell."""

Longs = npt.NDArray[np.int64]

_SPECIAL = (b",", b'"', b"\r", b"\n")


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """k rows of an output file.

    Attributes:
        data: Their UTF-8 bytes, one behind the other, a LF behind each.
        lengths: k numbers of bytes.
    """

    data: memoryview
    lengths: Longs

    def __post_init__(self) -> None:
        if int(self.lengths.sum()) != len(self.data):
            raise ValueError(f"{len(self.lengths)} rows do not make {len(self.data)} bytes")

    def __len__(self) -> int:
        return len(self.lengths)


def column_of(texts: pd.Series[Any] | Sequence[str]) -> Column:
    """Return texts as a column; no copy is made of a Series of dtype `str` that lies in one piece."""
    column = _arrow.array(texts.array if isinstance(texts, pd.Series) else texts, _arrow.large_string())
    return column.combine_chunks() if isinstance(column, _arrow.ChunkedArray) else column


def take(column: Column, places: Longs) -> Column:
    """Return the texts at these positions, in this order."""
    return column.take(_arrow.array(places))


def stack(columns: Sequence[Column]) -> Column:
    """Return the texts of several columns, one column below the other."""
    return columns[0] if len(columns) == 1 else _arrow.concat_arrays(columns)


def numbers(values: Longs) -> Column:
    """Return numbers that are not negative as texts.

    >>> numbers(np.array([7, 10, 0])).to_pylist()
    ['7', '10', '0']
    """
    widths = np.searchsorted(_POWERS, values, side="right") + 1
    low, high = (int(widths.min()), int(widths.max())) if len(values) else (1, 1)
    if low != high:
        return _compute.cast(_arrow.array(values), _arrow.large_string())
    digits = np.empty((len(values), low), dtype=np.uint8)
    rest: npt.NDArray[Any] = values.astype(np.uint64 if low > 9 else np.uint32)
    for place in range(low - 1, -1, -1):
        tenth = rest // 10
        digits[:, place] = rest - tenth * 10 + ord("0")
        rest = tenth
    borders = np.arange(0, digits.size + 1, low, dtype=np.int64)
    buffers = [None, _arrow.py_buffer(borders), _arrow.py_buffer(digits)]
    return _arrow.Array.from_buffers(_arrow.large_string(), len(values), buffers)


_POWERS = 10 ** np.arange(1, 19, dtype=np.int64)


def quoted(column: Column) -> Column:
    r"""Return a column's texts as cells, quoted where RFC 4180 asks for it.

    >>> quoted(column_of(["a", "b,c", 'd"e'])).to_pylist()
    ['a', '"b,c"', '"d""e"']
    """
    rows = _rows_holding(column)
    if not rows.size:
        return column
    texts = _compute.replace_substring(take(column, rows), '"', '""')
    texts = _compute.binary_join_element_wise(_scalar('"'), texts, _scalar('"'), _scalar(""))
    places = np.arange(len(column))
    places[rows] = len(column) + np.arange(len(rows))
    return take(stack([column, texts]), places)


def lines_of(columns: Sequence[Column]) -> Column:
    """Return k lines without their ends, one for each position in columns of k cells.

    Args:
        columns: Cells that are `quoted` already, or several of them joined by commas; a column of one and the same
            text may be given as that text.
    """
    arrays = [_scalar(one) if isinstance(one, str) else one for one in columns]
    if len(arrays) == 1:
        # A row of one empty cell would be a blank line, which is no record.
        is_empty = _compute.equal(_compute.fill_null(arrays[0], ""), "")
        return _compute.if_else(is_empty, _scalar('""'), arrays[0])
    return _compute.binary_join_element_wise(*arrays, _scalar(","), null_handling="replace", null_replacement="")


def rows_of(lines: Column) -> Rows:
    r"""Return lines as the rows of a file.

    >>> rows = rows_of(lines_of([column_of(["a", "b"]), "", column_of(["1", "2"])]))
    >>> bytes(rows.data), rows.lengths
    (b'a,,1\nb,,2\n', array([5, 5]))
    """
    count = len(lines)
    if not count:
        return Rows(memoryview(b""), np.empty(0, dtype=np.int64))
    borders = np.frombuffer(lines.buffers()[1], dtype=np.int64)[lines.offset : lines.offset + count + 1]
    # One join over the whole list is cheaper than another one row by row; the empty text gives the last row its LF.
    listed = _arrow.LargeListArray.from_arrays([0, count + 1], stack([lines, column_of([""])]))
    text = _compute.binary_join(listed, _scalar("\n"))
    size = int(borders[-1] - borders[0]) + count
    return Rows(memoryview(text.buffers()[2])[:size], np.diff(borders) + 1)


def merge(parts: Sequence[tuple[Longs, Column]]) -> tuple[Longs, Column]:
    """Return the lines of several parts in the order of their records; within a record in the order of the parts.

    Args:
        parts: For each, k record numbers and k lines.
    """
    held = [part for part in parts if len(part[0])]
    if not held:
        return np.empty(0, dtype=np.int64), column_of([])
    if len(held) == 1:
        return held[0]
    records = np.concatenate([part[0] for part in held])
    order = np.argsort(records, kind="stable")
    return records[order], take(stack([part[1] for part in held]), order)


def _rows_holding(column: Column) -> Longs:
    """Return the positions of the texts that hold a character which asks for quotes."""
    _, offsets, data = column.buffers()
    if data is None or not len(column):
        return np.empty(0, dtype=np.int64)
    borders = np.frombuffer(offsets, dtype=np.int64)[column.offset : column.offset + len(column) + 1]
    array = np.frombuffer(data, dtype=np.uint8)[borders[0] : borders[-1]]
    text = array.tobytes()
    rows = np.zeros(len(column), dtype=np.bool_)
    for special in _SPECIAL:
        if special in text:
            places = np.flatnonzero(array == special[0])
            rows[np.searchsorted(borders[1:] - borders[0], places, side="right")] = True
    return np.flatnonzero(rows)


def _scalar(text: str) -> Any:
    return _arrow.scalar(text, _arrow.large_string())
