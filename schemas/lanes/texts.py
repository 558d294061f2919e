"""The lane of texts: printable ASCII and the Latin letters of Western and Central Europe, told by bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.lanes.cells import BLANK, Bools, Cells
from schemas.lanes.deciding import Lane, Said, Values

_arrow: Any = pa
_compute: Any = pc

# Printable ASCII and U+00A1 to U+017E but U+00AD: each is its own normal form whatever stands beside it, can be seen,
# and is no white space. U+00A0 is white space, U+00AD cannot be seen; U+017F is folded to an ASCII letter.
# Source: Unicode Character Database, DerivedNormalizationProps (NFC_Quick_Check) and PropList (White_Space).
_FIRST_OF_TWO, _LAST_OF_TWO = "\u00a1".encode(), "\u017e".encode()
_UNSEEN = "\u00ad".encode()

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
        decided = is_open & (cells.first != BLANK) & (cells.last != BLANK) & ~_MAY_BE_FORMULA.take(cells.first)
        decided &= ~_beyond_latin(cells)
        said.say(decided)
        if max_length is not None:
            # A character is a byte at least.
            long = np.flatnonzero(decided & (cells.lengths > max_length))
            characters = _compute.utf8_length(cells.text.take(_arrow.array(long))).to_numpy()
            said.say(long[characters > max_length], "T101")

    return lane


def _beyond_latin(cells: Cells) -> Bools:
    """Return which texts hold another character than those."""
    low, high = _FIRST_OF_TWO[0], _LAST_OF_TWO[0]
    # Bytes below the first of a range wrap around to large numbers.
    places = cells.places(lambda data: data - np.uint8(BLANK) > 0x7E - BLANK)
    found, behind = cells.data[places], cells.data.take(places + 1, mode="clip")
    # From 0x80 on stand the second bytes of characters.
    strange = found - np.uint8(0x80) > high - 0x80
    strange |= (found == low) & ((behind < _FIRST_OF_TWO[1]) | (behind == _UNSEEN[1]))
    strange |= (found == high) & (behind > _LAST_OF_TWO[1])
    return cells.holding(places[strange])
