"""Where the records of a text stand, without looking at each: by the positions of line ends and quotes.

The tokeniser defines what a text means. Where every quote stands as its grammar wants it, quotes come in pairs, and a
line end is the end of a record exactly if an even number of quotes stands before it: there positions are enough. From
the first record on where that is not so the tokeniser itself decides, until enough regular lines follow.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.native import kernel, pointer_to
from pipeline.reading.blocks import Block, Bytes, Positions
from pipeline.reading.counting import count_in_records
from pipeline.reading.open_quotes import OpenQuotes
from pipeline.reading.tokenising import RECORD_BYTES, RECORD_LINES, Form, Tokeniser

REGULAR_LINES = 8
"""The tokeniser hands back when so many lines follow that are regular. Found by trial: fewer cost more than they
save."""

LINES_PER_SEARCH = 500
"""... but in so many lines of a block only once if it looked for the end of a quote in vain. It does so over up to
`RECORD_LINES` lines, and going on by itself it would not look at them twice."""

# The tokeniser is given so many lines at first and, if it needs them, at last: more than a record may have.
_FIRST_WINDOW, _LAST_WINDOW = 8, 4 * RECORD_LINES

QUOTE = '"'
"""The only one that the index knows. Source: RFC 4180, section 2."""

# What is known of a line: whether a quote on it is misplaced if an even number of quotes stood before its record, and
# if an odd one, and how it ends. Marks can be added up. They are those of regular.c, which has one more for itself.
_MISPLACED = (1, 2)
ENDS_IN_LF, ENDS_IN_CRLF, ENDS_IN_CR = 8, 16, 32

Bools = npt.NDArray[np.bool_]

_NONE = np.empty(0, dtype=np.int64)

_mark_lines = kernel("mark_lines", "ppllpppp")
_take_regular = kernel("take_regular", "pppllllppppp")


@dataclass(frozen=True)
class Index:
    """The records that begin in a text, in order.

    Attributes:
        block: The text.
        delimiter: Between its cells.
        quote: Around them; None if no record is regular.
        marks: What is known of each line, also of those that are undecided: a sum of the marks above.
        any_mark: What is known of any of them.
        any_end: What is known of the last line of any record.
        starts: First byte of each record.
        ends: First byte after each.
        lines: The line on which each begins, counted from 0.
        stops: The line after its last.
        forms: What the records are that are not known to be regular, by position.
        blank: Blank lines between records.
        largest: The bytes of the largest regular record.
        line_count: Lines that are records or blank; what follows is undecided.
        size: Their bytes.
    """

    block: Block
    delimiter: str
    quote: str | None
    marks: Bytes
    any_mark: int
    any_end: int
    starts: Positions
    ends: Positions
    lines: Positions
    stops: Positions
    forms: dict[int, Form]
    blank: list[int]
    largest: int
    line_count: int
    size: int

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def quotes(self) -> Positions:
        """Where the quotes of the text stand; nowhere if no record is regular."""
        return _NONE if self.quote is None else self.block.places(self.quote)

    def records_at(self, positions: Positions) -> Positions:
        """Return the position of the record that holds each byte, or of the next one, if any, where none does."""
        found = np.unique(np.searchsorted(self.ends, positions, side="right"))
        return found[found < len(self)]

    def joined(self, chosen: Bools) -> bytes:
        """Return the bytes of the chosen records, which are some, one behind the other."""
        starts, ends = self.starts[chosen], self.ends[chosen]
        gaps = np.flatnonzero(starts[1:] != ends[:-1])
        if not gaps.size:
            return self.block.data[starts[0] : ends[-1]]
        text = memoryview(self.block.data)
        begins = [int(starts[0]), *starts[gaps + 1].tolist()]
        stops = [*ends[gaps].tolist(), int(ends[-1])]
        return b"".join([text[begin:stop] for begin, stop in zip(begins, stops, strict=True)])

    def widths(self) -> Positions:
        """Return the number of cells of each regular record; for the others the number means nothing."""
        return count_in_records(self.block.data, self.starts, self.ends, self.delimiter, self.quote) + 1


def is_served(tokeniser: Tokeniser) -> bool:
    """Return whether positions can tell the records of a dialect, and the kernels its cells."""
    return (
        tokeniser.delimiter in {",", ";", "\t", "|"}
        and tokeniser.quote == QUOTE
        and tokeniser.escape is None
        and not tokeniser.trailing
    )


def index_records(block: Block, tokeniser: Tokeniser, *, final: bool) -> Index:
    """Return where the records of a text stand: exactly those that `Tokeniser.records` makes of its lines.

    Time is linear in the size of the text whatever it holds.

    Args:
        block: Its first line begins a record.
        tokeniser: The grammar.
        final: Whether nothing follows. If not, the index ends before the first record that more lines may change.
    """
    return _Indexer(block, tokeniser, final=final).index()


class _Indexer:
    def __init__(self, block: Block, tokeniser: Tokeniser, *, final: bool) -> None:
        self._block, self._tokeniser, self._final = block, tokeniser, final
        self._count = count = len(block.line_ends)
        self._served = is_served(tokeniser)
        # For each line the number of quotes up to its end.
        self._before = np.empty(count, dtype=np.int64)
        self._marks = np.empty(count, dtype=np.uint8)
        self._any_mark, self._any_end = self._mark(), 0
        self._bad: list[list[int] | None] = [None, None]
        # Of each record its first line, the line behind its last one, its first byte and the one behind it.
        self._firsts, self._stops = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
        self._starts, self._ends = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
        self._found = self._blank = self._largest = 0
        self._forms: dict[int, Form] = {}
        self._has_searched = False

    def index(self) -> Index:
        line = 0
        searches = self._count // LINES_PER_SEARCH + 1
        while line < self._count:
            if self._served:
                line = self._take_regular(line)
                if line == self._count:
                    break
                if (until := self._unclosed_until(line)) - line >= REGULAR_LINES:
                    self._take_unclosed(line, until)
                    line = until
                    continue
            stopped = self._take_exactly(line, may_return=self._served and searches > 0)
            searches -= self._has_searched
            if stopped == line or not self._served:
                line = stopped
                break
            line = stopped
        found = slice(self._found)
        return Index(
            block=self._block,
            delimiter=self._tokeniser.delimiter,
            quote=self._tokeniser.quote if self._served else None,
            marks=self._marks,
            any_mark=self._any_mark,
            any_end=self._any_end,
            starts=self._starts[found],
            ends=self._ends[found],
            lines=self._firsts[found],
            stops=self._stops[found],
            forms=self._forms,
            blank=self._blank_until(line),
            largest=self._largest,
            line_count=line,
            size=int(self._block.line_ends[line - 1]) if line else 0,
        )

    def _mark(self) -> int:
        borders, in_blank = _letters(self._tokeniser)
        return _mark_lines(
            self._block.data,
            pointer_to(self._block.line_ends),
            self._count,
            ord(self._tokeniser.quote),
            pointer_to(borders),
            pointer_to(in_blank),
            pointer_to(self._before),
            pointer_to(self._marks),
        )

    def _blank_until(self, line: int) -> list[int]:
        """Return the lines before a given one that are blank: those of no record."""
        if not self._blank:
            return []
        begun = np.zeros(line + 1, dtype=np.int64)
        begun[self._firsts[: self._found]] += 1
        begun[self._stops[: self._found]] -= 1
        blank: list[int] = np.flatnonzero(np.cumsum(begun[:-1]) == 0).tolist()
        return blank

    def _bad_lines(self, parity: int) -> list[int]:
        """Return the lines with a misplaced quote if an even number (0) or an odd one (1) stood before their record."""
        mark = _MISPLACED[parity]
        if not self._any_mark & mark:
            return []
        found = self._bad[parity]
        if found is None:
            found = self._bad[parity] = np.flatnonzero(self._marks & mark).tolist()
        return found

    def _parity(self, line: int) -> int:
        return int(self._before[line - 1]) & 1 if line else 0

    def _regular_until(self, line: int) -> int:
        """Return the first line that is not regular if a record begins on the given one."""
        bad = self._bad_lines(self._parity(line))
        at = bisect_left(bad, line)
        return bad[at] if at < len(bad) else self._count

    @cached_property
    def _perhaps_closed(self) -> list[int]:
        """The lines of which it is not plain that a record that begins on them leaves a quote open for ever."""
        quotes = self._block.places(self._tokeniser.quote)
        found = OpenQuotes.of(self._block, quotes, self._tokeniser.delimiter, self._tokeniser.quote)
        first = np.concatenate([[0], self._before[:-1]])
        others: list[int] = np.flatnonzero(~found.never_closed(first, self._before)).tolist()
        return others

    def _unclosed_until(self, line: int) -> int:
        """Return the first line from a given one on of which that is not plain."""
        at = bisect_left(self._perhaps_closed, line)
        return self._perhaps_closed[at] if at < len(self._perhaps_closed) else self._count

    def _take_unclosed(self, line: int, until: int) -> None:
        """Note lines as records of their own, each of which leaves a quote open for ever."""
        self._forms.update(dict.fromkeys(range(self._found, self._found + until - line), Form.UNCLOSED))
        firsts = np.arange(line, until, dtype=np.int64)
        self._note(firsts, firsts + 1)

    def _take_regular(self, line: int) -> int:
        """Note the regular records from a line on, and return the line that follows them."""
        seen, found = np.empty(4, dtype=np.int64), self._found
        self._found += _take_regular(
            pointer_to(self._block.line_ends),
            pointer_to(self._before),
            pointer_to(self._marks),
            line,
            self._regular_until(line),
            RECORD_LINES,
            RECORD_BYTES,
            *(pointer_to(one[found:]) for one in (self._firsts, self._stops, self._starts, self._ends)),
            pointer_to(seen),
        )
        behind, blank, largest, any_end = seen.tolist()
        self._any_end |= any_end
        self._blank += blank
        self._largest = max(self._largest, largest)
        return int(behind)

    def _take_exactly(self, line: int, *, may_return: bool) -> int:
        """Note the records from a line on as the tokeniser says, and return the line that follows them.

        It is the given one if more lines are needed.
        """
        firsts: list[int] = []
        stops: list[int] = []
        window, returned, self._has_searched = _FIRST_WINDOW, False, False
        while line < self._count and not returned:
            until = min(line + window, self._count)
            begin, end = self._block.line_starts[line], self._block.line_ends[until - 1]
            lines = self._block.data[begin:end].splitlines(keepends=True)
            begun = line
            for first, stop, form in self._tokeniser.records(lines, final=self._final and until == self._count):
                if form is Form.BLANK:
                    self._blank += 1
                else:
                    # A line without any quote is regular wherever it stands.
                    if form is not Form.PLAIN or not self._served:
                        self._forms[self._found + len(firsts)] = form
                    firsts.append(begun + first)
                    stops.append(begun + stop)
                    self._has_searched |= form is Form.UNCLOSED
                line = begun + stop
                if may_return and max(self._regular_until(line), self._unclosed_until(line)) - line >= REGULAR_LINES:
                    returned = True
                    break
            if line == begun and until == self._count:
                break
            window = min(8 * window, _LAST_WINDOW)
        self._note(np.array(firsts, dtype=np.int64), np.array(stops, dtype=np.int64))
        return line

    def _note(self, firsts: Positions, stops: Positions) -> None:
        found = slice(self._found, self._found + len(firsts))
        self._firsts[found], self._stops[found] = firsts, stops
        self._starts[found], self._ends[found] = self._block.line_starts[firsts], self._block.line_ends[stops - 1]
        self._any_end |= int(np.bitwise_or.reduce(self._marks[stops - 1]))
        self._found = found.stop


@lru_cache(maxsize=64)
def _letters(tokeniser: Tokeniser) -> tuple[Bools, Bools]:
    """Return of each byte whether a quote may stand beside it that opens or closes a cell, and whether it may be blank.

    Of two quotes in a row inside a cell one closes it and one opens it again.
    """
    borders, in_blank = np.zeros(256, dtype=np.bool_), np.zeros(256, dtype=np.bool_)
    borders[[*f"{tokeniser.delimiter}{tokeniser.quote}\r\n".encode()]] = True
    in_blank[[*tokeniser.in_blank_lines]] = True
    return borders, in_blank
