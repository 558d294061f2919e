"""A small platform that takes uploads as fast as it can, and keeps a ledger of every record that it took.

It speaks what an uploader needs of the Bulk API (objects, metadata, upload, list of jobs, status, errors) over a real
socket, and knows nothing of the uploader: `python -m benchmarks.receiving` in a process of its own prints where it
listens, as JSON. `GET /_ledger` tells what was taken, after every request under way has ended; `POST /_faults` takes
a list of what befalls the next uploads; `POST /_reset` forgets all.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import socket
import struct
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

BASE = "/elements/api-v2"
_FILE = re.compile(rb'name="file"; filename="[^"]*"\r\n(?:[^\r\n]+\r\n)*\r\n')


@dataclass
class Job:
    """An upload that was taken.

    Attributes:
        id: Its id.
        object: What it loads.
        records: How many records it holds.
        size: Bytes of its file.
        created: When it was taken, in milliseconds since 1970.
        keys: The first cell of each record, where they are kept.
        polls: How often it was asked for.
    """

    id: int
    object: str
    records: int
    size: int
    created: int
    keys: list[str]
    polls: int = 0


@dataclass
class Ledger:
    """All that was taken, and what is to go wrong.

    Attributes:
        columns: Names of the object's fields.
        keep: Whether keys are kept.
        running: How often a job is `RUNNING` when it is asked for, before it is `COMPLETED`.
        jobs: The jobs, oldest first.
        uploads: How many uploads arrived whole.
        faults: What befalls the next uploads, one by one: `ok`; `lost`: the connection is reset before the body is
            read; `kept`: the upload is taken and the connection reset; `busy`: 429; a status of three digits: it is
            taken and answered so.
    """

    columns: list[str]
    keep: bool = False
    running: int = 1
    jobs: list[Job] = field(default_factory=list)
    uploads: int = 0
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, name: str, body: bytes) -> Job:
        """Return the new job of an upload."""
        start = _FILE.search(body)
        assert start is not None, "no file in the form"
        content = body[start.end() : body.rindex(b"\r\n--", 0, len(body) - 4)]
        keys = [row[0] for row in csv.reader(io.StringIO(content.decode(), newline=""))][1:] if self.keep else []
        # A line end inside quotes is no end of a record.
        records = sum(piece.count(b"\n") for piece in content.split(b'"')[::2]) - 1
        with self.lock:
            job = Job(1000 + len(self.jobs), name, records, len(content), int(time.time() * 1000), keys)
            self.jobs.append(job)
            return job


class Receiver:
    """The platform, listening from `start` to `stop`; its ledger outlives both.

    Attributes:
        ledger: What it took.
        port: Where it listens; the same after every start.
    """

    def __init__(self, ledger: Ledger, port: int = 0) -> None:
        self.ledger, self.port = ledger, port
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        """The base URL for a client."""
        return f"http://127.0.0.1:{self.port}{BASE}"

    def start(self) -> Self:
        """Listen, in threads of this process."""
        handler = type("Handler", (_Handler,), {"ledger": self.ledger})
        self._server = _Server(("127.0.0.1", self.port), handler)
        self.port = self._server.server_port
        serve = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        serve.start()
        return self

    def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def wait_idle(self) -> None:
        """Wait until no request is under way."""
        if self._server is not None:
            self._server.wait_idle()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *arguments: Any) -> None:
        self._busy = 0
        self._changed = threading.Condition()
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._busy += 1
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    def wait_idle(self, others: int = 0) -> None:
        """Wait until no request is under way, but for so many; at most ten seconds."""
        # What a client sent before it died may not even be accepted yet.
        time.sleep(0.01)
        with self._changed:
            self._changed.wait_for(lambda: self._busy <= others, timeout=10)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""
        if not isinstance(sys.exception() if sys.version_info >= (3, 12) else sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    ledger: Ledger
    server: _Server

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        path, query = parts.path.removeprefix(BASE), parse_qs(parts.query)
        ledger = self.ledger
        if path == "/_ledger":
            self.server.wait_idle(others=1)
            with ledger.lock:
                jobs = [
                    {"id": job.id, "records": job.records, "size": job.size, "keys": job.keys} for job in ledger.jobs
                ]
            return self._answer({"jobs": jobs, "uploads": ledger.uploads})
        path = re.sub(r"^/hubs/[^/]+", "", path)
        if path == "/objects":
            return self._answer(["contact"])
        if path.endswith("/metadata"):
            return self._answer({"fields": [{"vendorPath": name} for name in ledger.columns]})
        if path == "/bulk/jobs":
            start, size = int(query.get("nextPage", ["0"])[0]), int(query["pageSize"][0])
            with ledger.lock:
                for job in ledger.jobs:
                    job.polls += 1
                newest = [self._entry(job) for job in reversed(ledger.jobs)]
            more = {"elements-next-page-token": str(start + size)} if start + size < len(newest) else {}
            return self._answer(newest[start : start + size], more)
        if match := re.fullmatch(r"/bulk/(\d+)/(status|errors)", path):
            with ledger.lock:
                place = int(match[1]) - 1000
                job = ledger.jobs[place] if 0 <= place < len(ledger.jobs) else None
            if job is not None:
                job.polls += match[2] == "status"
                return self._answer([] if match[2] == "errors" else self._entry(job))
        return self._answer({"message": f"no {path}"}, status=404)

    def do_POST(self) -> None:
        ledger, path = self.ledger, urlsplit(self.path).path.removeprefix(BASE)
        with ledger.lock:
            fault = ledger.faults.pop(0) if ledger.faults and not path.startswith("/_") else "ok"
        if fault == "lost":
            return self._reset()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if len(body) < int(self.headers["Content-Length"]):  # the client went away
            return self._reset()
        if path == "/_faults":
            ledger.faults = json.loads(body)
            return self._answer({})
        if path == "/_reset":
            with ledger.lock:
                ledger.jobs.clear()
                ledger.faults.clear()
                ledger.uploads = 0
            return self._answer({})
        if fault == "busy":
            return self._answer({"message": "later"}, {"Retry-After": "1"}, status=429)
        job = ledger.take(path.rsplit("/", 1)[1], body)
        ledger.uploads += 1
        if fault == "kept":
            return self._reset()
        if fault.isdigit():
            return self._answer({"message": "something broke"}, status=int(fault))
        return self._answer({"id": job.id, "status": "CREATED"})

    def _entry(self, job: Job) -> dict[str, Any]:
        running = job.polls <= self.ledger.running
        counts = {"record_count": job.records, "error_count": 0, "recordsCount": job.records, "recordsFailedCount": 0}
        state = {"id": job.id, "status": "RUNNING" if running else "COMPLETED", "createdDate": job.created}
        return {**state, **counts, "object_name": job.object, "job_direction": "UPLOAD"}

    def _answer(self, body: Any, headers: dict[str, str] | None = None, *, status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _reset(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()


def main() -> int:
    """Listen until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.receiving", description=__doc__)
    parser.add_argument("--columns", default="", help="the object's fields, with commas between")
    parser.add_argument("--keep", action="store_true", help="keep the first cell of each record")
    asked = parser.parse_args()
    receiver = Receiver(Ledger(asked.columns.split(","), keep=asked.keep)).start()
    print(json.dumps({"url": receiver.url}), flush=True)
    sys.stdin.read()
    receiver.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
