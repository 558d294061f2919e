"""Texts that are no name: an e-mail address in a column of names, titles, companies or places."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from pipeline.checking.hits import Longs
from pipeline.checking.hosts import Texts, column_of
from pipeline.contracts import EMAIL_FORM, FieldSpec, fold
from pipeline.native import kernel, pointer_to

_arrow: Any = pa
_compute: Any = pc

_find_holding = kernel("find_holding", "ppllp")

_NAMES = frozenset(
    map(
        fold, ("first name", "last name", "full name", "salutation", "job title", "company", "city", "state", "country")
    )
)
"""Folded names by which a field is told whose text is never an address: a person, a function, a company, a place.

A remark, an account of another service or a field of unknown meaning may hold one.
"""


def expects_a_name(field: FieldSpec) -> bool:
    """Return whether a field holds names, titles, companies or places, by its own name or an alias."""
    return any(fold(name) in _NAMES for name in (field.name, *field.aliases))


def emails_in_names(values: pd.Series[Any]) -> Longs:
    """Return the positions of those of n texts, some missing, that are an e-mail address and nothing else."""
    texts = Texts(column_of(values))
    count = len(texts.column)
    rows = np.empty(count, dtype=np.int64)
    found = _find_holding(pointer_to(texts.data), pointer_to(texts.borders), count, ord("@"), pointer_to(rows))
    if not found:
        return rows[:0]
    rows = rows[:found]
    matched = _compute.match_substring_regex(texts.column.take(_arrow.array(rows)), f"^(?:{EMAIL_FORM})$")
    named: Longs = rows[_compute.fill_null(matched, False).to_numpy(zero_copy_only=False)]
    return named
