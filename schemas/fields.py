"""Builders of schema fields: a Pandera field, the kind that judges it, and how its column is recognised.

    class MyContact(ContactSchema):
        email: str = Email("E-Mail", key=True)
        phone: str | None = Phone("Telephone")

        class Config:
            metadata = describe(Target(name="my.contact", title="My list"))

A field annotated `str` must be a column of the frame; one annotated `str | None` may be absent.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypedDict, Unpack

import pandera.pandas as pa
from pandera.api.base.checks import CheckResult
from pandera.engines.pandas_engine import STRING

from schemas.aliases import CONCEPTS
from schemas.carrying import read_verdicts
from schemas.kinds.choices import choice_judge
from schemas.rules import error_codes
from schemas.specs import DateOrder, FieldSpec, Kind, OnInvalid, Target
from schemas.target_names import TARGET_NAMES

REFUSED = "contactprep.refused"
"""Name of the check that stands for all rules of a field in a terse schema."""

_MARK = "contactprep"
"""Under this key our description stands in Pandera's `metadata`, beside whatever else a user keeps there."""


def _field(kind: Kind, name: str, options: Options, **more: Any) -> Any:
    """Return the Pandera field of a kind that answers to a concept's names and to some of its own."""
    said: dict[str, Any] = {**options}
    concept, aliases = said.pop("concept", kind if kind in CONCEPTS else None), said.pop("aliases", ())
    if concept is not None and concept not in CONCEPTS:
        raise ValueError(f"field {name!r}: no concept {concept!r}; there are {', '.join(sorted(CONCEPTS))}")
    known = names_of(concept) if concept else ()
    return field_of(FieldSpec(name=name, kind=kind, aliases=(*known, *aliases), **said, **more))


def names_of(concept: str) -> tuple[str, ...]:
    """Return the names that a field of a concept answers to.

    Raises:
        KeyError: No such concept.
    """
    return (*CONCEPTS[concept], *TARGET_NAMES.get(concept, ()))


def field_of(spec: FieldSpec) -> Any:
    """Return the Pandera field of a spec: nullable text, a check for each code that can reject a cell of its kind.

    Raises:
        ValueError: The spec allows no character, or its choices cannot be told apart.
    """
    if spec.max_length is not None and spec.max_length < 1:
        raise ValueError(f"field {spec.name!r}: max_length is at least 1")
    if spec.choices:
        try:
            choice_judge(spec.choices, closed=spec.closed, max_length=spec.max_length, flatten=spec.flatten)
        except ValueError as reason:
            raise ValueError(f"field {spec.name!r}: {reason}") from None
    field = pa.Field(alias=spec.name, nullable=True, metadata={_MARK: spec})
    field.checks.extend(
        # Missing values are judged too (C101). Every failing value is spelt out, for whoever uses plain Pandera; the
        # pipeline has a terse copy of the schema.
        pa.Check(_NotRefusedFor(code), name=code, ignore_na=False, n_failure_cases=None)
        for code in error_codes(spec.kind)
    )
    return field


