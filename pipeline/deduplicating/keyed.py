"""The keys of a batch: those of its records that have a place in the file, or would have one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.deduplicating.folding import Identity, buffers_of, fold_identities
from pipeline.native import kernel, pointer_to

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]
Shorts = npt.NDArray[np.uint16]

_choose_keys = kernel("choose_keys", "pplpplpplpp")
_take_keys = kernel("take_keys", "ppppplplpp")


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """The keys of k records that are accepted, or would be if bad cells were blanked; in file order.

    Attributes:
        records: k record numbers, ascending.
        lines: k physical lines.
        accepted: Which of the k are accepted.
        filled: k numbers of fields that are not blank; 0 where nobody asks for them.
        borders: k + 1 byte offsets: where each key begins, and the end.
        data: The keys as they are compared, one behind the other; none is empty.
    """

    records: Longs
    lines: Longs
    accepted: Bools
    filled: Shorts
    borders: Longs
    data: Bytes

    def __post_init__(self) -> None:
        for column, width in zip(self.columns(), _TYPES, strict=True):
            if column.dtype != width or not column.flags.c_contiguous:
                raise ValueError(f"a column of keys is {width} in one piece, not {column.dtype}")
        sizes = {len(self.records), len(self.lines), len(self.accepted), len(self.filled)}
        if sizes != {len(self.borders) - 1}:
            raise ValueError("a key belongs to one record on one line, accepted or not")
        if (self.records[1:] <= self.records[:-1]).any():
            raise ValueError("records are not in their order")
        if self.borders[0] or self.borders[-1] != len(self.data) or (self.borders[1:] <= self.borders[:-1]).any():
            raise ValueError("keys lie one behind the other, and none is empty")

    def __len__(self) -> int:
        return len(self.records)

    @staticmethod
    def of(columns: tuple[npt.NDArray[Any], ...]) -> Keys:
        """Return keys of what `columns` gave; none are copied."""
        return Keys(*columns)

    def columns(self) -> tuple[npt.NDArray[Any], ...]:
        """Return all that they consist of as six arrays, to be stored somewhere."""
        return self.records, self.lines, self.accepted, self.filled, self.borders, self.data


_TYPES = (np.int64, np.int64, np.bool_, np.uint16, np.int64, np.uint8)


def keys_of(
    columns: Identity,
    records: Longs,
    lines: Longs,
    accepted: Bools,
    blankable: Bools,
    filled: Shorts | None = None,
) -> Keys:
    """Return the keys of a batch of n records.

    Memory: some 60 bytes for each record and 8 more meanwhile.

    Args:
        columns: n normal forms of each field of the key, missing where blank: such records have no key.
        records: n record numbers, ascending.
        lines: n physical lines.
        accepted: Which of the n are accepted.
        blankable: Which others would be if bad cells were blanked.
        filled: How many fields of each are not blank, where that decides who survives.

    Raises:
        ValueError: The columns are not of one length, or a record is both accepted and blankable.
    """
    standing = [np.ascontiguousarray(column, np.bool_) for column in (accepted, blankable)]
    folded = fold_identities(columns)
    count = len(folded.texts)
    if any(column is not None and len(column) != count for column in (records, lines, *standing, filled)):
        raise ValueError("a key belongs to one record on one line, accepted or not")
    if (accepted & blankable).any():
        raise ValueError("a record is accepted, or would be, not both")
    present, held, text = buffers_of(folded.texts)
    _, other_borders, other_text = buffers_of(folded.others)
    positions = pointer_to(folded.positions)
    rows, borders = np.empty(count, np.int64), np.empty(count + 1, np.int64)
    chosen = _choose_keys(
        *map(pointer_to, (held, present)),
        folded.texts.offset,
        positions,
        pointer_to(other_borders),
        len(folded.positions),
        *map(pointer_to, standing),
        count,
        *map(pointer_to, (rows, borders)),
    )
    rows, borders = rows[:chosen], borders[: chosen + 1]
    data = np.empty(int(borders[-1]), np.uint8)
    _take_keys(
        *map(pointer_to, (text, held)),
        positions,
        *map(pointer_to, (other_text, other_borders)),
        len(folded.positions),
        pointer_to(rows),
        chosen,
        *map(pointer_to, (data, borders)),
    )
    whole = chosen == count

    def only(column: npt.NDArray[Any], width: type[Any]) -> npt.NDArray[Any]:
        return np.ascontiguousarray(column if whole else column[rows], width)

    return Keys(
        only(records, np.int64),
        only(lines, np.int64),
        only(accepted, np.bool_),
        np.zeros(chosen, np.uint16) if filled is None else only(filled, np.uint16),
        borders,
        data,
    )
