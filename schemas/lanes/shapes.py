"""How assigned numbers begin: number plans of a few regions, asked for many numbers at once.

A table of all six digits (`tables`) is worth its memory where a batch is full of one plan's numbers. For the others the
beginnings that a plan names are looked up as they are: there are few of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from schemas.lanes.cells import Bools, Longs
from schemas.lanes.digits import prefixes_of
from schemas.lanes.plans import Code, Plan

MOST_REGIONS = 8
"""Of a calling code of more regions each would have to be asked in turn."""

_MOST_MARKED = 4
"""Up to so many digits all beginnings are marked, ten thousand bytes; longer ones are searched."""

Places: TypeAlias = npt.NDArray[np.uint8]


class Beginnings:
    """Numbers of one length that begin in certain ways.

    Args:
        digits: Digits of the numbers.
        shapes: Digits to look at, and the beginnings of so many digits.
    """

    def __init__(self, digits: int, shapes: Iterable[tuple[int, Longs]]) -> None:
        self._marked: list[tuple[int, Bools]] = []
        self._sorted: list[tuple[int, Longs]] = []
        for told, values in shapes:
            if told <= _MOST_MARKED:
                marks = np.zeros(10**told, dtype=np.bool_)
                marks[values] = True
                self._marked.append((10 ** (digits - told), marks))
            else:
                self._sorted.append((10 ** (digits - told), np.sort(values)))

    def among(self, nationals: Longs) -> Bools:
        """Return which of the numbers begin so."""
        found = np.zeros(len(nationals), dtype=np.bool_)
        for unit, marks in self._marked:
            found |= marks[nationals // unit]
        for unit, values in self._sorted:
            begin = nationals // unit
            found |= values[np.minimum(np.searchsorted(values, begin), len(values) - 1)] == begin
        return found


class Shapes:
    """The numbers of a calling code that have so many digits.

    Args:
        code: A calling code of few regions.
        digits: Digits of the national number.

    Raises:
        ValueError: It has many, or a pattern of it is not understood.
    """

    def __init__(self, code: Code, digits: int) -> None:
        if len(code.regions) > MOST_REGIONS:
            raise ValueError(f"a calling code of {len(code.regions)} regions: {code.digits}")
        self._only = len(code.regions) == 1
        self._plans = [
            (_leading(plan, digits), Beginnings(digits, _numbers(plan, digits)))
            for plan in ((code.main,) if self._only else code.plans)
        ]
        self.regions = tuple(plan.region for plan in ((code.main,) if self._only else code.plans))

    def places(self, nationals: Longs) -> Places:
        """Return 0 for each number that no region has assigned, or one more than the place of its region.

        Source: phonenumbers, `_region_code_for_number_from_list`; as `plans.Code.region_of`.
        """
        found = np.zeros(len(nationals), dtype=np.uint8)
        if self._only:
            found[self._plans[0][1].among(nationals)] = 1
            return found
        open_ = np.ones(len(nationals), dtype=np.bool_)
        for place, (leading, assigned) in enumerate(self._plans, start=1):
            if leading is None:
                here = open_ & assigned.among(nationals)
                found[here] = place
            else:
                # Where leading digits fit, no later region is asked.
                here = open_ & leading.among(nationals)
                found[here & assigned.among(nationals)] = place
            open_ &= ~here
        return found


def _leading(plan: Plan, digits: int) -> Beginnings | None:
    if plan.leading is None:
        return None
    prefixes = prefixes_of(plan.leading.pattern)
    if any(free for _, free in prefixes):
        raise ValueError(f"leading digits of any kind: {plan.leading.pattern}")
    shapes = ((told, begin) for (told, _), begin in prefixes.items() if told <= digits)
    return Beginnings(digits, ((told, np.fromiter(begin, np.int64, len(begin))) for told, begin in shapes))


def _numbers(plan: Plan, digits: int) -> Iterator[tuple[int, Longs]]:
    for told, begin in plan.shapes(digits):
        yield told, np.fromiter((int(one or "0") for one in begin), np.int64, len(begin))
