"""Several tables in one file: a second header below blank lines, and its records below it."""

from __future__ import annotations

from pipeline.reading.headers import is_name
from pipeline.reading.tokenising import Form, Tokeniser

MOST_TABLES = 20
"""So many are told apart. Source: the product's own bound."""

_LINES = 3
"""A title, the header and a record tell a table."""

_WINDOW = 2 * _LINES
"""So many lines below a blank one are looked at for them: in some files a blank line stands behind every other."""


class OtherTables:
    """Watches the lines of a table go by for the headers of others.

    Such a header stands below a blank line, or a title below one, and is full of names that differ. The line below it
    has as many cells. They are not as many as the table has; or they are, and neither line has an address where all
    records of the table have one. Only then may a blank line stand between the two: what has another width is told of
    as a broken record anyway.

    Attributes:
        found: Physical line and width of each.
        line: The line behind the last one seen.

    Args:
        tokeniser: The grammar.
        width: Columns of the table.
        addresses: Positions of its columns of e-mail addresses.
        line: Physical line that comes first.
    """

    def __init__(self, tokeniser: Tokeniser, width: int, addresses: frozenset[int], line: int) -> None:
        self.found: list[tuple[int, int]] = []
        self.line = line
        self._tokeniser = tokeniser
        self._width = width
        self._addresses = addresses
        # A blank line and what follows it, as long as that is not enough to tell.
        self._kept: list[bytes] = []

    def look(self, text: bytes, line_count: int, has_blank: bool) -> None:
        """Look at the next lines of the text.

        Args:
            text: The lines.
            line_count: How many they are.
            has_blank: Whether some are blank; if not, only the first can matter.
        """
        if (has_blank or self._kept) and len(self.found) < MOST_TABLES:
            lines = self._kept + text.splitlines(keepends=True)
            self._look(lines, self.line - len(self._kept), final=False)
        self.line += line_count

    def finish(self) -> None:
        """Look at what is left, nothing following."""
        kept, self._kept = self._kept, []
        self._look(kept, self.line - len(kept), final=True)

    def _look(self, lines: list[bytes], first_line: int, *, final: bool) -> None:
        self._kept = []
        for blank, line in enumerate(lines):
            if not line.isspace() or blank + 1 == len(lines) or lines[blank + 1].isspace():
                if line.isspace() and blank + 1 == len(lines):
                    self._kept = lines[blank:]
                continue
            window = lines[blank + 1 : blank + 1 + _WINDOW]
            filled = [at for at, below in enumerate(window) if not below.isspace()][:_LINES]
            if len(filled) < _LINES and len(window) < _WINDOW and not final:
                self._kept = lines[blank:]
                return
            at = self._header_among(window, filled)
            if at is None or len(self.found) == MOST_TABLES:
                continue
            found = first_line + blank + 1 + at
            # A title may have a blank line behind it.
            if not self.found or self.found[-1][0] != found:
                self.found.append((found, len(self._cells(window[at]))))

    def _header_among(self, lines: list[bytes], filled: list[int]) -> int | None:
        """Return the index of another table's header in the lines below a blank one, or None; `filled` are not blank.

        It is the first of them, or the second below a title.
        """
        if len(filled) == _LINES and sum(map(bool, self._cells(lines[filled[0]]))) == 1:
            header, record = filled[1:]
            if self._is_header(lines[header], lines[record], apart=record > header + 1 or header > filled[0] + 1):
                return header
        if len(filled) < 2:
            return None
        header, record = filled[:2]
        apart = record > header + 1
        if apart and any(width == self._width for _, width in self.found):
            # It is a record of the other table, which has no addresses either.
            return None
        return header if self._is_header(lines[header], lines[record], apart=apart) else None

    def _is_header(self, line: bytes, below: bytes, *, apart: bool) -> bool:
        cells, record = self._cells(line), self._cells(below)
        if len(cells) < 2 or len(cells) != len(record) or len(set(cells)) < len(cells) or not all(map(is_name, cells)):
            return False
        if len(cells) != self._width:
            return not apart
        return bool(self._addresses) and not any("@" in row[at] for row in (cells, record) for at in self._addresses)

    def _cells(self, line: bytes) -> list[str]:
        _, _, form = next(self._tokeniser.records([line], final=True))
        if form not in (Form.PLAIN, Form.QUOTED):
            return []
        return [cell.strip() for cell in self._tokeniser.cells(line.decode("utf-8", "replace").rstrip("\r\n"))[0]]
