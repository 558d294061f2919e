"""Pairs of records one below the other, both too short, that have the header's width together: one that was split."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.errors import SourceError
from pipeline.reading.blocks import Block, Positions
from pipeline.reading.judging import judge, tokeniser_for
from pipeline.reading.noting import words_of
from pipeline.reading.opening import changed
from pipeline.reading.regular import index_records
from pipeline.reading.tokenising import Form, Tokeniser
from pipeline.records import Broken, Range, Source, Table

_SHORT = ("R101", "R109")


@dataclass(frozen=True, slots=True)
class Shorts:
    """k records that were set aside for having too few cells and for nothing else, in record order.

    Attributes:
        records: k numbers.
        cells: How many cells each has.
        lines: The line on which it begins.
        next_lines: The line behind it.
    """

    records: Positions
    cells: Positions
    lines: Positions
    next_lines: Positions

    def __len__(self) -> int:
        return len(self.records)

    @staticmethod
    def joined(parts: Sequence[Shorts]) -> Shorts:
        """Return the records of some parts together in record order."""
        records = np.concatenate([part.records for part in parts])
        order = np.argsort(records)
        return Shorts(
            records[order],
            np.concatenate([part.cells for part in parts])[order],
            np.concatenate([part.lines for part in parts])[order],
            np.concatenate([part.next_lines for part in parts])[order],
        )

    @staticmethod
    def of(rows: Sequence[tuple[int, int, int, int]]) -> Shorts:
        """Return single ones (record, cells, line, next line) together."""
        columns: Positions = np.array(rows, dtype=np.int64).reshape(len(rows), 4)
        return Shorts(columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3])


def short_of(verdict: Broken, raw: bytes, form: Form, tokeniser: Tokeniser) -> tuple[int, int, int, int] | None:
    """Return record, cells, line and next line of a record that was set aside for having too few cells, else None.

    Args:
        verdict: What the judge says of it.
        raw: Its bytes.
        form: What the tokeniser says of them.
        tokeniser: The grammar.
    """
    # The rule for a file that ends too early is also that of an open quote, in which cells cannot be counted.
    if verdict.code not in _SHORT or form is Form.UNCLOSED:
        return None
    cells, _ = tokeniser.cells(verdict.raw)
    return verdict.record, len(cells), verdict.line, verdict.line + len(raw.splitlines())


def tell_split(source: Source, table: Table, shorts: Shorts) -> Table:
    """Return a table that says which two of its short records were one.

    Of three short records in a row any two may belong together, or none, so nothing is said of them. What is said
    does not depend on how the file was cut into ranges.

    Args:
        source: The file.
        table: One range of it.
        shorts: All short records of that range.

    Raises:
        SourceError: The file is gone.
    """
    width = len(source.header)
    if width < 3 or not len(shorts):
        return table
    pairs = _pairs(source, table.range, shorts, width)
    records = np.concatenate([pairs.records, pairs.records + 1])
    cells = np.concatenate([pairs.cells, width + 1 - pairs.cells])
    is_upper = np.repeat([True, False], len(pairs))
    own = (records >= table.range.first_record) & (records < table.range.first_record + table.range.records)
    if not own.any():
        return table
    told, which = np.unique((2 * cells + is_upper)[own], return_inverse=True)
    kinds = [
        ("R112", words_of("R112", cells=one // 2, width=width, where="below" if one % 2 else "above"))
        for one in told.tolist()
    ]
    at = np.searchsorted(table.broken.records, records[own])
    return replace(table, broken=table.broken.retold(at, which, kinds))


def _pairs(source: Source, part: Range, shorts: Shorts, width: int) -> Shorts:
    """Return the upper record of each pair of which a record may be in the range."""
    # A record of another range is looked at only if all that is known here speaks for a pair.
    if shorts.records[0] == part.first_record:
        run = _run(shorts.records, 1)
        if run == 1 or (run == 2 and _fits(shorts, width)[0]):
            shorts = Shorts.joined([_beyond(source, part.first_record - 1), shorts])
            if run == 1 and _fits(shorts, width)[0]:
                shorts = Shorts.joined([_beyond(source, part.first_record - 2), shorts])
    end = part.first_record + part.records
    if shorts.records[-1] == end - 1:
        run = _run(shorts.records[::-1], -1)
        if run == 1 or (run == 2 and _fits(shorts, width)[-2]):
            shorts = Shorts.joined([shorts, _beyond(source, end)])
            if run == 1 and _fits(shorts, width)[-2:][0]:
                shorts = Shorts.joined([shorts, _beyond(source, end + 1)])
    follows = np.concatenate([[False], np.diff(shorts.records) == 1, [False, False]])
    chosen = _fits(shorts, width) & ~follows[:-2] & ~follows[2:]
    return Shorts(shorts.records[chosen], shorts.cells[chosen], shorts.lines[chosen], shorts.next_lines[chosen])


def _run(records: Positions, step: int) -> int:
    """Return how many of the first records, three at most, are neighbours."""
    count = 1
    while count < min(3, len(records)) and records[count] == records[0] + count * step:
        count += 1
    return count


def _fits(shorts: Shorts, width: int) -> npt.NDArray[np.bool_]:
    """Return which records have, together with the one on the next line, the cells of one record."""
    upper, lower = slice(None, -1), slice(1, None)
    fits = (
        (shorts.records[upper] + 1 == shorts.records[lower])
        & (shorts.next_lines[upper] == shorts.lines[lower])
        & (shorts.cells[upper] + shorts.cells[lower] - 1 == width)
    )
    return np.append(fits, np.False_)


def _beyond(source: Source, number: int) -> Shorts:
    """Return a record of another range if there is one and it is too short."""
    if not 1 <= number <= source.records:
        return Shorts.of([])
    part = source.ranges[bisect(source.ranges, number, key=lambda one: one.first_record) - 1]
    try:
        with source.text.open("rb") as file:
            file.seek(part.start)
            data = file.read(part.end - part.start)
    except OSError as reason:
        raise SourceError(f"{source.name}: it cannot be read any more ({reason.strerror or reason})") from None
    tokeniser, at = tokeniser_for(source), number - part.first_record
    index = index_records(Block(data), tokeniser, final=True)
    if at >= len(index):
        raise changed(source.name)
    raw, form = data[index.starts[at] : index.ends[at]], index.forms.get(at, Form.QUOTED)
    verdict = judge(source, raw, form, number, part.first_line + int(index.lines[at]))
    short = short_of(verdict, raw, form, tokeniser) if isinstance(verdict, Broken) else None
    return Shorts.of([short] if short else [])
