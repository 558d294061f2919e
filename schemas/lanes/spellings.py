"""How phones are spelled: what the bytes of many texts tell of their digits and punctuation."""

from __future__ import annotations

import numpy as np

from schemas.lanes.cells import Bools, Bytes, Cells, Longs

LONGEST = 250
"""Most characters that are read as a phone. Source: `kinds.phones`."""

PLUS, POINT, SLASH, ZERO, NINE = b"+./09"

# What a byte adds to the sum over its text: four counts in one number, of digits, of bytes that are none of ours, of
# pluses and of brackets. A text of at most 250 bytes has at most 250 of each.
_DIGIT, _STRANGE, _SIGN, _BRACKET = 1, 1 << 8, 1 << 16, 1 << 24
_WEIGHTS = np.full(256, _STRANGE, dtype="<u4")
_WEIGHTS[[*b" -./"]] = 0
_WEIGHTS[[*b"()[]"]] = _BRACKET
_WEIGHTS[[*b"0123456789"]] = _DIGIT
_WEIGHTS[PLUS] = _SIGN

_OPENS, _CLOSES, _SQUARE_OPENS, _SQUARE_CLOSES = b"()[]"
_PADDING = np.full(32, ZERO, dtype=np.uint8)


class Spellings:
    """What n texts of digits and punctuation consist of; of texts longer than `LONGEST` it tells nothing.

    Attributes:
        cells: The texts.
        count: Digits of each.
        strange: Bytes of each that are neither digits nor harmless punctuation nor a plus.
        kept: Digits of all texts, one behind the other, 0 for each plus, and some zeros at both ends.
        starts: The place in `kept` of the first digit or plus of each text.
        signed: Which texts have exactly one plus, before the digits.
        compact: Which texts are nothing but digits and pluses.
        is_safe: Which texts are read by their digits and the plus alone: they have no strange bytes, no other plus,
            and three digits or more, or two and nothing else.
    """

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        data = cells.data
        sums = np.zeros(len(data) + 1, dtype="<u4")
        # It runs over, and is right again where one sum is taken from another.
        np.cumsum(_WEIGHTS.take(data, mode="clip"), dtype=sums.dtype, out=sums[1:])
        counts = np.diff(sums[np.append(cells.starts, cells.ends[-1:])]).view(np.uint8).reshape(-1, 4)
        self.count: Longs = counts[:, 0].astype(np.int64)
        self.strange = counts[:, 1]
        signs = counts[:, 2]
        self._brackets = counts[:, 3]
        # Bytes below the digits wrap around to large numbers.
        keeps = (data - np.uint8(ZERO) <= 9) | (data == PLUS)
        self.kept: Bytes = np.concatenate((_PADDING, np.compress(keeps, data), _PADDING))
        self._some_too_long = bool(cells.lengths.max(initial=0) > LONGEST)
        widths: Longs = cells.counts(keeps) if self._some_too_long else self.count + signs
        self.starts: Longs = np.cumsum(widths) - widths + len(_PADDING)
        self.signed: Bools = (signs == 1) & (self.kept[self.starts] == PLUS)
        # "+" is less than all digits; clipping is ten times as fast as the larger of two.
        np.clip(self.kept, ZERO, NINE, out=self.kept)
        self.compact: Bools = cells.lengths == widths
        self.is_safe: Bools = (self.strange == 0) & ((signs == 0) | self.signed)
        self.is_safe &= (self.count > 2) | ((self.count == 2) & (cells.lengths == 2))

    def odd_brackets(self) -> Bools:
        """Return which texts have other brackets than pairs of round ones, one behind the other.

        Source: `kinds.phones`, `_is_odd`.
        """
        cells = self.cells
        odd: Bools = self._brackets > 0
        rows = np.flatnonzero(odd)
        # Most of them begin with an area code in brackets.
        usual = (self._brackets[rows] == 2) & (cells.lengths[rows] > 4) & (cells.first[rows] == _OPENS)
        usual &= cells.data.take(cells.starts[rows] + 4, mode="clip") == _CLOSES
        odd[rows[usual]] = False
        rows = rows[~usual & (cells.lengths[rows] <= LONGEST)]
        if rows.size:
            odd[rows] = _have_odd_brackets(cells.take(rows).data, self._brackets[rows])
        return odd

    def decimals(self, is_open: Bools) -> tuple[Longs, Longs]:
        """Return the open texts that are nothing but a number with zeros behind a point, and how many: one or two.

        Source: `kinds.phones`, `_DECIMAL`, which wants six digits before the point.
        """
        cells = self.cells
        rows = np.flatnonzero(is_open & (cells.last == ZERO) & (cells.lengths == self.count + self.signed + 1))
        rows = rows[self.count[rows] >= 7]
        ends = cells.ends[rows]
        one = cells.data[ends - 2] == POINT
        two = (cells.data[ends - 3] == POINT) & (cells.data[ends - 2] == ZERO) & (self.count[rows] >= 8)
        return rows[one | two], 1 + two[one | two].astype(np.int64)


def _have_odd_brackets(data: Bytes, counts: Bytes) -> Bools:
    """Return which texts have odd brackets, by the bytes of all and the number of brackets in each."""
    # "(" and ")" are neighbours.
    is_bracket = (data - np.uint8(_OPENS) <= 1) | (data == _SQUARE_OPENS) | (data == _SQUARE_CLOSES)
    brackets = np.compress(is_bracket, data)
    ends = np.cumsum(counts, dtype=np.int64)
    closes = (np.arange(len(brackets)) - np.repeat(ends - counts, counts)) & 1
    wrong = np.zeros(len(brackets) + 1, dtype=np.int64)
    np.cumsum(brackets != _OPENS + closes, out=wrong[1:])
    odd: Bools = (counts & 1 == 1) | (wrong[ends] != wrong[ends - counts])
    return odd
