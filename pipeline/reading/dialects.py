"""Which characters separate and quote the cells, by the evidence of the file's first megabyte.

Every candidate is tried with the tokeniser itself, and judged by how many records agree on a width. `csv.Sniffer` is
never asked: its regular expressions take seconds on a few kilobytes of quotes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.errors import UsageError
from pipeline.reading.blocks import Positions
from pipeline.reading.fitting import DELIMITERS, QUOTES, Evidence, Fit, first_rows
from pipeline.reading.headers import is_value
from pipeline.reading.tokenising import tokeniser_of
from pipeline.records import Dialect

_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", " ": "blank"}
_SPELLINGS = {"\\t": "\t", "tab": "\t"}

CLOSE = 0.8
"""A second candidate whose score comes this near to the best's makes the choice doubtful. Found by trial."""

_NUMBER_NAME = re.compile(r"(?:^|[^a-z])(?:id|no|nr|num|number|nummer|key|code)\.?$|#", re.IGNORECASE)

# An address with a blank before it or behind it.
_LONE_ADDRESS = re.compile(
    rb"[^\s@,;|<>()\"']@[^\s@,;|<>()\"']+\.[A-Za-z]+[^\S\r\n]+\S|\S[^\S\r\n]+[^\s@,;|<>()\"']+@[^\s@]+\.[A-Za-z]"
)

_SEPARATOR_LINE = re.compile(rb'"?sep=([^\r\n])"?[\r\n]*', re.IGNORECASE)

ESCAPE = "\\"
"""The only escape that is looked for. Source: MySQL, 'SELECT ... INTO Statement', and Python's csv module."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A dialect, and what speaks against it.

    Attributes:
        dialect: The choice.
        doubt: Half a sentence, or "" where there is none.
        width: The number of cells that more than half of the records of the evidence have, or 0.
        agreeing: Those records and their verb for a sentence.
    """

    dialect: Dialect
    doubt: str
    width: int
    agreeing: str


def name_of(delimiter: str) -> str:
    """Return a delimiter's name for people.

    >>> name_of(";"), name_of("~")
    ('semicolon', "'~'")
    """
    if len(delimiter) > 1:
        return f"{_NAMES.get(delimiter[0], repr(delimiter[0]))} with a blank behind it"
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


def asked_for(
    delimiter: str | None, quote: str | None, escape: str | None = None
) -> tuple[str | None, str | None, str | None]:
    r"""Return the delimiter, quote and escape that a person gave, checked; None where there was none.

    Args:
        delimiter: One ASCII character, or one and a blank, or `tab` or `\t`.
        quote: One ASCII character.
        escape: One ASCII character.

    Raises:
        UsageError: It is something else, or two are the same.
    """
    if delimiter is not None:
        delimiter = _SPELLINGS.get(delimiter, delimiter)
    character = delimiter[0] if delimiter is not None and len(delimiter) == 2 and delimiter[1] == " " else delimiter
    for what, value in (("delimiter", character), ("quote", quote), ("escape", escape)):
        if value is not None and not _can_separate(value):
            raise UsageError(f"the {what} {value!r} is not one ASCII character other than a line end or NUL")
    if (quote is not None and quote.isspace()) or (escape is not None and escape.isspace()):
        raise UsageError("quote and escape cannot be blanks")
    marks = [("delimiter", character), ("quote", quote or QUOTES[0]), ("escape", escape)]
    for at, (what, value) in enumerate(marks):
        for other, same in marks[:at]:
            if value is not None and value == same:
                raise UsageError(f"{other} and {what} are both {value!r}; they must differ")
    return delimiter, quote, escape


def choose_dialect(
    lines: Sequence[bytes],
    *,
    final: bool,
    delimiter: str | None = None,
    quote: str | None = None,
    escape: str | None = None,
) -> Choice:
    """Return the dialect that the first lines speak for.

    Args:
        lines: Physical lines from the header on, a megabyte or all there are.
        final: Whether they are all.
        delimiter: The delimiter if it is known.
        quote: The quote if it is known.
        escape: The escape if it is known.
    """
    evidence = Evidence(lines, final=final)
    fits = _fits(evidence, delimiter, quote, escape)
    fits.sort(key=lambda fit: -fit.score)
    best, doubt = fits[0], "" if delimiter else _doubt(fits)
    if delimiter is None:
        if with_blank := _with_blank(evidence, best):
            best, doubt = with_blank, ""
        elif (best.header < 2 or _is_poor(best)) and (by_blanks := _by_blanks(evidence, best)):
            best, doubt = by_blanks, "blanks stand inside texts too"
    elif best.header == 1 and (others := [one for one in DELIMITERS if one != delimiter and one.encode() in lines[0]]):
        doubt = f"the first line holds the {name_of(others[0])} and not that"
    doubt = doubt or ("" if quote else _unread_marks(evidence, best))
    if with_trailing := _with_trailing(evidence, best):
        best = with_trailing
    grammar = best.tokeniser
    found = _evidence(best, final=final, asked=delimiter is not None)
    return Choice(
        dialect=Dialect(grammar.delimiter, grammar.quote, found, grammar.escape, grammar.trailing),
        doubt=doubt,
        width=best.width if best.agreeing * 2 > best.records else 0,
        agreeing=_agreeing(best, final=final),
    )


