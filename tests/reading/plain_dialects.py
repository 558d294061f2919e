"""The choice of a dialect in plain words: every candidate is tried, and every record looked at by the tokeniser."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.reading.dialects import CLOSE, ESCAPE, Choice, name_of
from pipeline.reading.fitting import DELIMITERS, QUOTES
from pipeline.reading.headers import is_value
from pipeline.reading.tokenising import Form, Tokeniser, tokeniser_of
from pipeline.records import Dialect

_NUMBER_NAME = re.compile(r"(?:^|[^a-z])(?:id|no|nr|num|number|nummer|key|code)\.?$|#", re.IGNORECASE)

# An address with a blank before it or behind it.
_LONE_ADDRESS = re.compile(
    rb"[^\s@,;|<>()\"']@[^\s@,;|<>()\"']+\.[A-Za-z]+[^\S\r\n]+\S|\S[^\S\r\n]+[^\s@,;|<>()\"']+@[^\s@]+\.[A-Za-z]"
)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a delimiter and a quote explain the first records; the attributes are those of `fitting.Fit`."""

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
    text = b"".join(lines)
    delimiters = [delimiter] if delimiter else [one for one in DELIMITERS if one.encode() in text and one != quote]
    fits: list[Fit] = []
    for one in delimiters or [DELIMITERS[0] if quote != DELIMITERS[0] else DELIMITERS[1]]:
        quotes = [quote] if quote else [mark for mark in QUOTES if mark == QUOTES[0] or _may_quote(text, one, mark)]
        tried = [_best_escape(lines, text, one, mark, escape, final=final) for mark in quotes if mark != one]
        best = tried[0]
        for other in tried[1:]:
            if _is_quote(lines, other, best, final=final):
                best = other
        fits.append(best)
    fits.sort(key=lambda fit: -fit.score)
    best, doubt = fits[0], "" if delimiter else _doubt(fits)
    if delimiter is None:
        if with_blank := _with_blank(lines, text, best, final=final):
            best, doubt = with_blank, ""
        elif (best.header < 2 or _is_poor(best)) and (by_blanks := _by_blanks(lines, text, best, final=final)):
            best, doubt = by_blanks, "blanks stand inside texts too"
    elif best.header == 1 and (others := [one for one in DELIMITERS if one != delimiter and one.encode() in lines[0]]):
        doubt = f"the first line holds the {name_of(others[0])} and not that"
    doubt = doubt or ("" if quote else _unread_marks(text, best))
    if with_trailing := _with_trailing(lines, text, best, final=final):
        best = with_trailing
    grammar = best.tokeniser
    evidence = _evidence(best, final=final, asked=delimiter is not None)
    return Choice(
        dialect=Dialect(grammar.delimiter, grammar.quote, evidence, grammar.escape, grammar.trailing),
        doubt=doubt,
        width=best.width if best.agreeing * 2 > best.records else 0,
        agreeing=_agreeing(best, final=final),
    )


def first_rows(lines: Sequence[bytes], tokeniser: Tokeniser, count: int, *, final: bool) -> list[tuple[int, list[str]]]:
    """Return the first records that are not blank: the index of the line on which each begins, and its cells.

    A broken record has no cells; bytes that are not UTF-8 are replaced.
    """
    found: list[tuple[int, list[str]]] = []
    for start, stop, form in tokeniser.records(lines, final=final):
        if form is Form.BLANK:
            continue
        found.append((start, _cells(lines, tokeniser, start, stop, form)))
        if len(found) == count:
            break
    return found


def _is_quote(lines: Sequence[bytes], fit: Fit, plain: Fit, *, final: bool) -> bool:
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
        return gain > fit.broken or (gain + fit.broken >= 0 and _encloses(lines, plain, quote, final=final))
    if fit.score < plain.score:
        return False
    return fit.score > plain.score or fit.header_quoted or _encloses(lines, plain, quote, final=final)


def _encloses(lines: Sequence[bytes], fit: Fit, quote: str, *, final: bool) -> bool:
    """Return whether cells of two columns or more begin and end with the quote, and hardly one only begins with it."""
    counts: Counter[int] = Counter()
    open_cells = 0
    for _, cells in first_rows(lines, fit.tokeniser, 1 << 20, final=final):
        for at, cell in enumerate(cells):
            if cell.startswith(quote):
                whole = len(cell) > 1 and cell.endswith(quote)
                counts[at] += whole
                open_cells += not whole
    return open_cells * 4 <= counts.total() and sum(count > 1 for count in counts.values()) > 1


