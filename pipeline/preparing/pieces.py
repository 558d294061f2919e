"""The rows that one batch contributes to one output file, so that single records can be taken out or put in later."""

from __future__ import annotations

import errno
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.native import kernel, pointer_to
from pipeline.writing.columns import Lines

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]

_splice = kernel("splice", "plpplpppl")


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


@dataclass(frozen=True, slots=True, eq=False)
class RecordRows:
    """k rows of an output file in memory.

    Attributes:
        data: Their bytes, one behind the other.
        records: k numbers of the records that they belong to, ascending.
        borders: k + 1 byte offsets: where each row begins, and the end.
    """

    data: Bytes
    records: Longs
    borders: Longs

    def __post_init__(self) -> None:
        if len(self.borders) != len(self.records) + 1 or self.borders[-1] != len(self.data):
            raise ValueError(f"{len(self.data)} bytes are not the rows of {len(self.records)} records")

    @staticmethod
    def single(rows: Iterable[tuple[int, bytes]]) -> RecordRows:
        """Return rows that were made one by one, each with its record, ascending."""
        records, texts = [], []
        for record, text in rows:
            records.append(record)
            texts.append(text)
        borders = np.cumsum([0, *map(len, texts)], dtype=np.int64)
        return RecordRows(np.frombuffer(b"".join(texts), np.uint8), np.array(records, np.int64), borders)

    def of(self, records: Longs) -> bytes:
        """Return the rows of these records, ascending."""
        begins, ends = (border.tolist() for border in self._runs_of(records))
        text = self.data.data
        return b"".join([text[begin:end] for begin, end in zip(begins, ends, strict=True)])

    def without(self, records: Longs) -> memoryview:
        """Return all rows but those of these records, ascending."""
        if not len(records):
            return self.data.data
        begins, ends = self._runs_of(records)
        nothing = np.zeros(len(begins) + 1, np.int64)
        return self._spliced(begins, ends, np.empty(0, np.uint8), nothing, int((ends - begins).sum()))

    def with_more(self, more: RecordRows) -> memoryview:
        """Return all rows and some more, each behind those of its record."""
        if not len(more.records):
            return self.data.data
        places = self.borders[np.searchsorted(self.records, more.records, side="right")]
        return self._spliced(places, places, more.data, more.borders, 0)

    def _runs_of(self, records: Longs) -> tuple[Longs, Longs]:
        """Return at which byte the rows of each record begin and end."""
        begins, ends = (self.borders[np.searchsorted(self.records, records, side=side)] for side in ("left", "right"))
        return begins, ends

    def _spliced(self, begins: Longs, ends: Longs, texts: Bytes, borders: Longs, lost: int) -> memoryview:
        out = np.empty(len(self.data) - lost + len(texts), np.uint8)
        where = (pointer_to(begins), pointer_to(ends), len(begins), pointer_to(texts), pointer_to(borders))
        made = _splice(pointer_to(self.data), len(self.data), *where, pointer_to(out), len(out))
        if made != len(out):
            raise ValueError("records whose rows are taken out or put in are not in their order")
        return out.data


def read_piece(piece: Piece) -> RecordRows:
    """Return the rows of a piece, and which record each belongs to.

    Raises:
        OSError: It cannot be read, or is not as it was written.
    """
    records, borders = _index_of(piece)
    data = np.empty(int(borders[-1]), np.uint8)
    with piece.path.open("rb", buffering=0) as file:
        if file.readinto(data.data) != len(data) or file.read(1):
            raise OSError(errno.EIO, "a file that was just written has another size", piece.path)
    return RecordRows(data, records, borders)


def _index_of(piece: Piece) -> tuple[Longs, Longs]:
    """Return the record of each of k rows, and k + 1 byte offsets: where each row begins, and the end."""
    records, lengths = np.load(piece.index_path).astype(np.int64)
    return records, np.concatenate(([0], np.cumsum(lengths)))
