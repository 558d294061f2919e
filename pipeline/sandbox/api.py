"""The calls of the Bulk API, as the public documentation describes them.

Source, unless another is named: Swagger files of CloudElementsOpenLabs/elements, and the page "Base CRM Bulk" of the
SAP Open Connectors help. Every path is there with and without `/hubs/{hub}`.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Message

from pipeline.sandbox.answering import Json
from pipeline.sandbox.jobs import FINAL, Job
from pipeline.sandbox.objects import DEFAULT_HUB, HUBS, TargetObject, find_object
from pipeline.sandbox.processing import Worker
from pipeline.sandbox.querying import Queries
from pipeline.sandbox.reporting import describe_in_list, describe_status, instance_id
from pipeline.sandbox.storing import Store

PAGE_SIZE = 200
"""Default and largest size of a page. The maximum is documented for one list only. Source: SAP help, "Elements API
reference"."""

UNSUPPORTED = "This API is not currently supported for this element"
"""Source: churros `src/test/platform/elementbuilder/bulk.js`."""

_CONDITION = re.compile(r"\s*(\w+)\s*(!=|>=|<=|=|>|<)\s*(?:'([^']*)'|(\d{1,18}))\s*")


@dataclass(frozen=True, slots=True)
class Api:
    """The calls, over a store and a worker.

    Attributes:
        store: Where everything is kept.
        worker: Who works off the jobs.
        uploads: Folder for the uploaded files.
        pace: Seconds after which a cancelled job ends at the latest.
        max_body: Most bytes of an upload request; the platform's own limit is 6 GB.
        queries: The bulk queries that were asked.
    """

    store: Store
    worker: Worker
    uploads: Path
    pace: float
    max_body: int
    queries: Queries

    def routes(self) -> list[BaseRoute]:
        """Returns the routes below the base path."""
        calls: list[tuple[str, str, Callable[[Request], Response | Awaitable[Response]]]] = [
            ("GET", "/objects", self.list_objects),
            ("GET", "/objects/{object}/metadata", self.describe_object),
            ("GET", "/bulk/jobs", self.list_jobs),
            ("POST", "/bulk/query", self.query),
            ("POST", "/bulk/download", self.refuse),
            ("POST", "/bulk/{object}", self.upload),
            ("GET", "/bulk/{id}/status", self.show_status),
            ("GET", "/bulk/{id}/errors", self.list_errors),
            ("PUT", "/bulk/{id}/cancel", self.cancel),
            ("GET", "/bulk/{id}/{object}", self.show_results),
            ("GET", "/{object}", self.list_contacts),
        ]
        return [
            Route(prefix + path, endpoint, methods=[method])
            for prefix in ("", "/hubs/{hub}")
            for method, path, endpoint in calls
        ]

    def list_objects(self, request: Request) -> Response:
        """Answers the names of the objects, or with `Elements-Version: Helium` an object for each."""
        entries = HUBS[_hub(request)]
        if request.headers.get("elements-version", "").lower() == "helium":
            return Json([{"name": entry.name, "vendorName": entry.vendor_name, "type": "vdr"} for entry in entries])
        return Json([entry.name for entry in entries])

    def describe_object(self, request: Request) -> Response:
        """Answers the fields of an object; 404 for one that does not exist."""
        target = _object(request)
        return Json({"fields": [field.describe() for field in target.fields.values()]})

    def refuse(self, request: Request) -> Response:
        """Answers 400: the newer way to download is not part of the sandbox."""
        del request
        raise HTTPException(400, UNSUPPORTED)

    def query(self, request: Request) -> Response:
        """Answers a new job that reads contacts."""
        query = self.queries.ask(_hub(request), request.query_params.get("q", ""))
        return Json({"instanceId": instance_id(query.target.hub), "id": str(query.id), "status": "CREATED"})

    def show_results(self, request: Request) -> Response:
        """Answers the file of a bulk query."""
        query = self.queries.find(str(request.path_params["id"]))
        if query is None or find_object(_hub(request), str(request.path_params["object"])) != query.target:
            raise HTTPException(404, f"No bulk job found with ID {request.path_params['id']}")
        if request.headers.get("accept", "*/*").split(";")[0].strip() not in ("text/csv", "*/*"):
            raise HTTPException(400, "The job's format is text/csv.")
        lines = (line.encode() for line in self.queries.lines(query))
        return StreamingResponse(lines, headers={"Content-Type": "text/csv"})

    async def upload(self, request: Request) -> Response:
        """Answers the new job. An object that does not exist is taken all the same, as on the platform.

        Source: churros `src/test/platform/bulk/bulk.js` (unknown object), `elementbuilder/bulk.js` (upload off: 400
        at once); SAP help, "Technical restrictions" (429, not 413, for too large a file).
        """
        hub, name = _hub(request), str(request.path_params["object"])
        target = find_object(hub, name)
        if target is not None and not target.uploads:
            raise HTTPException(400, UNSUPPORTED)
        if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            raise HTTPException(415, "The Content-Type must be multipart/form-data.")
        try:
            async with self._limited(request).form(max_files=4, max_fields=16) as form:
                files, texts = form.getlist("file"), form.getlist("metaData")
                if len(files) != 1 or not isinstance(files[0], UploadFile):
                    raise HTTPException(400, "Exactly one form field 'file' with a file name is required.")
                metadata = _check_metadata(texts)
                upload = str(request.scope["request_id"])
                size, digest = await run_in_threadpool(self._keep, files[0].file, upload)
                file_name = files[0].filename or ""
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        job = await run_in_threadpool(
            self.store.create_job,
            hub=hub,
            object_name=name,
            metadata=metadata,
            path=request.query_params.get("path", ""),
            upload=upload,
            file_name=file_name,
            file_bytes=size,
            sha256=digest,
            callback_url=request.headers.get("elements-async-callback-url", ""),
            request_id=upload,
        )
        self.worker.submit(job.id)
        return Json({"instanceId": instance_id(hub), "id": str(job.id), "status": job.status})

    def _limited(self, request: Request) -> Request:
        """Returns the request with a body that answers 429 once it is larger than allowed."""
        excess = HTTPException(429, f"The request is larger than {self.max_body} bytes.")
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length) > self.max_body:
            raise excess
        received = 0

        async def receive() -> Message:
            nonlocal received
            message = await request.receive()
            received += len(message.get("body", b""))
            if received > self.max_body:
                raise excess
            return message

        return Request(request.scope, receive)

    def _keep(self, file: BinaryIO, name: str) -> tuple[int, str]:
        """Returns size in bytes and hex digest of an upload, which is copied to the uploads folder."""
        digest = hashlib.sha256()
        size = 0
        with (self.uploads / name).open("xb") as copy:
            while block := file.read(1 << 20):
                digest.update(block)
                size += len(block)
                copy.write(block)
        return size, digest.hexdigest()

    def show_status(self, request: Request) -> Response:
        """Answers how a job stands."""
        query = self.queries.find(str(request.path_params["id"]))
        if query is not None:
            return Json(query.describe())
        return Json(describe_status(self._job(request)))

    def list_errors(self, request: Request) -> Response:
        """Answers the reasons of a job's refused records, in file order, page by page.

        Entries are objects with a string `status`; nothing in them names the record. Source: churros
        `src/test/platform/bulk/bulk.js`, `pardot/bulk.js`.
        """
        job = self._job(request)
        after, limit = _page(request, f"errors {job.id}")
        rows = self.store.list_refusals(job.id, after=after, limit=limit + 1)
        return _answer_page(
            request, f"errors {job.id}", limit, [(row["id"], {"status": row["reason"]}) for row in rows]
        )

    def list_jobs(self, request: Request) -> Response:
        """Answers the jobs, newest first, page by page, as far as `where` holds."""
        hub = _hub(request) if "hub" in request.path_params else None
        before, limit = _page(request, "jobs")
        where = _conditions(request.query_params.get("where", ""))
        try:
            jobs = self.store.list_jobs(hub=hub, where=where, before=before or None, limit=limit + 1)
        except KeyError:
            raise HTTPException(400, "Error parsing query: a field that cannot be searched for.") from None
        return _answer_page(request, "jobs", limit, [(job.id, describe_in_list(job)) for job in jobs])

    def cancel(self, request: Request) -> Response:
        """Answers the job, which is CANCELLATION_PENDING now and CANCELLED soon; one that has ended stays as it is."""
        job = self._job(request)
        self.worker.cancel(job.id)
        job = self._job(request)
        if job.status in FINAL:
            return Json(describe_status(job))
        return Json(describe_status(job), background=BackgroundTask(self._settle, job.id))

    async def _settle(self, number: int) -> None:
        """Ends a cancelled job that waits in the queue behind a long one."""
        await asyncio.sleep(self.pace)
        await run_in_threadpool(self.worker.settle_cancelled, number)

    def list_contacts(self, request: Request) -> Response:
        """Answers the contacts that arrived, page by page: an object each, with the vendor's `id`."""
        target = _object(request)
        after, limit = _page(request, "contacts")
        rows = self.store.list_contacts(target.hub, target.name, after=after, limit=limit + 1)
        entries: list[tuple[int, dict[str, Any]]] = [
            (row["id"], {"id": str(row["id"]), **json.loads(row["cells"])}) for row in rows
        ]
        return _answer_page(request, "contacts", limit, entries)

    def _job(self, request: Request) -> Job:
        """Returns the job that a path names, or raises 404 (also if it belongs to another hub)."""
        text = str(request.path_params["id"])
        job = self.store.find_job(int(text)) if re.fullmatch(r"[0-9]{1,18}", text) else None
        if job is None or ("hub" in request.path_params and job.hub != _hub(request)):
            raise HTTPException(404, f"No bulk job found with ID {text}")
        return job


