"""Byte strings of any length, hashed and compared all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from pipeline.native import kernel, pointer_to

Bools = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint64]
Longs = npt.NDArray[np.int64]

Strings: TypeAlias = Any
"""An Arrow array of large_binary, in one chunk."""

_hash_strings = kernel("hash_strings", "ppppl")
_equal_strings = kernel("equal_strings", "ppppppl")


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """n byte strings.

    Attributes:
        data: Their bytes.
        starts: n byte offsets into `data`.
        lengths: n numbers of bytes.
    """

    data: npt.NDArray[np.uint8]
    starts: Longs
    lengths: Longs

    @staticmethod
    def of(strings: Strings) -> Words:
        """Return n strings. A missing one has any content."""
        _, offsets, buffer = strings.buffers()
        if not len(strings):
            return Words(np.empty(0, np.uint8), np.empty(0, np.int64), np.empty(0, np.int64))
        ends = np.frombuffer(offsets, np.int64, len(strings) + 1, strings.offset * 8)
        return Words(np.frombuffer(buffer or b"", np.uint8), ends[:-1], np.diff(ends))

    def only(self, rows: Longs) -> Words:
        """Return chosen strings."""
        return Words(self.data, self.starts[rows], self.lengths[rows])


def hash_strings(words: Words) -> Hashes:
    """Return n hashes of 64 bits: the same in every process, on every platform, in every run.

    Not a secret: who wants to can make strings of one hash. Equal hashes are never taken for equal strings.

    >>> import pyarrow as pa
    >>> hash_strings(Words.of(pa.array([b"", b"ann@acme.com"], pa.large_binary()))).tolist()
    [0, 12259386751346976776]
    """
    hashes = np.empty(len(words.lengths), np.uint64)
    columns = [np.ascontiguousarray(column) for column in (words.data, words.starts, words.lengths)]
    _hash_strings(*map(pointer_to, (*columns, hashes)), len(hashes))
    return hashes


def equal_strings(some: Words, others: Words) -> Bools:
    """Return which of n pairs of strings are equal, byte for byte."""
    equal: Bools = some.lengths == others.lengths
    columns = [np.ascontiguousarray(one) for one in (some.data, some.starts, others.data, others.starts, some.lengths)]
    _equal_strings(*map(pointer_to, (*columns, equal)), len(equal))
    return equal
