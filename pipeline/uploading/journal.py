"""The journal of an upload: what was intended, what became of it, on disk before anything is done about it.

SQLite in WAL mode, every commit flushed. Each row carries a seal over its values, because a changed byte inside a
cell is nothing SQLite would notice, and a part that is wrongly read as not sent would be sent twice.

The file is read whole and checked when it is opened. From then on a writer, which is alone in its folder, answers from
memory what it has read and noted, so that a step costs the same with a thousand parts as with one.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple, fields, replace
from pathlib import Path
from typing import Any

from pipeline.errors import JournalError, OutputError
from pipeline.planning import Part
from pipeline.uploading.entries import Head, PartRow, PartState, Try, TryOutcome
from pipeline.uploading.statuses import JobStatus, State
from pipeline.uploading.writing import sync_folder

VERSION = 1


_NOT_SENT = (TryOutcome.REFUSED, TryOutcome.NOT_SENT, TryOutcome.ASSUMED_NOT_SENT, TryOutcome.SENT_AGAIN)
_LAST_OUTCOMES = {
    PartState.PLANNED: _NOT_SENT,
    PartState.SENDING: (TryOutcome.OPEN, TryOutcome.UNCERTAIN),
    PartState.CREATED: (TryOutcome.CREATED, TryOutcome.ADOPTED),
    PartState.FINAL: (TryOutcome.CREATED, TryOutcome.ADOPTED),
}


class JobTaken(Exception):  # noqa: N818  # it is named for what the job is
    """A job belongs to another part."""


class Journal:
    """An open journal. Its methods commit before they return, and may be called from any thread.

    Made by `begin_journal` and `open_journal`; to be closed.
    """

    def __init__(self, path: Path, database: sqlite3.Connection, *, read_only: bool = False) -> None:
        self.path = path
        self._database = database
        self._read_only = read_only
        self._lock = threading.RLock()
        self._parts: list[PartRow] = []
        self._tries: list[list[Try]] = []
        self._jobs: dict[str, int] = {}
        with _translating(path):
            version = database.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise JournalError(f"{path} is of version {version}; this version reads {VERSION}: update contactprep")
            if version != VERSION or database.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise _Damaged("it is not whole")
            self._load()

    def close(self) -> None:
        """Close the file; what was noted is in it."""
        with self._lock:
            self._database.close()

    @property
    def head(self) -> Head:
        """What the upload is of."""
        with self._lock, _translating(self.path):
            values: dict[str, Any] = json.loads(self._note("head"))
            values["warnings"] = tuple(values["warnings"])
            return Head(**values)

    @property
    def receipt(self) -> str | None:
        """The receipt's JSON if the upload is finished, or None."""
        with self._lock, _translating(self.path):
            return self._note("receipt") or None

    def parts(self) -> tuple[PartRow, ...]:
        """Return the parts, in order."""
        with self._looking():
            return tuple(self._parts)

    def part(self, number: int) -> PartRow:
        """Return the part of that number."""
        with self._looking():
            return self._parts[number - 1]

    def tries(self) -> tuple[Try, ...]:
        """Return every try, by part and number."""
        with self._looking():
            return tuple(entry for own in self._tries for entry in own)

    def tries_of(self, number: int) -> tuple[Try, ...]:
        """Return the tries to send a part, in order."""
        with self._looking():
            return tuple(self._tries[number - 1])

    def owned_jobs(self) -> frozenset[str]:
        """Return the ids of the jobs that belong to parts of this upload."""
        with self._looking():
            return frozenset(self._jobs)

    def last_try(self, number: int) -> Try | None:
        """Return a part's last try, or None."""
        with self._looking():
            own = self._tries[number - 1]
            return own[-1] if own else None

    def intend(self, number: int, *, begun: float, server_time: float | None) -> None:
        """Note that a part is about to be sent."""
        with self._lock:
            last = self.last_try(number)
            entry = Try(number, (last.number if last else 0) + 1, begun, server_time, None, TryOutcome.OPEN, "")
            self._save(replace(self.part(number), state=PartState.SENDING), entry)

    def close_try(
        self, number: int, outcome: TryOutcome, *, ended: float, detail: str = "", job: str | None = None
    ) -> None:
        """Note what became of a part's last try; the part's state follows from it.

        Raises:
            JobTaken: The job is another part's; nothing is noted.
        """
        with self._lock:
            last = self.last_try(number)
            if last is None:
                raise ValueError(f"part {number} was never tried")
            if job is not None and self._jobs.get(job, number) != number:
                raise JobTaken(f"job {job} is that of part {self._jobs[job]}")
            state = next(state for state, outcomes in _LAST_OUTCOMES.items() if outcome in outcomes)
            part = replace(self.part(number), state=state, job=job)
            self._save(part, replace(last, outcome=outcome, ended=ended, detail=detail or last.detail))

    def note_status(self, number: int, status: JobStatus) -> None:
        """Note what a part's job says; a final state makes the part final."""
        with self._lock:
            part = replace(
                self.part(number),
                state=PartState.FINAL if status.state.final else PartState.CREATED,
                word=status.state,
                raw_word=status.raw_word,
                records=status.records,
                failed=status.failed,
                error=status.error,
                message=status.message,
            )
            self._save(part)

    def finish(self, receipt: str) -> None:
        """Note that the upload is finished, with its receipt."""
        with self._lock, _translating(self.path), self._transaction():
            self._put("notes", ("receipt", receipt))

    @contextmanager
    def _looking(self) -> Generator[None]:
        """Hold what is known still; where another process may write, it is read anew."""
        with self._lock:
            if self._read_only:
                with _translating(self.path):
                    self._load()
            yield

    def _save(self, part: PartRow, entry: Try | None = None) -> None:
        with _translating(self.path), self._transaction():
            self._put("parts", astuple(part))
            if entry is not None:
                self._put("tries", astuple(entry))
        # Only what the disk has.
        self._parts[part.number - 1] = part
        if part.job is not None:
            self._jobs[part.job] = part.number
        if entry is not None:
            self._tries[part.number - 1][entry.number - 1 :] = [entry]

    @contextmanager
    def _transaction(self) -> Generator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")
            raise

    def _put(self, table: str, values: tuple[Any, ...]) -> None:
        _insert(self._database, table, values)

    def _note(self, name: str) -> str:
        found = self._database.execute("SELECT name, value, seal FROM notes WHERE name = ?", (name,)).fetchone()
        if found is None:
            return ""
        if found[2] != _seal(found[:2]):
            raise _Damaged(f"the note {name!r} was changed")
        return str(found[1])

    def _rows(self, table: str, kind: type[Any], order: str) -> list[Any]:
        names = ", ".join(field.name for field in fields(kind))
        rows = self._database.execute(f"SELECT {names}, seal FROM {table} {order}").fetchall()  # noqa: S608  # constants
        for row in rows:
            if row[-1] != _seal(row[:-1]):
                raise _Damaged(f"a row of {table} was changed")
        return [kind(*row[:-1]) for row in rows]

    def _load(self) -> None:
        """Read all rows; raise unless they agree."""
        head = self.head
        self._database.execute("BEGIN")  # one moment, though another process may write
        try:
            parts = [
                replace(row, state=PartState(row.state), word=None if row.word is None else State(row.word))
                for row in self._rows("parts", PartRow, "ORDER BY number")
            ]
            tries: list[list[Try]] = [[] for _ in parts]
            for row in self._rows("tries", Try, "ORDER BY part, number"):
                if not 1 <= row.part <= len(parts):
                    raise _Damaged(f"part {row.part} is missing")
                tries[row.part - 1].append(replace(row, outcome=TryOutcome(row.outcome)))
        finally:
            self._database.execute("COMMIT")
        if [part.number for part in parts] != list(range(1, head.parts + 1)):
            raise _Damaged("parts are missing")
        if sum(part.rows for part in parts) != head.records:
            raise _Damaged("records are missing")
        jobs = {part.job: part.number for part in parts if part.job is not None}
        if len(jobs) != sum(part.job is not None for part in parts):
            raise _Damaged("two parts have one job")
        for part, own in zip(parts, tries, strict=True):
            _check_part(part, own)
        self._parts, self._tries, self._jobs = parts, tries, jobs


