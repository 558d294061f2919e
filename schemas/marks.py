"""The verdicts of a frame: which rules apply to which cell, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from schemas.native import kernel, pointer_to
from schemas.rules import Severity
from schemas.specs import FieldSpec

Bools = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]
Places = npt.NDArray[np.int16]
"""Positions among the sets of marks, or of codes, that occur in a column: a few hundred."""

_count_marked = kernel("count_marked", "pllp")
_order_marked = kernel("order_marked", "pllppl")


class Mark(NamedTuple):
    """One rule that applies to a cell, after the policy.

    Attributes:
        code: The rule.
        severity: What it does here; a policy may have lowered an error to a warning.
        done: What the policy did about it: `blanked`, `kept` or "".
    """

    code: str
    severity: Severity
    done: str = ""


@dataclass(frozen=True, slots=True)
class ColumnVerdicts:
    """The verdicts of one column of n cells.

    Attributes:
        field: The field that judged.
        values: n normal forms, dtype `str`, the frame's index; missing where a cell is blank or refused.
        which: n positions in `combinations`.
        combinations: The distinct sets of marks that occur; the first is the empty one.
    """

    field: FieldSpec
    values: pd.Series[Any]
    which: Places
    combinations: tuple[tuple[Mark, ...], ...]

    def __post_init__(self) -> None:
        if self.combinations[0] != () or len(self.values) != len(self.which):
            raise ValueError(f"verdicts of {self.field.name!r} do not fit together")
        if self.which.dtype != np.int16 or not self.which.flags.c_contiguous:
            raise TypeError("a kernel reads positions of two bytes that stand one behind the other")

    def where(self, wanted: Callable[[Mark], bool]) -> Bools:
        """Return a mask of the n cells that carry a mark of the wanted sort."""
        hits = np.fromiter((any(map(wanted, marks)) for marks in self.combinations), dtype=np.bool_)
        return hits.take(self.which) if hits.any() else np.zeros(len(self.which), dtype=np.bool_)

    def counts(self) -> Longs:
        """Return how many cells each of the combinations has.

        Raises:
            ValueError: A cell has none of them.
        """
        counts = np.empty(len(self.combinations), np.int64)
        if _count_marked(*self._cells(), pointer_to(counts)) < 0:
            raise ValueError(f"a cell of {self.field.name!r} has marks that do not occur")
        return counts

    def places(self) -> list[Longs]:
        """Return for each of the combinations which cells have it, ascending; none for the empty one, which most have.

        Raises:
            ValueError: A cell has none of them.
        """
        counts = self.counts()
        counts[0] = 0
        ends = np.cumsum(counts)
        # Cells without a mark have the last place, one after the other.
        begins, rows = ends - counts, np.empty(int(ends[-1]) + 1, np.int64)
        begins[0] = ends[-1]
        _order_marked(*self._cells(), pointer_to(begins), pointer_to(rows), len(rows))
        return [rows[begin:end] for begin, end in pairwise((0, *ends.tolist()))]

    def _cells(self) -> tuple[int | None, int, int]:
        """Return where the cells' combinations stand, how many cells there are, and how many combinations."""
        return pointer_to(self.which), len(self.which), len(self.combinations)

    @property
    def refused(self) -> Bools:
        """A mask of the n cells that reject their record."""
        return self.where(lambda mark: mark.severity is Severity.ERROR)


@dataclass(frozen=True)
class FrameVerdicts:
    """The verdicts of a frame's fields, by column name, in the frame's order."""

    columns: Mapping[str, ColumnVerdicts]

    @cached_property
    def refused(self) -> Bools:
        """A mask of the n records of which some cell is refused; not to be altered."""
        mask: Bools = np.logical_or.reduce([column.refused for column in self.columns.values()])
        return mask

    def passes(self, name: str, code: str, index: pd.Index[Any]) -> pd.Series[bool]:
        """Return, for each cell of a column, whether the code does not reject it.

        Raises:
            ValueError: The column is not the one that was judged.
        """
        column = self.columns[name]
        good = ~column.where(lambda mark: mark.severity is Severity.ERROR and mark.code == code)
        return _at(good, column.values.index, index, name)

    def accepts(self, index: pd.Index[Any]) -> pd.Series[bool]:
        """Return, for each record, whether no cell of it is refused.

        Raises:
            ValueError: The frame is not the one that was judged.
        """
        name, some = next(iter(self.columns.items()))
        return _at(~self.refused, some.values.index, index, name)


def _at(good: Bools, judged: pd.Index[Any], index: pd.Index[Any], name: str) -> pd.Series[bool]:
    """Return verdicts by an index: that of what was judged, or of a part of it (Pandera's head, tail and sample)."""
    if len(index) != len(good):
        places = judged.get_indexer(index)
        if (places < 0).any():
            raise ValueError(f"the verdicts of {name!r} belong to another frame")
        good = good[places]
    return pd.Series(good, index=index)
