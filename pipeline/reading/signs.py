"""Which cells of a column are worth a look, because they may be what is looked for. Few others are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
import numpy.typing as npt

from pipeline.native import kernel, pointer_to
from pipeline.reading.blocks import Bytes, Positions
from pipeline.reading.regular_cells import Column, borders_of

_rows_with_signs = kernel("rows_with_signs", "pplppp")
_rows_perhaps_of = kernel("rows_perhaps_of", "pplplp")

_PAIRS, _SINGLES = 2, 2
"""As many as the kernel looks for at once."""


ANY = bytes(range(256))
"""All that may stand behind a sign."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Signs of something in the bytes of a cell: two pairs of bytes, and two bytes before certain others.

    Attributes:
        wanted: 8: of the first bytes of the pairs the bits that count, what these are, and the second bytes; then the
            two bytes. None is 0.
        tables: 3 x 256: for which signs (bit i for sign i) a byte is the first one, may stand right behind it, and one
            further behind it. Beyond the last cell a byte 0 stands.
    """

    wanted: Bytes
    tables: npt.NDArray[np.uint8]

    @staticmethod
    def of(pairs: Sequence[tuple[bytes, bytes]], singles: Sequence[tuple[int, bytes, bytes]]) -> Signs:
        """Return signs.

        Args:
            pairs: Two bytes each; the first is one of some, all those that have certain bits in common.
            singles: A byte each, with those that may stand behind and further behind it.
        """
        masks = [0xFF & ~reduce(or_, (letter ^ firsts[0] for letter in firsts)) for firsts, _ in pairs]
        wanted = [firsts[0] & mask for (firsts, _), mask in zip(pairs, masks, strict=True)]
        tables = np.zeros((3, 256), dtype=np.uint8)
        signs = [*((*pair, ANY) for pair in pairs), *((bytes([byte]), *behind) for byte, *behind in singles)]
        for number, sign in enumerate(signs):
            for table, may in zip(tables, sign, strict=True):
                table[[*may]] |= 1 << number
        letters = [*masks, *wanted, *(second[0] for _, second in pairs), *(byte for byte, *_ in singles)]
        if (len(pairs), len(singles)) != (_PAIRS, _SINGLES) or not all(letters):
            raise ValueError("there are two pairs and two bytes, none of them NUL")
        for (firsts, _), mask, first in zip(pairs, masks, wanted, strict=True):
            if {letter for letter in ANY if letter & mask == first} != {*firsts}:
                raise ValueError(f"{firsts!r} are not all letters with certain bits")
        return Signs(np.array(letters, dtype=np.uint8), tables)


def rows_with_signs(column: Column, signs: Signs) -> Positions:
    """Return the rows of all cells that hold one of the signs.

    >>> from pipeline.reading.regular_cells import column_of
    >>> signs = Signs.of([(b":", b"5"), (b"Ee", b"+")], [(byte, b"1", ANY) for byte in b"#!"])
    >>> rows_with_signs(column_of(["Err:5", "a:b", "#", "+5+5", "#1", "1e+5"]), signs)
    array([0, 4, 5])
    """
    return _found(_rows_with_signs, column, pointer_to(signs.wanted), pointer_to(signs.tables))


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