def _check_part(part: PartRow, own: list[Try]) -> None:
    """Raise unless a part and its tries agree."""
    if [entry.number for entry in own] != list(range(1, len(own) + 1)):
        raise _Damaged(f"tries of part {part.number} are missing")
    if any(entry.outcome not in _NOT_SENT for entry in own[:-1]):
        raise _Damaged(f"part {part.number} went on after an open try")
    if not (own or part.state is PartState.PLANNED) or (own and own[-1].outcome not in _LAST_OUTCOMES[part.state]):
        raise _Damaged(f"state and tries of part {part.number} differ")
    if (part.job is not None) != (part.state in (PartState.CREATED, PartState.FINAL)):
        raise _Damaged(f"state and job of part {part.number} differ")


def begin_journal(path: Path, head: Head, parts: Iterable[Part]) -> Journal:
    """Return a new journal, which is on disk whole before it gets its name.

    Raises:
        OutputError: It cannot be written.
    """
    new = path.with_name(f"{path.name}.new")
    with _translating(path):
        for leftover in (new, *(new.with_name(new.name + tail) for tail in ("-wal", "-shm", "-journal"))):
            leftover.unlink(missing_ok=True)
        os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(new, isolation_level=None)) as database:
            database.execute("PRAGMA synchronous = FULL")
            database.execute("BEGIN")
            database.execute("CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT, seal TEXT)")
            for table, kind, key in (("parts", PartRow, "number"), ("tries", Try, "part, number")):
                names = ", ".join(field.name for field in fields(kind))
                database.execute(f"CREATE TABLE {table} ({names}, seal, PRIMARY KEY ({key}))")
            _insert(
                database,
                "notes",
                ("head", json.dumps({field.name: getattr(head, field.name) for field in fields(head)})),
            )
            for part in parts:
                row = PartRow(part.number, part.key, part.sha256, part.rows, PartState.PLANNED)
                _insert(database, "parts", astuple(row))
            database.execute(f"PRAGMA user_version = {VERSION}")
            database.execute("COMMIT")
        new.replace(path)
        sync_folder(path.parent)
    return open_journal(path)


