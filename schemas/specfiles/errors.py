"""What is wrong with a schema file, and at which line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SpecError(ValueError):
    """A schema file cannot be used. The text is one line: what is wrong, and the way out.

    Attributes:
        line: Where it is wrong, from 1; None where that is not known, or concerns the file as a whole.
    """

    def __init__(self, text: str, line: int | None = None) -> None:
        super().__init__(" ".join(text.split()))
        self.line = line


def suggest(word: str, known: Iterable[str]) -> str:
    """Return how to go on after a word that is not known: the nearest one, or all there are.

    >>> suggest("max_lenght", ["max_length", "name"]), suggest("x", ["reject", "keep"])
    ('did you mean max_length?', 'there are: reject, keep')
    """
    words = list(known)
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"there are: {', '.join(words)}"
