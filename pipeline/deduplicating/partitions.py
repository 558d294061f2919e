"""Some partitions of the keys of many batches, as they are compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from pipeline.deduplicating.comparing import Slice
from pipeline.deduplicating.keyed import Keyed
from pipeline.deduplicating.spilling import PARTITIONS, KeyPiece

# Records that are compared at once where they are few: some 20 MB, no more than one partition of ten million takes.
PORTION = 1 << 17


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


def read_portion(pieces: Sequence[KeyPiece], portion: range) -> tuple[list[Keyed], list[Slice]]:
    """Return the records of each piece in some partitions, and where their keys are read."""
    parts = [piece.keyed(portion) for piece in pieces]
    slices = [
        Slice(len(part.records), piece.bytes_of(portion), partial(piece.strings, portion))
        for piece, part in zip(pieces, parts, strict=True)
    ]
    return parts, slices
