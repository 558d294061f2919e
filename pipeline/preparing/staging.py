"""The output folder: absent, empty or ours; filled beside its final place, then swapped in whole.

Beside `out` a folder `.out.contactprep-new` is filled while it is locked, so that a second run is refused and what a
killed run left is swept. Where a prepared folder is replaced, the old one steps aside as `.out.contactprep-old` for
the moment between two renames; a run that finds it alone puts it back.

Source of the order write, fsync, rename, fsync the folder: Pillai et al., "All File Systems Are Not Created Equal"
(OSDI 2014), section 4.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.errors import FolderBusy, UsageError
from pipeline.writing.files import sync_folder, translating


@contextmanager
def staged(out: Path) -> Generator[Path]:
    """Yield a private folder to fill; on leaving without an exception it becomes `out`, else it is removed.

    Raises:
        UsageError: `out` holds something else, or has been uploaded from, or its parent is not there.
        FolderBusy: Another run is filling it.
        OutputError: It cannot be written.
    """
    out = Path(os.path.abspath(out))
    new, old = (out.with_name(f".{out.name}.contactprep-{what}") for what in ("new", "old"))
    if not out.parent.is_dir():
        raise UsageError(f"{out.parent} is not a folder; make it first, or choose another place with -o")
    with translating(out):
        if not out.exists() and old.is_dir():
            old.rename(out)
        refuse_foreign(out)
        lock = _lock(new, out)
    try:
        with translating(out):
            for entry in list(new.iterdir()):
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        try:
            yield new
            with translating(out):
                _publish(new, out, old)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
    finally:
        os.close(lock)


def refuse_foreign(out: Path) -> None:
    """Raise `UsageError` unless a folder may be written over: absent, empty, or ours and never uploaded from."""
    if not os.path.lexists(out):
        return
    if out.is_symlink() or not out.is_dir():
        raise UsageError(f"{out} is not a folder; choose another with -o")
    names = {entry.name for entry in out.iterdir()}
    if not names:
        return
    if not _is_ours(out):
        raise UsageError(f"{out} holds something else; nothing was touched. Choose another folder with -o")
    if "upload" in names and _was_sent(out / "upload"):
        raise UsageError(f"{out} has been uploaded from and is kept as the record of that; choose another with -o")


def _is_ours(out: Path) -> bool:
    """Return whether a folder holds a manifest that this tool wrote."""
    try:
        manifest: Any = json.loads((out / "manifest.json").read_bytes())
        return bool(manifest["tool"]["name"] == "contactprep")
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _was_sent(upload: Path) -> bool:
    """Return whether an upload folder is the record of something a platform may hold: no rehearsal, not all refused."""
    try:
        receipt: Any = json.loads((upload / "receipt.json").read_bytes())
        tries = [entry["outcome"] for part in receipt["parts"] for entry in part["tries"]]
        return not receipt["sandbox"] and any(outcome not in ("refused", "not sent") for outcome in tries)
    except (OSError, ValueError, KeyError, TypeError):
        return True


def _lock(new: Path, out: Path) -> int:
    """Make and lock the folder to fill; returns the handle that holds the lock."""
    for _ in range(10):
        new.mkdir(mode=0o755, exist_ok=True)
        handle = os.open(new, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise FolderBusy(f"another run is preparing {out}; wait for it") from None
        try:
            if os.stat(new).st_ino == os.fstat(handle).st_ino:
                return handle
        except FileNotFoundError:
            pass
        # The other run published or removed it between our opening and locking it.
        os.close(handle)
    raise FolderBusy(f"other runs keep preparing {out}; wait for them")


def _publish(new: Path, out: Path, old: Path) -> None:
    sync_folder(new)
    if old.exists():
        shutil.rmtree(old)
    if out.is_dir() and any(out.iterdir()):
        refuse_foreign(out)
        out.rename(old)
    new.rename(out)
    sync_folder(out.parent)
    if old.exists():
        shutil.rmtree(old)
