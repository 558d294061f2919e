"""Guesses the fields of a file by its header and some of its records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import pandas as pd

from pipeline.contracts import (
    FieldSpec,
    Kind,
    Policy,
    Target,
    concept_of_header,
    contract_of_parts,
    guess_kind,
    judge,
    kinds_of_concepts,
    names_of_concept,
)
from pipeline.errors import UsageError
from pipeline.reading import read
from pipeline.records import Source

SAMPLE = 500
"""Distinct values of a column by which its kind is guessed."""

CLEAR = 0.8
"""Share of the sample that a kind must accept, as in `inspect`; the product's own choice."""


def guess_fields(source: Source, target: Target) -> tuple[FieldSpec, ...]:
    """Return a field for each column, in order, none of them key or required.

    A kind is taken if the values look like it, or else if the header means it, and its judge accepts most of a sample;
    where the header means a text (a postal code), it stays one. A concept is given to the first column that means it.

    Args:
        source: The scanned file.
        target: By whose defaults the judges decide.

    Raises:
        UsageError: Two columns have one name, or none has a name.
    """
    names = [name for name in source.header if name.strip()]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not names:
        what = f"several columns are named {twice[0]!r}" if twice else "no column has a name"
        raise UsageError(f"{source.name}: {what}; give each a name of its own in the header")
    samples = _samples(source, names)
    taken: set[str] = set()
    fields: list[FieldSpec] = []
    for name in names:
        concept = concept_of_header(name)
        kind = _kind_of(name, concept, samples[name], target)
        fits = concept is not None and concept not in taken and kinds_of_concepts().get(concept, "text") == kind
        if concept is not None and fits:
            taken.add(concept)
        fields.append(FieldSpec(name, kind, aliases=names_of_concept(concept) if concept and fits else ()))
    return tuple(fields)


def _kind_of(name: str, concept: str | None, sample: Sequence[str], target: Target) -> Kind:
    meant = kinds_of_concepts().get(concept) if concept else None
    if not sample:
        return meant or "text"
    seen = guess_kind(sample)
    looks: list[Kind] = [kind for kind in get_args(Kind) if kind == seen and meant != "text"]
    candidates: list[Kind] = [*looks, *([meant] if meant else [])]
    for kind in candidates:
        if _share(FieldSpec(name, kind, key=True), sample, target) >= CLEAR:
            return kind
    return "text"


def _share(field: FieldSpec, sample: Sequence[str], target: Target) -> float:
    """Return which share of a sample a field accepts."""
    frame = pd.DataFrame({field.name: list(sample)}, dtype="str")
    verdicts = judge(contract_of_parts(target, [field]), frame, Policy()).verdicts.columns[field.name]
    return 1 - float(verdicts.refused.mean())


def _samples(source: Source, names: Sequence[str]) -> Mapping[str, list[str]]:
    """Return distinct values of each column, of the first, the middle and the last range."""
    found: dict[str, dict[str, None]] = {name: {} for name in names}
    places = sorted({0, len(source.ranges) // 2, len(source.ranges) - 1}) if source.ranges else []
    for number, place in enumerate(places, 1):
        frame = read(source, source.ranges[place]).frame
        for name in names:
            cells: pd.Series[Any] = frame[source.header.index(name)]
            few = cells[cells.str.strip() != ""].drop_duplicates().head(SAMPLE)
            for text in few.tolist():
                if len(found[name]) < SAMPLE * number // len(places):
                    found[name].setdefault(text)
    return {name: list(values) for name, values in found.items()}
