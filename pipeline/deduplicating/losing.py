"""Which records give way to another one of the same key, over all batches, a partition of the keys at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from pipeline.deduplicating.comparing import Groups, Slice, group_keys
from pipeline.deduplicating.folding import Texts
from pipeline.deduplicating.keyed import Keyed, hash_keys
from pipeline.deduplicating.spilling import PARTITIONS, KeyPiece

Bools = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Losers:
    """k records that give way.

    Attributes:
        records: k record numbers, ascending.
        lines: k physical lines of theirs.
        kept: k numbers of the records that are kept in their stead; none of them gives way itself.
        kept_lines: k physical lines of those.
    """

    records: Longs
    lines: Longs
    kept: Longs
    kept_lines: Longs

    def __post_init__(self) -> None:
        if not len(self.records) == len(self.lines) == len(self.kept) == len(self.kept_lines):
            raise ValueError("a record gives way to one record on one line")
        if (self.records[1:] <= self.records[:-1]).any():
            raise ValueError("a record gives way once, and records ascend")

    def __len__(self) -> int:
        return len(self.records)

    def among(self, first: int, records: int) -> Losers:
        """Return those of so many records from a first one on: the losers of a range."""
        begin, end = np.searchsorted(self.records, (first, first + records)).tolist()
        return Losers(self.records[begin:end], self.lines[begin:end], self.kept[begin:end], self.kept_lines[begin:end])


def keep_first(groups: Groups) -> Longs:
    """Return where the survivor of each of g groups stands among their k records: the first in file order."""
    return groups.starts[:-1]


def find_losers(pieces: Iterable[KeyPiece]) -> Losers:
    """Return which accepted records of a file give way, of whatever number of batches.

    Memory: one partition's keys, and 32 bytes for each that gives way (56 while they are put in order).

    Args:
        pieces: One for each batch, in any order.

    Raises:
        OutputError: A piece is damaged; the text names the range.
    """
    ordered = _in_file_order(pieces)
    return _in_order([_losers_of(*_partition(ordered, number)) for number in range(PARTITIONS)])


def find_losers_in(values: Texts, records: Longs, lines: Longs, accepted: Bools) -> Losers:
    """Return which accepted ones of n records in memory give way.

    Args:
        values: n normal forms of the key field, missing where blank: such records have no key.
        records: n record numbers, ascending.
        lines: n physical lines.
        accepted: Which of the n are accepted.
    """
    folded, hashes, present = hash_keys(values)
    keyed = Keyed(hashes, records, lines, accepted & present)
    return _in_order([_losers_of(keyed, [Slice(len(records), 0, lambda: folded)])])


def count_distinct(pieces: Iterable[KeyPiece]) -> int:
    """Return how many different keys there are, of accepted records and of those that blanking would accept.

    By hash: k keys are counted one short with a chance of k² / 2⁶⁵.

    Raises:
        OutputError: A piece is damaged; the text names the range.
    """
    ordered = _in_file_order(pieces)
    count = 0
    for number in range(PARTITIONS):
        hashes = np.concatenate([np.empty(0, np.uint64), *(piece.hashes(number) for piece in ordered)])
        hashes.sort()
        count += int(np.count_nonzero(hashes[1:] != hashes[:-1])) + bool(len(hashes))
    return count


def _in_file_order(pieces: Iterable[KeyPiece]) -> list[KeyPiece]:
    """Return pieces by range, each seen to be whole."""
    ordered = sorted(pieces, key=lambda piece: piece.part)
    for piece in ordered:
        piece.check()
    return ordered


def _partition(pieces: Sequence[KeyPiece], number: int) -> tuple[Keyed, list[Slice]]:
    parts = [piece.keyed(number) for piece in pieces]
    slices = [
        Slice(len(part.records), piece.bytes_of(number), partial(piece.strings, number))
        for piece, part in zip(pieces, parts, strict=True)
    ]
    return Keyed.joined(parts), slices


def _losers_of(
    keyed: Keyed, slices: Sequence[Slice], survivors: Callable[[Groups], Longs] = keep_first
) -> tuple[Longs, ...]:
    """Return the k records that give way, their lines, those kept, and theirs: four arrays."""
    groups = group_keys(keyed, slices)
    kept = np.repeat(survivors(groups), np.diff(groups.starts))
    losing = np.flatnonzero(kept != np.arange(len(kept)))
    kept = kept[losing]
    return groups.records[losing], groups.lines[losing], groups.records[kept], groups.lines[kept]


def _in_order(parts: list[tuple[Longs, ...]]) -> Losers:
    """Return the losers of all partitions by record number. The list is emptied: each array is let go once joined."""
    columns = [[part[number] for part in parts] for number in range(4)]
    parts.clear()
    order = np.argsort(np.concatenate(columns[0]))
    ordered: list[Longs] = []
    for column in columns:
        whole = np.concatenate(column)
        column.clear()
        ordered.append(whole[order])
    return Losers(*ordered)
