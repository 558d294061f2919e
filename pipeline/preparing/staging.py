"""The output folder: absent, empty or ours as we left it; filled beside its final place, then swapped in whole.

A lock file beside `out` keeps a second run away; the folder itself is locked too, as an upload from it does. The new
folder has a name of its own and a mark, so that nothing of anybody else is ever swept. Where a prepared folder is
replaced, the old one steps aside as `.OUT.contactprep-old` for the moment between two renames; a run that finds it
alone puts it back. What is to be removed is marked first and loses its mark last, so that a removal which was killed
half way is gone on with by the next run.

Source of the order write, fsync, rename, fsync the folder: Pillai et al., "All File Systems Are Not Created Equal"
(OSDI 2014), section 4.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from pipeline.errors import FolderBusy, UsageError
from pipeline.writing.files import sync_folder, translating

MARK = ".contactprep-staging"
KEPT_APART = frozenset({"manifest.json", "forecast.json", "upload", "rehearsal"})
"""What a prepared folder may hold that its manifest does not list."""


@contextmanager
def staged(out: Path) -> Generator[Path]:
    """Yield a private folder to fill; on leaving without an exception it becomes `out`, else it is removed.

    Raises:
        UsageError: `out` holds something else, or has been uploaded from, or its parent is not there.
        FolderBusy: Another run fills it or uploads from it.
        OutputError: It cannot be written.
    """
    out = Path(os.path.abspath(out))
    old = out.with_name(f".{out.name}.contactprep-old")
    if not out.parent.is_dir():
        raise UsageError(f"{out.parent} is not a folder; make it first, or choose another place with -o")
    with ExitStack() as stack:
        with translating(out):
            stack.enter_context(_locked_file(out.with_name(f".{out.name}.contactprep-lock"), out))
            _put_back(out, old)
            refuse_foreign(out)
            if out.is_dir():
                stack.enter_context(_locked_folder(out))
            _sweep(out, old)
            new = Path(tempfile.mkdtemp(prefix=f".{out.name}.contactprep-new-", dir=out.parent))
        try:
            with translating(out):
                (new / MARK).touch()
            yield new
            with translating(out):
                _publish(new, out, old)
        finally:
            with suppress(OSError):  # what cannot be put back now, the next run puts back
                _put_back(out, old)
            if new.is_dir():
                with suppress(OSError):
                    _remove(new)


def refuse_foreign(out: Path) -> None:
    """Raise `UsageError` unless a folder may be replaced: absent, empty, or ours, as we left it and never sent."""
    if not os.path.lexists(out):
        return
    if out.is_symlink() or not out.is_dir():
        raise UsageError(f"{out} is not a folder; choose another with -o")
    names = {entry.name for entry in out.iterdir()}
    if not names:
        return
    files = _files_of(out)
    if files is None:
        raise UsageError(f"{out} holds something else; nothing was touched. Choose another folder with -o")
    if "upload" in names and _was_sent(out / "upload"):
        raise UsageError(f"{out} has been uploaded from and is kept as the record of that; choose another with -o")
    foreign = sorted(names - set(files) - KEPT_APART)
    changed = [name for name in sorted(names & set(files)) if _digest(out / name) != files[name]]
    if foreign or changed:
        what = ", ".join((*foreign, *(f"{name} (changed)" for name in changed)))
        raise UsageError(f"{out} holds work that is not ours: {what}; move it away, or choose another folder with -o")


def _files_of(out: Path) -> dict[str, str] | None:
    """Return the digests of a prepared folder's files by its manifest, or None if it is not one of ours."""
    try:
        manifest: Any = json.loads((out / "manifest.json").read_bytes())
        if manifest["tool"]["name"] != "contactprep":
            return None
        return {str(name): str(entry["sha256"]) for name, entry in manifest["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _was_sent(upload: Path) -> bool:
    """Return whether an upload folder is the record of something a platform may hold: no rehearsal, not all refused."""
    try:
        if len(list(upload.glob("journal*.sqlite"))) > 1:
            return True
        receipt: Any = json.loads((upload / "receipt.json").read_bytes())
        tries = [entry["outcome"] for part in receipt["parts"] for entry in part["tries"]]
        return not receipt["sandbox"] and any(outcome not in ("refused", "not sent") for outcome in tries)
    except (OSError, ValueError, KeyError, TypeError):
        return True


@contextmanager
def _locked_file(path: Path, out: Path) -> Generator[None]:
    """Hold a lock file; it is removed on leaving."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and os.path.samestat(os.stat(path), os.fstat(handle)):
                break
        except BlockingIOError:
            os.close(handle)
            raise FolderBusy(f"another run is preparing {out}; wait for it") from None
        os.close(handle)  # the other run removed it between our opening and locking it
    try:
        yield
    finally:
        with suppress(OSError):  # one that is left is taken by the next run
            path.unlink()
        os.close(handle)


@contextmanager
def _locked_folder(out: Path) -> Generator[None]:
    """Hold a prepared folder as an upload does."""
    handle = os.open(out, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderBusy(f"another run uploads from {out}; wait for it") from None
        yield
    finally:
        os.close(handle)


def _put_back(out: Path, old: Path) -> None:
    """Put a result back that had stepped aside when a run was killed between two renames."""
    if os.path.lexists(out) or old.is_symlink() or (old / MARK).exists():
        return
    if old.is_dir() and _files_of(old) is not None:
        old.rename(out)


def _sweep(out: Path, old: Path) -> None:
    """Remove what killed runs left; none of it can be in use while we hold the lock.

    That is a folder by one of our names with our mark or a manifest of ours, or one that is empty.
    """
    for left in (*out.parent.glob(f".{out.name}.contactprep-new-*"), old):
        if left.is_symlink() or not left.is_dir():
            continue
        if (left / MARK).is_file() or _files_of(left) is not None or not any(left.iterdir()):
            _remove(left)


def _remove(folder: Path) -> None:
    """Remove a folder of ours, its mark last."""
    with suppress(OSError):  # on a full disk it goes without
        (folder / MARK).touch()
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != MARK:
            path.unlink()
    (folder / MARK).unlink(missing_ok=True)
    folder.rmdir()


def _publish(new: Path, out: Path, old: Path) -> None:
    """Swap the new folder in; whatever happens on the way, `out` is the old result or the new one."""
    (new / MARK).unlink()
    mask = os.umask(0)
    os.umask(mask)
    new.chmod(0o777 & ~mask)
    sync_folder(new)
    replaces = out.is_dir() and any(out.iterdir())
    if replaces:
        if os.path.lexists(old):
            if old.is_symlink() or _files_of(old) is None:
                raise UsageError(f"{old} is in the way and not ours; move it away")
            _remove(old)
        out.rename(old)
    new.rename(out)
    sync_folder(out.parent)
    if replaces:
        # The result is there; what cannot be removed now is swept by the next run.
        with suppress(OSError):
            _remove(old)
