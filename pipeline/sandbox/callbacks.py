"""Announces the end of a job to the URL that the upload named, signed if the connector has a signature key.

Only addresses of this machine are called. Source: SAP Open Connectors help, "About bulk"; Cloud Elements help, "Hash
verification"; Cloud Elements release notes 2.153 (the signature covers bulk jobs).
"""

from __future__ import annotations

import concurrent.futures
import http.client
import ipaddress
import json
import queue
import socket
import threading
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from pipeline.sandbox.faults.acts import CALLBACK, Delay, Silence
from pipeline.sandbox.faults.announcing import Announcement, announcement
from pipeline.sandbox.faults.choosing import Faults
from pipeline.sandbox.jobs import FINAL, Job
from pipeline.sandbox.reporting import describe_status
from pipeline.sandbox.storing import Store, StoreClosed

WAITS = (0.2, 0.8, 3.2)
"""Seconds before each repetition. The platform repeats event notifications after 4^x seconds; whether it repeats those
of bulk jobs is not documented. Source: Cloud Elements developer portal, event management, "Tips"."""
TIMEOUT = 5.0
"""Seconds that one call may take for connecting, and again for each wait for an answer."""


def write_body(job: Job) -> bytes:
    """Returns the body of an announcement: the answer of the status call, and the `callback-payload` of `metaData`.

    No source shows a complete body; the keys are those that published receivers read. Source: CloudElementsOpenLabs/
    formulas, `HowToUseBulkWithinAFormula`. The key under which the payload comes back is not documented.
    """
    body = describe_status(job)
    asked: dict[str, object] = json.loads(job.metadata) if job.metadata else {}
    if "callback-payload" in asked:
        body["callback-payload"] = asked["callback-payload"]
    return json.dumps(body).encode("ascii")


class Notifier:
    """The thread that calls the receivers, so that a slow one holds nobody up.

    Args:
        store: Where the outcome is noted.
        key: Signature key, or None for unsigned announcements.
        faults: What is to go wrong with an announcement.
        waits: Seconds before each repetition.
    """

    def __init__(self, store: Store, key: str | None, faults: Faults, *, waits: Sequence[float] = WAITS) -> None:
        self._store = store
        self._key = key
        self._faults = faults
        self._waits = waits
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="sandbox-notifier", daemon=True)

    def start(self) -> None:
        """Starts the thread; announcements that an earlier run still owed are made."""
        for job in reversed(self._store.list_jobs()):
            if job.status in FINAL:
                self.announce(job)
        self._thread.start()

    def stop(self) -> None:
        """Stops; an announcement under way is given up after a moment, and is made by the next start."""
        self._stopping.set()
        self._waiting.put(None)
        self._thread.join(timeout=0.3)

    def announce(self, job: Job) -> None:
        """Puts the announcement of a job's end in the queue if it was asked for and not made yet."""
        if job.callback == "waiting":
            self._waiting.put(job)

    def _work(self) -> None:
        while (job := self._waiting.get()) is not None and not self._stopping.is_set():
            try:
                outcome = self._deliver(job)
                if outcome:
                    self._store.note_callback(job.id, outcome)
            except StoreClosed:
                return

    def _deliver(self, job: Job) -> str:
        """Returns what became of the announcement, "" if we stop before that is known."""
        act = self._faults.take(CALLBACK, str(job.id))
        if isinstance(act, Silence):
            return "withheld"
        if isinstance(act, Delay) and self._stopping.wait(act.seconds):
            return ""
        told = announcement(write_body(job), self._key, act)
        outcome = ""
        for wait in (0.0, *self._waits):
            if self._stopping.wait(wait):
                return ""
            try:
                status = post_all(job.callback_url, told)
            except NotLoopback as reason:
                return f"not called: {reason}"
            except (OSError, http.client.HTTPException, ValueError) as error:
                outcome = f"failed: {type(error).__name__}"
                continue
            if 200 <= status < 300:
                return f"delivered: {status}"
            outcome = f"failed: {status}"
        return outcome


class NotLoopback(Exception):  # noqa: N818  # it is named for what the URL is
    """The URL does not lead to this machine, or not by HTTP."""


def post_all(url: str, told: Announcement) -> int:
    """Returns the last HTTP status of an announcement that is made as often as it says; raises what one POST does."""
    headers = {"Content-Type": "application/json", "User-Agent": "open-connectors-sandbox", **told.headers}

    def post(_time: int) -> int:
        return post_to_loopback(url, told.pieces() if told.drip else told.body, headers)

    if told.together:
        with concurrent.futures.ThreadPoolExecutor(told.count) as pool:
            return list(pool.map(post, range(told.count)))[-1]
    return [post(time) for time in range(told.count)][-1]


def post_to_loopback(url: str, body: bytes | Iterable[bytes], headers: dict[str, str]) -> int:
    """Returns the HTTP status of a POST to a receiver on this machine. Redirections are not followed.

    Raises:
        NotLoopback: Before anything is sent.
        OSError, http.client.HTTPException, ValueError: If the call fails.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NotLoopback("not a URL") from None
    if parts.scheme not in ("http", "https") or not host:
        raise NotLoopback("not an http or https URL")
    address = _loopback_address(host)
    secure = parts.scheme == "https"
    # The checked address is what is called, so that a second look-up cannot lead elsewhere.
    if secure:
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(address, port, timeout=TIMEOUT)
    else:
        connection = http.client.HTTPConnection(address, port, timeout=TIMEOUT)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body=body, headers={"Host": parts.netloc.rpartition("@")[2], **headers})
        return connection.getresponse().status
    finally:
        connection.close()


def _loopback_address(host: str) -> str:
    """Returns the address of a host of this machine, or raises `NotLoopback`."""
    if host.lower() == "localhost":
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
        loopback = sorted(text for text in found if ipaddress.ip_address(text).is_loopback)
        if loopback:
            return loopback[0]
        raise NotLoopback("not an address of this machine")
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise NotLoopback("not an address of this machine")
