"""Columns of text and numbers as the lines of a CSV file: the same bytes that `encode_rows` gives row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

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

BLOCK_BYTES = 1 << 20
"""Lines are made in a block of this size and written block by block: a file system takes few long ones for less."""

_write_lines = kernel("write_lines", "ppplpplplp")
_are_plain = kernel("are_plain", "pl")
_NUMBER, _TEXT, _CELL, _SAID = range(4)
_NO_BYTES = np.zeros(1, np.uint8)
_SPARE = bytes(48)
"""Behind texts that are few: the kernel need not take care of where they end."""


class Sink(Protocol):
    """Where bytes are appended: a file, or a `DigestWriter`."""

    def write(self, data: memoryview, /) -> object:
        """Append bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """What a place of a line is filled with; made by `numbers`, `texts` and `cells`.

    Attributes:
        words: What the kernel calls a `Slot`.
        held: The memory that it points to.
    """

    words: tuple[int, ...]
    held: tuple[Longs, Any, Any]

    @staticmethod
    def of(what: int, numbers: Longs, count: int, data: Any = None, present: Any = None, skipped: int = 0) -> Slot:
        """Return one of so many numbers or texts; what the arguments mean stands beside the kernel."""
        size = data.size if data else 0
        text, bits = pointer_to(data if size else _NO_BYTES), pointer_to(present) or 0
        words = (what, pointer_to(numbers) or 0, text or 0, size, bits, skipped, 0, count)
        return Slot(words, (numbers, data, present))

    def texts_at(self, places: Longs) -> list[str]:
        """Return a few of the texts by their positions, in this order; a missing one is empty."""
        borders, data, present = self.held
        begins, ends = borders[places], borders[places + 1]
        if present is not None:
            bits = places + self.words[5]
            ends = np.where(np.frombuffer(present, np.uint8)[bits >> 3] >> (bits & 7) & 1, ends, begins)
        text = memoryview(data or b"")
        return [str(text[begin:end], "utf-8") for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]

    def of_kinds_from(self, first: int) -> Slot:
        """Return the same for kinds that are counted from another one on."""
        what, *pointers, before, count = self.words
        return Slot((what, *pointers, before + first, count), self.held) if what == _SAID else self


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

    def __post_init__(self) -> None:
        if not len(self.records) == len(self.rows) == len(self.which):
            raise ValueError("a line belongs to one record, tells of one row and is of one kind")
        if not all(self.layouts) or (self.kinds < 0).any() or (self.kinds >= len(self.layouts)).any():
            raise ValueError("the lines of a kind have one layout, which is not empty")

    def __len__(self) -> int:
        return len(self.records)

    def only(self, records: Longs) -> Lines:
        """Return the lines of some records."""
        return self._of(self._are_of(records))

    def without(self, records: Longs) -> Lines:
        """Return all lines but those of some records."""
        return self._of(~self._are_of(records)) if len(records) else self

    def _are_of(self, records: Longs) -> npt.NDArray[np.bool_]:
        """Return which of the k lines tell of one of some records, which ascend."""
        found = np.zeros(len(self), np.bool_)
        begins, ends = (np.searchsorted(self.records, records, side=side) for side in ("left", "right"))
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
            found[begin:end] = True
        return found

    def _of(self, chosen: npt.NDArray[np.bool_]) -> Lines:
        return Lines(self.records[chosen], self.rows[chosen], self.which[chosen], self.kinds, self.layouts)

    def write_to(self, file: Sink) -> Longs:
        """Append the lines, a LF behind each, to a file; returns how many bytes each has.

        Raises:
            ValueError: A line tells of a row or kind that is none.
        """
        lengths = np.empty(len(self), np.int64)
        rows, which, kinds = (np.ascontiguousarray(column, np.int64) for column in (self.rows, self.which, self.kinds))
        begins = np.cumsum([0, *map(len, self.layouts)], dtype=np.int64)
        slots = np.array([slot.words for layout in self.layouts for slot in layout], np.int64)
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


def column_of(texts: pd.Series[Any] | Sequence[str | None]) -> Column:
    """Return texts as a column; no copy is made of a Series of dtype `str` that lies in one piece."""
    column = _arrow.array(texts.array if isinstance(texts, pd.Series) else texts, _arrow.large_string())
    return column.combine_chunks() if isinstance(column, _arrow.ChunkedArray) else column


def numbers(values: Longs) -> Slot:
    """Return the numbers of n rows, in decimal digits; none is negative."""
    return Slot.of(_NUMBER, np.ascontiguousarray(values, np.int64), len(values))


def cells(column: Column, *, often: bool = False) -> Slot:
    """Return the texts of n rows as cells, quoted where RFC 4180 asks for it.

    Args:
        column: The texts.
        often: Whether most will be written: then it is worth while to know at first whether some need quotes.
    """
    if not len(column):
        return Slot.of(_CELL, np.zeros(1, np.int64), 0)
    present, offsets, data = column.buffers()
    borders = np.frombuffer(offsets, np.int64)[column.offset : column.offset + len(column) + 1]
    begin, end = borders[[0, -1]].tolist()
    what = _TEXT if often and (begin == end or _are_plain(data.address + begin, end - begin)) else _CELL
    return Slot.of(what, borders, len(column), data, present, column.offset)


def texts(rows: Sequence[Sequence[object]]) -> Slot:
    """Return the cells that each of some kinds of line has, the same in all of them, joined by commas."""
    # A cell before them, of which the comma goes: else one empty cell would be quoted, as it is on a line by itself.
    encoded = [row[1:-1] for row in encode_rows([("", *row) for row in rows])]
    borders = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    return Slot.of(_SAID, borders, len(rows), _arrow.py_buffer(b"".join((*encoded, _SPARE))))


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
        layouts += [tuple(slot.of_kinds_from(before) for slot in layout) for layout in part.layouts]
        before += len(part.kinds)
    order = np.argsort(records, kind="stable")
    return Lines(records[order], rows[order], np.concatenate(which)[order], np.concatenate(kinds), tuple(layouts))
