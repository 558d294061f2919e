"""What a bulk job is, and what its records come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FINAL = frozenset({"COMPLETED", "ABORTED", "ERROR", "CANCELLED"})
"""Statuses that a job never leaves; ERROR only if it is ordered. Source: SAP Open Connectors help, "Bulk FAQ"."""


@dataclass(frozen=True, slots=True)
class Job:
    """One bulk job as it stands now.

    Attributes:
        id: Its number.
        hub: The hub it was sent to.
        object: The object's name as in the request.
        status: CREATED, STARTED, RUNNING, CANCELLATION_PENDING, or one of `FINAL`.
        records: Records dealt with so far, refused ones included.
        failed: Refused ones.
        error: Why it was aborted, or "".
        message: What exactly was wrong with the file, or "".
        metadata: The form field `metaData` as sent, or "".
        path: The query parameter `path`, or "".
        upload: File name of the stored upload, in the uploads folder.
        file_name: File name that the client gave.
        file_bytes: Size of the upload.
        sha256: Its hex digest.
        callback_url: Where to announce the end, or "".
        callback: `none`, `waiting`, or what became of the announcement.
        request_id: Id of the request that made the job.
        created_ms, started_ms, finished_ms: Milliseconds since the epoch; None before it happened.
    """

    id: int
    hub: str
    object: str
    status: str
    records: int
    failed: int
    error: str
    message: str
    metadata: str
    path: str
    upload: str
    file_name: str
    file_bytes: int
    sha256: str
    callback_url: str
    callback: str
    request_id: str
    created_ms: int
    started_ms: int | None
    finished_ms: int | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What some consecutive records of a job come to.

    Attributes:
        records: How many records it covers, refused ones included.
        created: New contacts: (id, cells as JSON, record number).
        updated: Contacts that change: (cells to overwrite as JSON, record number, id), in the order of the file.
        refused: Refused records: (record number, reason).
        arrived: Records that are created or updated: (record number, key); the key is the cell of the field by which
            records are matched, or of the first column.
    """

    records: int
    created: Sequence[tuple[int, str, int]]
    updated: Sequence[tuple[str, int, int]]
    refused: Sequence[tuple[int, str]]
    arrived: Sequence[tuple[int, str]]


def fold_key(text: str) -> str:
    """Returns the form in which two keys are compared: upper and lower case are the same, blanks count.

    Whether vendors ignore case is not documented; a sandbox that does shows the duplicates a client overlooked.
    """
    return text.casefold()
