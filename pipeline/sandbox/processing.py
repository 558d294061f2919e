"""Works off the jobs, one after the other, in a thread of its own: CREATED, STARTED, RUNNING, and then the end.

STARTED looks at the whole file, so a file that cannot be read is refused before anything of it is stored. RUNNING
takes the records in the order of the file, some at a time, each group in one transaction with the job's counts.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import queue
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.sandbox.callbacks import Notifier
from pipeline.sandbox.faults.acts import LOADING, End, Refuse
from pipeline.sandbox.faults.choosing import Faults
from pipeline.sandbox.jobs import FINAL, Batch, Job, fold_key
from pipeline.sandbox.objects import HEADERS_UNFIT, TargetObject, find_object
from pipeline.sandbox.parsing import Malformed, read_records
from pipeline.sandbox.storing import Store, StoreClosed

RECORDS_PER_BATCH = 1000

_log = logging.getLogger(__name__)


class Aborted(Exception):  # noqa: N818  # it is named for the status the job gets
    """The job ends as ABORTED.

    Its text is the platform's.

    Attributes:
        message: What exactly is wrong, or "".
    """

    def __init__(self, error: str, message: str = "") -> None:
        super().__init__(error)
        self.message = message


@dataclass(frozen=True, slots=True)
class Order:
    """What a job's `metaData` asks for.

    Attributes:
        identifier: Field by which records are matched with contacts that are there, or None for no matching.
        create_only: Whether a match is a conflict instead of an update.
    """

    identifier: str | None
    create_only: bool


def read_order(metadata: str, target: TargetObject) -> Order:
    """Returns what to do with the records of a job.

    `identifierFieldName` and `primaryKeyName` mean the same; without either the vendor's own key decides. Source:
    Cloud Elements developer portal, bulk upload guide and Marketo bulk page; SAP help, "Eloqua Bulk" (always
    upserts); churros `eloqua/bulk.js` (`action: create` conflicts with contacts that are there).
    """
    asked: dict[str, Any] = json.loads(metadata) if metadata else {}
    return Order(
        identifier=asked.get("identifierFieldName") or asked.get("primaryKeyName") or target.key,
        create_only=asked.get("action") == "create",
    )


class Worker:
    """The thread that works off jobs.

    Args:
        store: Where everything is kept.
        uploads: Folder of the stored uploads.
        notifier: Announces the end of a job.
        pace: Seconds for which each of the three states before the end is kept at least.
        faults: What is to go wrong while a job's records are loaded.
    """

    def __init__(self, store: Store, uploads: Path, notifier: Notifier, faults: Faults, *, pace: float) -> None:
        self._store = store
        self._uploads = uploads
        self._notifier = notifier
        self._faults = faults
        self._pace = pace
        self._waiting: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="sandbox-worker", daemon=True)

    def start(self) -> None:
        """Starts the thread; jobs that an earlier run left unfinished go on where they were."""
        for job in reversed(self._store.list_jobs()):
            if job.status not in FINAL:
                self._waiting.put(job.id)
        self._thread.start()

    def stop(self) -> None:
        """Stops after the group of records at hand. What is unfinished stays so, and goes on with the next start."""
        self._stopping.set()
        self._waiting.put(None)
        self._thread.join()

    def submit(self, number: int) -> None:
        """Puts a job at the end of the queue."""
        self._waiting.put(number)

    def cancel(self, number: int) -> None:
        """Asks for the end of a job: its status becomes CANCELLATION_PENDING unless it has ended."""
        for status in ("CREATED", "STARTED", "RUNNING"):
            if self._store.move(number, status, "CANCELLATION_PENDING"):
                return

    def settle_cancelled(self, number: int) -> None:
        """Ends a job whose end was asked for; without effect on any other."""
        self._end(number, "CANCELLATION_PENDING", "CANCELLED")

    def _work(self) -> None:
        while (number := self._waiting.get()) is not None and not self._stopping.is_set():
            try:
                self._process(number)
            except StoreClosed:
                return
            except Exception:  # the thread must outlive any single job
                _log.exception("job %d failed", number)
                for status in ("CREATED", "STARTED", "RUNNING"):
                    self._end(number, status, "ABORTED", Aborted("Internal error of the sandbox"))

    def _process(self, number: int) -> None:
        """Takes a job as far as it goes. It may be cancelled at any point: then no step applies to it any more."""
        job = self._store.find_job(number)
        if job is None or job.status in FINAL:
            return
        path = self._uploads / job.upload
        status = job.status
        try:
            if status == "CREATED":
                status = self._step(number, "CREATED", "STARTED")
            if status == "STARTED":
                check_file(path, job)
                status = self._step(number, "STARTED", "RUNNING")
            if status == "RUNNING" and self._load(job, path) and not self._stopping.wait(self._pace):
                self._end(number, "RUNNING", "COMPLETED")
        except Aborted as reason:
            self._end(number, status, "ABORTED", reason)
        except OSError:
            self._end(number, status, "ABORTED", Aborted(HEADERS_UNFIT, "the upload is not there any more"))
        if not self._stopping.is_set():
            self.settle_cancelled(number)

    def _step(self, number: int, before: str, after: str) -> str:
        """Returns `after` once the pace is over and the status has changed, "" if the job was cancelled or we stop."""
        stopped = self._stopping.wait(self._pace)
        return after if not stopped and self._store.move(number, before, after) else ""

    def _end(self, number: int, before: str, after: str, reason: Aborted | None = None) -> None:
        """Ends a job that has the status `before`: once, whoever comes first. Removes its upload, announces the end."""
        error, message = (str(reason), reason.message) if reason else ("", "")
        if not self._store.move(number, before, after, error=error, message=message):
            return
        job = self._store.find_job(number)
        if job is not None:
            with contextlib.suppress(OSError):  # still open elsewhere, on systems that mind; the next start removes it
                (self._uploads / job.upload).unlink()
            self._notifier.announce(job)

    def _load(self, job: Job, path: Path) -> bool:
        """Returns whether all records have been dealt with; False if the job was cancelled or we stop."""
        target = find_object(job.hub, job.object)
        records = read_records(path)
        header = next(records)
        done = job.records  # more than 0 if an earlier run was interrupted
        act = self._faults.take(LOADING, str(job.id))
        last = act.after if isinstance(act, End) else None
        numbered = itertools.islice(enumerate(records, start=1), done, last)
        loader = Loader(self._store, job, target, header, refuse=act if isinstance(act, Refuse) else None)
        while group := list(itertools.islice(numbered, RECORDS_PER_BATCH)):
            if self._stopping.is_set():
                return False
            name = target.name if target else job.object
            if not self._store.load_batch(job.id, job.hub, name, loader.judge_all(group)):
                return False
        if isinstance(act, End):
            self._end(job.id, "RUNNING", act.status, Aborted(act.error))
            return False
        return True


def check_file(path: Path, job: Job) -> None:
    """Checks the header and the form of the whole file.

    Raises:
        Aborted: With the texts of Eloqua and Pardot. Source: SAP help, "Eloqua Bulk" (headers that do not fit, wrong
            `identifierFieldName`); churros `pardot/bulk.js` (no key column: ABORTED, and how it is worded).
        OSError: If the upload is not there.
    """
    try:
        records = read_records(path)
        header = next(records, None)
        for _ in records:
            pass
    except Malformed as error:
        raise Aborted(HEADERS_UNFIT, str(error)) from None
    if header is None:
        raise Aborted(HEADERS_UNFIT, "the file is empty")
    if len(set(header)) < len(header):
        raise Aborted(HEADERS_UNFIT, "a header name is repeated")
    target = find_object(job.hub, job.object)
    if target is None:
        return
    if target.key is not None and target.key not in header:
        raise Aborted(f"All contacts require '{target.key}'", "the header row lacks the key column")
    identifier = read_order(job.metadata, target).identifier
    if target.key is not None and identifier != target.key:
        raise Aborted(HEADERS_UNFIT, f"identifierFieldName must be {target.key}")
    if identifier is not None and not (identifier in header and identifier in target.fields):
        raise Aborted(HEADERS_UNFIT, "identifierFieldName must be a field that the header row has")
    if target.native and not target.fields.keys() >= set(header):
        raise Aborted(HEADERS_UNFIT, "the header row has a column that is no field of the object")


class Loader:
    """Turns records into what they come to: a new contact, a changed one, or a reason to refuse them."""

    def __init__(
        self,
        store: Store,
        job: Job,
        target: TargetObject | None,
        header: list[str],
        *,
        refuse: Refuse | None = None,
    ) -> None:
        self._ordered = refuse
        self._object_name = job.object
        self._target = target
        self._header = header
        self._order = read_order(job.metadata, target) if target else Order(None, create_only=False)
        self._last = store.last_contact()
        self._known: dict[str, int] = {}
        if target and self._order.identifier:
            self._known = store.identities(target.hub, target.name, self._order.identifier)

    def judge_all(self, records: Iterable[tuple[int, list[str]]]) -> Batch:
        """Returns the batch of some numbered records."""
        created: list[tuple[int, str, int]] = []
        updated: list[tuple[str, int, int]] = []
        refused: list[tuple[int, str]] = []
        arrived: list[tuple[int, str]] = []
        count = 0
        for count, (number, values) in enumerate(records, start=1):  # noqa: B007  # the count is what is wanted
            cells = dict(zip(self._header, values, strict=False))
            reason = self._refuse(cells, len(values)) or self._refuse_as_ordered(number, cells)
            if reason is not None:
                refused.append((number, reason))
                continue
            key = fold_key(cells[self._order.identifier]) if self._order.identifier else None
            contact = self._known.get(key) if key is not None else None
            text = json.dumps(cells, ensure_ascii=False)
            arrived.append((number, cells[self._order.identifier or self._header[0]]))
            if contact is not None:
                updated.append((text, number, contact))
                continue
            self._last += 1
            created.append((self._last, text, number))
            if key is not None:
                self._known[key] = self._last
        return Batch(count, created, updated, refused, arrived)

    def _refuse_as_ordered(self, number: int, cells: Mapping[str, str]) -> str | None:
        """Returns why a record is refused that would be taken, if that was ordered."""
        if self._ordered is None or (self._ordered.records and number not in self._ordered.records):
            return None
        return self._ordered.reason.replace("{key}", cells[self._order.identifier or self._header[0]])

    def _refuse(self, cells: dict[str, str], width: int) -> str | None:
        """Returns why a record is refused, or None.

        An object that does not exist is found out record by record. Source: churros `src/test/platform/bulk/bulk.js`.
        """
        if self._target is None:
            return f"Object {self._object_name} not found"
        if width != len(self._header):
            return f"Malformed record: {width} values for {len(self._header)} headers"
        reason = self._target.judge(cells)
        identifier = self._order.identifier
        if reason is not None or identifier is None:
            return reason
        if not cells[identifier]:
            return f"Missing required field: {identifier}"
        if self._order.create_only and fold_key(cells[identifier]) in self._known:
            return f"Conflicts Found - {self._target.conflict_name or identifier}: {cells[identifier]}"
        return None
