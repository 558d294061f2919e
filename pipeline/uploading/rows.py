"""Reading the records of a prepared folder's files, one at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import ManifestError
from pipeline.planning.manifests import INDEX

_BLOCK_BYTES = 1 << 18


class _Window(io.RawIOBase):
    """A slice of an open file as a file."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file, self._left = file, end - start
        file.seek(start)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        piece = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(piece)
        return piece

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]  # a buffer is what BufferedReader hands over
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def read_rows(path: Path, start: int, end: int) -> Iterator[list[str]]:
    """Yield the cells of each record between two offsets of a clean file, which must lie between records.

    Raises:
        ManifestError: It is no clean file.
    """
    try:
        with path.open("rb") as file, io.BufferedReader(_Window(file, start, end)) as window:
            yield from csv.reader(io.TextIOWrapper(window, encoding="utf-8", newline=""), strict=True)
    except (OSError, UnicodeDecodeError, csv.Error) as reason:
        raise ManifestError(f"{path} cannot be read as the manifest says ({reason}); prepare the file again") from None


def read_index(folder: Path) -> Iterator[str]:
    """Yield `record,line` in the source of each record of the clean file, as it stands in the index.

    Raises:
        ManifestError: It is no index.
    """
    path = folder / INDEX
    try:
        with path.open(encoding="ascii", newline="\n") as file:
            if file.readline() != "record,line\n":
                raise ManifestError(f"{path} has another header than record,line; prepare the file again")
            for line in file:
                if line.count(",") != 1 or '"' in line or not line.endswith("\n"):
                    raise ManifestError(f"{path} has a row that is not record,line; prepare the file again")
                yield line[:-1]
    except (OSError, UnicodeDecodeError) as reason:
        raise ManifestError(f"{path} cannot be read ({reason}); prepare the file again") from None


def read_blocks(path: Path, start: int, end: int) -> Iterator[bytes]:
    """Yield the bytes between two offsets of a clean file, which must lie between records, in blocks of whole records.

    Raises:
        ManifestError: It cannot be read.
    """
    try:
        with path.open("rb") as file, io.BufferedReader(_Window(file, start, end)) as window:
            while block := window.read(_BLOCK_BYTES):
                block += window.readline()
                # Inside quotes a line end does not end a record.
                while block.count(b'"') % 2 and (line := window.readline()):
                    block += line
                yield block
    except OSError as reason:
        raise ManifestError(f"{path} cannot be read ({reason.strerror}); prepare the file again") from None
