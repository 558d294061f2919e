"""What a schema says, as plain data: its target, its fields, and what a run may decide otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from schemas.kinds.blanks import DEFAULT_PLACEHOLDERS, fold_placeholders

Kind = Literal["email", "phone", "website", "text", "date", "country", "state"]
PhoneForm = Literal["e164", "international", "rfc3966"]
OnInvalid = Literal["reject", "blank", "keep"]
DateOrder = Literal["day-first", "month-first"]
CountryForm = Literal["name", "alpha2", "alpha3"]
StateForm = Literal["name", "code"]

DEFAULT_REGION = "US"
"""Region of the vendor's sample; a schema or a run names another."""


@dataclass(frozen=True, slots=True)
class Target:
    """The object of a platform that a schema describes, with the defaults for sending to it.

    Attributes:
        name: `target.object`, the schema's name.
        title: The target in words.
        hub: The Open Connectors hub, or None where no platform is named.
        object: The object's name in the request path, or None.
        upsert_key: The field by which the platform updates instead of creating, or None if it is not known to.
        blank_overwrites: Whether an empty cell blanks out what the target holds.
        region: Region of phone numbers written without a country code (CLDR two-letter code), where the record names no
            country.
        phone_form: How phones are written out.
        country_form: How countries are written out: English short name, two or three letters of ISO 3166-1; None leaves
            them as they are.
        state_form: How states are written out: name, or code of ISO 3166-2 without the country; None leaves them.
        date_order: What comes first in a date of numbers alone, as `03/04/2025`; None where that is not known, so that
            such a date is refused.
        on_invalid: What becomes of a bad cell in an optional field.
        strict_phones: Whether a possible number that is not assigned is an error.
        placeholders: Texts that stand for no value, in any case; kept as `fold_placeholders` makes them.
        duplicates_by: Names of the fields that are equal in two records of one contact; empty for the key alone.
        max_part_records: Most records in one upload, or None where no source gives a limit.
        max_part_bytes: Most bytes in one upload, or None.
        notes: What a user must know, a sentence each.
        sources: Where these values come from.
    """

    name: str
    title: str
    hub: str | None = None
    object: str | None = None
    upsert_key: str | None = None
    blank_overwrites: bool = True
    region: str = DEFAULT_REGION
    phone_form: PhoneForm = "e164"
    country_form: CountryForm | None = None
    state_form: StateForm | None = None
    date_order: DateOrder | None = None
    on_invalid: OnInvalid = "reject"
    strict_phones: bool = False
    placeholders: tuple[str, ...] = tuple(sorted(DEFAULT_PLACEHOLDERS))
    duplicates_by: tuple[str, ...] = ()
    max_part_records: int | None = None
    max_part_bytes: int | None = None
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        target, dot, what = self.name.partition(".")
        if not (target and dot and what):
            raise ValueError(f"a schema is named target.object, not {self.name!r}")
        if self.on_invalid not in get_args(OnInvalid):
            raise ValueError(f"on_invalid is one of {', '.join(get_args(OnInvalid))}, not {self.on_invalid!r}")
        object.__setattr__(self, "placeholders", fold_placeholders(self.placeholders))


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What the pipeline knows of one field.

    Attributes:
        name: The target's name for it, and the column's name in a frame to validate.
        kind: Which kind judges its cells.
        aliases: Other names of its column, as people write them.
        key: Whether it identifies a contact. Its column must be there.
        required: Whether a blank cell is an error.
        max_length: Most characters (code points), or None where no source gives a limit.
        flatten: Whether a line break inside a cell becomes a blank.
        choices: The values of a picklist, as the target spells them; empty where any text will do.
        closed: Whether the target takes no other value than a choice.
        date_order: What comes first in a date of numbers alone; None leaves it to the schema.
        on_invalid: What becomes of a bad cell; None leaves it to the schema. Never applied to the key or a required
            field.
        strict: Whether a possible number that is not assigned is an error; None leaves it to the schema.
        placeholders: Texts that stand for no value here, in any case; None leaves them to the schema. Kept as
            `fold_placeholders` makes them.
        source: Where name and limit come from.
    """

    name: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    key: bool = False
    required: bool = False
    max_length: int | None = None
    flatten: bool = False
    choices: tuple[str, ...] = ()
    closed: bool = True
    date_order: DateOrder | None = None
    on_invalid: OnInvalid | None = None
    strict: bool | None = None
    placeholders: tuple[str, ...] | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if self.on_invalid not in (None, *get_args(OnInvalid)):
            raise ValueError(
                f"field {self.name!r}: on_invalid is one of {', '.join(get_args(OnInvalid))}, not {self.on_invalid!r}"
            )
        if self.placeholders is not None:
            object.__setattr__(self, "placeholders", fold_placeholders(self.placeholders))


@dataclass(frozen=True, slots=True)
class Policy:
    """What a run decides instead of the schema. The default decides nothing.

    Attributes:
        on_invalid: What becomes of a bad cell in an optional field; None leaves it to field and schema.
        strict_phones: Whether a possible number that is not assigned is an error, whatever field and schema say; if
            not, they decide.
        region: Region of phone numbers without a country code, where the record names no country; None leaves it to
            the schema.
        date_order: What comes first in a date of numbers alone; None leaves it to field and schema.
        placeholders: Texts that stand for no value, instead of those of field and schema; none at all if empty; None
            leaves them to field and schema. Kept as `fold_placeholders` makes them.
        more_placeholders: Others beside those; likewise.
    """

    on_invalid: OnInvalid | None = None
    strict_phones: bool = False
    region: str | None = None
    date_order: DateOrder | None = None
    placeholders: tuple[str, ...] | None = None
    more_placeholders: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.placeholders is not None:
            object.__setattr__(self, "placeholders", fold_placeholders(self.placeholders))
        object.__setattr__(self, "more_placeholders", fold_placeholders(self.more_placeholders))
        if self.on_invalid not in (None, *get_args(OnInvalid)):
            raise ValueError(f"on_invalid is one of {', '.join(get_args(OnInvalid))}, not {self.on_invalid!r}")
        if self.date_order not in (None, *get_args(DateOrder)):
            raise ValueError(f"date_order is one of {', '.join(get_args(DateOrder))}, not {self.date_order!r}")
        if self.region is not None and not (len(self.region) == 2 and self.region.isascii() and self.region.isupper()):
            raise ValueError(f"a region is two capital letters, as US or GB, not {self.region!r}")


def placeholders_of(field: FieldSpec | None, target: Target, policy: Policy) -> frozenset[str]:
    """Return the case-folded texts that stand for no value in a field: the run decides, then field, then schema.

    Args:
        field: The field; None for those of the schema that say nothing.
        target: The schema's defaults.
        policy: What the run decides instead.

    >>> target = Target("my.contact", "Mine", placeholders=("TBD",))
    >>> sorted(placeholders_of(FieldSpec("city", "text"), target, Policy(more_placeholders=("xx",))))
    ['tbd', 'xx']
    >>> placeholders_of(FieldSpec("city", "text", placeholders=("?",)), target, Policy(placeholders=()))
    frozenset()
    """
    of_field = field.placeholders if field else None
    known = target.placeholders if of_field is None else of_field
    return frozenset((*(known if policy.placeholders is None else policy.placeholders), *policy.more_placeholders))


def strict_of(field: FieldSpec | None, target: Target, policy: Policy) -> bool:
    """Return whether a phone number that is possible and not assigned is an error: for the run, or field or schema.

    Args:
        field: The field; None for those of the schema that say nothing.
        target: The schema's defaults.
        policy: What the run decides instead.
    """
    of_field = field.strict if field else None
    return policy.strict_phones or (target.strict_phones if of_field is None else of_field)
