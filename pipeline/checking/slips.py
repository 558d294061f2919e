"""Websites that slipped by a row: records in a row of which each has its neighbour's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.checking.hits import Longs
from pipeline.checking.sense import SenseKind

FEWEST = 3
"""Records in a row that are a slip and no wrong pair; the product's own choice."""


@dataclass(frozen=True, slots=True)
class Slip:
    """Records in a row of which each has the website of the same neighbour.

    Attributes:
        record: Number of the first.
        line: Its line.
        count: How many they are, at least 1.
        which: Whose website each has: `next` or `previous`.
    """

    record: int
    line: int
    count: int
    which: str


def slips_of(
    records: Longs, lines: Longs, findings: Iterable[tuple[Longs, SenseKind]], longest: int = FEWEST
) -> tuple[Slip, ...]:
    """Return what is to be known of the slips within a batch, in record order.

    Args:
        records: n record numbers, strictly increasing.
        lines: n physical first lines.
        findings: Row positions, ascending, for each thing found; those of S102 count.
        longest: From how many records on one is enough.

    Returns:
        In each direction the first slip of so many records, and those that the batch's neighbours may go on with.
    """
    found: list[Slip] = []
    for rows, (code, _, _, _, which) in findings:
        if code != "S102":
            continue
        begins = np.flatnonzero(np.concatenate(([True], np.diff(records[rows]) != 1)))
        counts = np.diff(begins, append=len(rows))
        first, last = records[rows[begins]], records[rows[begins + counts - 1]]
        # The records at the edges are settled elsewhere.
        kept = (first == records[0] + 1) | (last == records[-1] - 1)
        kept[np.flatnonzero(counts >= longest)[:1]] = True
        found += [
            Slip(int(records[row]), int(lines[row]), int(count), which)
            for row, count in zip(rows[begins[kept]].tolist(), counts[kept].tolist(), strict=True)
        ]
    return tuple(sorted(found, key=lambda slip: slip.record))


def first_slip(slips: Sequence[Slip]) -> Slip | None:
    """Return the first slip of a file that is long enough, or None.

    Args:
        slips: In record order; two that follow each other in one direction are one.

    >>> first_slip([Slip(4, 5, 1, "next"), Slip(5, 6, 2, "next"), Slip(9, 10, 7, "previous")])
    Slip(record=4, line=5, count=3, which='next')
    """
    joined: list[Slip] = []
    for slip in slips:
        if joined and joined[-1].which == slip.which and joined[-1].record + joined[-1].count == slip.record:
            joined[-1] = replace(joined[-1], count=joined[-1].count + slip.count)
        else:
            joined.append(slip)
    return next((slip for slip in joined if slip.count >= FEWEST), None)
