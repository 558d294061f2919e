"""The rows that one batch contributes to one output file, so that single records can be taken out or put in later."""

from __future__ import annotations

import errno
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from pipeline.native import kernel, pointer_to
from pipeline.writing.columns import Lines

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]
Indices = npt.NDArray[np.integer[Any]]
"""Numbers of 4 or 8 bytes."""

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
        """Where k record numbers, ascending, and k + 1 byte offsets lie: where each row begins, and the end."""
        return self.path.with_name(self.path.name + ".index")

    def delete(self) -> None:
        """Remove its files."""
        self.path.unlink()
        self.index_path.unlink()


def write_piece(path: Path, lines: Lines) -> Piece:
    """Write k lines, and beside them the records they belong to; returns the piece."""
    with path.open("wb") as file:
        borders = _borders_of(lines.write_to(file))
    piece = Piece(path, len(lines))
    # Half the width where that is enough, and it is but for files of billions of records.
    narrow = max(int(lines.records.max(initial=0)), int(borders[-1])) < 2**32
    index = np.concatenate((lines.records, borders), dtype=np.uint32 if narrow else np.int64, casting="unsafe")
    piece.index_path.write_bytes(index.data)
    return piece


def records_of(piece: Piece) -> Indices:
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
    records: Indices
    borders: Indices

    def __post_init__(self) -> None:
        if len(self.borders) != len(self.records) + 1 or self.borders[-1] != len(self.data):
            raise ValueError(f"{len(self.data)} bytes are not the rows of {len(self.records)} records")

    @staticmethod
    def none() -> RecordRows:
        """Return no rows."""
        return RecordRows(np.empty(0, np.uint8), np.empty(0, np.int64), np.zeros(1, np.int64))

    @staticmethod
    def made_of(lines: Lines) -> RecordRows:
        """Return the rows that lines make."""
        text = io.BytesIO()
        borders = _borders_of(lines.write_to(text))
        return RecordRows(np.frombuffer(text.getbuffer(), np.uint8), lines.records, borders)

    def of(self, records: Longs) -> bytes:
        """Return the rows of these records, ascending."""
        begins, ends = (border.tolist() for border in self._runs_of(records))
        text = self.data.data
        return b"".join([text[begin:end] for begin, end in zip(begins, ends, strict=True)])

    def cut(self, records: Longs) -> memoryview:
        """Return all rows but those of these records, ascending; they stand where all of them stood, which are gone."""
        if not len(records):
            return self.data.data
        begins, ends = self._runs_of(records)
        nothing = np.zeros(len(begins) + 1, np.int64)
        left = len(self.data) - int((ends - begins).sum())
        return self._spliced(begins, ends, np.empty(0, np.uint8), nothing, self.data[:left])

    def with_more(self, more: RecordRows) -> memoryview:
        """Return all rows and some more, each behind those of its record."""
        if not len(more.records):
            return self.data.data
        places = self._borders_at(more.records, "right")
        out = np.empty(len(self.data) + len(more.data), np.uint8)
        return self._spliced(places, places, more.data, more.borders.astype(np.int64, copy=False), out)

    def _runs_of(self, records: Longs) -> tuple[Longs, Longs]:
        """Return at which byte the rows of each record begin and end."""
        return self._borders_at(records, "left"), self._borders_at(records, "right")

    def _borders_at(self, records: Indices, side: Literal["left", "right"]) -> Longs:
        # Of one width: else numpy would widen the longer of the two.
        places = np.searchsorted(self.records, records.astype(self.records.dtype), side=side)
        return self.borders[places].astype(np.int64)

    def _spliced(self, begins: Longs, ends: Longs, texts: Bytes, borders: Longs, out: Bytes) -> memoryview:
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
    with piece.path.open("rb") as file:
        if file.readinto(data.data) != len(data) or file.read(1):
            raise _damage(piece.path)
    return RecordRows(data, records, borders)


def _index_of(piece: Piece) -> tuple[Indices, Indices]:
    """Return the record of each of k rows, and k + 1 byte offsets: where each row begins, and the end."""
    data = piece.index_path.read_bytes()
    width, rest = divmod(len(data), 2 * piece.rows + 1)
    if rest or width not in (4, 8):
        raise _damage(piece.index_path)
    index: Indices = np.frombuffer(data, np.uint32 if width == 4 else np.int64)
    return index[: piece.rows], index[piece.rows :]


def _damage(path: Path) -> OSError:
    return OSError(errno.EIO, "a file that was just written has another size", path)


def _borders_of(lengths: Longs) -> Longs:
    """Return k + 1 byte offsets: where each of k rows begins, and the end."""
    borders = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=borders[1:])
    return borders