def _hub(request: Request) -> str:
    hub = str(request.path_params.get("hub", DEFAULT_HUB))
    if hub not in HUBS:
        raise HTTPException(404, f"No hub found with key {hub}")
    return hub


def _object(request: Request) -> TargetObject:
    name = str(request.path_params["object"])
    target = find_object(_hub(request), name)
    if target is None:
        raise HTTPException(404, f"No object found with name {name}")
    return target


def _check_metadata(texts: Sequence[object]) -> str:
    """Returns the form field `metaData` as sent, "" if it is missing; raises 400 unless it is as documented."""
    if not texts:
        return ""
    text = texts[0]
    if len(texts) > 1 or not isinstance(text, str):
        raise HTTPException(400, "The form field 'metaData' must be one string.")
    try:
        asked = json.loads(text)
    except (ValueError, RecursionError):
        raise HTTPException(400, "The form field 'metaData' is not valid JSON.") from None
    if not isinstance(asked, dict):
        raise HTTPException(400, "The form field 'metaData' must be a JSON object.")
    values = cast("dict[str, object]", asked)
    for key in ("identifierFieldName", "primaryKeyName", "path"):
        if not isinstance(values.get(key, ""), str):
            raise HTTPException(400, f"'{key}' in 'metaData' must be a string.")
    if values.get("action", "create") not in ("create", "upsert"):
        raise HTTPException(400, "'action' in 'metaData' must be 'create' or 'upsert'.")
    if values.get("format", "csv") != "csv":
        raise HTTPException(400, "'format' in 'metaData' must be 'csv': the sandbox knows no other.")
    return text


