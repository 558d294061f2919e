"""Chooses the schema when none was named."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.contracts import FALLBACK, Contract, fold, load_contract, schema_names
from pipeline.mapping.matching import fits


def choose_schema(header: Sequence[str]) -> tuple[Contract, str]:
    """Return the contract whose own field names match most of the header, and why, as half a sentence.

    Exact matches count before folded ones; aliases do not count, since they are what targets have in common. A schema
    whose key or required columns are not there is passed over. A tie or no match at all falls to the generic schema.

    >>> choose_schema(["C_EmailAddress", "C_FirstName"])[0].name
    'eloqua.contact'
    """
    exact, folded = set(header), {fold(name) for name in header} - {""}
    scores: dict[str, tuple[int, int]] = {}
    for name in schema_names():
        contract = load_contract(name)
        if name != FALLBACK and not fits(header, contract):
            continue
        names = [field.name for field in contract.fields]
        scores[name] = (len(exact.intersection(names)), len(folded.intersection(map(fold, names))))
    best = max(scores.values())
    winners = [name for name, score in scores.items() if score == best]
    if best == (0, 0):
        return load_contract(FALLBACK), "the header has no schema's own field names, and this is the general one"
    if len(winners) > 1:
        return load_contract(
            FALLBACK
        ), f"{' and '.join(winners)} match the header equally well, and this is the general one"
    return load_contract(winners[0]), f"{max(best)} of {len(header)} columns bear its field names"
