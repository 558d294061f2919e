"""Callbacks through real sockets: what is taken, what is refused, and that the platform's own answer counts."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import FolderBusy, Permanent, UsageError
from pipeline.sandbox.signing import sign
from pipeline.uploading import (
    Callback,
    Clock,
    Connection,
    Hints,
    Receipt,
    Refused,
    Settings,
    State,
    listen,
    read_callback,
    upload,
)
from pipeline.uploading.callbacks import MOST_BYTES
from pipeline.uploading.following import Pace
from pipeline.uploading.hints import MOST_EARLY, MOST_SAYINGS, Heard, Verdict
from pipeline.uploading.listening import Listening
from pipeline.uploading.locking import holding
from pipeline.uploading.port import Limits
from pipeline.uploading.receiving import MOST_CONNECTIONS, Receiver
from pipeline.uploading.statuses import JobStatus
from pipeline.uploading.transporting import HttpxTransport

KEY = "canary-signature-key-8e2d"
VENDORS_KEY, VENDORS_BODY = "MySecretEventSignatureKey", b"<INSERT_EVENT_NOTIFICATION_RESPONSE_BODY>"
VENDORS_HEADER = "sha256=jHdbRx5EZAsOfTwAPJOGkNUzQMVVdu5VJlxcsk+G6jQ="
SECONDS = 20.0
NEVER = Pace(first=2 * SECONDS, most=2 * SECONDS)  # only a callback ends such a pause before a test's patience does


def body_of(job: str, status: str = "COMPLETED", **more: Any) -> bytes:
    return json.dumps({"id": job, "status": status, **more}).encode()


def post(url: str, body: bytes, headers: dict[str, str], method: str = "POST") -> int:
    """Returns the status of a call."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
    with contextlib.closing(connection):
        connection.request(method, "/hooks/here?run=7", body=body, headers=headers)
        answer = connection.getresponse()
        assert answer.read() == b""
        return answer.status


def call(url: str, body: bytes) -> int:
    """Returns the status of a call that is signed as the sandbox signs."""
    return post(url, body, {"Elements-Webhook-Signature": sign(KEY, body)})


@dataclass
class Ear:
    """Someone who listens in a thread: what was told, where, and the receipt in the end."""

    told: list[Any] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)
    url: str = ""
    ended: Future[Receipt] = field(default_factory=Future)

    def tell(self, told: Any) -> None:
        self.told.append(told)
        if isinstance(told, Listening):
            self.url = told.url
            self.ready.set()

    def verdicts(self) -> list[Verdict]:
        return [told.verdict for told in self.told if isinstance(told, Heard)]

    def refusals(self) -> list[int]:
        return [told.status for told in self.told if isinstance(told, Refused)]

    def receipt(self) -> Receipt:
        return self.ended.result(timeout=SECONDS)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.fixture(scope="module")
def transport() -> Iterator[HttpxTransport]:
    """Return a transport that is patient: here it is counted how often the platform is asked."""
    with contextlib.closing(HttpxTransport(Limits(connect=SECONDS, answer=SECONDS))) as made:
        yield made


@pytest.fixture
def signed(connection: Connection) -> Connection:
    """Return a connection that knows the signature key."""
    return replace(connection, signature_key=KEY)


@pytest.fixture
def ear(
    platform: Any, signed: Connection, settings: Settings, transport: HttpxTransport
) -> Iterator[Callable[..., Ear]]:
    """Return a maker of listeners, each ready; they are waited for in the end."""
    with ThreadPoolExecutor() as pool:

        def made(folder: Path, pace: Pace = NEVER, **options: Any) -> Ear:
            found = Ear()
            usual = {"connection": signed, "settings": replace(settings, pace=pace), "transport": transport}
            usual["tell"] = found.tell
            found.ended = pool.submit(listen, folder, **{**usual, **options})
            until(lambda: found.ready.is_set() or found.ended.done())
            return found

        yield made
        platform.status = None  # so that who still listens, after a failure, comes to an end


