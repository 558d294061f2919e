"""Numbers of one length as spans: where each run of neighbours begins, and where it has ended.

A set of numbers is k pairs of borders, ascending, the first number of a run and the one behind its last. A border with
an even position begins a run, so the position at which a number would stand among them says whether it is in the set.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np

from schemas.lanes.cells import Bools, Longs
from schemas.lanes.digits import Prefixes

Spans: TypeAlias = Longs
"""Borders, an even number of them."""


def spans_of(patterns: Iterable[Prefixes], digits: int, *, longer: bool = False) -> Spans:
    """Return the numbers of so many digits that a pattern matches as a whole, or also those that are longer."""
    begins, ends = [_NONE], [_NONE]
    for pattern in patterns:
        for (told, free), prefixes in pattern.items():
            if told + free == digits or (longer and told + free < digits):
                unit = 10 ** (digits - told)
                begin = np.fromiter(prefixes, np.int64, len(prefixes)) * unit
                begins.append(begin)
                ends.append(begin + unit)
    return _joined(np.concatenate(begins), np.concatenate(ends))


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


_NONE = np.empty(0, dtype=np.int64)
