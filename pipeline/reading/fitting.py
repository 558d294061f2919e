"""How well a delimiter and a quote explain the first lines of a file.

What is regular is counted in bulk, by the index of the records; the tokeniser itself looks at the rest. Nothing is
tried twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.reading.blocks import CR, LF, Block, Positions, pairs_in
from pipeline.reading.regular import index_records, is_served
from pipeline.reading.tokenising import RECORD_LINES, Form, Tokeniser, tokeniser_of

DELIMITERS = (",", ";", "\t", "|")
QUOTES = ('"', "'")

Bools = npt.NDArray[np.bool_]

_IS_BLANK = np.zeros(256, dtype=np.bool_)
_IS_BLANK[[*b" \t\v\f\r\n"]] = True


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a delimiter and a quote explain the first records.

    Attributes:
        tokeniser: The candidate.
        records: Records below the first one.
        width: The number of cells that most of them have; the first record's if it stands alone.
        agreeing: How many have it.
        clean: How many of these have no quote inside a cell that does not begin with one.
        header: Number of cells of the first record.
        fitting: How many records have as many cells as the first one.
        quoted: How many records hold a quoted cell.
        header_quoted: Whether the first record holds one.
        broken: How many make no sense.
        score: Between 0 (a single column) and 1.
    """

    tokeniser: Tokeniser
    records: int
    width: int
    agreeing: int
    clean: int
    header: int
    fitting: int
    quoted: int
    header_quoted: bool
    broken: int
    score: float


@dataclass(frozen=True, slots=True)
class _Counts:
    """What a candidate makes of the lines; everything but the first two attributes is of records below the first one.

    Attributes:
        lines: The line on which each record begins, the first one's too.
        widths: Their cells; 0 for a broken one, and the first one's means nothing.
        strayed: By width, how many hold a quote as text without being quoted.
        quoted: How many hold a quoted cell on their first line.
        leading: How many without any quote hold a delimiter with a blank behind it.
    """

    lines: Positions
    widths: Positions
    strayed: Counter[int]
    quoted: int
    leading: int


