"""The rows that one batch contributes to one output file, so that single records can be taken out or put in later."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.writing.columns import Lines
from pipeline.writing.files import DigestWriter

Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Piece:
    """k rows of an output file on disk: their bytes, and beside them which record each belongs to.

    Attributes:
        path: The rows' bytes, one after the other.
        rows: k.
    """

    path: Path
    rows: int

    @property
    def index_path(self) -> Path:
        """Where the 2 × k array of record numbers, ascending, and row lengths (bytes) lies."""
        return self.path.with_name(self.path.name + ".npy")

    def delete(self) -> None:
        """Remove its files."""
        self.path.unlink()
        self.index_path.unlink()


def write_piece(path: Path, lines: Lines) -> Piece:
    """Write k lines, and beside them the records they belong to; returns the piece."""
    with path.open("wb") as file:
        lengths = lines.write_to(file)
        size = file.tell()
    piece = Piece(path, len(lines))
    # Half the width where that is enough, and it is but for files of billions of records.
    narrow = max(int(lines.records.max(initial=0)), size) < 2**32
    index = np.stack([lines.records, lengths], dtype=np.uint32 if narrow else np.int64, casting="unsafe")
    # Not straight into a file: `ndarray.tofile`, which `np.save` then uses, does not tell when its last write fails.
    data = io.BytesIO()
    np.save(data, index)
    piece.index_path.write_bytes(data.getbuffer())
    return piece


def records_of(piece: Piece) -> Longs:
    """Return the record that each of k rows belongs to, ascending."""
    return _index_of(piece)[0]


def read_rows(piece: Piece, records: Longs, *, others: bool = False) -> bytes:
    """Return the rows of these records, ascending, or those of all others."""
    runs = _runs_of(*_index_of(piece), records)
    if others:
        data = memoryview(piece.path.read_bytes())
        ends, begins = [begin for begin, _ in runs], [0, *(end for _, end in runs)]
        return b"".join(data[begin:end] for begin, end in zip(begins, [*ends, len(data)], strict=True))
    with piece.path.open("rb", buffering=0) as file:
        return b"".join([os.pread(file.fileno(), end - begin, begin) for begin, end in runs])


def join_piece(output: DigestWriter, piece: Piece, drop: Longs, insert: Sequence[tuple[int, bytes]]) -> None:
    """Append a piece to an output file, and delete it.

    Args:
        output: Where to.
        piece: The rows.
        drop: Records whose rows are left out, ascending.
        insert: Records and rows to put behind those of their record, ascending; all within the span of the batch.
    """
    if not (len(drop) or insert):
        output.copy_from(piece.path)
    else:
        records, ends = _index_of(piece)
        behind = ends[np.searchsorted(records, [record for record, _ in insert], side="right")].tolist()
        # What is put in at a row comes before that row is left out.
        cuts = [(at, at, row) for at, (_, row) in zip(behind, insert, strict=True)]
        cuts += [(begin, end, b"") for begin, end in _runs_of(records, ends, drop)]
        cuts.sort(key=lambda cut: cut[:2])
        data = memoryview(piece.path.read_bytes())
        if len(data) != ends[-1]:
            raise OSError(errno.EIO, "a file that was just written has another size", piece.path)
        left: list[memoryview | bytes] = []
        reached = 0
        for begin, end, row in cuts:
            left += (data[reached:begin], row)
            reached = end
        # One step of hashing and one of writing: each waits for the interpreter when it is done.
        output.write(b"".join([*left, data[reached:]]))
    piece.delete()


def _runs_of(records: Longs, ends: Longs, chosen: Longs) -> list[tuple[int, int]]:
    """Return the bytes from which to which the rows of each chosen record lie."""
    begins, stops = (ends[np.searchsorted(records, chosen, side=side)].tolist() for side in ("left", "right"))
    return list(zip(begins, stops, strict=True))


def _index_of(piece: Piece) -> tuple[Longs, Longs]:
    """Return the record of each of k rows, and k + 1 byte offsets: where each row begins, and the end."""
    records, lengths = np.load(piece.index_path).astype(np.int64)
    return records, np.concatenate(([0], np.cumsum(lengths)))
