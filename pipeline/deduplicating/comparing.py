"""Records of one key: those whose hashes repeat, once their keys have been compared byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none

from pipeline.deduplicating.hashed import Hashes, Keyed, Shorts
from pipeline.deduplicating.words import Strings, Words, equal_strings

Bools = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]

_arrow: Any = pa

# Bytes of keys that are read at once, unless a piece has more: enough that the price of a call does not matter.
BLOCK_BYTES = 16 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """The keys of some records that follow each other.

    Attributes:
        records: How many.
        size: How many bytes their folded keys take.
        load: Returns those.
    """

    records: int
    size: int
    load: Callable[[], Strings]


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """k records in g groups, each of one key.

    Attributes:
        records: k record numbers, ascending in each group.
        lines: k physical lines.
        filled: k numbers of fields that are not blank; 0 where nobody asks for them.
        starts: g + 1 numbers: where each group begins, and k.
    """

    records: Longs
    lines: Longs
    filled: Shorts
    starts: Longs

    def __post_init__(self) -> None:
        if not len(self.records) == len(self.lines) == len(self.filled) or self.starts[-1] != len(self.records):
            raise ValueError("groups hold every record once")
        ascends = self.records[1:] > self.records[:-1]
        ascends[self.starts[1:-1] - 1] = True
        if not ascends.all():
            raise ValueError("a group's records are not in the order of the file")


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """Of some records, those whose hash is another's too.

    Attributes:
        rows: Their positions; those of one hash follow each other and ascend.
        heads: Which of them is the first of its hash.
        distinct: How many different hashes all the records have.
    """

    rows: Longs
    heads: Bools
    distinct: int


def find_repeats(hashes: Hashes, chosen: Longs) -> Repeats:
    """Return which of the chosen records have a hash that is another's too.

    Args:
        hashes: n hashes.
        chosen: Positions of the chosen ones, ascending.
    """
    suspects = chosen[_suspects(hashes[chosen])]
    order = suspects[np.argsort(hashes[suspects], kind="stable")]
    rows, heads = _repeated(hashes, order)
    return Repeats(rows, heads, len(chosen) - len(rows) + int(heads.sum()))


def group_keys(keyed: Keyed, repeats: Repeats, slices: Sequence[Slice]) -> Groups:
    """Return the accepted ones of the records whose hash is another's too, by their key. A group may be of one record.

    Holds 8 bytes a record several times over, one key for each hash that repeats, and a block of keys.

    Args:
        keyed: k records.
        repeats: What was found of their hashes.
        slices: Their keys, in the same order.
    """
    rows, heads = _repeated(keyed.hashes, repeats.rows[keyed.accepted[repeats.rows]])
    group = np.cumsum(heads) - 1
    if len(rows) and sum(part.size for part in slices) <= BLOCK_BYTES:
        slices = [_loaded(slices)]
    different = _differing(rows, heads, group, slices) if len(rows) else heads
    if different.any():
        group[different] = _told_apart(rows[different], slices) + len(rows)
        order = np.argsort(group, kind="stable")
        rows, group = rows[order], group[order]
        heads = np.concatenate(([True], group[1:] != group[:-1]))
    starts = np.append(np.flatnonzero(heads), len(rows))
    return Groups(keyed.records[rows], keyed.lines[rows], keyed.filled[rows], starts)


def _repeated(hashes: Hashes, order: Longs) -> tuple[Longs, Bools]:
    """Return those of some rows, in the order of their hashes, whose hash is another's too; and which begin a hash."""
    found = hashes[order]
    same = np.zeros(len(order) + 1, np.bool_)
    same[1:-1] = found[1:] == found[:-1]
    repeated = np.flatnonzero(same[1:] | same[:-1])
    return order[repeated], ~same[repeated]


def _suspects(hashes: Hashes) -> Longs:
    """Return all places of k hashes that repeat, and few others; those of one hash ascend."""
    # The upper bits and the place in one number: that is sorted five times faster than places by a stable order.
    low = np.uint64((1 << len(hashes).bit_length()) - 1)
    both = (hashes & ~low) | np.arange(len(hashes), dtype=np.uint64)
    both.sort()
    same = np.zeros(len(both) + 1, np.bool_)
    same[1:-1] = (both[1:] ^ both[:-1]) <= low
    return (both[same[1:] | same[:-1]] & low).astype(np.int64)


def _differing(rows: Longs, heads: Bools, group: Longs, slices: Sequence[Slice]) -> Bools:
    """Return which of k rows have another key than the first one of their hash."""
    place = np.empty(int(heads.sum()), np.int64)  # of each group's first key among those held
    held: list[Strings] = []
    done = 0
    for some, strings in _look_up(rows[heads], slices):
        place[some] = np.arange(done, done + len(some))
        held.append(strings)
        done += len(some)
    firsts = Words.of(_arrow.concat_arrays(held))
    held.clear()
    others = np.flatnonzero(~heads)
    different = np.zeros(len(rows), np.bool_)
    for some, strings in _look_up(rows[others], slices):
        entries = others[some]
        different[entries] = ~equal_strings(Words.of(strings), firsts.only(place[group[entries]]))
    return different


def _told_apart(rows: Longs, slices: Sequence[Slice]) -> Longs:
    """Return a number for each of k rows, the same where the key is the same: for the few whose hash collides."""
    numbers: dict[bytes, int] = {}
    told = np.empty(len(rows), np.int64)
    for some, strings in _look_up(rows, slices):
        told[some] = [numbers.setdefault(key, len(numbers)) for key in strings.to_pylist()]
    return told


def _loaded(slices: Sequence[Slice]) -> Slice:
    """Return slices as one that is read already."""
    strings = _arrow.concat_arrays([part.load() for part in slices])
    return Slice(len(strings), sum(part.size for part in slices), lambda: strings)


def _look_up(rows: Longs, slices: Sequence[Slice]) -> Iterator[tuple[Longs, Strings]]:
    """Yield, slice by slice, which of k rows lie in it, with their keys. Slices without any are not read."""
    order = np.argsort(rows, kind="stable")
    ascending = rows[order]
    bounds = np.concatenate(([0], np.cumsum([part.records for part in slices])))
    ends = np.searchsorted(ascending, bounds)
    for number in np.flatnonzero(np.diff(ends)).tolist():
        begin, end = int(ends[number]), int(ends[number + 1])
        places = ascending[begin:end] - int(bounds[number])
        yield order[begin:end], slices[number].load().take(_arrow.array(places))
