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
_order_hits = kernel("order_hits", "ppllppp")
_take_hits = kernel("take_hits", "plpplpp")


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

    def __post_init__(self) -> None:
        if len(self.rows) != len(self.which):
            raise ValueError("a hit is in one row and of one kind")

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

    def only(self, wanted: npt.NDArray[np.bool_]) -> Hits:
        """Return those hits whose row is in a mask of the batch's rows.

        Raises:
            ValueError: The batch has no such row.
        """
        mask, count = np.ascontiguousarray(wanted), len(self)
        hits = [np.ascontiguousarray(column, np.int64) for column in (self.rows, self.which)]
        taken = np.empty((2, count), np.int64)
        number = _take_hits(pointer_to(mask), len(mask), *map(pointer_to, hits), count, *map(pointer_to, taken))
        return Hits(*_checked(taken, number), self.kinds)


def gather(parts: list[tuple[Longs, Any]]) -> Hits:
    """Return the hits of several (row positions, what) in row order; within a row in the order given.

    Raises:
        ValueError: A row is negative.
    """
    if not parts:
        return Hits(np.empty(0, np.int64), np.empty(0, np.int64), ())
    kinds = tuple(dict.fromkeys(kind for _, kind in parts))
    place = {kind: number for number, kind in enumerate(kinds)}
    rows = np.concatenate([rows for rows, _ in parts], dtype=np.int64)
    which = np.repeat([place[kind] for _, kind in parts], [len(rows) for rows, _ in parts])
    ordered, last = np.empty((2, len(rows)), np.int64), int(rows.max(initial=0))
    begins = np.empty(last + 2, np.int64)
    columns = (rows, which)
    number = _order_hits(*map(pointer_to, columns), len(rows), last + 1, pointer_to(begins), *map(pointer_to, ordered))
    return Hits(*_checked(ordered, number), kinds)


def _checked(hits: Longs, number: int) -> tuple[Longs, Longs]:
    """Return so many rows and kinds of those that a kernel made."""
    if number < 0:
        raise ValueError("a hit is in a row that is none")
    return hits[0, :number], hits[1, :number]