def _conditions(text: str) -> list[tuple[str, str, str | int]]:
    """Returns the conditions of a `where` parameter: `field='text'` or `field=number`, joined by AND.

    >>> _conditions("object_name='contact' AND record_count=10")
    [('object_name', '=', 'contact'), ('record_count', '=', 10)]
    """
    if not text.strip():
        return []
    conditions: list[tuple[str, str, str | int]] = []
    for part in re.split(r"(?i)\sand\s", text):
        match = _CONDITION.fullmatch(part)
        if match is None:
            raise HTTPException(400, "Error parsing query: conditions are field='value', joined by AND.")
        column, sign, quoted, number = match.groups()
        value: str | int = int(number) if number else quoted
        if column == "record_count" and isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:18])
        conditions.append((column, sign, value))
    return conditions


def _page(request: Request, listing: str) -> tuple[int, int]:
    """Returns the number after which a page begins (0: the first page) and its size; raises 400 for neither."""
    size = request.query_params.get("pageSize", str(PAGE_SIZE))
    if not re.fullmatch(r"[0-9]{1,9}", size) or int(size) < 1:
        raise HTTPException(400, "pageSize must be a positive number.")
    token = request.query_params.get("nextPage", "")
    if not token:
        return 0, min(int(size), PAGE_SIZE)
    try:
        name, _, position = base64.urlsafe_b64decode(token.encode()).decode().rpartition(" ")
        if name != listing:
            raise ValueError
        return int(position), min(int(size), PAGE_SIZE)
    except (ValueError, binascii.Error):
        raise HTTPException(400, "nextPage is not a token of this list.") from None


def _answer_page(request: Request, listing: str, limit: int, entries: Sequence[tuple[int, dict[str, Any]]]) -> Response:
    """Answers a page of numbered entries, of which there is one more than `limit` if another page follows.

    The header with the next token is absent on the last page. Source: churros `src/test/platform/bulk/bulk.js`.
    """
    shown = entries[:limit]
    headers = {"elements-returned-count": str(len(shown))}
    if len(entries) > limit:
        headers["elements-next-page-token"] = base64.urlsafe_b64encode(f"{listing} {shown[-1][0]}".encode()).decode()
    wanted = [name.strip() for name in request.query_params.get("fields", "").split(",") if name.strip()]
    if wanted:
        return Json([{name: entry[name] for name in wanted if name in entry} for _, entry in shown], headers=headers)
    return Json([entry for _, entry in shown], headers=headers)
