"""What only a second look at a table shows: records that fit the header and still are none, and pairs that are one."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import compress

import numpy as np

from pipeline.errors import SourceError
from pipeline.reading.blocks import Block, Positions
from pipeline.reading.damage import damage_in
from pipeline.reading.encodings import UTF8, visible
from pipeline.reading.footers import FOOTER_RECORDS, is_footer
from pipeline.reading.judging import judge, tokeniser_for
from pipeline.reading.noting import finding, words_of
from pipeline.reading.opening import changed
from pipeline.reading.tokenising import Form
from pipeline.records import Broken, Finding, Source, Table

_ADDRESS = re.compile(rb"[^\s@,;|\"'<>]@[^\s@,;|\"'<>]+\.[A-Za-z]")
_SHORT = ("R101", "R109")


def review(source: Source, table: Table, data: bytes) -> Table:
    """Return a table in which what a second look shows is said: findings added, records set aside that are none.

    The verdicts depend on the records alone, not on how the file was cut into ranges.

    Args:
        source: The file.
        table: One range of it, as tokenised and judged.
        data: The bytes of that range.

    Raises:
        SourceError: The file is gone.
    """
    look = _Look(source, table, data)
    notes = [*damage_in(table, data), *look.footers()]
    aside = [*look.other_tables(), *look.repeated_headers()]
    for one in look.swallowed():
        if isinstance(one, Finding):
            notes.append(one)
        else:
            aside.append(one)
    broken = look.joined()
    if not notes and not aside:
        return table if broken is table.broken else replace(table, broken=broken)
    gone = {one.record: one for one in aside}
    findings = [one for one in (*table.findings, *notes) if one.record not in gone]
    findings.sort(key=lambda one: one.record or 0)
    if not gone:
        return replace(table, broken=broken, findings=tuple(findings))
    stays = ~np.isin(table.frame.index.to_numpy(), [*gone])
    return replace(
        table,
        frame=table.frame[stays],
        lines=table.lines[stays],
        broken=tuple(sorted((*broken, *gone.values()), key=lambda one: one.record)),
        findings=tuple(findings),
    )


@dataclass(frozen=True, slots=True)
class _Short:
    """A record with too few cells: how many, the line it begins on, and the line behind it."""

    cells: int
    line: int
    next_line: int


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
    def begins(self) -> Positions:
        """The lines on which records begin."""
        broken = np.array([one.line for one in self.table.broken], dtype=np.int64)
        return np.sort(np.concatenate([self.table.lines, broken]))

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
        for row in range(max(0, len(frame) - FOOTER_RECORDS), len(frame)):
            cells = [str(cell) for cell in frame.iloc[row]]
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
        if not names[longest] or self.source.header_line == 0 or names[longest].encode() not in self.data:
            return
        rows = np.arange(len(self.table.frame))
        for at in sorted(range(self.width), key=lambda at: at != longest):
            cells = self.table.frame[at].iloc[rows]
            rows = rows[cells.str.strip().eq(names[at]).to_numpy(dtype=bool)]
            if not rows.size:
                return
        for row in rows.tolist():
            yield self.aside("R115", row, header=self.source.header_line)

    def swallowed(self) -> Iterator[Finding | Broken]:
        """Yield what is to be said of records over several lines whose lines look like records themselves."""
        if self.width < 2 or self.block.count_lines() == self.table.range.records:
            return
        delimiter, separators = self.tokeniser.delimiter.encode(), self.width - 1 + self.tokeniser.trailing
        over_lines = self.begins[np.append(np.diff(self.begins), 2) > 1]
        rows = np.searchsorted(self.table.lines, over_lines)
        is_row = np.append(self.table.lines, -1)[rows] == over_lines
        for row in rows[is_row].tolist():
            if len(lines := self.lines_of(int(self.table.lines[row]))) == 1:
                continue
            alike = [one.count(delimiter) == separators for one in lines]
            if not any(alike[1:-1]) and not (alike[0] and alike[-1]):
                continue
            addresses = sum(_ADDRESS.search(one) is not None for one in compress(lines, alike))
            if addresses > 1:
                yield self.aside("R108", row, lines=len(lines))
            else:
                yield self.note("R208", row, lines=len(lines))

    def joined(self) -> tuple[Broken, ...]:
        """Return the broken records; of two short ones that together have the header's width, that is said."""
        table, width = self.table, self.width
        if width < 3 or not any(one.code in _SHORT for one in table.broken):
            return table.broken
        shorts = {one.record: self._short(one) for one in table.broken if one.code in _SHORT}
        begin, end = table.range.first_record, table.range.first_record + table.range.records

        @cache
        def at(number: int) -> _Short | None:
            return shorts.get(number) if begin <= number < end else self._beyond(number)

        def where(number: int) -> str:
            for upper, word in ((number, "below"), (number - 1, "above")):
                one, other = at(upper), at(upper + 1)
                # Of three short records in a row any two may belong together, or none.
                if one and other and one.next_line == other.line and one.cells + other.cells - 1 == width:
                    return word if not (at(upper - 1) or at(upper + 2)) else ""
            return ""

        def told(one: Broken) -> Broken:
            short = shorts.get(one.record)
            word = where(one.record) if short else ""
            if not short or not word:
                return one
            return replace(one, code="R112", message=words_of("R112", cells=short.cells, width=width, where=word))

        return tuple(map(told, table.broken))

    def _short(self, one: Broken) -> _Short | None:
        lines = self.lines_of(one.line)
        # The rule for a file that ends too early is also that of an open quote, in which cells cannot be counted.
        if next(self.tokeniser.records(lines, final=True))[2] is Form.UNCLOSED:
            return None
        return self._counted(lines, one.line)

    def _counted(self, lines: list[bytes], line: int) -> _Short:
        text = b"".join(lines).decode(UTF8, "replace").rstrip("\r\n")
        return _Short(len(self.tokeniser.cells(text)[0]), line, line + len(lines))

    def _beyond(self, number: int) -> _Short | None:
        """Return a record of another range if it is too short, else None."""
        if not 1 <= number <= self.source.records:
            return None
        part = self.source.ranges[bisect(self.source.ranges, number, key=lambda one: one.first_record) - 1]
        try:
            with self.source.text.open("rb") as file:
                file.seek(part.start)
                lines = file.read(part.end - part.start).splitlines(keepends=True)
        except OSError as reason:
            raise SourceError(f"{self.source.name}: it cannot be read any more ({reason.strerror or reason})") from None
        reached = part.first_record
        for first, stop, form in self.tokeniser.records(lines, final=True):
            if form is Form.BLANK:
                continue
            if reached == number:
                found, line = lines[first:stop], part.first_line + first
                verdict = judge(self.source, b"".join(found), form, number, line)
                is_short = isinstance(verdict, Broken) and verdict.code in _SHORT and form is not Form.UNCLOSED
                return self._counted(found, line) if is_short else None
            reached += 1
        raise changed(self.source.name)
