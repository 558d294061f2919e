"""The outline of the table in a text: dialect, header, and the plan of its records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from pipeline.errors import SourceError, UsageError
from pipeline.reading.blocks import Block, whole_lines
from pipeline.reading.dialects import Choice, choose_dialect, name_of, separator_line
from pipeline.reading.encodings import BOM, LineTally, visible
from pipeline.reading.fitting import first_rows
from pipeline.reading.footers import without_last_lines
from pipeline.reading.headers import EVIDENCE_RECORDS, PREAMBLE_RECORDS, HeaderChoice, address_columns, choose_header
from pipeline.reading.noting import finding
from pipeline.reading.opening import Limits
from pipeline.reading.planning import Place, Plan, plan_ranges
from pipeline.reading.refusing import refuse_controls
from pipeline.reading.several import OtherTables
from pipeline.reading.tokenising import CELL_CHARACTERS, Form, Tokeniser, tokeniser_of
from pipeline.records import Dialect, Finding

HEAD = 1 << 20
"""Bytes that count as evidence. Source: the product's contract ("the first megabyte")."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller decided instead of the evidence, and what the caller is told; `scan` describes each."""

    encoding: str | None
    delimiter: str | None
    quote: str | None
    header_row: int | None
    range_records: int
    limits: Limits
    begun: Callable[[int], None]
    escape: str | None = None
    skip_footer: int = 0


@dataclass(frozen=True, slots=True)
class Outline:
    """The table in a text file.

    Attributes:
        dialect: How text becomes cells.
        header: Column names, trimmed; `column 1` and so on where there are none.
        header_line: Their physical line, 0 where there are none.
        plan: The ranges of the records below.
        findings: About the file as a whole.
        other_tables: Line and width of the header of each further table.
    """

    dialect: Dialect
    header: tuple[str, ...]
    header_line: int
    plan: Plan
    findings: tuple[Finding, ...]
    other_tables: tuple[tuple[int, int], ...] = ()


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
    text = whole_lines(blocks, asked.limits.line_bytes, name, tally.count if tally is not None else None)
    batches: Iterator[list[bytes]] = (block.lines() for block in text)
    place, findings = Place(0, 1), list[Finding]()
    batches = _without_marks(batches, place)
    batches, separator = _without_separator_line(batches, place, asked)
    if separator is not None:
        findings.append(finding("R203", line=1))
    delimiter = asked.delimiter or separator
    passed_over = place.line
    if asked.header_row:
        batches = _from_line(batches, asked.header_row, place)
        if place.line > passed_over:
            findings.append(finding("R204", line=asked.header_row, count=place.line - passed_over))
    else:
        batches = _without_blank_lines(batches, place)
    blank, first_blank = place.line - passed_over, passed_over
    below: list[bytes] = []
    batches = without_last_lines(batches, asked.skip_footer, below, name)

    head, exhausted = _gather(batches)
    if not head or (asked.header_row and head[0].isspace()):
        raise _no_header(name, asked, place, missing=not head)
    refuse_controls(b"".join(head)[:HEAD], name, delimiter)
    choice, chosen, noted = _find_header(head, exhausted, delimiter, asked, place)
    findings += noted
    if choice.doubt:
        findings.append(finding("R302", delimiter=name_of(choice.dialect.delimiter), doubt=choice.doubt))
    if choice.dialect.trailing:
        findings.append(finding("R212", line=place.line, delimiter=name_of(choice.dialect.delimiter)))

    tokeniser = _tokeniser(choice.dialect)
    if chosen.at is None:
        header, header_line = tuple(f"column {position}" for position in range(1, chosen.width + 1)), 0
        _refuse_columns(len(header), name, asked.limits)
        if asked.header_row is None:
            findings.append(finding("R305", line=place.line))
    else:
        header_line = place.line
        header, notes, stop = _header(head, tokeniser, encoding, exhausted, header_line, name, asked.limits)
        findings += [*notes, *_header_findings(header, header_line, choice)]
        place.advance(head[:stop])
        del head[:stop]
    first = first_rows(head, tokeniser, EVIDENCE_RECORDS, final=exhausted)
    # What stands below a blank line may be of another table already.
    upper = next((at for at, line in enumerate(head) if line.isspace()), len(head))
    addresses = address_columns([row for at, row in first if at < upper], len(header))
    addresses = addresses or address_columns([row for _, row in first], len(header))
    others = OtherTables(tokeniser, len(header), addresses, place.line)
    plan = plan_ranges(
        chain([Block(b"".join(head))], map(Block, map(b"".join, batches)) if asked.skip_footer else text),
        tokeniser,
        place,
        others.look,
        range_records=asked.range_records,
        range_bytes=asked.limits.range_bytes,
        begun=asked.begun,
    )
    if not asked.header_row and blank:
        plan.blank += blank
        plan.first_blank = first_blank
    others.finish()
    for line, width in others.found:
        findings.append(finding("R309", line=line, cells=width, width=len(header)))
    if below:
        findings.append(finding("R213", line=others.line, count=sum(not one.isspace() for one in below)))
    findings += _line_findings(plan)
    return Outline(choice.dialect, header, header_line, plan, tuple(findings), tuple(others.found))


