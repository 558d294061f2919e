"""The verdict on lines with a quote that nothing closes, on all of a range at once; `judging.judge` defines it."""

from __future__ import annotations

import numpy as np

from pipeline.reading.blocks import Positions
from pipeline.reading.encodings import is_utf8
from pipeline.reading.judging import unclosed
from pipeline.reading.open_quotes import OpenQuotes
from pipeline.reading.regular import Index
from pipeline.reading.regular_cells import texts_of
from pipeline.reading.tokenising import Form, Tokeniser
from pipeline.records import BrokenRecords, Range, Source


def judge_unclosed(source: Source, part: Range, index: Index, tokeniser: Tokeniser) -> tuple[Positions, BrokenRecords]:
    """Return the positions of records with an open quote, and what `judge` says of them.

    Not among them are the last record of the file, which may be cut off, and records that are not UTF-8.

    Args:
        source: The file.
        part: A range of it.
        index: The records of that range.
        tokeniser: Their grammar.
    """
    data = index.block.data
    last = source.records - part.first_record
    found = [at for at, form in index.forms.items() if form is Form.UNCLOSED and at != last]
    if found and not is_utf8(data):
        found = [at for at in found if is_utf8(data[index.starts[at] : index.ends[at]])]
    at: Positions = np.array(found, dtype=np.int64)
    if not at.size:
        return at, BrokenRecords.of(())
    cells = _opened_cells(index, at, tokeniser)
    told, which = np.unique(cells, return_inverse=True)
    chosen = np.zeros(len(index), dtype=np.bool_)
    chosen[at] = True
    broken = BrokenRecords.ordered(
        part.first_record + at,
        part.first_line + index.lines[at],
        which,
        [unclosed(cell) for cell in told.tolist()],
        texts_of(index, chosen),
    )
    return at, broken


def _opened_cells(index: Index, at: Positions, tokeniser: Tokeniser) -> Positions:
    """Return the number of the cell that each of some lines leaves open."""
    starts, ends, quotes = index.starts[at], index.ends[at], index.quotes
    cells = np.zeros(len(at), dtype=np.int64)
    if quotes.size:
        first, stop = np.searchsorted(quotes, starts), np.searchsorted(quotes, ends)
        opens = OpenQuotes.of(index.block, quotes, index.delimiter, tokeniser.quote).opens(first, stop)
        separators = index.block.places(index.delimiter)
        before = np.searchsorted(separators, quotes[stop[opens] - 1]) - np.searchsorted(separators, starts[opens])
        cells[opens] = before + 1
    for one in np.flatnonzero(cells == 0).tolist():
        cells[one] = tokeniser.fault_cell(index.block.data[starts[one] : ends[one]])
    return cells
