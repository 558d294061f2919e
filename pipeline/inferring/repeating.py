"""How many values of a column repeat an earlier one: exactly, whatever the number of records, in bounded memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

MOST_AT_ONCE = 2_000_000
"""Hashes that are compared at once, 16 MB of them."""

_READ = 1_000_000
_BYTES = 8

_Hashes = npt.NDArray[np.uint64]


class Repeats:
    """Counts repeated values by their hashes of 64 bits, which are kept in a temporary file.

    Two values of a billion records have the same hash by chance once in some forty files. It ends with `close`.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `close`
        self.values = 0

    def add(self, values: pd.Series[Any]) -> None:
        """Take in n texts without missing values; case does not tell them apart."""
        hashes = pd.util.hash_array(values.str.casefold().to_numpy(dtype=object), categorize=False)
        self._file.write(hashes.astype(np.uint64).tobytes())
        self.values += len(hashes)

    def count(self) -> int:
        """Return how many values repeat an earlier one."""
        parts = -(-self.values // MOST_AT_ONCE)
        return self.values - sum(len(np.unique(self._part(part, parts))) for part in range(parts))

    def close(self) -> None:
        """Remove the file."""
        self._file.close()

    def _part(self, part: int, parts: int) -> _Hashes:
        chosen = [block[block % np.uint64(parts) == part] for block in self._blocks()]
        return np.concatenate(chosen) if chosen else np.empty(0, np.uint64)

    def _blocks(self) -> Iterator[_Hashes]:
        self._file.seek(0)
        while data := self._file.read(_READ * _BYTES):
            yield np.frombuffer(data, np.uint64)
