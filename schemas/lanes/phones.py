"""The lane of phones: digits are told from punctuation by bytes, and number plans tell the rest.

Of a number that is written in digits, blanks, `-./()[]` and at most one plus, standing before the digits, only the digits
and the plus matter to the library; brackets and their order matter to what is told of the spelling. Ten digits of the
North American plan are decided by a table, all other digits by `Plans`, once for each distinct number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import phonenumbers
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.lanes.cells import Bools, Bytes, Cells, Column, Longs, column_from
from schemas.lanes.deciding import Lane, Said, Values
from schemas.lanes.nanp import CALLING_CODE, DIGITS, MORE_DIGITS, PREFIX, Table, nanp_regions, nanp_table
from schemas.lanes.nanp import UNASSIGNED as NO_REGION
from schemas.lanes.plans import CODES, OTHER, OWN, REFUSED, UNASSIGNED, Plans, code_of, fewest_digits, is_plain_american
from schemas.specs import PhoneForm

_arrow: Any = pa
_compute: Any = pc

_LONGEST_CELL = 250
"""Most characters that are read as a phone. Source: `kinds.phones`."""

_WORTH_A_TABLE = 1_000
"""So many numbers of the North American plan cost the judge more than building the table does."""

_FEWEST_OF_TWO = 14
"""Fewest digits of a cell that could hold two numbers parted by a slash. Source: `kinds.phones`, `_first_part`."""

_FEWEST_IN_FRONT = 6
"""Fewest digits before the point of what is a decimal. Source: `kinds.phones`, `_DECIMAL`."""

Statuses: TypeAlias = npt.NDArray[np.int8]
_LEFT = -1
"""Not decided."""

_PLUS, _POINT, _SLASH, _ZERO, _ONE, _TWO = b"+./012"
_AT = ord("@")

# What a byte adds to the sum over its text: four counts in one number, of digits, of bytes that are none of ours, of
# pluses and of brackets. A text of at most 250 bytes has at most 250 of each.
_DIGIT, _STRANGE, _SIGN, _BRACKET = 1, 1 << 8, 1 << 16, 1 << 24
_WEIGHTS = np.full(256, _STRANGE, dtype=np.uint32)
_WEIGHTS[[*b" -./"]] = 0
_WEIGHTS[[*b"()[]"]] = _BRACKET
_WEIGHTS[[*b"0123456789"]] = _DIGIT
_WEIGHTS[_PLUS] = _SIGN
_IS_BRACKET = np.zeros(256, dtype=np.bool_)
_IS_BRACKET[[*b"()[]"]] = True
_IS_KEPT = np.zeros(256, dtype=np.bool_)
_IS_KEPT[[*b"0123456789+"]] = True

# What is told of a spelling before anything else is.
_SPELLED = (), ("P001",), ("P203",), ("P205",), ("P205", "P203")
_AS_IS, _FORMATTED, _REPAIRED, _DECIMAL = range(4)

# Judge's order: words are looked for only where a scientific number, an address or several numbers were not found.
_SCIENTIFIC = r"^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$"
_EXTENSION = (
    r"^(?P<body>[-0-9+./()\[\] ]*[0-9]) *(?:[xX]|[eE]?[xX][tT](?:[nN]|[eE][nN][sS][iI][oO][nN])?)[:.]? *"
    r"(?P<extension>[0-9]{1,7})$"
)


def phone_lane(region: str | None, strict: bool, form: PhoneForm) -> Lane:
    """Return the lane of phones.

    Args:
        region: Region of a number without a calling code (CLDR two letters, upper case), or None for none.
        strict: Whether a number that no plan has assigned is refused.
        form: How numbers are written out; only `e164` is decided here.
    """
    if form != "e164" or not (region is None or region in phonenumbers.SUPPORTED_REGIONS):
        return _leave
    reader = _Reader(region)

    def lane(cells: Cells, is_open: Bools, said: Said, values: Values) -> None:
        if not len(cells):
            return
        phones = _Phones(cells)
        open_ = is_open & cells.plain
        long = open_ & (cells.lengths > _LONGEST_CELL)
        said.say(long, "P103")
        open_ &= ~long
        # No number has fewer than two digits.
        few = open_ & (phones.count < 2)
        said.say(few, "P101")
        open_ &= ~few
        written = open_ & phones.is_safe
        decimal = _decimals(phones, written)
        written[decimal] = False
        numbers = reader.read(phones, written, values)
        status = np.where(_is_certain(numbers.status, phones, reader.fewest), numbers.status, np.int8(_LEFT))
        spelled = np.where(numbers.repaired, _REPAIRED, np.where(numbers.same, _AS_IS, _FORMATTED))
        rows = np.flatnonzero(status != _LEFT)
        _say(said, rows, status[rows], spelled[rows], strict)
        if decimal.size:
            _decide_decimals(decimal, cells, reader, said, values, strict)
        others = np.flatnonzero(open_ & (phones.strange > 0))
        if others.size:
            _decide_others(others, cells, reader, said, values, strict)

    return lane


def _leave(cells: Cells, is_open: Bools, said: Said, values: Values) -> None:
    """Decide nothing."""


class _Phones:
    """What the bytes of n texts tell: counts of digits and marks, and the digits one behind the other.

    Attributes:
        cells: The texts.
        count: Digits of each.
        strange: Bytes of each that are neither digits nor harmless punctuation nor a plus.
        kept: Digits and pluses of all texts.
        starts: The place in `kept` of the first of each text.
        signed: Which texts have exactly one plus, before the digits.
        is_safe: Which texts are read by their digits and the plus alone.
    """

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        sums = np.empty(len(cells.data) + 1, dtype=np.uint32)
        sums[0] = 0
        # It runs over, and is right again where one sum is taken from another.
        np.cumsum(_WEIGHTS[cells.data], dtype=np.uint32, out=sums[1:])
        counts = (sums[cells.ends] - sums[cells.starts]).view(np.uint8).reshape(-1, 4)
        self.count: Longs = counts[:, 0].astype(np.int64)
        self.strange = counts[:, 1]
        self.brackets = counts[:, 3]
        signs = counts[:, 2]
        keeps = _IS_KEPT[cells.data]
        self.kept: Bytes = np.append(cells.data[keeps], np.zeros(2, dtype=np.uint8))
        widths = self.count + signs
        if cells.lengths.max(initial=0) > _LONGEST_CELL:
            widths = cells.counts(keeps)
        self.starts: Longs = np.cumsum(widths) - widths
        self.signed: Bools = (signs == 1) & (self.kept[self.starts] == _PLUS)
        self.compact: Bools = cells.lengths == widths
        self.is_safe: Bools = (self.strange == 0) & ((signs == 0) | self.signed)
        self.is_safe &= (self.count > 2) | ((self.count == 2) & (cells.lengths == 2))

    def digit(self, place: int) -> Bytes:
        """Return the digit of each text that stands at a place, 0 or 1; without a meaning where there is none."""
        return self.kept[np.minimum(self.starts + self.signed + place, len(self.kept) - 1)]

    def odd_brackets(self) -> Bools:
        """Return which texts have other brackets than pairs of round ones, one behind the other.

        Source: `kinds.phones`, `_is_odd`.
        """
        data = self.cells.data
        brackets = data[_IS_BRACKET[data]]
        counts = self.brackets.astype(np.int64)
        if self.cells.lengths.max(initial=0) > _LONGEST_CELL:
            counts = self.cells.counts(_IS_BRACKET[data])
        ends = np.cumsum(counts)
        closes = (np.arange(len(brackets)) - np.repeat(ends - counts, counts)) & 1
        wrong = brackets != (ord("(") + closes)
        bad = np.zeros(len(brackets) + 1, dtype=np.int64)
        np.cumsum(wrong, out=bad[1:])
        return (counts & 1 == 1) | (bad[ends] != bad[ends - counts])


@dataclass(frozen=True, slots=True)
class _Numbers:
    """What was read from n texts.

    Attributes:
        status: A status of `plans` for each, `_LEFT` where it is not decided.
        repaired: Which had odd punctuation or a national prefix too many.
        same: Which are their own normal form.
    """

    status: Statuses
    repaired: Bools
    same: Bools


class _Reader:
    """Reads the numbers of a region from texts that are safe.

    Args:
        region: A region that the library supports, or None.
    """

    def __init__(self, region: str | None) -> None:
        self.plans = Plans(region)
        self.fewest = fewest_digits(self.plans)
        self._region = region
        self._has_table = is_plain_american(self.plans)
        self._at_home = self._has_table and region in nanp_regions()
        self._by_count = self._refusals() if self._at_home else None

    def read(self, phones: _Phones, is_open: Bools, values: Values, beside: Longs | int = 0) -> _Numbers:
        """Return what is read from the texts that are open, and put the numbers into `values`.

        Args:
            phones: n texts.
            is_open: Which are to be read; all of them safe.
            values: Where the numbers go, as far as they are not the texts themselves.
            beside: Digits that the cell has beside those of the text.
        """
        count = len(phones.cells)
        status: Statuses = np.full(count, _LEFT, dtype=np.int8)
        same = np.zeros(count, dtype=np.bool_)
        several = is_open & (phones.count + beside >= _FEWEST_OF_TWO)
        if several.any():
            is_open = is_open & ~(several & phones.cells.holding(phones.cells.data == _SLASH))
        american = self._american(phones, is_open)
        if american.size >= _WORTH_A_TABLE:
            self._read_american(american, phones, status, same, values)
        if self._by_count is not None:
            self._refuse_by_count(phones, is_open, status)
        repaired = phones.odd_brackets()
        self._read_others(np.flatnonzero(is_open & (status == _LEFT)), phones, status, same, repaired, values)
        return _Numbers(status, repaired, same)

    def _american(self, phones: _Phones, is_open: Bools) -> Longs:
        """Return the texts that are a number of the North American plan: ten digits, of which the first is no 0 or 1.

        With a 1 before them, they are wherever there is a plus or the region has the plan; without one there.
        """
        if not self._has_table:
            return np.empty(0, dtype=np.int64)
        eleven = is_open & (phones.count == DIGITS + 1) & (phones.digit(0) == _ONE) & (phones.digit(1) >= _TWO)
        if not self._at_home:
            return np.flatnonzero(eleven & phones.signed)
        ten = is_open & (phones.count == DIGITS) & ~phones.signed & (phones.digit(0) >= _TWO)
        return np.flatnonzero(ten | eleven)

    def _read_american(self, rows: Longs, phones: _Phones, status: Statuses, same: Bools, values: Values) -> None:
        told = _told_by_table(self._region)
        if told is None:
            return
        first = phones.starts[rows] + phones.signed[rows] + (phones.count[rows] > DIGITS)
        numbers = np.lib.stride_tricks.sliding_window_view(phones.kept, DIGITS)[first]
        prefixes = np.zeros(len(rows), dtype=np.int32)
        for place in range(PREFIX):
            prefixes *= 10
            prefixes += numbers[:, place] - np.uint8(_ZERO)
        status[rows] = told[prefixes]
        same[rows] = phones.signed[rows] & phones.compact[rows]
        written = np.empty((len(rows), DIGITS + 2), dtype=np.uint8)
        written[:, 0], written[:, 1], written[:, 2:] = _PLUS, _ONE, numbers
        values.put(rows, column_from(written.ravel(), np.full(len(rows), DIGITS + 2)))

    def _refuse_by_count(self, phones: _Phones, is_open: Bools, status: Statuses) -> None:
        """Refuse numbers of a region of the North American plan that have too few or too many digits.

        Those that begin with 0 or 1 may have another meaning; to seven digits some regions add their area code.
        """
        assert self._by_count is not None, "asked only in a region of the plan"
        by_count = self._by_count[np.minimum(phones.count, len(self._by_count) - 1)]
        rows = is_open & ~phones.signed & (phones.digit(0) >= _TWO) & (by_count > OTHER)
        status[rows] = by_count[rows]

    def _refusals(self) -> Statuses:
        """Return the status of each count of digits; one that is accepted where it is not decided."""
        home, code = self.plans.home, code_of(str(CALLING_CODE))
        assert home is not None, "a region of the plan has one"
        assert code is not None, "the plan has regions"
        statuses = np.array(code.main.by_length, dtype=np.int8)
        if home.rewrite:
            statuses[list(code.main.local_lengths)] = OWN
        return statuses

    def _read_others(
        self, rows: Longs, phones: _Phones, status: Statuses, same: Bools, repaired: Bools, values: Values
    ) -> None:
        if not rows.size:
            return
        kept = phones.kept.tobytes().decode("ascii", "replace")
        starts = phones.starts[rows]
        ends = starts + phones.count[rows] + phones.signed[rows]
        read = self.plans.read
        places: dict[str, int] = {}
        which = [
            places.setdefault(kept[start:end], len(places))
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]
        found = [read(digits) for digits in places]
        at = np.array(which)
        status[rows] = np.array([number.status for number in found], dtype=np.int8)[at]
        repaired[rows] |= np.array([number.settled for number in found])[at]
        is_own = np.array([number.value == digits for number, digits in zip(found, places, strict=True)])
        same[rows] = phones.compact[rows] & is_own[at]
        texts = [number.value for number in found]
        values.put(rows, _column(texts), at)


def _told_by_table(region: str | None) -> Statuses | None:
    """Return the status of each six digits, `_LEFT` where they do not decide; None if there is no table."""
    try:
        table: Table = nanp_table()
    except ValueError:
        return None
    by_place = np.full(256, OWN if region is None else OTHER, dtype=np.int8)
    by_place[NO_REGION], by_place[MORE_DIGITS] = UNASSIGNED, _LEFT
    if region is not None and region in nanp_regions():
        by_place[1 + nanp_regions().index(region)] = OWN
    return by_place[table]


def _decimals(phones: _Phones, written: Bools) -> Longs:
    """Return the texts that are nothing but a number with one or two zeros behind a point. Source: `_DECIMAL`."""
    cells = phones.cells
    rows = np.flatnonzero(written & (cells.last == _ZERO) & (cells.lengths == phones.count + phones.signed + 1))
    rows = rows[phones.count[rows] > _FEWEST_IN_FRONT]
    ends = cells.ends[rows]
    return rows[
        (cells.data[ends - 2] == _POINT)
        | (
            (cells.data[ends - 3] == _POINT)
            & (cells.data[ends - 2] == _ZERO)
            & (phones.count[rows] > _FEWEST_IN_FRONT + 1)
        )
    ]


def _is_certain(status: Statuses, phones: _Phones, fewest: tuple[int, int]) -> Bools:
    """Return which texts cannot hold two numbers, should the reading of the whole have failed so that it is asked.

    Then the judge looks for the first of several, and takes it. Two need the digits of two; and nothing parts them if
    there is no punctuation. Source: `kinds.phones`, `_read_cell`, `_first_match`.
    """
    several = np.where(phones.signed, fewest[0] + fewest[1], 2 * fewest[1])
    return ~_is_asked_again(status) | (phones.count < several) | phones.compact


def _is_asked_again(status: Statuses) -> Bools:
    return (status == REFUSED["P101"]) | (status == REFUSED["P103"]) | (status == REFUSED["P105"])


def _decide_decimals(rows: Longs, cells: Cells, reader: _Reader, said: Said, values: Values, strict: bool) -> None:
    texts = _compute.replace_substring_regex(cells.text.take(_arrow.array(rows)), r"[.]0+$", "")
    phones, inner = _Phones(Cells(texts)), Values(texts)
    numbers = reader.read(phones, phones.is_safe, inner)
    known = np.flatnonzero((numbers.status != _LEFT) & ~_is_asked_again(numbers.status))
    values.put(rows, inner.column())
    spelled = np.where(numbers.repaired, _DECIMAL + 1, _DECIMAL)
    _say(said, rows[known], numbers.status[known], spelled[known], strict)


def _decide_others(rows: Longs, cells: Cells, reader: _Reader, said: Said, values: Values, strict: bool) -> None:
    """Decide some of the texts that hold other bytes: addresses, damaged numbers, numbers with an extension."""
    texts = cells.text.take(_arrow.array(rows))
    scientific = _mask(_compute.match_substring_regex(texts, _SCIENTIFIC))
    said.say(rows[scientific], "P107")
    address = _mask(_compute.match_substring(texts, "@")) | _mask(_compute.match_substring(texts, "://"))
    said.say(rows[address & ~scientific], "P101")
    parts = _compute.extract_regex(texts, _EXTENSION)
    extended = _mask(parts.is_valid())
    if extended.any():
        held = parts.filter(_arrow.array(extended))
        _decide_extended(
            rows[extended], cells, held.field("body"), held.field("extension"), reader, said, values, strict
        )


def _decide_extended(
    rows: Longs,
    cells: Cells,
    bodies: Column,
    extensions: Column,
    reader: _Reader,
    said: Said,
    values: Values,
    strict: bool,
) -> None:
    phones, inner = _Phones(Cells(bodies)), Values(bodies)
    # Two digits are a number where nothing else stands beside them.
    is_open = phones.is_safe & (phones.count > 2)
    numbers = reader.read(phones, is_open, inner, beside=Cells(extensions).lengths)
    column = _compute.binary_join_element_wise(inner.column(), extensions, _arrow.scalar(" x", _arrow.large_string()))
    values.put(rows, column)
    same = _mask(_compute.equal(column, cells.text.take(_arrow.array(rows))))
    known = np.flatnonzero((numbers.status != _LEFT) & ~_is_asked_again(numbers.status))
    spelled = np.where(numbers.repaired, _REPAIRED, np.where(same, _AS_IS, _FORMATTED))
    _say(said, rows[known], numbers.status[known], spelled[known], strict)


def _say(said: Said, rows: Longs, status: Statuses, spelled: Longs, strict: bool) -> None:
    """Decide texts by what was read from them and how they are spelled."""
    kinds = status.astype(np.int64) * len(_SPELLED) + spelled
    places = np.zeros(len(CODES) * len(_SPELLED), dtype=np.int16)
    for kind in np.flatnonzero(np.bincount(kinds, minlength=len(places))).tolist():
        places[kind] = said.place(_codes(*divmod(kind, len(_SPELLED)), strict))
    said.which[rows] = places[kinds]


def _codes(status: int, spelled: int, strict: bool) -> tuple[str, ...]:
    if status > OTHER:
        return (CODES[status],)
    if status == OWN:
        return _SPELLED[spelled]
    if status == UNASSIGNED and strict:
        return ("P108",)
    return (*_SPELLED[spelled], CODES[status])


def _column(texts: list[str]) -> Column:
    return column_from("".join(texts).encode("ascii"), np.fromiter(map(len, texts), np.int64, len(texts)))


def _mask(column: Column) -> Bools:
    mask: Bools = column.to_numpy(zero_copy_only=False)
    return mask
