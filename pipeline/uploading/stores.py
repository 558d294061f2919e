"""Places that keep files under names: a folder, or an object store behind fsspec."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from pipeline.errors import Permanent, Uncertain, UploadError, UsageError
from pipeline.uploading.writing import sync_folder

_PIECE_BYTES = 1 << 20


class Store(Protocol):
    """What keeps files under names. A name that is written again holds the new bytes only."""

    def check(self) -> None:
        """Raise `UploadError` if it can be told now that nothing can be kept there."""
        ...

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Keep bytes under a name; if the pieces raise, nothing is kept.

        Raises:
            Permanent: Nothing is there under the name that was not there before.
            Uncertain: That is not known.
        """
        ...

    def digest(self, name: str) -> str | None:
        """Return the hex SHA-256 of what is kept under a name, or None if there is nothing.

        Raises:
            UploadError: That cannot be told.
        """
        ...


class Folder:
    """A folder of this machine, or one that is mounted.

    A file gets its name once it is whole and on disk; until then it is called `.NAME.part`. Owner and group may read
    it, as far as the umask allows.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def check(self) -> None:
        """Raise unless the folder is there and takes files."""
        if not self.path.is_dir():
            # It is not made: where a mount is missing, the files would end up on the wrong disk.
            raise UploadError(f"{self.path} is no folder; nothing was sent; make it, or mount what belongs there")
        if not os.access(self.path, os.W_OK | os.X_OK):
            raise UploadError(f"{self.path} takes no files from this user; nothing was sent; change its permissions")

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Keep bytes under a name, whole or not at all."""
        new, path = self.path / f".{name}.part", self.path / name
        try:
            with suppress(FileNotFoundError):
                new.unlink()
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o660)
            with open(handle, "wb") as file:
                for piece in pieces:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except OSError as reason:
            raise Permanent(f"{path} cannot be stored ({reason.strerror}); nothing of it is there") from None
        finally:
            with suppress(OSError):
                new.unlink()
        try:
            sync_folder(self.path)
        except OSError as reason:
            raise Uncertain(f"{path} was stored, and may not outlast a power cut ({reason.strerror})") from None

    def digest(self, name: str) -> str | None:
        """Return the digest of a file, or None."""
        try:
            with (self.path / name).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return None
        except OSError as reason:
            raise UploadError(f"{self.path / name} cannot be read ({reason.strerror})") from None


class RemoteFolder:
    """A folder of any file system that fsspec knows, such as `s3://bucket/incoming`.

    Credentials are the file system's own affair: its environment variables or files. Source of the calls: fsspec,
    "API Reference" (`url_to_fs`, `put_file`, `open`).

    Raises:
        UsageError: fsspec is not installed, or does not know the URL.
    """

    def __init__(self, url: str) -> None:
        try:
            core: Any = import_module("fsspec.core")
        except ImportError:
            raise UsageError(f"{url} needs fsspec: pip install 'contactprep[remote]'") from None
        try:
            self._files, self._root = core.url_to_fs(url)
        except (ImportError, ValueError) as reason:
            # Both are fsspec's own words about a protocol: which package to install, or that there is none.
            raise UsageError(f"{url} cannot be used: {reason}") from None

    def check(self) -> None:
        """Do nothing: an object store has no folder that could be there or not before its first file."""

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Keep bytes under a name, after they have proved to be those planned."""
        with tempfile.NamedTemporaryFile() as spool:
            for piece in pieces:
                spool.write(piece)
            spool.flush()
            try:
                self._files.put_file(spool.name, self._path(name))
            except Exception as reason:  # whatever a back end raises; its text may hold what it was given
                raise Uncertain(f"storing {name} failed ({type(reason).__name__}); it may be there") from None

    def digest(self, name: str) -> str | None:
        """Return the digest of an object, which is read whole, or None."""
        try:
            digest = hashlib.sha256()
            for piece in self._read(name):
                digest.update(piece)
            return digest.hexdigest()
        except FileNotFoundError:
            return None
        except Exception as reason:
            raise UploadError(f"{name} cannot be read ({type(reason).__name__})") from None

    def _read(self, name: str) -> Iterator[bytes]:
        # What was listed before another writer came must not answer for what is there now.
        self._files.invalidate_cache()
        with self._files.open(self._path(name), "rb") as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"
