"""Which state of a country a text names, and how it is spelled.

Only countries are known whose states people write as ISO 3166-2 does, by its codes or names: elsewhere addresses hold
counties, departments and cantons under names that the standard does not have, or no state at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import pycountry

from schemas.kinds.folding import fold_letters
from schemas.specs import StateForm

COUNTRIES = frozenset({"AU", "BR", "CA", "US"})
"""The countries whose states are known."""

_EVERYDAY = MappingProxyType(
    {
        "CA": {"newfoundland": "NL", "pei": "PE"},
        "US": {"washingtondc": "DC"},
    }
)
"""Folded names that people write and the standard does not have."""

_MILITARY = frozenset({"aa", "ae", "ap", "armedforcesamericas", "armedforceseurope", "armedforcespacific"})
"""States of military addresses. Source: United States Postal Service, Publication 28, appendix B."""


@cache
def _states(country: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the code of each folded name or code of a country's states, and the name of each code."""
    subdivisions: Any = pycountry.subdivisions
    names = {state.code.partition("-")[2]: state.name for state in subdivisions.get(country_code=country)}
    codes = {fold_letters(name): code for code, name in names.items()} | dict(_EVERYDAY.get(country, {}))
    for code in names:
        codes |= {code.lower(): code, fold_letters(f"{country}{code}"): code}
    return codes, names


def state_of(text: str, country: str) -> str | None:
    """Return the code of the state that a text names, "" for one that has no code in the standard, or None.

    Args:
        text: A name or a code, in any case, with or without accents and punctuation.
        country: One of `COUNTRIES`.

    >>> state_of("calif", "US"), state_of("California", "US"), state_of("Québec", "CA"), state_of("AE", "US")
    (None, 'CA', 'QC', '')
    """
    folded = fold_letters(text)
    if country == "US" and folded in _MILITARY:
        return ""
    return _states(country)[0].get(folded)


def spell_state(code: str, country: str, form: StateForm) -> str:
    """Return a state in a form: its name, or its code without the country.

    >>> spell_state("CA", "US", "name"), spell_state("CA", "US", "code")
    ('California', 'CA')
    """
    return _states(country)[1][code] if form == "name" else code
