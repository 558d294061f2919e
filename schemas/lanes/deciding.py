"""What every lane shares: empty cells, blanks around a text, placeholders; and how verdicts and values are kept.

A lane is a function of a column that returns what is certain of its cells, and leaves the others. Its first pass is a
kernel (`first_pass`); what that leaves may go through steps for many cells at once, by `decide`.

Such a step is a function `step(cells, is_open, said, values)`. It looks at those of n cells that `is_open` names:
printable ASCII that is not empty, has no blanks at its ends and is no placeholder, or anything that holds more than
printable ASCII, most of it without white space at its ends. Of those that it can decide it tells `said` the codes, and
`values` each normal form that is not the text itself. It leaves the others.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.kinds.blanks import DEFAULT_PLACEHOLDERS, LONGEST_SEARCHED
from schemas.lanes.cells import Bools, Cells, Column, Longs, chosen, column_of, without
from schemas.rules import BY_CODE, Severity
from schemas.verdicts import Verdict

_arrow: Any = pa
_compute: Any = pc

UNDECIDED = -1

Codes = tuple[str, ...]


class Said:
    """The codes of n cells, as far as they are decided.

    Attributes:
        which: n positions in `codes`, `UNDECIDED` where the judge must be asked.
        codes: The distinct sequences of codes; the first is the empty one, of a cell that is fine as it is.
    """

    def __init__(self, count: int) -> None:
        self.which: npt.NDArray[np.int16] = np.full(count, UNDECIDED, dtype=np.int16)
        self._places: dict[Codes, int] = {(): 0}

    @property
    def codes(self) -> tuple[Codes, ...]:
        return tuple(self._places)

    @property
    def undecided(self) -> Longs:
        """The positions that no lane has decided, ascending."""
        return np.flatnonzero(self.which == UNDECIDED)

    def say(self, cells: Bools | Longs, *codes: str) -> None:
        """Decide cells, named by a mask or by positions: these codes apply to each."""
        self.which[cells] = self.place(codes)

    def place(self, codes: Codes) -> int:
        """Return the position of a sequence of codes in `codes`."""
        return self._places.setdefault(codes, len(self._places))

    def replace_by_last(self, cells: Longs, codes_of: Callable[[Codes], Codes]) -> None:
        """Decide k cells by the last k, and forget these.

        Args:
            cells: k positions.
            codes_of: Gives the codes of one of the cells, from those of the one it is decided by.
        """
        count = len(self.which) - len(cells)
        self.which, last = self.which[:count], self.which[count:]
        for place, codes in enumerate(self.codes):
            chosen = cells[last == place]
            if chosen.size:
                self.say(chosen, *codes_of(codes))


class Values:
    """The normal forms of n cells: their own texts, but for those that are put in the place of some or taken out.

    Args:
        text: The n texts, some of them missing.
    """

    def __init__(self, text: Column) -> None:
        self._arrays = [text]
        self._size = len(text)
        self._moved = False

    @cached_property
    def _at(self) -> Longs:
        """Of each cell the place of its value among all texts; below 0 where it has none."""
        text = self._arrays[0]
        places = np.arange(len(text))
        if text.null_count:
            places[text.is_null().to_numpy(zero_copy_only=False)] = -1
        return places

    def put(self, cells: Longs, texts: Column, which: Longs | None = None) -> None:
        """Put texts in the place of cells.

        Args:
            cells: k positions.
            texts: An Arrow array; none missing.
            which: k positions in `texts`; by default they are k texts in the same order.
        """
        if not len(cells):
            return
        self._at[cells] = self._size + (np.arange(len(texts)) if which is None else which)
        self._arrays.append(texts)
        self._size += len(texts)
        self._moved = True

    def keep(self, cells: Longs) -> None:
        """Leave k cells, by position, their own texts."""
        self._at[cells] = cells

    def drop(self, cells: Bools | Longs) -> None:
        """Leave cells without a value."""
        self._at[cells] = -1

    def replace_by_last(self, cells: Longs) -> None:
        """Put the values of the last k cells in the place of k others, and forget the last ones."""
        count = len(self._at) - len(cells)
        self._at, last = self._at[:count], self._at[count:]
        self._at[cells] = last
        self._moved = True

    def column(self) -> Column:
        """Return the n values; missing where they were taken out."""
        first, *others = self._arrays
        if "_at" not in self.__dict__:
            return first
        if self._moved:
            others = others or [column_of([])]
            first = chosen(first, others[0] if len(others) == 1 else _arrow.concat_arrays(others), self._at)
        return without(first, self._at < 0)


Step: TypeAlias = Callable[[Cells, Bools, Said, Values], None]

Lane: TypeAlias = Callable[[Column], tuple[Said, Values]]
"""Returns of n texts, none missing, the codes, `UNDECIDED` where only the judge can tell; and the values: missing where
a cell is blank or refused, its own text where it is undecided."""


def refuses(codes: Codes) -> bool:
    """Return whether one of the codes is an error."""
    return any(BY_CODE[code].severity is Severity.ERROR for code in codes)


def in_turn(first: Lane, second: Lane) -> Lane:
    """Return the lane that gives what one lane leaves to another."""

    def lane(text: Column) -> tuple[Said, Values]:
        said, values = first(text)
        left = said.undecided
        if left.size:
            adopt(*second(text.take(_arrow.array(left))), left, said, values)
        return said, values

    return lane


def adopt(part: Said, inner: Values, rows: Longs, said: Said, values: Values) -> None:
    """Put the verdicts of k cells, those in these rows, among those of all."""
    places = np.array([*map(said.place, part.codes), UNDECIDED], dtype=np.int16)
    said.which[rows] = places[part.which]
    column = inner.column()
    values.put(rows, _compute.fill_null(column, ""))
    values.drop(rows[column.is_null().to_numpy(zero_copy_only=False)])


def ask(judge: Callable[[str], Verdict], text: Column, rows: Longs, said: Said, values: Values) -> None:
    """Let a judge decide cells, by position, each unique text once."""
    if not rows.size:
        return
    encoded = text.take(_arrow.array(rows)).dictionary_encode()
    which: Longs = encoded.indices.to_numpy()
    texts = encoded.dictionary.to_pylist()
    verdicts = [judge(one) for one in texts]
    said.which[rows] = np.array([said.place(verdict.codes) for verdict in verdicts], dtype=np.int16)[which]
    # The value of an undecided cell is its text: a column that keeps its texts need not be made anew.
    differs = np.array([verdict.value != one for verdict, one in zip(verdicts, texts, strict=True)])[which]
    values.put(rows[differs], column_of([verdict.value or "" for verdict in verdicts]), which[differs])
    values.drop(rows[np.array([verdict.value is None for verdict in verdicts])[which]])


def decide(text: Column, step: Step) -> tuple[Said, Values]:
    """Return what is certain of n cells of a kind, like a lane; `step` decides those that hold something."""
    given = Cells(text)
    padded, trimmed = _trimmed(given)
    # What is left of padded texts stands behind all others: the lane looks at both together.
    cells = given.followed_by(Cells(trimmed)) if padded.size else given
    said, values = Said(len(cells)), Values(cells.text)
    blank = cells.empty[cells.empty >= len(given)]
    placeholders = _placeholders(cells)
    said.say(cells.empty)
    said.say(blank, "C002")
    said.say(placeholders, "C003")
    is_open = np.ones(len(cells), dtype=np.bool_)
    for settled in (cells.empty, placeholders, padded):
        is_open[settled] = False
    step(cells, is_open, said, values)
    # The last place is what an undecided cell points to.
    is_refused = np.array([*map(refuses, said.codes), False])
    if is_refused.any():
        values.drop(is_refused.take(said.which))
    for without_value in (cells.empty, placeholders):
        values.drop(without_value)
    if padded.size:
        said.replace_by_last(padded, _of_padded)
        values.replace_by_last(padded)
    values.keep(said.undecided)
    return said, values


def _trimmed(cells: Cells) -> tuple[Longs, Column]:
    """Return the positions of the texts that have white space at an end, and what is left of each without it.

    Of texts with more than printable ASCII only those that are short enough for the judge to look for a placeholder.
    """
    rows = np.flatnonzero(_FIRST_OF_WHITE.take(cells.first) | _LAST_OF_WHITE.take(cells.last))
    # A letter beyond ASCII may well end as white space does, but seldom in the same two bytes.
    before_last = cells.data.take(cells.ends[rows] - 2, mode="clip")
    rows = rows[_FIRST_OF_WHITE[cells.first[rows]] | (cells.last[rows] < 0x80) | _BEFORE_LAST_OF_WHITE[before_last]]
    long = np.flatnonzero(cells.lengths[rows] > LONGEST_SEARCHED)
    if long.size:
        rows = np.delete(rows, long[~cells.take(rows[long]).plain])
    texts = cells.text.take(_arrow.array(rows))
    if not rows.size:
        return rows, texts
    trimmed = _compute.utf8_trim(texts, _WHITE)
    shorter = Cells(trimmed).lengths < cells.lengths[rows]
    return (rows, trimmed) if shorter.all() else (rows[shorter], trimmed.filter(_arrow.array(shorter)))


def _of_padded(codes: Codes) -> Codes:
    """Return the codes of a cell that has white space at an end, from those of what is left without it."""
    # Of a text that is refused or stands for nothing no change is told.
    return codes if refuses(codes) or codes in {("C002",), ("C003",)} else ("C001", *codes)


# What `str.strip` takes away, and the first and the last two bytes of its spelling.
_WHITE = "".join(letter for letter in map(chr, range(0x3001)) if letter.isspace())
_FIRST_OF_WHITE, _LAST_OF_WHITE = np.zeros(256, dtype=np.bool_), np.zeros(256, dtype=np.bool_)
_FIRST_OF_WHITE[[letter.encode()[0] for letter in _WHITE]] = True
_LAST_OF_WHITE[[letter.encode()[-1] for letter in _WHITE]] = True
_BEFORE_LAST_OF_WHITE = np.zeros(256, dtype=np.bool_)
_BEFORE_LAST_OF_WHITE[[letter.encode()[-2] for letter in _WHITE if not letter.isascii()]] = True

_LONGEST_PLACEHOLDER = max(map(len, DEFAULT_PLACEHOLDERS))
_FIRST, _LAST = np.zeros(256, dtype=np.bool_), np.zeros(256, dtype=np.bool_)
_FIRST[[ord(letter) for one in DEFAULT_PLACEHOLDERS for letter in (one[0].lower(), one[0].upper())]] = True
_LAST[[ord(letter) for one in DEFAULT_PLACEHOLDERS for letter in (one[-1].lower(), one[-1].upper())]] = True


def _placeholders(cells: Cells) -> Longs:
    """Return the positions of cells that are a placeholder, in whatever case, without blanks around it."""
    is_short = cells.lengths <= _LONGEST_PLACEHOLDER
    rows = np.flatnonzero(is_short & _FIRST.take(cells.first) & _LAST.take(cells.last))
    if not rows.size:
        return rows
    texts = cells.text.take(_arrow.array(rows)).to_pylist()
    found: Longs = rows[np.fromiter((text.casefold() in DEFAULT_PLACEHOLDERS for text in texts), np.bool_, len(texts))]
    return found
