"""Files that hold a table in another form: compressed, archived, or a workbook. Told by content, not by name.

What comes out is one plain text file in the spool, which is then read like any other.
"""

from __future__ import annotations

import zipfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import SourceError
from pipeline.reading.archives import (
    ZIP_ERRORS,
    check_member,
    damaged_zip,
    gunzipped,
    only_member,
    open_zip,
    unzipped,
    unzstandarded,
)
from pipeline.reading.old_workbooks import OldWorkbook, named, protected
from pipeline.reading.opening import BLOCK, Limits, Opened, SpoolFile
from pipeline.reading.signatures import Kind
from pipeline.reading.spreadsheets import Book, sheet_as_text
from pipeline.reading.workbooks import Workbook
from pipeline.records import Finding


@dataclass(frozen=True, slots=True)
class Contents:
    """What was in a file.

    Attributes:
        path: The text, in the spool.
        sheet: The sheet's name, None where the file is no workbook.
        findings: What was found about the file.
    """

    path: Path
    sheet: str | None = None
    findings: tuple[Finding, ...] = ()


def unpack(
    kind: Kind, opened: Opened, blocks: Iterable[bytes], limits: Limits, spool: Path, sheet: str | int | None
) -> Contents:
    """Return the table that a file holds, as text in the spool.

    Args:
        kind: What `kind_of` said.
        opened: The file.
        blocks: All its bytes; they are read to the end.
        limits: What is too large.
        spool: A private folder.
        sheet: A sheet's name or 1-based number, for a workbook.

    Raises:
        SourceError: It is damaged, cut off, protected, over a limit, or does not hold just one table.
        UsageError: The sheet is not there.
        OutputError: The spool cannot be written.
    """
    if kind is Kind.GZIP:
        return Contents(_spooled(gunzipped(blocks, opened.name, limits), spool))
    if kind is Kind.ZSTANDARD:
        return Contents(_spooled(unzstandarded(blocks, opened.name, limits), spool))
    with _whole(opened, blocks, spool) as (file, path):
        given = _Given(path, file.seek(0, 2), opened.name, limits, spool, sheet)
        if kind is Kind.OFFICE:
            return given.of_old_workbook(".xls")
        with open_zip(file, opened.name) as archive:
            return _from_zip(archive, given)


@dataclass(frozen=True, slots=True)
class _Given:
    """A file that is all there, and what is asked of it."""

    path: Path
    size: int
    name: str
    limits: Limits
    spool: Path
    sheet: str | int | None

    def of_old_workbook(self, ending: str) -> Contents:
        with named(self.path, ending, self.spool) as path:
            return self.of_book(OldWorkbook(path, self.name, self.limits), old=True)

    def of_book(self, book: Book, *, old: bool = False) -> Contents:
        text = sheet_as_text(book, self.sheet, self.size, self.name, self.limits, self.spool, old=old)
        return Contents(text.path, text.name, text.findings)


def _from_zip(archive: zipfile.ZipFile, given: _Given) -> Contents:
    name, limits = given.name, given.limits
    names = {info.filename.lower() for info in archive.infolist()}
    if "[content_types].xml" in names:
        if "xl/workbook.bin" in names:
            _check_parts(archive, name, limits)
            return given.of_old_workbook(".xlsb")
        if not any(part.startswith(("word/", "ppt/", "visio/")) for part in names):
            return given.of_book(Workbook(archive, name, limits))
        raise SourceError(f"{name}: this is an Office document, not a workbook; ask for the list as CSV or .xlsx")
    if "mimetype" in names and "content.xml" in names:
        _check_parts(archive, name, limits)
        try:
            encrypted = b"encryption-data" in archive.read("META-INF/manifest.xml")
            mimetype = archive.read("mimetype").strip()
        except ZIP_ERRORS:
            raise damaged_zip(name) from None
        if not mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            raise SourceError(f"{name}: this is an OpenDocument, but no spreadsheet; ask for the list as CSV or .xlsx")
        if encrypted:
            raise protected(name)
        return given.of_old_workbook(".ods")
    if any(part.endswith("index/document.iwa") for part in names):
        raise SourceError(f"{name}: this is an Apple Numbers document; export the table as CSV")
    member = only_member(archive, name)
    return Contents(_spooled(unzipped(archive, member, name, limits), given.spool))


def _check_parts(archive: zipfile.ZipFile, name: str, limits: Limits) -> None:
    """Refuse an archive whose parts are too large or damaged, before another program trusts it."""
    parts = archive.infolist()
    size = sum(info.file_size for info in parts)
    if size > limits.workbook_bytes:
        raise SourceError(
            f"{name}: the workbook is {size:,} bytes large unpacked, more than the limit of "
            f"{limits.workbook_bytes:,}; save the sheet as CSV (UTF-8)"
        )
    for info in parts:
        check_member(info, name)
        for _ in unzipped(archive, info, name, limits):
            pass


def _spooled(blocks: Iterator[bytes], spool: Path) -> Path:
    copy = SpoolFile(spool)
    try:
        for _ in copy.keep(blocks):
            pass
    except BaseException:
        copy.path.unlink(missing_ok=True)
        raise
    return copy.path


@contextmanager
def _whole(opened: Opened, blocks: Iterable[bytes], spool: Path) -> Generator[tuple[BinaryIO, Path]]:
    """Yield the file, all of it there and open at any place, and its path; a stream is copied for as long as that."""
    if opened.path is not None:
        for _ in blocks:
            pass
        yield opened.file, opened.path
        return
    path = _spooled(iter(blocks), spool)
    try:
        with path.open("rb", buffering=BLOCK) as file:
            yield file, path
    finally:
        path.unlink(missing_ok=True)
