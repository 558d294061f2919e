"""Hosts of whole columns of e-mail addresses, as places in their bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none

from pipeline.checking.hits import Longs
from pipeline.native import kernel, pointer_to

_arrow: Any = pa

Column = Any
"""An Arrow array of `large_string`."""

_find_hosts = kernel("find_hosts", "pplplpp")


class Texts:
    """n texts of a column as a kernel takes them.

    Attributes:
        column: The texts; some may be missing.
        data: Their bytes, an Arrow buffer, or None if there are none.
        borders: n + 1 places in it, the first byte of each text and the byte behind the last.
        bits: Which are there, an Arrow buffer, or None if all are; the first text's is at `column.offset`.
    """

    def __init__(self, column: Column) -> None:
        self.column = column
        self.bits, borders, self.data = column.buffers()
        self.borders: Longs = (
            np.frombuffer(borders, dtype=np.int64)[column.offset : column.offset + len(column) + 1]
            if len(column)
            else np.zeros(1, dtype=np.int64)
        )


class Mail(Texts):
    """n e-mail addresses.

    Attributes:
        begins: n places, the first byte of what stands behind the last @; of the whole text where there is none.
        ends: n places, the byte behind it. There is nothing of a missing address.
    """

    def __init__(self, column: Column) -> None:
        super().__init__(column)
        count = len(column)
        self.begins: Longs = np.empty(count, dtype=np.int64)
        self.ends: Longs = np.empty(count, dtype=np.int64)
        texts = pointer_to(self.data), pointer_to(self.borders), count, pointer_to(self.bits), column.offset
        _find_hosts(*texts, pointer_to(self.begins), pointer_to(self.ends))

    def hosts(self) -> Column:
        """Return the hosts as n texts, none missing."""
        borders = np.empty(2 * len(self.begins), dtype=np.int64)
        borders[::2], borders[1::2] = self.begins, self.ends
        # Between two hosts lies what nobody wants.
        buffers = [None, _arrow.py_buffer(borders), self.data]
        parts = _arrow.Array.from_buffers(_arrow.large_string(), max(len(borders) - 1, 0), buffers)
        return parts.take(_arrow.array(np.arange(0, len(borders), 2)))


def column_of(texts: pd.Series[Any]) -> Column:
    """Return a column of text as one Arrow array."""
    column = _arrow.array(texts.array, _arrow.large_string(), from_pandas=True)
    return column.combine_chunks() if isinstance(column, _arrow.ChunkedArray) else column
