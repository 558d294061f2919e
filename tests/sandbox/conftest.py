"""A sandbox on a real socket, and a caller written by hand with the standard library."""

import concurrent.futures
import http.client
import http.server
import json
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from pipeline.sandbox.serving import Sandbox

FINAL = ("COMPLETED", "ABORTED", "ERROR", "CANCELLED")


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        assert self.headers["Content-Type"] == "application/json"
        return json.loads(self.body)


@dataclass
class Caller:
    """Calls a sandbox; one connection per call."""

    sandbox: Sandbox
    authorization: str | None = field(init=False)

    def __post_init__(self):
        self.authorization = f"Element {self.sandbox.element_token}, User {self.sandbox.user_secret}"

    def call(self, method, path, body=None, headers=None, *, base=True):
        """Returns the answer to a path below the base URL, or below the root with `base=False`."""
        url = urlsplit(self.sandbox.base_url)
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
        sent = {} if self.authorization is None else {"Authorization": self.authorization}
        try:
            connection.request(
                method, (url.path if base else "") + path, body=body, headers={**sent, **(headers or {})}
            )
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.call("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def post_form(self, path, parts, headers=None):
        """Returns the answer to a form of (disposition parameters, bytes) parts."""
        edge = "----sandbox-test-edge"
        body = b"".join(
            f"--{edge}\r\nContent-Disposition: form-data; {what}\r\n\r\n".encode() + content + b"\r\n"
            for what, content in parts
        )
        body += f"--{edge}--\r\n".encode()
        return self.call(
            "POST", path, body, {"Content-Type": f"multipart/form-data; boundary={edge}", **(headers or {})}
        )

    def upload(self, content, name="contact", hub="marketing", metadata=None, headers=None):
        """Returns the answer to an upload."""
        content = content.encode() if isinstance(content, str) else content
        parts = [('name="file"; filename="sample.csv"', content)]
        if metadata is not None:
            parts.append(('name="metaData"', json.dumps(metadata).encode()))
        return self.post_form(f"/hubs/{hub}/bulk/{name}", parts, headers)

    def status(self, job):
        return self.get(f"/bulk/{job}/status").json

    def follow(self, job, seconds=10):
        """Returns the status answer of a job that has ended."""
        deadline = time.monotonic() + seconds
        while (status := self.status(job))["status"] not in FINAL:
            assert time.monotonic() < deadline, status
            time.sleep(0.005)
        return status

    def load(self, content, **options):
        """Returns the last status of a job after uploading a file."""
        answer = self.upload(content, **options)
        assert answer.status == 200, answer.body
        return self.follow(answer.json["id"])

    def reasons(self, job):
        return [entry["status"] for entry in self.get(f"/bulk/{job}/errors").json]

    def stored(self):
        """Returns the cells of every contact, in the order of arrival."""
        return [row["cells"] for row in self.call("GET", "/_sandbox/contacts", base=False).json]


@pytest.fixture(scope="session")
def stopper():
    """Stops sandboxes in the background: each takes a fifth of a second. A failure to stop fails the session."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        stops = []
        yield lambda sandbox: stops.append(pool.submit(sandbox.stop))
        for stop in stops:
            stop.result()


@pytest.fixture
def make_sandbox(stopper):
    """Starts sandboxes that end with the test."""
    started = []

    def make(**options):
        sandbox = Sandbox(**{"pace": 0.01, **options})
        started.append(sandbox)
        return Caller(sandbox)

    yield make
    for sandbox in started:
        stopper(sandbox)


@pytest.fixture
def caller(make_sandbox):
    """A caller of a fresh sandbox."""
    return make_sandbox()


@pytest.fixture(scope="session")
def shared():
    """A caller of one sandbox for all tests that upload nothing."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def reader(shared):
    """A caller of the shared sandbox."""
    return Caller(shared)


class Receiver:
    """A real HTTP server that keeps what is posted to it and answers with the given statuses, the last for ever."""

    def __init__(self, statuses):
        self.received = []
        self._statuses = list(statuses)
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append((self.path, dict(self.headers), body))
                statuses = receiver._statuses
                self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/done?run=7"

    def wait(self, count, seconds=5):
        """Returns what was received once there are `count` calls."""
        deadline = time.monotonic() + seconds
        while len(self.received) < count:
            assert time.monotonic() < deadline, f"{len(self.received)} calls"
            time.sleep(0.005)
        return self.received

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def make_receiver():
    """Starts receivers of announcements that end with the test."""
    started = []

    def make(*statuses):
        receiver = Receiver(statuses or (200,))
        started.append(receiver)
        return receiver

    yield make
    for receiver in started:
        receiver.close()
