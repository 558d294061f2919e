"""The announcement of a finished job."""

import base64
import hashlib
import hmac
import json
import socket
import time

import pytest

from pipeline.sandbox.callbacks import NotLoopback, post_to_loopback
from pipeline.sandbox.signing import sign

HEADER = "C_EmailAddress,C_FirstName\n"


def noted(caller, job, seconds=5):
    """Returns what the sandbox noted about the announcement of a job."""
    deadline = time.monotonic() + seconds
    while True:
        rows = caller.call("GET", "/_sandbox/jobs", base=False).json
        state = next(row["callback"] for row in rows if str(row["id"]) == job)
        if state != "waiting":
            return state
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_signature_is_the_vendors():
    """The vendor's published example comes out the same."""
    body = b"<INSERT_EVENT_NOTIFICATION_RESPONSE_BODY>"
    assert len(body) == 41
    assert sign("MySecretEventSignatureKey", body) == "sha256=jHdbRx5EZAsOfTwAPJOGkNUzQMVVdu5VJlxcsk+G6jQ="


def test_the_end_of_a_job_is_announced_and_signed(make_sandbox, make_receiver):
    """The receiver gets one POST with the status, the payload and a signature over the raw body."""
    key, payload = "asdfo08e$fd", {"run": "Ünal", "parts": [1, None]}
    caller, receiver = make_sandbox(signature_key=key), make_receiver()
    job = caller.load(
        HEADER + "a@x.de,A\nbad,B\n",
        metadata={"callback-payload": payload},
        headers={"Elements-Async-Callback-Url": receiver.url},
    )
    [(path, headers, body)] = receiver.wait(1)
    expected = "sha256=" + base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()
    assert headers["Elements-Webhook-Signature"] == expected
    assert headers["Content-Type"] == "application/json"
    assert path == "/done?run=7"
    assert json.loads(body) == {**job, "callback-payload": payload}
    assert (job["recordsCount"], job["recordsFailedCount"]) == (2, 1)
    assert noted(caller, job["id"]) == "delivered: 200"
    assert len(receiver.received) == 1


def test_failure_is_announced_too_and_no_key_means_no_signature(caller, make_receiver):
    """An aborted job is announced with its error; without a key there is no signature header."""
    receiver = make_receiver()
    job = caller.load("C_FirstName\nA\n", headers={"Elements-Async-Callback-Url": receiver.url})
    [(_, headers, body)] = receiver.wait(1)
    assert json.loads(body)["status"] == "ABORTED"
    assert json.loads(body)["error"] == job["error"]
    assert "Elements-Webhook-Signature" not in headers


def test_a_cancelled_job_is_announced_once(make_sandbox, make_receiver):
    """Cancelling ends a job, and two threads that see it do not announce it twice."""
    caller, receiver = make_sandbox(pace=0.05), make_receiver()
    job = caller.upload(HEADER + "a@x.de,A\n", headers={"Elements-Async-Callback-Url": receiver.url}).json["id"]
    caller.call("PUT", f"/bulk/{job}/cancel")
    caller.follow(job)
    assert json.loads(receiver.wait(1)[0][2])["status"] == "CANCELLED"
    assert noted(caller, job) == "delivered: 200"
    time.sleep(0.3)
    assert len(receiver.received) == 1


def test_a_receiver_that_fails_is_called_again(caller, make_receiver):
    """After a 500 and a redirection, which is not followed, the third call is taken."""
    receiver = make_receiver(500, 302, 204)
    job = caller.load(HEADER + "a@x.de,A\n", headers={"Elements-Async-Callback-Url": receiver.url})
    bodies = [body for _, _, body in receiver.wait(3)]
    assert len(set(bodies)) == 1
    assert noted(caller, job["id"]) == "delivered: 204"


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/x",
        "http://127.0.0.1@192.0.2.1/x",
        "http://127.0.0.1.example.com/",
        "http://0.0.0.0/",
        "http://[::2]/",
        "http://[::1/",
        "http://127.0.0.1:port/",
        "https:///x",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "/formulas/instances/7/executions",
    ],
)
def test_only_this_machine_is_called(url):
    """Any other address is refused before a byte is sent."""
    with pytest.raises(NotLoopback):
        post_to_loopback(url, b"", {})


def test_a_foreign_receiver_does_not_hurt_the_job(caller):
    """The job is taken and completes; the page and the dump say that nobody was called."""
    job = caller.load(HEADER + "a@x.de,A\n", headers={"Elements-Async-Callback-Url": "https://192.0.2.1/x"})
    assert job["status"] == "COMPLETED"
    assert noted(caller, job["id"]) == "not called: not an address of this machine"


def test_a_silent_receiver_does_not_hold_up_anything(make_sandbox):
    """While a receiver takes the call and never answers, jobs go on, and stopping is quick."""
    caller = make_sandbox()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        caller.load(HEADER + "a@x.de,A\n", headers={"Elements-Async-Callback-Url": url})
        connection, _ = silent.accept()
        with connection:
            assert connection.recv(4).startswith(b"POST")
            assert caller.load(HEADER + "b@x.de,B\n")["status"] == "COMPLETED"
            began = time.monotonic()
            caller.sandbox.stop()
            assert time.monotonic() - began < 1


def test_a_dead_receiver_does_not_hold_up_the_end(make_sandbox):
    """Stopping does not wait for repetitions."""
    caller = make_sandbox()
    job = caller.load(HEADER + "a@x.de,A\n", headers={"Elements-Async-Callback-Url": "http://localhost:1/x"})
    assert job["status"] == "COMPLETED"
    began = time.monotonic()
    caller.sandbox.stop()
    assert time.monotonic() - began < 1