@pytest.fixture
def begun(
    platform: Any, prepared: Any, signed: Connection, settings: Settings, clock: Clock, transport: HttpxTransport
) -> Callable[..., Path]:
    """Return a maker of folders that were sent and not followed; their jobs run until `platform.over` is set."""
    platform.over = threading.Event()

    def status(job: Any) -> dict[str, Any]:
        word = "COMPLETED" if platform.over.is_set() else "RUNNING"
        return {"id": job.id, "status": word, "recordsCount": len(job.rows), "recordsFailedCount": 0}

    platform.status = status

    def made(records: int = 3, **options: Any) -> Path:
        folder: Path = prepared(records)
        upload(folder, connection=signed, no_wait=True, settings=settings, clock=clock, transport=transport, **options)
        return folder

    return made


def asked(platform: Any) -> int:
    """Returns how often the status of a job was asked for."""
    return sum(path.endswith("/status") for _, path, *_ in list(platform.requests))


def finish(platform: Any, ear: Ear) -> Receipt:
    """Ends every job, calls back for each, and returns the receipt."""
    platform.over.set()
    for job in platform.jobs:
        assert call(ear.url, body_of(job.id)) == 200
    return ear.receipt()


def test_a_callback_ends_the_wait(platform, begun, ear) -> None:
    """A job that is polled twice a minute is finished as soon as the platform calls."""
    heard = ear(begun())
    until(lambda: asked(platform) == 1)
    receipt = finish(platform, heard)
    assert (receipt.accepted, receipt.exit_status) == (3, 0)
    assert heard.verdicts() == [Verdict.HEEDED]
    assert asked(platform) == 3  # once at first, and twice for a last word that is believed
    assert platform.uploads() == 1


# The vendor's example and everything near it.


def test_the_vendors_example_verifies_and_is_no_callback() -> None:
    """The published vector passes the signature; its body is no JSON."""
    assert read_callback(VENDORS_KEY, VENDORS_BODY, VENDORS_HEADER) == Refused(
        400, "it is signed, but not a JSON object with the id of a job"
    )


def test_a_verified_callback_says_its_job_its_status_and_all_it_holds() -> None:
    """A number is an id as good as a text; whatever else stands there is in the payload."""
    body = body_of(4711, "COMPLETE", recordsCount=7, payload={"run": "Ünal"})  # type: ignore[arg-type]
    found = read_callback(KEY, body, sign(KEY, body))
    assert isinstance(found, Callback)
    assert (found.job, found.status.state, found.status.records) == ("4711", State.COMPLETED, 7)
    assert found.payload["payload"] == {"run": "Ünal"}


def test_one_changed_bit_anywhere_is_refused() -> None:
    """Every bit of the body counts, and every character of the signature."""
    body = body_of("4711")
    header = sign(KEY, body)
    for position in range(len(body) * 8):
        changed = bytearray(body)
        changed[position // 8] ^= 1 << position % 8
        found = read_callback(KEY, bytes(changed), header)
        assert isinstance(found, Refused)
        assert found.status == 401
    for position in range(len(header)):
        changed_header = header[:position] + chr(ord(header[position]) ^ 1) + header[position + 1 :]
        assert isinstance(read_callback(KEY, body, changed_header), Refused), position


def test_the_same_json_written_otherwise_is_refused() -> None:
    """The bytes were signed, not what they mean."""
    body = body_of("4711", recordsCount=3)
    for other in (json.dumps(json.loads(body), indent=1).encode(), body + b"\n", body.replace(b'"id"', b'"\\u0069d"')):
        assert json.loads(other) == json.loads(body)
        assert read_callback(KEY, other, sign(KEY, body)) == Refused(401, "it is not signed with our key")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'"4711"', b'{"id": null}', b'{"id": ".."}', b"\xff", b"[" * 100_000, b'{"id": true}']
)
def test_what_is_signed_and_no_callback_is_400(body: bytes) -> None:
    """Nothing that is signed makes it crash."""
    found = read_callback(KEY, body, sign(KEY, body))
    assert isinstance(found, Refused)
    assert found.status == 400


