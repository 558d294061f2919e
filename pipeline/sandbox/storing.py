"""Keeps jobs, the reasons of refused records, contacts and the ledger of requests in one SQLite file.

One connection, one lock: each method is one short transaction and may be called from any thread. A job changes its
status only by `move`, which names the status it must have now, so two threads can never both end a job.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.sandbox.jobs import FINAL, Batch, Job, fold_key

FIRST_JOB = 1234
"""Number of the first job of a new file: the one in the help page "Base CRM Bulk"."""

_APPLICATION_ID = 0x0C5B  # marks the file, so that no other database is ever written to
_TABLES = Path(__file__).with_name("tables.sql").read_text("utf-8")
# Made in older files too, which lack it.
_ARRIVALS = "CREATE TABLE IF NOT EXISTS arrivals (job INTEGER NOT NULL, record INTEGER NOT NULL, key TEXT NOT NULL)"
_COMPARISONS = {
    (column, sign): f"{stored} {sign} ?"
    for column, stored in {
        "object_name": "object",
        "job_status": "status",
        "bulk_status": "status",
        "status": "status",
        "job_direction": "'UPLOAD'",
        "record_count": "records",
    }.items()
    for sign in ("=", "!=", ">", "<", ">=", "<=")
}

Row = dict[str, Any]  # values are what SQLite holds: text, integer or None


class DataFileError(Exception):
    """The data file cannot be used. The text is one line for a person."""


class StoreClosed(Exception):  # noqa: N818  # not a failure: the sandbox is stopping
    """The sandbox is stopping: nothing can be read or written any more."""


class Store:
    """All of the sandbox's data. Opening makes the file (mode 0600) if it is not there.

    Raises:
        DataFileError: If the file cannot be opened, is no database, or is a database of something else.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._closed = False
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise DataFileError(f"{path}: cannot be opened as data file ({error})") from None
        try:
            self._prepare(path)
        except sqlite3.Error as error:
            self._connection.close()
            raise DataFileError(f"{path}: is not a data file of the sandbox ({error}); name another") from None
        except DataFileError:
            self._connection.close()
            raise

    def _prepare(self, path: Path) -> None:
        self._connection.row_factory = sqlite3.Row
        mark = self._connection.execute("PRAGMA application_id").fetchone()[0]
        empty = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        if mark != _APPLICATION_ID and not (mark == 0 and empty):
            raise DataFileError(f"{path}: is a database of something else; name another data file")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        if empty:
            first = f"INSERT INTO sqlite_sequence (name, seq) VALUES ('jobs', {FIRST_JOB - 1})"  # noqa: S608  # a constant
            mine = f"PRAGMA application_id = {_APPLICATION_ID}"
            self._connection.executescript(f"BEGIN; {_TABLES} {first}; {mine}; PRAGMA user_version = 1; COMMIT;")
        self._connection.execute(_ARRIVALS)

    def close(self) -> None:
        """Closes the file; every later call raises `StoreClosed`."""
        with self._lock:
            self._closed = True
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection, None, None]:
        with self._lock:
            if self._closed:
                raise StoreClosed
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _read(self, query: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            if self._closed:
                raise StoreClosed
            return self._connection.execute(query, values).fetchall()

    def _now(self) -> int:
        return int(self._clock() * 1000)

    # --- jobs ---------------------------------------------------------------------------------------------------

    def create_job(
        self,
        *,
        hub: str,
        object_name: str,
        metadata: str,
        path: str,
        upload: str,
        file_name: str,
        file_bytes: int,
        sha256: str,
        callback_url: str,
        request_id: str,
    ) -> Job:
        """Returns a new job with status CREATED."""
        with self._transaction() as connection:
            number = connection.execute(
                "INSERT INTO jobs (hub, object, metadata, path, upload, file_name, file_bytes, sha256, callback_url,"
                " callback, request_id, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(hub, object_name, metadata, path, upload, file_name, file_bytes, sha256, callback_url),
                    *("waiting" if callback_url else "none", request_id, self._now()),
                ),
            ).lastrowid
            assert number is not None  # noqa: S101  # an INSERT always has one
            row = connection.execute("SELECT * FROM jobs WHERE id = ?", (number,)).fetchone()
        return Job(**row)

    def find_job(self, number: int) -> Job | None:
        """Returns a job, or None."""
        if not 0 < number < 2**63:  # what SQLite can hold
            return None
        rows = self._read("SELECT * FROM jobs WHERE id = ?", number)
        return Job(**rows[0]) if rows else None

    def list_jobs(
        self,
        *,
        hub: str | None = None,
        where: Sequence[tuple[str, str, str | int]] = (),
        before: int | None = None,
        limit: int = -1,
    ) -> list[Job]:
        """Returns jobs, newest first.

        Args:
            hub: Only those of this hub; None for all.
            where: Conditions that must all hold: (searchable column, sign, value).
            before: Only jobs with a smaller number.
            limit: At most so many; -1 for all.

        Raises:
            KeyError: For a column or sign that cannot be searched for.
        """
        conditions = [_COMPARISONS[column, sign] for column, sign, _ in where]
        values: list[object] = [value for _, _, value in where]
        for condition, value in (("hub = ?", hub), ("id < ?", before)):
            if value is not None:
                conditions.append(condition)
                values.append(value)
        text = " AND ".join(conditions) or "1"
        # Every condition is one of the constants above; values are bound.
        query = f"SELECT * FROM jobs WHERE {text} ORDER BY id DESC LIMIT ?"  # noqa: S608
        return [Job(**row) for row in self._read(query, *values, limit)]

    def move(self, number: int, before: str, after: str, *, error: str = "", message: str = "") -> bool:
        """Returns whether the job's status was `before` and is now `after`; otherwise nothing changed.

        Notes the time of start and end, and `error` and `message`.
        """
        with self._transaction() as connection:
            changed = connection.execute(
                "UPDATE jobs SET status = :after, error = :error, message = :message,"
                " started_ms = CASE WHEN :after = 'STARTED' THEN :now ELSE started_ms END,"
                " finished_ms = CASE WHEN :final THEN :now ELSE finished_ms END"
                " WHERE id = :number AND status = :before",
                {
                    "number": number,
                    "before": before,
                    "after": after,
                    "error": error,
                    "message": message,
                    "final": after in FINAL,
                    "now": self._now(),
                },
            )
            return changed.rowcount == 1

    def note_callback(self, number: int, outcome: str) -> None:
        """Notes what became of the announcement of a job's end."""
        with self._transaction() as connection:
            connection.execute("UPDATE jobs SET callback = ? WHERE id = ?", (outcome, number))

    # --- records ------------------------------------------------------------------------------------------------

    def load_batch(self, number: int, hub: str, object_name: str, batch: Batch) -> bool:
        """Returns whether the batch was stored: all of it, or nothing if the job is not RUNNING any more.

        Contacts, refusals and the job's counts change together, so a job can go on after any interruption.
        """
        with self._transaction() as connection:
            counted = connection.execute(
                "UPDATE jobs SET records = records + ?, failed = failed + ? WHERE id = ? AND status = 'RUNNING'",
                (batch.records, len(batch.refused), number),
            )
            if counted.rowcount != 1:
                return False
            connection.executemany(
                "INSERT INTO contacts (id, hub, object, cells, created_job, created_record) VALUES (?, ?, ?, ?, ?, ?)",
                ((contact, hub, object_name, cells, number, record) for contact, cells, record in batch.created),
            )
            # Columns that the file does not have keep their values; an empty cell overwrites.
            connection.executemany(
                "UPDATE contacts SET cells = json_patch(cells, ?), updated_job = ?, updated_record = ? WHERE id = ?",
                ((cells, number, record, contact) for cells, record, contact in batch.updated),
            )
            connection.executemany(
                "INSERT INTO refusals (job, record, reason) VALUES (?, ?, ?)",
                ((number, record, reason) for record, reason in batch.refused),
            )
            connection.executemany(
                "INSERT INTO arrivals (job, record, key) VALUES (?, ?, ?)",
                ((number, record, key) for record, key in batch.arrived),
            )
        return True

    def list_refusals(self, number: int, *, after: int = 0, limit: int = -1) -> list[Row]:
        """Returns the refused records of a job in file order: rows with `id`, `record` and `reason`."""
        query = "SELECT id, record, reason FROM refusals WHERE job = ? AND id > ? ORDER BY id LIMIT ?"
        return [dict(row) for row in self._read(query, number, after, limit)]

    def list_contacts(self, hub: str, object_name: str, *, after: int = 0, limit: int = -1) -> list[Row]:
        """Returns the contacts of an object in the order of arrival: all stored columns, `cells` as JSON text."""
        query = "SELECT * FROM contacts WHERE hub = ? AND object = ? AND id > ? ORDER BY id LIMIT ?"
        return [dict(row) for row in self._read(query, hub, object_name, after, limit)]

    def list_all_contacts(self, *, limit: int = -1) -> list[Row]:
        """Returns the contacts of all objects in the order of arrival."""
        return [dict(row) for row in self._read("SELECT * FROM contacts ORDER BY id LIMIT ?", limit)]

    def count_contacts(self) -> int:
        """Returns how many contacts there are, of all objects."""
        return int(self._read("SELECT count(*) FROM contacts")[0][0])

    def last_contact(self) -> int:
        """Returns the highest id of a contact, 0 if there is none."""
        return int(self._read("SELECT coalesce(max(id), 0) FROM contacts")[0][0])

    def identities(self, hub: str, object_name: str, field: str) -> dict[str, int]:
        """Returns the id of the oldest contact for each value of a field, folded by `fold_key`; blank ones left out."""
        rows = self._read(
            "SELECT json_extract(cells, ?), id FROM contacts WHERE hub = ? AND object = ? ORDER BY id DESC",
            f'$."{field}"',
            hub,
            object_name,
        )
        return {fold_key(str(text)): int(contact) for text, contact in rows if text}

    # --- ledger -------------------------------------------------------------------------------------------------

    def note_request(self, method: str, path: str, status: int, request_id: str) -> None:
        """Adds an answered request to the ledger; `path` with its query, never a header."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO requests (time_ms, method, path, status, request_id) VALUES (?, ?, ?, ?, ?)",
                (self._now(), method, path, status, request_id),
            )

    def count_arrivals(self) -> dict[int, dict[str, int]]:
        """Returns how often each key was stored, by the job that brought it; a job that brought none is not there.

        Contacts do not tell that: a record that comes twice is one contact where records are matched.
        """
        found: dict[int, dict[str, int]] = {}
        for job, key, count in self._read(
            "SELECT job, key, count(*) FROM arrivals GROUP BY job, key ORDER BY min(rowid)"
        ):
            found.setdefault(int(job), {})[str(key)] = int(count)
        return found

    def list_requests(self) -> list[Row]:
        """Returns the ledger of answered requests, oldest first."""
        return [dict(row) for row in self._read("SELECT * FROM requests ORDER BY id")]
