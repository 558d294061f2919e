"""What number plans say of national numbers, as tables for the kernel of phones: by stretches of neighbours.

A table is that of the numbers of one calling code that have so many digits. It is the same for whoever reads them, and
is made when the first of them is met.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import phonenumbers

from schemas.lanes.cells import Bools, Longs
from schemas.lanes.plans import OWN, Code, Plan
from schemas.lanes.shapes import Shapes
from schemas.native import pointer_to

Told = npt.NDArray[np.uint8]

# What is said of a stretch is one byte: the place of the region that has assigned its numbers, one of these, or, from
# `REFUSED_AS` on, a status of `plans` with which they are refused.
NO_REGION = 0
REFUSED_AS = 0x80
TRUNK_BEFORE = 0xFE
"""The first digit is a national prefix, and the rest is long enough without it."""
NOTHING_TOLD = 0xFF
"""Only the plans tell of each of them: a national prefix may stand before it."""

GROUPS_OF_CODE = 32
"""More than `LENGTHS`: room for the tables of one calling code."""

_CODES = 1000
"""More than any calling code."""
_FOREMOST = 16
"""Digits that are looked at: of longer numbers the first ones, behind shorter ones zeros."""
_PAIRS = 100
_BITS = 8
_MANY = 500
"""Of so many stretches a third digit tells apart enough to be worth the memory."""


class Stretches:
    """The tables that have been made.

    Attributes:
        pointers: For each calling code and each number of digits the place of its table in memory, 0 for none yet.
    """

    def __init__(self) -> None:
        self.pointers: Longs = np.zeros(_CODES * GROUPS_OF_CODE, dtype=np.int64)
        self._tables: dict[int, Longs] = {}

    def learn(self, group: int) -> None:
        """Make a table, named by its place among the pointers.

        It is how many first digits it is looked up by, two or three; for each of these the place of the last stretch
        that begins at or before the first number with them, and the place of the very last one; and the stretches, each
        its first number and, in 8 bits behind it, what is said.
        """
        begins, told = told_of(*divmod(group, GROUPS_OF_CODE))
        begins *= 10 ** (_FOREMOST - min(group % GROUPS_OF_CODE, _FOREMOST))
        width = 2 if len(begins) < _MANY else 3
        firsts = np.arange(10**width) * 10 ** (_FOREMOST - width)
        places = np.append(np.searchsorted(begins, firsts, side="right") - 1, len(begins) - 1)
        table = np.concatenate(([width], places + 1 + len(places), begins << _BITS | told))
        # Where two threads make the same, the first one's may be in use.
        self.pointers[group] = pointer_to(self._tables.setdefault(group, table)) or 0


@cache
def stretches() -> Stretches:
    """Return the tables of this process."""
    return Stretches()


def told_of(code: int, digits: int) -> tuple[Longs, Told]:
    """Return the first number of each stretch of numbers of a calling code, ascending, the first 0; and what is said.

    Of numbers of more than `_FOREMOST` digits the stretches are those of their first ones.
    """
    plan = Code.of(str(code)).main
    begins = np.zeros(1, dtype=np.int64)
    length = plan.by_length[digits]
    told = np.full(1, NOTHING_TOLD if length == OWN else REFUSED_AS + length, dtype=np.uint8)
    if length == OWN and digits <= _FOREMOST:
        try:
            shapes = Shapes(Code.of(str(code)), digits)
        except ValueError:
            return begins, told
        begins, told = shapes.begins, shapes.places
    if not plan.stripped:
        return begins, told
    unit = 10 ** (min(digits, _FOREMOST) - 2)
    among = np.sort(np.concatenate((begins, np.arange(_PAIRS) * unit)))
    # The last stretch may end behind the last number.
    among = among[among < _PAIRS * unit]
    told = told[np.searchsorted(begins, among, side="right") - 1]
    pairs = among // unit
    told[pairs_of(plan.stripped)[pairs]] = NOTHING_TOLD
    if plan.by_length[digits - 1] == OWN:
        told[trunk_pairs(plan)[pairs]] = TRUNK_BEFORE
    changes = np.flatnonzero(np.diff(told, prepend=~told[:1]))
    return among[changes], told[changes]


def pairs_of(pairs: frozenset[str]) -> Bools:
    """Return which numbers of two digits are among these."""
    has = np.zeros(_PAIRS, dtype=np.bool_)
    has[[int(pair) for pair in pairs]] = True
    return has


def trunk_pairs(plan: Plan) -> Bools:
    """Return the first two digits of which the first is a national prefix. Source: `plans.Plan.trunk`."""
    if plan.trunk is None:
        return np.zeros(_PAIRS, dtype=np.bool_)
    digit, spared = plan.trunk
    return pairs_of(frozenset(f"{digit}{second}" for second in range(10))) & ~pairs_of(spared)


@cache
def calling_codes() -> npt.NDArray[np.uint16]:
    """Return the calling code that each number of three digits begins with, 0 for none."""
    codes = np.zeros(_CODES, dtype=np.uint16)
    for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        width = 10 ** (3 - len(str(code)))
        codes[code * width : (code + 1) * width] = code
    return codes
