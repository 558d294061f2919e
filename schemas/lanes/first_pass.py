"""A lane's kernel over a column: what it says of each cell as codes, and the values that it writes as a column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none

from schemas.kinds.blanks import DEFAULT_PLACEHOLDERS
from schemas.lanes.cells import Cells, Column, column_of
from schemas.lanes.deciding import UNDECIDED, Codes, Said, Values, refuses
from schemas.native import pointer_to

_arrow: Any = pa

# The bits of cells.h.
BLANK, PLACEHOLDER, PADDED, OWN, NOTHING = 1, 2, 4, 8, 0x8000

_SHARED: Mapping[int, Codes] = {0: (), BLANK: ("C002",), PLACEHOLDER: ("C003",), PADDED: ("C001",)}
_SAYINGS = 1 << 16


class Words:
    """Some texts as a kernel takes them: three arguments."""

    def __init__(self, texts: list[str]) -> None:
        self._cells = Cells(column_of(texts))

    @property
    def arguments(self) -> tuple[int | None, int | None, int]:
        """Bytes, borders, how many."""
        return pointer_to(self._cells.data), pointer_to(self._cells.borders), len(self._cells)


PLACEHOLDERS = Words(sorted(DEFAULT_PLACEHOLDERS))


def pass_over(
    text: Column, kernel: Callable[..., int], codes_of: Callable[[int], Codes], *, room: int = 0
) -> tuple[Said, Values]:
    """Return what a kernel says of n cells.

    Args:
        text: n texts, none missing.
        kernel: Is called with pointers to their bytes and borders, n, and pointers to n numbers of 16 bits (what it
            says), to the bytes and to the n + 1 borders of the values.
        codes_of: Gives the codes of a saying other than those that all lanes share.
        room: How many bytes more than its cell a value may have.

    Returns:
        The codes, `UNDECIDED` where only the judge can tell; and the values, missing where a cell is blank or refused,
        its own text where it is undecided.
    """
    count = len(text)
    cells = Cells(text)
    sayings = np.empty(count, dtype=np.uint16)
    # Pages that nothing is written to take no memory.
    data = np.empty(len(cells.data) + room * count, dtype=np.uint8)
    value_borders = np.zeros(count + 1, dtype=np.int64)
    pointers = map(pointer_to, (sayings, data, value_borders))
    kernel(pointer_to(cells.data), pointer_to(cells.borders), count, *pointers)
    said = Said(count)
    places = np.zeros(_SAYINGS, dtype=np.int16)
    without_value = np.zeros(_SAYINGS, dtype=np.bool_)
    for saying in np.flatnonzero(np.bincount(sayings, minlength=1)).tolist():
        if saying == NOTHING:
            places[saying] = UNDECIDED
            continue
        codes = _SHARED.get(saying)
        codes = codes_of(saying) if codes is None else codes
        places[saying] = said.place(codes)
        without_value[saying] = codes in (("C002",), ("C003",)) or refuses(codes)
    said.which = places[sayings]
    buffers = [None, _arrow.py_buffer(value_borders), _arrow.py_buffer(data[: value_borders[-1]])]
    values = Values(_arrow.Array.from_buffers(_arrow.large_string(), count, buffers))
    missing: npt.NDArray[np.bool_] = without_value[sayings]
    # An empty cell has no value either.
    missing[cells.empty] = True
    if missing.any():
        values.drop(missing)
    return said, values
