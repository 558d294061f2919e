"""A platform of our own on a real socket, with a ledger of what it took, and prepared folders to send it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from pipeline.uploading import Clock, Connection, Settings
from pipeline.uploading.port import Limits
from pipeline.uploading.retrying import Backoff
from pipeline.uploading.transporting import HttpxTransport

TOKEN = "canary-token+/=9f3c"
SECRET = "canary-secret+/=77aa"
ORGANIZATION = "canary-organization-51bd"
COLUMNS = ("C_EmailAddress", "C_FirstName")


@dataclass
class Taken:
    """A job the platform took."""

    id: str
    object: str
    rows: list[list[str]]
    created: int
    fields: dict[str, str]
    file_name: str
    headers: dict[str, str]
    polls: int = 0
    cancelled: bool = False


@dataclass
class Platform:
    """What the server knows and how it misbehaves.

    `faults` are taken one by one by the uploads: "ok", "rst", a status as text, or "kept_…": taken, and then ….
    `answers` overrides paths: a function of (method, path, query) that returns (status, headers, body) or None.
    """

    url: str = ""
    jobs: list[Taken] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, list[str]], dict[str, str]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    objects: Any = field(default_factory=lambda: ["account", "contact"])
    metadata: Any = field(default_factory=lambda: {"fields": [{"vendorPath": name} for name in COLUMNS]})
    status: Callable[[Taken], dict[str, Any]] | None = None
    errors: dict[str, list[Any]] = field(default_factory=dict)
    page: int = 200
    answers: Callable[[str, str, dict[str, list[str]]], tuple[int, dict[str, str], bytes] | None] | None = None
    foreign: list[dict[str, Any]] = field(default_factory=list)
    list_delay: int = 0

    def rows(self) -> list[list[str]]:
        return [row for job in self.jobs for row in job.rows]

    def uploads(self) -> int:
        return sum(1 for method, *_ in self.requests if method == "POST")


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    platform: Platform

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        headers = {"Content-Type": "application/json", **(headers or {})}
        headers.setdefault("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        path = parts.path.removeprefix("/elements/api-v2").removeprefix("/hubs/marketing")
        query = parse_qs(parts.query)
        platform = self.platform
        platform.requests.append((self.command, path, query, dict(self.headers.items())))
        given = platform.answers(self.command, path, query) if platform.answers else None
        if given is not None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._answer(given[0], given[2], given[1])
        elif self.command == "POST":
            self._take(path)
        elif path == "/objects":
            self._answer(200, platform.objects)
        elif path.endswith("/metadata"):
            self._answer(200, platform.metadata) if platform.metadata is not None else self._answer(404, {})
        elif path == "/bulk/jobs":
            self._list(query)
        elif match := re.fullmatch(r"/bulk/([^/]+)/(status|errors|cancel)", path):
            self._job(unquote(match[1]), match[2], query)
        else:
            self._answer(404, {"message": f"no {path}"})

    do_GET = do_POST = do_PUT = _handle  # noqa: N815  # the names http.server calls

    def _take(self, path: str) -> None:
        platform = self.platform
        fault = platform.faults.pop(0) if platform.faults else "ok"
        if fault == "rst":
            return _reset(self.connection)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if fault.isdigit():
            return self._answer(int(fault), {"message": f"said {self.headers['Authorization']}"}, {"Retry-After": "2"})
        form = message_from_bytes(b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n" + body)
        fields, rows, name = {}, [], ""
        for piece in form.get_payload():
            payload = piece.get_payload(decode=True)
            if piece.get_param("name", header="content-disposition") == "file":
                assert piece.get_content_type() == "text/csv"
                name = piece.get_filename()
                rows = list(csv.reader(io.StringIO(payload.decode(), newline=""), strict=True))[1:]
            else:
                fields[piece.get_param("name", header="content-disposition")] = payload.decode()
        job = Taken(
            str(4000 + len(platform.jobs)),
            path.removeprefix("/bulk/"),
            rows,
            int(time.time() * 1000),
            fields,
            name,
            dict(self.headers.items()),
        )
        platform.jobs.append(job)
        match fault:
            case "kept_rst":
                _reset(self.connection)
            case "kept_hang":
                time.sleep(1.0)
                _reset(self.connection)
            case "kept_cut":
                self._answer(200, b'{"id": "4', {"Content-Length": "40"})
                self.close_connection = True
            case "kept_garbage":
                self._answer(200, b"<html>fine</html>")
            case "kept_noid":
                self._answer(200, {"status": "CREATED"})
            case "kept_list":
                self._answer(200, [1, 2])
            case "kept_same_id":
                self._answer(200, {"id": platform.jobs[0].id, "status": "CREATED"})
            case _ if fault.startswith("kept_"):
                self._answer(int(fault.removeprefix("kept_")), {"message": f"said {self.headers['Authorization']}"})
            case _:
                self._answer(200, {"id": job.id, "status": "CREATED"})
        return None

    def _list(self, query: dict[str, list[str]]) -> None:
        platform = self.platform
        if platform.list_delay:
            platform.list_delay -= 1
            return self._answer(200, [])
        entries = [*platform.foreign]
        for job in platform.jobs:
            counts = {"record_count": len(job.rows), "error_count": 0}
            entries.append(
                {"id": int(job.id), "status": "COMPLETED", "object_name": job.object, "job_direction": "UPLOAD"}
                | {"createdDate": job.created}
                | counts
            )
        return self._page(entries, query)

    def _page(self, entries: list[Any], query: dict[str, list[str]]) -> None:
        start = int(query.get("nextPage", ["0"])[0])
        end = start + min(self.platform.page, int(query["pageSize"][0]))
        more = {"elements-next-page-token": str(end)} if end < len(entries) else {}
        self._answer(200, entries[start:end], more)

    def _job(self, name: str, what: str, query: dict[str, list[str]]) -> None:
        platform = self.platform
        job = next((job for job in platform.jobs if job.id == name), None)
        if job is None:
            return self._answer(404, {"message": "no such job"})
        if what == "errors":
            return self._page(platform.errors.get(job.id, []), query)
        if what == "cancel":
            job.cancelled = True
        job.polls += 1
        if platform.status:
            return self._answer(200, platform.status(job))
        state = "CANCELLED" if job.cancelled else "RUNNING" if job.polls < 2 else "COMPLETED"
        failed = len(platform.errors.get(job.id, []))
        return self._answer(
            200, {"id": job.id, "status": state, "recordsCount": len(job.rows), "recordsFailedCount": failed}
        )


@pytest.fixture
def platform() -> Iterator[Platform]:
    """Return a platform that listens."""
    found = Platform()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"platform": found}))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    found.url = f"http://127.0.0.1:{server.server_port}/elements/api-v2"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def connection(platform: Platform) -> Connection:
    """Return a connection to the platform."""
    return Connection(platform.url, TOKEN, SECRET, ORGANIZATION)


@pytest.fixture
def clock() -> Clock:
    """Return a clock on which sleeping takes no time and yet passes it."""
    slept = [0.0]

    def sleep(seconds: float) -> None:
        slept[0] += seconds

    return Clock(
        now=lambda: time.time() + slept[0],
        monotonic=lambda: time.monotonic() + slept[0],
        sleep=sleep,
        random=lambda: 0.5,
    )


LIMITS = Limits(connect=2.0, answer=0.4)


@pytest.fixture
def settings() -> Settings:
    """Return settings with which a server that hangs is given up within half a second."""
    return Settings(backoff=Backoff(), limits=LIMITS)


@pytest.fixture(scope="session")
def transport() -> Iterator[HttpxTransport]:
    """Return a transport to real sockets, made once because reading the certificates takes time."""
    made = HttpxTransport(LIMITS)
    yield made
    made.close()


@dataclass(frozen=True)
class Folders:
    """Makes prepared folders."""

    root: Path

    def __call__(self, records: list[tuple[str, ...]] | int = 3, name: str = "prepared", **changes: Any) -> Path:
        rows = (
            [(f"p{n}@example.org", f"Name {n}") for n in range(1, records + 1)] if isinstance(records, int) else records
        )
        columns = changes.pop("columns", COLUMNS)
        schema = {
            "name": "eloqua.contact",
            "hub": "marketing",
            "object": "contact",
            "key": columns[0],
            "upsert_key": None,
            "blank_overwrites": True,
            "max_part_records": None,
            "max_part_bytes": None,
        } | changes.pop("schema", {})
        folder = self.root / name
        folder.mkdir()
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([columns, *rows])
        clean = text.getvalue().encode()
        index = "".join(f"{a},{b}\n" for a, b in [("record", "line"), *((n, n + 1) for n in range(1, len(rows) + 1))])
        files = {"clean.csv": clean, "clean.index.csv": index.encode()}
        for file, data in files.items():
            (folder / file).write_bytes(data)
        manifest: dict[str, Any] = {
            "format": 1,
            "tool": {"name": "contactprep", "version": "0.1.0"},
            "publishable": True,
            "source": {"name": "contacts.csv", "sha256": "0" * 64, "size": 1},
            "schema": schema,
            "columns": list(columns),
            "counts": {"records": len(rows), "accepted": len(rows), "rejected": 0},
            "settings": {},
            "files": {
                file: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "records": len(rows)}
                for file, data in files.items()
            },
        } | changes
        (folder / "manifest.json").write_text(json.dumps(manifest))
        return folder


@pytest.fixture
def prepared(tmp_path: Path) -> Folders:
    """Return a maker of prepared folders."""
    return Folders(tmp_path)


@pytest.fixture
def http_date() -> Callable[[float], str]:
    """Return the function that spells a time as HTTP does."""
    return lambda seconds: formatdate(seconds, usegmt=True)


@pytest.fixture
def secrets() -> tuple[str, ...]:
    """Return what must never be seen."""
    return TOKEN, SECRET, ORGANIZATION