def test_the_size_is_judged_before_the_signature() -> None:
    """A body over the limit costs no hash."""
    body = b" " * (MOST_BYTES + 1)
    assert read_callback(KEY, body, sign(KEY, body)) == Refused(413, "it is larger than 1,048,576 bytes")


@given(st.binary(max_size=200), st.one_of(st.none(), st.text(max_size=80)), st.booleans())
def test_nothing_that_is_posted_makes_it_crash_and_only_our_key_opens_it(body: bytes, header: str, ours: bool) -> None:
    """Any body and any header: a callback comes out only of a right signature over a JSON object with an id."""
    found = read_callback(KEY, body, sign(KEY, body) if ours else header)
    assert isinstance(found, Refused) or (ours and isinstance(json.loads(body), dict))
    if not ours:
        assert isinstance(found, Refused)
        assert found.status == 401


def test_an_upload_does_not_load_a_server() -> None:
    """Importing the uploader imports neither the HTTP client nor the server."""
    code = "import sys, pipeline.uploading; print(sorted({'h11', 'httpx', 'asyncio', 'starlette'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# C1 to C8.


def forgeries(body: bytes) -> dict[str, str | None]:
    digest = hmac.new(KEY.encode(), body, hashlib.sha256)
    good = sign(KEY, body)
    return {
        "missing": None,
        "empty": "",
        "another key": sign("another key", body),
        "sha1, as before 2016": "sha1="
        + base64.b64encode(hmac.new(KEY.encode(), body, hashlib.sha1).digest()).decode(),
        "upper case": "sha256=" + base64.b64encode(digest.digest()).decode().upper(),
        "hex": "sha256=" + digest.hexdigest(),
        "upper-case hex": "sha256=" + digest.hexdigest().upper(),
        "upper-case name": good.replace("sha256", "SHA256"),
        "no padding": good.rstrip("="),
        "bare": good.removeprefix("sha256="),
        "beyond ASCII": "sha256=é",
        "a list": f"{good}, {good}",
    }


@pytest.mark.parametrize("how", forgeries(b""))
def test_c1_a_signature_that_is_not_right_is_401_and_told_without_values(how, platform, begun, ear) -> None:
    """It is refused, told, and asks the platform nothing."""
    heard = ear(begun())
    until(lambda: asked(platform) == 1)
    body = body_of(platform.jobs[0].id)
    header = forgeries(body)[how]
    assert post(heard.url, body, {} if header is None else {"Elements-Webhook-Signature": header}) == 401
    assert heard.refusals() == [401]
    assert asked(platform) == 1
    told = repr(heard.told[1:])
    assert platform.jobs[0].id not in told
    assert KEY not in told
    assert finish(platform, heard).exit_status == 0


def test_c1_two_signatures_are_none(begun, ear, platform) -> None:
    """Where a proxy and a receiver could each read another one, neither is read."""
    heard = ear(begun())
    body = body_of(platform.jobs[0].id)
    with raw(heard.url) as connection:
        line = f"Elements-Webhook-Signature: {sign(KEY, body)}\r\n"
        head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n{line}{line}\r\n"
        connection.sendall(head.encode() + body)
        assert status_of(connection) == 401
    finish(platform, heard)


