"""Quotes that were not doubled inside a quoted cell: read where there is one way to read them, and only there."""

from __future__ import annotations

from pipeline.reading.tokenising import Tokeniser


def cells_by_borders(text: str, tokeniser: Tokeniser) -> tuple[list[str], list[int]] | None:
    r"""Return the cells of a line and the positions of those with lone quotes inside, or None if that is a guess.

    A quote that opens a cell stands at its left border, one that closes it at its right border. If every quote at a
    border does one or the other, in turn, and all the others stand inside a quoted cell, away from any border, there is
    one way to read the line. A doubled quote inside stands for one, as ever.

    Args:
        text: One line without its end, with text after a closing quote.
        tokeniser: Its grammar.

    >>> cells_by_borders('"Acme "Best" Ltd",Ann', Tokeniser(",", '"'))
    (['Acme "Best" Ltd', 'Ann'], [0])
    >>> cells_by_borders('"Acme "Best", Ltd",Ann', Tokeniser(",", '"')) is None
    True
    """
    quote, delimiter = tokeniser.quote, tokeniser.delimiter
    length = len(delimiter)
    if tokeniser.trailing and text.endswith(delimiter):
        text = text[:-length]
    cells: list[str] = []
    repaired: list[int] = []
    at = 0
    while True:
        if text.startswith(quote, at):
            end = _closing(text, at + 1, quote, delimiter)
            if end < 0:
                return None
            inner = text[at + 1 : end]
            plain = inner.replace(quote + quote, "")
            if quote in plain:
                repaired.append(len(cells))
            cells.append(inner.replace(quote + quote, quote))
            at = end + 1
        else:
            end = text.find(delimiter, at)
            end = len(text) if end < 0 else end
            if quote in text[at:end]:
                return None
            cells.append(text[at:end])
            at = end
        if at == len(text):
            return (cells, repaired) if repaired else None
        at += length


def _closing(text: str, at: int, quote: str, delimiter: str) -> int:
    """Return where the quote stands that closes a cell, or -1 where another before it might open or close one too."""
    while True:
        at = text.find(quote, at)
        if at < 0:
            return -1
        stop = at
        while text.startswith(quote, stop):
            stop += 1
        if stop == len(text) or text.startswith(delimiter, stop):
            # Of a run of quotes before a border the last one closes; the others must be pairs.
            return stop - 1 if (stop - at) % 2 == 1 else -1
        # Blanks beside a delimiter are no part of what a person sees as a border.
        if stop - at > 2 or text[:at].rstrip(" ").endswith(delimiter) or text[stop:].lstrip(" ").startswith(delimiter):
            return -1
        at = stop