def open_journal(path: Path, *, read_only: bool = False) -> Journal:
    """Return the journal at a path, checked.

    Args:
        path: `journal.sqlite` in a folder's `upload/`.
        read_only: To look at it while another run may hold the folder; nothing can be noted then.

    Raises:
        JournalError: It is damaged, cut, or of a newer version.
    """
    with _translating(path):
        if not path.stat().st_size:
            raise _Damaged("it is empty")
        mode = "ro" if read_only else "rw"
        database = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=5.0,
            check_same_thread=False,  # one at a time, by the journal's own lock
        )
        try:
            if not read_only:
                database.execute("PRAGMA journal_mode = WAL")
                database.execute("PRAGMA synchronous = FULL")
                # Every commit goes on into the database file, so that the file alone, copied or moved, is up to date.
                database.execute("PRAGMA wal_autocheckpoint = 1")
            return Journal(path, database, read_only=read_only)
        except BaseException:
            database.close()
            raise


class _Damaged(Exception):  # noqa: N818  # never leaves this module
    """The journal is not as it was written."""


def _insert(database: sqlite3.Connection, table: str, values: tuple[Any, ...]) -> None:
    marks = ", ".join("?" * (len(values) + 1))
    database.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", (*values, _seal(values)))  # noqa: S608


def _seal(values: tuple[Any, ...]) -> str:
    return hashlib.sha256(json.dumps(list(values)).encode()).hexdigest()


@contextmanager
def _translating(path: Path) -> Generator[None]:
    """Turn what SQLite and the file system raise into a damaged journal or one that cannot be written."""
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as reason:
        code = getattr(reason, "sqlite_errorcode", 0) & 0xFF
        cannot = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
        if isinstance(reason, OSError) or code in (*cannot, sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY):
            raise OutputError(f"cannot write {path}: {reason}; mend that and run the same command again") from None
        raise _damage(path, str(reason)) from None
    except (_Damaged, ValueError, TypeError, KeyError, AttributeError, IndexError) as reason:
        raise _damage(path, str(reason)) from None


def _damage(path: Path, why: str) -> JournalError:
    return JournalError(
        f"{path} is damaged ({why}), so it cannot be told what was sent; nothing is sent. Restore it from a copy, or "
        "look on the platform which jobs there are before you move the upload folder away"
    )