def _best_escape(
    lines: Sequence[bytes], text: bytes, delimiter: str, quote: str, escape: str | None, *, final: bool
) -> Fit:
    """Return the fit with the escape asked for; else without one, unless only an escape makes sense of the records."""
    if escape is not None:
        return fit_of(lines, tokeniser_of(delimiter, quote, escape), final=final)
    plain = fit_of(lines, tokeniser_of(delimiter, quote), final=final)
    if not any((ESCAPE + mark).encode() in text for mark in (quote, delimiter)):
        return plain
    escaped = fit_of(lines, tokeniser_of(delimiter, quote, ESCAPE), final=final)
    # A backslash before a closing quote makes no sense as an escape: each such record speaks against it.
    explains = escaped.agreeing > plain.agreeing
    if not explains and all((ESCAPE + mark).encode() in text for mark in (quote, delimiter)):
        # Records of another table below may agree on a width of their own.
        explains = escaped.fitting > plain.fitting
    return escaped if explains and escaped.broken <= plain.broken else plain


def _with_blank(lines: Sequence[bytes], text: bytes, best: Fit, *, final: bool) -> Fit | None:
    """Return the fit of the delimiter with a blank behind it, if a blank stands behind it wherever it separates."""
    grammar = best.tokeniser
    delimiter = grammar.delimiter + " "
    if grammar.delimiter == "\t" or not best.records or delimiter.encode() not in text:
        return None
    fit = fit_of(lines, tokeniser_of(delimiter, grammar.quote, grammar.escape), final=final)
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
    opens = quotes in text and (grammar.delimiter + grammar.quote).encode() not in text
    opens = opens and best.clean < best.agreeing and fit.clean == fit.agreeing
    return fit if better or opens or quotes in lines[0] else None


def _is_poor(fit: Fit) -> bool:
    """Return whether a fit makes hardly more of the records than chance would."""
    return fit.header != fit.width or fit.agreeing * 2 <= fit.records


def _by_blanks(lines: Sequence[bytes], text: bytes, best: Fit, *, final: bool) -> Fit | None:
    """Return the fit of the blank, if the records have as many words as the header and more speaks for it.

    That is a column of addresses beside others, or quotes around most texts with blanks. Where another delimiter finds
    several cells in the first line, nearly all records must agree, and more than with that one.
    """
    if b" " not in text or best.records < 2 or best.tokeniser.quote == " ":
        return None
    tokeniser = tokeniser_of(" ", best.tokeniser.quote, best.tokeniser.escape)
    fit = fit_of(lines, tokeniser, final=final)
    if fit.header < 2 or fit.header != fit.width or fit.agreeing * 2 < fit.records:
        return None
    if best.header > 1:
        if fit.agreeing * 10 < fit.records * 9 or fit.agreeing * best.records <= best.agreeing * fit.records:
            return None
    elif best.header == 1 and not fit.header_quoted and fit.agreeing * 4 < (fit.records - fit.broken) * 3:
        # A header that the other reading cannot make sense of speaks for this one too, and so do names in quotes.
        return None
    rows = [cells for _, cells in first_rows(lines, tokeniser, 200, final=final)][1:]
    rows = [row for row in rows if len(row) == fit.width]
    if not rows or sum(any(cell[-1:] in DELIMITERS for cell in row[:-1]) for row in rows) * 2 > len(rows):
        # Words that end in a delimiter are texts with a blank behind it, below a title of as many words.
        return None
    shares = [sum(is_value(row[at]) for row in rows) / len(rows) for at in range(fit.width)]
    speaks = (max(shares) > 0.7 and min(shares) < 0.1) or fit.quoted * 2 > fit.records
    return fit if speaks else None


def _with_trailing(lines: Sequence[bytes], text: bytes, best: Fit, *, final: bool) -> Fit | None:
    """Return the fit in which a delimiter at the end of a record begins no cell, if all of them end so.

    The evidence: most records have the empty cell, and it is one more than the header has names; or it has no name, and
    no record has anything in it.
    """
    grammar = best.tokeniser
    delimiter = grammar.delimiter.encode()
    ends = text.count(delimiter + b"\n") + text.count(delimiter + b"\r") + text.endswith(delimiter)
    # What stands below a blank line may be of another table already, and end otherwise.
    upper = next((at for at, line in enumerate(lines) if line.isspace()), 0) if ends else 0
    if ends * 2 <= best.records and not upper:
        return None
    rows = first_rows(lines, grammar, 1 << 20, final=final)
    if not _end_so([row for _, row in rows]) and not _end_so([row for at, row in rows if at < upper]):
        return None
    return fit_of(lines, tokeniser_of(grammar.delimiter, grammar.quote, grammar.escape, True), final=final)


