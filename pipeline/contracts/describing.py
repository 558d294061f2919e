"""A contract in other words: as a schema file, for other tools, and what the names of columns mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pipeline.contracts.opening import Contract, load_contract, schema_names
from schemas.aliases import CONCEPTS, fold
from schemas.specs import FieldSpec, Kind, Target


def schema_yaml(contract: Contract) -> str:
    """Return a contract as the YAML of a schema file, from which an equal one is opened."""
    from schemas.specfiles.writing import write_yaml

    return write_yaml(contract.target, contract.fields)


def draft_yaml(
    target: Target, fields: Sequence[FieldSpec], head: Sequence[str], remarks: Mapping[str, Sequence[str]]
) -> str:
    """Return a schema file with comments above all and above its fields; what prints badly in them becomes `?`."""
    from schemas.specfiles.writing import write_yaml

    return write_yaml(target, fields, head=head, remarks=remarks)


def json_schema(contract: Contract) -> dict[str, Any]:
    """Return the JSON Schema of one record of a clean file."""
    from schemas.exports import json_schema as export

    return export(contract.target, contract.fields)


def pandera_yaml(contract: Contract) -> str:
    """Return Pandera's YAML of a clean file that is read as text."""
    from schemas.exports import pandera_yaml as export

    return export(contract.target, contract.fields)


def example_of(contract: Contract, field: FieldSpec) -> str:
    """Return a cell of a field as a clean file holds it, or "" where none is known."""
    from schemas.exports.examples import example_of as example

    return example(field, contract.target)


def concept_of_header(name: str) -> str | None:
    """Return the concept that a column's header names, or None.

    >>> concept_of_header("E-Mail"), concept_of_header("Job title"), concept_of_header("Shoe size")
    ('email', 'title', None)
    """
    from schemas.fields import names_of

    folded = fold(name)
    found = (concept for concept in CONCEPTS if folded and folded in map(fold, (concept, *names_of(concept))))
    return next(found, None)


def names_of_concept(concept: str) -> tuple[str, ...]:
    """Return the names that a field of a concept answers to."""
    from schemas.fields import names_of

    return names_of(concept)


@cache
def kinds_of_concepts() -> Mapping[str, Kind]:
    """Return the kind that each concept has in the schemas there are."""
    from schemas.specfiles.writing import concept_of

    fields = [field for name in schema_names() for field in load_contract(name).fields]
    return {concept: field.kind for field in fields if (concept := concept_of(field)) is not None}
