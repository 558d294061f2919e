"""The kind *text*: names, companies, titles, anything without a grammar of its own.

A text is cleaned, never re-cased and never cut:

* characters that cannot be seen go (`remove_invisible`), line feeds and carriage returns stay;
* a tab, vertical tab, form feed, next line (U+0085) and the separators 0x1C to 0x1F become a blank;
* the rest is composed (Unicode normalization form C) and trimmed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set

from schemas.kinds.blanks import (
    DEFAULT_PLACEHOLDERS,
    judge_blank,
    judge_undecodable,
    remove_invisible,
    settle,
)
from schemas.verdicts import Verdict

_SPACERS = re.compile("[\t\v\f\x1c-\x1f\x85]")
_FORMULA = re.compile(r"=.|[+\-@](?=.*[(|!])(?![\d\s().,/+-]*\Z)", re.DOTALL)
_LINE_BREAKS = re.compile("[\r\n\u2028\u2029]+")


def judge_text(
    text: str,
    *,
    max_length: int | None,
    flatten: bool = False,
    placeholders: Set[str] = DEFAULT_PLACEHOLDERS,
) -> Verdict:
    r"""Return the verdict of one cell of text.

    Args:
        text: The cell, as it was read.
        max_length: Most characters (Unicode code points, after cleaning), or None.
        flatten: Whether every run of line breaks becomes one blank (T002).
        placeholders: Case-folded texts that stand for no value.

    Returns:
        The clean text with C001 if it was trimmed, T001 if it was cleaned, T002 if line breaks were flattened, T201 if
        it looks like a formula; None
        with T101 if it is too long for the target, with T102 if it holds bytes that are no text; None with C002 or
        C003, or no code for "", if it holds nothing.

    >>> judge_text(" Zo\u0065\u0308 ", max_length=50)
    Verdict(value='Zoë', codes=('C001', 'T001'))
    >>> judge_text("Acme\r\nPublishing", max_length=None, flatten=True)
    Verdict(value='Acme Publishing', codes=('T002',))
    >>> judge_text("Acme", max_length=3)
    Verdict(value=None, codes=('T101',))

    Source: Unicode Standard Annex 15 for the composition; which characters go is said in `remove_invisible`.
    """
    verdict = judge_blank(text, placeholders) or judge_undecodable(text)
    if verdict is not None:
        return verdict
    trimmed = text.strip()
    cleaned = _clean(trimmed)
    flat = _clean(_LINE_BREAKS.sub(" ", cleaned)) if flatten else cleaned
    if max_length is not None and len(flat) > max_length:
        return Verdict(None, ("T101",))
    steps = (
        ("C001", trimmed != text),
        ("T001", cleaned != trimmed),
        ("T002", flat != cleaned),
        ("T201", _FORMULA.match(flat) is not None),
    )
    return settle(flat, tuple(code for code, applies in steps if applies), placeholders)


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    while True:
        # Each step may lay open work for another: what stood apart can compose, a blank can come to stand at an end.
        cleaned = unicodedata.normalize("NFC", remove_invisible(_SPACERS.sub(" ", text))).strip()
        if cleaned == text:
            return cleaned
        text = cleaned
