"""Numbers of one length as spans: where each run of neighbours begins, and where it has ended.

A set of numbers is k pairs of borders, ascending, the first number of a run and the one behind its last. A border with
an even position begins a run, so the position at which a number would stand among them says whether it is in the set.

The sets are those of the number plans of phonenumbers, which are regular expressions of digits: literals, classes,
groups, alternatives and counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import TypeAlias

import numpy as np

from schemas.lanes.cells import Bools, Longs
from schemas.native import kernel, pointer_to

Spans: TypeAlias = Longs
"""Borders, an even number of them."""

_expand_pattern = kernel("expand_pattern", "plllpl")
_USUAL = 1 << 10
"""Runs that most patterns have no more than."""


class Meant(IntEnum):
    """Which numbers a pattern means."""

    WHOLE = 0
    """Those that match as a whole."""
    LEADING = 1
    """Those that begin with a match."""
    BEGINNING = 2
    """Those that a match, and all that may stand behind it, begins with."""


def spans_of(patterns: Iterable[str], digits: int, meant: Meant = Meant.WHOLE) -> Spans:
    r"""Return the numbers of so many digits that one of some patterns means.

    >>> spans_of([r"5[2-4]\d{2}|90"], 4).tolist(), spans_of([r"5[2-4]\d{2}|90"], 3, Meant.LEADING).tolist()
    ([5200, 5500], [900, 910])
    >>> spans_of(["1?"], 2, Meant.BEGINNING).tolist()
    [10, 20]

    Raises:
        ValueError: A pattern holds something else than digits, classes, groups, alternatives and counts, or would be
            too large spelled out.
    """
    pattern = "|".join(patterns)
    written, room = pattern.encode(), _USUAL
    while True:
        runs = np.empty((room, 2), dtype=np.int64)
        count = _expand_pattern(written, len(written), digits, meant, pointer_to(runs), room)
        if count < 0:
            raise ValueError(f"not a pattern of digits: {pattern!r}")
        if count <= room:
            return _joined(runs[:count, 0], runs[:count, 1])
        room = count


def in_both(first: Spans, second: Spans) -> Spans:
    """Return the numbers that are in both sets."""
    borders = np.concatenate((first[::2], second[::2], first[1::2], second[1::2]))
    # Of borders at one place those that begin come first: of two runs that touch, none of the numbers is in both.
    order = np.argsort(borders, kind="stable")
    step = np.where(order < len(borders) // 2, 1, -1)
    deep = np.cumsum(step)
    spans: Spans = borders[order[np.where(step > 0, deep == 2, deep == 1)]]
    return spans


def among(numbers: Longs, spans: Spans) -> Bools:
    """Return which numbers are in a set."""
    found: Bools = np.searchsorted(spans, numbers, side="right") & 1 == 1
    return found


def _joined(begins: Longs, ends: Longs) -> Spans:
    """Return the numbers that lie in one of k runs, which may touch, or lie in each other."""
    order = np.argsort(begins)
    begins, ends = begins[order], np.maximum.accumulate(ends[order])
    apart = begins[1:] > ends[:-1]
    spans = np.empty((np.count_nonzero(apart) + bool(len(begins)), 2), dtype=np.int64)
    spans[:, 0] = np.concatenate((begins[:1], begins[1:][apart]))
    spans[:, 1] = np.concatenate((ends[:-1][apart], ends[-1:]))
    return spans.ravel()
