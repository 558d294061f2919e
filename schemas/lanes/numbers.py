"""Many numbers read at once: by tables where a plan has many of them, else one by one.

A number is located first: which digits are its calling code, and where its national number begins. Located are only
those of which it is certain whatever comes behind. Then a table tells of a plan's numbers of so many digits at once;
what has no table, or is not located, is read by `Plans`, once for each distinct number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import phonenumbers

from schemas.lanes.cells import Bools, Bytes, Column, Longs, column_from
from schemas.lanes.deciding import Values
from schemas.lanes.plans import LENGTHS, OTHER, OWN, UNASSIGNED, Code, Plan, Plans, fewest_digits
from schemas.lanes.shapes import Shapes
from schemas.lanes.spellings import SLASH, ZERO, Spellings
from schemas.lanes.tables import MORE_DIGITS, NO_REGION, PREFIX, regions_of, table_of

Statuses: TypeAlias = npt.NDArray[np.int8]

LEFT = -1
"""Not decided."""

FEWEST_DIGITS = 7
"""Fewest digits of a part of a cell that is a number of its own. Source: `kinds.phones`, `_first_part`."""

FEWEST_OF_TWO = 2 * FEWEST_DIGITS
"""Fewest digits of a cell that could hold two numbers parted by a mark."""

_WORTH_A_LOOK = 24
"""For fewer numbers of a plan in a batch, reading one by one is as fast."""

_WORTH_A_TABLE = 10_000
"""So many numbers of a plan, read one by one, take the time that building the table does."""

_WORTH_MEMORY = 4_000
"""For fewer numbers of a plan in a batch its beginnings are looked up as fast as a table."""

_MOST_TABLES = 3
"""Each takes a megabyte."""

_SHAPES = 32
"""More than the digits that a national number can have."""

_CODES = 1000
"""More than any calling code."""

_PAIRS = 256
"""More than the numbers of two digits: as many as a byte has values."""

_EIGHT = np.dtype("<u8")
"""Eight digits in the order in which they stand."""


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
        same: Which texts with a plus hold nothing but that and these digits.
    """

    code: Longs
    at: Longs
    digits: Longs
    same: Bools


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
        self._seen: dict[tuple[int, int], int] = {}
        self._told: dict[tuple[int, int], Statuses] = {}
        self._shapes: dict[tuple[int, int], tuple[Shapes, Statuses] | None] = {}

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
        numbers = Numbers(np.full(len(spelt.cells), LEFT, dtype=np.int8), spelt.odd_brackets(), located.same)
        self._read_by_plan(located, spelt, numbers, values)
        self._read_one_by_one(np.flatnonzero(is_open & (numbers.status == LEFT)), spelt, numbers, values)
        return numbers

    def _read_by_plan(self, located: _Located, spelt: Spellings, numbers: Numbers, values: Values) -> None:
        for code, digits, cells in _groups(located):
            at = located.at[cells]
            plan = _main_plan(code)
            length = plan.by_length[min(digits, LENGTHS)]
            if length != OWN:
                if digits >= 2:
                    certain = ~_named(plan.stripped)[_pairs(spelt, at)]
                    numbers.status[cells[certain]] = length
                continue
            told = self._told_by_table(code, digits, len(cells))
            if told is not None:
                numbers.status[cells] = told[_first_digits(spelt, at, PREFIX)]
            else:
                found = self._shapes_of(code, digits)
                if found is None:
                    continue
                shapes, by_place = found
                status = by_place[shapes.places(_first_digits(spelt, at, digits))]
                status[_named(plan.stripped)[_pairs(spelt, at)]] = LEFT
                numbers.status[cells] = status
            begin = np.frombuffer(f"+{code}".encode("ascii"), dtype=np.uint8)
            written = np.empty((len(at), len(begin) + digits), dtype=np.uint8)
            written[:, : len(begin)] = begin
            written[:, len(begin) :] = (
                _windows(spelt, np.dtype((np.void, digits)))[at].view(np.uint8).reshape(-1, digits)
            )
            values.put(cells, column_from(written.ravel(), np.full(len(at), len(begin) + digits)))

    def _told_by_table(self, code: int, digits: int, count: int) -> Statuses | None:
        """Return the status of each six digits, `LEFT` where they do not decide; None if a table is not worth it."""
        told = self._told.get((code, digits))
        if told is not None:
            return told
        seen = self._seen[code, digits] = self._seen.get((code, digits), 0) + count
        if digits < PREFIX or seen < _WORTH_A_TABLE or len(self._told) >= _MOST_TABLES:
            return None
        if count < _WORTH_MEMORY and self._shapes_of(code, digits) is not None:
            return None
        try:
            table = table_of(code, digits)
        except ValueError:
            return None
        told = self._told[code, digits] = self._statuses(regions_of(code))[table]
        return told

    def _shapes_of(self, code: int, digits: int) -> tuple[Shapes, Statuses] | None:
        """Return how assigned numbers begin, and the status of each region's; None if that is not known."""
        try:
            return self._shapes[code, digits]
        except KeyError:
            found = None
        try:
            shapes = Shapes(Code.of(str(code)), digits)
        except ValueError:
            pass
        else:
            found = shapes, self._statuses(shapes.regions)
        self._shapes[code, digits] = found
        return found

    def _statuses(self, regions: tuple[str, ...]) -> Statuses:
        """Return the status of a number of no region, of each of these, and of one that is not decided."""
        region = self.plans.region
        by_place = np.full(256, OWN if region is None else OTHER, dtype=np.int8)
        by_place[NO_REGION], by_place[MORE_DIGITS] = UNASSIGNED, LEFT
        if region in regions:
            by_place[1 + regions.index(region)] = OWN
        return by_place

    def _locate(self, is_open: Bools, spelt: Spellings) -> _Located:
        """Return where the national numbers of the open texts are."""
        at, digits = spelt.starts + spelt.signed, spelt.count.copy()
        same = spelt.signed & spelt.compact
        if self._home is None:
            code = np.zeros(len(at), dtype=np.int64)
            away = np.flatnonzero(is_open & spelt.signed & (digits > 3))
        else:
            code = self._home.begin_whole[_pairs(spelt, at)]
            code[~is_open | spelt.signed] = 0
            others = np.flatnonzero((code == 0) & is_open & (digits > 1))
            abroad = self._home.locate(others, spelt, code, at, digits)
            away = others[(abroad | spelt.signed[others]) & (digits[others] > 3)]
        codes, widths = _calling_codes()
        places = at[away]
        found = codes[_first_digits(spelt, places, 3)]
        places += widths[found]
        left = digits[away] - widths[found]
        trunk = self._trunks.are_before(found, _pairs(spelt, places), left)
        code[away] = found
        at[away] = places + trunk
        digits[away] = left - trunk
        same[away[trunk]] = False
        return _Located(code, at, digits, same)

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
        begins = np.zeros(_PAIRS, dtype=np.bool_)
        first = plan.code[:2]
        begins[int(first) * 10 : int(first) * 10 + 10] = len(first) == 1
        begins[int(first)] |= len(first) == 2
        # Numbers that are nothing but national ones, as far as two digits tell.
        self.begin_whole: Longs = np.where(self._abroad | self._stripped | begins, 0, self._code)
        self._exit = plan.exit.pattern if plan.exit is not None and plan.exit.pattern.isdigit() else None
        self._trunk = np.zeros(_PAIRS, dtype=np.bool_)
        if plan.trunk is not None:
            digit, spared = plan.trunk
            self._trunk = _trunk_of(digit, spared)

    def locate(self, rows: Longs, spelt: Spellings, code: Longs, at: Longs, digits: Longs) -> Bools:
        """Locate some numbers of the region, altering `code`, `at` and `digits`; return which have an exit code.

        In `at` and `digits` the exit code is taken away, too. Numbers with a plus are left.
        """
        places, left, is_open = at[rows], digits[rows], ~spelt.signed[rows]
        abroad = self._locate(spelt, is_open, rows, code, places, left)
        at[rows], digits[rows] = places, left
        return abroad

    def _locate(self, spelt: Spellings, is_open: Bools, rows: Longs, code: Longs, at: Longs, digits: Longs) -> Bools:
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
        code[rows[begins | trunk | whole]] = self._code
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


