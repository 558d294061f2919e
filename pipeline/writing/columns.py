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

Bools = npt.NDArray[np.bool_]
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


def numbered(*columns: Longs, end: str = "") -> Column:
    """Return k texts, one for each position in columns of k numbers: these joined by commas.

    Args:
        columns: None of the numbers is negative.
        end: One character to put behind each, or none.

    >>> numbered(np.array([7, 10]), np.array([0, 123]), end=";").to_pylist()
    ['7,0;', '10,123;']
    """
    count = len(columns[0])
    widths = [len(str(int(values.max(initial=0)))) for values in columns]
    digits = np.full((count, sum(widths) + len(widths) - 1 + len(end)), ord(","), dtype=np.uint8)
    lengths = np.full(count, digits.shape[1], dtype=np.int64)
    at = 0
    for values, width in zip(columns, widths, strict=True):
        narrowest = len(str(int(values.min(initial=10 ** (width - 1)))))
        rest: npt.NDArray[Any] = values.astype(np.uint64 if width > 9 else np.uint32)
        for place in range(width - 1, -1, -1):
            tenth = rest // 10
            digits[:, at + place] = rest - tenth * 10 + ord("0")
            if place < width - narrowest:
                # Where numbers are of different widths, a NUL stands for each digit that one does not have.
                digits[:, at + place] *= rest > 0
                lengths -= rest == 0
            rest = tenth
        at += width + 1
    if end:
        digits[:, -1] = ord(end)
    data = digits[digits != 0] if int(lengths.sum()) < digits.size else digits
    return _of_buffers(count, np.concatenate(([0], np.cumsum(lengths))), _arrow.py_buffer(data))


def quoted(column: Column) -> Column:
    r"""Return a column's texts as cells, quoted where RFC 4180 asks for it.

    >>> quoted(column_of(["a", "b,c", 'd"e'])).to_pylist()
    ['a', '"b,c"', '"d""e"']
    """
    rows, specials = _rows_holding(column)
    if not rows.size:
        return column
    texts = take(column, rows)
    if b'"' in specials:
        texts = _compute.replace_substring(texts, '"', '""')
    texts = _compute.binary_join_element_wise(_scalar('"'), texts, _scalar('"'), _scalar(""))
    places = np.arange(len(column))
    places[rows] = len(column) + np.arange(len(rows))
    return take(stack([column, texts]), places)


def lines_of(columns: Sequence[Column], kept: Bools | None = None) -> Column:
    r"""Return lines, a LF behind each, one for each of k positions in columns of n cells.

    Args:
        columns: Cells that are `quoted` already, or several of them joined by commas; a column of one and the same
            text may be given as that text.
        kept: Mask of the k positions; by default all.

    >>> lines_of([column_of(["a", "b"]), "", column_of(["1", "2"])]).to_pylist()
    ['a,,1\n', 'b,,2\n']
    """
    arrays = [_scalar(one) if isinstance(one, str) else one for one in columns]
    if len(arrays) == 1:
        # A row of one empty cell would be a blank line, which is no record.
        is_empty = _compute.equal(_compute.fill_null(arrays[0], ""), "")
        arrays = [_compute.if_else(is_empty, _scalar('""'), arrays[0])]
    # A missing comma makes a missing line, which takes no room: so nothing is copied to leave lines out. One more cell,
    # an empty one, gives each line a comma at its end, which makes room for the LF.
    commas = _scalar(",") if kept is None else _commas(kept)
    lines = _compute.binary_join_element_wise(
        *arrays, _scalar(""), commas, null_handling="replace", null_replacement=""
    )
    _, borders, data = lines.buffers()
    ends = np.frombuffer(borders, dtype=np.int64)[1 : len(lines) + 1]
    if kept is not None:
        ends = ends[kept]
    if len(ends):
        np.frombuffer(data, dtype=np.uint8)[ends - 1] = ord("\n")
    return _of_buffers(len(ends), np.concatenate(([0], ends)), data)


def rows_of(lines: Column) -> Rows:
    r"""Return lines as the rows of a file; no copy is made.

    >>> rows = rows_of(lines_of([column_of(["a", "b"]), "", column_of(["1", "2"])]))
    >>> bytes(rows.data), rows.lengths
    (b'a,,1\nb,,2\n', array([5, 5]))
    """
    if not len(lines):
        return Rows(memoryview(b""), np.empty(0, dtype=np.int64))
    _, offsets, data = lines.buffers()
    borders = np.frombuffer(offsets, dtype=np.int64)[lines.offset : lines.offset + len(lines) + 1]
    return Rows(memoryview(data)[borders[0] : borders[-1]], np.diff(borders))


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


def _rows_holding(column: Column) -> tuple[Longs, list[bytes]]:
    """Return the positions of the texts that hold a character which asks for quotes, and which characters these are."""
    _, offsets, data = column.buffers()
    if data is None or not len(column):
        return np.empty(0, dtype=np.int64), []
    borders = np.frombuffer(offsets, dtype=np.int64)[column.offset : column.offset + len(column) + 1]
    array = np.frombuffer(data, dtype=np.uint8)[borders[0] : borders[-1]]
    text = array.tobytes()
    specials = [special for special in _SPECIAL if special in text]
    rows = np.zeros(len(column), dtype=np.bool_)
    for special in specials:
        places = np.flatnonzero(array == special[0])
        rows[np.searchsorted(borders[1:] - borders[0], places, side="right")] = True
    return np.flatnonzero(rows), specials


def _commas(present: Bools) -> Column:
    """Return n commas, but a missing text where none is present."""
    commas = _arrow.py_buffer(b"," * len(present))
    validity = _arrow.py_buffer(np.packbits(present, bitorder="little"))
    return _of_buffers(len(present), np.arange(len(present) + 1), commas, validity)


def _of_buffers(count: int, borders: Longs, data: Any, validity: Any = None) -> Column:
    """Return the texts between the n + 1 borders in a buffer."""
    buffers = [validity, _arrow.py_buffer(borders), data]
    return _arrow.Array.from_buffers(_arrow.large_string(), count, buffers)


def _scalar(text: str) -> Any:
    return _arrow.scalar(text, _arrow.large_string())
