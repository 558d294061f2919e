"""The calls of the Open Connectors Bulk API that the uploader makes.

Source: SAP Open Connectors help, "Base CRM Bulk" and "Using bulk"; the API descriptions of the connectors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from pipeline.errors import Permanent, Transient, Uncertain, UploadError, UsageError
from pipeline.planning.values import as_count, as_list, as_object, as_text, parse_json
from pipeline.uploading.clocks import Clock
from pipeline.uploading.connecting import Connection
from pipeline.uploading.failures import failure_of, http_date
from pipeline.uploading.port import Answer, FileSlice, Request, Transport
from pipeline.uploading.retrying import Backoff, repeat
from pipeline.uploading.statuses import JobStatus, parse_status
from pipeline.uploading.texts import plain

PAGE_SIZE = 200
_ID_LENGTH = 200
_CLOCKS_DIFFER = 1.0
"""Seconds; far less than the slack with which a job is looked for, far more than clocks are slewed by in a request."""
_TEXT_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class NotGiven:
    """What a server does not tell.

    Attributes:
        reason: Why, as half a sentence.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """One field of an object, as its metadata describes it.

    Attributes:
        names: What it may be called in a file's header.
        length: The most characters it holds, or None where the metadata does not say.
    """

    names: tuple[str, ...]
    length: int | None


@dataclass(frozen=True, slots=True)
class Job:
    """One job of the jobs list.

    Attributes:
        id: Its id, as text.
        object: The object it loads, or "".
        direction: `UPLOAD` or `DOWNLOAD`, or "".
        created: Seconds since 1970 by the server's clock, or None.
        status: What it says of itself.
    """

    id: str
    object: str
    direction: str
    created: float | None
    status: JobStatus


@dataclass(frozen=True, slots=True)
class JobErrors:
    """What a job says about failed records.

    Attributes:
        texts: One for each error, in the server's order, on one line each.
        complete: False where the server does not list them, or there were more pages than are read.
    """

    texts: tuple[str, ...]
    complete: bool


