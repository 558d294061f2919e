"""The digits of many numbers as bytes: what numbers they are, and how they are written out in E.164."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import phonenumbers

from schemas.lanes.cells import Bytes, Column, Longs, column_from
from schemas.lanes.spellings import ZERO, Spellings

MOST_DIGITS = 15
"""Digits that are looked at together: nearly all numbers have no more."""

CODES = 1000
"""More than any calling code."""

_EIGHT = np.dtype("<u8")
"""Eight digits in the order in which they stand."""

_ZERO_DIGITS = np.uint64(0x3030303030303030)
_ZEROS = np.uint8(11 * ZERO % 256)
"""What two digits as bytes, the first of them ten times, are too many."""


def pairs_at(spelt: Spellings, at: Longs, behind: int = 0) -> Bytes:
    """Return two digits of each number, those behind so many, as numbers; without a meaning of fewer digits."""
    pairs: Bytes = spelt.kept[behind:][at] * np.uint8(10)
    pairs += spelt.kept[behind + 1 :][at]
    pairs -= _ZEROS
    return pairs


def first_six(spelt: Spellings, at: Longs) -> npt.NDArray[np.int32]:
    """Return the first six digits of numbers, as numbers."""
    found = pairs_at(spelt, at).astype(np.int32)
    for behind in (2, 4):
        found *= 100
        found += pairs_at(spelt, at, behind)
    return found


def first_digits(spelt: Spellings, at: Longs) -> Longs:
    """Return the first `MOST_DIGITS` digits of numbers, as numbers."""
    eight = _windows(spelt, _EIGHT)
    # One digit is in both eights.
    found = _joined(eight[at])
    found *= 10 ** (MOST_DIGITS - 8)
    found += _joined(eight[at + (MOST_DIGITS - 8)]) % 10 ** (MOST_DIGITS - 8)
    return found


def _joined(eight: npt.NDArray[np.uint64]) -> Longs:
    """Return eight digits each as a number."""
    eight -= _ZERO_DIGITS
    # Neighbours are joined: first digits to pairs, then pairs to fours, then both fours.
    for width, base, kept in ((8, 10, 0x00FF00FF00FF00FF), (16, 100, 0x0000FFFF0000FFFF), (32, 10_000, 0xFFFFFFFF)):
        lower = eight * np.uint64(base)
        eight >>= np.uint64(width)
        eight += lower
        eight &= np.uint64(kept)
    return eight.view(np.int64)


def _windows(spelt: Spellings, kind: np.dtype[Any]) -> npt.NDArray[Any]:
    """Return a view of the digits of all texts, an item at every byte."""
    return np.ndarray(len(spelt.kept) - kind.itemsize + 1, kind, spelt.kept.data, strides=(1,))


def written_alike(code: int, digits: int, spelt: Spellings, at: Longs) -> Column:
    """Return numbers of one plan and length in E.164."""
    begin = np.frombuffer(f"+{code}".encode("ascii"), dtype=np.uint8)
    width = len(begin) + digits
    written = _windows(spelt, np.dtype((np.void, width)))[at - len(begin)].view(np.uint8).reshape(-1, width)
    written[:, : len(begin)] = begin
    return column_from(written.ravel(), np.full(len(at), width))


def written_out(code: Longs, digits: Longs, spelt: Spellings, at: Longs) -> Column:
    """Return numbers of any plans in E.164."""
    begins, widths = _beginnings()
    lengths = widths[code] + digits
    widest = int(lengths.max(initial=1))
    written = _windows(spelt, np.dtype((np.void, widest)))[at - widths[code]].view(np.uint8).reshape(-1, widest)
    for width in range(2, begins.shape[1] + 1):
        rows = np.flatnonzero(widths[code] == width)
        written[rows, :width] = begins[code[rows], :width]
    kept = np.arange(widest) < lengths[:, None]
    return column_from(np.compress(kept.ravel(), written), lengths)


@cache
def _beginnings() -> tuple[npt.NDArray[np.uint8], Longs]:
    """Return for each calling code a plus and its digits, as bytes, and how many these are."""
    begins = np.zeros((CODES, 4), dtype=np.uint8)
    widths = np.ones(CODES, dtype=np.int64)
    for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        begin = f"+{code}".encode("ascii")
        begins[code, : len(begin)] = list(begin)
        widths[code] = len(begin)
    return begins, widths
