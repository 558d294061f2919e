"""Reading a prepared folder: its manifest, and whether its files are still those the manifest names."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ManifestError, UsageError
from pipeline.planning.values import as_count, as_list, as_object, as_text, parse_json

FORMAT = 1
CLEAN = "clean.csv"
INDEX = "clean.index.csv"
MANIFEST = "manifest.json"

_MANIFEST_BYTES = 16 << 20
_PIECE_BYTES = 1 << 20
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What the manifest says of one file.

    Attributes:
        name: Base name in the folder.
        sha256: Hex digest of its bytes.
        size: Their number.
        records: Records in it (its header apart), or None where the manifest does not say.
    """

    name: str
    sha256: str
    size: int
    records: int | None

    def __post_init__(self) -> None:
        if len(self.sha256) != 64 or not _HEX.issuperset(self.sha256):
            raise ValueError(f"{self.name} has no digest")


@dataclass(frozen=True, slots=True)
class Target:
    """The object the file was prepared for.

    Attributes:
        name: The schema's name, `target.object`.
        hub: The platform's hub, or None.
        object: The platform's object, or None.
        key: The column that identifies a contact.
        upsert_key: The column the platform shall match on, or None.
        blank_overwrites: Whether an empty cell blanks what the target has.
        max_part_records: Records one job may carry, or None.
        max_part_bytes: Bytes of the encoded file one job may carry, header included, or None.
    """

    name: str
    hub: str | None
    object: str | None
    key: str
    upsert_key: str | None
    blank_overwrites: bool
    max_part_records: int | None
    max_part_bytes: int | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """A prepared folder that may be published, as its manifest describes it.

    Attributes:
        digest: Hex SHA-256 of `manifest.json` itself: the identity of what is uploaded.
        source: Name of the file it was prepared from.
        target: The object it was prepared for.
        columns: Columns of `clean.csv`, in order; the key is one of them.
        records: Records of `clean.csv`.
        clean: The entry of `clean.csv`.
        index: The entry of `clean.index.csv`.
    """

    digest: str
    source: str
    target: Target
    columns: tuple[str, ...]
    records: int
    clean: FileEntry
    index: FileEntry

    def __post_init__(self) -> None:
        if self.target.key not in self.columns:
            raise ValueError(f"the key {self.target.key} is no column of {CLEAN}")
        if len(set(self.columns)) != len(self.columns):
            raise ValueError("a column is named twice")
        if not self.clean.records == self.index.records == self.records:
            raise ValueError("its counts of records differ")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a prepared folder whose files are the ones it names.

    Reads `clean.csv` and `clean.index.csv` once, in pieces.

    Args:
        folder: What `prepare` wrote.

    Raises:
        UsageError: It is not a prepared folder, or its manifest forbids uploading (over the error budget).
        ManifestError: The manifest is damaged or of a newer format, or a file's digest is not the manifest's.
    """
    path = folder / MANIFEST
    try:
        text = path.read_bytes() if path.stat().st_size <= _MANIFEST_BYTES else b""
    except OSError:
        raise UsageError(
            f"{folder} is not a prepared folder: it has no {MANIFEST}; make one with `contactprep prepare FILE`"
        ) from None
    try:
        found = as_object(parse_json(text))
    except ValueError:
        raise ManifestError(f"{path} is damaged: it is not JSON; prepare the file again") from None
    if found is None or "format" not in found or (as_object(found.get("tool")) or {}).get("name") != "contactprep":
        raise UsageError(f"{folder} is not a prepared folder: {MANIFEST} is not one of contactprep")
    number = as_count(found["format"])
    if number is not None and number > FORMAT:
        raise ManifestError(f"{path} has format {number}; this version reads up to {FORMAT}: update contactprep")
    if found.get("publishable") is False:
        raise UsageError(
            f"{folder} may not be uploaded: more records were rejected than the error budget (--max-errors) allows; "
            "mend the file and prepare it again"
        )
    try:
        manifest = _manifest(found, hashlib.sha256(text).hexdigest())
    except ValueError as reason:
        raise ManifestError(f"{path} is damaged: {reason}; prepare the file again") from None
    for entry in (manifest.clean, manifest.index):
        _confirm(folder / entry.name, entry)
    return manifest


def _manifest(found: dict[str, object], digest: str) -> Manifest:
    """Return a manifest from its JSON; ValueError says what is not there."""
    if as_count(found.get("format")) != FORMAT or found.get("publishable") is not True:
        raise ValueError("`format` or `publishable` is not right")
    counts, schema = as_object(found.get("counts")) or {}, as_object(found.get("schema")) or {}
    files, source = as_object(found.get("files")) or {}, as_object(found.get("source")) or {}
    accepted = as_count(counts.get("accepted"))
    columns = as_list(found.get("columns"))
    if accepted is None or not columns:
        raise ValueError("it does not say how many records and which columns there are")
    return Manifest(
        digest=digest,
        source=as_text(source.get("name")) or "",
        target=Target(
            name=_required(schema, "name"),
            hub=as_text(schema.get("hub")),
            object=as_text(schema.get("object")),
            key=_required(schema, "key"),
            upsert_key=as_text(schema.get("upsert_key")),
            blank_overwrites=schema.get("blank_overwrites") is True,
            max_part_records=_limit(schema, "max_part_records"),
            max_part_bytes=_limit(schema, "max_part_bytes"),
        ),
        columns=tuple(str(column) for column in columns),
        records=accepted,
        clean=_entry(files, CLEAN),
        index=_entry(files, INDEX),
    )


def _required(values: dict[str, object], name: str) -> str:
    text = as_text(values.get(name))
    if text is None:
        raise ValueError(f"the schema has no {name}")
    return text


def _limit(values: dict[str, object], name: str) -> int | None:
    if values.get(name) is None:
        return None
    limit = as_count(values[name])
    if not limit:
        raise ValueError(f"{name} is not a number of at least 1")
    return limit


def _entry(files: dict[str, object], name: str) -> FileEntry:
    found = as_object(files.get(name)) or {}
    size = as_count(found.get("size"))
    if size is None:
        raise ValueError(f"it does not name {name}")
    return FileEntry(name, as_text(found.get("sha256")) or "", size, as_count(found.get("records")))


def _confirm(path: Path, entry: FileEntry) -> None:
    """Raise `ManifestError` unless a file has the digest that the manifest names."""
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                digest.update(piece)
                size += len(piece)
    except OSError as reason:
        raise ManifestError(f"{path} cannot be read ({reason.strerror}); prepare the file again") from None
    if size != entry.size or digest.hexdigest() != entry.sha256:
        raise ManifestError(
            f"{path} is not the file that {MANIFEST} names: it was changed since; prepare the file again"
        )
