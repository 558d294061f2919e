"""A lane's kernel over a column: what it says of each cell as codes, and the values that it writes as a column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none

from schemas.kinds.blanks import DEFAULT_PLACEHOLDERS
from schemas.lanes.cells import Cells, Column, column_of, without
from schemas.lanes.deciding import UNDECIDED, Codes, Said, Values
from schemas.native import kernel, pointer_to

_arrow: Any = pa

# The bits of cells.h.
BLANK, PLACEHOLDER, PADDED, OWN, NOTHING = 1, 2, 4, 8, 0x8000

_SHARED: Mapping[int, Codes] = {BLANK: ("C002",), PLACEHOLDER: ("C003",), PADDED: ("C001",)}
_SAYINGS, _UNNUMBERED = 1 << 16, -2

_number_sayings = kernel("number_sayings", "plplpp")


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
            says), to the bytes and to the n + 1 borders of the values; a cell that is blank or refused has none. It
            returns whether a value is another than its cell; otherwise it need not write the bytes.
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
    value_borders = np.empty(count + 1, dtype=np.int64)
    pointers = map(pointer_to, (sayings, data, value_borders))
    if kernel(pointer_to(cells.data), pointer_to(cells.borders), count, *pointers):
        buffers = [None, _arrow.py_buffer(value_borders), _arrow.py_buffer(data[: value_borders[-1]])]
        text = _arrow.Array.from_buffers(_arrow.large_string(), count, buffers)
    # A value has a letter at least.
    return _numbered(sayings, codes_of), Values(without(text, value_borders[1:] == value_borders[:-1]))


def _numbered(sayings: npt.NDArray[np.uint16], codes_of: Callable[[int], Codes]) -> Said:
    """Return the codes of n sayings."""
    said = Said(len(sayings))
    numbers = np.full(_SAYINGS, _UNNUMBERED, dtype=np.int16)
    numbers[0], numbers[NOTHING] = said.place(()), UNDECIDED
    found = np.empty(_SAYINGS, dtype=np.uint16)
    given = _number_sayings(
        pointer_to(sayings), len(sayings), pointer_to(numbers), 1, pointer_to(found), pointer_to(said.which)
    )
    codes = [_SHARED[saying] if saying in _SHARED else codes_of(saying) for saying in found[:given].tolist()]
    places = [0, *map(said.place, codes), UNDECIDED]
    # Two sayings may be of the same codes.
    if places[-2] != given:
        said.which = np.array(places, dtype=np.int16)[said.which]
    return said
