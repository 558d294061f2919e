"""By which fields two records are one contact, and what they hold of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pipeline.checking import Checked
from pipeline.contracts import Contract, FieldSpec, fold
from pipeline.deduplicating.folding import Texts
from pipeline.errors import UsageError, nearest
from pipeline.mapping import HeaderMap
from pipeline.mapping.headers import Mapped
from pipeline.writing.columns import column_of

if TYPE_CHECKING:
    from pipeline.contracts import ColumnVerdicts

Shorts = npt.NDArray[np.uint16]


def identity_of(contract: Contract, names: Sequence[str]) -> tuple[FieldSpec, ...]:
    """Return the fields that are all equal in two records of one contact.

    Args:
        contract: The schema.
        names: What the run asks for: names of its fields, by case and punctuation as one likes; empty leaves it to the
            schema, whose own default is its key.

    Raises:
        UsageError: A name is no field, or stands there twice; the text names the nearest.
    """
    asked = names or contract.target.duplicates_by
    if not asked:
        return (contract.key,)
    found = tuple(_field_of(contract, name) for name in asked)
    if len({field.name for field in found}) != len(found):
        raise UsageError(f"duplicates by {', '.join(asked)}: a field of {contract.name} is named twice")
    return found


def _field_of(contract: Contract, name: str) -> FieldSpec:
    for same in (str, fold):
        for field in contract.fields:
            if name and same(field.name) == same(name):
                return field
    hint = nearest(name, (field.name for field in contract.fields))
    see = f"`contactprep schemas show {contract.name}`"
    raise UsageError(f"duplicates by {name!r}: {contract.name} has no such field; {hint} (see {see})")


def columns_of(
    header: HeaderMap, identity: Sequence[FieldSpec], contract: Contract, *, file: str
) -> tuple[Mapped, ...]:
    """Return the columns of a file that answer to the fields of an identity, in its order.

    Raises:
        UsageError: The file has no column for one of them.
    """
    found = {mapped.field.name: mapped for mapped in header.mapped}
    for field in identity:
        if field.name not in found:
            raise UsageError(
                f"{file}: no column for {field.name}, by which duplicates are found; name one of its columns so, or "
                f"say --duplicates-by {contract.key.name}"
            )
    return tuple(found[field.name] for field in identity)


def normal_forms(column: ColumnVerdicts) -> Texts:
    """Return n normal forms; missing where a cell is blank or refused, and where it was kept though it has none."""
    kept = column.where(lambda mark: mark.done == "kept")
    return column_of(column.values.mask(kept) if kept.any() else column.values)


def filled_of(checked: Checked) -> Shorts:
    """Return how many of the mapped fields of each of n records are not blank, as they were judged."""
    columns: list[Any] = [checked.judged.verdicts.columns[name].values for name in checked.header.fields]
    count = np.zeros(len(checked.records), np.uint16)
    for column in columns:
        count += column.notna().to_numpy()
    return count


def said_of(identity: Sequence[FieldSpec], contract: Contract) -> str:
    """Return how a finding says by what two records are one contact: nothing where it is the key alone."""
    if [field.name for field in identity] == [contract.key.name]:
        return ""
    return " by " + " and ".join(field.name for field in identity)