class Client:
    """The API of one connector instance.

    Answers other than success become exceptions: `Permanent` at once, `Transient` after the retries that a call
    allows, `Uncertain` for an upload that may have been taken. No text of theirs holds a secret.

    Args:
        connection: Where, and by which right.
        transport: The network; the client does not close it.
        hub: The platform's hub; None leaves it out of the paths, which the platform allows too.
        backoff: How GET and PUT are repeated.
        clock: Time and chance.
        max_pages: The most pages of 200 that are read of one list.
    """

    def __init__(
        self,
        connection: Connection,
        transport: Transport,
        *,
        hub: str | None = None,
        backoff: Backoff | None = None,
        clock: Clock | None = None,
        max_pages: int = 1000,
    ) -> None:
        self._connection = connection
        self._transport = transport
        self._root = connection.base_url + (f"/hubs/{quote(hub, safe='')}" if hub else "")
        self._backoff = backoff or Backoff()
        self._clock = clock or Clock()
        self._max_pages = max_pages
        self._told: tuple[float, float, float] | None = None

    @property
    def server_time(self) -> float | None:
        """Seconds since 1970 by the server's clock, reckoned from its last `Date` header.

        None if none has been seen, or if since then this machine was asleep or its clock was set, which shows in its
        two clocks: a job is looked for by this time, and one that is looked for in another hour is not found.
        """
        if self._told is None:
            return None
        date, now, monotonic = self._told
        passed = self._clock.monotonic() - monotonic
        return date + passed if abs(self._clock.now() - now - passed) < _CLOCKS_DIFFER else None

    def list_objects(self) -> tuple[str, ...] | NotGiven:
        """Return the names of the objects there are, or that the server does not list them."""
        try:
            found, _ = self._get("/objects", doing="asking for the objects")
        except Permanent as failure:
            if failure.status in (404, 405, 406):
                return NotGiven(str(failure))
            raise
        entries = as_list(found)
        if entries is None:
            return NotGiven("the list of objects is not a list")
        # Strings, or objects under the header `Elements-Version: Helium`.
        names = [as_text(entry) or as_text((as_object(entry) or {}).get("name")) for entry in entries]
        if not all(names):
            return NotGiven("the list of objects has another shape than is known")
        return tuple(name for name in names if name)

    def describe_object(self, name: str) -> tuple[FieldInfo, ...] | NotGiven:
        """Return the fields of an object, or that the server does not describe it, whatever it answers."""
        try:
            found, _ = self._get(f"/objects/{quote(name, safe='')}/metadata", doing=f"asking for the fields of {name}")
        except UploadError as failure:
            return NotGiven(str(failure))
        entries = as_list((as_object(found) or {}).get("fields"))
        fields = [_field(as_object(entry) or {}) for entry in entries or []]
        if not fields or not all(field.names for field in fields):
            return NotGiven("its description has another shape than is known")
        return tuple(fields)

    def create_job(
        self, name: str, file: FileSlice, *, path: str | None = None, callback_url: str | None = None
    ) -> str:
        """Return the id of a new job that loads a file into an object. Sends once and never again by itself.

        Raises:
            Transient: It was not taken: not reached, or told to wait (429).
            Permanent: It was refused.
            Uncertain: It may have been taken: no answer, 5xx, or an answer without a usable id.
        """
        doing = f"uploading {file.name} to {name}"
        answer = self._send(
            Request(
                method="POST",
                url=f"{self._root}/bulk/{quote(name, safe='')}",
                query=(("path", path),) if path else (),
                headers=self._headers({"Elements-Async-Callback-Url": callback_url} if callback_url else {}),
                file=file,
            ),
            doing,
        )
        try:
            found = as_object(parse_json(answer.body)) or {}
        except ValueError:
            found = {}
        job = job_id(found.get("id"))
        if job is None:
            raise Uncertain(f"{doing}: the server answered {answer.status} without the id of a job")
        return job

    def begin_query(self, text: str) -> str:
        """Return the id of a new job that reads what a query asks for. Asking twice does no harm.

        Raises:
            UploadError: The server cannot be asked so.
        """
        doing = "asking for the keys that are there"
        request = Request("POST", f"{self._root}/bulk/query", (("q", text),), self._headers({}))
        try:
            job = job_id((as_object(parse_json(self._send(request, doing).body)) or {}).get("id"))
        except ValueError:
            job = None
        if job is None:
            raise Permanent(f"{doing}: the server answered without the id of a job")
        return job

    def save_results(self, job: str, name: str, file: Path, *, most_bytes: int) -> None:
        """Write the CSV that a query's job left to a file.

        Raises:
            UploadError: It cannot be had, or is larger than that.
            OSError: It cannot be written.
        """
        path = f"{self._root}/bulk/{_quoted(job)}/{quote(name, safe='')}"
        headers = {**self._headers({}), "Accept": "text/csv"}
        request = Request("GET", path, (), headers, save=file, save_bytes=most_bytes)
        doing = "reading the keys that are there"
        repeat(lambda: self._send(request, doing), backoff=self._backoff, clock=self._clock)

    def job_status(self, job: str) -> JobStatus:
        """Return what a job says of itself now."""
        found, _ = self._get(f"/bulk/{_quoted(job)}/status", doing=f"asking for the status of job {plain(job)}")
        return self._status(found)

    def cancel_job(self, job: str) -> JobStatus:
        """Return what a job says of itself after it was told to stop."""
        doing = f"cancelling job {plain(job)}"
        found, _ = self._get(f"/bulk/{_quoted(job)}/cancel", doing=doing, method="PUT")
        return self._status(found)

    def job_errors(self, job: str) -> JobErrors:
        """Return all that a job says about failed records; incomplete where the server has no such list."""
        path, doing = f"/bulk/{_quoted(job)}/errors", f"asking for the errors of job {plain(job)}"
        texts: list[str] = []
        pages = self._pages(path, doing)
        try:
            for entries in pages:
                if entries is None:
                    return JobErrors(tuple(texts), complete=False)
                texts += [self._error_text(entry) for entry in entries]
        except Permanent as failure:
            if failure.status in (404, 405, 406):
                return JobErrors(tuple(texts), complete=False)
            raise
        return JobErrors(tuple(texts), complete=True)

    def list_jobs(self) -> tuple[Job, ...]:
        """Return every job the server lists.

        Raises:
            UploadError: The list cannot be had whole.
        """
        doing = "asking for the list of jobs"
        jobs: list[Job] = []
        for entries in self._pages("/bulk/jobs", doing):
            if entries is None:
                raise Permanent(f"{doing}: it does not end, or has another shape than is known")
            for entry in entries:
                found = as_object(entry) or {}
                job = job_id(found.get("id")) or job_id(found.get("job_id"))
                if job is None:
                    raise Permanent(f"{doing}: an entry has no id")
                jobs.append(_job(job, found, self._status(found)))
        return tuple(jobs)

    def listed_jobs(self) -> frozenset[str]:
        """Return the ids on the first page of the jobs list, asked for once; none where it cannot be had."""
        try:
            found, _ = self._get(
                "/bulk/jobs",
                query=(("pageSize", str(PAGE_SIZE)),),
                doing="asking for the list of jobs",
                backoff=replace(self._backoff, retries=0),
            )
        except UploadError:
            return frozenset()
        entries = [as_object(entry) or {} for entry in as_list(found) or []]
        return frozenset(job for entry in entries if (job := job_id(entry.get("id")) or job_id(entry.get("job_id"))))

    def _pages(self, path: str, doing: str) -> Iterator[list[object] | None]:
        """Yield the pages of a list; None, and nothing after it, where it is no list or does not end.

        Source: the API descriptions: `pageSize`, and `nextPage` from the header `elements-next-page-token`, which
        the last page lacks.
        """
        token, seen = "", {""}
        for _ in range(self._max_pages):
            query = (("pageSize", str(PAGE_SIZE)), *((("nextPage", token),) if token else ()))
            found, answer = self._get(path, query=query, doing=doing)
            entries = as_list(found)
            yield entries
            if entries is None:
                return
            token = answer.headers.get("elements-next-page-token", "").strip()
            if not token:
                return
            if token in seen:
                break
            seen.add(token)
        yield None

    def _get(
        self,
        path: str,
        *,
        doing: str,
        query: tuple[tuple[str, str], ...] = (),
        method: str = "GET",
        backoff: Backoff | None = None,
    ) -> tuple[object, Answer]:
        """Return the JSON of an answer and the answer, after as many tries as are allowed."""
        request = Request(method, self._root + path, query, self._headers({}))

        def once() -> tuple[object, Answer]:
            answer = self._send(request, doing)
            try:
                return parse_json(answer.body), answer
            except ValueError:
                raise Transient(f"{doing}: the answer is not JSON; check the base URL") from None

        return repeat(once, backoff=backoff or self._backoff, clock=self._clock)

    def _send(self, request: Request, doing: str) -> Answer:
        answer = self._transport.send(request)
        date = http_date(answer.headers.get("date"))
        if date is not None:
            self._told = date, self._clock.now(), self._clock.monotonic()
        if 200 <= answer.status < 300:
            return answer
        raise failure_of(
            answer, method=request.method, doing=doing, redact=self._connection.redact, now=self._clock.now()
        )

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        return {"Authorization": self._connection.authorization, "Accept": "application/json", **more}

    def _status(self, found: object) -> JobStatus:
        # Redacted before it is cut, so that no cut leaves half a secret.
        redact, answer = self._connection.redact, as_object(found) or {}
        return parse_status(
            {name: redact(value) if isinstance(value, str) else value for name, value in answer.items()}
        )

    def _error_text(self, entry: object) -> str:
        """Return one error on one line: a string as it is, an object's `status` first and then its other texts."""
        found = as_object(entry)
        if found is None:
            texts = [as_text(entry) or ("" if entry is None else str(entry))]
        else:
            names = sorted(found, key=lambda name: name != "status")
            texts = [text for name in names if (text := as_text(found[name]))]
        return plain(self._connection.redact("; ".join(texts)), limit=_TEXT_LENGTH)


