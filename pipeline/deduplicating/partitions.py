"""One partition of the keys of many batches, as it is compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from pipeline.deduplicating.comparing import Slice
from pipeline.deduplicating.keyed import Keyed
from pipeline.deduplicating.spilling import KeyPiece


def in_file_order(pieces: Iterable[KeyPiece]) -> list[KeyPiece]:
    """Return pieces by range, each seen to be whole.

    Raises:
        OutputError: One is damaged; the text names the range.
    """
    ordered = sorted(pieces, key=lambda piece: piece.part)
    for piece in ordered:
        piece.check()
    return ordered


def partition(pieces: Sequence[KeyPiece], number: int) -> tuple[list[Keyed], list[Slice]]:
    """Return the records of each piece in one partition, and where their keys are read."""
    parts = [piece.keyed(number) for piece in pieces]
    slices = [
        Slice(len(part.records), piece.bytes_of(number), partial(piece.strings, number))
        for piece, part in zip(pieces, parts, strict=True)
    ]
    return parts, slices
