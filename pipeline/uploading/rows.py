"""Reading the records of a prepared folder's files, one at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import ManifestError
from pipeline.planning.manifests import INDEX


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


def read_index(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (record, line) in the source of each record of the clean file, as text.

    Raises:
        ManifestError: It is no index.
    """
    path = folder / INDEX
    rows = read_rows(path, 0, path.stat().st_size)
    if next(rows, None) != ["record", "line"]:
        raise ManifestError(f"{path} has another header than record,line; prepare the file again")
    for row in rows:
        if len(row) != 2:
            raise ManifestError(f"{path} has a row of {len(row)} cells; prepare the file again")
        yield row[0], row[1]
