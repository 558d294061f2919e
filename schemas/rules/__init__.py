"""The catalogue: every rule, once, in the order in which it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemas.rules import (
    cells,
    dates,
    duplicates,
    emails,
    header,
    mailboxes,
    phones,
    places,
    sense,
    structure,
    texts,
    websites,
)
from schemas.rules.rule import Rule, Severity

__all__ = ["BY_CODE", "RULES", "Rule", "Severity", "error_codes"]

RULES: tuple[Rule, ...] = (
    *structure.RULES,
    *header.RULES,
    *cells.RULES,
    *emails.RULES,
    *mailboxes.RULES,
    *phones.RULES,
    *websites.RULES,
    *texts.RULES,
    *dates.RULES,
    *places.RULES,
    *duplicates.RULES,
    *sense.RULES,
)

BY_CODE: Mapping[str, Rule] = MappingProxyType({rule.code: rule for rule in RULES})

if len(BY_CODE) != len(RULES) or len({rule.name for rule in RULES}) != len(RULES):
    raise ValueError("a rule code or name stands twice in the catalogue")

_LETTER = {"email": "E", "phone": "P", "website": "W", "text": "T", "date": "D", "country": "L", "state": "L"}


def error_codes(kind: str) -> tuple[str, ...]:
    """Return the codes that can reject a cell of a kind, in catalogue order.

    Args:
        kind: One of `specs.Kind`.

    >>> "E101" in error_codes("email"), "P101" in error_codes("email"), "C101" in error_codes("text")
    (True, False, True)
    """
    letters = {_LETTER[kind], "C", "T"}
    return tuple(rule.code for rule in RULES if rule.code[0] in letters and rule.severity is Severity.ERROR)
