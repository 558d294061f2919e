"""Many numbers read at once, of whatever plans they are.

A number is located first: which digits are its calling code, and where its national number begins. Located are only
those of which it is certain whatever comes behind. All of these are looked up together, among the stretches of numbers
of which the same is said; a plan that has many numbers in a batch gets a table. What is not located is read by `Plans`,
once for each distinct number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import phonenumbers

from schemas.lanes.cells import Bools, Bytes, Column, Longs, column_from
from schemas.lanes.deciding import Values
from schemas.lanes.digit_bytes import CODES, MOST_DIGITS, first_digits, first_six, pairs_at, written_alike, written_out
from schemas.lanes.plans import LENGTHS, OTHER, OWN, UNASSIGNED, Code, Plan, Plans, fewest_digits
from schemas.lanes.shapes import NO_REGION, Shapes
from schemas.lanes.spellings import SLASH, ZERO, Spellings
from schemas.lanes.tables import MORE_DIGITS, PREFIX, Table, table_of

Statuses: TypeAlias = npt.NDArray[np.int8]

LEFT = -1
"""Not decided."""

FEWEST_DIGITS = 7
"""Fewest digits of a part of a cell that is a number of its own. Source: `kinds.phones`, `_first_part`."""

FEWEST_OF_TWO = 2 * FEWEST_DIGITS
"""Fewest digits of a cell that could hold two numbers parted by a mark."""

_WORTH_A_TABLE = 4_000
"""For fewer numbers of a plan in a batch the table's megabyte is not worth it."""

_MOST_TABLES = 3
"""Each takes a megabyte."""

_SHAPES = 32
"""More than `LENGTHS`."""

_STRIDE = 10**MOST_DIGITS
"""Numbers of different plans or lengths are so far apart."""

_PAIRS = 256
"""More than the numbers of two digits: as many as a byte has values."""

