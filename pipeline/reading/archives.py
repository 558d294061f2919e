"""What gzip, zstandard and zip files hold, unpacked a piece at a time and given up when it grows beyond reason.

Names in an archive are shown in messages and never used as paths.
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any, BinaryIO, Protocol

import zstandard

from pipeline.errors import SourceError
from pipeline.reading.opening import BLOCK, Limits, printable

_NAMES_SHOWN = 5
DIRECTORY_BYTES = 16 << 20
"""A zip file's list of members may be so large: it is read whole, and every member takes some twenty times its entry
in memory. Source: the product's own bound."""

ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError,
    OverflowError, LookupError,
)  # fmt: skip
"""What `zipfile` raises for damaged archives."""


class Growth:
    """Watches how much comes out of a packed file.

    Args:
        name: The file's name.
        limits: `unpacked_bytes`, `ratio` and `ratio_bytes` count.
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits

    def check(self, out: int, taken: int) -> None:
        """Refuse the file if what came out is too much.

        Args:
            out: Bytes that came out so far.
            taken: Packed bytes that they were made from.

        Raises:
            SourceError: It is over a limit.
        """
        limits = self._limits
        if out > limits.unpacked_bytes:
            raise SourceError(
                f"{self._name}: unpacked it is larger than the limit of {limits.unpacked_bytes:,} bytes; split it"
            )
        if out > limits.ratio_bytes and out > limits.ratio * taken:
            raise SourceError(
                f"{self._name}: it swells to more than {limits.ratio} times its size, which no list of contacts does; "
                "unpack it yourself if you trust it"
            )


class _Decoder(Protocol):
    """What zlib's and zstandard's decompression objects have in common: each unpacks one member or frame."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: Any, /) -> bytes: ...


def gunzipped(blocks: Iterable[bytes], name: str, limits: Limits) -> Iterator[bytes]:
    """Yield what the members of a gzip file hold, one after the other.

    Zero bytes between and after members are passed over, as gzip(1) does: tapes are padded so.

    Args:
        blocks: The file, cut anywhere.
        name: Its name, for errors.
        limits: What is too much.

    Raises:
        SourceError: It is damaged or cut off, or what comes out is over a limit.

    Source: RFC 1952, sections 2.2 (members simply appear one after another) and 2.3.1 (the check values).
    """
    # Deflate swells 1,032 times at most (zlib, "Technical Details"), so a step gives 16 MiB.
    return _unpacked(blocks, lambda: zlib.decompressobj(31), 16 << 10, b"\0", "gzip", Growth(name, limits), name)


def unzstandarded(blocks: Iterable[bytes], name: str, limits: Limits) -> Iterator[bytes]:
    """Yield what the frames of a zstandard file hold, one after the other.

    Args:
        blocks: The file, cut anywhere.
        name: Its name, for errors.
        limits: What is too much.

    Raises:
        SourceError: It is damaged, cut off, needs a dictionary or a window of more than 128 MiB (the library's own
            bound), or what comes out is over a limit.

    Source: RFC 8878, section 3 (frames are independent and simply follow one another).
    """
    decompressor = zstandard.ZstdDecompressor()
    # Four bytes can stand for a block of 128 KiB (RFC 8878, section 3.1.1.2), so a step gives 64 MiB.
    return _unpacked(blocks, decompressor.decompressobj, 2 << 10, b"", "zstandard", Growth(name, limits), name)


def _unpacked(
    blocks: Iterable[bytes],
    new: Callable[[], _Decoder],
    step: int,
    padding: bytes,
    what: str,
    growth: Growth,
    name: str,
) -> Iterator[bytes]:
    decoder: _Decoder | None = None
    taken = out = held = 0
    pieces: list[bytes] = []
    for block in blocks:
        at = 0
        while at < len(block):
            if decoder is None:
                if padding and taken and block.startswith(padding, at):
                    at += 1
                    taken += 1
                    continue
                decoder = new()
            piece = block[at : at + step]
            try:
                data = decoder.decompress(piece)
            except (zlib.error, zstandard.ZstdError):
                raise SourceError(
                    f"{name}: the {what} data is damaged after {out:,} good bytes, or something else follows it; "
                    "fetch the file again"
                ) from None
            used = len(piece)
            if decoder.eof:
                used -= len(decoder.unused_data)
                decoder = None
            at += used
            taken += used
            out += len(data)
            growth.check(out, taken)
            pieces.append(data)
            held += len(data)
            if held >= BLOCK:
                yield b"".join(pieces)
                pieces, held = [], 0
    if decoder is not None:
        raise SourceError(f"{name}: the {what} data is cut off after {out:,} bytes; fetch the file again")
    yield b"".join(pieces)