def _fits(evidence: Evidence, delimiter: str | None, quote: str | None, escape: str | None) -> list[Fit]:
    """Return the fit of each delimiter that may be the best or nearly as good, with its best quote and escape."""
    text = evidence.text
    delimiters = [delimiter] if delimiter else [one for one in DELIMITERS if one.encode() in text and one != quote]
    delimiters = delimiters or [DELIMITERS[0] if quote != DELIMITERS[0] else DELIMITERS[1]]
    fits: dict[str, Fit] = {}
    # The most frequent first: the score of one that hardly occurs cannot come near to it.
    in_turn = sorted(delimiters, key=evidence.count, reverse=True) if len(delimiters) > 1 else delimiters
    for one in in_turn:
        quotes = [quote] if quote else [mark for mark in QUOTES if mark == QUOTES[0] or _may_quote(evidence, one, mark)]
        escapes = escape is not None or any(evidence.may_escape(ESCAPE, mark) for mark in (QUOTES[0], one))
        if fits and quotes == [QUOTES[0]] and not escapes:
            # One that stays below the share that makes a doubt is neither chosen nor spoken of.
            enough = CLOSE * max(fit.score for fit in fits.values()) * (1 - 1e-9)
            if evidence.most(one) < enough:
                continue
        tried = [_best_escape(evidence, one, mark, escape) for mark in quotes if mark != one]
        best = tried[0]
        for other in tried[1:]:
            if _is_quote(evidence, other, best):
                best = other
        fits[one] = best
    return [fits[one] for one in delimiters if one in fits]


def _is_quote(evidence: Evidence, fit: Fit, plain: Fit) -> bool:
    """Return whether an apostrophe is the quote: it is a letter in names, so nearly everything must say so."""
    if fit.header_quoted and fit.header == fit.width > 1 and fit.broken * 2 <= fit.records:
        # The names have quotes around them, and nothing speaks against it but records that are broken by this reading.
        return fit.agreeing + fit.broken >= plain.agreeing
    quote = fit.tokeniser.quote
    if fit.quoted * 2 <= fit.records:
        return False
    if fit.broken:
        # Broken records there are in any list. Each takes away from what the quote explains.
        gain = fit.fitting - plain.fitting
        return gain > fit.broken or (gain + fit.broken >= 0 and _encloses(evidence, plain, quote))
    if fit.score < plain.score:
        return False
    return fit.score > plain.score or fit.header_quoted or _encloses(evidence, plain, quote)


def _encloses(evidence: Evidence, fit: Fit, quote: str) -> bool:
    """Return whether cells of two columns or more begin and end with the quote, and hardly one only begins with it."""
    counts: Counter[int] = Counter()
    open_cells = 0
    for _, cells in evidence.rows(fit.tokeniser):
        for at, cell in enumerate(cells):
            if cell.startswith(quote):
                whole = len(cell) > 1 and cell.endswith(quote)
                counts[at] += whole
                open_cells += not whole
    return open_cells * 4 <= counts.total() and sum(count > 1 for count in counts.values()) > 1


def _best_escape(evidence: Evidence, delimiter: str, quote: str, escape: str | None) -> Fit:
    """Return the fit with the escape asked for; else without one, unless only an escape makes sense of the records."""
    if escape is not None:
        return evidence.fit(tokeniser_of(delimiter, quote, escape))
    plain = evidence.fit(tokeniser_of(delimiter, quote))
    if not any(evidence.may_escape(ESCAPE, mark) for mark in (quote, delimiter)):
        return plain
    escaped = evidence.fit(tokeniser_of(delimiter, quote, ESCAPE))
    # A backslash before a closing quote makes no sense as an escape: each such record speaks against it.
    explains = escaped.agreeing > plain.agreeing
    if not explains and all(evidence.may_escape(ESCAPE, mark) for mark in (quote, delimiter)):
        # Records of another table below may agree on a width of their own.
        explains = escaped.fitting > plain.fitting
    return escaped if explains and escaped.broken <= plain.broken else plain