_NONE = np.empty(0, dtype=np.int64)


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
    """Where the national numbers of k texts are.

    Attributes:
        rows: The positions of the texts.
        code: The calling code of each, 0 where it is not located.
        at: The place in `Spellings.kept` of the first digit.
        digits: How many there are.
        trunk: Positions of those texts in which a national prefix stands between the two.
    """

    rows: Longs
    code: Longs
    at: Longs
    digits: Longs
    trunk: Longs


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
        self._trunks = _Trunks()
        self._known = _Stretches(region)
        self._tables: dict[int, Table] = {}

    def read(self, spelt: Spellings, is_open: Bools, values: Values, beside: Longs | int = 0) -> Numbers:
        """Return what is read from the texts that are open, and put the numbers into `values`.

        Args:
            spelt: n texts.
            is_open: Which are to be read; all of them safe.
            values: Where the numbers go.
            beside: Digits that the cell has beside those of the text.
        """
        several = is_open & (spelt.count + beside >= FEWEST_OF_TWO)
        if several.any():
            is_open = is_open & ~(several & spelt.cells.holding(spelt.cells.data == SLASH))
        located = self._locate(is_open, spelt)
        same = spelt.signed & spelt.compact
        same[located.trunk] = False
        numbers = Numbers(np.full(len(spelt.cells), LEFT, dtype=np.int8), spelt.odd_brackets(), same)
        self._read_located(located, spelt, numbers, values)
        self._read_one_by_one(np.flatnonzero(is_open & (numbers.status == LEFT)), spelt, numbers, values)
        return numbers

    def _read_located(self, located: _Located, spelt: Spellings, numbers: Numbers, values: Values) -> None:
        groups = located.code * _SHAPES + np.minimum(located.digits, LENGTHS)
        left = groups > _SHAPES
        for group, table in self._tables_for(groups).items():
            chosen = np.flatnonzero(groups == group)
            if not chosen.size:
                continue
            left[chosen] = False
            rows, at = located.rows[chosen], located.at[chosen]
            status = table[first_six(spelt, at)]
            doubtful = np.flatnonzero(status == MORE_DIGITS)
            if doubtful.size:
                status[doubtful] = self._known.tell(np.full(len(doubtful), group), spelt, at[doubtful])
            numbers.status[rows] = status
            values.put(rows, written_alike(*divmod(group, _SHAPES), spelt, at))
        others = np.flatnonzero(left)
        if others.size:
            status = self._known.tell(groups[others], spelt, located.at[others])
            numbers.status[located.rows[others]] = status
            others = others[(status != LEFT) & (status <= OTHER)]
        if others.size:
            texts = written_out(located.code[others], located.digits[others], spelt, located.at[others])
            values.put(located.rows[others], texts)

    def _tables_for(self, groups: Longs) -> dict[int, Table]:
        """Return the tables that there are, and more if some groups of numbers are worth it and there are not too many.

        A table says nothing that the stretches do not.
        """
        if len(groups) >= _WORTH_A_TABLE:
            for group in np.flatnonzero(np.bincount(groups) >= _WORTH_A_TABLE).tolist():
                is_long_enough = PREFIX <= group % _SHAPES <= MOST_DIGITS
                if is_long_enough and group not in self._tables and len(self._tables) < _MOST_TABLES:
                    self._tables[group] = table_of(*self._known.of_group(group), group % _SHAPES)
        return self._tables

    def _locate(self, is_open: Bools, spelt: Spellings) -> _Located:
        """Return where the national numbers of the open texts are."""
        starts = spelt.starts + spelt.signed
        whole = np.zeros(len(starts), dtype=np.bool_)
        if self._home is not None:
            whole = self._home.begins_whole[pairs_at(spelt, starts)] & is_open & ~spelt.signed
        rows = np.flatnonzero(is_open & ~whole)
        abroad, at, digits = spelt.signed[rows], starts[rows], spelt.count[rows]
        code = np.zeros(len(rows), dtype=np.int64)
        if self._home is not None:
            others = np.flatnonzero(~abroad)
            if others.size:
                abroad[others], *found = self._home.locate(spelt, at[others], digits[others])
                code[others], at[others], digits[others] = found
        away, trunks = np.flatnonzero(abroad & (digits > 3)), _NONE
        if away.size:
            codes, widths = _calling_codes()
            places = at[away]
            found = codes[pairs_at(spelt, places), spelt.kept[2:][places] - np.uint8(ZERO)]
            places += widths[found]
            left = digits[away] - widths[found]
            trunk = self._trunks.are_before(found, pairs_at(spelt, places), left)
            code[away] = found
            at[away] = places + trunk
            digits[away] = left - trunk
            trunks = rows[away[trunk]]
        if self._home is None:
            return _Located(rows, code, at, digits, trunks)
        wholes = np.flatnonzero(whole)
        return _Located(
            np.concatenate((wholes, rows)),
            np.concatenate((np.full(len(wholes), self._home.code), code)),
            np.concatenate((starts[wholes], at)),
            np.concatenate((spelt.count[wholes], digits)),
            trunks,
        )

    def _read_one_by_one(self, rows: Longs, spelt: Spellings, numbers: Numbers, values: Values) -> None:
        if not rows.size:
            return
        kept = spelt.kept.tobytes().decode("ascii")
        starts = spelt.starts[rows] + spelt.signed[rows]
        ends = starts + spelt.count[rows]
        pluses = np.array(["", "+"])[spelt.signed[rows].astype(np.int8)]
        places: dict[str, int] = {}
        at = np.array(
            [
                places.setdefault(plus + kept[start:end], len(places))
                for plus, start, end in zip(pluses.tolist(), starts.tolist(), ends.tolist(), strict=True)
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


class _Stretches:
    """What is said of numbers of all plans and lengths that have been met, by stretches of neighbours.

    Args:
        region: The region of a number without a calling code, or None.
    """

    def __init__(self, region: str | None) -> None:
        self._region = region
        # The place of each group of numbers of one calling code and so many digits, -1 where it is not known yet.
        self._places = np.full(CODES * _SHAPES, -1, dtype=np.int64)
        self._count = 0
        self._begins = np.empty(0, dtype=np.int64)
        self._told = np.empty(0, dtype=np.int8)

    def tell(self, groups: Longs, spelt: Spellings, at: Longs) -> Statuses:
        """Return the status of each number, `LEFT` where it is not decided.

        Args:
            groups: The calling code and the digits of each, as one number.
            spelt: The texts.
            at: Where the national number begins.
        """
        places = self._places[groups]
        if (places < 0).any():
            self._learn(np.flatnonzero(np.bincount(groups[places < 0])))
            places = self._places[groups]
        numbers = first_digits(spelt, at)
        numbers += places * _STRIDE
        found: Statuses = self._told[np.searchsorted(self._begins, numbers, side="right") - 1]
        return found

    def of_group(self, group: int) -> tuple[Longs, Statuses]:
        """Return the first number of each stretch of a group, and what is said of it.

        Nothing is said of numbers from which a national prefix may have to be taken. Of long numbers the stretches are
        those of their first `MOST_DIGITS` digits.
        """
        code, digits = divmod(group, _SHAPES)
        begins, told = np.zeros(1, dtype=np.int64), np.full(1, LEFT, dtype=np.int8)
        if not code or digits < 2:
            return begins, told
        plan = _main_plan(code)
        if plan.by_length[digits] != OWN:
            told[:] = plan.by_length[digits]
        elif digits <= MOST_DIGITS:
            try:
                shapes = Shapes(Code.of(str(code)), digits)
            except ValueError:
                return begins, told
            begins, told = shapes.begins, self._statuses(shapes.regions)[shapes.places]
        if not plan.stripped:
            return begins, told
        unit = 10 ** (min(digits, MOST_DIGITS) - 2)
        among = np.sort(np.concatenate((begins, np.arange(100) * unit)))
        told = told[np.searchsorted(begins, among, side="right") - 1]
        told[_named(plan.stripped)[among // unit]] = LEFT
        return among, told

    def _statuses(self, regions: tuple[str, ...]) -> Statuses:
        """Return the status of a number of no region, and of each of these."""
        by_place = np.full(1 + len(regions), OWN if self._region is None else OTHER, dtype=np.int8)
        by_place[NO_REGION] = UNASSIGNED
        if self._region in regions:
            by_place[1 + regions.index(self._region)] = OWN
        return by_place

    def _learn(self, groups: Longs) -> None:
        begins, told = [self._begins], [self._told]
        for group in groups.tolist():
            first, said = self.of_group(group)
            digits = min(group % _SHAPES, MOST_DIGITS)
            # What stands behind a number of few digits does not matter then.
            begins.append(first * 10 ** (MOST_DIGITS - digits) + self._count * _STRIDE)
            told.append(said)
            self._places[group] = self._count
            self._count += 1
        self._begins, self._told = np.concatenate(begins), np.concatenate(told)


class _Home:
    """How a number without a plus is read in a region: what may stand before the national number.

    Args:
        plan: The region's plan.
    """

    def __init__(self, plan: Plan) -> None:
        self.code = int(plan.code)
        self._code_digits = plan.code
        self._most = max(plan.lengths)
        self._possible = np.array([length == OWN for length in plan.by_length])
        self._abroad = _named(plan.abroad)
        self._stripped = _named(plan.stripped)
        begins = np.zeros(_PAIRS, dtype=np.bool_)
        first = plan.code[:2]
        begins[int(first) * 10 : int(first) * 10 + 10] = len(first) == 1
        begins[int(first)] |= len(first) == 2
        # Numbers that are nothing but national ones, as far as two digits tell.
        self.begins_whole: Bools = ~(self._abroad | self._stripped | begins)
        self._exit = plan.exit.pattern if plan.exit is not None and plan.exit.pattern.isdigit() else None
        self._trunk = np.zeros(_PAIRS, dtype=np.bool_)
        if plan.trunk is not None:
            digit, spared = plan.trunk
            self._trunk = _trunk_of(digit, spared)

    def locate(self, spelt: Spellings, at: Longs, digits: Longs) -> tuple[Bools, Longs, Longs, Longs]:
        """Locate numbers of the region, none of them with a plus.

        Args:
            spelt: The texts.
            at: Where the digits of each begin.
            digits: How many there are.

        Returns:
            Which have an exit code, the calling code of the others, 0 where it is not known, and both arguments
            without exit code, calling code and national prefix.
        """
        pairs = pairs_at(spelt, at)
        is_open = digits > 1
        leaves = self._abroad[pairs]
        # A number that begins with the region's calling code, and is too long with it, is read without it.
        begins = is_open & ~leaves
        for place, digit in enumerate(self._code_digits):
            begins &= spelt.kept[at + place] == ord(digit)
        home = is_open & ~leaves & ~begins
        trunk = home & self._trunk[pairs] & self._possible[np.clip(digits - 1, 0, LENGTHS)]
        whole = home & ~self._stripped[pairs]
        begins &= digits > self._most
        begins &= ~self._stripped[pairs_at(spelt, at, len(self._code_digits))]
        code = np.where(begins | trunk | whole, self.code, 0)
        taken = trunk + begins * np.int64(len(self._code_digits))
        exits = np.zeros(len(at), dtype=np.bool_)
        if self._exit is not None:
            width = len(self._exit)
            # Where a zero follows, that is the beginning of no calling code.
            exits = is_open & leaves & (digits > width + 3)
            for place, digit in enumerate(self._exit):
                exits &= spelt.kept[at + place] == ord(digit)
            taken += exits * np.int64(width)
        return exits, code, at + taken, digits - taken


@cache
def _calling_codes() -> tuple[Longs, Longs]:
    """Return the calling code that two digits and a third begin with, 0 for none; and for each code its digits."""
    codes, widths = np.zeros(CODES, dtype=np.int64), np.zeros(CODES, dtype=np.int64)
    for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        digits = len(str(code))
        width = 10 ** (3 - digits)
        codes[code * width : (code + 1) * width] = code
        widths[code] = digits
    return codes.reshape(100, 10), widths


class _Trunks:
    """The national prefixes that numbers have behind a calling code, too, where they are one digit."""

    def __init__(self) -> None:
        self._known = np.zeros(CODES, dtype=np.bool_)
        self._known[0] = True
        self._pairs = np.zeros((CODES, _PAIRS), dtype=np.bool_)
        self._possible = np.zeros((CODES, _SHAPES), dtype=np.bool_)

    def are_before(self, codes: Longs, pairs: Bytes, digits: Longs) -> Bools:
        """Return which numbers begin with a national prefix and are long enough without it.

        Args:
            codes: The calling code of each, 0 for none.
            pairs: Its first two digits behind that.
            digits: How many there are.
        """
        for code in set(codes[~self._known[codes]].tolist()):
            self._known[code] = True
            plan = _main_plan(code)
            self._possible[code, : LENGTHS + 1] = [length == OWN for length in plan.by_length]
            if plan.trunk is not None:
                self._pairs[code] = _trunk_of(*plan.trunk)
        trunk: Bools = self._pairs[codes, pairs]
        trunk &= self._possible[codes, np.clip(digits - 1, 0, LENGTHS)]
        return trunk


def _main_plan(code: int) -> Plan:
    return Code.of(str(code)).main


def _named(pairs: frozenset[str]) -> Bools:
    has = np.zeros(_PAIRS, dtype=np.bool_)
    has[[int(pair) for pair in pairs]] = True
    return has


def _trunk_of(digit: str, spared: frozenset[str]) -> Bools:
    """Return the first two digits of which the first is a national prefix. Source: `plans.Plan.trunk`."""
    return _named(frozenset(f"{digit}{second}" for second in range(10))) & ~_named(spared)


def _column(texts: list[str]) -> Column:
    return column_from("".join(texts).encode("ascii"), np.fromiter(map(len, texts), np.int64, len(texts)))