def test_c2_foreign_and_finished_jobs_are_ignored(platform, begun, ear) -> None:
    """They are answered with 200, told, and asked about nowhere."""
    heard = ear(begun(5, max_records=3))
    first, second = (job.id for job in platform.jobs)
    until(lambda: asked(platform) == 1)
    assert call(heard.url, body_of("999999")) == 200
    assert heard.verdicts() == [Verdict.FOREIGN]
    platform.status = lambda job: {
        "id": job.id,
        "status": "COMPLETED" if job.id == first or platform.over.is_set() else "RUNNING",
        "recordsCount": len(job.rows),
        "recordsFailedCount": 0,
    }
    assert call(heard.url, body_of(first)) == 200
    until(lambda: asked(platform) == 4)  # the first one's last word twice, the second one's first
    assert call(heard.url, body_of(first, "ABORTED")) == 200
    assert heard.verdicts()[1:] == [Verdict.HEEDED, Verdict.FINISHED]
    assert asked(platform) == 4
    platform.over.set()
    assert call(heard.url, body_of(second)) == 200
    assert heard.receipt().accepted == 5


def test_c3_a_callback_that_is_sent_again_is_ignored(platform, begun, ear) -> None:
    """Caught and repeated a hundred times, it makes us ask once."""
    heard = ear(begun())
    until(lambda: asked(platform) == 1)
    body = body_of(platform.jobs[0].id, "RUNNING")
    assert call(heard.url, body) == 200
    until(lambda: asked(platform) == 2)
    assert {call(heard.url, body) for _ in range(100)} == {200}
    assert heard.verdicts() == [Verdict.HEEDED, *[Verdict.REPEATED] * 100]
    assert asked(platform) == 2
    assert finish(platform, heard).accepted == 3


def raw(url: str) -> Any:
    parts = urlsplit(url)
    return contextlib.closing(socket.create_connection((parts.hostname or "", parts.port or 0), timeout=SECONDS))


def status_of(connection: socket.socket) -> int:
    answer = b""
    while b"\r\n" not in answer:
        piece = connection.recv(4096)
        assert piece, answer
        answer += piece
    return int(answer.split()[1])


def test_c4_a_body_of_200_mb_is_refused_before_it_is_read(platform, begun, ear) -> None:
    """By its announced length, and without one by what has come."""
    heard = ear(begun())
    with raw(heard.url) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 209715200\r\n\r\n")
        assert status_of(connection) == 413
    with raw(heard.url) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(17):
            connection.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
        assert status_of(connection) == 413
    assert heard.refusals() == [413, 413]
    finish(platform, heard)


def test_c4_a_slow_body_is_given_up(platform, begun, ear) -> None:
    """The whole call has one time, however often a byte comes."""
    heard = ear(begun(), request_seconds=0.3)
    with raw(heard.url) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n")
        with contextlib.suppress(OSError):
            for _ in range(100):
                connection.sendall(b" ")
                time.sleep(0.01)
        assert status_of(connection) == 408
    assert heard.refusals() == [408]
    finish(platform, heard)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405),
        (b"POST / HTTP/1.1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 40_000, 400),
    ],
)
def test_c4_what_is_no_callback_is_refused(platform, begun, ear, sent: bytes, status: int) -> None:
    """Other methods, other protocols and heads without end."""
    heard = ear(begun())
    with raw(heard.url) as connection:
        connection.sendall(sent)
        assert status_of(connection) == status
    assert heard.refusals() == [status]
    finish(platform, heard)


def test_c4_signed_but_not_json_is_400(platform, begun, ear) -> None:
    """It is ours to say so, since the key is right."""
    heard = ear(begun())
    assert call(heard.url, VENDORS_BODY) == 400
    finish(platform, heard)


def test_c5_a_callback_before_the_answer_is_kept_and_matched(platform, prepared, signed, settings, clock, ear) -> None:
    """The platform calls about a job while the upload that made it has not been answered."""
    folder = prepared(3)
    platform.faults = ["400"]
    with pytest.raises(Permanent):  # begun, and nothing taken
        upload(folder, connection=signed, settings=settings, clock=clock)
    early: list[int] = []
    heard = Ear()

    def answers(method: str, path: str, query: Any) -> None:
        if method == "POST":
            early.append(call(heard.url, body_of("4000")))
            early.append(call(heard.url, body_of("nobody's")))

    platform.answers = answers
    platform.status = None  # RUNNING at the first look, then COMPLETED
    ended = ear(folder, tell=heard.tell, callback_url="https://hooks.example/x").receipt()
    assert early == [200, 200]
    assert heard.verdicts() == [Verdict.EARLY, Verdict.EARLY, Verdict.MATCHED, Verdict.FOREIGN]
    assert ended.accepted == 3
    assert platform.jobs[0].headers["Elements-Async-Callback-Url"] == "https://hooks.example/x"


