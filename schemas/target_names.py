"""Field names that only a target has, and how they differ from what people write.

A file prepared for one target can be mapped to another, so that a field answers to these names too. They also tell
which target a file is for, which `Email` or `Phone` cannot: those are names that anybody gives a column.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from schemas.aliases import CONCEPTS

TARGET_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "street": ("MailingStreet",),
        "city": ("MailingCity",),
        "state": ("MailingState",),
        "postal_code": ("MailingPostalCode",),
        "country": ("MailingCountry",),
        "lead_status": ("hs_lead_status",),
    }
)
"""By concept: names that no everyday name is equal to when folded. What `CONCEPTS` has is not repeated."""


@cache
def everyday_names() -> frozenset[str]:
    """Return the case-folded names that people give columns, whatever the target.

    A name with an underscore is a system's, not a person's; the names of concepts themselves are those of the general
    schema, and tell no target.
    """
    said = {name.casefold() for names in CONCEPTS.values() for name in names if "_" not in name}
    return frozenset(said) | CONCEPTS.keys()
