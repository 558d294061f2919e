"""Files of the upload folder: whole or absent, for their owner only."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from pipeline.errors import OutputError


@contextmanager
def replacing(path: Path) -> Generator[TextIO]:
    """Yield a new text file (UTF-8, line ends as written) that takes the place of `path` on leaving without exception.

    Raises:
        OutputError: It cannot be written; what was there before is left.
    """
    new = path.with_name(f"{path.name}.new")
    try:
        with suppress(FileNotFoundError):
            new.unlink()
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        sync_folder(path.parent)
    except OSError as reason:
        raise OutputError(
            f"cannot write {path}: {reason.strerror}; free the disk and run the same command again"
        ) from None
    finally:
        with suppress(OSError):
            new.unlink()


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder outlast a power cut. Source: Pillai et al., OSDI 2014, section 4."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
