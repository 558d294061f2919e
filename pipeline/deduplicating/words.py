"""Byte strings of any length as rows of 8-byte words, so that numpy hashes and compares all of them at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint64]
Longs = npt.NDArray[np.int64]

Strings: TypeAlias = Any
"""An Arrow array of large_binary, in one chunk."""

WORD = 8

# Longer strings are looked at one by one: no e-mail address is, and a loop over the words of one huge cell is slow.
MOST_BYTES = 256

# Rows hashed or compared in one go, so that what is in work stays in the processor's cache.
BLOCK = 1 << 13

# What is kept of a word of which 0, 1 … 8 bytes belong to the string.
_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(WORD + 1)], np.uint64)

# SplitMix64: its step and the two multipliers of its finaliser (Steele, Lea and Flood 2014; variant 13 of Stafford).
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """n byte strings.

    Attributes:
        data: Their bytes, at least 8.
        starts: n byte offsets into `data`.
        lengths: n numbers of bytes.
    """

    data: npt.NDArray[np.uint8]
    starts: Longs
    lengths: Longs

    @staticmethod
    def of(strings: Strings) -> Words:
        """Return the words of n strings. A missing one has any content."""
        _, offsets, buffer = strings.buffers()
        if not len(strings):
            return Words(np.zeros(WORD, np.uint8), np.empty(0, np.int64), np.empty(0, np.int64))
        ends = np.frombuffer(offsets, np.int64, len(strings) + 1, strings.offset * 8)
        data = np.frombuffer(buffer or b"", np.uint8)
        if len(data) < WORD:
            data = np.concatenate((data, np.zeros(WORD, np.uint8)))
        return Words(data, ends[:-1], np.diff(ends))

    def only(self, rows: Longs | slice) -> Words:
        """Return the words of chosen strings."""
        return Words(self.data, self.starts[rows], self.lengths[rows])

    def at(self, number: int) -> Hashes:
        """Return the word of that number, from 0, of each of n strings, all of which reach into it.

        The last word of a string ends where the string ends, so that it shares bytes with the one before; that of a
        string below 8 bytes is filled with 0. Strings of one length are equal when all their words are.
        """
        last = len(self.data) - WORD
        anywhere = np.ndarray((last + 1,), "<u8", self.data.data, 0, (1,))
        if number:
            return anywhere[self.starts + np.minimum(self.lengths - WORD, WORD * number)].astype(np.uint64, copy=False)
        if self.lengths.min(initial=WORD) >= WORD:
            return anywhere[self.starts].astype(np.uint64, copy=False)
        starts = np.minimum(self.starts, last)  # a short string at the end of the data is cut out of its last word
        words = anywhere[starts].astype(np.uint64, copy=False) >> (8 * (self.starts - starts)).astype(np.uint64)
        return words & _MASKS[np.minimum(self.lengths, WORD)]

    def bytes_of(self, row: int) -> npt.NDArray[np.uint8]:
        """Return the bytes of one string."""
        start = int(self.starts[row])
        return self.data[start : start + int(self.lengths[row])]


def hash_strings(words: Words) -> Hashes:
    """Return n hashes of 64 bits: the same in every process, on every platform, in every run.

    Not a secret: who wants to can make strings of one hash. Equal hashes are never taken for equal strings.

    >>> import pyarrow as pa
    >>> hash_strings(Words.of(pa.array([b"", b"ann@acme.com"], pa.large_binary()))).tolist()
    [0, 12259386751346976776]
    """
    hashes = np.empty(len(words.lengths), np.uint64)
    for start in range(0, len(hashes), BLOCK):
        hashes[start : start + BLOCK] = _hash_block(words.only(slice(start, start + BLOCK)))
    for row in np.flatnonzero(words.lengths > MOST_BYTES).tolist():
        digest = hashlib.blake2b(words.bytes_of(row).data, digest_size=WORD).digest()
        hashes[row] = int.from_bytes(digest, "little")
    return hashes


def _hash_block(words: Words) -> Hashes:
    """Return n hashes, those of long strings by their first bytes only."""
    hashes = words.lengths.astype(np.uint64) * _STEP
    rows = np.arange(len(hashes))
    for number in range(MOST_BYTES // WORD):
        reach = np.flatnonzero(words.lengths > WORD * number)
        if not len(reach):
            break
        if len(reach) < len(rows):
            rows, words = rows[reach], words.only(reach)
        hashes[rows] = _mixed(hashes[rows] ^ words.at(number))
    return hashes


def equal_strings(some: Words, others: Words) -> Bools:
    """Return which of n pairs of strings are equal, byte for byte."""
    equal: Bools = some.lengths == others.lengths
    for start in range(0, len(equal), BLOCK):
        block = slice(start, start + BLOCK)
        _compare_block(some.only(block), others.only(block), equal[block])
    for row in np.flatnonzero(equal & (some.lengths > MOST_BYTES)).tolist():
        equal[row] = np.array_equal(some.bytes_of(row), others.bytes_of(row))
    return equal


def _compare_block(some: Words, others: Words, equal: Bools) -> None:
    """Strike out which of n pairs of strings of one length differ, but for long ones."""
    rows = np.flatnonzero(equal & (some.lengths <= MOST_BYTES))
    for number in range(MOST_BYTES // WORD):
        rows = rows[some.lengths[rows] > WORD * number]
        if not len(rows):
            break
        same = some.only(rows).at(number) == others.only(rows).at(number)
        equal[rows[~same]] = False
        rows = rows[same]


def _mixed(state: Hashes) -> Hashes:
    """Return the state after SplitMix64's finaliser, in place: every bit of it depends on every bit before."""
    state ^= state >> np.uint64(30)
    state *= _FIRST
    state ^= state >> np.uint64(27)
    state *= _SECOND
    state ^= state >> np.uint64(31)
    return state
