"""Which characters separate and quote the cells, by the evidence of the file's first megabyte.

Every candidate is tried with the tokeniser itself, and judged by how many records agree on a width. `csv.Sniffer` is
never asked: its regular expressions take seconds on a few kilobytes of quotes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.errors import UsageError
from pipeline.reading.tokenising import Form, Tokeniser, tokeniser_of
from pipeline.records import Dialect

DELIMITERS = (",", ";", "\t", "|")
QUOTES = ('"', "'")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", " ": "blank"}
_SPELLINGS = {"\\t": "\t", "tab": "\t"}

CLOSE = 0.8
"""A second candidate whose score comes this near to the best's makes the choice doubtful. Found by trial."""

_SEPARATOR_LINE = re.compile(rb'"?sep=([^\r\n])"?[\r\n]*', re.IGNORECASE)

PREAMBLE_RECORDS = 30
"""A title above a header is looked for within so many records. Source: the product's own bound."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a delimiter and a quote explain the first records.

    Attributes:
        tokeniser: The candidate.
        records: Records below the first one.
        width: The number of cells that most of them have; the first record's if it stands alone.
        agreeing: How many have it.
        header: Number of cells of the first record.
        quoted: How many records hold a quoted cell.
        broken: How many make no sense.
        score: Between 0 (a single column) and 1.
    """

    tokeniser: Tokeniser
    records: int
    width: int
    agreeing: int
    header: int
    quoted: int
    broken: int
    score: float


@dataclass(frozen=True, slots=True)
class Choice:
    """A dialect, and what speaks against it.

    Attributes:
        dialect: The choice.
        doubt: Half a sentence, or "" where there is none.
    """

    dialect: Dialect
    doubt: str


def name_of(delimiter: str) -> str:
    """Return a delimiter's name for people.

    >>> name_of(";"), name_of("~")
    ('semicolon', "'~'")
    """
    return _NAMES.get(delimiter, repr(delimiter))


def separator_line(line: bytes) -> str | None:
    r"""Return the delimiter that a line like `sep=;` fixes, or None if it is no such line.

    >>> separator_line(b"sep=;\r\n")
    ';'
    """
    found = _SEPARATOR_LINE.fullmatch(line)
    if found is None or not _can_separate(delimiter := found.group(1).decode("latin-1")) or delimiter in QUOTES:
        return None
    return delimiter


def asked_for(delimiter: str | None, quote: str | None) -> tuple[str | None, str | None]:
    r"""Return the delimiter and quote that a person gave, checked; None where there was none.

    Args:
        delimiter: One ASCII character, or `tab` or `\t`.
        quote: One ASCII character.

    Raises:
        UsageError: It is something else, or both are the same.
    """
    if delimiter is not None:
        delimiter = _SPELLINGS.get(delimiter, delimiter)
    for what, value in (("delimiter", delimiter), ("quote", quote)):
        if value is not None and not _can_separate(value):
            raise UsageError(f"the {what} {value!r} is not one ASCII character other than a line end or NUL")
    if delimiter is not None and delimiter == (quote or QUOTES[0]):
        raise UsageError(f"delimiter and quote are both {delimiter!r}; they must differ")
    return delimiter, quote


def choose_dialect(
    lines: Sequence[bytes], *, final: bool, delimiter: str | None = None, quote: str | None = None
) -> Choice:
    """Return the dialect that the first lines speak for.

    Args:
        lines: Physical lines from the header on, a megabyte or all there are.
        final: Whether they are all.
        delimiter: The delimiter if it is known.
        quote: The quote if it is known.
    """
    text = b"".join(lines)
    delimiters = [delimiter] if delimiter else [one for one in DELIMITERS if one.encode() in text and one != quote]
    quotes = [quote] if quote else [one for one in QUOTES if one == QUOTES[0] or _may_quote(text, one)]
    quotes = [one for one in quotes if one != delimiter]
    fits: list[Fit] = []
    for one in delimiters or [DELIMITERS[0] if quote != DELIMITERS[0] else DELIMITERS[1]]:
        tried = [_fit(lines, tokeniser_of(one, mark), final=final) for mark in quotes]
        best = tried[0]
        for other in tried[1:]:
            # An apostrophe is a letter in names; it is a quote only where nearly everything says so.
            if not other.broken and other.quoted * 2 > other.records and other.score >= best.score:
                best = other
        fits.append(best)
    fits.sort(key=lambda fit: -fit.score)
    best = fits[0]
    dialect = Dialect(
        best.tokeniser.delimiter, best.tokeniser.quote, _evidence(best, final=final, asked=delimiter is not None)
    )
    return Choice(dialect, "" if delimiter else _doubt(fits))


