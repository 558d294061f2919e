"""The rows that one batch contributes to one output file, so that single records can be taken out or put in later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.writing.files import DigestWriter

Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Piece:
    """k rows of an output file on disk: their bytes, and beside them what they belong to.

    Attributes:
        path: The rows' bytes, one after the other.
        rows: k.
    """

    path: Path
    rows: int

    @property
    def index_path(self) -> Path:
        """Where the 3 × k array of record numbers, lines and row lengths (bytes) lies."""
        return self.path.with_name(self.path.name + ".npy")

    def load(self) -> LoadedPiece:
        """Read the piece into memory; it is as large as one batch at most."""
        index: Longs = np.load(self.index_path)
        return LoadedPiece(self.path.read_bytes(), index[0], index[1], np.concatenate(([0], np.cumsum(index[2]))))

    def delete(self) -> None:
        """Remove its files."""
        self.path.unlink()
        self.index_path.unlink()


@dataclass(frozen=True, slots=True)
class LoadedPiece:
    """A piece in memory.

    Attributes:
        data: The bytes of k rows.
        records: k record numbers, ascending; a record may have several rows.
        lines: k physical lines.
        offsets: k + 1 byte offsets into `data`.
    """

    data: bytes
    records: Longs
    lines: Longs
    offsets: Longs

    def row(self, number: int) -> bytes:
        """Return one row's bytes."""
        return self.data[int(self.offsets[number]) : int(self.offsets[number + 1])]

    def row_of(self, record: int) -> int:
        """Return the position of a record's first row.

        Raises:
            KeyError: The piece has no row of this record.
        """
        number = int(np.searchsorted(self.records, record))
        if number == len(self.records) or self.records[number] != record:
            raise KeyError(record)
        return number

    def each(self) -> Iterator[tuple[int, bytes]]:
        """Yield (record number, row bytes) in order."""
        for number, record in enumerate(self.records.tolist()):
            yield record, self.row(number)


def write_piece(path: Path, rows: Sequence[bytes], records: Sequence[int], lines: Sequence[int]) -> Piece:
    """Write k rows and what they belong to; returns the piece."""
    path.write_bytes(b"".join(rows))
    index = np.array([records, lines, list(map(len, rows))], dtype=np.int64).reshape(3, len(rows))
    piece = Piece(path, len(rows))
    np.save(piece.index_path, index)
    return piece


def join_piece(
    output: DigestWriter, piece: Piece, drop: frozenset[int], insert: Mapping[int, Sequence[bytes]]
) -> tuple[int, tuple[bytes, ...] | None]:
    """Append a piece to an output file.

    Args:
        output: Where to.
        piece: The rows.
        drop: Records whose rows are left out.
        insert: Rows to add behind those of their record; all within the span of the piece's batch.

    Returns:
        How many rows were written, and the rows themselves if they are not just those of the piece.
    """
    if not drop and not insert:
        output.copy_from(piece.path)
        return piece.rows, None
    kept = [(record, row) for record, row in piece.load().each() if record not in drop]
    kept += [(record, row) for record, rows in insert.items() for row in rows]
    kept.sort(key=lambda pair: pair[0])  # stable: what is put in comes behind what its record has
    rows = tuple(row for _, row in kept)
    output.write(b"".join(rows))
    return len(rows), rows
