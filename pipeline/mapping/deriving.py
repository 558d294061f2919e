"""Columns that are made of others: several joined to one text, or the first address of a cell with several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipeline.contracts import first_email, is_blank

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from pipeline.mapping.headers import HeaderMap


def join_texts(texts: Sequence[str], separator: str) -> str:
    """Return the parts that hold something, trimmed, with the separator between them.

    A separator that is more than blanks is not doubled where a part begins or ends with it.

    >>> join_texts([" Ann ", "", "N/A", "Smith"], " "), join_texts(["Smith,", "Ann"], ", ")
    ('Ann Smith', 'Smith, Ann')
    """
    mark = separator.strip()
    parts = [text.strip() for text in texts if not is_blank(text)]
    if mark:
        parts = [part.removeprefix(mark).removesuffix(mark).strip() for part in parts]
    return separator.join(filter(None, parts))


def widened(frame: pd.DataFrame, header: HeaderMap) -> pd.DataFrame:
    """Return a frame of n records with a column for each join behind the c columns of the file.

    Args:
        frame: n × c text without missing values; columns are positions. It is returned itself where nothing is joined.
        header: Which columns are joined.
    """
    if not header.joins:
        return frame
    import pandas as pd

    joined: dict[int, pd.Series[Any]] = {}
    for column in header.joins:
        rows = zip(*(frame[part].tolist() for part in column.parts), strict=True)
        texts = [join_texts(row, column.separator) for row in rows]
        joined[column.position] = pd.Series(texts, index=frame.index, dtype=frame[column.parts[0]].dtype)
    return pd.concat([frame, pd.DataFrame(dict(sorted(joined.items())), index=frame.index)], axis=1)


def first_addresses(texts: pd.Series[Any]) -> tuple[pd.Series[Any], npt.NDArray[np.bool_]]:
    """Return n cells in which of several addresses only the first is left, and a mask of the cells that were cut."""
    import numpy as np

    cut = np.zeros(len(texts), dtype=np.bool_)
    rows = np.flatnonzero(texts.str.count("@").to_numpy() > 1)
    held: list[str] = texts.iloc[rows].tolist()
    firsts = {text: first_email(text) for text in dict.fromkeys(held)}
    found = [firsts[text] for text in held]
    several = [first is not None for first in found]
    cut[rows[several]] = True
    values = texts.copy()
    values[cut] = [first for first in found if first is not None]
    return values, cut
