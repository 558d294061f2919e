"""Many numbers read at once: by tables where a plan has many of them, else one by one.

A number is located first: which digits are its calling code, and where its national number begins. Located are only
those of which it is certain whatever comes behind. Then a table tells of a plan's numbers of so many digits at once;
what has no table, or is not located, is read by `Plans`, once for each distinct number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import phonenumbers

from schemas.lanes.cells import Bools, Column, Longs, column_from
from schemas.lanes.deciding import Values
from schemas.lanes.plans import LENGTHS, OTHER, OWN, UNASSIGNED, Code, Plan, Plans, fewest_digits
from schemas.lanes.spellings import SLASH, ZERO, Spellings
from schemas.lanes.tables import MORE_DIGITS, NO_REGION, PREFIX, regions_of, table_of

Statuses: TypeAlias = npt.NDArray[np.int8]

LEFT = -1
"""Not decided."""

_FEWEST_OF_TWO = 14
"""Fewest digits of a cell that could hold two numbers parted by a slash. Source: `kinds.phones`, `_first_part`."""

_WORTH_A_LOOK = 64
"""For fewer numbers of a plan in a batch, reading one by one is as fast."""

_WORTH_A_TABLE = 10_000
"""So many numbers of a plan, read one by one, take the time that building the table does."""

_MOST_TABLES = 12
"""Each takes a megabyte."""

_SHAPES = 32
"""More than the digits that a national number can have."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was read from n texts.

    Attributes:
        status: A status of `plans` for each, `LEFT` where it is not decided.
        repaired: Which had odd punctuation or a national prefix too many.
        same: Which are their own normal form.
    """

    status: Statuses
    repaired: Bools
    same: Bools


@dataclass(frozen=True, slots=True)
class _Located:
    """Where the national numbers of n texts are.

    Attributes:
        code: The calling code of each, 0 where it is not located.
        at: The place in `Spellings.kept` of the first digit.
        digits: How many there are.
    """

    code: Longs
    at: Longs
    digits: Longs


class Reader:
    """Reads numbers as a region does.

    Args:
        region: A region that the library supports, or None.
    """

    def __init__(self, region: str | None) -> None:
        self.plans = Plans(region)
        self.fewest = fewest_digits(self.plans)
        home = self.plans.home
        self._home = None if home is None else _Home(home)
        self._seen: dict[tuple[int, int], int] = {}
        self._told: dict[tuple[int, int], Statuses] = {}

    def read(self, spelt: Spellings, is_open: Bools, values: Values, beside: Longs | int = 0) -> Numbers:
        """Return what is read from the texts that are open, and put the numbers into `values`.

        Args:
            spelt: n texts.
            is_open: Which are to be read; all of them safe.
            values: Where the numbers go.
            beside: Digits that the cell has beside those of the text.
        """
        count = len(spelt.cells)
        numbers = Numbers(np.full(count, LEFT, dtype=np.int8), spelt.odd_brackets(), np.zeros(count, dtype=np.bool_))
        several = is_open & (spelt.count + beside >= _FEWEST_OF_TWO)
        if several.any():
            is_open = is_open & ~(several & spelt.cells.holding(spelt.cells.data == SLASH))
        rows = np.flatnonzero(is_open)
        self._read_by_plan(rows, spelt, numbers, values)
        self._read_one_by_one(rows[numbers.status[rows] == LEFT], spelt, numbers, values)
        return numbers

    def _read_by_plan(self, rows: Longs, spelt: Spellings, numbers: Numbers, values: Values) -> None:
        located = self._locate(rows, spelt)
        groups = located.code * _SHAPES + np.minimum(located.digits, _SHAPES - 1)
        sizes = np.bincount(groups[located.code > 0], minlength=1)
        for group in np.flatnonzero(sizes >= _WORTH_A_LOOK).tolist():
            which = np.flatnonzero(groups == group)
            code, digits = divmod(group, _SHAPES)
            at, cells = located.at[which], rows[which]
            plan = _main_plan(code)
            if plan.by_length[min(digits, LENGTHS)] != OWN:
                if digits >= 2:
                    certain = ~_named(plan.stripped)[_pairs(spelt, at)]
                    numbers.status[cells[certain]] = plan.by_length[min(digits, LENGTHS)]
                continue
            told = self._told_by_table(code, digits, len(cells))
            if told is None:
                continue
            national = np.lib.stride_tricks.sliding_window_view(spelt.kept, digits)[at]
            prefixes = np.zeros(len(at), dtype=np.int32)
            for place in range(PREFIX):
                prefixes *= 10
                prefixes += national[:, place] - np.uint8(ZERO)
            numbers.status[cells] = told[prefixes]
            numbers.same[cells] = spelt.signed[cells] & spelt.compact[cells]
            begin = np.frombuffer(f"+{code}".encode("ascii"), dtype=np.uint8)
            written = np.empty((len(at), len(begin) + digits), dtype=np.uint8)
            written[:, : len(begin)], written[:, len(begin) :] = begin, national
            values.put(cells, column_from(written.ravel(), np.full(len(at), len(begin) + digits)))

    def _told_by_table(self, code: int, digits: int, count: int) -> Statuses | None:
        """Return the status of each six digits, `LEFT` where they do not decide; None if a table is not worth it."""
        told = self._told.get((code, digits))
        if told is not None:
            return told
        seen = self._seen[code, digits] = self._seen.get((code, digits), 0) + count
        if digits < PREFIX or seen < _WORTH_A_TABLE or len(self._told) >= _MOST_TABLES:
            return None
        try:
            table = table_of(code, digits)
        except ValueError:
            return None
        region = self.plans.region
        by_place = np.full(256, OWN if region is None else OTHER, dtype=np.int8)
        by_place[NO_REGION], by_place[MORE_DIGITS] = UNASSIGNED, LEFT
        if region is not None and region in regions_of(code):
            by_place[1 + regions_of(code).index(region)] = OWN
        told = self._told[code, digits] = by_place[table]
        return told

    def _locate(self, rows: Longs, spelt: Spellings) -> _Located:
        """Return where the national numbers of these texts are."""
        signed = spelt.signed[rows]
        at, digits = spelt.starts[rows] + signed, spelt.count[rows]
        code = np.zeros(len(rows), dtype=np.int64)
        abroad = signed
        if self._home is not None:
            at, digits = at.copy(), digits.copy()
            away = self._home.locate(spelt, ~signed, code, at, digits)
            abroad = signed | away
        which = np.flatnonzero(abroad & (digits > 3))
        codes, widths = _calling_codes()
        found = codes[_pairs(spelt, at[which]) * 10 + (spelt.kept[at[which] + 2] - np.uint8(ZERO))]
        code[which] = found
        at[which] += widths[found]
        digits[which] -= widths[found]
        return _Located(code, at, digits)

    def _read_one_by_one(self, rows: Longs, spelt: Spellings, numbers: Numbers, values: Values) -> None:
        if not rows.size:
            return
        kept = spelt.kept.tobytes().decode("ascii")
        starts = spelt.starts[rows]
        ends = starts + spelt.count[rows] + spelt.signed[rows]
        places: dict[str, int] = {}
        at = np.array(
            [
                places.setdefault(kept[start:end], len(places))
                for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
            ]
        )
        read = self.plans.read
        told: list[int] = []
        written: list[str] = []
        settled: list[bool] = []
        # Kept in three lists: so many pairs would have the garbage collector look through all plans.
        for text in places:
            status, value, was_settled = read(text)
            told.append(status)
            written.append(value)
            settled.append(was_settled)
        numbers.status[rows] = np.array(told, dtype=np.int8)[at]
        numbers.repaired[rows] |= np.array(settled)[at]
        same = np.fromiter(map(str.__eq__, written, places), np.bool_, len(places))
        numbers.same[rows] = spelt.compact[rows] & same[at]
        values.put(rows, _column(written), at)


@cache
def reader_of(region: str | None) -> Reader:
    """Return the reader of a region, always the same one: it remembers which plans are worth a table."""
    return Reader(region)


class _Home:
    """How a number without a plus is read in a region: what may stand before the national number.

    Args:
        plan: The region's plan.
    """

    def __init__(self, plan: Plan) -> None:
        self._code = int(plan.code)
        self._code_digits = plan.code
        self._most = max(plan.lengths)
        self._possible = np.array([length == OWN for length in plan.by_length])
        self._abroad = _named(plan.abroad)
        self._stripped = _named(plan.stripped)
        self._exit = plan.exit.pattern if plan.exit is not None and plan.exit.pattern.isdigit() else None
        self._trunk = np.zeros(100, dtype=np.bool_)
        if plan.trunk is not None:
            digit, spared = plan.trunk
            self._trunk[int(digit) * 10 : int(digit) * 10 + 10] = True
            self._trunk &= ~_named(spared)

    def locate(self, spelt: Spellings, is_open: Bools, code: Longs, at: Longs, digits: Longs) -> Bools:
        """Locate open numbers of the region, altering `code`, `at` and `digits`; return those with an exit code.

        In `at` and `digits` the exit code is taken away, too.
        """
        pairs = _pairs(spelt, at)
        leaves = self._abroad[pairs]
        # A number that begins with the region's calling code, and is too long with it, is read without it.
        begins = is_open & ~leaves
        for place, digit in enumerate(self._code_digits):
            begins &= spelt.kept[at + place] == ord(digit)
        home = is_open & ~leaves & ~begins
        trunk = home & self._trunk[pairs] & self._possible[np.clip(digits - 1, 0, LENGTHS)]
        whole = home & ~self._stripped[pairs]
        begins &= digits > self._most
        begins &= ~self._stripped[_pairs(spelt, at + len(self._code_digits))]
        code[begins | trunk | whole] = self._code
        taken = trunk + begins * np.int64(len(self._code_digits))
        at += taken
        digits -= taken
        if self._exit is None:
            return np.zeros(len(at), dtype=np.bool_)
        width = len(self._exit)
        # A calling code does not begin with 0.
        away = is_open & leaves & (digits > width + 3)
        away &= spelt.kept[at + width] != ZERO
        for place, digit in enumerate(self._exit):
            away &= spelt.kept[at + place] == ord(digit)
        at += away * np.int64(width)
        digits -= away * np.int64(width)
        exits: Bools = away
        return exits


@cache
def _calling_codes() -> tuple[Longs, Longs]:
    """Return for each three digits the calling code that they begin with, 0 for none; and for each code its digits."""
    codes, widths = np.zeros(1000, dtype=np.int64), np.zeros(1000, dtype=np.int64)
    for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        digits = len(str(code))
        width = 10 ** (3 - digits)
        codes[code * width : (code + 1) * width] = code
        widths[code] = digits
    return codes, widths


def _main_plan(code: int) -> Plan:
    return Code.of(str(code)).main


def _pairs(spelt: Spellings, at: Longs) -> Longs:
    """Return the first two digits of numbers, as numbers; without a meaning, but in range, of fewer digits."""
    first = np.minimum(spelt.kept[at] - np.uint8(ZERO), 9).astype(np.int64)
    pairs: Longs = first * 10 + np.minimum(spelt.kept[at + 1] - np.uint8(ZERO), 9)
    return pairs


def _named(pairs: frozenset[str]) -> Bools:
    has = np.zeros(100, dtype=np.bool_)
    has[[int(pair) for pair in pairs]] = True
    return has


def _column(texts: list[str]) -> Column:
    return column_from("".join(texts).encode("ascii"), np.fromiter(map(len, texts), np.int64, len(texts)))
