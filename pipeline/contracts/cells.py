"""What is asked about single cells, and how a rule says what it found in one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schemas.rules import BY_CODE
from schemas.specs import FieldSpec

if TYPE_CHECKING:
    import pandas as pd

MOST_CHOICES = 12
"""More choices of a field are not spelt out in a message."""


def as_text(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column of a caller's frame as text: missing values as "", integers as their digits.

    Raises:
        TypeError: It holds floats, dates or other objects, whose spelling in the file is lost.
    """
    from schemas.frames import as_text as convert

    return convert(column)


def guess_kind(texts: Sequence[str], *, region: str | None = None) -> str:
    """Return what a sample of a column's values seems to hold: a kind, `date`, `number` or `empty`.

    Args:
        texts: The sample.
        region: Where phones without a country code belong; by default as for a schema that names none.
    """
    return guess_share(texts, region=region)[0]


def guess_share(texts: Sequence[str], *, region: str | None = None) -> tuple[str, float]:
    """Return what a sample of a column's values seems to hold, as `guess_kind`, and the share of them that do."""
    from schemas.kinds.guessing import guess_share as guess
    from schemas.specs import DEFAULT_REGION

    return guess(texts, region=region or DEFAULT_REGION)


def is_blank(text: str) -> bool:
    """Return whether a cell holds nothing: no text, nothing to be seen, or a placeholder."""
    from schemas.kinds.blanks import is_blank as judge_it

    return judge_it(text)


def first_email(text: str) -> str | None:
    """Return the first of several e-mail addresses in a cell; None if it does not hold several."""
    from schemas.kinds.several_emails import first_of_several

    return first_of_several(text)


def message_of(code: str, field: FieldSpec | None = None, done: str = "", **parameters: object) -> str:
    """Return a rule's sentence for one place, and what a policy did about it.

    Args:
        code: The rule.
        field: The field, for its limit and its choices.
        done: `blanked`, `kept` or "".
        parameters: What else the rule's message names.

    >>> message_of("C101")
    'the field is required and the cell is empty'
    """
    known = {"limit": field.max_length, "choices": _shown(field.choices)} if field else {}
    text = (
        BY_CODE[code].message.format_map({**known, **parameters})
        if "{" in BY_CODE[code].message
        else BY_CODE[code].message
    )
    return text + {"": "", "blanked": "; left blank, as asked", "kept": "; kept as it was, as asked"}[done]


def _shown(choices: Sequence[str]) -> str:
    """Return the choices of a field in a line."""
    more = len(choices) - MOST_CHOICES
    return ", ".join(choices[:MOST_CHOICES]) + (f" and {more} more" if more > 0 else "")
