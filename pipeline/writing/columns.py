"""Columns of text and numbers as the lines of a CSV file: the same bytes that `encode_rows` gives row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none

from pipeline.native import kernel, pointer_to
from pipeline.writing.rows import encode_rows

_arrow: Any = pa

Column = Any
"""An Arrow array of `large_string`; a missing text is an empty cell."""

Longs = npt.NDArray[np.int64]

BLOCK_BYTES = 1 << 18
"""Lines are made in a block of this size, which stays in the processor's cache, and written block by block."""

_write_lines = kernel("write_lines", "ppplpplplp")
_NUMBER, _TEXT, _CELL = range(3)


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """What a place of a line is filled with; made by `numbers`, `texts` and `cells`.

    Attributes:
        what: Which of the three it is.
        count: How many numbers or texts there are.
        numbers: The numbers, or the count + 1 borders of the texts.
        data: Arrow buffer of the texts' bytes, or None.
        present: Arrow buffer of their validity, or None where none is missing.
        skipped: How many bits of the latter precede those of the first.
        first: Which row or kind the first is that of.
    """

    what: int
    count: int
    numbers: Longs
    data: Any = None
    present: Any = None
    skipped: int = 0
    first: int = 0

    def as_words(self) -> tuple[int, ...]:
        """Return what the kernel calls a `Slot`; it holds while this one is alive."""
        buffers = (self.numbers, self.data, self.present)
        return (self.what, *(pointer_to(one) or 0 for one in buffers), self.skipped, self.first, self.count)


Layout: TypeAlias = tuple[Slot, ...]
"""What a line consists of, at least one slot; there is a comma between two."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """k lines of an output file, of t kinds, before they are written.

    Attributes:
        records: k record numbers, ascending.
        rows: k positions in the columns of which their layouts tell.
        which: k kinds, from 0.
        kinds: t positions in `layouts`.
        layouts: What the lines of a kind consist of.
    """

    records: Longs
    rows: Longs
    which: Longs
    kinds: Longs
    layouts: tuple[Layout, ...]

    def __len__(self) -> int:
        return len(self.records)

    def write_to(self, file: BinaryIO) -> Longs:
        """Append the lines, a LF behind each, to a file; returns how many bytes each has.

        Raises:
            ValueError: A line tells of a row or kind that is none.
        """
        lengths = np.empty(len(self), np.int64)
        rows, which, kinds = (np.ascontiguousarray(column, np.int64) for column in (self.rows, self.which, self.kinds))
        begins = np.cumsum([0, *map(len, self.layouts)], dtype=np.int64)
        slots = np.array([slot.as_words() for layout in self.layouts for slot in layout], np.int64)
        block = np.empty(BLOCK_BYTES, np.uint8)
        done = 0
        while done < len(self):
            made = _write_lines(
                *map(pointer_to, (slots, begins, kinds)),
                len(kinds),
                *(pointer_to(column[done:]) for column in (rows, which)),
                len(self) - done,
                pointer_to(block),
                len(block),
                pointer_to(lengths[done:]),
            )
            if made < 0:
                raise ValueError(f"one of {len(self)} lines tells of what is not there")
            if made:
                file.write(block[: int(lengths[done : done + made].sum())].data)
            else:
                block = np.empty(2 * len(block), np.uint8)  # the next line is longer
            done += made
        return lengths


def column_of(texts: pd.Series[Any] | Sequence[str]) -> Column:
    """Return texts as a column; no copy is made of a Series of dtype `str` that lies in one piece."""
    column = _arrow.array(texts.array if isinstance(texts, pd.Series) else texts, _arrow.large_string())
    return column.combine_chunks() if isinstance(column, _arrow.ChunkedArray) else column


def take(column: Column, places: Longs) -> list[str | None]:
    """Return the texts at these positions, in this order."""
    taken: list[str | None] = column.take(_arrow.array(places)).to_pylist()
    return taken


def numbers(values: Longs) -> Slot:
    """Return the numbers of n rows, in decimal digits; none is negative."""
    return Slot(_NUMBER, len(values), np.ascontiguousarray(values, np.int64))


def cells(column: Column) -> Slot:
    """Return the texts of n rows as cells, quoted where RFC 4180 asks for it."""
    present, borders, data = column.buffers()
    if not len(column):
        return Slot(_CELL, 0, np.zeros(1, np.int64))
    numbers = np.frombuffer(borders, np.int64)[column.offset : column.offset + len(column) + 1]
    return Slot(_CELL, len(column), numbers, data, present, column.offset)


def texts(rows: Sequence[Sequence[object]]) -> Slot:
    """Return the cells that each of some kinds of line has, the same in all of them, joined by commas."""
    # A cell before them, of which the comma goes: else one empty cell would be quoted, as it is on a line by itself.
    encoded = [row[1:-1] for row in encode_rows([("", *row) for row in rows])]
    borders = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    return Slot(_TEXT, len(rows), borders, _arrow.py_buffer(b"".join(encoded)))


def merge(parts: Sequence[Lines]) -> Lines:
    """Return the lines of several parts in the order of their records; within a record in the order of the parts."""
    if len(held := [part for part in parts if len(part)]) == 1:
        return held[0]
    none = np.empty(0, np.int64)
    records = np.concatenate([none, *(part.records for part in held)])
    rows = np.concatenate([none, *(part.rows for part in held)])
    which, kinds, layouts = [none], [none], list[Layout]()
    before = 0
    for part in held:
        which.append(part.which + before)
        kinds.append(part.kinds + len(layouts))
        layouts += [tuple(_of_later_kinds(slot, before) for slot in layout) for layout in part.layouts]
        before += len(part.kinds)
    order = np.argsort(records, kind="stable")
    return Lines(records[order], rows[order], np.concatenate(which)[order], np.concatenate(kinds), tuple(layouts))


def _of_later_kinds(slot: Slot, before: int) -> Slot:
    """Return a slot for kinds before which there are so many others."""
    return replace(slot, first=slot.first + before) if slot.what == _TEXT else slot
