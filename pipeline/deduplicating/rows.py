"""The file of the keys that an index knows by their places: appended to, and read where keys meet."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.deduplicating.keyed import Bools, Keys, Longs, Shorts
from pipeline.errors import OutputError
from pipeline.native import kernel, pointer_to
from pipeline.writing.files import STEP

_pack_rows = kernel("pack_rows", "pppppplpl")
_compare_rows = kernel("compare_rows", "plppl" + "p" * 7)

ROW_BYTES = 23
"""What a row takes beside its key: record and line of 8 bytes, the key's size of 4, fields filled of 2, accepted."""

MOST_BYTES = 1 << 40
"""How far a slot of the index can point."""

MOST_OF_KEY = 1 << 32
"""What a row's number of bytes cannot say any more."""

GAP = 1 << 12
"""Bytes between two rows that are read with them: a call for each would take longer. Source: measured."""


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """k keys of a batch that met the row of another record.

    Attributes:
        keys: k positions of the keys in their batch.
        slots: k slots of the index in which they met it.
        records: k numbers of the other record; below 0 those of a list: -1 for the first list, -2 for the next.
        lines: k lines of it.
        filled: How many of its fields are not blank.
        accepted: Whether it is accepted.
        same: Whether its key is the same; else only a part of their hashes is.
    """

    keys: Longs
    slots: Longs
    records: Longs
    lines: Longs
    filled: Shorts
    accepted: Bools
    same: Bools

    def __len__(self) -> int:
        return len(self.keys)

    def only(self, chosen: Bools | Longs) -> Meetings:
        """Return the chosen ones, by a mask of the k or by their positions, in this order."""
        return Meetings(
            self.keys[chosen],
            self.slots[chosen],
            self.records[chosen],
            self.lines[chosen],
            self.filled[chosen],
            self.accepted[chosen],
            self.same[chosen],
        )

    @staticmethod
    def none() -> Meetings:
        """Return that none has met another's row."""
        nothing = np.empty(0, np.int64)
        nobody = np.empty(0, np.bool_)
        return Meetings(nothing, nothing, nothing, nothing, np.empty(0, np.uint16), nobody, nobody)

    @staticmethod
    def joined(parts: list[Meetings]) -> Meetings:
        """Return those of several parts, in the order of their keys."""
        columns = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("keys", "slots", "records", "lines", "filled", "accepted", "same")
        )
        whole = Meetings(*columns)
        return whole.only(np.argsort(whole.keys))


class RowFile:
    """A file without a name, that goes when it is closed or the process ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115  # closed by `close`
        self._block = np.empty(STEP, np.uint8)
        self.size = 0

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def append(self, keys: Keys, records: Longs) -> int:
        """Append a row for each of k keys; returns where the first begins.

        Memory: a mebibyte, or the longest row.

        Args:
            keys: The keys.
            records: k numbers that are said of them; none is 0.

        Raises:
            OSError: It cannot be written.
            OutputError: The file would be longer than an index can point.
            ValueError: A key is longer than a row can say.
        """
        begin, done, count = self.size, 0, len(keys)
        if begin + size_of(keys) >= MOST_BYTES:
            raise OutputError(
                f"the keys by which duplicates are found take more than {MOST_BYTES >> 40} TiB; nothing was published: "
                "split the file, or compare by a shorter field with --duplicates-by"
            )
        block = self._block
        while done < count:
            columns = (records, keys.lines, keys.filled, keys.accepted)
            left = (*(column[done:] for column in columns), keys.borders[done:], keys.data)
            made = _pack_rows(*map(pointer_to, left), count - done, pointer_to(block), len(block))
            if not made:
                block = np.empty(_room_for(keys, done), np.uint8)
                continue
            size = ROW_BYTES * made + int(keys.borders[done + made] - keys.borders[done])
            data = block[:size].data
            while data:
                data = data[self._file.write(data) :]
            self.size += size
            done += made
        return begin

    def meet(self, keys: Keys, met: Longs, slots: Longs, places: Longs) -> Meetings:
        """Return what k keys have met.

        Memory: 60 bytes for each, and a block of rows.

        Args:
            keys: The batch.
            met: k positions of the keys in it.
            slots: k slots in which they met a row.
            places: k byte offsets of the rows in this file.

        Raises:
            OutputError: The rows cannot be read back.
        """
        order = np.argsort(places, kind="stable")
        met, slots, places = met[order], slots[order], places[order]
        count = len(met)
        records, lines = np.empty(count, np.int64), np.empty(count, np.int64)
        filled, accepted, same = np.empty(count, np.uint16), np.empty(count, np.bool_), np.empty(count, np.bool_)
        for some, rows, begins in self._read(places, places + ROW_BYTES + keys.borders[met + 1] - keys.borders[met]):
            right = _compare_rows(
                rows,
                len(rows),
                *map(pointer_to, (begins, met[some])),
                len(begins),
                *map(pointer_to, (keys.borders, keys.data)),
                *(pointer_to(column[some]) for column in (records, lines, filled, accepted, same)),
            )
            if right < len(begins):
                raise self._damage("it holds something else")
        return Meetings(met, slots, records, lines, filled, accepted, same)

    def _read(self, begins: Longs, ends: Longs) -> Iterator[tuple[slice, bytes, Longs]]:
        """Yield which of k spans, ascending, lie in the bytes read next; these, and where the spans begin there.

        What is near one another is read at once.
        """
        reach = np.minimum(np.maximum.accumulate(ends), self.size)
        apart = (begins[1:] > reach[:-1] + GAP) | (begins[1:] // STEP != begins[:-1] // STEP)
        firsts = np.concatenate(([0], np.flatnonzero(apart) + 1, [len(begins)]))
        heads, tails = begins[firsts[:-1]], reach[firsts[1:] - 1]
        before = np.cumsum(tails - heads) - (tails - heads)
        shifts = np.repeat(before - heads, np.diff(firsts))
        turns = np.flatnonzero(np.diff(before // STEP)) + 1
        for first, last in zip([0, *turns.tolist()], [*turns.tolist(), len(heads)], strict=True):
            spans = zip(heads[first:last].tolist(), tails[first:last].tolist(), strict=True)
            rows = self._bytes_of(spans)
            some = slice(int(firsts[first]), int(firsts[last]))
            yield some, rows, begins[some] + (shifts[some] - before[first])

    def _bytes_of(self, spans: Iterator[tuple[int, int]]) -> bytes:
        """Return the bytes of spans, one behind the other."""
        handle = self._file.fileno()
        parts: list[bytes] = []
        for begin, end in spans:
            try:
                part = os.pread(handle, end - begin, begin)
            except OSError as reason:
                raise self._damage(reason.strerror or str(reason)) from reason
            if len(part) != end - begin:
                raise self._damage(f"it ends at byte {begin + len(part)} of {self.size}")
            parts.append(part)
        return b"".join(parts)

    def _damage(self, what: str) -> OutputError:
        return OutputError(
            f"cannot read back the keys of contacts from {self._folder}: {what}; nothing was published, run again"
        )


def size_of(keys: Keys) -> int:
    """Return how many bytes the rows of a batch take."""
    return ROW_BYTES * len(keys) + len(keys.data)


def _room_for(keys: Keys, number: int) -> int:
    """Return how many bytes the row of a key takes.

    Raises:
        ValueError: The key is longer than a row can say.
    """
    size = int(keys.borders[number + 1] - keys.borders[number])
    if size >= MOST_OF_KEY:
        raise ValueError(f"a key has {MOST_OF_KEY} bytes or more")
    return ROW_BYTES + size