def assumed_header(lines: Sequence[bytes], tokeniser: Tokeniser, *, final: bool) -> int:
    """Return the index of the line on which the header begins: the first record, unless that is plainly a title.

    A title is one or several records with a single filled cell, above a record of three cells or more that are all
    filled and look like names, whose width most records below it have.
    """
    first: int | None = None
    candidate: int | None = None
    width = same = below = seen = 0
    for start, stop, form in tokeniser.records(lines, final=final):
        if form is Form.BLANK:
            continue
        cells = _cells(lines, tokeniser, start, stop, form)
        if first is None:
            first = start
        if candidate is not None:
            below += 1
            same += len(cells) == width
            continue
        seen += 1
        if seen > PREAMBLE_RECORDS or not cells:
            return first
        if sum(map(bool, map(str.strip, cells))) <= 1:
            continue
        if start == first or len(cells) < 3 or not all(map(_is_name, cells)):
            return first
        candidate, width = start, len(cells)
    if candidate is None or first is None or below == 0 or same * 4 < below * 3:
        return first or 0
    return candidate


def _is_name(cell: str) -> bool:
    cell = cell.strip()
    return bool(cell) and "@" not in cell and any(map(str.isalpha, cell)) and "://" not in cell


def _can_separate(value: str) -> bool:
    return len(value) == 1 and value.isascii() and value not in "\r\n\0"


def _may_quote(text: bytes, quote: str) -> bool:
    return QUOTES[0].encode() not in text and quote.encode() in text


def _cells(lines: Sequence[bytes], tokeniser: Tokeniser, start: int, stop: int, form: Form) -> list[str]:
    """Return a record's cells, bytes standing for characters; none if it is broken."""
    if form is Form.TRAILING or form is Form.UNCLOSED:
        return []
    text = (lines[start] if stop == start + 1 else b"".join(lines[start:stop])).decode("latin-1")
    return tokeniser.cells(text.rstrip("\r\n"))[0]


def _fit(lines: Sequence[bytes], tokeniser: Tokeniser, *, final: bool) -> Fit:
    widths: Counter[int] = Counter()
    delimiter = tokeniser.delimiter.encode()
    quote = tokeniser.quote.encode()
    header: list[str] | None = None
    quoted = broken = leading = 0
    for start, stop, form in tokeniser.records(lines, final=final):
        if form is Form.BLANK:
            continue
        if header is None:
            header = _cells(lines, tokeniser, start, stop, form)
        elif form is Form.PLAIN:
            widths[lines[start].count(delimiter) + 1] += 1
            leading += delimiter + b" " in lines[start]
        else:
            cells = _cells(lines, tokeniser, start, stop, form)
            widths[len(cells)] += 1
            broken += not cells
            quoted += lines[start].startswith(quote) or delimiter + quote in lines[start]
    header = header or []
    records = widths.total()
    # Of two widths that are as frequent, the header's counts.
    width, agreeing = max(widths.items(), key=lambda item: (item[1], item[0] == len(header)), default=(len(header), 0))
    score = (1 - 1 / width) if width > 1 else 0.0
    if records:
        score *= agreeing / records
    if len(header) != width:
        score *= 0.5
    # The names of columns hold no separators, and text has a blank after its commas.
    if any(other in name for name in header for other in DELIMITERS):
        score *= 0.7
    if records and leading * 2 > records:
        score *= 0.8
    return Fit(tokeniser, records, width, agreeing, len(header), quoted, broken, score)


def _evidence(fit: Fit, *, final: bool, asked: bool) -> str:
    records = f"{fit.records:,} records" if final else f"the first {fit.records:,} records"
    cells = f"{fit.width} cell" if fit.width == 1 else f"{fit.width} cells"
    if not fit.records:
        found = f"the header has {cells}"
    elif fit.agreeing < fit.records:
        found = f"{fit.agreeing:,} of {records} have {cells}"
    else:
        found = f"every one of {records} has {cells}" if fit.records > 1 else f"the record has {cells}"
    if fit.records and fit.header != fit.width:
        found += f", the first line {fit.header}"
    return f"it was asked for; {found}" if asked else found


def _doubt(fits: list[Fit]) -> str:
    """Return what speaks against the first of the fits, best first, or ""."""
    best = fits[0]
    if len(fits) > 1 and fits[1].score > 0 and fits[1].score >= CLOSE * best.score:
        return f"the {name_of(fits[1].tokeniser.delimiter)} explains the first records nearly as well"
    if best.header == 1 and best.width > 1:
        return "the first line does not hold it"
    if best.records >= 4 and best.agreeing * 2 < best.records:
        return f"only {best.agreeing:,} of the first {best.records:,} records agree on a number of cells"
    return ""
