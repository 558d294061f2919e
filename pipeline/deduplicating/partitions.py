"""Some partitions of the keys of many batches, as they are compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none

from pipeline.deduplicating import comparing
from pipeline.deduplicating.comparing import Slice
from pipeline.deduplicating.hashed import Keyed
from pipeline.deduplicating.spilling import PARTITION_BITS, PARTITIONS, ROW, KeyPiece
from pipeline.deduplicating.words import Strings
from pipeline.native import kernel, pointer_to

Longs = npt.NDArray[np.int64]

_arrow: Any = pa

_take_rows = kernel("take_rows", "pppll" + "p" * 6)

# Records that are compared at once where they are few: some 25 MB, and the price of opening a file does not matter.
PORTION = 1 << 18


def in_file_order(pieces: Iterable[KeyPiece]) -> list[KeyPiece]:
    """Return pieces by range, each seen to be whole.

    Raises:
        OutputError: One is damaged; the text names the range.
    """
    ordered = sorted(pieces, key=lambda piece: piece.part)
    for piece in ordered:
        piece.check()
    return ordered


def portions(pieces: Sequence[KeyPiece]) -> list[range]:
    """Return all partitions in runs that are compared at once: as many as `PORTION` records fill, at least one."""
    records = sum(int(piece.rows[-1]) for piece in pieces)
    step = max(1, PARTITIONS * PORTION // max(records, PORTION))
    return [range(first, min(first + step, PARTITIONS)) for first in range(0, PARTITIONS, step)]


def read_portion(pieces: Sequence[KeyPiece], portion: range) -> tuple[Keyed, list[Slice]]:
    """Return the records in some partitions, piece after piece, and where their keys are read."""
    runs = np.array([np.diff(piece.rows[portion.start : portion.stop + 1]) for piece in pieces], np.int64)
    borders, partitions = np.append(0, np.cumsum(runs)), np.tile(np.arange(portion.start, portion.stop), len(pieces))
    count = int(borders[-1])
    table = np.empty(ROW.itemsize * count, np.uint8)
    begins = borders[:: len(portion)].tolist()
    for piece, begin, end in zip(pieces, begins, begins[1:], strict=False):
        piece.read_rows(portion, table[ROW.itemsize * begin : ROW.itemsize * end].data)
    columns = [np.empty(count, ROW[name]) for name in ROW.names or ()]
    right = _take_rows(
        *map(pointer_to, (table, borders, partitions)), len(partitions), PARTITION_BITS, *map(pointer_to, columns)
    )
    if right < count:
        raise pieces[int(np.searchsorted(begins, right, side="right")) - 1].damage("it holds something else")
    hashes, records, lines, ends, filled, accepted = columns
    slices: list[Slice] = []
    first = 0
    for some in _blocks([piece.bytes_of(portion) for piece in pieces]):
        held, last = pieces[some.start : some.stop], begins[some.stop]
        size = sum(piece.bytes_of(portion) for piece in held)
        slices.append(Slice(last - first, size, partial(_strings, held, portion, ends[first:last])))
        first = last
    return Keyed(hashes, records, lines, accepted.view(np.bool_), filled), slices


def _blocks(sizes: Sequence[int]) -> Iterator[range]:
    """Yield which pieces that follow each other are read at once: those that are large by themselves."""
    begin = size = 0
    for number, more in enumerate(sizes):
        if size + more > comparing.BLOCK_BYTES and number > begin:
            yield range(begin, number)
            begin, size = number, 0
        size += more
    yield range(begin, len(sizes))


def _strings(pieces: Sequence[KeyPiece], portion: range, ends: Longs) -> Strings:
    """Return the folded keys of some pieces in some partitions, in the order of their records there.

    Args:
        pieces: The pieces.
        portion: The partitions.
        ends: What the rows say of where each key ends.

    Raises:
        OutputError: A piece is damaged; the text names the range.
    """
    data = np.empty(sum(piece.bytes_of(portion) for piece in pieces), np.uint8)
    borders = np.zeros(len(ends) + 1, np.int64)
    row = begin = 0
    for piece in pieces:
        size, last = piece.bytes_of(portion), row + int(piece.rows[portion.stop] - piece.rows[portion.start])
        piece.read_keys(portion, data[begin : begin + size].data)
        np.add(ends[row:last], begin - int(piece.sizes[portion.start]), out=borders[row + 1 : last + 1])
        if borders[last] != begin + size or (borders[row:last] > borders[row + 1 : last + 1]).any():
            raise piece.damage("it holds something else")
        row, begin = last, begin + size
    buffers = [None, _arrow.py_buffer(borders), _arrow.py_buffer(data)]
    return _arrow.LargeBinaryArray.from_buffers(_arrow.large_binary(), len(ends), buffers)