def _find_header(
    head: list[bytes], exhausted: bool, delimiter: str | None, asked: Asked, place: Place
) -> tuple[Choice, HeaderChoice, list[Finding]]:
    """Return the dialect and where the header is, with the lines above it taken from `head`."""
    quote, escape = asked.quote, asked.escape
    choice = choose_dialect(head, final=exhausted, delimiter=delimiter, quote=quote, escape=escape)
    count = PREAMBLE_RECORDS + EVIDENCE_RECORDS
    rows = first_rows(head, _tokeniser(choice.dialect), count, final=exhausted)
    title = next((place for place, (_, cells) in enumerate(rows[:PREAMBLE_RECORDS]) if len(cells) != 1), 0)
    if title and asked.header_row is None:
        # A title hides what only a header shows, such as an escape or a blank behind each delimiter.
        below = choose_dialect(head[rows[title][0] :], final=exhausted, delimiter=delimiter, quote=quote, escape=escape)
        rows = first_rows(head, _tokeniser(below.dialect), count, final=exhausted)
    if asked.header_row is not None:
        width = max((len(cells) for _, cells in rows[:1]), default=0)
        return choice, HeaderChoice(None, width=max(1, width)) if asked.header_row == 0 else HeaderChoice(0), []
    chosen = choose_header([cells for _, cells in rows])
    if chosen.at is None or not rows:
        return choice, chosen, []
    above = rows[chosen.at][0]
    first_line = place.line + rows[chosen.at - chosen.above][0]
    if above:
        place.advance(head[:above])
        del head[:above]
        choice = choose_dialect(head, final=exhausted, delimiter=delimiter, quote=quote, escape=escape)
    noted: list[Finding] = []
    if chosen.at > chosen.above:
        noted.append(finding("R303", line=place.line))
    if chosen.above:
        noted.append(finding("R304", line=place.line, first=first_line, last=place.line))
    elif chosen.below:
        last = rows[chosen.at + chosen.below][0] - above
        noted.append(finding("R304", line=place.line, first=place.line, last=place.line + last))
    return choice, chosen, noted


def _tokeniser(dialect: Dialect) -> Tokeniser:
    return tokeniser_of(dialect.delimiter, dialect.quote, dialect.escape, dialect.trailing)


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
        above = next((at for at, line in enumerate(batch) if not line.isspace()), len(batch))
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
    if not asked.header_row or (missing and place.line == 1):
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
    _refuse_columns(len(cells), name, limits)
    if max(map(len, cells)) > CELL_CHARACTERS:
        raise SourceError(f"{where}: a name has more than {CELL_CHARACTERS:,} characters; a quote may be lost")
    names = tuple(cell.strip().strip("\ufeff").strip() for cell in cells)
    return names, [finding("R201", line=line, column=names[at], value=cells[at]) for at in strays], stop


def _refuse_columns(count: int, name: str, limits: Limits) -> None:
    if count > limits.columns:
        raise SourceError(
            f"{name}: it has {count:,} columns, more than the limit of {limits.columns:,}; "
            "this is no list of contacts, or the separator is another"
        )


def _header_findings(header: tuple[str, ...], line: int, choice: Choice) -> Iterator[Finding]:
    """Yield what makes a header hard to use."""
    places: dict[str, list[int]] = {}
    for position, column in enumerate(header, 1):
        places.setdefault(column, []).append(position)
    for column, positions in places.items():
        if column and len(positions) > 1:
            yield finding("R306", line=line, column=column, positions=_listed(positions))
    if empty := [position for position, column in enumerate(header, 1) if not column]:
        what = f"column {empty[0]} has" if len(empty) == 1 else f"columns {_listed(empty)} have"
        yield finding("R307", line=line, what=what)
    if choice.width and choice.width != len(header):
        cells = "1 cell" if choice.width == 1 else f"{choice.width} cells"
        yield finding("R308", line=line, width=len(header), records=choice.agreeing, cells=cells)


def _listed(positions: list[int]) -> str:
    """Return positions for a sentence.

    >>> _listed([1, 3, 5])
    '1, 3 and 5'
    """
    shown = [str(position) for position in positions[:10]]
    if len(positions) > len(shown):
        return f"{', '.join(shown)} and {len(positions) - len(shown)} more"
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def _line_findings(plan: Plan) -> Iterator[Finding]:
    if plan.first_blank is not None:
        yield finding("R202", line=plan.first_blank, count=plan.blank)
    ends = plan.line_ends
    if b"\n" in ends and b"\r\n" in ends:
        yield finding("R205", line=max(ends[b"\n"], ends[b"\r\n"]))
    if b"\r" in ends:
        yield finding("R206", line=ends[b"\r"])
