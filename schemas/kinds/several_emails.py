"""A cell with several e-mail addresses: which is the first?

The kind itself refuses such a cell (E106), since which address is meant is not ours to say. A sender whose lists are
known to put the main address first can be told so, and then this is asked.
"""

from __future__ import annotations

import re

from schemas.kinds.emails import judge_email

_BETWEEN = re.compile(r"[;,|/\r\n\t\v\f\x85\u2028\u2029]+")
_WORDS = re.compile(r"[\s<>()&]+")


def first_of_several(text: str) -> str | None:
    r"""Return the first address of a cell that holds several, as it stands there; None if it does not hold several.

    Addresses are parted by `;`, `,`, `|`, `/` or a line break; where nothing of these parts them, by blanks, `&` and
    brackets, and so by a word such as *and* between blanks. The first is the first piece with an @, right or wrong: an
    address that is not one is refused afterwards, and the next one does not take its place.

    >>> first_of_several("Norm Smith <norm@acme.com>; ann@acme.com"), first_of_several("norm@acme.com and ann@acme.com")
    ('Norm Smith <norm@acme.com>', 'norm@acme.com')
    >>> first_of_several("norm@acme.com;") is None, first_of_several("norm@acme,com\nann@acme.com")
    (True, 'norm@acme')
    """
    if text.count("@") < 2 or judge_email(text).codes != ("E106",):
        return None
    for separator in (_BETWEEN, _WORDS):
        first = next(piece.strip() for piece in separator.split(text) if "@" in piece)
        if judge_email(first).codes != ("E106",):
            return first
    return first