def test_c6_without_any_callback_polling_suffices(platform, begun, ear) -> None:
    """The jobs are finished although nobody calls."""
    folder = begun(5, max_records=3)
    platform.over.set()
    heard = ear(folder, pace=Pace(first=0.01, most=0.05))
    assert heard.receipt().accepted == 5
    assert heard.verdicts() == []


@pytest.mark.parametrize(("said", "told"), [("COMPLETED", "ERROR"), ("ERROR", "COMPLETED")])
def test_c7_the_platforms_answer_counts_and_not_the_callback(platform, begun, ear, said: str, told: str) -> None:
    """Whatever the callback says, journal, outcomes and exit status are the API's."""
    folder = begun()
    platform.status = lambda job: (
        {"id": job.id, "status": told if platform.over.is_set() else "RUNNING", "recordsCount": 3}
        | ({"recordsFailedCount": 3, "error": "the API says so"} if told == "ERROR" else {"recordsFailedCount": 0})
    )
    heard = ear(folder)
    platform.over.set()
    assert call(heard.url, body_of("4000", said, recordsCount=3, error="the callback says so")) == 200
    receipt = heard.receipt()
    assert (receipt.refused, receipt.accepted) == ((3, 0) if told == "ERROR" else (0, 3))
    assert receipt.exit_status == (4 if told == "ERROR" else 0)
    assert "the callback says so" not in (folder / "upload" / "outcomes.csv").read_text()


def test_c7_a_callback_before_the_platform_knows_makes_it_asked_again(platform, begun, ear) -> None:
    """A job that is called finished and still says RUNNING is not believed to be finished."""
    folder = begun()
    platform.status = lambda job: {
        "id": job.id,
        "status": "COMPLETED" if asked(platform) >= 4 else "RUNNING",
        "recordsCount": 3,
        "recordsFailedCount": 0,
    }
    heard = ear(folder, pace=Pace(first=0.05, most=2 * SECONDS, growth=100_000.0))
    until(lambda: asked(platform) == 2)  # and now a long pause, which the call ends
    assert call(heard.url, body_of("4000")) == 200
    assert heard.receipt().accepted == 3  # the third answer was RUNNING, and the pace began anew with the hint


def test_c8_ten_at_once(platform, begun, ear) -> None:
    """Ten jobs, ten callbacks in one moment, each heeded."""
    heard = ear(begun(20, max_records=2))
    until(lambda: asked(platform) == 1)
    gate = threading.Barrier(10)

    def together(job: Any) -> int:
        gate.wait()
        return call(heard.url, body_of(job.id))

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(together, platform.jobs)) == [200] * 10
    assert heard.verdicts() == [Verdict.HEEDED] * 10
    platform.over.set()
    assert call(heard.url, body_of(platform.jobs[0].id, recordsCount=2)) == 200
    assert heard.receipt().accepted == 20


