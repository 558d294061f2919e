"""Where the header is, by evidence: titles above it, several rows of names, or none at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

PREAMBLE_RECORDS = 30
"""A header is looked for among so many first records. Source: the product's own bound."""

EVIDENCE_RECORDS = 200
"""So many records below it tell what its columns hold. Source: the product's own bound."""

_RUN = 3
"""So many rows of its width below a header show that it is one, whatever follows. Source: the product's own bound."""

_EMAIL = re.compile(r"[^\s@,;<>()]+@[^\s@,;<>()]+\.[^\W\d_]{2,}")
_PHONE = re.compile(r"(?:\+|00|\()?[\d\s()./-]{7,24}")
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
_PLACEHOLDER = re.compile(r"#?n/?a|nil|none|null|nan|unknown|\(blank\)|blank|tbd|tba", re.IGNORECASE)
_URL = re.compile(r"(?:https?://|www\.)\S+\.\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HeaderChoice:
    """Which of the first records is the header.

    Attributes:
        at: Its position among them, or None where there is none.
        rows: How many records directly above and below, itself included, look like headers too: (above, below).
        width: Number of columns if there is no header.
    """

    at: int | None
    above: int = 0
    below: int = 0
    width: int = 0


def choose_header(rows: Sequence[Sequence[str]]) -> HeaderChoice:
    """Return which of the first records is the header: the first, unless the evidence against it is plain.

    Args:
        rows: The cells of the first records, none of them blank; no cells for a broken one.
    """
    rows = _without_last_cells([[cell.strip() for cell in row] for row in rows])
    at = _behind_title(rows)
    if at and len(rows[at - 1]) == len(rows[at]) and sum(map(bool, rows[at - 1])) > 1:
        return HeaderChoice(at, above=1)
    upper = _behind_upper_row(rows, at)
    if upper != at:
        return HeaderChoice(upper, above=upper - at)
    if is_data_row(rows[at], rows[at + 1 : at + 1 + EVIDENCE_RECORDS]):
        if at == 0:
            return HeaderChoice(None, width=_usual_width(rows))
        return HeaderChoice(0)
    return HeaderChoice(at, below=_more_rows(rows, at))


def is_name(cell: str) -> bool:
    """Return whether a cell may be a column's name: some letters, no address, and no word for an empty cell."""
    return (
        any(map(str.isalpha, cell)) and "@" not in cell and "://" not in cell and _PLACEHOLDER.fullmatch(cell) is None
    )


def is_value(cell: str) -> bool:
    """Return whether a cell holds what a column's name does not: an address, a phone, a link.

    >>> is_value("ann@acme.com"), is_value("(303) 555-0102"), is_value("Phone 2"), is_value("2024-01-31")
    (True, True, False, False)
    """
    return (
        _EMAIL.fullmatch(cell) is not None
        or _URL.fullmatch(cell) is not None
        or (
            _PHONE.fullmatch(cell) is not None
            and _DATE.fullmatch(cell) is None
            and (sum(map(str.isdigit, cell)) >= 9 or (cell[0] in "+(" and sum(map(str.isdigit, cell)) >= 7))
        )
    )


def is_data_row(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Return whether a row holds an address, a phone or a link where the rows below it do as well."""
    for at, cell in enumerate(row):
        if not is_value(cell):
            continue
        filled = [other[at] for other in below if len(other) > at and other[at]]
        if sum(map(is_value, filled)) * 2 >= len(filled):
            return True
    return False


def address_columns(rows: Sequence[Sequence[str]], width: int) -> frozenset[int]:
    """Return the positions at which most of the filled cells, and at least three, are e-mail addresses."""
    found: set[int] = set()
    for at in range(width):
        filled = [row[at].strip() for row in rows if len(row) == width and row[at].strip()]
        addresses = sum(_EMAIL.fullmatch(cell) is not None for cell in filled)
        if addresses >= 3 and addresses * 2 > len(filled):
            found.add(at)
    return frozenset(found)


def value_columns(rows: Sequence[Sequence[str]], width: int) -> frozenset[int]:
    """Return the positions at which nearly all of at least two filled cells hold a digit or an address.

    Of four or more, one may differ. Totals and notes below a short list, which are hardly filled, say nothing about its
    columns.
    """
    found: set[int] = set()
    rows = [row for row in rows if len(row) == width]
    full = [row for row in rows if sum(map(bool, row)) * 2 > width]
    for at in range(width):
        filled = [row[at] for row in (full if len(full) > 1 else rows) if row[at]]
        differ = sum(not _looks_like_data(cell) for cell in filled)
        if len(filled) >= 2 and (differ * 10 <= len(filled) or (differ == 1 and len(filled) >= 4)):
            found.add(at)
    return frozenset(found)


def is_header_like(row: Sequence[str], columns: frozenset[int]) -> bool:
    """Return whether all filled cells are names, and one of them stands where the records hold data."""
    filled = [cell for cell in row if cell]
    return (
        len(filled) * 2 > len(row)
        and all(map(is_name, filled))
        and any(at < len(row) and row[at] and not _looks_like_data(row[at]) for at in columns)
        and not any(at < len(row) and _looks_like_data(row[at]) for at in columns)
    )


def _looks_like_data(cell: str) -> bool:
    # In a long cell without the sign the search would begin anew at every letter.
    has_email = "@" in cell and _EMAIL.search(cell) is not None
    return any(map(str.isdigit, cell)) or has_email or _URL.match(cell) is not None


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    widths = Counter(len(row) for row in rows if row)
    # Of two widths that are as frequent, the first row's counts.
    return max(widths, key=lambda width: (widths[width], width == len(rows[0])), default=1)


def _behind_title(rows: Sequence[Sequence[str]]) -> int:
    """Return the position of the first row that is no title.

    Titles and instructions have other widths than the table, or hardly a filled cell. What follows them must be full of
    names, as wide as the table, and have more to it the more the rows above it hold.
    """
    if not rows[0]:
        return 0
    width = _usual_width([row for row in rows if len(row) > 1])
    if width < 2 or _is_table(rows, width):
        return 0
    sparse = alone = True
    for at, row in enumerate(rows[: PREAMBLE_RECORDS + 1]):
        filled = sum(map(bool, row))
        if not row:
            return 0
        if len(row) == width and filled * 2 >= width and filled > 1:
            # As wide as the table and filled in half or more: this is its header, or a record.
            below = [other for other in rows[at + 1 : at + 1 + EVIDENCE_RECORDS] if other]
            alike = [len(other) == width for other in below]
            fits = sum(alike) * 2 >= max(1, len(below)) or (len(alike) > _RUN and all(alike[:_RUN]))
            addresses = sum(any("@" in cell for cell in other) for other in rows[:at])
            names = at > 0 and fits and addresses < 2 and all(is_name(cell) for cell in row if cell)
            if names and sparse and filled == width > 2:
                return at
            columns = value_columns(below, width) if names else frozenset[int]()
            # Below lines of one cell the first of several cells is above records, or one of them.
            above = alone and columns and not any(_looks_like_data(row[column]) for column in columns)
            if above or is_header_like(row, columns):
                return at
            if filled * 2 > width:
                return 0
        sparse = sparse and filled <= 1
        alone = alone and len(row) == 1
    return 0


def _without_last_cells(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows without the empty last cell of a separator behind it, where most have one.

    A title above hides it from the choice of the dialect, which looks at the first row.
    """
    width = _usual_width(rows)
    usual = [row for row in rows if len(row) == width]
    if width < 3 or any(row[-1] for row in usual) or len(usual) * 2 <= len(rows):
        return rows
    return [row[:-1] if len(row) == width else row for row in rows]


def _is_table(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Return whether the first row is a header of its own: full of names, with records of its width below it."""
    first = rows[0]
    if len(first) in (1, width) or not all(map(is_name, first)) or any(cell.endswith(":") for cell in first):
        return False
    # The rows of another table below may be more than those of the first, of which the next one may be broken.
    is_wide = len(first) > width and sum(len(row) == len(first) for row in rows[1:]) >= _RUN
    return is_wide or (len(rows) > 1 and len(rows[1]) == len(first))


def _behind_upper_row(rows: Sequence[Sequence[str]], at: int) -> int:
    """Return the position of the lower of two rows of names, if the upper one only names groups of columns."""
    upper, below = rows[at], rows[at + 1 :]
    if len(below) < 3 or not upper or not all(is_name(cell) for cell in upper if cell):
        return at
    lower, below = below[0], below[1 : 1 + EVIDENCE_RECORDS]
    if (
        len(lower) != len(upper)
        or sum(map(bool, upper)) * 2 > len(upper)
        or not all(lower)
        or len(set(lower)) < len(lower)
    ):
        return at
    columns = value_columns(below, len(lower))
    return at + 1 if is_header_like(lower, columns) else at


def _more_rows(rows: Sequence[Sequence[str]], at: int) -> int:
    """Return how many rows below the header look like headers too."""
    width = len(rows[at])
    for count in range(3):
        below = rows[at + 1 + count : at + 1 + count + EVIDENCE_RECORDS]
        if len(below) < 4 or len(below[0]) != width:
            return count
        if not is_header_like(below[0], value_columns(below[1:], width)):
            return count
    return 3
