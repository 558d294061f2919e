"""The keys of a batch on disk, by partitions of their hash: equal keys of all batches lie in the same partition.

A file holds, for each partition in turn, its k records' hashes, numbers, lines (8 bytes each), how many fields of them
are not blank (2 bytes) and whether they are accepted (1 byte); then their folded keys' ends (8 bytes each, counted
over the keys of the whole file) and those keys' bytes. Where a partition begins is known from the `KeyPiece` only, and
so is how long the file must be.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none

from pipeline.deduplicating.folding import Identity
from pipeline.deduplicating.keyed import Keyed, Shorts, hash_keys
from pipeline.deduplicating.words import Strings
from pipeline.errors import OutputError

Bools = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint64]
Longs = npt.NDArray[np.int64]

PARTITION_BITS = 6
PARTITIONS = 1 << PARTITION_BITS

# Bytes gathered for one write.
BUFFER = 1 << 18

# Bytes a record takes in front of the ends, and with its end.
FRONT, WHOLE = 27, 35


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
        return self._start(PARTITIONS)

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
            raise self._damage(f"it has {found} bytes, not {self.size}")

    def hashes(self, partition: int) -> Hashes:
        """Return the hashes in one partition, in record order."""
        count = self._count(partition)
        return np.frombuffer(self._read(self._start(partition), 8 * count), "<u8").astype(np.uint64, copy=False)

    def keyed(self, partition: int) -> Keyed:
        """Return the records in one partition, without the keys themselves."""
        count = self._count(partition)
        data = self._read(self._start(partition), FRONT * count)
        hashes = np.frombuffer(data, "<u8", count).astype(np.uint64, copy=False)
        records, lines = np.frombuffer(data, "<i8", 2 * count, 8 * count).astype(np.int64, copy=False).reshape(2, count)
        filled = np.frombuffer(data, "<u2", count, 24 * count).astype(np.uint16, copy=False)
        flags = np.frombuffer(data, np.uint8, count, 26 * count)
        if (partition_of(hashes) != partition).any() or (flags > 1).any() or (records[1:] <= records[:-1]).any():
            raise self._damage("it holds something else")
        return Keyed(hashes, records, lines, flags.view(np.bool_), filled)

    def bytes_of(self, partition: int) -> int:
        """Return how many bytes the folded keys in one partition take."""
        return int(self.sizes[partition + 1] - self.sizes[partition])

    def strings(self, partition: int) -> Strings:
        """Return the folded keys in one partition, in record order."""
        count, size = self._count(partition), self.bytes_of(partition)
        data = self._read(self._start(partition) + FRONT * count, 8 * count + size)
        offsets = np.zeros(count + 1, np.int64)
        offsets[1:] = np.frombuffer(data, "<i8", count)
        offsets[1:] -= self.sizes[partition]
        if (np.diff(offsets) < 0).any() or offsets[-1] != size:
            raise self._damage("it holds something else")
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data).slice(8 * count)]
        return pa.LargeBinaryArray.from_buffers(pa.large_binary(), count, buffers)

    def _count(self, partition: int) -> int:
        return int(self.rows[partition + 1] - self.rows[partition])

    def _start(self, partition: int) -> int:
        """Return where in the file a partition begins."""
        return WHOLE * int(self.rows[partition]) + int(self.sizes[partition])

    def _read(self, start: int, size: int) -> bytes:
        with self._reading():
            handle = os.open(self.path, os.O_RDONLY)
            try:
                data = os.pread(handle, size, start)
                while len(data) < size and (more := os.pread(handle, size - len(data), start + len(data))):
                    data += more
            finally:
                os.close(handle)
        if len(data) != size:
            raise self._damage(f"it ends at byte {start + len(data)} of {self.size}")
        return data

    @contextmanager
    def _reading(self) -> Generator[None]:
        try:
            yield
        except OSError as reason:
            raise self._damage(reason.strerror or str(reason)) from reason

    def _damage(self, what: str) -> OutputError:
        return OutputError(
            f"cannot read back the keys of range {self.part} from {self.path}: {what}; nothing was published, run again"
        )


def partition_of(hashes: Hashes) -> npt.NDArray[np.uint8]:
    """Return the partition of each hash: its highest bits."""
    return (hashes >> np.uint64(64 - PARTITION_BITS)).astype(np.uint8)


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
    chosen = np.flatnonzero(present & (accepted | blankable))
    partitions = partition_of(hashes[chosen])
    order = chosen[np.argsort(partitions, kind="stable")]
    rows = np.concatenate(([0], np.cumsum(np.bincount(partitions, minlength=PARTITIONS)))).astype(np.int64)
    strings = folded.take(pa.array(order))
    _, offsets, data = strings.buffers()
    ends = np.frombuffer(offsets, np.int64)[: len(order) + 1] if len(order) else np.zeros(1, np.int64)
    best = int(np.count_nonzero(accepted[chosen]))
    piece = KeyPiece(path, part, best, len(chosen) - best, rows, ends[rows])
    fronts = (
        hashes[order].astype("<u8", copy=False),
        records[order].astype("<i8", copy=False),
        lines[order].astype("<i8", copy=False),
        (np.zeros(len(order), "<u2") if filled is None else filled[order].astype("<u2", copy=False)),
        accepted[order],
        ends[1:].astype("<i8", copy=False),
    )
    keys = memoryview(data or b"").cast("B")
    sections: list[memoryview | bytes] = []
    for first, end in zip(rows[:-1].tolist(), rows[1:].tolist(), strict=True):
        sections += [column[first:end].data for column in fronts]
        sections.append(keys[int(ends[first]) : int(ends[end])])
    with path.open("wb", buffering=BUFFER) as file:
        file.writelines(sections)
    return piece