def _end_so(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the last, empty cell of most records below the first one is no cell."""
    header, records = rows[0] if rows else [], rows[1:]
    if not header or not records:
        return False
    named = header[-1].strip() != "" or len(header) == 1
    width = len(header) + named
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


def _may_quote(text: bytes, delimiter: str, quote: str) -> bool:
    """Return whether cells begin with the quote, and hardly one with the usual one."""

    def begins(mark: str) -> int:
        befores = (b"\n", b"\r", delimiter.encode())
        return sum(text.count(before + mark.encode()) for before in befores) + text.startswith(mark.encode())

    return begins(quote) > 10 * begins(QUOTES[0])


def _cells(lines: Sequence[bytes], tokeniser: Tokeniser, start: int, stop: int, form: Form) -> list[str]:
    """Return a record's cells, with bytes that are not UTF-8 replaced; none if it is broken."""
    return _cells_and_strays(lines, tokeniser, start, stop, form)[0]


def _cells_and_strays(
    lines: Sequence[bytes], tokeniser: Tokeniser, start: int, stop: int, form: Form
) -> tuple[list[str], list[int]]:
    if form is Form.TRAILING or form is Form.UNCLOSED:
        return [], []
    text = (lines[start] if stop == start + 1 else b"".join(lines[start:stop])).decode("utf-8", "replace")
    return tokeniser.cells(text.rstrip("\r\n"))


def fit_of(lines: Sequence[bytes], tokeniser: Tokeniser, *, final: bool) -> Fit:
    """Return how well a candidate explains the first records, looking at each."""
    widths: Counter[int] = Counter()
    strayed: Counter[int] = Counter()
    delimiter = tokeniser.delimiter.encode()
    quote = tokeniser.quote.encode()
    header: list[str] | None = None
    header_quoted = False
    quoted = broken = leading = 0
    for start, stop, form in tokeniser.records(lines, final=final):
        if form is Form.BLANK:
            continue
        if header is None:
            header = _cells(lines, tokeniser, start, stop, form)
            header_quoted = lines[start].startswith(quote) or delimiter + quote in lines[start]
        elif form is Form.PLAIN and tokeniser.escape is None and not tokeniser.trailing:
            widths[lines[start].count(delimiter) + 1] += 1
            leading += delimiter + b" " in lines[start]
        else:
            cells, strays = _cells_and_strays(lines, tokeniser, start, stop, form)
            if cells:
                widths[len(cells)] += 1
            else:
                broken += 1
            if strays:
                strayed[len(cells)] += 1
            quoted += lines[start].startswith(quote) or delimiter + quote in lines[start]
    header = header or []
    records = widths.total() + broken
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
    clean = agreeing - strayed[width]
    fitting = widths[len(header)]
    return Fit(tokeniser, records, width, agreeing, clean, len(header), fitting, quoted, header_quoted, broken, score)


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


def _unread_marks(text: bytes, fit: Fit) -> str:
    """Return what half of the lines or more say against the choice, or "".

    Cells that stand in apostrophes, or lines of one cell with quotes or an address in the middle, are the mark of a
    quote or a separator that was not recognised; then every cell is wrong, and nothing else would say so.
    """
    delimiter, used = fit.tokeniser.delimiter.encode(), fit.tokeniser.quote
    for mark in map(str.encode, QUOTES):
        if mark == used.encode() or text.count(mark) < fit.records + 1:
            continue
        border = re.escape(delimiter)
        in_quotes = re.compile(rb"(?:\A|%b)%b[^%b]*+%b(?:\Z|%b)" % (border, mark, mark, mark, border))
        found = [in_quotes.search(line) is not None for line in text.splitlines()]
        if text.count(mark + delimiter + mark) * 2 >= fit.records + 1 > 1 or sum(found) * 2 >= fit.records + 1 > 1:
            name = mark.decode()
            return f"cells stand between {name} and {name}, which were taken as text and not as quotes"
    if fit.header == 1:
        found = [_LONE_ADDRESS.search(line) is not None for line in text.splitlines()[1:]]
        if sum(found) * 2 >= fit.records + 1 > 1:
            return "e-mail addresses stand among other words in its lines"
    if fit.width == 1 and fit.header == 1:
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
