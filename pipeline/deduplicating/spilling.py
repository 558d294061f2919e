"""The keys of a batch on disk, by partitions of their hash: equal keys of all batches lie in the same partition.

A file holds a `ROW` for each record, by partition and in record order in each, and behind them the bytes of their
folded keys in the same order. Where a partition begins is known from the `KeyPiece` only, and so is how long the file
must be.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.deduplicating.folding import Identity
from pipeline.deduplicating.hashed import Shorts, hash_keys
from pipeline.errors import OutputError
from pipeline.native import kernel, pointer_to
from pipeline.writing.files import in_steps

Bools = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]

PARTITION_BITS = 6
PARTITIONS = 1 << PARTITION_BITS

_count_keys = kernel("count_keys", "pppllpp")
_place_keys = kernel("place_keys", "pppll" + "p" * 9)

ROW = np.dtype(
    [("hash", "<u8"), ("record", "<i8"), ("line", "<i8"), ("end", "<i8"), ("filled", "<u2"), ("accepted", "u1")]
)
"""A record: the hash of its key, its number and line, where its key ends, counted from the first key of the file, how
many of its fields are not blank, and whether it is accepted."""


@dataclass(frozen=True, slots=True, eq=False)
class KeyPiece:
    """The keys of one batch on disk; can be sent to another process (1 KB).

    Attributes:
        path: The file.
        part: Number of the range, 0-based.
        accepted: How many accepted records have a key.
        blankable: How many have one of those that would be accepted if bad cells were blanked.
        rows: 65 numbers: how many records lie before each partition, and in all.
        sizes: 65 numbers: how many bytes their folded keys take.
    """

    path: Path
    part: int
    accepted: int
    blankable: int
    rows: Longs
    sizes: Longs

    def __post_init__(self) -> None:
        if not len(self.rows) == len(self.sizes) == PARTITIONS + 1:
            raise ValueError(f"range {self.part}: keys lie in {PARTITIONS} partitions")
        if self.accepted + self.blankable != self.rows[-1]:
            raise ValueError(f"range {self.part}: {self.rows[-1]} keys of {self.accepted} + {self.blankable} records")

    @property
    def size(self) -> int:
        """How many bytes the file has."""
        return int(ROW.itemsize * self.rows[-1] + self.sizes[-1])

    def delete(self) -> None:
        """Remove the file."""
        self.path.unlink()

    def check(self) -> None:
        """See that the file is there, whole.

        Raises:
            OutputError: It is not; the text names the range.
        """
        with self._reading():
            found = self.path.stat().st_size
        if found != self.size:
            raise self.damage(f"it has {found} bytes, not {self.size}")

    def bytes_of(self, partitions: range) -> int:
        """Return how many bytes the folded keys in partitions that follow each other take."""
        return int(self.sizes[partitions.stop] - self.sizes[partitions.start])

    def read_rows(self, partitions: range, table: memoryview) -> None:
        """Fill a buffer of just the size with the rows in partitions that follow each other."""
        self._read(ROW.itemsize * int(self.rows[partitions.start]), table)

    def read_keys(self, partitions: range, data: memoryview) -> None:
        """Fill a buffer of just the size with the folded keys in partitions that follow each other."""
        self._read(ROW.itemsize * int(self.rows[-1]) + int(self.sizes[partitions.start]), data)

    def damage(self, what: str) -> OutputError:
        """Return that the file is not as it was written."""
        return OutputError(
            f"cannot read back the keys of range {self.part} from {self.path}: {what}; nothing was published, run again"
        )

    def _read(self, start: int, data: memoryview) -> None:
        done = 0
        with self._reading():
            handle = os.open(self.path, os.O_RDONLY)
            try:
                while done < len(data) and (more := os.preadv(handle, [data[done:]], start + done)):
                    done += more
            finally:
                os.close(handle)
        if done < len(data):
            raise self.damage(f"it ends at byte {start + done} of {self.size}")

    @contextmanager
    def _reading(self) -> Generator[None]:
        try:
            yield
        except OSError as reason:
            raise self.damage(reason.strerror or str(reason)) from reason


def write_keys(
    path: Path,
    part: int,
    columns: Identity,
    records: Longs,
    lines: Longs,
    accepted: Bools,
    blankable: Bools,
    filled: Shorts | None = None,
) -> KeyPiece:
    """Write the keys of a batch of n records; returns what phase 2 needs to find them.

    Args:
        path: Where to; replaced if it is there.
        part: Number of the range.
        columns: n normal forms of each field of the key, missing where blank: such records have no key.
        records: n record numbers, ascending.
        lines: n physical lines.
        accepted: Which of the n are accepted.
        blankable: Which others would be if bad cells were blanked.
        filled: How many fields of each are not blank, where that decides who survives.

    Raises:
        OSError: It cannot be written.
    """
    if (accepted & blankable).any():
        raise ValueError(f"range {part}: a record is accepted, or would be, not both")
    if (records[1:] <= records[:-1]).any():
        raise ValueError(f"range {part}: records are not in their order")
    folded, hashes, present = hash_keys(columns)
    chosen = present & (accepted | blankable)
    _, offsets, data = folded.buffers()
    borders = np.frombuffer(offsets or bytes(8), np.int64)[folded.offset :]
    keyed = [np.ascontiguousarray(column) for column in (chosen, hashes, borders)]
    rows, sizes = np.empty(PARTITIONS + 1, np.int64), np.empty(PARTITIONS + 1, np.int64)
    count = _count_keys(*map(pointer_to, keyed), len(hashes), PARTITION_BITS, pointer_to(rows), pointer_to(sizes))
    best = int(np.count_nonzero(accepted & chosen))
    piece = KeyPiece(path, part, best, count - best, rows.copy(), sizes.copy())
    table, keys = np.empty(count, ROW), np.empty(int(sizes[-1]), np.uint8)
    others = (
        np.ascontiguousarray(records, np.int64),
        np.ascontiguousarray(lines, np.int64),
        None if filled is None else np.ascontiguousarray(filled, np.uint16),
        np.ascontiguousarray(accepted, np.bool_),
    )
    if any(column is not None and len(column) != len(hashes) for column in others):
        raise ValueError(f"range {part}: a key belongs to one record on one line, accepted or not")
    _place_keys(
        *map(pointer_to, keyed),
        len(hashes),
        PARTITION_BITS,
        pointer_to(data),
        *map(pointer_to, others),
        *map(pointer_to, (rows, sizes, table, keys)),
    )
    with path.open("wb") as file:
        file.writelines(in_steps(table.view(np.uint8).data))
        file.writelines(in_steps(keys.data))
    return piece
