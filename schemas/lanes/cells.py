"""A column's cells as bytes: what lanes look at without making a Python text of each."""

from __future__ import annotations

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


class Cells:
    r"""n texts of a column.

    Attributes:
        data: The UTF-8 bytes of all texts, one behind the other.
        borders: n + 1 positions in `data`: where each text begins, and the end of the last.

    >>> cells = Cells(column_of(["ab", "", "é", "a\tb"]))
    >>> cells.lengths.tolist(), cells.plain.tolist()
    ([2, 0, 2, 3], [True, True, False, False])
    """

    def __init__(self, text: Column) -> None:
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

    def __len__(self) -> int:
        return len(self.borders) - 1

    @property
    def lengths(self) -> Longs:
        """Bytes of each text."""
        return np.diff(self.borders)

    @property
    def plain(self) -> Bools:
        """Which texts are printable ASCII, 0x20 to 0x7E, and nothing else."""
        # Bytes below 0x20 wrap around to large numbers.
        odd = np.flatnonzero(self.data - np.uint8(0x20) > 0x7E - 0x20)
        plain = np.ones(len(self), dtype=np.bool_)
        plain[np.searchsorted(self.borders[1:], odd, side="right")] = False
        return plain


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


_splice_texts = kernel("splice_texts", "pplpppplpp")


def splice(texts: Column, others: Column, rows: Longs, places: Longs) -> Column:
    """Return n texts, some of which are replaced.

    Args:
        texts: n texts.
        others: m further ones.
        rows: k positions among the n, ascending.
        places: k positions among the m: what stands there instead; below 0 an empty text.

    >>> splice(column_of(["ab", "c", "", "d"]), column_of(["", "ef"]), np.array([1, 3]), np.array([1, -1])).to_pylist()
    ['ab', 'ef', '', '']
    """
    first, second = Cells(texts), Cells(others)
    put = places[places >= 0]
    taken, given = (
        int((borders[at + 1] - borders[at]).sum()) for borders, at in ((first.borders, rows), (second.borders, put))
    )
    borders, data = np.empty(len(first) + 1, dtype=np.int64), np.empty(len(first.data) - taken + given, dtype=np.uint8)
    _splice_texts(
        *(pointer_to(first.data), pointer_to(first.borders), len(first)),
        *(pointer_to(second.data), pointer_to(second.borders)),
        *(pointer_to(rows), pointer_to(places), len(rows)),
        *(pointer_to(data), pointer_to(borders)),
    )
    buffers = [None, _arrow.py_buffer(borders), _arrow.py_buffer(data)]
    return _arrow.Array.from_buffers(_arrow.large_string(), len(first), buffers)


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
