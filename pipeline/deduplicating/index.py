"""Which records of a file are one contact, of whatever number of batches: a table of their keys in memory.

The table has 8 bytes for a record, times 4/3: a part of the key's hash, by which few are taken for another, and where
its row lies in a file. The rows of those that are alike are read back and compared byte for byte.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt

from pipeline.deduplicating.keyed import Keys, Longs
from pipeline.deduplicating.rows import ROW_BYTES, Meetings, RowFile, size_of
from pipeline.deduplicating.settled import Known, Losers, Settled
from pipeline.deduplicating.surviving import Survivor, best_of, outdoes
from pipeline.native import kernel, pointer_to

_hash_keys = kernel("hash_keys", "ppllp")
_seek_keys = kernel("seek_keys", "plppllllppp")

Hashes = npt.NDArray[np.uint64]

_PLACE = np.uint64((1 << 40) - 1)
"""Where a slot says where a row begins."""
_SPARE_SLOTS = 16
"""However few keys there are, the search for one ends at a free slot."""


def hash_keys(keys: Keys, secret: int) -> Hashes:
    """Return k hashes of 64 bits. Of them depends how much is compared, never what is found.

    Args:
        keys: k keys.
        secret: 63 bits, known to nobody: with them, one could make a file of keys whose hashes are alike.
    """
    hashes = np.empty(len(keys), np.uint64)
    _hash_keys(*map(pointer_to, (keys.data, keys.borders)), len(keys), secret, pointer_to(hashes))
    return hashes


class KeyIndex:
    """The keys of a file's records and of the lists of known contacts, told apart exactly.

    The lists are added first, then the batches of the file in its order. Records of one key are settled as if they came
    one by one: a blankable record neither gives way nor is kept in the stead of another; of accepted ones, one is kept,
    by the survivor.

    Memory: 11 bytes for each record there may be, touched as the table fills, and some 100 for each of a batch. Disk:
    23 bytes for each record, and its key.

    Raises:
        OSError: The file of keys cannot be made.
    """

    def __init__(self, folder: Path, most: int, survivor: Survivor) -> None:
        """Begin with nobody.

        Args:
            folder: Where the file of keys lies, without a name.
            most: How many records there may be, those of the lists among them.
            survivor: Which of the accepted records of a key is kept.
        """
        self._survivor: Survivor = survivor
        self._most = most
        self._slots = np.zeros(most + most // 3 + _SPARE_SLOTS, np.uint64)
        self._rows = RowFile(folder)
        self._batches: list[tuple[int, int]] = []  # where the rows of each begin and end
        self._held = 0
        self._secret = secrets.randbits(63)
        self._distinct = 0

    def __enter__(self) -> KeyIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the table and the file."""
        self._rows.close()
        self._slots = np.zeros(0, np.uint64)

    @property
    def distinct(self) -> int:
        """How many different keys those records of the file have, accepted or not, whose key is in no list."""
        return self._distinct

    def add_list(self, number: int, keys: Keys) -> None:
        """Add some keys of a list of known contacts.

        Args:
            number: Which list it is; the first that is added with a key is the one that is told.
            keys: Of its records; all are known, whatever is said of them.

        Raises:
            ValueError: There are more records than were foreseen, or batches were added already.
            OSError: They cannot be written.
            OutputError: Keys cannot be read back.
        """
        if self._batches:
            raise ValueError("lists come before the records that are compared with them")
        self._put(keys, np.full(len(keys), -1 - number))

    def add(self, keys: Keys) -> Settled:
        """Add a batch; returns what is final of it: who is known, and for the survivor "first" who gives way.

        Args:
            keys: Its keys; its records come behind those of all batches before.

        Raises:
            ValueError: There are more records than were foreseen.
            OSError: They cannot be written.
            OutputError: Keys cannot be read back.
        """
        base, met = self._put(keys, keys.records)
        self._batches.append((base, self._rows.size))
        self._distinct += len(keys) - len(met)
        known, rivals = _known_of(keys, met)
        return Settled(self._outdo(keys, rivals, base), known)

    def find(self, keys: Keys, batch: int) -> Settled:
        """Return what is final of a batch once all were added, whatever the survivor.

        Args:
            keys: Its keys, as they were added.
            batch: How many were added before it.

        Raises:
            ValueError: These are not its keys.
            OutputError: Keys cannot be read back.
        """
        base, end = self._batches[batch]
        if base + size_of(keys) != end:
            raise ValueError(f"batch {batch} has other keys")
        known, rivals = _known_of(keys, self._meet(keys, base, insert=False))
        return Settled(_losers_of(keys, rivals), known)

    def _put(self, keys: Keys, records: Longs) -> tuple[int, Meetings]:
        """Put keys in; returns where their rows begin, and which of the keys were there already."""
        self._held += len(keys)
        if self._held > self._most:
            raise ValueError(f"{self._held} keys of at most {self._most} records")
        base = self._rows.append(keys, records)
        return base, self._meet(keys, base, insert=True)

    def _meet(self, keys: Keys, base: int, *, insert: bool) -> Meetings:
        """Return which keys' slots hold the row of another record of the same key.

        Args:
            keys: A batch.
            base: Where its rows begin.
            insert: Whether its keys are put in where there is none.
        """
        hashes = hash_keys(keys, self._secret)
        places = tuple(np.empty(len(keys), np.int64) for _ in range(3))
        count = self._seek(keys, hashes, base, insert, -1, places)
        parts = [Meetings.none()]
        while count:
            found = self._rows.meet(keys, *(column[:count] for column in places))
            parts.append(found.only(found.same))
            # Only the hashes of the others are alike. They go on in their order, so that equal keys find each other.
            others = np.flatnonzero(~found.same)
            others = others[np.argsort(found.keys[others])]
            for column, left in zip(places, (found.keys[others], found.slots[others]), strict=False):
                column[: len(others)] = left
            count = self._seek(keys, hashes, base, insert, len(others), places)
        return Meetings.joined(parts)

    def _seek(self, keys: Keys, hashes: Hashes, base: int, insert: bool, again: int, places: tuple[Longs, ...]) -> int:
        """Call the kernel; its last arguments are `places`."""
        count = _seek_keys(
            pointer_to(self._slots),
            len(self._slots),
            *map(pointer_to, (hashes, keys.borders)),
            len(keys),
            base,
            int(insert),
            again,
            *map(pointer_to, places),
        )
        if (places[2][:count] < 0).any():
            raise ValueError("keys are sought that were not added")
        return count

    def _outdo(self, keys: Keys, rivals: Meetings, base: int) -> Losers:
        """Give the slots of those that are outdone to the best of a batch; returns who gives way, if that is final.

        Args:
            keys: The batch.
            rivals: Which of its accepted records met another record of the file.
            base: Where its rows begin.
        """
        filled = keys.filled[rivals.keys]
        better = np.flatnonzero(~rivals.accepted | outdoes(self._survivor, filled, rivals.filled))
        best = better[best_of(self._survivor, rivals.slots[better], filled[better])]
        winners = better[better == best]
        slots, rows = rivals.slots[winners], rivals.keys[winners]
        places = base + ROW_BYTES * rows + keys.borders[rows] + 1
        self._slots[slots] = (self._slots[slots] & ~_PLACE) | places.astype(np.uint64)
        if self._survivor != "first":
            return Losers.none()
        # What was blankable gives its place to the first of them, and the others give way to that one.
        kept, kept_lines = rivals.records.copy(), rivals.lines.copy()
        kept[better], kept_lines[better] = keys.records[rivals.keys[best]], keys.lines[rivals.keys[best]]
        losing = np.ones(len(rivals), np.bool_)
        losing[winners] = False
        rows = rivals.keys[losing]
        return Losers(keys.records[rows], keys.lines[rows], kept[losing], kept_lines[losing])


def _known_of(keys: Keys, met: Meetings) -> tuple[Known, Meetings]:
    """Return which records of a batch are known, and what the accepted ones of the others met."""
    listed = met.records < 0
    known, rows = met.only(listed), met.keys[listed]
    accepted = keys.accepted[met.keys]
    found = Known(keys.records[rows], keys.lines[rows], -1 - known.records, known.lines, accepted[listed])
    return found, met.only(accepted & ~listed)


def _losers_of(keys: Keys, rivals: Meetings) -> Losers:
    """Return the accepted records of a batch whose slots hold other ones: these are kept."""
    rows = rivals.keys
    return Losers(keys.records[rows], keys.lines[rows], rivals.records, rivals.lines)
