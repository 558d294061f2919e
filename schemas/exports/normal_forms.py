"""The shapes of what the kinds write out: regular expressions that every accepted value matches.

They tell an e-mail address from a phone number or a name; they do not judge. What only the judges know (whether a
domain may receive mail, whether a number is possible) no regular expression says. Plain syntax is used that Python and
ECMAScript, in which JSON Schema writes its patterns, read alike; each is anchored, and bears no flag.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemas.specs import FieldSpec, Target

EMAIL = r"^[^\s@]+@[^\s@]+\.[^\s@]+$"
"""One @, no blanks, a dot behind it: email-validator gives back nothing else (no quoted local part, no bare host)."""

WEBSITE = r"^https?://[^\s/?#@]+\.[^\s/?#@]+([/?#]\S*)?$"
"""A serialised URL of http or https whose host has a dot and no user name. Source: `schemas.kinds.websites`."""

DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
"""A day. Source: `schemas.kinds.dates`, which writes YYYY-MM-DD."""

PHONES = MappingProxyType(
    {
        "e164": r"^\+[0-9]+( x[0-9]+)?$",
        "international": r"^\+[0-9][^@]*$",
        "rfc3966": r"^tel:\+[0-9][0-9-]*(;ext=[0-9]+)?$",
    }
)
"""By the form in which a target wants them. Between the digits of the international form each country has marks of its
own, and so has the word before an extension."""


_PATTERNS: Mapping[str, str] = MappingProxyType({"email": EMAIL, "website": WEBSITE, "date": DATE})


def pattern_of(field: FieldSpec, target: Target) -> str | None:
    r"""Return the pattern that every value of a field matches, or None where any text may stand.

    >>> pattern_of(FieldSpec("phone", "phone"), Target("my.contact", "Mine"))
    '^\\+[0-9]+( x[0-9]+)?$'
    """
    return PHONES.get(target.phone_form) if field.kind == "phone" else _PATTERNS.get(field.kind)


def choices_of(field: FieldSpec) -> tuple[str, ...]:
    """Return the only values that a field may hold, or nothing where it may hold others."""
    return field.choices if field.closed else ()


def is_unique(field: FieldSpec, target: Target) -> bool:
    """Return whether no two records of a clean file have the same value: of a required key that alone decides.

    Where a schema finds duplicates by other fields, the key may repeat.
    """
    return field.key and field.required and not getattr(target, "duplicates_by", ())
