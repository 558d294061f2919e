"""What only a second look at a table shows: records that fit the header and still are none, or are several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import compress

import numpy as np

from pipeline.reading.blocks import Block, Positions
from pipeline.reading.damage import damage_in
from pipeline.reading.encodings import visible
from pipeline.reading.footers import FOOTER_RECORDS, is_footer
from pipeline.reading.judging import tokeniser_for
from pipeline.reading.noting import finding, words_of
from pipeline.reading.regular_cells import Column, borders_of, columns_of, joined_rows, rows_of, text_of, texts_in
from pipeline.reading.signs import rows_perhaps_of
from pipeline.records import Broken, BrokenRecords, Finding, Source, Table

_ADDRESS = re.compile(rb"[^\s@,;|\"'<>]@[^\s@,;|\"'<>]+\.[A-Za-z]")


def review(source: Source, table: Table, data: bytes) -> Table:
    """Return a table in which what a second look shows is said: findings added, records set aside that are none.

    The verdicts depend on the records alone, not on how the file was cut into ranges.

    Args:
        source: The file.
        table: One range of it, as tokenised and judged.
        data: The bytes of that range.
    """
    look = _Look(source, table, data)
    notes = [*damage_in(table, look.columns), *look.footers()]
    aside = [*look.other_tables(), *look.repeated_headers()]
    for one in look.swallowed():
        if isinstance(one, Finding):
            notes.append(one)
        else:
            aside.append(one)
    if not notes and not aside:
        return table
    gone = {one.record: one for one in aside}
    findings = [one for one in (*table.findings, *notes) if one.record not in gone]
    findings.sort(key=lambda one: one.record or 0)
    if not gone:
        return replace(table, findings=tuple(findings))
    stays = ~np.isin(table.frame.index.to_numpy(), [*gone])
    return replace(
        table,
        frame=table.frame[stays],
        lines=table.lines[stays],
        broken=BrokenRecords.joined([table.broken, BrokenRecords.of(gone.values())]),
        findings=tuple(findings),
    )


class _Look:
    def __init__(self, source: Source, table: Table, data: bytes) -> None:
        self.source, self.table, self.data = source, table, data
        self.tokeniser = tokeniser_for(source)
        self.first_line = table.range.first_line
        self.width = len(table.header)

    @cached_property
    def block(self) -> Block:
        return Block(self.data)

    @cached_property
    def columns(self) -> list[Column]:
        return columns_of(self.table.frame)

    @cached_property
    def begins(self) -> Positions:
        """The lines on which records begin."""
        if not len(self.table.broken):
            return self.table.lines
        return np.sort(np.concatenate([self.table.lines, self.table.broken.lines]))

    def lines_of(self, line: int) -> list[bytes]:
        """Return the lines of the record that begins on a line."""
        at = int(np.searchsorted(self.begins, line, side="right"))
        after = int(self.begins[at]) - self.first_line if at < len(self.begins) else len(self.block.line_ends)
        begin, end = self.block.line_starts[line - self.first_line], self.block.line_ends[after - 1]
        lines = self.data[begin:end].splitlines(keepends=True)
        while len(lines) > 1 and self.tokeniser.is_blank(lines[-1]):
            lines.pop()
        return lines

    def aside(self, code: str, row: int, **words: object) -> Broken:
        number, line = int(self.table.frame.index[row]), int(self.table.lines[row])
        raw = visible(b"".join(self.lines_of(line)), self.source.encoding.name).rstrip("\r\n")
        return Broken(number, line, code, words_of(code, **words), raw)

    def note(self, code: str, row: int, position: int | None = None, **words: int) -> Finding:
        number, line = int(self.table.frame.index[row]), int(self.table.lines[row])
        column = "" if position is None else self.table.header[position]
        value = "" if position is None else str(self.table.frame.iat[row, position])
        return finding(code, record=number, line=line, column=column, value=value, **words)

    def footers(self) -> Iterator[Finding]:
        """Yield a finding for each of the last records that has the header's width and says that it is a footer."""
        last = self.source.records - FOOTER_RECORDS
        frame = self.table.frame
        if self.table.range.first_record + self.table.range.records - 1 <= last:
            return
        first = max(0, len(frame) - FOOTER_RECORDS)
        rows = zip(*[texts_in(column[first:]) for column in self.columns], strict=True)
        for row, cells in enumerate(rows, first):
            if is_footer(self.source, int(frame.index[row]), cells):
                yield self.note("R211", row, next(at for at, cell in enumerate(cells) if cell.strip()))

    def other_tables(self) -> Iterator[Broken]:
        """Yield the records of other tables that have as many columns as this one."""
        for line, width in self.source.other_tables:
            if width == self.width:
                for row in np.flatnonzero(self.table.lines >= line).tolist():
                    yield self.aside("R114", row, cells=width, width=width, other=line)
                return

    def repeated_headers(self) -> Iterator[Broken]:
        """Yield the records that are the header once more."""
        names = list(self.table.header)
        longest = max(range(self.width), key=lambda at: len(names[at]))
        if not names[longest] or self.source.header_line == 0:
            return
        rows = rows_perhaps_of(self.columns[longest], names[longest])
        for at in sorted(range(self.width), key=lambda at: at != longest):
            if not rows.size:
                return
            rows = rows_of(self.columns[at], rows, names[at])
        for row in rows.tolist():
            yield self.aside("R115", row, header=self.source.header_line)

    def swallowed(self) -> Iterator[Finding | Broken]:
        """Yield what is to be said of records over several lines whose lines look like records themselves."""
        if self.width < 2:
            return
        separators = self.width - 1 + self.tokeniser.trailing
        for row in self._perhaps_several(self.tokeniser.delimiter, separators).tolist():
            if len(lines := self.lines_of(int(self.table.lines[row]))) == 1:
                continue
            alike = [one.count(self.tokeniser.delimiter.encode()) == separators for one in lines]
            if not any(alike[1:-1]) and not (alike[0] and alike[-1]):
                continue
            addresses = sum(_ADDRESS.search(one) is not None for one in compress(lines, alike))
            if addresses > 1:
                yield self.aside("R108", row, lines=len(lines))
            else:
                yield self.note("R208", row, lines=len(lines))

    def _perhaps_several(self, delimiter: str, separators: int) -> Positions:
        """Return the rows of which any further line perhaps holds as many delimiters as a record.

        Quotes apart, the cells with delimiters between them are the record, so its bytes need not be looked for.
        """
        # Where the last record ends is not known here.
        begins, lines = self.begins, self.table.lines
        firsts = np.append(begins[np.flatnonzero(begins[1:] - begins[:-1] > 1)], begins[-1:])
        rows: Positions = np.searchsorted(lines, firsts)
        firsts, rows = firsts[rows < len(lines)], rows[rows < len(lines)]
        rows = rows[lines[rows] == firsts]
        if not rows.size:
            return rows
        records = joined_rows(self.columns, rows, delimiter)
        ends_of_records = borders_of(records)[1:]
        block = Block(text_of(records))
        is_delimiter = block.array == ord(delimiter[0])
        for shift, letter in enumerate(delimiter[1:], 1):
            is_delimiter[:-shift] &= block.array[shift:] == ord(letter)
            is_delimiter[-shift:] = False
        found = np.flatnonzero(is_delimiter)
        counts = np.searchsorted(found, block.line_ends) - np.searchsorted(found, block.line_starts)
        # Of a trailing delimiter there is none here.
        alike = block.line_starts[(counts == separators) | (counts == separators - self.tokeniser.trailing)]
        at = np.searchsorted(ends_of_records, alike, side="right")
        is_further = alike > np.append(0, ends_of_records)[at]
        several: Positions = rows[np.unique(at[is_further])]
        return several
