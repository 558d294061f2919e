"""One run at a time in a folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import FolderBusy, UsageError


@contextmanager
def holding(folder: Path) -> Generator[None]:
    """Hold a folder for one run; the kernel lets go of it when the process ends, however it ends.

    Raises:
        FolderBusy: Another run holds it.
        UsageError: It is not a folder.
    """
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as reason:
        raise UsageError(f"{folder} is not a folder that can be read ({reason.strerror})") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderBusy(f"another run holds {folder}; wait for it to end") from None
        yield
    finally:
        os.close(handle)
