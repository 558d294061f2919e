"""Which record an error of a job is about, from its words alone.

The platform's errors carry no row number: `[{"status": "74234: Invalid prospect email address"}]` is all that is known
of them (Cloud Elements' API tests). Where the text holds the key of exactly one record that was sent, it is that one's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_BETWEEN_WORDS = re.compile(r"[\s,;<>()\[\]\"|]+")
_INSIDE_WORDS = re.compile(r"[:='/]")
_EDGES = ".:!?'*`{}="


def match_errors(texts: Iterable[str], keys: Iterable[str]) -> dict[int, str]:
    """Return the first error of each record that is named by one, by its position among the keys, from 0.

    An error is matched if exactly one key stands in it as a whole, whatever the case. Holds the errors' words and the
    keys found among them, never all keys.

    Args:
        texts: The errors. Read twice.
        keys: The key of each record sent, in order. A key that occurs twice names no record.

    >>> match_errors(["Conflicts Found - emailAddress B@x.org."], ["a@x.org", "b@x.org"])
    {1: 'Conflicts Found - emailAddress B@x.org.'}
    >>> match_errors(["a@x.org and b@x.org clash", "bad row"], ["a@x.org", "b@x.org"])
    {}
    """
    texts = list(texts)
    wanted = {word for text in texts for word in _words(text)}
    found: dict[str, int | None] = {}
    for position, key in enumerate(keys):
        folded = key.strip().casefold()
        if folded in wanted:
            found[folded] = None if folded in found else position
    matched: dict[int, str] = {}
    for text in texts:
        named = {found[word] for word in _words(text) if word in found}
        only = named.pop() if len(named) == 1 else None
        if only is not None:
            matched.setdefault(only, text)
    return matched


def _words(text: str) -> set[str]:
    """Return what may be a key in a text: its words, without the punctuation around them, and what stands in them
    after a colon, an equals sign, a slash or an apostrophe.
    """
    words: set[str] = set()
    for word in _BETWEEN_WORDS.split(text.casefold()):
        for piece in (word, *_INSIDE_WORDS.split(word)):
            words |= {piece, piece.strip(_EDGES)}
    return words - {""}