def _with_blank(evidence: Evidence, best: Fit) -> Fit | None:
    """Return the fit of the delimiter with a blank behind it, if a blank stands behind it wherever it separates."""
    grammar = best.tokeniser
    delimiter = grammar.delimiter + " "
    if grammar.delimiter == "\t" or not best.records or delimiter.encode() not in evidence.text:
        return None
    tokeniser = tokeniser_of(delimiter, grammar.quote, grammar.escape)
    names, quoted = evidence.header(tokeniser)
    if len(names) < 2 or (len(names) != best.header and not quoted):
        # The first record alone speaks against it.
        return None
    fit = evidence.fit(tokeniser)
    if fit.header < 2 or fit.header != fit.width or (fit.header != best.header and not fit.header_quoted):
        return None
    # Among texts with separators in quotes behind a blank the plain delimiter finds hardly two records alike.
    clear = fit.agreeing * 20 >= fit.records * 19 and fit.agreeing >= best.agreeing
    if clear:
        return fit
    if fit.agreeing * 2 < fit.records:
        return None
    quotes = (delimiter + grammar.quote).encode()
    # Notes below the table agree on a width of their own.
    better = fit.clean > (best.clean if best.width == best.header else best.fitting)
    # A quote behind a blank opens a cell for the one and is text for the other.
    opens = quotes in evidence.text and (grammar.delimiter + grammar.quote).encode() not in evidence.text
    opens = opens and best.clean < best.agreeing and fit.clean == fit.agreeing
    return fit if better or opens or quotes in evidence.lines[0] else None


def _is_poor(fit: Fit) -> bool:
    """Return whether a fit makes hardly more of the records than chance would."""
    return fit.header != fit.width or fit.agreeing * 2 <= fit.records


def _by_blanks(evidence: Evidence, best: Fit) -> Fit | None:
    """Return the fit of the blank, if the records have as many words as the header and more speaks for it.

    That is a column of addresses beside others, or quotes around most texts with blanks. Where another delimiter finds
    several cells in the first line, nearly all records must agree, and more than with that one.
    """
    if b" " not in evidence.text or best.records < 2 or best.tokeniser.quote == " ":
        return None
    tokeniser = tokeniser_of(" ", best.tokeniser.quote, best.tokeniser.escape)
    if len(evidence.header(tokeniser)[0]) < 2:
        return None
    fit = evidence.fit(tokeniser)
    if fit.header < 2 or fit.header != fit.width or fit.agreeing * 2 < fit.records:
        return None
    if best.header > 1:
        if fit.agreeing * 10 < fit.records * 9 or fit.agreeing * best.records <= best.agreeing * fit.records:
            return None
    elif best.header == 1 and not fit.header_quoted and fit.agreeing * 4 < (fit.records - fit.broken) * 3:
        # A header that the other reading cannot make sense of speaks for this one too, and so do names in quotes.
        return None
    rows = [cells for _, cells in first_rows(evidence.lines, tokeniser, 200, final=evidence.final)][1:]
    rows = [row for row in rows if len(row) == fit.width]
    if not rows or sum(any(cell[-1:] in DELIMITERS for cell in row[:-1]) for row in rows) * 2 > len(rows):
        # Words that end in a delimiter are texts with a blank behind it, below a title of as many words.
        return None
    shares = [sum(is_value(row[at]) for row in rows) / len(rows) for at in range(fit.width)]
    speaks = (max(shares) > 0.7 and min(shares) < 0.1) or fit.quoted * 2 > fit.records
    return fit if speaks else None


def _with_trailing(evidence: Evidence, best: Fit) -> Fit | None:
    """Return the fit in which a delimiter at the end of a record begins no cell, if all of them end so.

    The evidence: most records have the empty cell, and it is one more than the header has names; or it has no name, and
    no record has anything in it.
    """
    grammar = best.tokeniser
    lines = evidence.lines
    ends = evidence.ending(grammar.delimiter)
    # What stands below a blank line may be of another table already, and end otherwise.
    upper = next((at for at, line in enumerate(lines) if line.isspace()), 0) if ends else 0
    if ends * 2 <= best.records and not upper:
        return None
    header = evidence.header(grammar)[0]
    if not any(_may_end_so(header, evidence.widths(grammar, until)) for until in (len(lines), upper)):
        return None
    rows = evidence.rows(grammar)
    if not _end_so([row for _, row in rows]) and not _end_so([row for at, row in rows if at < upper]):
        return None
    return evidence.fit(tokeniser_of(grammar.delimiter, grammar.quote, grammar.escape, True))


