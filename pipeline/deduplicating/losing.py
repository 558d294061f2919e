"""Which records give way to another one of the same key, over all batches, some partitions of the keys at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from pipeline.deduplicating.comparing import Groups, Slice, find_repeats, group_keys
from pipeline.deduplicating.folding import Identity
from pipeline.deduplicating.hashed import Keyed, Shorts, hash_keys
from pipeline.deduplicating.partitions import in_file_order, portions, read_portion
from pipeline.deduplicating.settled import Known, Losers
from pipeline.deduplicating.spilling import KeyPiece
from pipeline.deduplicating.surviving import SURVIVORS, Survivor

Bools = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]


def find_losers(
    pieces: Iterable[KeyPiece], survivor: Survivor = "first", known: Known | None = None
) -> tuple[Losers, int]:
    """Return which accepted records of a file give way, of whatever number of batches, and how many keys there are.

    The latter are the different keys of accepted records and of those that blanking would accept, by hash: k keys are
    counted one short with a chance of k² / 2⁶⁵.

    Memory: the keys of one partition or of some 250,000 records, and 32 bytes for each that gives way (56 while they
    are put in order).

    Args:
        pieces: One for each batch, in any order.
        survivor: Which of the accepted records of a key is kept.
        known: Records that are out already: they neither give way nor are kept, and their keys do not count.

    Raises:
        OutputError: A piece is damaged; the text names the range.
    """
    ordered = in_file_order(pieces)
    parts: list[tuple[Longs, ...]] = []
    distinct = 0
    for portion in portions(ordered):
        keyed, slices = read_portion(ordered, portion)
        chosen = np.arange(len(keyed.records))
        if known is not None and len(known):
            chosen = np.flatnonzero(~np.isin(keyed.records, known.records))
        repeats = find_repeats(keyed.hashes, chosen)
        parts.append(_losers_of(group_keys(keyed, repeats, slices), SURVIVORS[survivor]))
        distinct += repeats.distinct
    return _in_order(parts), distinct


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
    repeats = find_repeats(hashes, np.flatnonzero(keyed.accepted))
    groups = group_keys(keyed, repeats, [Slice(len(records), 0, lambda: folded)])
    return _in_order([_losers_of(groups, SURVIVORS[survivor])])


def _losers_of(groups: Groups, survivors: Callable[[Groups], Longs]) -> tuple[Longs, ...]:
    """Return the k records that give way, their lines, those kept, and theirs: four arrays."""
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