class _NotRefusedFor:
    """A check that reads the verdict that the schema's parser left with the frame.

    Args:
        code: The rule that may refuse a cell of the column.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        self.__name__ = code

    def __call__(self, column: Any) -> Any:
        return read_verdicts(column).passes(str(column.name), self.code, column.index)


class _OfRecords(pa.Check):
    """A check that no cell of a record is refused, and which names no failing value: Pandera writes these out."""

    def __call__(self, check_obj: Any, column: str | None = None) -> CheckResult:
        good = self._check_fn(check_obj if column is None else check_obj[column])
        return CheckResult(good, bool(good.all()), check_obj, None)


class _WholeText(STRING):  # pyright: ignore[reportUntypedBaseClass]  # its decorators hide it, and its arguments
    """Text, where a column of this very type passes as a whole: Pandera asks each cell, and writes out the failing."""

    def check(self, pandera_dtype: Any, data_container: Any = None) -> Any:
        is_text = getattr(pandera_dtype, "type", None) == self.type
        return is_text or super().check(pandera_dtype, data_container)


def terse(schema: pa.DataFrameSchema) -> pa.DataFrameSchema:
    """Return a copy of a contact schema for whoever has the verdicts: one check of them, `REFUSED`, of whole records.

    The other checks, a user's own, stay, and spell out one failing value each. What Pandera costs lies in the number of
    columns, in the number of checks that fail and in the text of failing values, even of none, not in finding them. So
    columns of which nothing else is asked are left out.
    """
    terse = copy.copy(schema)
    terse.columns = {name: copy.copy(column) for name, column in schema.columns.items()}
    of_records = [_OfRecords(lambda column: read_verdicts(column).accepts(column.index), name=REFUSED)]
    for column in terse.columns.values():
        own = [copy.copy(check) for check in column.checks if not isinstance(check._check_fn, _NotRefusedFor)]
        for check in own:
            check.n_failure_cases = 1
        spec = (column.metadata or {}).get(_MARK)
        if isinstance(spec, FieldSpec) and isinstance(column.dtype, STRING):
            column.dtype = _WholeText(column.dtype.storage)
        # The key bears it: its column is always there.
        column.checks = [*of_records, *own] if isinstance(spec, FieldSpec) and spec.key else own
    if not (schema.strict or schema.ordered):
        terse.columns = {name: column for name, column in terse.columns.items() if not _passes_anyhow(column)}
    return terse


def _passes_anyhow(column: pa.Column) -> bool:
    """Return whether a column of text passes whatever it holds, and whether or not it is there."""
    asked = (column.checks, column.required, column.unique, column.coerce, column.parsers, column.regex, column.default)
    return isinstance(column.dtype, _WholeText) and bool(column.nullable) and not any(asked)


class Options(TypedDict, total=False):
    """What every builder of a field takes beside the column's name; each has the default of `FieldSpec`.

    Attributes:
        required: Whether a blank cell is an error.
        concept: What the column means, by which its other names are known; by default the kind, where it is a concept.
        aliases: Other names of its column, beside those of the concept.
        max_length: Most characters (code points), or None where no source gives a limit.
        on_invalid: What becomes of a bad cell; None leaves it to the schema.
        placeholders: Texts that stand for no value; None leaves them to the schema.
        source: Where name and limit come from.
    """

    required: bool
    concept: str | None
    aliases: Sequence[str]
    max_length: int | None
    on_invalid: OnInvalid | None
    placeholders: Sequence[str] | None
    source: str


def Email(name: str, *, key: bool = False, **options: Unpack[Options]) -> Any:  # noqa: N802  # reads as a type does
    """Return a field for e-mail addresses, judged by email-validator. A key is required unless said otherwise."""
    return _field("email", name, {"required": key, **options}, key=key)


def Phone(name: str, *, strict: bool | None = None, **options: Unpack[Options]) -> Any:  # noqa: N802
    """Return a field for phone numbers, judged by phonenumbers and written in the target's form."""
    return _field("phone", name, options, strict=strict)


def Website(name: str, **options: Unpack[Options]) -> Any:  # noqa: N802
    """Return a field for http(s) addresses with a real host name, in the WHATWG spelling."""
    return _field("website", name, options)


def Text(  # noqa: N802
    name: str,
    *,
    flatten: bool = False,
    choices: Sequence[str] = (),
    closed: bool = True,
    **options: Unpack[Options],
) -> Any:
    """Return a field for text: trimmed, NFC, without control and invisible characters, never re-cased or cut.

    With `choices` it is a picklist: what differs from a choice by case, blanks or punctuation gets its spelling.
    Anything else is refused, or with `closed=False` kept with a warning, where an account can extend the list.
    """
    return _field("text", name, options, flatten=flatten, choices=tuple(choices), closed=closed)


def Date(name: str, *, order: DateOrder | None = None, **options: Unpack[Options]) -> Any:  # noqa: N802
    """Return a field for days, written YYYY-MM-DD. `order` says what comes first in `03/04/2025`, if that is known."""
    return _field("date", name, options, date_order=order)


def Country(name: str, **options: Unpack[Options]) -> Any:  # noqa: N802
    """Return a field for countries, written in the target's form. The first of a schema is the record's country."""
    return _field("country", name, options)


def State(name: str, **options: Unpack[Options]) -> Any:  # noqa: N802
    """Return a field for states and provinces, read in the record's country and written in the target's form."""
    return _field("state", name, options)


def describe(target: Target) -> dict[str, Any]:
    """Return the `metadata` of a schema's `Config` that names its target."""
    return {_MARK: target}


def target_of(schema: type[pa.DataFrameModel]) -> Target:
    """Return what a schema says of its target.

    Raises:
        TypeError: The class is a Pandera model but no contact schema.
    """
    found = (getattr(schema.Config, "metadata", None) or {}).get(_MARK)
    if not isinstance(found, Target):
        raise TypeError(f"{schema.__name__} names no target: give its Config `metadata = describe(Target(...))`")
    return found


def fields_of(schema: type[pa.DataFrameModel]) -> tuple[FieldSpec, ...]:
    """Return the fields of a schema in the order of its class body.

    Columns that a user declared with a bare `pa.Field` are not among them: Pandera checks those alone.
    """
    return _specs_of(schema.to_schema().columns)


def declared_in(schema: type[pa.DataFrameModel]) -> tuple[FieldSpec, ...]:
    """Return the fields of a schema of ours, as `fields_of` does, without building it, which takes Pandera 10 ms."""
    return _specs_of({name: field for name, (_, field) in schema.__fields__.items()})


def _specs_of(columns: Mapping[str, Any]) -> tuple[FieldSpec, ...]:
    found: list[FieldSpec] = []
    for name, column in columns.items():
        spec = (column.metadata or {}).get(_MARK)
        if isinstance(spec, FieldSpec):
            found.append(spec if spec.name == name else replace(spec, name=name))
    return tuple(found)
