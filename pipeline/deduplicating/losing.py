"""Which records give way to another one of the same key, over all batches, some partitions of the keys at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.deduplicating.comparing import Groups, Slice, group_keys
from pipeline.deduplicating.folding import Identity
from pipeline.deduplicating.keyed import Keyed, Shorts, hash_keys
from pipeline.deduplicating.knowing import Known
from pipeline.deduplicating.partitions import in_file_order, portions, read_portion
from pipeline.deduplicating.spilling import KeyPiece
from pipeline.deduplicating.surviving import SURVIVORS, Survivor

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


def find_losers(pieces: Iterable[KeyPiece], survivor: Survivor = "first", known: Known | None = None) -> Losers:
    """Return which accepted records of a file give way, of whatever number of batches.

    Memory: the keys of one partition or of some 100,000 records, and 32 bytes for each that gives way (56 while they
    are put in order).

    Args:
        pieces: One for each batch, in any order.
        survivor: Which of the accepted records of a key is kept.
        known: Records that are out already: they neither give way nor are kept.

    Raises:
        OutputError: A piece is damaged; the text names the range.
    """
    ordered = in_file_order(pieces)
    survivors = SURVIVORS[survivor]
    return _in_order([_losers_of(*_unknown(ordered, one, known), survivors) for one in portions(ordered)])


def find_losers_in(
    columns: Identity,
    records: Longs,
    lines: Longs,
    accepted: Bools,
    survivor: Survivor = "first",
    filled: Shorts | None = None,
) -> Losers:
    """Return which accepted ones of n records in memory give way.

    Args:
        columns: n normal forms of each field of the key, missing where blank: such records have no key.
        records: n record numbers, ascending.
        lines: n physical lines.
        accepted: Which of the n are accepted.
        survivor: Which of the accepted records of a key is kept.
        filled: How many fields of each are not blank, where that decides who survives.
    """
    folded, hashes, present = hash_keys(columns)
    full = np.zeros(len(records), np.uint16) if filled is None else filled
    keyed = Keyed(hashes, records, lines, accepted & present, full)
    return _in_order([_losers_of(keyed, [Slice(len(records), 0, lambda: folded)], SURVIVORS[survivor])])


def count_distinct(pieces: Iterable[KeyPiece], known: Known | None = None) -> int:
    """Return how many different keys there are, of accepted records and of those that blanking would accept.

    By hash: k keys are counted one short with a chance of k² / 2⁶⁵.

    Args:
        pieces: One for each batch, in any order.
        known: Records that are out already: their keys do not count.

    Raises:
        OutputError: A piece is damaged; the text names the range.
    """
    ordered = in_file_order(pieces)
    count = 0
    for portion in portions(ordered):
        if known is not None and len(known):
            parts = [piece.keyed(portion) for piece in ordered]
            kept = [part.hashes[~np.isin(part.records, known.records)] for part in parts]
        else:
            kept = [piece.hashes(portion) for piece in ordered]
        hashes = np.concatenate([np.empty(0, np.uint64), *kept])
        hashes.sort()
        count += int(np.count_nonzero(hashes[1:] != hashes[:-1])) + bool(len(hashes))
    return count


def _unknown(pieces: Sequence[KeyPiece], portion: range, known: Known | None) -> tuple[Keyed, Sequence[Slice]]:
    """Return some partitions, in which records that are out already count as not accepted."""
    parts, slices = read_portion(pieces, portion)
    keyed = Keyed.joined(parts)
    if known is not None and len(known):
        keyed = replace(keyed, accepted=keyed.accepted & ~np.isin(keyed.records, known.records))
    return keyed, slices


def _losers_of(keyed: Keyed, slices: Sequence[Slice], survivors: Callable[[Groups], Longs]) -> tuple[Longs, ...]:
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
