"""Beginning an upload, or taking up the one that a folder holds."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import JournalError, ManifestError, OutputError, UsageError
from pipeline.planning import Manifest, Plan
from pipeline.planning.manifests import CLEAN, MANIFEST
from pipeline.uploading.entries import Head, TryOutcome
from pipeline.uploading.events import Planned, Progress, Warned
from pipeline.uploading.failed import FAILED
from pipeline.uploading.journal import Journal, begin_journal, open_journal
from pipeline.uploading.receipts import Receipt, receipt_from_json
from pipeline.uploading.targets import Place, Target
from pipeline.uploading.writing import replacing, sync_folder

UPLOAD = "upload"
JOURNAL = "journal.sqlite"
OUTCOMES = "outcomes.csv"
RECEIPT = "receipt.json"
REHEARSAL = "rehearsal"

_NOTHING_TAKEN = (TryOutcome.REFUSED, TryOutcome.NOT_SENT)


@dataclass(frozen=True, slots=True)
class Aim:
    """What an upload of a folder over a connection would load, and how.

    Attributes:
        hub: The platform's hub, or None.
        object: The object that is loaded.
        upsert_key: The column the platform shall match on, or None.
        max_records: The most records of a part, or None.
        max_bytes: The most bytes of a part as sent, or None.
    """

    hub: str | None
    object: str
    upsert_key: str | None
    max_records: int | None
    max_bytes: int | None


def aim_of(manifest: Manifest, place: Place, max_records: int | None, max_bytes: int | None) -> Aim:
    """Return the aim that a place gives a prepared folder; of two limits the lower one counts.

    Raises:
        UsageError: No object is named, or the upsert key is no column.
    """
    target = manifest.target
    name, upsert = place.object or target.object, place.upsert_key or target.upsert_key
    if name is None:
        raise no_object(target.name)
    if upsert is not None and upsert not in manifest.columns:
        raise UsageError(f"the upsert key {upsert} is no column of {CLEAN}; its columns: {', '.join(manifest.columns)}")
    return Aim(
        hub=place.hub or target.hub,
        object=name,
        upsert_key=upsert,
        max_records=_lower(max_records, place.max_part_records, target.max_part_records),
        max_bytes=_lower(max_bytes, place.max_part_bytes, target.max_part_bytes),
    )


def no_object(schema: str) -> UsageError:
    """Return what to raise where neither a schema nor the connection names an object."""
    return UsageError(
        f"the schema {schema} names no object to load into; prepare the file for a target "
        "(--schema, see `contactprep schemas`), or name --hub and --object whose columns these are"
    )


def _lower(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


def refuse_callback(url: str | None) -> None:
    """Raise `UsageError` for a callback URL that is none, or cannot stand in a header."""
    if url is None:
        return
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or any(not 33 <= ord(character) < 127 for character in url):
        raise UsageError("the callback URL must be an http(s) URL without blanks")


def recorded_receipt(folder: Path, manifest: Manifest, place: Place, aim: Aim, *, again: bool) -> Receipt | None:
    """Return the receipt of a folder's finished upload; None where there is something left to do.

    With `again`, a finished upload's files get a number, and None is returned. A rehearsal, which went to a sandbox,
    never stands in the way: its files move to `rehearsal/`. Neither does a beginning of which nothing was taken.

    Raises:
        UsageError: The upload was to another target, or is not finished and `again` is asked for.
        ManifestError: The upload was of another manifest.
        JournalError: The journal is damaged, or missing while its results are there.
    """
    path = folder / UPLOAD / JOURNAL
    if not path.exists():
        _refuse_remains(path)
        return None
    with closing(open_journal(path)) as journal:
        kept, text = journal.head, journal.receipt
        untouched = all(entry.outcome in _NOTHING_TAKEN for entry in journal.tries())
    if kept.sandbox:
        _put_rehearsal_aside(path.parent)
        return None
    if place.sandbox:
        raise UsageError(
            f"{folder} has been uploaded from; rehearse with a folder of its own (prepare with another -o)"
        )
    same_target = (kept.base_url, kept.hub, kept.object) == (place.base_url, aim.hub, aim.object)
    if untouched and text is None and not same_target:
        _put_aside(path.parent)
        return None
    if again:
        if text is None and not untouched:
            raise UsageError(f"the upload in {path.parent} is not finished; finish it first, without --again")
        _put_aside(path.parent)
        return None
    if kept.manifest != manifest.digest:
        raise ManifestError(f"{path} is of another {MANIFEST}; nothing was sent")
    if not same_target:
        where = f"{kept.base_url}, hub {kept.hub}, object {kept.object}"
        raise UsageError(f"{path.parent} is an upload to {where}; go on there, or begin another with --again")
    if text is None:
        return None
    try:
        receipt = receipt_from_json(text)
    except ValueError:
        raise JournalError(f"{path} holds a receipt that cannot be read; it is of another version") from None
    if not (path.parent / RECEIPT).exists():
        write_receipt(folder, text)
    return receipt


def write_receipt(folder: Path, text: str) -> None:
    """Write `receipt.json` into a prepared folder's upload folder."""
    with replacing(folder / UPLOAD / RECEIPT) as file:
        file.write(text)


