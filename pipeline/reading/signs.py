"""Which cells of a column are worth a look, because they may be what is looked for. Few others are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.native import kernel, pointer_to
from pipeline.reading.blocks import Bytes, Positions
from pipeline.reading.regular_cells import Column, borders_of

_rows_with_signs = kernel("rows_with_signs", "pplppp")
_rows_perhaps_of = kernel("rows_perhaps_of", "pplplp")

_COUNT = 4
"""As many as the kernel compares with at once."""


ANY = bytes(range(256))
"""All that may stand around a sign."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Four signs of something in the bytes of a cell.

    Attributes:
        bytes_: One for each, which is rare and not 0.
        tables: 4 x 256: for which of them (bit i for sign i) a byte is the one, may stand right before it, right behind
            it, and one further behind it. Beyond the first and the last cell a byte 0 stands.
    """

    bytes_: Bytes
    tables: npt.NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.bytes_.shape != (_COUNT,) or not self.bytes_.all() or self.tables.shape != (4, 256):
            raise ValueError("there are four signs, none of them NUL")

    @staticmethod
    def of(signs: Sequence[tuple[int, bytes, bytes, bytes]]) -> Signs:
        """Return signs, each given as the byte and those that may stand before, behind and further behind it."""
        tables = np.zeros((4, 256), dtype=np.uint8)
        for number, (byte, *around) in enumerate(signs):
            tables[0, byte] |= 1 << number
            for table, may in zip(tables[1:], around, strict=True):
                table[[*may]] |= 1 << number
        return Signs(np.array([byte for byte, *_ in signs], dtype=np.uint8), tables)


def rows_with_signs(column: Column, signs: Signs) -> Positions:
    """Return the rows of all cells that hold one of the signs.

    >>> from pipeline.reading.regular_cells import column_of
    >>> signs = Signs.of([(ord(byte), ANY, b"5", ANY) for byte in ":#+!"])
    >>> rows_with_signs(column_of(["Err:5", "a:b", "#", "+5+5"]), signs)
    array([0, 3])
    """
    return _found(_rows_with_signs, column, pointer_to(signs.bytes_), pointer_to(signs.tables))


def rows_perhaps_of(column: Column, text: str) -> Positions:
    """Return the rows of all cells that are a text, not "", when blanks around them are taken away.

    >>> from pipeline.reading.regular_cells import column_of
    >>> rows_perhaps_of(column_of(["Name", "Names", " Name\u00a0", "Nam"]), "Name")
    array([0, 2])
    """
    wanted = np.frombuffer(text.encode(), dtype=np.uint8)
    return _found(_rows_perhaps_of, column, pointer_to(wanted), len(wanted))


def _found(look: Callable[..., int], column: Column, *for_what: int | None) -> Positions:
    """Return the rows that a kernel finds in a column."""
    rows: Positions = np.empty(len(column), dtype=np.int64)
    _, _, text = column.buffers()
    begins = borders_of(column)
    found = look(pointer_to(text), pointer_to(begins), len(column), *for_what, pointer_to(rows))
    return rows[:found].copy()
