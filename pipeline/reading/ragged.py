"""The verdict on regular records that have another width than the header, on all of a range at once.

`judging.judge` defines it; here the same is said by arrays, so that a file in which every record is broken costs little
more than a sound one. Records of which positions and counts do not tell everything are left to the judge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.reading.blocks import Positions
from pipeline.reading.counting import count_in_records
from pipeline.reading.fitting import DELIMITERS
from pipeline.reading.footers import FOOTER_RECORDS
from pipeline.reading.judging import also_separated, otherwise_separated, too_long
from pipeline.reading.noting import words_of
from pipeline.reading.regular import QUOTE, Index
from pipeline.reading.regular_cells import texts_of
from pipeline.reading.splitting import Shorts
from pipeline.records import BrokenRecords, Range, Source

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ragged:
    """What was set aside together.

    Attributes:
        at: Positions of the records in the index.
        broken: The records.
        shorts: Those among them that have too few cells and nothing else.
    """

    at: Positions
    broken: BrokenRecords
    shorts: Shorts

    @staticmethod
    def none() -> Ragged:
        """Return nothing."""
        return Ragged(np.empty(0, dtype=np.int64), BrokenRecords.of(()), Shorts.of([]))


def judge_ragged(source: Source, part: Range, index: Index, widths: Positions, chosen: Bools) -> Ragged:
    """Return what `judge` says of records of another width, but for those that it must see itself.

    Args:
        source: The file.
        part: A range of it.
        index: The records of that range, in a dialect that the index serves.
        widths: How many cells each has.
        chosen: Which to judge: regular ones, of another width than the header, UTF-8, without NUL, none larger than a
            cell may be.
    """
    # Near the end a record may be a footer, and the last one may be cut off.
    chosen = chosen.copy()
    chosen[max(0, source.records - FOOTER_RECORDS + 1 - part.first_record) :] = False
    at = np.flatnonzero(chosen)
    if not at.size:
        return Ragged.none()
    cells, lines = widths[at], part.first_line + index.lines[at]
    # What is said of a record is told by the number of its cells, and by this: 0, or the number of another table or of
    # another way to separate.
    reason = np.zeros(len(at), dtype=np.int64)
    for number, (line, columns) in enumerate(source.other_tables, 1):
        reason[(lines >= line) & (cells == columns)] = number
    is_short = (cells < len(source.header)) & (reason == 0)
    ways, is_unsure = _other_ways(source, index, at, cells, is_short)
    reason = np.where(ways > 0, ways + len(source.other_tables), reason)
    is_short &= ways == 0
    if is_unsure.any():
        sure = ~is_unsure
        chosen[at[is_unsure]] = False
        at, cells, lines, reason, is_short = at[sure], cells[sure], lines[sure], reason[sure], is_short[sure]
        if not at.size:
            return Ragged.none()
    reasons = len(source.other_tables) + 2 * len(DELIMITERS) + 1
    which, told = pd.factorize(cells * reasons + reason)
    broken = BrokenRecords.ordered(
        part.first_record + at,
        lines,
        which.astype(np.int64, copy=False),
        [_kind(source, *divmod(one, reasons)) for one in told.tolist()],
        texts_of(index, chosen),
    )
    shorts = Shorts(
        broken.records[is_short], cells[is_short], lines[is_short], part.first_line + index.stops[at][is_short]
    )
    return Ragged(at, broken, shorts)


def _other_ways(
    source: Source, index: Index, at: Positions, cells: Positions, is_short: Bools
) -> tuple[Positions, Bools]:
    """Return in which other way each short record has the header's width, 0 for none, and whether that is not sure."""
    width, usual = len(source.header), source.dialect.delimiter
    ways, is_unsure = np.zeros(len(at), dtype=np.int64), np.zeros(len(at), dtype=np.bool_)
    is_asked = is_short & (index.stops[at] - index.lines[at] == 1)
    if width < 2 or not is_asked.any():
        return ways, is_unsure
    starts, ends = index.starts[at], index.ends[at]
    is_quoted = count_in_records(index.block.data, starts, ends, QUOTE, None) > 0
    for number, other in enumerate(DELIMITERS):
        if other == usual or other.encode() not in index.block.data:
            continue
        found = count_in_records(index.block.data, starts, ends, other, None)
        is_there = is_asked & (found > 0)
        # Quotes can only hide separators, so where there are too few of them no other way is left.
        is_unsure |= is_there & is_quoted & (found + 1 >= width)
        is_open = is_there & ~is_quoted & (ways == 0)
        ways[is_open & (cells + found == width)] = 2 * number + 2
        ways[is_open & (found + 1 == width)] = 2 * number + 1
    return ways, is_unsure


def _kind(source: Source, cells: int, reason: int) -> tuple[str, str]:
    """Return code and message of a record with so many cells."""
    width, others = len(source.header), source.other_tables
    if 0 < reason <= len(others):
        return "R114", words_of("R114", cells=cells, width=width, other=others[reason - 1][0])
    if reason:
        number, also = divmod(reason - len(others) - 1, 2)
        way = (also_separated if also else otherwise_separated)(DELIMITERS[number], width)
        return "R110", words_of("R110", cells=cells, width=width, way=way)
    code = "R101" if cells < width else too_long(cells, width)
    return code, words_of(code, cells=cells, width=width)