def _refuse_remains(path: Path) -> None:
    """Raise if an upload folder holds results without the journal they came from."""
    remains = [name for name in (RECEIPT, OUTCOMES, f"{JOURNAL}-wal") if (path.parent / name).exists()]
    if remains:
        raise JournalError(
            f"{path} is missing while {', '.join(remains)} is there, so it cannot be told what was sent; restore it, "
            f"or move {path.parent} away once you know"
        )


def _put_rehearsal_aside(upload_folder: Path) -> None:
    """Move an upload to a sandbox out of the way, in place of an earlier rehearsal."""
    old = upload_folder.with_name(REHEARSAL)
    try:
        shutil.rmtree(old, ignore_errors=True)
        upload_folder.rename(old)
        sync_folder(upload_folder.parent)
    except OSError as reason:
        raise OutputError(f"cannot move {upload_folder} to {old.name}: {reason.strerror}") from None


def _put_aside(upload_folder: Path) -> None:
    """Give the files of an upload a number; the journal last, since it is what says that they are whole."""
    number = 1
    while any(upload_folder.glob(f"*.{number}.*")):
        number += 1
    try:
        for name in (FAILED, OUTCOMES, RECEIPT, JOURNAL):
            old = upload_folder / name
            if old.exists():
                old.rename(old.with_name(f"{old.stem}.{number}{old.suffix}"))
        sync_folder(upload_folder)
    except OSError as reason:
        raise OutputError(f"cannot rename files in {upload_folder}: {reason.strerror}") from None


def journal_of(
    folder: Path,
    manifest: Manifest,
    plan: Plan,
    aim: Aim,
    target: Target,
    *,
    begun: float,
    progress: Progress,
) -> Journal:
    """Return the journal to go on with, or a new one after the pre-flight has found nothing against it.

    Raises:
        UploadError: The pre-flight stops the upload; no journal is made.
        JournalError: The journal is damaged, or its parts are not those of the plan.
        OutputError: It cannot be written.
    """
    path = folder / UPLOAD / JOURNAL
    continued = path.exists()
    if continued:
        journal = open_journal(path)
    else:
        nothing = ("the clean file holds no record; nothing is sent",)
        warnings = target.check(manifest, plan, folder) if plan.parts else nothing
        for text in warnings:
            progress(Warned(text))
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            path.parent.chmod(0o700)
        except OSError as reason:
            raise OutputError(f"cannot make {path.parent}: {reason.strerror}") from None
        journal = begin_journal(path, _head(manifest, plan, target.place, aim, begun, warnings), plan.parts)
    kept = [(row.number, row.rows, row.sha256) for row in journal.parts()]
    if kept != [(part.number, part.rows, part.sha256) for part in plan.parts]:
        journal.close()
        raise JournalError(f"{path} names other parts than the file gives; nothing was sent")
    progress(Planned(len(plan.parts), plan.records, continued=continued))
    return journal


def _head(manifest: Manifest, plan: Plan, place: Place, aim: Aim, begun: float, warnings: tuple[str, ...]) -> Head:
    return Head(
        manifest=manifest.digest,
        label=place.label,
        base_url=place.base_url,
        hub=aim.hub,
        object=aim.object,
        sandbox=place.sandbox,
        max_records=plan.max_records,
        max_bytes=plan.max_bytes,
        parts=len(plan.parts),
        records=plan.records,
        begun=begun,
        warnings=warnings,
        apart=plan.apart,
    )


def kept_limits(folder: Path) -> tuple[int | None, int | None, int] | None:
    """Return (records, bytes, apart) that a folder's unfinished upload was cut by, or None where there is none."""
    path = folder / UPLOAD / JOURNAL
    if not path.exists():
        return None
    with closing(open_journal(path)) as journal:
        return journal.head.max_records, journal.head.max_bytes, journal.head.apart
