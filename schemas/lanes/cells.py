"""A column's cells as bytes: what lanes look at without making a Python text of each."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none

_arrow: Any = pa

Column = Any
"""An Arrow array of `large_string`."""

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]

BLANK = 0x20


class Cells:
    r"""n texts of a column.

    Attributes:
        text: An Arrow array of n texts (`large_string`), none missing.
        data: The UTF-8 bytes of all texts, one behind the other.
        starts: n positions in `data`, the first byte of each text.
        ends: n positions, the byte after each.

    >>> cells = Cells(column_of(["ab", "", "é", "a\tb"]))
    >>> cells.lengths.tolist(), cells.plain.tolist()
    ([2, 0, 2, 3], [True, True, False, False])
    """

    def __init__(self, text: Column) -> None:
        self.text = text
        count = len(text)
        _, offsets, data = text.buffers()
        borders = (
            np.zeros(count + 1, dtype=np.int64)
            if not count
            else np.frombuffer(offsets, dtype=np.int64)[text.offset : text.offset + count + 1]
        )
        whole = np.empty(0, dtype=np.uint8) if data is None else np.frombuffer(data, dtype=np.uint8)
        begin, end = int(borders[0]), int(borders[-1])
        self.data: Bytes = whole[begin:end]
        self._borders: Longs = borders - begin if begin else borders
        self.starts: Longs = self._borders[:-1]
        self.ends: Longs = self._borders[1:]

    def __len__(self) -> int:
        return len(self.starts)

    @cached_property
    def lengths(self) -> Longs:
        """Bytes of each text."""
        return self.ends - self.starts

    @cached_property
    def first(self) -> Bytes:
        """The first byte of each text, 0 where it is empty."""
        return self._bytes_at(self.starts)

    @cached_property
    def last(self) -> Bytes:
        """The last byte of each text, 0 where it is empty."""
        return self._bytes_at(self.ends - 1)

    @cached_property
    def plain(self) -> Bools:
        """Which texts are printable ASCII, 0x20 to 0x7E, and nothing else."""
        # Bytes below 0x20 wrap around to large numbers.
        return ~self.holding(self.data - np.uint8(0x20) > 0x7E - 0x20)

    def holding(self, chosen: Bools) -> Bools:
        """Return which texts hold a byte of a mask over `data`."""
        found = np.zeros(len(self), dtype=np.bool_)
        places = np.flatnonzero(chosen)
        if places.size:
            found[np.searchsorted(self.ends, places, side="right")] = True
        return found

    def counts(self, chosen: Bools) -> Longs:
        """Return how many bytes of a mask over `data` each text holds."""
        places = np.flatnonzero(chosen)
        found: Longs = np.searchsorted(places, self._borders)
        return np.diff(found)

    def take(self, rows: Longs) -> Cells:
        """Return some of the texts, in the order of these positions."""
        return Cells(self.text.take(_arrow.array(rows)))

    def _bytes_at(self, places: Longs) -> Bytes:
        found = np.zeros(len(self), dtype=np.uint8)
        held = self.lengths > 0
        found[held] = self.data[places[held]]
        return found


def column_of(texts: Any) -> Column:
    """Return texts, a list or what pandas keeps in a Series of dtype `str`, as one Arrow array of `large_string`.

    None and NaN are missing ones.
    """
    column = _arrow.array(texts, _arrow.large_string())
    return column.combine_chunks() if isinstance(column, _arrow.ChunkedArray) else column


def column_from(data: Bytes | bytes, lengths: Longs) -> Column:
    """Return an Arrow array of `large_string` over n texts that stand one behind the other.

    Args:
        data: Their UTF-8 bytes.
        lengths: Bytes of each.

    >>> column_from(b"abc", np.array([1, 0, 2])).to_pylist()
    ['a', '', 'bc']
    """
    borders = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=borders[1:])
    buffers = [None, _arrow.py_buffer(borders), _arrow.py_buffer(data)]
    return _arrow.Array.from_buffers(_arrow.large_string(), len(lengths), buffers)
