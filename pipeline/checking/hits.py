"""Many findings, kept as two arrays and a short list of what they say, so that their cost stays flat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.native import kernel, pointer_to

Longs = npt.NDArray[np.int64]

_first_hits = kernel("first_hits", "plllpp")


@dataclass(frozen=True, slots=True)
class Hits:
    """k places where one of a few things was seen.

    Attributes:
        rows: k row positions in the batch, ascending.
        which: k positions in `kinds`.
        kinds: What can be seen; hashable values.
    """

    rows: Longs
    which: Longs
    kinds: tuple[Any, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def each(self) -> Iterator[tuple[int, Any]]:
        """Yield (row position, what) in order."""
        for row, which in zip(self.rows.tolist(), self.which.tolist(), strict=True):
            yield row, self.kinds[which]

    def tallied(self, most: int) -> list[tuple[int, Longs]]:
        """Return, for each of the kinds, how often it was seen, and the first rows where it was, at most so many.

        Raises:
            ValueError: A hit is of a kind that is none.
        """
        kinds, which = len(self.kinds), np.ascontiguousarray(self.which, np.int64)
        counts, firsts = np.empty(kinds, np.int64), np.empty((kinds, most), np.int64)
        if _first_hits(pointer_to(which), len(which), kinds, most, pointer_to(counts), pointer_to(firsts)) < 0:
            raise ValueError(f"hits are of {kinds} kinds")
        noted = zip(counts.tolist(), firsts, strict=True)
        return [(count, self.rows[places[: min(count, most)]]) for count, places in noted]

    def only(self, rows: npt.NDArray[np.bool_]) -> Hits:
        """Return those hits whose row is in a mask of the batch's rows."""
        kept = rows[self.rows]
        return Hits(self.rows[kept], self.which[kept], self.kinds)


def gather(parts: list[tuple[Longs, Any]]) -> Hits:
    """Return the hits of several (row positions, what) in row order; within a row in the order given."""
    if not parts:
        return Hits(np.empty(0, np.int64), np.empty(0, np.int64), ())
    kinds = tuple(dict.fromkeys(kind for _, kind in parts))
    place = {kind: number for number, kind in enumerate(kinds)}
    rows = np.concatenate([rows for rows, _ in parts])
    which = np.repeat([place[kind] for _, kind in parts], [len(rows) for rows, _ in parts])
    order = _order_of(rows)
    return Hits(rows[order], which[order], kinds)


def _order_of(numbers: Longs) -> Longs:
    """Return the positions of k numbers, none negative, in their stable order."""
    # Numbers of one or two bytes are sorted in linear time.
    return np.argsort(numbers.astype(np.min_scalar_type(numbers.max(initial=0))), kind="stable")
