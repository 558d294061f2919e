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
    r"""The grammar of one dialect.

    A line ends in LF, CRLF or CR. A cell that begins with the quote is quoted until the next single quote; doubled
    quotes inside stand for one, line ends inside are text. In any other cell quotes are text. With an escape, a quote,
    a delimiter or an escape behind it is text in either kind of cell; before anything else it is text itself. A line of
    blanks alone is blank.

    Source: RFC 4180, section 2, made total: what that grammar does not allow has a `Form` of its own. Escapes: MySQL's
    manual, 'SELECT ... INTO' (FIELDS ESCAPED BY), and Python's csv module (`escapechar`).

    Args:
        delimiter: One ASCII character, or one and a blank.
        quote: One ASCII character.
        escape: One ASCII character, or None.
        trailing: Whether a delimiter at the end of a record ends its last cell and begins no other.
    """

    def __init__(self, delimiter: str, quote: str, escape: str | None = None, *, trailing: bool = False) -> None:
        self.delimiter = delimiter
        self.quote = quote
        self.escape = escape
        self.trailing = trailing
        self._delimiter = delimiter.encode("ascii")
        self._quote = quote.encode("ascii")
        self._escape = None if escape is None else escape.encode("ascii")
        self._between = quote + delimiter + quote
        # In tab-separated text a line of tabs is a record of empty cells, in comma-separated text it is blank.
        self.in_blank_lines = b" \t\v\f\r\n".replace(self._delimiter, b"") if delimiter != " " else b" \t\v\f\r\n"
        d, q = re.escape(delimiter), re.escape(quote)
        e, then = (re.escape(escape), rf"|{re.escape(escape)}[\s\S]?+") if escape is not None else ("", "")
        # Possessive, so that no text makes the match back up; a miss only means that the line is walked.
        inside = f"(?:[^{q}{e}]++|{q}{q}{then})*+"
        first, rest = re.escape(delimiter[0]), re.escape(delimiter[1:])
        lone = f"|{first}(?!{rest})" if rest else ""
        bare = f"(?:[^{first}{e}]++{lone}{then})*+"
        without_quotes = f"(?:[^{q}{first}{e}]++{lone}{then})*+"
        cell = f"(?:{q}{inside}{q}|{without_quotes})"
        self._is_regular = re.compile(f"{cell}(?:{d}{cell})*+[\\r\\n]*+".encode("ascii")).fullmatch
        self._find_cells = re.compile(f"{d}(?:{q}({inside}){q}|({bare}))").findall
        self._pass_inside = re.compile(inside.encode("ascii")).match
        self._pass_bare = re.compile(bare.encode("ascii")).match
        self._escaped = re.compile(f"{e}([{q}{first}{e}])|{q}{q}") if escape is not None else None
        self._escaped_bare = re.compile(f"{e}([{q}{first}{e}])") if escape is not None else None

    def records(self, lines: Sequence[bytes], *, final: bool) -> Iterator[tuple[int, int, Form]]:
        """Yield (first, stop, form) for each run of lines that is one record or one blank line, without gaps.

        Time is linear in the size of `lines` whatever they hold.

        Args:
            lines: Physical lines with their ends; the first begins a record.
            final: Whether nothing follows. If not, the run ends before the first record that more lines may change.
        """
        quote, is_regular, in_blank_lines = self._quote, self._is_regular, self.in_blank_lines
        blank, plain, quoted = Form.BLANK, Form.PLAIN, Form.QUOTED
        offsets: list[int] | None = None
        # Every line from the one in hand up to here leaves a quote that was open before it open after it. This holds
        # for whichever line the quote was opened on, so no line is looked at twice.
        passed, ending_at_passed = 0, None
        first, count = 0, len(lines)
        while first < count:
            line = lines[first]
            if quote not in line:
                yield first, first + 1, blank if line.isspace() and not line.strip(in_blank_lines) else plain
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
        quote, delimiter, escape = self.quote, self.delimiter, self.escape
        if self.trailing and self._ends_in_delimiter(text):
            text = text[: -len(delimiter)]
        if quote not in text and (escape is None or escape not in text):
            return text.split(delimiter), []
        if text[0] == quote == text[-1] and escape is None:
            # Every cell quoted, none with a quote inside: then the quotes are the outer two and those between cells.
            cells = text[1:-1].split(self._between)
            if text.count(quote) == 2 * len(cells):
                return cells, []
        pairs: list[tuple[str, str]] = self._find_cells(delimiter + text)
        if self._escaped is not None and self._escaped_bare is not None:
            return self._unescaped(pairs)
        doubled = quote + quote
        cells = [bare or inner.replace(doubled, quote) for inner, bare in pairs]
        return cells, [position for position, (_, bare) in enumerate(pairs) if quote in bare]

    def bare_cells(self, text: str) -> list[str]:
        """Return the cells of a record that are not quoted, to the letter."""
        pairs: list[tuple[str, str]] = self._find_cells(self.delimiter + text)
        return [bare for _, bare in pairs if bare]

    def is_blank(self, line: bytes) -> bool:
        """Return whether a physical line holds nothing."""
        return not line.strip(self.in_blank_lines)

    def fault_cell(self, line: bytes) -> int:
        """Return the 1-based number of the cell at which a line of form TRAILING or UNCLOSED stops making sense."""
        cell, at, length = 1, 0, len(self._delimiter)
        while True:
            at = self._close(line, at + 1) if line.startswith(self._quote, at) else self._end(line, at)
            if at < 0 or not line.startswith(self._delimiter, at):
                return cell
            at += length
            cell += 1

    def _unescaped(self, pairs: list[tuple[str, str]]) -> tuple[list[str], list[int]]:
        cells: list[str] = []
        strays: list[int] = []
        quote, escape = self.quote, self.escape or ""
        inside, outside = self._escaped, self._escaped_bare
        assert inside is not None and outside is not None  # noqa: S101, PT018  # the caller has asked
        for position, (inner, bare) in enumerate(pairs):
            if bare:
                cells.append(outside.sub(r"\1", bare) if escape in bare else bare)
                if quote in bare and quote in outside.sub("", bare):
                    strays.append(position)
            else:
                cells.append(inside.sub(lambda found: found.group(1) or quote, inner))
        return cells, strays

    def _ends_in_delimiter(self, text: str) -> bool:
        """Return whether a record's text ends in a delimiter that is not escaped."""
        if not text.endswith(self.delimiter):
            return False
        before = text[: -len(self.delimiter)]
        return self.escape is None or (len(before) - len(before.rstrip(self.escape))) % 2 == 0

    def _close(self, line: bytes, at: int) -> int:
        """Return where the text after the closing quote begins, or -1, for a quoted cell that goes on at `at`."""
        quote = self._quote
        if self._escape is not None:
            found = self._pass_inside(line, at)
            at = found.end() if found else at
            return at + 1 if line.startswith(quote, at) else -1
        while True:
            at = line.find(quote, at) + 1
            if at == 0:
                return -1
            if not line.startswith(quote, at):
                return at
            at += 1

    def _end(self, line: bytes, at: int) -> int:
        """Return where the delimiter stands that ends a cell without quotes which begins at `at`, or -1."""
        if self._escape is None:
            return line.find(self._delimiter, at)
        found = self._pass_bare(line, at)
        at = found.end() if found else at
        return at if line.startswith(self._delimiter, at) else -1

    def _walk(self, line: bytes, *, inside: bool) -> _Ending:
        """Return how a line ends that begins inside a quoted cell or at the beginning of a record."""
        quote, delimiter = self._quote, self._delimiter
        end, length = len(line.rstrip(b"\r\n")), len(delimiter)
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
                inside = False
            else:
                at = self._end(line, at)
                if at < 0:
                    return _Ending.CLOSED
            at += length


@lru_cache(maxsize=64)
def tokeniser_of(delimiter: str, quote: str, escape: str | None = None, trailing: bool = False) -> Tokeniser:
    """Return the tokeniser of a dialect."""
    return Tokeniser(delimiter, quote, escape, trailing=trailing)