def _field(entry: Mapping[str, object]) -> FieldInfo:
    """Return a field of the metadata. `length` is no part of the documented shape, and used where it is there."""
    names = dict.fromkeys(text for key in ("vendorPath", "path", "name") if (text := as_text(entry.get(key))))
    lengths = (as_count(entry.get(key)) for key in ("length", "maxLength"))
    return FieldInfo(tuple(names), next((length for length in lengths if length), None))


def _job(job: str, found: Mapping[str, object], status: JobStatus) -> Job:
    return Job(
        id=job,
        object=as_text(found.get("object_name")) or as_text(found.get("objectName")) or "",
        direction=(as_text(found.get("job_direction")) or as_text(found.get("jobDirection")) or "").upper(),
        created=_moment(found.get("createdDate") or found.get("created_date")),
        status=status,
    )


def _moment(value: object) -> float | None:
    """Return seconds since 1970 of epoch milliseconds (as the jobs list has them) or an ISO date, or None.

    >>> _moment(1542829826619), _moment("2018-11-21T19:50:26Z"), _moment("yesterday")
    (1542829826.619, 1542829826.0, None)
    """
    milliseconds = as_count(value)
    if milliseconds is not None:
        return milliseconds / 1000
    try:
        moment = datetime.fromisoformat(as_text(value) or "")
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def job_id(value: object) -> str | None:
    """Return an id as text, or None for what cannot be one.

    >>> job_id("1234"), job_id(1234), job_id(""), job_id(True), job_id("..")
    ('1234', '1234', None, None, None)
    """
    number = isinstance(value, int) and not isinstance(value, bool)
    text = str(value) if number else as_text(value)
    return text if text and len(text) <= _ID_LENGTH and text not in (".", "..") else None


def _quoted(job: str) -> str:
    if job in ("", ".", ".."):
        raise UsageError("that is not the id of a job")
    return quote(job, safe="")
