"""Reading one range of a scanned file into a table of literal text."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.errors import SourceError
from pipeline.reading.blocks import Block, Positions
from pipeline.reading.encodings import UTF8, is_utf8
from pipeline.reading.folding import unfold, unfold_table
from pipeline.reading.judging import judge, tokeniser_for
from pipeline.reading.opening import changed, stamp_from
from pipeline.reading.places import ends_of_records, starts_of_lines
from pipeline.reading.ragged import Ragged, judge_ragged
from pipeline.reading.regular import Index, index_records, is_served
from pipeline.reading.regular_cells import Column, column_of, columns_of, join_columns, regular_cells, texts_in
from pipeline.reading.reviewing import review
from pipeline.reading.splitting import Shorts, short_of, tell_split
from pipeline.reading.tokenising import CELL_CHARACTERS, Form, Tokeniser
from pipeline.reading.unclosed import judge_unclosed
from pipeline.records import Broken, BrokenRecords, Finding, Range, Source, Table

Bools = npt.NDArray[np.bool_]

_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)

# Up to one record in so many is read by itself; more of them, and the whole range is read faster.
_FEW = 16

# So many bytes are looked at for it at first.
_FIRST_WINDOW = 1024


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
    data = _bytes_of(source, part)
    table = _as_it_stands(source, part, data) if part.regular else None
    table = review(source, table or _by_index(source, part, data), data)
    return table if source.sheet is None else unfold_table(table)


def read_all(source: Source) -> Iterator[Table]:
    """Yield the table of each range, in order.

    Raises:
        SourceError: The file is gone, or is not the one that was scanned.
    """
    for part in source.ranges:
        yield read(source, part)


def read_some(source: Source, part: Range, numbers: Sequence[int], lines: Sequence[int]) -> list[Column]:
    """Return the cells of single records of a range, a column for each of the header's.

    Args:
        source: What `scan` returned.
        part: One of its ranges.
        numbers: k record numbers, ascending; each was kept when the range was read.
        lines: k physical first lines of theirs.

    Raises:
        SourceError: The file is gone, or is not the one that was scanned.
    """
    if not part.regular and len(numbers) * _FEW > part.records:
        return columns_of(read(source, part).frame.loc[list(numbers)])
    data = _bytes_of(source, part)
    starts = starts_of_lines(data, np.array(lines, dtype=np.int64) - part.first_line)
    if len(starts) < len(numbers):
        raise changed(source.name)
    if part.regular:
        columns = _regular_ones(source, data, starts)
    else:
        cells = _single_ones(source, data, starts, numbers, lines)
        columns = [column_of([record[at] for record in cells]) for at in range(len(source.header))]
    return columns if source.sheet is None else [column_of([*map(unfold, texts_in(column))]) for column in columns]


def _regular_ones(source: Source, data: bytes, starts: Positions) -> list[Column]:
    """Return the cells of the records that begin at some places of a regular range, by columns."""
    ends = ends_of_records(data, starts)
    joined = b"".join([data[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)])
    found = regular_cells(joined, source.dialect.delimiter, len(source.header), len(starts))
    if found is None:
        raise changed(source.name)
    return found.columns


def _single_ones(
    source: Source, data: bytes, starts: Positions, numbers: Sequence[int], lines: Sequence[int]
) -> list[list[str]]:
    """Return the cells of the records that begin at some places, each read by itself."""
    tokeniser, others = tokeniser_for(source), _Others(source)
    for start, number, line in zip(starts.tolist(), numbers, lines, strict=True):
        raw, form = _record_at(data, start, tokeniser)
        others.take(raw, form, number, line)
    if others.broken:
        raise changed(source.name)
    return others.cells


def _record_at(data: bytes, start: int, tokeniser: Tokeniser) -> tuple[bytes, Form]:
    """Return the bytes and the form of the record that begins at a place.

    Args:
        data: Whole records.
        start: The place.
        tokeniser: Their grammar.
    """
    window = _FIRST_WINDOW
    while True:
        is_all = start + window >= len(data)
        lines = data[start : start + window].splitlines(keepends=True)
        # The last one may be cut off.
        begun = next(tokeniser.records(lines if is_all else lines[:-1], final=is_all), None)
        if begun is not None:
            first, stop, form = begun
            return b"".join(lines[first:stop]), form
        window *= 8


def _bytes_of(source: Source, part: Range) -> bytes:
    try:
        with source.text.open("rb", buffering=0) as file:
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


def _as_it_stands(source: Source, part: Range, data: bytes) -> Table | None:
    """Return the table of a range of regular records, or None if some of them cannot be kept."""
    cells = regular_cells(data, source.dialect.delimiter, len(source.header), part.records)
    if cells is None:
        return None
    numbers = np.arange(part.first_record, part.first_record + part.records, dtype=np.int64)
    return Table(
        range=part,
        header=source.header,
        frame=_frame(cells.columns, numbers),
        lines=part.first_line + cells.lines,
    )


def _by_index(source: Source, part: Range, data: bytes) -> Table:
    """Return the table of any range.

    The kernels read the records that are plainly right. Those that are plainly right but for their width, or leave a
    quote open, are set aside together, and the tokeniser reads all the others.
    """
    tokeniser, width = tokeniser_for(source), len(source.header)
    index = index_records(Block(data), tokeniser, final=True)
    plain = _plain_records(index) if is_served(tokeniser) else np.zeros(len(index), dtype=np.bool_)
    ragged = Ragged.none()
    # The kernels say faster than the index whether all are of one width; of a regular range they have said so already.
    columns = None if part.regular else _cells(index, plain, width)
    if columns is None and plain.any():
        widths = index.widths()
        ragged = judge_ragged(source, part, index, widths, plain & (widths != width))
        plain &= widths == width
        columns = _cells(index, plain, width)
    if columns is None:
        plain[:] = False
        columns = [column_of(())] * width
    lines = part.first_line + index.lines
    open_at, unclosed = judge_unclosed(source, part, index, tokeniser)
    is_left = ~plain
    is_left[ragged.at] = False
    is_left[open_at] = False
    others, rest = _Others(source), np.flatnonzero(is_left)
    places = zip(
        rest.tolist(), index.starts[rest].tolist(), index.ends[rest].tolist(), lines[rest].tolist(), strict=True
    )
    for at, start, end, line in places:
        form = index.forms.get(at)
        take = others.take if form else others.judge
        take(data[start:end], form or Form.QUOTED, part.first_record + at, line)
    rows: Positions = np.flatnonzero(plain)
    if others.cells:
        rows = np.concatenate([rows, np.array(others.numbers, dtype=np.int64) - part.first_record])
        order = np.argsort(rows)
        rows = rows[order]
        more = map(column_of, zip(*others.cells, strict=True))
        columns = [join_columns(upper, lower, order) for upper, lower in zip(columns, more, strict=True)]
    table = Table(
        range=part,
        header=source.header,
        frame=_frame(columns, part.first_record + rows),
        lines=lines[rows],
        broken=BrokenRecords.joined([ragged.broken, unclosed, BrokenRecords.of(others.broken)]),
        findings=tuple(others.findings),
    )
    return tell_split(source, table, Shorts.joined([ragged.shorts, Shorts.of(others.shorts)]))


def _cells(index: Index, chosen: Bools, width: int) -> list[Column] | None:
    records = int(np.count_nonzero(chosen))
    cells = regular_cells(index.joined(chosen), index.delimiter, width, records) if records else None
    return None if cells is None else cells.columns


def _plain_records(index: Index) -> Bools:
    """Return which records are regular and hold nothing but text of a usual size."""
    plain: Bools = index.ends - index.starts <= CELL_CHARACTERS
    plain[[*index.forms]] = False
    data = index.block.data
    if b"\0" in data:
        plain[index.records_at(np.flatnonzero(index.block.array == 0))] = False
    if not data.isascii() and not is_utf8(data):
        beyond_ascii = np.maximum.reduceat(index.block.array, index.starts) > 127
        for at in np.flatnonzero(plain & beyond_ascii).tolist():
            plain[at] = is_utf8(data[index.starts[at] : index.ends[at]])
    return plain


class _Others:
    """Collects the records that are read one by one."""

    def __init__(self, source: Source) -> None:
        self._source = source
        tokeniser = tokeniser_for(source)
        self._tokeniser, self._cells_of = tokeniser, tokeniser.cells
        # A delimiter of two characters asks for a second look at every record.
        self._whole = (Form.PLAIN, Form.QUOTED) if len(tokeniser.delimiter) == 1 else ()
        self._width = len(source.header)
        self.cells: list[list[str]] = []
        self.numbers: list[int] = []
        self.broken: list[Broken] = []
        self.shorts: list[tuple[int, int, int, int]] = []
        self.findings: list[Finding] = []

    def take(self, raw: bytes, form: Form, number: int, line: int) -> None:
        """Sort a record into cells or broken ones."""
        if form in self._whole and len(raw) <= CELL_CHARACTERS and b"\0" not in raw:
            try:
                cells, strays = self._cells_of(raw.decode(UTF8).rstrip("\r\n"))
            except UnicodeDecodeError:
                cells, strays = [], []
            if len(cells) == self._width and not strays:
                self.cells.append(cells)
                self.numbers.append(number)
                return
        self.judge(raw, form, number, line)

    def judge(self, raw: bytes, form: Form, number: int, line: int) -> None:
        """Sort a record in which something may be wrong."""
        verdict = judge(self._source, raw, form, number, line)
        if isinstance(verdict, Broken):
            self.broken.append(verdict)
            if short := short_of(verdict, raw, form, self._tokeniser):
                self.shorts.append(short)
            return
        self.cells.append(verdict.cells)
        self.numbers.append(number)
        self.findings += verdict.findings


def _frame(columns: list[Column], numbers: Positions) -> pd.DataFrame:
    # What pandas' own converter from Arrow calls; it spares the search for missing values.
    text: Any = _TEXT
    return pd.DataFrame(
        {at: text.__from_arrow__(column) for at, column in enumerate(columns)},
        index=pd.Index(numbers, name="record"),
        columns=pd.RangeIndex(len(columns)),
        copy=False,
    )