def _groups(located: _Located) -> Iterator[tuple[int, int, Longs]]:
    """Yield calling code, digits and positions of numbers of one plan and length, if there are many."""
    groups = located.code * _SHAPES + np.clip(located.digits, 0, _SHAPES - 1)
    sizes = np.bincount(groups, minlength=_SHAPES)
    sizes[:_SHAPES] = 0
    main = int(sizes.argmax())
    if sizes[main] >= _WORTH_A_LOOK:
        yield *divmod(main, _SHAPES), np.flatnonzero(groups == main)
    sizes[main] = 0
    others = np.flatnonzero((sizes >= _WORTH_A_LOOK)[groups])
    others = others[np.argsort(groups[others], kind="stable")]
    begin = 0
    for group in np.flatnonzero(sizes >= _WORTH_A_LOOK).tolist():
        end = begin + int(sizes[group])
        yield *divmod(group, _SHAPES), others[begin:end]
        begin = end


class _Trunks:
    """The national prefixes that numbers have behind a calling code, too, where they are one digit."""

    def __init__(self) -> None:
        self._known = np.zeros(_CODES, dtype=np.bool_)
        self._known[0] = True
        self._pairs = np.zeros((_CODES, _PAIRS), dtype=np.bool_)
        self._possible = np.zeros((_CODES, _SHAPES), dtype=np.bool_)

    def are_before(self, codes: Longs, pairs: Bytes, digits: Longs) -> Bools:
        """Return which numbers begin with a national prefix and are long enough without it.

        Args:
            codes: The calling code of each, 0 for none.
            pairs: Its first two digits behind that.
            digits: How many there are.
        """
        for code in np.flatnonzero((np.bincount(codes, minlength=_CODES) > 0) & ~self._known).tolist():
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


