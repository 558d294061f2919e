"""Placeholders other than the default: which cells a lane, built for the default, must leave to the judge."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.kinds.blanks import is_blank
from schemas.lanes.cells import Bools, Cells, Column, Longs
from schemas.lanes.deciding import UNDECIDED, Said, Values

_arrow: Any = pa
_compute: Any = pc


def reopen(text: Column, said: Said, values: Values, placeholders: Set[str]) -> None:
    """Make those of n decided cells undecided that another set of placeholders may judge otherwise.

    These are the cells that the default takes for a placeholder, those that the other set may, and those whose normal
    form it may. All others have one verdict under both.

    Args:
        text: n texts, none missing.
        said: What the lane said of them by the default; changed in place.
        values: Their values.
        placeholders: Case-folded texts that stand for no value instead.
    """
    doubtful = said.which == said.place(("C003",))
    doubtful |= _may_be(text, placeholders)
    doubtful |= _may_be(_compute.fill_null(values.column(), ""), placeholders)
    rows = np.flatnonzero(doubtful)
    said.which[rows] = UNDECIDED
    values.put(rows, text.take(_arrow.array(rows)))


def _may_be(texts: Column, placeholders: Set[str]) -> Bools:
    """Return a mask of those of n texts that may be placeholders; some that cannot be seen may be among them."""
    cells = Cells(texts)
    wanted = _arrow.array(sorted(placeholders), _arrow.large_string())
    lowered = _compute.ascii_lower(_compute.utf8_trim(texts, " "))
    found: Bools = _compute.is_in(lowered, value_set=wanted).to_numpy(zero_copy_only=False)
    # Of other texts case, white space and what can be seen are the judge's to say.
    others: Longs = np.flatnonzero(~cells.plain)
    if others.size:
        encoded = texts.take(_arrow.array(others)).dictionary_encode()
        blank = [
            is_blank(one, placeholders) or one.casefold() in placeholders for one in encoded.dictionary.to_pylist()
        ]
        found = found.copy()
        found[others] = np.array(blank, dtype=np.bool_)[encoded.indices.to_numpy()]
    return found
