"""The scan: one sequential pass that decides what a file is and plans the ranges of its records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import SourceError, UsageError
from pipeline.reading import encodings
from pipeline.reading.dialects import asked_for, assumed_header, choose_dialect, name_of, separator_line
from pipeline.reading.encodings import BOM, UTF8, LineTally
from pipeline.reading.noting import finding
from pipeline.reading.opening import Limits, Opened, Original, SpoolFile, changed, open_source, stamp_from, stamp_of
from pipeline.reading.planning import Place, Plan, plan_ranges, split_lines
from pipeline.reading.refusing import refuse_binary, refuse_controls
from pipeline.reading.tokenising import CELL_CHARACTERS, LINE_ENDS, Form, Tokeniser, tokeniser_of
from pipeline.records import Dialect, Encoding, Finding, Source

HEAD = 1 << 20
"""Bytes that count as evidence. Source: the product's contract ("the first megabyte")."""

RANGE_RECORDS = 16_384

UNDECODABLE_SHARE = 0.1
"""Above this share of its lines beyond ASCII a file is not in the fall-back encoding either. Source: the product's own;
Shift-JIS text has bytes that cp1252 leaves undefined in nearly every line."""

_DEFAULT = Limits()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the caller decided instead of the evidence."""

    encoding: str | None
    delimiter: str | None
    quote: str | None
    header_row: int | None
    range_records: int
    limits: Limits


@dataclass(frozen=True, slots=True)
class _Outline:
    """The table in a text file."""

    dialect: Dialect
    header: tuple[str, ...]
    header_line: int
    plan: Plan
    findings: tuple[Finding, ...]


def scan(
    source: str | Path | BinaryIO,
    *,
    name: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    quote: str | None = None,
    header_row: int | None = None,
    spool: Path,
    range_records: int = RANGE_RECORDS,
    limits: Limits = _DEFAULT,
) -> Source:
    """Return what a file is, how it is read, and the plan of its ranges, after one sequential reading.

    A regular UTF-8 file is read once and stays where it is. A stream is copied into the spool as it goes by. What is
    not UTF-8 is copied there in UTF-8. Memory is bounded by the limits, not by the file.

    Args:
        source: A path, or a binary stream.
        name: What to call it; by default the path's base name, `<stdin>` for a stream.
        encoding: A Python codec name, instead of the evidence.
        delimiter: One ASCII character, instead of the evidence.
        quote: One ASCII character, instead of the evidence.
        header_row: The 1-based physical line of the header; by default the first that is not blank.
        spool: A private folder (0700) for copies (0600); the caller removes it after the last `read`.
        range_records: Records in a range, at most.
        limits: What is too large.

    Raises:
        SourceError: Missing, a directory, not permitted, empty, not text, over a limit, or without a readable header.
        UsageError: An argument cannot be followed.
        OutputError: The spool cannot be written.
    """
    delimiter, quote = asked_for(delimiter, quote)
    if header_row is not None and header_row < 1:
        raise UsageError(f"the header row {header_row} is not a line: lines are counted from 1")
    if range_records < 1:
        raise UsageError(f"a range of {range_records} records is none: at least 1")
    asked = _Asked(encoding, delimiter, quote, header_row, range_records, limits)
    with open_source(source, name) as opened:
        return _scan(opened, asked, spool)


def _scan(opened: Opened, asked: _Asked, spool: Path) -> Source:
    before = stamp_from(opened.path.stat()) if opened.path else None
    original = Original(opened, asked.limits)
    blocks = original.blocks()
    head = next(blocks, b"")
    blocks = chain([head], blocks)
    refuse_binary(head, opened.name)
    known = encodings.encoding_asked_for(asked.encoding, head) if asked.encoding else encodings.encoding_by_head(head)

    if known is not None and known.name != UTF8:
        encoding = known
        text, outline = _outline_copy(blocks, encoding.name, None, opened.name, asked, spool)
    else:
        if opened.path is not None:
            text = opened.path
        else:
            copy = SpoolFile(spool)
            text, blocks = copy.path, copy.keep(blocks)
        tally = LineTally()
        outline = _outline(blocks, UTF8, tally, opened.name, asked)
        encoding = known or tally.conclude()
        if encoding.name != UTF8:
            utf8 = text
            text, outline = _read_again(utf8, original.sha256, encoding, opened.name, asked, spool)
            if opened.path is None:
                utf8.unlink()
    if opened.path is not None and stamp_of(opened.path, opened.name) != before:
        raise changed(opened.name)
    findings = list(outline.findings)
    if encoding.forced_line is not None:
        findings.insert(0, finding("R301", line=encoding.forced_line, encoding=encoding.name))
    return Source(
        name=opened.name,
        sha256=original.sha256,
        size=original.size,
        encoding=encoding,
        dialect=outline.dialect,
        header=outline.header,
        header_line=outline.header_line,
        records=outline.plan.records,
        ranges=tuple(outline.plan.ranges),
        findings=tuple(findings),
        text=text,
        stamp=stamp_of(text, opened.name),
    )


def _read_again(
    path: Path, sha256: str, encoding: Encoding, name: str, asked: _Asked, spool: Path
) -> tuple[Path, _Outline]:
    """Return the copy in UTF-8 of a file that turned out to be in the fall-back encoding, and the table in it."""
    tally = LineTally()
    with path.open("rb") as file:
        original = Original(Opened(name, file, path), asked.limits)
        text, outline = _outline_copy(original.blocks(), encoding.name, tally, name, asked, spool)
    if original.sha256 != sha256:
        raise changed(name)
    if tally.invalid > UNDECODABLE_SHARE * (tally.valid + tally.invalid):
        raise SourceError(
            f"{name}: line {encoding.forced_line} is not UTF-8, and {tally.invalid:,} lines, from line "
            f"{tally.first_invalid} on, are not {encoding.name} either; say the encoding"
        )
    return text, outline


def _outline_copy(
    blocks: Iterable[bytes], codec: str, tally: LineTally | None, name: str, asked: _Asked, spool: Path
) -> tuple[Path, _Outline]:
    """Return a copy in UTF-8 and the table in it."""
    copy = SpoolFile(spool)
    return copy.path, _outline(copy.keep(encodings.transcode(blocks, codec, name)), codec, tally, name, asked)


def _outline(blocks: Iterable[bytes], encoding: str, tally: LineTally | None, name: str, asked: _Asked) -> _Outline:
    """Return the table in a text, reading it to its end.

    Args:
        blocks: The text in UTF-8.
        encoding: The original's.
        tally: Counts the lines by what they are in UTF-8.
        name: The file's name.
        asked: What the caller decided.
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
    return _Outline(choice.dialect, header, header_line, plan, (*findings, *_line_findings(plan)))


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
    batches: Iterator[list[bytes]], place: Place, asked: _Asked
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


def _no_header(name: str, asked: _Asked, place: Place, *, missing: bool) -> SourceError | UsageError:
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
    cells, strays = tokeniser.cells(encodings.visible(raw, encoding).rstrip("\r\n"))
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
