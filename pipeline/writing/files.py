"""Files that are whole or absent: written with their digest, flushed to the disk, renamed into place."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import OutputError

STEP = 1 << 20
"""Bytes that are written at once. Linux can take several times as long for one call of many megabytes, as it then looks
for memory in pieces as large. Source: measured."""

WINDOW = 1 << 25
"""Bytes of a file that are sent to the disk at once, beside the writing: few enough that the last ones are soon there,
and that the memory they took is used again for the next. Source: measured; gigabytes that were written and not yet sent
cost several times the processor time, as the system then has to find new memory for all of them."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it was written.

    Attributes:
        sha256: Hex digest of its bytes.
        size: Their number.
    """

    sha256: str
    size: int


class DigestWriter:
    """A new file that knows the digest of what was written to it; the disk gets it while it is being written."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb", buffering=0)
        self._hash = hashlib.sha256()
        self._size = self._sent = 0
        self._thread: ThreadPoolExecutor | None = None
        self._sending: Future[None] | None = None

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes."""
        whole = memoryview(data)
        for begin in range(0, len(whole), STEP):
            left = whole[begin : begin + STEP]
            self._hash.update(left)
            self._size += len(left)
            while left:
                left = left[self._file.write(left) :]
        if self._size - self._sent >= WINDOW:
            self._send()

    def close(self) -> Written:
        """Flush to the disk, close, and return what was written."""
        self._wait()
        os.fsync(self._file.fileno())
        self._file.close()
        return Written(self._hash.hexdigest(), self._size)

    def abandon(self) -> None:
        """Close without caring for what was written."""
        if self._thread is not None:
            self._thread.shutdown()
        self._file.close()

    def _send(self) -> None:
        """Begin to send to the disk what was written since the last time, once that is there."""
        self._wait()
        begin, self._sent = self._sent, self._size
        self._thread = self._thread or ThreadPoolExecutor(max_workers=1)
        self._sending = self._thread.submit(_send, self._file.fileno(), begin, self._size - begin)

    def _wait(self) -> None:
        if self._sending is not None:
            self._sending.result()


def _send(descriptor: int, begin: int, size: int) -> None:
    os.fsync(descriptor)
    # Nobody reads it soon. Not on every system can that be said.
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, begin, size, os.POSIX_FADV_DONTNEED)


@contextmanager
def digest_writer(path: Path) -> Generator[DigestWriter]:
    """Open a `DigestWriter` that is closed whatever happens; call `close()` inside for the digest."""
    writer = DigestWriter(path)
    try:
        yield writer
    finally:
        writer.abandon()


def write_bytes(path: Path, data: bytes) -> Written:
    """Write a new file and flush it to the disk."""
    with digest_writer(path) as writer:
        writer.write(data)
        return writer.close()


def encode_json(data: Mapping[str, Any]) -> bytes:
    """Return JSON as people can read it: two blanks of indentation, UTF-8, keys in the given order, a final LF."""
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def sync_folder(path: Path) -> None:
    """Flush a folder's entries to the disk, so that a rename inside it survives a power cut."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def translating(path: Path) -> Generator[None]:
    """Turn the operating system's refusal to write into `OutputError` with the place and what to do."""
    try:
        yield
    except OSError as reason:
        where = reason.filename or path
        hints = {
            errno.ENOSPC: "free some space, or choose another folder",
            errno.EDQUOT: "the disk quota is used up; free some space, or choose another folder",
            errno.EACCES: "choose a folder that you may write to",
            errno.EPERM: "choose a folder that you may write to",
            errno.EROFS: "the file system is read-only; choose another folder",
        }
        hint = hints.get(reason.errno or 0, "nothing was published")
        raise OutputError(f"cannot write {where}: {reason.strerror or reason}; {hint}") from reason
