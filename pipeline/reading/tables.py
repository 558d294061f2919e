"""Reading one range of a scanned file into a table of literal text."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none

from pipeline.errors import SourceError
from pipeline.reading.encodings import UTF8, visible
from pipeline.reading.noting import finding, words_of
from pipeline.reading.opening import changed, stamp_from
from pipeline.reading.tokenising import CELL_CHARACTERS, RECORD_BYTES, RECORD_LINES, Form, Tokeniser, tokeniser_of
from pipeline.records import Broken, Finding, Range, Source, Table

_arrow: Any = pa
_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)


def read(source: Source, part: Range) -> Table:
    """Return the records of one range, as literal text.

    Needs nothing but its arguments, which pickle, so it can run in another process. A record stands either in the
    table's frame or in `broken`.

    Args:
        source: What `scan` returned.
        part: One of its ranges.

    Raises:
        SourceError: The file is gone, or is not the one that was scanned.
    """
    lines = _bytes_of(source, part).splitlines(keepends=True)
    rows = _Rows(source, part)
    rows.take(lines)
    return Table(
        range=part,
        header=source.header,
        frame=_frame(rows.cells, rows.numbers, len(source.header)),
        lines=np.array(rows.lines, dtype=np.int64),
        broken=tuple(rows.broken),
        findings=tuple(rows.findings),
    )


def read_all(source: Source) -> Iterator[Table]:
    """Yield the table of each range, in order.

    Raises:
        SourceError: The file is gone, or is not the one that was scanned.
    """
    for part in source.ranges:
        yield read(source, part)


def _bytes_of(source: Source, part: Range) -> bytes:
    try:
        with source.text.open("rb") as file:
            if stamp_from(os.fstat(file.fileno())) != source.stamp:
                raise changed(source.name)
            file.seek(part.start)
            data = file.read(part.end - part.start)
            if len(data) != part.end - part.start or stamp_from(os.fstat(file.fileno())) != source.stamp:
                raise changed(source.name)
    except OSError as reason:
        raise SourceError(
            f"{source.name}: it cannot be read any more ({reason.strerror or reason}); was it moved while in use?"
        ) from None
    return data


class _Rows:
    """Collects the records of a range."""

    def __init__(self, source: Source, part: Range) -> None:
        self._tokeniser: Tokeniser = tokeniser_of(source.dialect.delimiter, source.dialect.quote)
        self._header = source.header
        self._encoding = source.encoding.name
        self._first_line = part.first_line
        self._next = part.first_record
        self.cells: list[list[str]] = []
        self.numbers: list[int] = []
        self.lines: list[int] = []
        self.broken: list[Broken] = []
        self.findings: list[Finding] = []

    def take(self, lines: Sequence[bytes]) -> None:
        """Sort every record of these lines into cells or broken ones."""
        width = len(self._header)
        cells_of = self._tokeniser.cells
        blank, whole = Form.BLANK, (Form.PLAIN, Form.QUOTED)
        keep, number_them, line_them = self.cells.append, self.numbers.append, self.lines.append
        number, line = self._next, self._first_line
        for first, stop, form in self._tokeniser.records(lines, final=True):
            if form is blank:
                continue
            raw = lines[first] if stop == first + 1 else b"".join(lines[first:stop])
            if form in whole and len(raw) <= CELL_CHARACTERS and b"\0" not in raw:
                try:
                    cells, strays = cells_of(raw.decode(UTF8).rstrip("\r\n"))
                except UnicodeDecodeError:
                    cells, strays = [], []
                if len(cells) == width and not strays:
                    keep(cells)
                    number_them(number)
                    line_them(line + first)
                    number += 1
                    continue
            self._judge(raw, form, number, line + first)
            number += 1

    def _judge(self, raw: bytes, form: Form, number: int, line: int) -> None:
        """Sort a record in which something may be wrong."""
        width = len(self._header)
        if form is Form.TRAILING:
            self._set_aside("R103", raw, number, line, cell=self._tokeniser.fault_cell(raw))
        elif form is Form.UNCLOSED:
            cell = self._tokeniser.fault_cell(raw)
            self._set_aside("R104", raw, number, line, cell=cell, lines=RECORD_LINES, kibibytes=RECORD_BYTES >> 10)
        elif b"\0" in raw:
            self._set_aside("R105", raw, number, line)
        elif len(raw) > RECORD_BYTES:
            self._set_aside("R107", raw, number, line, what="the record", limit="1 MiB")
        else:
            try:
                text = raw.decode(UTF8)
            except UnicodeDecodeError:
                self._set_aside("R106", raw, number, line, encoding=self._encoding)
                return
            cells, strays = self._tokeniser.cells(text.rstrip("\r\n"))
            largest = max(range(len(cells)), key=lambda at: len(cells[at]))
            if len(cells[largest]) > CELL_CHARACTERS:
                limit = f"{CELL_CHARACTERS:,} characters"
                self._set_aside("R107", raw, number, line, what=f"cell {largest + 1}", limit=limit)
            elif len(cells) != width:
                code = "R101" if len(cells) < width else "R102"
                self._set_aside(code, raw, number, line, cells=len(cells), width=width)
            else:
                self.cells.append(cells)
                self.numbers.append(number)
                self.lines.append(line)
                self.findings += [
                    finding("R201", record=number, line=line, column=self._header[at], value=cells[at]) for at in strays
                ]

    def _set_aside(self, code: str, raw: bytes, number: int, line: int, **words: object) -> None:
        text = visible(raw, self._encoding).rstrip("\r\n")
        self.broken.append(Broken(number, line, code, words_of(code, **words), text))


def _frame(rows: list[list[str]], numbers: list[int], width: int) -> pd.DataFrame:
    index = pd.Index(np.array(numbers, dtype=np.int64), name="record")
    columns = zip(*rows, strict=True) if rows else ((),) * width
    # Going through Arrow spares pandas' search for missing values.
    return pd.DataFrame(
        {at: pd.array(_arrow.array(column, _arrow.large_string()), dtype=_TEXT) for at, column in enumerate(columns)},
        index=index,
        columns=pd.RangeIndex(width),
        copy=False,
    )