class Evidence:
    """The first lines of a file, and what the candidates make of them.

    Attributes:
        lines: Physical lines with their ends.
        final: Whether nothing follows them.
        text: The lines as one.
    """

    def __init__(self, lines: Sequence[bytes], *, final: bool) -> None:
        self.lines = lines
        self.final = final
        self.text = b"".join(lines)
        self._block = Block(self.text)
        self._escaped: dict[str, frozenset[int]] = {}
        self._fits: dict[Tokeniser, Fit] = {}
        self._counts: dict[Tokeniser, _Counts] = {}
        self._headers: dict[Tokeniser, tuple[list[str], bool]] = {}
        self._rows: dict[Tokeniser, list[tuple[int, list[str]]]] = {}

    def fit(self, tokeniser: Tokeniser) -> Fit:
        """Return how well a candidate explains the lines."""
        if tokeniser not in self._fits:
            self._fits[tokeniser] = self._fit(tokeniser)
        return self._fits[tokeniser]

    def header(self, tokeniser: Tokeniser) -> tuple[list[str], bool]:
        """Return the cells of the first record, none if it is broken or missing, and whether it holds quoted ones."""
        if tokeniser not in self._headers:
            quote, delimiter = tokeniser.quote.encode(), tokeniser.delimiter.encode()
            found: tuple[list[str], bool] = [], False
            for start, stop, form in tokeniser.records(self.lines, final=self.final):
                if form is not Form.BLANK:
                    line = self.lines[start]
                    quoted = line.startswith(quote) or delimiter + quote in line
                    found = _cells_and_strays(self.lines, tokeniser, start, stop, form)[0], quoted
                    break
            self._headers[tokeniser] = found
        return self._headers[tokeniser]

    def rows(self, tokeniser: Tokeniser) -> list[tuple[int, list[str]]]:
        """Return `first_rows` of all records."""
        if tokeniser not in self._rows:
            self._rows[tokeniser] = first_rows(self.lines, tokeniser, len(self.lines), final=self.final)
        return self._rows[tokeniser]

    def widths(self, tokeniser: Tokeniser, until: int) -> Positions:
        """Return the cells of each record below the first one that begins above a line; 0 for a broken one."""
        counts = self._count(tokeniser)
        return counts.widths[1 : np.searchsorted(counts.lines, until)]

    def count(self, letter: str) -> int:
        """Return how often a letter stands in the text."""
        return self._block.count(letter)

    def beginning(self, quote: str, delimiter: str) -> int:
        """Return how many quotes stand at the beginning of a line or behind a delimiter."""
        positions = self._block.places(quote)
        before = self._block.array[positions - 1]
        begins_line = (positions == 0) | (before == LF) | (before == CR)
        return int(np.count_nonzero(begins_line | _stands_before(self._block, positions, delimiter)))

    def ending(self, delimiter: str) -> int:
        """Return how many lines end in a delimiter."""
        ends = _without_line_ends(self._block, self._block.line_starts, self._block.line_ends)
        return int(np.count_nonzero(_stands_before(self._block, ends, delimiter)))

    def may_escape(self, escape: str, mark: str) -> bool:
        """Return whether an escape stands anywhere before a mark."""
        if escape not in self._escaped:
            positions = np.minimum(self._block.places(escape) + 1, len(self.text) - 1)
            self._escaped[escape] = frozenset(self._block.array[positions].tolist())
        return ord(mark[0]) in self._escaped[escape] and (escape + mark).encode() in self.text

    def most(self, delimiter: str) -> float:
        r"""Return a bound that the score of a delimiter with the quote " and no escape does not exceed.

        Of `n` records below the first one, at most `d / (w - 1)` have `w > 1` cells each if there are `d` delimiters,
        so the score is at most (1 - 1 / w) d / (w - 1) / n = d / (w n) <= d / (2 n), and half of that if the first
        record has one cell. There are as many records as lines that are not blank but for those that stand in a record
        of several lines, or behind the last one that is decided. Such a record begins on a line that leaves a quote
        open: one with a cell that begins with a quote, either not the first, or the first with an odd number of quotes
        on the line, since all behind the one that is open are in pairs. It goes on at most to the next line with a
        quote beside no other, which closes it or shows that nothing does, and over `RECORD_LINES` lines.
        """
        quotes, count = self._quotes, len(self.lines)
        before = self._block.array[quotes - 1] == ord(delimiter)
        perhaps_open = self._odd_first.copy()
        perhaps_open[self._quote_lines[before]] = True
        opened = np.flatnonzero(perhaps_open)
        closing = np.append(self._lone_quote_lines, count)
        closed = closing[np.searchsorted(closing, opened, side="right")]
        records = self._filled - 1 - int(np.minimum(closed - opened, RECORD_LINES).sum())
        if records <= 0:
            return 1.0
        names = len(self.header(tokeniser_of(delimiter, QUOTES[0]))[0])
        return self.count(delimiter) / (2 * records) * (0.5 if names < 2 else 1)

    @cached_property
    def _filled(self) -> int:
        """How many lines are not blank in any dialect."""
        begins_blank = np.isin(
            self._block.array[self._block.line_starts], np.frombuffer(b" \t\v\f\r\n", dtype=np.uint8)
        )
        return len(self.lines) - sum(self.lines[at].isspace() for at in np.flatnonzero(begins_blank).tolist())

    @cached_property
    def _quotes(self) -> Positions:
        """Where each quote " stands."""
        return self._block.places(QUOTES[0])

    @cached_property
    def _quote_lines(self) -> Positions:
        """The line on which each quote stands."""
        return self._lines_of(self._quotes)

    @cached_property
    def _lone_quote_lines(self) -> Positions:
        """The lines, in order, on which a quote stands beside no other."""
        quotes = self._quotes
        apart = np.diff(quotes) > 1
        lone: Bools = np.append(True, apart) & np.append(apart, True) if quotes.size else np.empty(0, dtype=np.bool_)
        return self._quote_lines[lone]

    @cached_property
    def _odd_first(self) -> Bools:
        """For each line, whether it begins with a quote and has an odd number of them."""
        counts = np.bincount(self._quote_lines, minlength=len(self.lines))
        found: Bools = (counts & 1 == 1) & (self._block.array[self._block.line_starts] == ord(QUOTES[0]))
        return found

    def _lines_of(self, positions: Positions) -> Positions:
        """Return the lines on which bytes stand."""
        return np.searchsorted(self._block.line_ends, positions, side="right")

    def _fit(self, tokeniser: Tokeniser) -> Fit:
        header, header_quoted = self.header(tokeniser)
        counts = self._count(tokeniser)
        found, firsts, sizes = np.unique(counts.widths[1:], return_index=True, return_counts=True)
        # In the order in which they come, which decides between widths that are as frequent.
        order = np.argsort(firsts)
        widths = Counter(dict(zip(found[order].tolist(), sizes[order].tolist(), strict=True)))
        broken = widths.pop(0, 0)
        records = widths.total() + broken
        # Of two widths that are as frequent, the header's counts.
        width, agreeing = max(
            widths.items(), key=lambda item: (item[1], item[0] == len(header)), default=(len(header), 0)
        )
        score = (1 - 1 / width) if width > 1 else 0.0
        if records:
            score *= agreeing / records
        if len(header) != width:
            score *= 0.5
        # The names of columns hold no separators, and text has a blank after its commas.
        if any(other in name for name in header for other in DELIMITERS):
            score *= 0.7
        if records and counts.leading * 2 > records:
            score *= 0.8
        return Fit(
            tokeniser=tokeniser,
            records=records,
            width=width,
            agreeing=agreeing,
            clean=agreeing - counts.strayed[width],
            header=len(header),
            fitting=widths[len(header)],
            quoted=counts.quoted,
            header_quoted=header_quoted,
            broken=broken,
            score=score,
        )

    def _count(self, tokeniser: Tokeniser) -> _Counts:
        if tokeniser not in self._counts:
            plain = tokeniser_of(tokeniser.delimiter, tokeniser.quote, tokeniser.escape)
            in_bulk = is_served(plain)
            self._counts[tokeniser] = self._count_in_bulk(tokeniser) if in_bulk else self._count_each(tokeniser)
        return self._counts[tokeniser]

    def _count_in_bulk(self, tokeniser: Tokeniser) -> _Counts:
        """Return the counts of a candidate whose records positions tell, whether they end in a delimiter or not."""
        # The same lines are records, whatever a delimiter at their end means.
        index = index_records(self._block, tokeniser_of(tokeniser.delimiter, tokeniser.quote), final=self.final)
        widths = index.widths()
        if tokeniser.trailing:
            stops = _without_line_ends(self._block, index.starts, index.ends)
            widths -= _stands_before(self._block, stops, tokeniser.delimiter)
        strayed: Counter[int] = Counter()
        # Every quote of a regular record opens a quoted cell, closes one or is half of a pair inside: none is text of
        # a cell that is not quoted.
        for at, form in index.forms.items():
            start, stop = int(index.lines[at]), int(index.stops[at])
            cells, strays = _cells_and_strays(self.lines, tokeniser, start, stop, form)
            widths[at] = len(cells)
            if strays and at:
                strayed[len(cells)] += 1
        lines = index.lines[1:]
        holds_quote, holds_quoted = self._none(), self._none()
        if self._quotes.size:
            starts = self._block.line_starts[self._quote_lines]
            begins = (self._quotes == starts) | (self._block.array[self._quotes - 1] == ord(tokeniser.delimiter))
            holds_quote[self._quote_lines] = True
            holds_quoted[self._quote_lines[begins]] = True
        leading = 0
        before_blank = (
            np.empty(0, dtype=np.int64)
            if tokeniser.trailing
            else pairs_in(self.text, tokeniser.delimiter.encode(), ord(" "))
        )
        if len(before_blank) * 2 > len(lines):
            leads = self._none()
            leads[self._lines_of(before_blank)] = True
            leading = int(np.count_nonzero((leads & ~holds_quote)[lines]))
        return _Counts(index.lines, widths, strayed, int(np.count_nonzero(holds_quoted[lines])), leading)

    def _none(self) -> Bools:
        return np.zeros(len(self.lines), dtype=np.bool_)

    def _count_each(self, tokeniser: Tokeniser) -> _Counts:
        """Return the counts of a candidate, looking at each record."""
        begun: list[int] = []
        widths: list[int] = []
        strayed: Counter[int] = Counter()
        quoted = leading = 0
        delimiter, quote = tokeniser.delimiter.encode(), tokeniser.quote.encode()
        escape = None if tokeniser.escape is None else tokeniser.escape.encode()
        for start, stop, form in tokeniser.records(self.lines, final=self.final):
            if form is Form.BLANK:
                continue
            line = self.lines[start]
            if form is Form.PLAIN and not tokeniser.trailing and (escape is None or escape not in line):
                widths.append(line.count(delimiter) + 1)
                leading += escape is None and bool(begun) and delimiter + b" " in line
            else:
                cells, strays = _cells_and_strays(self.lines, tokeniser, start, stop, form)
                widths.append(len(cells))
                if strays and begun:
                    strayed[len(cells)] += 1
                quoted += bool(begun) and (line.startswith(quote) or delimiter + quote in line)
            begun.append(start)
        return _Counts(np.array(begun, dtype=np.int64), np.array(widths, dtype=np.int64), strayed, quoted, leading)


