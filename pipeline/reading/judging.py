"""The verdict on one record in which something may be wrong: its cells with findings, or why it is set aside."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.reading.dialects import name_of
from pipeline.reading.encodings import UTF8, visible
from pipeline.reading.fitting import DELIMITERS
from pipeline.reading.footers import is_footer
from pipeline.reading.noting import finding, words_of
from pipeline.reading.quotes import cells_by_borders
from pipeline.reading.tokenising import CELL_CHARACTERS, RECORD_BYTES, RECORD_LINES, Form, Tokeniser, tokeniser_of
from pipeline.records import Broken, Finding, Source


@dataclass(frozen=True, slots=True)
class Kept:
    """A record whose cells can be trusted.

    Attributes:
        cells: As many as the header has.
        findings: What is to be said of them, severity below error.
    """

    cells: list[str]
    findings: list[Finding]


def tokeniser_for(source: Source) -> Tokeniser:
    """Return the grammar of a scanned file."""
    dialect = source.dialect
    return tokeniser_of(dialect.delimiter, dialect.quote, dialect.escape, dialect.trailing)


def judge(source: Source, raw: bytes, form: Form, number: int, line: int) -> Kept | Broken:
    """Return what a record is that is not plainly right.

    The verdict depends on nothing but the arguments, so it is the same however the file was cut into ranges.

    Args:
        source: Where it stands.
        raw: Its bytes with its line end.
        form: What the tokeniser says of them; not BLANK.
        number: Its number.
        line: The physical line on which it begins.
    """
    return _Case(source, raw, form, number, line).verdict()


class _Case:
    def __init__(self, source: Source, raw: bytes, form: Form, number: int, line: int) -> None:
        self.source = source
        self.tokeniser = tokeniser_for(source)
        self.raw, self.form, self.number, self.line = raw, form, number, line
        self.header, self.width = source.header, len(source.header)
        # Nothing follows, not even a line end.
        self.cut_off = number == source.records and not raw.endswith((b"\n", b"\r"))

    def verdict(self) -> Kept | Broken:
        if self.form is Form.TRAILING:
            return self._repaired() or self._aside("R103", cell=self.tokeniser.fault_cell(self.raw))
        if self.form is Form.UNCLOSED:
            cell = self.tokeniser.fault_cell(self.raw)
            if self.cut_off:
                return self._aside("R109", what=f"inside the quotes of cell {cell}")
            return self._said(*unclosed(cell))
        if b"\0" in self.raw:
            return self._aside("R105")
        if len(self.raw) > RECORD_BYTES:
            return self._aside("R107", what="the record", limit="1 MiB")
        text = self._text()
        if text is None:
            return self._aside("R106", encoding=self.source.encoding.name)
        cells, strays = self.tokeniser.cells(text)
        largest = max(range(len(cells)), key=lambda at: len(cells[at]))
        if len(cells[largest]) > CELL_CHARACTERS:
            return self._aside("R107", what=f"cell {largest + 1}", limit=f"{CELL_CHARACTERS:,} characters")
        if len(cells) != self.width:
            return self._ragged(text, cells)
        if len(self.tokeniser.delimiter) > 1 and (way := self._lacks_blank(text)):
            return self._aside("R110", cells=len(cells), width=self.width, way=way)
        notes = [self._note("R201", at, cells[at]) for at in strays]
        return Kept(cells, notes)

    def _ragged(self, text: str, cells: list[str]) -> Broken:
        count, width = len(cells), self.width
        for line, columns in reversed(self.source.other_tables):
            if line <= self.line and count == columns:
                return self._aside("R114", cells=count, width=width, other=line)
        if is_footer(self.source, self.number, cells):
            return self._aside("R113", cells=count, width=width)
        if count < width:
            if way := _another_way(text, self.tokeniser, width):
                return self._aside("R110", cells=count, width=width, way=way)
            if self.cut_off:
                return self._aside("R109", what=f"in cell {count} of {width}")
            return self._aside("R101", cells=count, width=width)
        return self._aside(too_long(count, width), cells=count, width=width)

    def _repaired(self) -> Kept | None:
        """Return the record with the quotes inside its cells read as text, if that is the only way to read it."""
        text = self._text()
        if text is None or "\0" in text or len(text) > CELL_CHARACTERS or self.tokeniser.escape is not None:
            return None
        found = cells_by_borders(text, self.tokeniser)
        if found is None or len(found[0]) != self.width:
            return None
        cells, repaired = found
        return Kept(cells, [self._note("R207", at, cells[at]) for at in repaired])

    def _lacks_blank(self, text: str) -> str:
        """Return what is wrong where the delimiter is one with a blank, and stands in bare cells without it as well."""
        character = self.tokeniser.delimiter[0]
        if not any(character in cell for cell in self.tokeniser.bare_cells(text)):
            return ""
        more = len(tokeniser_of(character, self.tokeniser.quote).cells(text)[0])
        return f"{more} if a {name_of(character)} without a blank behind it separates too"

    def _text(self) -> str | None:
        try:
            return self.raw.decode(UTF8).rstrip("\r\n")
        except UnicodeDecodeError:
            return None

    def _note(self, code: str, at: int, value: str) -> Finding:
        return finding(code, record=self.number, line=self.line, column=self.header[at], value=value)

    def _aside(self, code: str, **words: object) -> Broken:
        return self._said(code, words_of(code, **words))

    def _said(self, code: str, message: str) -> Broken:
        text = visible(self.raw, self.source.encoding.name).rstrip("\r\n")
        return Broken(self.number, self.line, code, message, text)


def unclosed(cell: int) -> tuple[str, str]:
    """Return code and message of a line that leaves a cell open."""
    return "R104", words_of("R104", cell=cell, lines=RECORD_LINES, kibibytes=RECORD_BYTES >> 10)


def too_long(cells: int, width: int) -> str:
    """Return which rule a record with too many cells breaks."""
    return "R111" if width > 2 and cells == 2 * width - 1 else "R102"


def _another_way(text: str, tokeniser: Tokeniser, width: int) -> str:
    """Return how else a short record might be separated so that it has the header's width, or ""."""
    if width < 2 or "\n" in text or "\r" in text:
        return ""
    usual = tokeniser.delimiter[0]
    for other in DELIMITERS:
        if other == usual or other == tokeniser.quote or other not in text:
            continue
        if len(tokeniser_of(other, tokeniser.quote).cells(text)[0]) == width:
            return otherwise_separated(other, width)
        if tokeniser.quote not in text and text.count(usual) + text.count(other) + 1 == width:
            return also_separated(other, width)
    return ""


def otherwise_separated(delimiter: str, width: int) -> str:
    """Return the words for a record that another delimiter separates."""
    return f"{width} if they are separated by the {name_of(delimiter)}"


def also_separated(delimiter: str, width: int) -> str:
    """Return the words for a record that another delimiter and the usual one separate."""
    return f"{width} if the {name_of(delimiter)} separates cells too"
