"""Maps a header to a contract: exact names, then folded ones, then aliases. A likeness is only ever suggested."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.contracts import Contract, FieldSpec, fold
from pipeline.errors import UsageError

_PHONE_DIGITS = 7
"""A header with so many digits is a phone number, and so a record."""

How = Literal["exact", "folded", "alias"]


@dataclass(frozen=True, slots=True)
class Mapped:
    """One column that answers to a field.

    Attributes:
        position: 0-based position in the file.
        column: Its header as in the file.
        field: The field.
        how: By which comparison.
    """

    position: int
    column: str
    field: FieldSpec
    how: How


@dataclass(frozen=True, slots=True)
class HeaderMap:
    """A file's c columns against a contract.

    Attributes:
        header: The c column names as in the file.
        mapped: The columns that answer to a field, in the file's order; each field at most once, the key among them.
        unmapped: The positions of the others.
    """

    header: tuple[str, ...]
    mapped: tuple[Mapped, ...]
    unmapped: tuple[int, ...]

    def __post_init__(self) -> None:
        positions = sorted([*(column.position for column in self.mapped), *self.unmapped])
        if positions != list(range(len(self.header))):
            raise ValueError("a header map accounts for every column once")
        if len({column.field.name for column in self.mapped}) != len(self.mapped):
            raise ValueError("a field takes one column")

    @property
    def fields(self) -> tuple[str, ...]:
        """The field names that the file has, in the file's order: the columns of `clean.csv`."""
        return tuple(column.field.name for column in self.mapped)


def map_header(header: Sequence[str], contract: Contract, *, file: str) -> HeaderMap:
    """Return which columns answer to which fields.

    Args:
        header: The file's c column names.
        contract: The schema.
        file: The file's name, for messages.

    Raises:
        UsageError: Two columns answer to one field, or none to the key or to a field whose column must be there. The
            text names the positions (1-based) and the way out.
    """
    found: dict[int, tuple[FieldSpec, How]] = {}
    for position, column in enumerate(header):
        match = _match(column, contract.fields)
        if match is not None:
            found[position] = match
    counts = Counter(field.name for field, _ in found.values())
    for name, count in counts.items():
        if count > 1:
            places = " and ".join(
                f"column {position + 1} ({header[position]!r})"
                for position, (field, _) in found.items()
                if field.name == name
            )
            raise UsageError(
                f"{file}: {places} both answer to the field {name} of {contract.name}; "
                "rename or remove all but one in the header"
            )
    for field in contract.fields:
        if (field.key or field.required) and field.name not in counts:
            free = [column for position, column in enumerate(header) if position not in found]
            raise UsageError(_missing(field, header, free, contract, file))
    mapped = tuple(Mapped(position, header[position], field, how) for position, (field, how) in found.items())
    return HeaderMap(tuple(header), mapped, tuple(position for position in range(len(header)) if position not in found))


def fits(header: Sequence[str], contract: Contract) -> bool:
    """Return whether a header has a column for the key and for every field whose column must be there."""
    found = {match[0].name for column in header if (match := _match(column, contract.fields)) is not None}
    return all(field.name in found for field in contract.fields if field.key or field.required)


def _match(column: str, fields: Sequence[FieldSpec]) -> tuple[FieldSpec, How] | None:
    folded = fold(column)
    for field in fields:
        if column == field.name:
            return field, "exact"
    if folded:
        for field in fields:
            if folded == fold(field.name):
                return field, "folded"
        for field in fields:
            if folded in map(fold, field.aliases):
                return field, "alias"
    return None


def _missing(field: FieldSpec, header: Sequence[str], free: Sequence[str], contract: Contract, file: str) -> str:
    what = "the key" if field.key else "a required field"
    names = {fold(name): name for name in (field.name, *field.aliases)}
    near = [column for column in free if difflib.get_close_matches(fold(column), names, n=1, cutoff=0.6)]
    hint = (
        f"does {near[0]!r} hold it? Then rename it to {field.name}" if near else f"name one of its columns {field.name}"
    )
    start = f"{file}: no column for {field.name}, {what} of {contract.name}"
    if any("@" in column or sum(map(str.isdigit, column)) >= _PHONE_DIGITS for column in header):
        return f"{start}; its first line looks like a record and not like a header: add a line of column names above it"
    shown = ", ".join(repr(column) for column in header[:12]) + (", …" if len(header) > 12 else "")
    return f"{start}; {hint}, or say with --header-row on which line the header is (taken for it: {shown})"
