"""Verdicts and values of many cells, and the lanes that tell them.

A lane is a function of a column that returns what is certain of its cells, and leaves the others. Its first pass is a
kernel (`first_pass`); what that leaves may go to another lane, and at the end to the judge.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.lanes.cells import Bools, Column, Longs, column_of, splice, without
from schemas.rules import BY_CODE, Severity
from schemas.verdicts import Verdict

_arrow: Any = pa
_compute: Any = pc

UNDECIDED = -1

Codes = tuple[str, ...]

_OWN, _DROPPED = -2, -1
"""Where the value of a cell stands that keeps its text, or has none."""


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

    def place(self, codes: Codes) -> int:
        """Return the position of a sequence of codes in `codes`."""
        return self._places.setdefault(codes, len(self._places))


class Values:
    """The normal forms of n cells: their own texts, but for those that are put in the place of some or taken out.

    Args:
        text: The n texts, some of them missing.
    """

    def __init__(self, text: Column) -> None:
        self._text = text
        self._others = [column_of([])]
        self._size = 0
        self._changes: list[tuple[Bools | Longs, Longs | int]] = []

    def put(self, cells: Longs, texts: Column, which: Longs | None = None) -> None:
        """Put texts in the place of cells.

        Args:
            cells: k positions.
            texts: An Arrow array; none missing.
            which: k positions in `texts`; by default they are k texts in the same order.
        """
        if not len(cells):
            return
        self._changes.append((cells, self._size + (np.arange(len(texts)) if which is None else which)))
        self._others.append(texts)
        self._size += len(texts)

    def drop(self, cells: Bools | Longs) -> None:
        """Leave cells without a value."""
        if len(cells):
            self._changes.append((cells, _DROPPED))

    def column(self) -> Column:
        """Return the n values; missing where they were taken out."""
        if not self._changes:
            return self._text
        # Of each cell the place of its value among the others.
        at = np.full(len(self._text), _OWN)
        for cells, places in self._changes:
            at[cells] = places
        rows = np.flatnonzero(at != _OWN)
        missing = self._text.is_null().to_numpy(zero_copy_only=False).copy()
        missing[rows] = at[rows] == _DROPPED
        return without(splice(self._text, _arrow.concat_arrays(self._others), rows, at[rows]), missing)


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
