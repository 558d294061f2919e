"""Chooses the schema when none was named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.contracts import (
    FALLBACK,
    Contract,
    FieldSpec,
    everyday_names,
    fields_of_schema,
    fold,
    load_contract,
    schema_names,
)
from pipeline.mapping.matching import fits


class _Score(NamedTuple):
    """How well a header fits a schema; the first difference decides.

    Attributes:
        exact: Columns that bear one of its telling names.
        folded: Columns whose names differ from one by case, blanks and punctuation only.
        common: Columns that bear any of its names. It decides between two objects of one target.
    """

    exact: int
    folded: int
    common: int


def choose_schema(header: Sequence[str]) -> tuple[Contract, str]:
    """Return the contract whose own field names match most of the header, and why, as half a sentence.

    Only telling names count: `Email`, `phone` or `Company` are what anybody calls such a column, whichever target has
    a field of that name. Exact matches count before folded ones; aliases do not count, since they are what targets have
    in common. A schema whose key or required columns are not there is passed over. A tie or no match at all falls to
    the generic schema.

    >>> choose_schema(["C_EmailAddress", "C_FirstName"])[0].name
    'eloqua.contact'
    >>> choose_schema(["FirstName", "LastName", "Email", "MailingCity"])[0].name
    'salesforce.contact'
    >>> choose_schema(["Email", "First Name", "Last Name", "Company", "Phone"])[0].name
    'generic.contact'
    """
    candidates = {name: fields_of_schema(name) for name in schema_names() if name != FALLBACK}
    scores = {name: _score(header, fields) for name, fields in candidates.items() if fits(header, fields)}
    best = max(scores.values(), default=_Score(0, 0, 0))
    if (best.exact, best.folded) == (0, 0):
        general = load_contract(FALLBACK)
        names = {fold(field.name) for field in general.fields}
        borne = sum(fold(name) in names for name in header)
        if borne:
            return general, f"{borne} of {len(header)} columns bear its field names"
        return general, "the header has no schema's own field names, and this is the general one"
    winners = [name for name, score in scores.items() if score == best]
    if len(winners) > 1:
        return load_contract(
            FALLBACK
        ), f"{' and '.join(winners)} match the header equally well, and this is the general one"
    chosen = load_contract(winners[0])
    own = {fold(field.name) for field in chosen.fields}
    return chosen, f"{sum(fold(name) in own for name in header)} of {len(header)} columns bear its field names"


def _score(header: Sequence[str], fields: Sequence[FieldSpec]) -> _Score:
    everyday = everyday_names()
    names = {field.name for field in fields}
    telling = {name for name in names if name.casefold() not in everyday}
    columns = set(header)
    lowered = {name.casefold() for name in telling}
    # `First-Name` is what people write, though folded it is the name of a field.
    ambiguous = set(map(fold, everyday))
    known = set(map(fold, telling))
    folded = {
        column
        for column in columns
        if column.casefold() in lowered or (fold(column) in known and fold(column) not in ambiguous)
    }
    return _Score(len(columns & telling), len(folded), len(columns & names))
