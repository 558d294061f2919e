"""Opening what was given as a source, and copying what cannot be read twice into the private spool."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import OutputError, SourceError
from pipeline.reading.digesting import Digest

BLOCK = 1 << 20
"""Bytes read at once."""

Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Limits:
    """How large an input may be before it is refused.

    Attributes:
        file_bytes: Bytes of the file.
        line_bytes: Bytes of one physical line: it is held in memory.
        columns: Cells of the header.
        range_bytes: Bytes after which a range ends, even if it holds fewer records than asked for.
        unpacked_bytes: Bytes that may come out of a compressed file, or that the text of a sheet may have.
        ratio: How many times its size a packed file may swell, once `ratio_bytes` came out. A contact has at least an
            address that nobody else has, some four bytes however well it is packed, in a record of rarely more than
            a kilobyte; zeros swell about 1,000 times in gzip and 10,000 times in zstandard.
        ratio_bytes: What may come out whatever the ratio: a full sheet of 1,048,576 rows of nothing but separators
            packs as well as any bomb, and is no attack.
        workbook_bytes: Bytes of a workbook's parts, unpacked. The texts that its cells share are held in memory, and
            may take four times as much there.
        workbook_memory: Bytes of memory for reading a workbook in one of the older formats, which are held whole.
        workbook_seconds: Seconds of processor time for that.
    """

    file_bytes: int = 8 << 30
    line_bytes: int = 64 << 20
    columns: int = 10_000
    range_bytes: int = 8 << 20
    unpacked_bytes: int = 8 << 30
    ratio: int = 500
    ratio_bytes: int = 256 << 20
    workbook_bytes: int = 256 << 20
    workbook_memory: int = 2 << 30
    workbook_seconds: int = 120


@dataclass(frozen=True, slots=True)
class Opened:
    """A source, open for one sequential reading.

    Attributes:
        name: Base name, `<stdin>` for a stream without a name.
        file: The bytes.
        path: Its path if it is a regular file, which can be read again, else None.
    """

    name: str
    file: BinaryIO
    path: Path | None


@contextmanager
def open_source(source: str | Path | BinaryIO, name: str | None) -> Generator[Opened]:
    """Open a path, closing it afterwards, or take a stream as it is.

    Raises:
        SourceError: The path is missing, a directory, not permitted, or not a path at all.
        TypeError: The stream gives text.
    """
    if not isinstance(source, (str, Path)):
        yield Opened(printable(name or "<stdin>"), source, None)
        return
    shown = printable(name or os.path.basename(source) or str(source))
    try:
        path = Path(source).absolute()
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise IsADirectoryError
        file = path.open("rb")
    except FileNotFoundError:
        raise SourceError(f"{printable(str(source))}: there is no such file; check the name and the folder") from None
    except IsADirectoryError:
        raise SourceError(f"{printable(str(source))}: this is a folder; name the file in it") from None
    except PermissionError:
        raise SourceError(f"{printable(str(source))}: no permission to read it; change its mode or its owner") from None
    except (OSError, ValueError) as reason:
        raise SourceError(f"{printable(str(source))}: it cannot be opened ({_plain(reason)})") from None
    with file:
        yield Opened(shown, file, path if stat.S_ISREG(kind) else None)


class Original:
    """The bytes of the original, digested and counted as they go by.

    Attributes:
        size: Bytes so far.
    """

    def __init__(self, opened: Opened, limits: Limits) -> None:
        self._opened = opened
        self._limit = limits.file_bytes
        self._digest = Digest()
        self.size = 0
        # Of a stream nothing is known.
        self._expected = 0 if opened.path is None else os.fstat(opened.file.fileno()).st_size
        if self._expected > self._limit:
            raise self._too_large()

    @property
    def sha256(self) -> str:
        """The hex digest of the bytes so far."""
        return self._digest.hexdigest()

    def blocks(self) -> Iterator[bytes]:
        """Yield the blocks to the end.

        Raises:
            SourceError: It cannot be read, or is over the limit.
        """
        while block := self._next():
            self.size += len(block)
            if self.size > self._limit:
                raise self._too_large()
            self._digest.update(block)
            yield block

    def _next(self) -> bytes:
        """Return a whole block, or what is left."""
        try:
            return self._read(self._size_of_next())
        except (OSError, ValueError) as reason:
            where = f"{self._opened.name}: reading stopped after {self.size:,} bytes"
            raise SourceError(f"{where} ({_plain(reason)}); check the disk or the connection") from None

    def _size_of_next(self) -> int:
        """Return the size of the next block: in a file it ends with a line, so that lines need not be put together.

        The first and the last one are of the usual size.
        """
        if not 0 < self.size <= self._expected - BLOCK:
            return BLOCK
        file, tail = self._opened.file, BLOCK // 256
        file.seek(self.size + BLOCK - tail)
        behind = file.read(tail).rfind(b"\n") + 1
        file.seek(self.size)
        return BLOCK - tail + behind if behind else BLOCK

    def _read(self, missing: int) -> bytes:
        """Return so many bytes, or what is left; a pipe gives less than is asked for."""
        pieces: list[bytes] = []
        while missing:
            piece = self._opened.file.read(missing)
            if not isinstance(piece, bytes):  # pyright: ignore[reportUnnecessaryIsInstance]  # streams are the caller's
                raise TypeError(f"a source must give bytes, not {type(piece).__name__}; pass its binary buffer")
            if not piece:
                break
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def _too_large(self) -> SourceError:
        return SourceError(f"{self._opened.name}: it is larger than the limit of {self._limit:,} bytes; split it")


class SpoolFile:
    """A private copy under construction (mode 0600).

    Attributes:
        path: Where it is.
    """

    def __init__(self, spool: Path) -> None:
        try:
            descriptor, path = tempfile.mkstemp(prefix="source-", suffix=".csv", dir=spool)
        except OSError as reason:
            raise cannot_copy(spool, reason) from None
        self.path = Path(path)
        self._descriptor = descriptor

    def keep(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the blocks as they come, each once it is in the copy; the copy is closed with the last.

        Raises:
            OutputError: The copy cannot be written.
        """
        with os.fdopen(self._descriptor, "wb") as file:
            for block in blocks:
                self._write(file, block)
                yield block

    def _write(self, file: BinaryIO, block: bytes) -> None:
        try:
            file.write(block)
            file.flush()
        except OSError as reason:
            raise OutputError(f"{self.path}: the private copy cannot be written ({_plain(reason)})") from None


def cannot_copy(spool: Path, reason: OSError) -> OutputError:
    """Return the error that says that the spool takes no file."""
    return OutputError(f"{printable(str(spool))}: no copy can be made here ({_plain(reason)})")


def stamp_of(path: Path, name: str) -> Stamp:
    """Return (st_dev, st_ino, st_size, st_mtime_ns) of a file.

    Raises:
        SourceError: It is gone.
    """
    try:
        return stamp_from(path.stat())
    except OSError as reason:
        raise SourceError(f"{name}: it went away while it was read ({_plain(reason)}); start again") from None


def stamp_from(status: os.stat_result) -> Stamp:
    """Return what of a file's status changes when its content does."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def changed(name: str) -> SourceError:
    """Return the error that says that a file is not what was scanned."""
    return SourceError(f"{name}: it changed while it was read; let whatever writes it finish, then start again")


def printable(text: str) -> str:
    r"""Return a name fit for one line on a terminal: control characters and undecodable bytes as escapes.

    >>> printable("a\nb.csv")
    'a\\nb.csv'
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def _plain(reason: Exception) -> str:
    return (reason.strerror if isinstance(reason, OSError) else None) or str(reason) or type(reason).__name__
