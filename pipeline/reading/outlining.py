"""The outline of the table in a text: dialect, header, and the plan of its records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from pipeline.errors import SourceError, UsageError
from pipeline.reading.dialects import assumed_header, choose_dialect, name_of, separator_line
from pipeline.reading.encodings import BOM, LineTally, visible
from pipeline.reading.noting import finding
from pipeline.reading.opening import Limits
from pipeline.reading.planning import Place, Plan, plan_ranges, split_lines
from pipeline.reading.refusing import refuse_controls
from pipeline.reading.tokenising import CELL_CHARACTERS, LINE_ENDS, Form, Tokeniser, tokeniser_of
from pipeline.records import Dialect, Finding

HEAD = 1 << 20
"""Bytes that count as evidence. Source: the product's contract ("the first megabyte")."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller decided instead of the evidence; `scan` describes each."""

    encoding: str | None
    delimiter: str | None
    quote: str | None
    header_row: int | None
    range_records: int
    limits: Limits


@dataclass(frozen=True, slots=True)
class Outline:
    """The table in a text file.

    Attributes:
        dialect: How text becomes cells.
        header: Column names, trimmed.
        header_line: Their physical line.
        plan: The ranges of the records below.
        findings: About the file as a whole.
    """

    dialect: Dialect
    header: tuple[str, ...]
    header_line: int
    plan: Plan
    findings: tuple[Finding, ...]


def outline_text(blocks: Iterable[bytes], encoding: str, tally: LineTally | None, name: str, asked: Asked) -> Outline:
    """Return the table in a text, reading it to its end.

    Args:
        blocks: The text in UTF-8.
        encoding: The original's.
        tally: Counts the lines by what they are in UTF-8.
        name: The file's name.
        asked: What the caller decided.

    Raises:
        SourceError: There is no header, or it cannot be read; the text is not one; a limit.
        UsageError: The header row asked for is not there.
    """
    batches = split_lines(blocks, asked.limits.line_bytes, name)
    if tally is not None:
        batches = tally.watch(batches)
    place, findings = Place(0, 1), list[Finding]()
    batches = _without_marks(batches, place)
    batches, separator = _without_separator_line(batches, place, asked)
    if separator is not None:
        findings.append(finding("R203", line=1))
    delimiter = asked.delimiter or separator
    passed_over = place.line
    if asked.header_row is not None:
        batches = _from_line(batches, asked.header_row, place)
        if place.line > passed_over:
            findings.append(finding("R204", line=asked.header_row, count=place.line - passed_over))
    else:
        batches = _without_blank_lines(batches, place)
    blank, first_blank = place.line - passed_over, passed_over

    head, exhausted = _gather(batches)
    if not head or (asked.header_row is not None and head[0] in LINE_ENDS):
        raise _no_header(name, asked, place, missing=not head)
    refuse_controls(b"".join(head)[:HEAD], name)
    choice = choose_dialect(head, final=exhausted, delimiter=delimiter, quote=asked.quote)
    if asked.header_row is None and (above := assumed_header(head, _tokeniser(choice.dialect), final=exhausted)):
        place.advance(head[:above])
        del head[:above]
        findings.append(finding("R303", line=place.line))
        choice = choose_dialect(head, final=exhausted, delimiter=delimiter, quote=asked.quote)
    if choice.doubt:
        findings.append(finding("R302", delimiter=name_of(choice.dialect.delimiter), doubt=choice.doubt))

    tokeniser = _tokeniser(choice.dialect)
    header_line = place.line
    header, notes, stop = _header(head, tokeniser, encoding, exhausted, header_line, name, asked.limits)
    findings += notes
    place.advance(head[:stop])
    plan = plan_ranges(
        chain([head[stop:]], batches),
        tokeniser,
        place,
        range_records=asked.range_records,
        range_bytes=asked.limits.range_bytes,
    )
    if asked.header_row is None and blank:
        plan.blank += blank
        plan.first_blank = first_blank
    return Outline(choice.dialect, header, header_line, plan, (*findings, *_line_findings(plan)))


def _tokeniser(dialect: Dialect) -> Tokeniser:
    return tokeniser_of(dialect.delimiter, dialect.quote)


