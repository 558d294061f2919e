"""A caller's frame as text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from schemas.lanes.cells import column_of


def as_text(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column as text (dtype `str`), missing values as "", integers as their digits.

    Raises:
        TypeError: It holds floats, dates or other objects, whose text would be a guess.
    """
    kind = column.dtype.kind
    if isinstance(column.dtype, pd.StringDtype):
        if column.dtype == pd.StringDtype(na_value=np.nan) and not column_of(column.array).null_count:
            return column
        return column.astype("str").fillna("")
    if kind in "iu":
        missing = column.isna()
        return column.astype("str").mask(missing, "").astype("str")
    if isinstance(column.dtype, pd.CategoricalDtype):
        return as_text(column.astype(object))
    present = column.dropna()
    if present.empty:
        return pd.Series([""] * len(column), index=column.index, name=column.name, dtype="str")
    types = set(map(type, present)) if kind == "O" or not isinstance(column.dtype, np.dtype) else {present.dtype.type}
    odd = sorted({found.__name__ for found in types if not issubclass(found, (str, int, np.integer)) or found is bool})
    if odd:
        raise TypeError(
            f"column {str(column.name)!r} holds {', '.join(odd)}, not text: its spelling in the file is lost. "
            "Read it with dtype=str (and keep_default_na=False), or convert it to text yourself"
        )
    try:
        return column.map(str, na_action="ignore").astype("str").fillna("")
    except UnicodeEncodeError:
        raise TypeError(
            f"column {str(column.name)!r} holds lone surrogates, which are no text: read the file in its own encoding"
        ) from None
