"""Which field a column answers to by its name alone: exact, then folded, then by alias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pipeline.contracts import CONCEPTS, READINGS, FieldSpec, Reading, fold

How = Literal["mapping", "exact", "folded", "alias"]

_READINGS: Mapping[str, Reading] = {fold(name): reading for name, reading in READINGS.items()}


def match_names(header: Sequence[str], fields: Sequence[FieldSpec]) -> dict[int, tuple[FieldSpec, How]]:
    """Return the field of each column that answers to one, by position; two columns may answer to the same.

    Args:
        header: c column names.
        fields: The schema's fields.
    """
    found = {position: match for position, name in enumerate(header) if (match := _match(name, fields)) is not None}
    folded = [fold(name) for name in header]
    for position, name in enumerate(folded):
        reading = _READINGS.get(name)
        if reading is None or (position in found and found[position][1] == "exact"):
            continue
        others = {field.name for place, (field, _) in found.items() if place != position}
        field = _read(reading, folded, fields, others)
        if field is not None:
            found[position] = (field, "alias")
        elif not {*map(fold, reading.beside)}.isdisjoint(folded):
            found.pop(position, None)
    return found


def fits(header: Sequence[str], fields: Sequence[FieldSpec]) -> bool:
    """Return whether a header has a column for the key and for every field whose column must be there."""
    found = {field.name for field, _ in match_names(header, fields).values()}
    return all(field.name in found for field in fields if field.key or field.required)


def _match(column: str, fields: Sequence[FieldSpec]) -> tuple[FieldSpec, How] | None:
    folded = fold(column)
    for field in fields:
        if column == field.name:
            return field, "exact"
    if folded:
        named = [field for field in fields if folded == fold(field.name)]
        if named:
            # Names that differ in nothing but what folding takes away are not told apart by it.
            return (named[0], "folded") if len(named) == 1 else None
        for field in fields:
            if folded in map(fold, field.aliases):
                return field, "alias"
    return None


def _read(reading: Reading, folded: Sequence[str], fields: Sequence[FieldSpec], taken: set[str]) -> FieldSpec | None:
    """Return the field that a name with two meanings stands for among these columns, or None."""
    is_beside = not {*map(fold, reading.beside)}.isdisjoint(folded)
    if is_beside and reading.then is None:
        return None
    field = _field_of(reading.then, fields) if is_beside else None
    if field is not None and field.name not in taken:
        return field
    if is_beside and field is None:
        return None
    return _field_of(reading.otherwise, fields)


def _field_of(concept: str | None, fields: Sequence[FieldSpec]) -> FieldSpec | None:
    """Return the field that answers to a concept: whose aliases are the concept's."""
    if concept is None:
        return None
    names = set(CONCEPTS[concept])
    return next((field for field in fields if names <= set(field.aliases)), None)