def _width_with_end(header: Sequence[str]) -> int:
    """Return how many cells a record has with the empty one behind its last delimiter."""
    return len(header) + (header[-1].strip() != "" or len(header) == 1)


def _may_end_so(header: Sequence[str], widths: Positions) -> bool:
    """Return whether most records have so many cells; `_end_so` is false otherwise."""
    return bool(header) and int(np.count_nonzero(widths == _width_with_end(header))) * 2 > len(widths)


def _end_so(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the last, empty cell of most records below the first one is no cell."""
    header, records = rows[0] if rows else [], rows[1:]
    if not header or not records:
        return False
    width = _width_with_end(header)
    named = width > len(header)
    if named and len(records) < 2:
        return False
    if not named and any(len(row) == width and row[-1] for row in records):
        return False
    if sum(len(row) == width and not row[-1] for row in records) * 2 <= len(records):
        return False
    return not (named and _lacks_first_name(header, records))


def _lacks_first_name(header: Sequence[str], records: Sequence[Sequence[str]]) -> bool:
    """Return whether the header may lack a name at its beginning rather than the records a cell at their end.

    That is so where the first cells count up under a name that is not that of a number, unless addresses stand under
    the name of an e-mail.
    """
    for at, name in enumerate(header):
        if "mail" in name.casefold() and sum("@" in row[at] for row in records if len(row) > at) * 2 > len(records):
            return False
    if _NUMBER_NAME.search(header[0]):
        return False
    firsts = [row[0].strip() for row in records[:100] if row]
    return all(cell.isdecimal() and len(cell) < 10 for cell in firsts) and all(
        int(one) + 1 == int(other) for one, other in pairwise(firsts)
    )


def _can_separate(value: str) -> bool:
    return len(value) == 1 and value.isascii() and value not in "\r\n\0"


def _may_quote(evidence: Evidence, delimiter: str, quote: str) -> bool:
    """Return whether cells begin with the quote, and hardly one with the usual one."""
    found = evidence.beginning(quote, delimiter)
    return found > 0 and found > 10 * evidence.beginning(QUOTES[0], delimiter)


def _among(fit: Fit, *, final: bool) -> str:
    count = f"{fit.records:,} record" + "s" * (fit.records != 1)
    return count if final else f"the first {count}"


def _agreeing(fit: Fit, *, final: bool) -> str:
    among = _among(fit, final=final)
    return f"every one of {among} has" if fit.agreeing == fit.records else f"{fit.agreeing:,} of {among} have"


def _evidence(fit: Fit, *, final: bool, asked: bool) -> str:
    records = _among(fit, final=final)
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


def _unread_marks(evidence: Evidence, fit: Fit) -> str:
    """Return what half of the lines or more say against the choice, or "".

    Cells that stand in apostrophes, or lines of one cell with quotes or an address in the middle, are the mark of a
    quote or a separator that was not recognised; then every cell is wrong, and nothing else would say so.
    """
    text, delimiter, used = evidence.text, fit.tokeniser.delimiter.encode(), fit.tokeniser.quote
    for mark in map(str.encode, QUOTES):
        if mark == used.encode() or evidence.count(mark.decode()) < fit.records + 1:
            continue
        if evidence.beginning(mark.decode(), fit.tokeniser.delimiter) * 2 < fit.records + 1:
            # Each of the cells looked for begins with it.
            continue
        border = re.escape(delimiter)
        in_quotes = re.compile(rb"(?:\A|%b)%b[^%b]*+%b(?:\Z|%b)" % (border, mark, mark, mark, border))
        found = [in_quotes.search(line) is not None for line in text.splitlines()]
        if text.count(mark + delimiter + mark) * 2 >= fit.records + 1 > 1 or sum(found) * 2 >= fit.records + 1 > 1:
            name = mark.decode()
            return f"cells stand between {name} and {name}, which were taken as text and not as quotes"
    blanks = sum(map(text.count, (b" ", b"\t", b"\v", b"\f"))) if fit.header == 1 else 0
    if fit.header == 1 and min(text.count(b"@"), blanks) * 2 >= fit.records + 1:
        found = [_LONE_ADDRESS.search(line) is not None for line in text.splitlines()[1:]]
        if sum(found) * 2 >= fit.records + 1 > 1:
            return "e-mail addresses stand among other words in its lines"
    if fit.width == 1 and fit.header == 1 and (b'" ' in text or b' "' in text):
        marked = [b'" ' in line.rstrip() or b' "' in line.strip() for line in text.splitlines()]
        if marked[0] or sum(marked) * 2 >= fit.records + 1 > 1:
            return "quotes stand inside its lines, each of which was read as one cell"
    return ""


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
