"""Guesses what a column of any table holds, for people to look at. Nothing is judged by it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from schemas.kinds.blanks import is_blank
from schemas.kinds.emails import judge_email
from schemas.kinds.phones import judge_phone
from schemas.kinds.websites import judge_website
from schemas.specs import DEFAULT_REGION

CLEAR = 0.8
"""Share of the values that must agree before a kind is named; the product's own choice."""

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d+)?")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[T ].*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_PHONE_LENGTH = 7
"""A shorter run of digits is a number, not a phone."""


def guess_kind(texts: Sequence[str], *, region: str = DEFAULT_REGION) -> str:
    """Return `email`, `phone`, `website`, `date`, `number`, `text` or `empty` for a sample of a column's values.

    Args:
        texts: Some of its values, blanks and placeholders among them.
        region: Where phones without a country code belong.

    >>> guess_kind(["ann@acme.com", "bob@beta.org", ""]), guess_kind(["444) 444-1234"]), guess_kind(["12", "7.5"])
    ('email', 'phone', 'number')
    """
    return guess_share(texts, region=region)[0]


def guess_share(texts: Sequence[str], *, region: str = DEFAULT_REGION) -> tuple[str, float]:
    """Return the same, and the share (0 to 1) of the values present that are of the kind; 1 for `text` and `empty`.

    >>> guess_share(["ann@acme.com", "bob@beta.org", "cy@gamma.net", "dee@delta.io", "soon"])
    ('email', 0.8)
    """
    present = [text.strip() for text in texts if not is_blank(text)]
    if not present:
        return "empty", 1.0
    tests: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("email", lambda text: "@" in text and judge_email(text).value is not None),
        ("date", lambda text: bool(_DATE.fullmatch(text))),
        ("phone", lambda text: _may_be_phone(text) and judge_phone(text, region=region).value is not None),
        ("number", lambda text: bool(_NUMBER.fullmatch(text))),
        ("website", lambda text: "." in text and " " not in text and judge_website(text).value is not None),
    )
    for kind, is_one in tests:
        share = sum(map(is_one, present)) / len(present)
        if share >= CLEAR:
            return kind, share
    return "text", 1.0


def _may_be_phone(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return digits >= _PHONE_LENGTH and not ("." in text and _NUMBER.fullmatch(text))
