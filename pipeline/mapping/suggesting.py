"""What a column without a field may be: by its name, and by what its cells look like. Printed, never applied."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pipeline.contracts import Contract, FieldSpec, fold, guess_share

SAMPLE = 100
"""Records from the beginning of a file by whose cells a kind is guessed. A guess needs four fifths of them to agree, so
that more would decide no differently and take longer."""

_ALIKE = 0.75
"""Likeness (difflib's ratio, 0 to 1) from which a name is enough alone: one wrong or transposed letter in four."""

_ALIKE_OF_A_KIND = 0.6
"""Likeness from which it is enough where the cells are of the field's kind."""

_KINDS = {"email": "e-mail addresses", "phone": "phone numbers", "website": "websites"}
"""Kinds that cells show by themselves, and what such cells are called."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a column may be.

    Attributes:
        position: 0-based position in the file.
        column: Its header as in the file.
        field: The field's name.
        reason: Why, as part of a sentence.
    """

    position: int
    column: str
    field: str
    reason: str

    @property
    def text(self) -> str:
        """The suggestion as half a sentence."""
        return f"column {self.position + 1} {self.column!r} looks like {self.field} ({self.reason})"


def suggest(
    header: Sequence[str],
    free: Sequence[int],
    contract: Contract,
    taken: Collection[str],
    cells: Mapping[int, Sequence[str]],
    *,
    region: str | None = None,
) -> tuple[Suggestion, ...]:
    """Return what columns may be, in the file's order; each field is suggested once, to the column most like it.

    Args:
        header: c column names.
        free: Positions of the columns without a field.
        contract: The schema.
        taken: Names of the fields that have a column.
        cells: Some cells of these columns, by position, where they are known.
        region: Where phone numbers without a country code belong; None leaves it to the schema.
    """
    fields = [field for field in contract.fields if field.name not in taken]
    rated: list[tuple[float, int, Suggestion]] = []
    for position in free:
        kind, share = guess_share(cells.get(position, ()), region=region or contract.target.region)
        for field in fields:
            found = _rate(header[position], field, kind, share, fields)
            if found is not None:
                rated.append((-found[0], position, Suggestion(position, header[position], field.name, found[1])))
    rated.sort(key=lambda one: one[:2])
    chosen: dict[str, Suggestion] = {}
    seen: set[int] = set()
    for _, position, suggestion in rated:
        if position not in seen and suggestion.field not in chosen:
            chosen[suggestion.field] = suggestion
            seen.add(position)
    return tuple(sorted(chosen.values(), key=lambda one: one.position))


def _rate(
    column: str, field: FieldSpec, kind: str, share: float, fields: Sequence[FieldSpec]
) -> tuple[float, str] | None:
    """Return how well a column suits a field and why, or None if it does not."""
    likeness = _likeness(column, field)
    shown = f"{round(share * 100)}% of its cells are {_KINDS[kind]}" if kind in _KINDS else ""
    if field.kind == kind and kind in _KINDS:
        if likeness >= _ALIKE_OF_A_KIND:
            return 1 + likeness, f"its name, and {shown}"
        if sum(one.kind == kind for one in fields) == 1:
            return 1 + likeness, shown
        return None
    # Cells that are plainly of another kind speak against a name.
    if likeness >= _ALIKE and kind not in _KINDS and (field.kind not in _KINDS or kind in ("text", "empty")):
        return likeness, "its name"
    return None


def _likeness(column: str, field: FieldSpec) -> float:
    name = fold(column)
    if not name:
        return 0.0
    return max(difflib.SequenceMatcher(None, name, fold(one)).ratio() for one in (field.name, *field.aliases))
