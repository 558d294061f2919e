"""A cell that a field accepts as it stands, for people who fill in a file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemas.exports.normal_forms import choices_of
from schemas.kinds.phone_readers import LibraryReader
from schemas.specs import FieldSpec, Target

_BY_KIND: Mapping[str, str] = MappingProxyType(
    # `example.com` is set aside for examples. Source: RFC 2606 section 3.
    {"email": "ann.smith@example.com", "website": "https://www.example.com", "date": "2025-12-31"}
)


def example_of(field: FieldSpec, target: Target) -> str:
    """Return an accepted cell in its normal form: a choice, the example of its kind, or "" where any text will do.

    >>> example_of(FieldSpec("phone", "phone"), Target("my.contact", "Mine", region="GB"))
    '+441212345678'
    """
    choices = choices_of(field)
    if choices:
        return choices[0]
    return _phone(target) if field.kind == "phone" else _BY_KIND.get(field.kind, "")


def _phone(target: Target) -> str:
    """Return the library's own example of a number of the target's region, in the target's form."""
    import phonenumbers

    number = phonenumbers.example_number(target.region)
    return LibraryReader.of(target.region, target.phone_form).write(number) if number is not None else ""
