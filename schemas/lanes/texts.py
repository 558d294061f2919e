"""The lane of texts: printable ASCII and the Latin letters of Western and Central Europe, told by bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.lanes.cells import Bools, Cells
from schemas.lanes.deciding import Lane, Said, Values

_arrow: Any = pa
_compute: Any = pc

# Printable ASCII and U+00A1 to U+017E: each is its own normal form whatever stands beside it, can be seen, and is no
# white space. U+00A0 is white space, U+00AD cannot be seen; U+017F is folded to an ASCII letter.
# Source: Unicode Character Database, DerivedNormalizationProps (NFC_Quick_Check) and PropList (White_Space).
_LATIN = "^[!-~\u00a1-\u00ac\u00ae-\u017e](?:[ -~\u00a1-\u00ac\u00ae-\u017e]*[!-~\u00a1-\u00ac\u00ae-\u017e])?$"

# The judge looks closer at a text that begins so.
_MAY_BE_FORMULA = np.zeros(256, dtype=np.bool_)
_MAY_BE_FORMULA[[*b"=+-@"]] = True


def text_lane(max_length: int | None) -> Lane:
    """Return the lane of texts of at most so many characters.

    It decides whole texts only: refused for their length, or fine as they are. A line break is never among them, so it
    does not matter whether line breaks are flattened.

    Args:
        max_length: Most characters (code points), or None.
    """

    def lane(cells: Cells, is_open: Bools, said: Said, values: Values) -> None:
        decided = is_open & cells.plain
        characters = cells.lengths
        others = np.flatnonzero(is_open & ~cells.plain)
        if others.size:
            texts = cells.text.take(_arrow.array(others))
            is_latin = _compute.match_substring_regex(texts, _LATIN).to_numpy(zero_copy_only=False)
            decided[others[is_latin]] = True
            characters = characters.copy()
            characters[others] = _compute.utf8_length(texts).to_numpy()
        decided &= ~_MAY_BE_FORMULA[cells.first]
        said.say(decided)
        if max_length is not None:
            said.say(decided & (characters > max_length), "T101")

    return lane