def test_clients_that_hang_hold_nobody_up(platform, begun, ear) -> None:
    """Half of the connections there may be say nothing or half of something; a callback is taken all the same."""
    heard = ear(begun())
    with contextlib.ExitStack() as hanging:
        for number in range(MOST_CONNECTIONS // 2):
            connection = hanging.enter_context(raw(heard.url))
            connection.sendall(b"POST / HTTP/1.1\r\nContent-Le"[: number % 20])
        receipt = finish(platform, heard)
    assert receipt.accepted == 3


def test_a_call_that_is_broken_off_at_the_end_is_no_noise(caplog) -> None:
    """Whoever is still talking when the upload is over is let go, and nothing is printed of it."""
    with (
        caplog.at_level(logging.WARNING),
        Receiver("key", print, print, host="127.0.0.1", port=0, seconds=10.0) as receiver,
    ):
        receiver.start()
        parts = urlsplit(receiver.url)
        talker = socket.create_connection((parts.hostname, parts.port), timeout=5)
        talker.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
        deadline = time.monotonic() + 5
        while not receiver._open and time.monotonic() < deadline:
            time.sleep(0.01)
        assert receiver._open
    talker.close()
    assert caplog.records == []


def test_more_connections_than_may_be_are_closed_and_polling_suffices(platform, begun, ear) -> None:
    """Who takes all connections delays nothing but callbacks."""
    heard = ear(begun(), pace=Pace(first=0.01, most=0.05))
    with contextlib.ExitStack() as hanging:
        held = [hanging.enter_context(raw(heard.url)) for _ in range(MOST_CONNECTIONS + 1)]
        with contextlib.suppress(ConnectionResetError):
            assert held[-1].recv(1) == b""
        platform.over.set()
        assert heard.receipt().accepted == 3


# Who may listen, and to what.


def test_two_at_once(begun, ear, signed, platform) -> None:
    """The second, listening or uploading, is told that the folder is held, and disturbs nothing."""
    folder = begun()
    heard = ear(folder)
    told: list[Any] = []
    with pytest.raises(FolderBusy):
        listen(folder, connection=signed, tell=told.append)
    with pytest.raises(FolderBusy):
        upload(folder, connection=signed)
    assert told == []
    assert finish(platform, heard).accepted == 3
    with holding(folder):
        pass


def test_without_a_key_nobody_listens(begun, connection) -> None:
    """The text says which key, and what else to do."""
    with pytest.raises(UsageError, match="CONTACTPREP_SIGNATURE_KEY"):
        listen(begun(), connection=connection)


def test_without_an_upload_nobody_listens(prepared, signed) -> None:
    """It says how to begin one."""
    with pytest.raises(UsageError, match="--no-wait --callback-url"):
        listen(prepared(1), connection=signed)


def test_a_finished_upload_is_not_listened_for(platform, begun, ear, signed) -> None:
    """Its receipt comes back at once."""
    folder = begun()
    first = finish(platform, ear(folder))
    told: list[Any] = []
    assert listen(folder, connection=signed, tell=told.append) == first
    assert told == []


def test_a_port_that_is_taken_is_named(begun, signed) -> None:
    """It is the caller's to mend."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} of 127.0.0.1"):
            listen(begun(), connection=signed, port=port)


@pytest.mark.parametrize("host", ["no such host.invalid", "203.0.113.7"])
def test_an_address_that_is_not_ours_is_named(begun, signed, host: str) -> None:
    """An address of another machine cannot be listened on."""
    with pytest.raises(UsageError, match="--host"):
        listen(begun(), connection=signed, host=host)


# What is kept is bounded.


def hint(job: str, word: str = "COMPLETED") -> Callback:
    return Callback(job, JobStatus(State.COMPLETED, word), {})


def test_early_callbacks_are_bounded() -> None:
    """The oldest one is forgotten."""
    hints = Hints()
    for number in range(MOST_EARLY + 1):
        assert hints.take(hint(str(number))) is Verdict.EARLY
    hints.know([str(number) for number in range(MOST_EARLY + 1)], [])
    assert not hints.pause("0", 0.0)
    assert hints.pause("1", 0.0)
    assert not hints.pause("1", 0.0)


def test_what_a_job_says_is_bounded() -> None:
    """One who has the key and says ever new things is not heeded for ever."""
    hints = Hints()
    hints.know(["1"], [])
    verdicts = [hints.take(hint("1", str(number))) for number in range(MOST_SAYINGS + 5)]
    assert verdicts == [*[Verdict.HEEDED] * MOST_SAYINGS, *[Verdict.REPEATED] * 5]
