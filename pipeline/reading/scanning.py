"""The scan: one sequential pass that decides what a file is and plans the ranges of its records."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pipeline.errors import SourceError, UsageError
from pipeline.reading import encodings
from pipeline.reading.dialects import asked_for
from pipeline.reading.encodings import UTF8, LineTally
from pipeline.reading.folding import unfold
from pipeline.reading.noting import finding
from pipeline.reading.opening import (
    Limits,
    Opened,
    Original,
    SpoolFile,
    Stamp,
    changed,
    open_source,
    stamp_from,
    stamp_of,
)
from pipeline.reading.outlining import Asked, Outline, outline_text
from pipeline.reading.refusing import refuse_binary
from pipeline.reading.signatures import kind_of
from pipeline.records import Encoding, Source

if TYPE_CHECKING:
    from pipeline.reading.containers import Contents

RANGE_RECORDS = 65_536
"""Records in a range: what is done once for each costs little, and what it takes in memory is some tens of megabytes.
Source: measured."""

UNDECODABLE_SHARE = 0.1
"""Above this share of its lines beyond ASCII a file is not in the fall-back encoding either. Source: the product's own;
Shift-JIS text has bytes that cp1252 leaves undefined in nearly every line."""

_DEFAULT = Limits()


def _nobody(_: int) -> None:
    """Stand for somebody who wants to know how many ranges have begun."""


def scan(
    source: str | Path | BinaryIO,
    *,
    name: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    quote: str | None = None,
    escape: str | None = None,
    header_row: int | None = None,
    skip_footer: int = 0,
    sheet: str | int | None = None,
    spool: Path,
    range_records: int = RANGE_RECORDS,
    limits: Limits = _DEFAULT,
    begun: Callable[[int], None] = _nobody,
) -> Source:
    """Return what a file is, how it is read, and the plan of its ranges, after one sequential reading.

    A regular UTF-8 file is read once and stays where it is. A stream is copied into the spool as it goes by. What is
    not UTF-8 is copied there in UTF-8. What is compressed (gzip, zstandard, zip with one file) is unpacked there, and a
    sheet of a workbook is written there as text; name, size and digest remain those of the original. Memory is bounded
    by the limits, not by the file.

    Args:
        source: A path, or a binary stream.
        name: What to call it; by default the path's base name, `<stdin>` for a stream.
        encoding: A Python codec name, instead of the evidence.
        delimiter: One ASCII character, or one and a blank, instead of the evidence.
        quote: One ASCII character, instead of the evidence.
        escape: One ASCII character that takes the meaning from the next, instead of the evidence.
        header_row: The 1-based physical line of the header, 0 for none; by default the first that is not blank, unless
            the evidence speaks against it.
        skip_footer: How many last lines that are not blank to pass over.
        sheet: A sheet of a workbook by its name or its 1-based number among all tabs; by default the first visible one
            that holds anything.
        spool: A private folder (0700) for copies (0600); the caller removes it after the last `read`.
        range_records: Records in a range, at most.
        limits: What is too large.
        begun: Is given, again and again while the file is read, how many ranges there are at least.

    Raises:
        SourceError: Missing, a directory, not permitted, empty, not text, over a limit, or without a readable header.
        UsageError: An argument cannot be followed.
        OutputError: The spool cannot be written.
    """
    delimiter, quote, escape = asked_for(delimiter, quote, escape)
    if header_row is not None and header_row < 0:
        raise UsageError(f"the header row {header_row} is not a line: lines are counted from 1, and 0 is for no header")
    if skip_footer < 0:
        raise UsageError(f"{skip_footer} lines cannot be passed over: 0 or more")
    if range_records < 1:
        raise UsageError(f"a range of {range_records} records is none: at least 1")
    asked = Asked(encoding, delimiter, quote, header_row, range_records, limits, begun, escape, skip_footer)
    with open_source(source, name) as opened:
        return _scan(opened, asked, spool, sheet)


def _scan(opened: Opened, asked: Asked, spool: Path, sheet: str | int | None) -> Source:
    before = stamp_from(os.fstat(opened.file.fileno())) if opened.path else None
    original = Original(opened, asked.limits)
    blocks = original.blocks()
    head = next(blocks, b"")
    blocks = chain([head], blocks)
    kind = kind_of(head, opened.name)
    if kind is None:
        if sheet is not None:
            raise _no_workbook(opened.name)
        refuse_binary(head, opened.name)
        return _scan_text(opened, before, original, head, blocks, asked, spool)
    # Few files hold another, and what opens those takes its time to load.
    from pipeline.reading.containers import unpack

    contents = unpack(kind, opened, blocks, asked.limits, spool, sheet)
    if opened.path is not None and stamp_of(opened.path, opened.name) != before:
        raise changed(opened.name)
    if contents.sheet is None and sheet is not None:
        raise _no_workbook(opened.name)
    return replace(_scan_contents(contents, opened.name, asked, spool), sha256=original.sha256, size=original.size)


def _no_workbook(name: str) -> UsageError:
    return UsageError(f"{name}: it is no workbook, so it has no sheets; leave the sheet out")


def _scan_contents(contents: Contents, name: str, asked: Asked, spool: Path) -> Source:
    """Return what the text that was in a file is."""
    sheet = contents.sheet
    limits = replace(asked.limits, file_bytes=max(asked.limits.file_bytes, asked.limits.unpacked_bytes))
    if sheet is not None:
        if (asked.encoding, asked.delimiter, asked.quote, asked.escape) != (None,) * 4:
            raise UsageError(f"{name}: a sheet has no encoding, delimiter, quote or escape; leave them out")
        asked = replace(asked, encoding=UTF8, delimiter=",", quote='"')
    before = stamp_of(contents.path, name)
    with open_source(contents.path, name) as opened:
        original = Original(opened, limits)
        blocks = original.blocks()
        head = next(blocks, b"")
        if sheet is None:
            refuse_binary(head, name, inside=True)
        blocks = chain([head], blocks)
        source = _scan_text(opened, before, original, head, blocks, replace(asked, limits=limits), spool)
    if source.text != contents.path:
        contents.path.unlink()
    source = replace(source, findings=(*contents.findings, *source.findings))
    if sheet is None:
        return source
    columns = "1 column" if len(source.header) == 1 else f"{len(source.header)} columns"
    return replace(
        source,
        sheet=sheet,
        encoding=Encoding(UTF8, False, "it is a workbook"),
        dialect=replace(source.dialect, evidence=f"the sheet has {columns}"),
        header=tuple(unfold(column).strip() for column in source.header),
        findings=tuple(replace(one, column=unfold(one.column), value=unfold(one.value)) for one in source.findings),
    )


def _scan_text(
    opened: Opened,
    before: Stamp | None,
    original: Original,
    head: bytes,
    blocks: Iterable[bytes],
    asked: Asked,
    spool: Path,
) -> Source:
    """Return what a text is, whose file was `before` reading as its stamp says."""
    if asked.encoding is not None:
        known: Encoding | None = encodings.encoding_asked_for(asked.encoding, head)
    else:
        known = encodings.encoding_by_head(head)

    if known is not None and known.name != UTF8:
        encoding = known
        text, outline = _outline_copy(blocks, encoding.name, None, opened.name, asked, spool)
    else:
        if opened.path is not None:
            text = opened.path
        else:
            copy = SpoolFile(spool)
            text, blocks = copy.path, copy.keep(iter(blocks))
        tally = LineTally()
        outline = outline_text(blocks, UTF8, tally, opened.name, asked)
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
        other_tables=outline.other_tables,
    )


def _read_again(
    path: Path, sha256: str, encoding: Encoding, name: str, asked: Asked, spool: Path
) -> tuple[Path, Outline]:
    """Return the copy in UTF-8 of a file that turned out to be in the fall-back encoding, and the table in it."""
    tally = LineTally()
    with open_source(path, name) as opened:
        original = Original(opened, asked.limits)
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
    blocks: Iterable[bytes], codec: str, tally: LineTally | None, name: str, asked: Asked, spool: Path
) -> tuple[Path, Outline]:
    """Return a copy in UTF-8 and the table in it."""
    copy = SpoolFile(spool)
    return copy.path, outline_text(copy.keep(encodings.transcode(blocks, codec, name)), codec, tally, name, asked)
