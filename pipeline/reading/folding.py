"""Line ends inside the cells of a sheet, hidden in its private copy so that one line of the copy is one row.

A row of a sheet is one line for whoever looks for it there, whatever its cells hold. In the copy a line end inside a
cell is therefore written as a mark and a letter, and read back when a table is complete. The mark is a noncharacter,
which Unicode keeps for such internal use; one in a cell is written as two characters too, so every text comes back.

Source: the Unicode Standard, section 23.7, "Noncharacters".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from pipeline.records import Table

_arrow: Any = pa
_compute: Any = pc

MARK = "\ufdd0"
# The mark itself is the first to be written and the last to be read back.
_PAIRS = ((MARK, MARK + "0"), ("\n", MARK + "n"), ("\r", MARK + "r"))


def fold(text: str) -> str:
    r"""Return a cell's text without line ends.

    >>> unfold(fold("a\r\nb")) == "a\r\nb", "\n" in fold("a\r\nb")
    (True, False)
    """
    for plain, folded in _PAIRS:
        text = text.replace(plain, folded)
    return text


def unfold(text: str) -> str:
    """Return the text that was folded."""
    for plain, folded in reversed(_PAIRS):
        text = text.replace(folded, plain)
    return text


def unfold_table(table: Table) -> Table:
    """Return a table of folded text as the sheet has it."""
    frame = table.frame
    for position in frame.columns:
        folded: Any = _arrow.array(frame[position].array, _arrow.large_string())
        column = _unfolded(folded)
        if column is not folded:
            text = pd.array(column, dtype=pd.StringDtype("pyarrow", na_value=np.nan))
            frame = frame.copy(deep=False)
            frame[position] = text
    broken = replace(table.broken, raw=_unfolded(table.broken.raw))
    findings = tuple(replace(one, column=unfold(one.column), value=unfold(one.value)) for one in table.findings)
    return replace(table, frame=frame, broken=broken, findings=findings)


def _unfolded(texts: Any) -> Any:
    """Return the texts of an Arrow array as they were, itself if none was changed."""
    if not _compute.any(_compute.match_substring(texts, MARK)).as_py():
        return texts
    for plain, folded in reversed(_PAIRS):
        texts = _compute.replace_substring(texts, folded, plain)
    return texts
