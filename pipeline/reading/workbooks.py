"""An .xlsx workbook, its rows read one after the other as the text that a person sees.

An .xlsx file is a zip archive of XML parts (ECMA-376, part 1, chapter 18). Rows are streamed; held in memory are the
texts that cells share, which may take some four times their part's size.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from xml.parsers import expat

from pipeline.errors import SourceError
from pipeline.reading.archives import check_member, unzipped
from pipeline.reading.opening import Limits
from pipeline.reading.workbook_parts import Elements, Relations, Row, Rows, Styles, Tabs, Texts, Unreadable


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook.

    Attributes:
        name: Its name.
        visible: Whether its tab is shown.
        part: What the reader of its workbook calls it, "" where it holds no cells (a chart).
    """

    name: str
    visible: bool
    part: str


class Workbook:
    """An .xlsx workbook.

    Attributes:
        sheets: In the order of their tabs.
        unvalued: How many formulas without a stored value were read as empty, in the rows read last.
        first_unvalued: The row of the first of them, or None.
    """

    def __init__(self, archive: zipfile.ZipFile, name: str, limits: Limits) -> None:
        """Read everything but the rows.

        Args:
            archive: The workbook.
            name: Its name, for errors.
            limits: What is too much: `workbook_bytes` for all parts together.

        Raises:
            SourceError: It is no workbook, damaged, over a limit, or holds a document type declaration.
        """
        self._archive, self._name, self._limits = archive, name, limits
        self._parts: dict[str, zipfile.ZipInfo] = {info.filename.lower(): info for info in archive.infolist()}
        size = sum(info.file_size for info in self._parts.values())
        if size > limits.workbook_bytes:
            raise SourceError(
                f"{name}: the workbook is {size:,} bytes large unpacked, more than the limit of "
                f"{limits.workbook_bytes:,}; save the sheet as CSV (UTF-8)"
            )
        for info in self._parts.values():
            check_member(info, name)
        self.unvalued = 0
        self.first_unvalued: int | None = None
        book = self._target("", "officeDocument") or "xl/workbook.xml"
        if book.lower() not in self._parts:
            raise self._damaged()
        found = Tabs()
        self._parse(book, found)
        self._from_1904 = found.from_1904
        targets = self._relations(book)
        self.sheets = tuple(
            Sheet(title, state == "visible", part if kind == "worksheet" and part.lower() in self._parts else "")
            for title, state, key in found.sheets
            for kind, part in [targets.get(key, ("", ""))]
        )
        styles = Styles()
        if (part := self._target(book, "styles")) is not None:
            self._parse(part, styles)
        self._shapes = styles.shapes()
        texts = Texts()
        if (part := self._target(book, "sharedStrings")) is not None:
            self._parse(part, texts)
        self._texts = texts.texts

    def is_filled(self, sheet: Sheet) -> bool:
        """Return whether any cell of a sheet holds something."""
        return any(any(cells) for _, cells in self.rows(sheet))

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the rows of a sheet that have cells, in order.

        Raises:
            SourceError: The sheet is damaged.
        """
        self.unvalued, self.first_unvalued = 0, None
        if not sheet.part:
            return
        rows = Rows(self._texts, self._shapes, self._from_1904)
        for _ in self._feed(sheet.part, rows):
            ready, rows.ready = rows.ready, []
            yield from ready
        self.unvalued, self.first_unvalued = rows.unvalued, rows.first_unvalued

    def _parse(self, part: str, into: Elements) -> None:
        for _ in self._feed(part, into):
            pass

    def _feed(self, part: str, into: Elements) -> Iterator[None]:
        """Give a part to the parser, pausing after every block."""
        info = self._parts.get(part.lower())
        if info is None:
            raise self._damaged()
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = into.start
        parser.EndElementHandler = into.end
        parser.CharacterDataHandler = into.text
        parser.StartDoctypeDeclHandler = into.refuse
        try:
            with closing(unzipped(self._archive, info, self._name, self._limits)) as blocks:
                for block in blocks:
                    for at in range(0, len(block), 1 << 16):
                        parser.Parse(block[at : at + (1 << 16)], False)
                        yield
            parser.Parse(b"", True)
            yield
        except (expat.ExpatError, Unreadable):
            raise self._damaged() from None

    def _target(self, source: str, kind: str) -> str | None:
        """Return the part that another relates to in one way, or None."""
        return next((part for found, part in self._relations(source).values() if found == kind), None)

    def _relations(self, source: str) -> dict[str, tuple[str, str]]:
        """Return what a part relates to: for each relation its kind and the other part."""
        folder, base = posixpath.split(source)
        part = posixpath.join(folder, "_rels", base + ".rels")
        if part.lower() not in self._parts:
            return {}
        relations = Relations()
        self._parse(part, relations)
        return {
            key: (kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
            for key, kind, target in relations.found
        }

    def _damaged(self) -> SourceError:
        return SourceError(f"{self._name}: the workbook is damaged; open it, save it again, or save the sheet as CSV")
