"""Letters and digits alone, for comparing names of places and months."""

from __future__ import annotations

import unicodedata


def fold_letters(text: str) -> str:
    """Return a text's letters and digits, without case and accents.

    >>> fold_letters("Côte d'Ivoire"), fold_letters("U.S.A."), fold_letters("Österreich")
    ('cotedivoire', 'usa', 'osterreich')
    """
    return "".join(letter for letter in unicodedata.normalize("NFKD", text).casefold() if letter.isalnum())
