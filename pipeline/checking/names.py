"""Many names, among which a kernel finds texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none

from pipeline.checking.hits import Longs
from pipeline.native import kernel, pointer_to

_arrow: Any = pa

_index_names = kernel("index_names", "pplplp")
_find_names = kernel("find_names", "ppp" + "l" + "pplplp" + "l" + "pp")


class Names:
    """k different names, none of them empty, as a kernel takes them.

    >>> data, borders = pa.py_buffer(b"acme.comacme.co"), np.array([0, 8, 15])
    >>> Names(["acme.de", "acme.co"]).find(data, borders[:-1], borders[1:])
    (array([1]), array([1]))
    """

    def __init__(self, names: Iterable[str]) -> None:
        column = _arrow.array([*names], _arrow.large_string())
        _, borders, self._data = column.buffers()
        self._count = len(column)
        self._borders: Longs = np.frombuffer(borders, dtype=np.int64) if self._count else np.zeros(1, dtype=np.int64)
        # At most half of the slots are taken.
        self._slots = np.zeros(2 << self._count.bit_length(), dtype=np.uint64)
        self._sizes = np.zeros(256, dtype=np.uint64)
        _index_names(*self.arguments)

    @property
    def arguments(self) -> tuple[int | None, int | None, int, int | None, int, int | None]:
        """Bytes, borders, how many; slots, how many; sizes by first bytes."""
        slots = pointer_to(self._slots), len(self._slots), pointer_to(self._sizes)
        return pointer_to(self._data), pointer_to(self._borders), self._count, *slots

    def find(self, data: Any, begins: Longs, ends: Longs, *, any_case: bool = False) -> tuple[Longs, Longs]:
        """Return which of n texts are one of the names, and which name each of these is.

        Args:
            data: Bytes of the texts, an Arrow buffer.
            begins: n places in it, the first byte of each text.
            ends: n places, the byte behind each; a text that is not longer than nothing is no name.
            any_case: Whether capitals of ASCII in a text count as small letters; the names are in small letters then,
                and have at most 64.
        """
        rows, places = np.empty(len(begins), dtype=np.int64), np.empty(len(begins), dtype=np.int64)
        texts = pointer_to(data), pointer_to(begins), pointer_to(ends), len(begins)
        count = _find_names(*texts, *self.arguments, any_case, pointer_to(rows), pointer_to(places))
        return rows[:count].copy(), places[:count].copy()
