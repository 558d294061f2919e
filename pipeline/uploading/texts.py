"""Texts of a server, made fit to be shown."""

from __future__ import annotations

import unicodedata

LIMIT = 300


def plain(text: str, *, limit: int = LIMIT) -> str:
    r"""Return a text on one line, without control, format and bidirectional characters, of at most `limit` characters.

    A server's words end in terminals and in files: they must not move the cursor or reorder a line. Source: OWASP
    ASVS 5.0, 16.4.1.

    >>> plain("bad\x1b[31m\r\nrow \u202etxt")
    'bad [31m row txt'
    """
    text = text[: limit * 4]
    kept = "".join(
        " "
        if unicodedata.category(c) in ("Cc", "Zl", "Zp")
        else ""
        if unicodedata.category(c) in ("Cf", "Cs", "Co")
        else c
        for c in text
    )
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
