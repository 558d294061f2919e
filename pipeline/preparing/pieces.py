"""The rows that one batch contributes to the output files: as columns in memory, or as a piece on disk.

Either way single records can be taken out of them or put in, which only phase 2 knows of.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from pipeline.deduplicating import Keys
from pipeline.native import kernel, pointer_to
from pipeline.preparing.lines import BatchLines, Output
from pipeline.preparing.stored import Stored, store
from pipeline.reading import read_some
from pipeline.records import Range, Source
from pipeline.writing.columns import Column, Lines, Sink, merge

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]
Indices = npt.NDArray[np.integer[Any]]
"""Numbers of 4 or 8 bytes."""

_splice = kernel("splice", "plpplpppl")


class Rows(Protocol):
    """The rows of one batch, by output file, and the keys of its records."""

    @property
    def keys(self) -> Keys:
        """The keys of its records."""
        ...

    def rejected_records(self) -> Indices:
        """Return the number of each rejected record, ascending."""
        ...

    def write_without(self, name: Output, records: Longs, file: Sink) -> None:
        """Append the rows of an output file to it, but for those of some records, ascending."""

    def write_with(self, name: Output, more: Lines, file: Sink) -> None:
        """Append the rows of an output file to it, and some more, each behind those of its record."""

    def of(self, name: Output, records: Longs) -> bytes:
        """Return the rows that some records, ascending, have in an output file."""
        ...

    def originals(self, source: Source, part: Range, records: Longs, lines: Longs) -> list[Column]:
        """Return the original cells of k of its accepted records, a column for each of the header's.

        Args:
            source: The scanned file.
            part: The range, as it was planned.
            records: Their numbers, ascending.
            lines: Their physical lines.
        """
        ...

    def check(self) -> None:
        """See that they are still what they were.

        Raises:
            OSError: Another batch was written over them.
        """

    def delete(self) -> None:
        """Let go of what they are kept in."""


@dataclass(frozen=True, slots=True)
class Held:
    """The rows of one batch in memory, not made yet.

    Attributes:
        lines: What they consist of.
        keys: The keys of its records.
    """

    lines: BatchLines
    keys: Keys

    def rejected_records(self) -> Indices:
        """Return what `Rows` says."""
        return self.lines.of("rejected").records

    def write_without(self, name: Output, records: Longs, file: Sink) -> None:
        """Do what `Rows` says."""
        self.lines.of(name).without(records).write_to(file)

    def write_with(self, name: Output, more: Lines, file: Sink) -> None:
        """Do what `Rows` says."""
        merge([self.lines.of(name), more]).write_to(file)

    def of(self, name: Output, records: Longs) -> bytes:
        """Return what `Rows` says."""
        return RecordRows.made_of(self.lines.of(name).only(records)).data.tobytes()

    def originals(self, source: Source, part: Range, records: Longs, lines: Longs) -> list[Column]:
        """Return what `Rows` says."""
        return self.lines.originals_of(records)

    def check(self) -> None:
        """Do what `Rows` says: they are."""

    def delete(self) -> None:
        """Do what `Rows` says."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The rows of one batch on disk; can be sent to another process.

    Attributes:
        path: The file.
        number: Of the batch's range.
        mark: The same in the file.
        outputs: By output file, the number of each of k records, where the row of each begins, and the end, and the
            rows' bytes.
        rejected: The number of each rejected record.
        columns: What the keys consist of.
    """

    path: Path
    number: int
    mark: Stored
    outputs: Mapping[Output, tuple[Stored, Stored, Stored]]
    rejected: Stored
    columns: tuple[Stored, ...]

    @property
    def keys(self) -> Keys:
        """What `Rows` says."""
        return Keys.of(tuple(column.load(self.path) for column in self.columns))

    def rejected_records(self) -> Indices:
        """Return what `Rows` says."""
        return self.rejected.load(self.path)

    def write_without(self, name: Output, records: Longs, file: Sink) -> None:
        """Do what `Rows` says."""
        file.write(self.load(name).cut(records))

    def write_with(self, name: Output, more: Lines, file: Sink) -> None:
        """Do what `Rows` says."""
        file.write(self.load(name).with_more(RecordRows.made_of(more)))

    def of(self, name: Output, records: Longs) -> bytes:
        """Return what `Rows` says."""
        return self.load(name).of(records)

    def originals(self, source: Source, part: Range, records: Longs, lines: Longs) -> list[Column]:
        """Return what `Rows` says, from the source."""
        return read_some(source, part, records.tolist(), lines.tolist())

    def check(self) -> None:
        """Do what `Rows` says."""
        if self.mark.load(self.path).tolist() != [self.number]:
            raise OSError(errno.EIO, "another batch was written where this one was kept", self.path)

    def delete(self) -> None:
        """Remove the file."""
        self.path.unlink()

    def load(self, name: Output) -> RecordRows:
        """Return the rows of an output file.

        Raises:
            OSError: They cannot be read, or are not as they were written.
        """
        records, borders, data = (stored.load(self.path) for stored in self.outputs[name])
        return RecordRows(data, records, borders)


def write_piece(held: Held, number: int, path: Path, names: Sequence[Output]) -> Piece:
    """Write the rows of a batch that go to some output files; returns them as a piece.

    Args:
        held: The rows.
        number: Of the batch's range.
        path: Where to. What is there is written over, and left behind the end.
        names: The output files.

    Raises:
        OSError: They cannot be written.
    """
    outputs: dict[Output, tuple[Stored, Stored, Stored]] = {}
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        mark = store(file, np.array([number], np.int64))
        for name in names:
            lines, begin = held.lines.of(name), file.tell()
            borders = _borders_of(lines.write_to(file))
            data = Stored(begin, int(borders[-1]), "|u1")
            outputs[name] = (store(file, _narrow(lines.records)), store(file, _narrow(borders)), data)
        rejected = store(file, _narrow(held.rejected_records()))
        columns = tuple(store(file, column) for column in held.keys.columns())
    return Piece(path, number, mark, outputs, rejected, columns)


def _narrow(numbers: Indices) -> Indices:
    """Return ascending numbers in half the width where that is enough, and it is but for files of billions."""
    return numbers.astype(np.uint32) if not len(numbers) or int(numbers[-1]) < 2**32 else numbers


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


def _borders_of(lengths: Longs) -> Longs:
    """Return k + 1 byte offsets: where each of k rows begins, and the end."""
    borders = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=borders[1:])
    return borders