def open_zip(file: BinaryIO, name: str) -> zipfile.ZipFile:
    """Return a zip archive, its list of members read.

    Raises:
        SourceError: It is damaged or cut off, or has too many members.
    """
    try:
        directory = _directory_bytes(file)
        if directory <= DIRECTORY_BYTES:
            return zipfile.ZipFile(file)
    except ZIP_ERRORS:
        raise damaged_zip(name) from None
    raise SourceError(f"{name}: its list of members is {directory:,} bytes long; unpack it and give one file")


def damaged_zip(name: str) -> SourceError:
    """Return the error that says that an archive cannot be read to its end."""
    return SourceError(f"{name}: the archive is damaged or cut off; fetch the file again")


def only_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """Return the one file in an archive; what macOS adds does not count, nor do folders.

    Raises:
        SourceError: There is none or more than one, or it is encrypted, or packed in a way of its own.
    """
    members = [info for info in archive.infolist() if not _is_clutter(info)]
    if not members:
        raise SourceError(f"{name}: the zip archive holds no file; give a CSV file")
    if len(members) > 1:
        shown = ", ".join(printable(info.filename) for info in members[:_NAMES_SHOWN])
        more = f" and {len(members) - _NAMES_SHOWN:,} more" if len(members) > _NAMES_SHOWN else ""
        raise SourceError(
            f"{name}: the zip archive holds {len(members):,} files ({shown}{more}); unpack it and give one"
        )
    check_member(members[0], name)
    return members[0]


def check_member(info: zipfile.ZipInfo, name: str) -> None:
    """Refuse a member that cannot be unpacked within bounds.

    Raises:
        SourceError: It is encrypted, or packed by other means than deflate.
    """
    if info.flag_bits & 1:
        raise SourceError(f"{name}: the zip archive is protected by a password; unpack it and give the file inside")
    # The other methods cannot be unpacked a piece at a time by the standard library.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SourceError(
            f"{name}: the zip archive is packed by a method other than deflate; unpack it and give the file inside"
        )


def unzipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, limits: Limits) -> Generator[bytes]:
    """Yield what one member of an archive holds; its check value has been verified when it ends.

    Args:
        archive: The archive.
        info: The member.
        name: The archive's name, for errors.
        limits: What is too much.

    Raises:
        SourceError: It is damaged, or what comes out is over a limit.
    """
    growth = Growth(name, limits)
    out = 0
    try:
        with archive.open(info) as member:
            while block := member.read(BLOCK):
                out += len(block)
                growth.check(out, info.compress_size)
                yield block
    except ZIP_ERRORS:
        raise damaged_zip(name) from None
    if out != info.file_size:
        raise damaged_zip(name)


def _is_clutter(info: zipfile.ZipInfo) -> bool:
    path = info.filename
    return info.is_dir() or path.startswith("__MACOSX/") or posixpath.basename(path) == ".DS_Store"


def _directory_bytes(file: BinaryIO) -> int:
    """Return the size of a zip file's central directory, 0 where its end is not found.

    Source: PKWARE, APPNOTE.TXT, sections 4.3.14 to 4.3.16.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557 - 76))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) - end < 22:
        return 0
    (length,) = struct.unpack_from("<L", tail, end + 12)
    if length == 0xFFFFFFFF and end >= 76 and tail.startswith(b"PK\x06\x06", end - 76):
        (length,) = struct.unpack_from("<Q", tail, end - 76 + 40)
    return int(length)
