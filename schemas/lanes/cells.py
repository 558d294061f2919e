"""A column's cells as bytes: what lanes look at without making a Python text of each."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.native import kernel, pointer_to

_arrow: Any = pa
_compute: Any = pc

Column = Any
"""An Arrow array of `large_string`."""

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]

_PIECE = 1 << 17
"""Bytes that are looked at together."""

_FEW = 100
"""Texts that Python matches in less time than Arrow takes to compile a pattern, which it does each time."""


class Cells:
    r"""n texts of a column.

    Attributes:
        text: An Arrow array of n texts (`large_string`), none missing.
        data: The UTF-8 bytes of all texts, one behind the other.
        borders: n + 1 positions in `data`: where each text begins, and the end of the last.
        starts: n positions, the first byte of each text.
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
        self.borders: Longs = borders - begin if begin else borders
        self.starts: Longs = self.borders[:-1]
        self.ends: Longs = self.borders[1:]

    def __len__(self) -> int:
        return len(self.starts)

    @cached_property
    def lengths(self) -> Longs:
        """Bytes of each text."""
        return self.ends - self.starts

    @cached_property
    def empty(self) -> Longs:
        """The positions of texts without a byte."""
        return np.flatnonzero(self.lengths == 0)

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
        return ~self.holding(self.places(lambda data: data - np.uint8(0x20) > 0x7E - 0x20))

    def places(self, test: Callable[[Bytes], Bools]) -> Longs:
        """Return the positions in `data`, ascending, of the bytes of which a test is true; it sees a piece at a time.

        Of the whole, what the test makes in between would be larger than the cache and new memory each time.
        """
        data = self.data
        found = [np.flatnonzero(test(data[begin : begin + _PIECE])) + begin for begin in range(0, len(data), _PIECE)]
        return found[0] if len(found) == 1 else np.concatenate((*found, _NOWHERE))

    def holding(self, chosen: Bools | Longs) -> Bools:
        """Return which texts hold a byte of a mask over `data`, or of ascending positions in it."""
        found = np.zeros(len(self), dtype=np.bool_)
        places: Any = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen
        if places.size:
            found[np.searchsorted(self.ends, places, side="right")] = True
        return found

    def counts(self, chosen: Bools | Longs) -> Longs:
        """Return how many bytes of a mask over `data`, or of ascending positions in it, each text holds."""
        places: Any = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen
        found: Longs = np.searchsorted(places, self.borders)
        return np.diff(found)

    def take(self, rows: Longs) -> Cells:
        """Return some of the texts, in the order of these positions."""
        return Cells(self.text.take(_arrow.array(rows)))

    def followed_by(self, others: Cells) -> Cells:
        """Return these texts with others behind them."""
        joined = Cells(_arrow.concat_arrays([self.text, others.text]))
        joined.first = np.concatenate((self.first, others.first))
        joined.last = np.concatenate((self.last, others.last))
        return joined

    def _bytes_at(self, places: Longs) -> Bytes:
        if not len(self.data):
            return np.zeros(len(self), dtype=np.uint8)
        # An empty text at the end has no place in the data.
        found: Bytes = self.data.take(places, mode="clip")
        found[self.empty] = 0
        return found


_NOWHERE = np.empty(0, dtype=np.int64)


def column_of(texts: Any) -> Column:
    """Return texts, a list or what pandas keeps in a Series of dtype `str`, as one Arrow array of `large_string`.

    None and NaN are missing ones.
    """
    column = _arrow.array(texts, _arrow.large_string())
    return column.combine_chunks() if isinstance(column, _arrow.ChunkedArray) else column


def matches(text: Column, pattern: str) -> Bools:
    """Return which texts hold what a pattern (RE2) describes."""
    found: Bools = _compute.match_substring_regex(text, pattern).to_numpy(zero_copy_only=False)
    return found


def matches_plain(text: Column, pattern: str) -> Bools:
    """Return the same of texts in printable ASCII, faster for few.

    The pattern is one that Python reads as RE2 does, and that it does not try in too many ways.
    """
    if len(text) > _FEW:
        return matches(text, pattern)
    search = re.compile(pattern).search
    return np.fromiter((search(one) is not None for one in text.to_pylist()), np.bool_, len(text))


def first_groups(text: Column, pattern: str) -> tuple[Bools, Column]:
    """Return which of n texts in printable ASCII such a pattern matches as a whole, and its first group in each."""
    if len(text) > _FEW:
        found = matches(text, pattern)
        return found, _compute.replace_substring_regex(text.filter(_arrow.array(found)), pattern, r"\1")
    groups = [match and match[1] for match in map(re.compile(pattern).match, text.to_pylist())]
    held = [group for group in groups if group is not None]
    return np.array([group is not None for group in groups], dtype=np.bool_), column_of(held)


_place_chosen = kernel("place_chosen", "plpplp")
_copy_chosen = kernel("copy_chosen", "pplppplp")


def chosen(texts: Column, others: Column, at: Longs) -> Column:
    """Return k texts of two columns.

    Args:
        texts: n texts.
        others: m further ones.
        at: k positions, those of the others from n on; below 0 for an empty text.

    >>> chosen(column_of(["ab", "c"]), column_of(["", "d"]), np.array([1, -1, 3, 0])).to_pylist()
    ['c', '', 'd', 'ab']
    """
    first, second, at = Cells(texts), Cells(others), np.ascontiguousarray(at)
    borders = np.empty(len(at) + 1, dtype=np.int64)
    where = pointer_to(at), len(at)
    size = _place_chosen(pointer_to(first.borders), len(first), pointer_to(second.borders), *where, pointer_to(borders))
    data = np.empty(size, dtype=np.uint8)
    sources = pointer_to(first.data), pointer_to(first.borders), len(first), pointer_to(second.data)
    _copy_chosen(*sources, pointer_to(second.borders), *where, pointer_to(data))
    buffers = [None, _arrow.py_buffer(borders), _arrow.py_buffer(data)]
    return _arrow.Array.from_buffers(_arrow.large_string(), len(at), buffers)


def without(text: Column, missing: Bools) -> Column:
    """Return n texts but for those of a mask; no others are missing.

    >>> without(column_of(["ab", "c"])[1:], np.array([True])).to_pylist()
    [None]
    """
    if not missing.any():
        return text
    _, borders, data = text.buffers()
    valid = np.packbits(~missing, bitorder="little")
    buffers = [_arrow.py_buffer(valid), borders.slice(text.offset * np.dtype(np.int64).itemsize), data]
    return _arrow.Array.from_buffers(_arrow.large_string(), len(text), buffers)


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
