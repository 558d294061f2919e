"""How assigned numbers begin: the plans of a calling code's regions, asked for many numbers at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from schemas.lanes.cells import Bools, Longs
from schemas.lanes.plans import Code, Plan
from schemas.lanes.spans import Meant, Spans, among, spans_of

NO_REGION = 0
"""No region has assigned such numbers."""


class Shapes:
    """The numbers of a calling code that have so many digits, in stretches of neighbours that are assigned alike.

    Args:
        code: A calling code.
        digits: Digits of the national number.

    Attributes:
        regions: Its regions.
        begins: The first number of each stretch, ascending, the first of all 0.
        places: For each stretch `NO_REGION`, or one more than the place in `regions` of the one that has assigned it.

    Raises:
        ValueError: A pattern of it is not understood.
    """

    def __init__(self, code: Code, digits: int) -> None:
        # The library reads leading digits only where a calling code has several regions.
        several = len(code.regions) > 1
        plans = code.plans if several else (code.main,)
        self.regions = tuple(plan.region for plan in plans)
        rules = [(_leading(plan, digits) if several else None, plan.spans(digits)) for plan in plans]
        borders = [spans for rule in rules for spans in rule if spans is not None]
        begins = np.sort(np.concatenate((np.zeros(1, dtype=np.int64), *borders)))
        places = _places(begins, rules)
        changes = np.flatnonzero(np.diff(places, prepend=places[:1] + 1))
        self.begins: Longs = begins[changes]
        self.places = places[changes]


def _places(numbers: Longs, rules: list[tuple[Spans | None, Spans]]) -> npt.NDArray[np.uint8]:
    """Return which region's number each is.

    Source: phonenumbers, `_region_code_for_number_from_list`; as `plans.Code.region_of`.
    """
    found = np.full(len(numbers), NO_REGION, dtype=np.uint8)
    open_: Bools = np.ones(len(numbers), dtype=np.bool_)
    for place, (leading, assigned) in enumerate(rules, start=1):
        own = open_ & among(numbers, assigned)
        # Where leading digits fit, no later region is asked.
        asked = own if leading is None else open_ & among(numbers, leading)
        found[own & asked] = place
        open_ &= ~asked
    return found


def _leading(plan: Plan, digits: int) -> Spans | None:
    pattern = plan.leading_digits
    return None if pattern is None else spans_of([pattern], digits, Meant.LEADING)
