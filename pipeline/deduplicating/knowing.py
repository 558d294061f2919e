"""Which records of a file stand in lists that are known already, a partition of the keys at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.deduplicating.comparing import find_repeats, group_keys
from pipeline.deduplicating.hashed import Keyed
from pipeline.deduplicating.partitions import in_file_order, read_portion
from pipeline.deduplicating.settled import Known
from pipeline.deduplicating.spilling import PARTITIONS, KeyPiece

Bools = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]


def find_known(pieces: Iterable[KeyPiece], lists: Sequence[Iterable[KeyPiece]]) -> Known:
    """Return the records of a file whose key stands in one of some lists.

    Memory: one partition's keys, the lists' among them, and 33 bytes for each record that is known (58 while they are
    put in order).

    Args:
        pieces: The file's, one for each batch, in any order.
        lists: Those of each list likewise.

    Raises:
        OutputError: A piece is damaged; the text names the range.
    """
    ordered = in_file_order(pieces)
    listed = [(number, piece) for number, one in enumerate(lists) for piece in in_file_order(one)]
    if not listed or not ordered:
        return Known.none()
    parts = [_known_of(ordered, listed, number) for number in range(PARTITIONS)]
    records = np.concatenate([part.records for part in parts])
    order = np.argsort(records)
    return Known(
        records[order],
        np.concatenate([part.lines for part in parts])[order],
        np.concatenate([part.lists for part in parts])[order],
        np.concatenate([part.list_lines for part in parts])[order],
        np.concatenate([part.accepted for part in parts])[order],
    )


def _known_of(pieces: Sequence[KeyPiece], listed: Sequence[tuple[int, KeyPiece]], number: int) -> Known:
    """Return the known records of one partition."""
    portion = range(number, number + 1)
    theirs, their_slices = read_portion([piece for _, piece in listed], portion)
    own, our_slices = read_portion(pieces, portion)
    count = len(theirs.records)
    if not count or not len(own.records):
        return Known.none()
    # The lists' records are numbered down from the file's first, so that they come before it in every group.
    both = Keyed(
        np.concatenate([theirs.hashes, own.hashes]),
        np.concatenate([np.arange(-count, 0), own.records]),
        np.concatenate([theirs.lines, own.lines]),
        np.concatenate([theirs.accepted, np.ones(len(own.records), np.bool_)]),
        np.zeros(count + len(own.records), np.uint16),
    )
    repeats = find_repeats(both.hashes, np.arange(len(both.hashes)))
    groups = group_keys(both, repeats, [*their_slices, *our_slices])
    heads = np.repeat(groups.starts[:-1], np.diff(groups.starts))
    found = np.flatnonzero((groups.records > 0) & (groups.records[heads] < 0))
    found = found[np.argsort(groups.records[found])]
    heads = heads[found]
    records = groups.records[found]
    sizes = [int(piece.rows[number + 1] - piece.rows[number]) for _, piece in listed]
    places = np.repeat([which for which, _ in listed], sizes).astype(np.int64)
    return Known(
        records,
        groups.lines[found],
        places[groups.records[heads] + count],
        groups.lines[heads],
        own.accepted[np.searchsorted(own.records, records)],
    )