def first_rows(lines: Sequence[bytes], tokeniser: Tokeniser, count: int, *, final: bool) -> list[tuple[int, list[str]]]:
    """Return the first records that are not blank: the index of the line on which each begins, and its cells.

    A broken record has no cells; bytes that are not UTF-8 are replaced.
    """
    found: list[tuple[int, list[str]]] = []
    for start, stop, form in tokeniser.records(lines, final=final):
        if form is Form.BLANK:
            continue
        found.append((start, _cells_and_strays(lines, tokeniser, start, stop, form)[0]))
        if len(found) == count:
            break
    return found


def _without_line_ends(block: Block, starts: Positions, ends: Positions) -> Positions:
    """Return where the line end of each line or record begins, or where it ends if it has none."""
    last, before = block.array[ends - 1], block.array[np.maximum(ends - 2, 0)]
    sizes = ((last == LF) | (last == CR)).astype(np.int64)
    sizes += (last == LF) & (before == CR) & (ends - starts > 1)
    found: Positions = ends - sizes
    return found


def _stands_before(block: Block, positions: Positions, text: str) -> Bools:
    """Return whether some ASCII letters stand directly before each position."""
    found = positions >= len(text)
    for back, letter in enumerate(reversed(text), 1):
        found &= block.array[np.maximum(positions - back, 0)] == ord(letter)
    return found


def _cells_and_strays(
    lines: Sequence[bytes], tokeniser: Tokeniser, start: int, stop: int, form: Form
) -> tuple[list[str], list[int]]:
    """Return what `Tokeniser.cells` does, with bytes that are not UTF-8 replaced; nothing if the record is broken."""
    if form is Form.TRAILING or form is Form.UNCLOSED:
        return [], []
    text = (lines[start] if stop == start + 1 else b"".join(lines[start:stop])).decode("utf-8", "replace")
    return tokeniser.cells(text.rstrip("\r\n"))
