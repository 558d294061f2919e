"""One sheet of a workbook as a private CSV in which every row is one line, so that lines are rows."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.errors import SourceError, UsageError
from pipeline.reading.archives import Growth
from pipeline.reading.folding import fold
from pipeline.reading.noting import finding
from pipeline.reading.opening import BLOCK, Limits, SpoolFile, printable
from pipeline.reading.workbook_parts import Row
from pipeline.reading.workbooks import Sheet
from pipeline.records import Finding

_NEEDS_QUOTES = re.compile('[,"]')


class Book(Protocol):
    """What the readers of workbooks have in common."""

    sheets: tuple[Sheet, ...]
    unvalued: int
    first_unvalued: int | None

    def is_filled(self, sheet: Sheet) -> bool: ...

    def rows(self, sheet: Sheet) -> Iterator[Row]: ...


@dataclass(frozen=True, slots=True)
class SheetText:
    """A sheet as text.

    Attributes:
        path: A private CSV in UTF-8: comma, `"`, line ends in cells folded, a line for each row of the sheet.
        name: The sheet's name.
        findings: What was found about the workbook.
    """

    path: Path
    name: str
    findings: tuple[Finding, ...]


def sheet_as_text(
    book: Book, asked: str | int | None, size: int, name: str, limits: Limits, spool: Path, *, old: bool = False
) -> SheetText:
    """Return one sheet of a workbook as text.

    Args:
        book: The workbook.
        asked: The sheet's name or its 1-based number among all tabs; by default the first visible one that holds
            anything.
        size: Bytes of the workbook's file.
        name: Its name.
        limits: What is too large.
        spool: A private folder.
        old: Whether the format is one of which only values can be read.

    Raises:
        SourceError: There is nothing in the workbook, it is damaged, or over a limit.
        UsageError: There is no such sheet.
        OutputError: The spool cannot be written.
    """
    sheet = _chosen(book, asked, name)
    others = [other for other in book.sheets if other is not sheet and other.part and book.is_filled(other)]
    path = _write(book.rows(sheet), size, name, limits, spool)
    findings: list[Finding] = []
    if book.unvalued:
        findings.append(finding("R215", line=book.first_unvalued, count=book.unvalued))
    if old:
        findings.append(finding("R216"))
    if others:
        findings.insert(0, finding("R214", sheet=printable(sheet.name), others=", ".join(map(_shown, others))))
    return SheetText(path, sheet.name, tuple(findings))


def _chosen(book: Book, asked: str | int | None, name: str) -> Sheet:
    sheets = book.sheets
    if asked is None:
        found = next((sheet for sheet in sheets if sheet.visible and sheet.part and book.is_filled(sheet)), None)
        if found is not None:
            return found
        hidden = [sheet for sheet in sheets if not sheet.visible and sheet.part and book.is_filled(sheet)]
        if hidden:
            raise SourceError(f"{name}: the workbook's visible sheets are empty; name a hidden one: {_listed(hidden)}")
        raise SourceError(f"{name}: it is empty; a table begins with a line of column names")
    found = _named(sheets, asked)
    if found is None:
        raise UsageError(f"{name}: the workbook has no sheet {printable(repr(asked))}; it has {_listed(sheets)}")
    if not found.part:
        raise UsageError(f"{name}: the sheet {_shown(found)} is a chart and holds no cells; it has {_listed(sheets)}")
    return found


def _named(sheets: Sequence[Sheet], asked: str | int) -> Sheet | None:
    """Return a sheet by its name, whose case never distinguishes two sheets, else by its number."""
    if isinstance(asked, str):
        for key in (str, str.casefold):
            for sheet in sheets:
                if key(sheet.name) == key(asked):
                    return sheet
        if not (asked.isascii() and asked.isdecimal()):
            return None
    number = int(asked)
    return sheets[number - 1] if 1 <= number <= len(sheets) else None


def _shown(sheet: Sheet) -> str:
    return f"'{printable(sheet.name)}'" + ("" if sheet.visible else " (hidden)")


def _listed(sheets: Sequence[Sheet]) -> str:
    shown = ", ".join(_shown(sheet) for sheet in sheets[:20])
    return shown + (f" and {len(sheets) - 20} more" if len(sheets) > 20 else "")


def _write(rows: Iterator[Row], size: int, name: str, limits: Limits, spool: Path) -> Path:
    """Return a CSV of the rows, as wide as the columns that hold anything."""
    ragged, growth = _Ragged(rows, size, name, limits), Growth(name, limits)
    copy = SpoolFile(spool)
    padded: SpoolFile | None = None
    try:
        for _ in copy.keep(ragged.blocks()):
            pass
        width = ragged.last - ragged.first + 1
        if width > limits.columns:
            raise SourceError(
                f"{name}: the sheet has {width:,} columns, more than the limit of {limits.columns:,}; "
                "delete what stands far to the right"
            )
        growth.check(ragged.written + sum(ragged.last + 1 - count for count in ragged.counts if count), size)
        padded = SpoolFile(spool)
        for _ in padded.keep(_padded(copy.path, ragged)):
            pass
    except BaseException:
        if padded is not None:
            padded.path.unlink(missing_ok=True)
        raise
    finally:
        copy.path.unlink(missing_ok=True)
    return padded.path


class _Ragged:
    """The rows as lines of CSV, from column A to their last cell.

    Attributes:
        counts: For each line its number of cells.
        first: The first column that holds anything, 0-based.
        last: The last one.
        written: Bytes so far.
    """

    def __init__(self, rows: Iterator[Row], size: int, name: str, limits: Limits) -> None:
        self._rows, self._size, self._name, self._limits = rows, size, name, limits
        self.counts = array("L")
        self.first = 1 << 30
        self.last = 0
        self.written = 0

    def blocks(self) -> Iterator[bytes]:
        """Yield the lines, some at a time."""
        growth = Growth(self._name, self._limits)
        lines: list[str] = []
        held = 0
        for number, cells in self._rows:
            while cells and not cells[-1]:
                cells.pop()
            if not cells:
                continue
            length = sum(map(len, cells))
            if length > self._limits.line_bytes // 4:
                raise SourceError(f"{self._name}: row {number} of the sheet holds {length:,} characters; shorten it")
            blank = number - 1 - len(self.counts)
            self.counts.extend([0] * blank)
            self.counts.append(len(cells))
            self.last = max(self.last, len(cells) - 1)
            if not cells[0] or self.first > 0:
                self.first = min(self.first, next(at for at, cell in enumerate(cells) if cell))
            lines.append("\n" * blank + ",".join(map(_cell, cells)) + "\n")
            held += length + len(cells) + blank
            if held >= BLOCK:
                data = "".join(lines).encode("utf-8")
                self.written += len(data)
                growth.check(self.written, self._size)
                yield data
                lines, held = [], 0
        data = "".join(lines).encode("utf-8")
        self.written += len(data)
        yield data


def _padded(path: Path, ragged: _Ragged) -> Iterator[bytes]:
    """Yield the lines of a ragged CSV, all with the same columns.

    An empty last cell is written as `""`: separators at the ends of all lines would look like a habit of the writer.
    """
    first, width = ragged.first, ragged.last + 1
    lines: list[bytes] = []
    held = 0
    with path.open("rb") as file:
        for line, count in zip(file, ragged.counts, strict=True):
            if count:
                missing = width - count
                line = line[first:-1] + (b"," * missing + b'""\n' if missing else b"\n")
            lines.append(line)
            held += len(line)
            if held >= BLOCK:
                yield b"".join(lines)
                lines, held = [], 0
    yield b"".join(lines)


def _cell(text: str) -> str:
    if "\n" in text or "\r" in text or "\ufdd0" in text:
        text = fold(text)
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text
