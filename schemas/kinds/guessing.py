"""Guesses what a column of any table holds, for people to look at. Nothing is judged by it."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
    present = [text.strip() for text in texts if not is_blank(text)]
    if not present:
        return "empty"

    def share(hits: Sequence[bool]) -> bool:
        return sum(hits) >= CLEAR * len(present)

    if share(["@" in text and judge_email(text).value is not None for text in present]):
        return "email"
    if share([bool(_DATE.fullmatch(text)) for text in present]):
        return "date"
    if share([_may_be_phone(text) and judge_phone(text, region=region).value is not None for text in present]):
        return "phone"
    if share([bool(_NUMBER.fullmatch(text)) for text in present]):
        return "number"
    if share(["." in text and " " not in text and judge_website(text).value is not None for text in present]):
        return "website"
    return "text"


def _may_be_phone(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return digits >= _PHONE_LENGTH and not ("." in text and _NUMBER.fullmatch(text))