def _pairs(spelt: Spellings, at: Longs) -> Bytes:
    """Return the first two digits of numbers, as numbers; without a meaning of fewer digits."""
    pairs: Bytes = (spelt.kept[at] - np.uint8(ZERO)) * np.uint8(10)
    pairs += spelt.kept[at + 1] - np.uint8(ZERO)
    return pairs


def _first_digits(spelt: Spellings, at: Longs, count: int) -> Longs:
    """Return the first digits of numbers, so many of each, as numbers."""
    if count > _EIGHT.itemsize:
        rest = count - _EIGHT.itemsize
        digits = _first_digits(spelt, at, _EIGHT.itemsize)
        digits *= 10**rest
        digits += _first_digits(spelt, at + _EIGHT.itemsize, rest)
        return digits
    # The digits behind them are shifted out, and zeros stand before them.
    eight: npt.NDArray[np.uint64] = _windows(spelt, np.dtype((np.void, _EIGHT.itemsize)))[at].view(_EIGHT)
    eight -= np.uint64(0x3030303030303030)
    eight <<= np.uint64(8 * (_EIGHT.itemsize - count))
    # Neighbours are joined: first digits to pairs, then pairs to fours, then both fours.
    for width, base, kept in ((8, 10, 0x00FF00FF00FF00FF), (16, 100, 0x0000FFFF0000FFFF), (32, 10_000, 0xFFFFFFFF)):
        lower = eight * np.uint64(base)
        eight >>= np.uint64(width)
        eight += lower
        eight &= np.uint64(kept)
    return eight.view(np.int64)


def _windows(spelt: Spellings, kind: np.dtype[np.void]) -> npt.NDArray[np.void]:
    """Return a view of the digits of all texts, an item at every byte."""
    return np.ndarray(len(spelt.kept) - kind.itemsize + 1, kind, spelt.kept.data, strides=(1,))


def _named(pairs: frozenset[str]) -> Bools:
    has = np.zeros(_PAIRS, dtype=np.bool_)
    has[[int(pair) for pair in pairs]] = True
    return has


def _trunk_of(digit: str, spared: frozenset[str]) -> Bools:
    """Return the first two digits of which the first is a national prefix. Source: `plans.Plan.trunk`."""
    return _named(frozenset(f"{digit}{second}" for second in range(10))) & ~_named(spared)


def _column(texts: list[str]) -> Column:
    return column_from("".join(texts).encode("ascii"), np.fromiter(map(len, texts), np.int64, len(texts)))
