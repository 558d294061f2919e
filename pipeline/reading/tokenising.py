"""The exact tokeniser: it defines what the bytes of a file mean as records and cells.

Where a record ends is decided on bytes, where its cells end on its text. Both passes over a file, the plan and the
reading of one range, go through `Tokeniser.records`, so they cannot disagree. Delimiter, quote and line ends are ASCII,
and in UTF-8 no part of another character looks like ASCII, so bytes are enough to find a record's end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import lru_cache
from itertools import accumulate

RECORD_LINES = 1000
"""A quoted cell is given up as unclosed when its record would have more lines. Source: the product's own bound."""

RECORD_BYTES = 1 << 20
"""... or more bytes, and a longer line is set aside as too large. Source: the product's own bound."""

CELL_CHARACTERS = 131_072
"""A longer cell is set aside as too large. Source: Python's csv module, default of `field_size_limit`."""

LINE_ENDS = (b"\n", b"\r\n", b"\r")


class Form(Enum):
    """What a run of lines is."""

    BLANK = "a line with nothing on it: no record"
    PLAIN = "one line without any quote character"
    QUOTED = "a record with quote characters, every quoted cell closed"
    TRAILING = "one line with text after a closing quote"
    UNCLOSED = "one line with a quote that nothing closes properly"


class _Ending(Enum):
    CLOSED = 1
    OPEN = 2
    TRAILING = 3


class Tokeniser:
    """The grammar of one delimiter and one quote character.

    A line ends in LF, CRLF or CR. A cell that begins with the quote is quoted until the next single quote; doubled
    quotes inside stand for one, line ends inside are text. In any other cell quotes are text.

    Source: RFC 4180, section 2, made total: what that grammar does not allow has a `Form` of its own.

    Args:
        delimiter: One ASCII character.
        quote: One ASCII character.
    """

    def __init__(self, delimiter: str, quote: str) -> None:
        self.delimiter = delimiter
        self.quote = quote
        self._delimiter = delimiter.encode("ascii")
        self._quote = quote.encode("ascii")
        self._between = quote + delimiter + quote
        d, q = re.escape(delimiter), re.escape(quote)
        # Possessive, so that no text makes the match back up; a miss only means that the line is walked.
        cell = f"(?:{q}(?:[^{q}]++|{q}{q})*+{q}|[^{q}{d}]*+)"
        self._is_regular = re.compile(f"{cell}(?:{d}{cell})*+[\\r\\n]*+".encode("ascii")).fullmatch
        self._find_cells = re.compile(f"{d}(?:{q}((?:[^{q}]++|{q}{q})*+){q}|([^{d}]*+))").findall

    def records(self, lines: Sequence[bytes], *, final: bool) -> Iterator[tuple[int, int, Form]]:
        """Yield (first, stop, form) for each run of lines that is one record or one blank line, without gaps.

        Time is linear in the size of `lines` whatever they hold.

        Args:
            lines: Physical lines with their ends; the first begins a record.
            final: Whether nothing follows. If not, the run ends before the first record that more lines may change.
        """
        quote, is_regular = self._quote, self._is_regular
        blank, plain, quoted = Form.BLANK, Form.PLAIN, Form.QUOTED
        offsets: list[int] | None = None
        # Every line from the one in hand up to here leaves a quote that was open before it open after it. This holds
        # for whichever line the quote was opened on, so no line is looked at twice.
        passed, ending_at_passed = 0, None
        first, count = 0, len(lines)
        while first < count:
            line = lines[first]
            if quote not in line:
                yield first, first + 1, blank if line in LINE_ENDS else plain
                first += 1
                continue
            if is_regular(line):
                yield first, first + 1, quoted
                first += 1
                continue
            ending = self._walk(line, inside=False)
            if ending is not _Ending.OPEN:
                yield first, first + 1, quoted if ending is _Ending.CLOSED else Form.TRAILING
                first += 1
                continue
            if offsets is None:
                offsets = list(accumulate(map(len, lines), initial=0))
            if passed <= first:
                passed, ending_at_passed = first + 1, None
            stop = 0
            while True:
                if passed - first >= RECORD_LINES:
                    break
                if passed == count:
                    if not final and offsets[count] - offsets[first] <= RECORD_BYTES:
                        return
                    break
                if offsets[passed + 1] - offsets[first] > RECORD_BYTES:
                    break
                if ending_at_passed is None:
                    ending_at_passed = self._walk(lines[passed], inside=True)
                if ending_at_passed is _Ending.CLOSED:
                    stop = passed + 1
                    break
                if ending_at_passed is _Ending.TRAILING:
                    break
                passed, ending_at_passed = passed + 1, None
            if stop:
                yield first, stop, quoted
                first = stop
            else:
                yield first, first + 1, Form.UNCLOSED
                first += 1

    def cells(self, text: str) -> tuple[list[str], list[int]]:
        """Return the cells of a record and the positions of those that hold a quote as text without being quoted.

        Args:
            text: A record of form PLAIN or QUOTED, without its final line end.

        >>> Tokeniser(",", '"').cells('a,"b, c",d "e"')
        (['a', 'b, c', 'd "e"'], [2])
        """
        quote = self.quote
        if quote not in text:
            return text.split(self.delimiter), []
        if text[0] == quote == text[-1]:
            # Every cell quoted, none with a quote inside: then the quotes are the outer two and those between cells.
            cells = text[1:-1].split(self._between)
            if text.count(quote) == 2 * len(cells):
                return cells, []
        pairs: list[tuple[str, str]] = self._find_cells(self.delimiter + text)
        doubled = quote + quote
        cells = [bare or inner.replace(doubled, quote) for inner, bare in pairs]
        return cells, [position for position, (_, bare) in enumerate(pairs) if quote in bare]

    def fault_cell(self, line: bytes) -> int:
        """Return the 1-based number of the cell at which a line of form TRAILING or UNCLOSED stops making sense."""
        cell, at = 1, 0
        while True:
            if not line.startswith(self._quote, at):
                at = line.find(self._delimiter, at) + 1
                if at == 0:
                    return cell
            else:
                at = self._close(line, at + 1)
                if at < 0 or not line.startswith(self._delimiter, at):
                    return cell
                at += 1
            cell += 1

    def _close(self, line: bytes, at: int) -> int:
        """Return where the text after the closing quote begins, or -1, for a quoted cell that goes on at `at`."""
        quote = self._quote
        while True:
            at = line.find(quote, at) + 1
            if at == 0:
                return -1
            if not line.startswith(quote, at):
                return at
            at += 1

    def _walk(self, line: bytes, *, inside: bool) -> _Ending:
        """Return how a line ends that begins inside a quoted cell or at the beginning of a record."""
        quote, delimiter = self._quote, self._delimiter
        end = len(line.rstrip(b"\r\n"))
        at = 0
        while True:
            if inside or line.startswith(quote, at):
                at = self._close(line, at if inside else at + 1)
                if at < 0:
                    return _Ending.OPEN
                if at == end:
                    return _Ending.CLOSED
                if not line.startswith(delimiter, at):
                    return _Ending.TRAILING
                at += 1
                inside = False
            else:
                at = line.find(delimiter, at) + 1
                if at == 0:
                    return _Ending.CLOSED


@lru_cache(maxsize=64)
def tokeniser_of(delimiter: str, quote: str) -> Tokeniser:
    """Return the tokeniser of a dialect."""
    return Tokeniser(delimiter, quote)