def _without_marks(batches: Iterator[list[bytes]], place: Place) -> Iterator[list[bytes]]:
    """Return the lines without byte-order marks before the first; some programs write two."""
    first = next(batches, list[bytes]())
    while first and first[0].startswith(BOM):
        first[0] = first[0][len(BOM) :]
        place.offset += len(BOM)
    if first and not first[0]:
        del first[0]
    return chain([first], batches)


def _without_separator_line(
    batches: Iterator[list[bytes]], place: Place, asked: Asked
) -> tuple[Iterator[list[bytes]], str | None]:
    """Return the lines behind a first line like `sep=;`, and the delimiter it fixes."""
    first = next(batches, list[bytes]())
    separator = separator_line(first[0]) if first and asked.header_row != 1 else None
    if separator is not None:
        place.advance(first[:1])
        first = first[1:]
    return chain([first], batches), None if separator == asked.quote else separator


def _from_line(batches: Iterator[list[bytes]], line: int, place: Place) -> Iterator[list[bytes]]:
    """Return the lines from a physical line on."""
    for batch in batches:
        above = batch[: max(0, line - place.line)]
        place.advance(above)
        if len(above) < len(batch):
            return chain([batch[len(above) :]], batches)
    return iter(())


def _without_blank_lines(batches: Iterator[list[bytes]], place: Place) -> Iterator[list[bytes]]:
    """Return the lines from the first on that is not blank."""
    for batch in batches:
        above = next((at for at, line in enumerate(batch) if line not in LINE_ENDS), len(batch))
        place.advance(batch[:above])
        if above < len(batch):
            return chain([batch[above:]], batches)
    return iter(())


def _gather(batches: Iterator[list[bytes]]) -> tuple[list[bytes], bool]:
    """Return the lines that count as evidence, and whether they are all."""
    head: list[bytes] = []
    size = 0
    for batch in batches:
        head += batch
        size += sum(map(len, batch))
        if size > HEAD:
            return head, False
    return head, True


def _no_header(name: str, asked: Asked, place: Place, *, missing: bool) -> SourceError | UsageError:
    if asked.header_row is None or (missing and place.line == 1):
        return SourceError(f"{name}: it is empty; a table begins with a line of column names")
    if missing:
        return UsageError(f"{name}: line {asked.header_row} cannot be the header, the file has {place.line - 1} lines")
    return UsageError(f"{name}: line {asked.header_row} cannot be the header, it is blank")


def _header(
    head: list[bytes], tokeniser: Tokeniser, encoding: str, final: bool, line: int, name: str, limits: Limits
) -> tuple[tuple[str, ...], list[Finding], int]:
    """Return the column names of the record that begins the lines, what was found in them, and where they stop."""
    first, stop, form = next(tokeniser.records(head, final=final), (0, 1, Form.UNCLOSED))
    where = f"{name}: line {line}, the header, cannot be read"
    if form is Form.UNCLOSED or form is Form.TRAILING:
        cell = tokeniser.fault_cell(head[first])
        fault = "has a quote that is not closed" if form is Form.UNCLOSED else "goes on after its closing quote"
        raise SourceError(f"{where}: name {cell} {fault}; mend it, or say where the header is")
    raw = b"".join(head[first:stop])
    if b"\0" in raw:
        raise SourceError(f"{where}: it holds the character NUL; mend it, or say the encoding")
    cells, strays = tokeniser.cells(visible(raw, encoding).rstrip("\r\n"))
    if len(cells) > limits.columns:
        raise SourceError(f"{where}: it has {len(cells):,} columns, more than the limit of {limits.columns:,}")
    if max(map(len, cells)) > CELL_CHARACTERS:
        raise SourceError(f"{where}: a name has more than {CELL_CHARACTERS:,} characters; a quote may be lost")
    names = tuple(cell.strip().strip("\ufeff").strip() for cell in cells)
    return names, [finding("R201", line=line, column=names[at], value=cells[at]) for at in strays], stop


def _line_findings(plan: Plan) -> Iterator[Finding]:
    if plan.first_blank is not None:
        yield finding("R202", line=plan.first_blank, count=plan.blank)
    ends = plan.line_ends
    if b"\n" in ends and b"\r\n" in ends:
        yield finding("R205", line=max(ends[b"\n"], ends[b"\r\n"]))
    if b"\r" in ends:
        yield finding("R206", line=ends[b"\r"])
