"""Faults that are ordered, as a client on a real socket meets them, and the ledger that tells the truth."""

import http.client
import json
import socket
import time
from urllib.parse import quote, urlsplit

import pytest

from pipeline.sandbox.faults.parsing import parse_rules

HEADER = "C_EmailAddress,C_FirstName\n"
TWO = HEADER + "a@x.de,A\nb@x.de,B\n"


@pytest.fixture
def order(caller):
    """Orders rules from the caller's sandbox, and returns what it says of them."""

    def ordered(*rules):
        answer = caller.call(
            "POST", "/_sandbox/faults", json.dumps(rules), {"Content-Type": "application/json"}, base=False
        )
        assert answer.status == 200, answer.body
        return answer.json

    return ordered


def ledger(caller):
    """Returns the uploads of the ledger, once each job has ended."""
    deadline = time.monotonic() + 5
    while not all(job["finished_ms"] for job in caller.call("GET", "/_sandbox/jobs", base=False).json):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return caller.call("GET", "/_sandbox/ledger", base=False).json["uploads"]


def raw(caller, request, wait=5.0):
    """Returns all bytes that come back for the bytes of a request, until the end of the connection."""
    url = urlsplit(caller.sandbox.base_url)
    with socket.create_connection((url.hostname, url.port), timeout=wait) as connection:
        connection.sendall(request)
        pieces = []
        while piece := connection.recv(65536):
            pieces.append(piece)
        return b"".join(pieces)


def status_request(caller, job):
    return (
        f"GET /elements/api-v2/bulk/{job}/status HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: {caller.authorization}\r\n\r\n"
    ).encode()


def test_the_ledger_counts_what_was_stored(caller):
    """Each job has its records by key and how often, also where they became one contact; refused ones are not there."""
    caller.load(TWO)
    caller.load(HEADER + "B@x.de,C\nb@x.de,D\nbad,E\n")
    caller.load("C_FirstName\nA\n")
    first, second, third = ledger(caller)
    assert first["keys"] == {"a@x.de": 1, "b@x.de": 1}
    assert second["keys"] == {"B@x.de": 1, "b@x.de": 1}
    assert (first["rows"], second["rows"], third["rows"]) == (2, 2, 0)
    assert [entry["status"] for entry in (first, second, third)] == ["COMPLETED", "COMPLETED", "ABORTED"]
    assert {entry["answer"] for entry in (first, second, third)} == {"given"}
    assert (first["job"], first["object"], first["hub"]) == ("1234", "contact", "marketing")


@pytest.mark.parametrize(
    ("rule", "kept", "error"),
    [
        ({"do": "reset"}, False, ConnectionResetError),
        ({"do": "reset", "after": 1}, False, ConnectionResetError),
        ({"do": "reset", "taken": True}, True, ConnectionResetError),
        ({"do": "silence", "seconds": 0.1}, False, http.client.RemoteDisconnected),
        ({"do": "silence", "seconds": 0.1, "taken": True}, True, http.client.RemoteDisconnected),
        ({"do": "cut", "after": 4}, True, http.client.IncompleteRead),
    ],
)
def test_no_answer(caller, order, rule, kept, error):
    """The connection breaks as ordered; the ledger says whether the upload was taken and what came of the answer."""
    order({"call": "create", **rule})
    with pytest.raises(error):
        caller.upload(TWO)
    assert [(entry["rows"], entry["answer"]) for entry in ledger(caller)] == ([(2, rule["do"])] if kept else [])
    assert caller.upload(TWO).status == 200


def test_an_upload_is_taken_late(caller, order):
    """The client has gone when its upload is taken."""
    order({"call": "create", "do": "silence", "taken": True, "late": 0.3, "seconds": 0})
    with pytest.raises(http.client.RemoteDisconnected):
        caller.upload(TWO)
    assert [entry["rows"] for entry in ledger(caller)] == [2]


def test_another_answer(caller, order):
    """Status, header lines and body are as ordered; `taken` decides whether there is a job."""
    rule = {"call": "create", "do": "answer", "status": 429, "headers": {"Retry-After": "7"}, "body": {"message": "no"}}
    order(rule, {**rule, "taken": True, "from": 2}, {"call": "objects", "do": "answer", "text": "<p>", "status": 599})
    answer = caller.upload(TWO)
    assert (answer.status, answer.headers["Retry-After"], answer.json) == (429, "7", {"message": "no"})
    assert answer.headers["Date"]
    assert ledger(caller) == []
    assert caller.upload(TWO).status == 429
    assert [entry["answer"] for entry in ledger(caller)] == ["answer"]
    assert (caller.get("/objects").status, caller.get("/objects").status) == (599, 200)


def test_late_and_slow_answers_are_right(caller, order):
    """What is delayed, dripped or read slowly comes whole."""
    job = caller.load(TWO)["id"]
    order(
        {"call": "status", "do": "delay", "seconds": 0.2},
        {"call": "status", "do": "drip", "seconds": 0.001, "from": 2},
        {"call": "create", "do": "read-slowly", "seconds": 0.1},
    )
    begun = time.monotonic()
    assert caller.status(job)["status"] == "COMPLETED"
    assert time.monotonic() - begun >= 0.2
    assert caller.status(job)["recordsCount"] == 2
    assert caller.upload(TWO).json["status"] == "CREATED"
    assert {entry["answer"] for entry in ledger(caller)} == {"given"}


def test_an_endless_answer_goes_on_until_the_client_leaves(caller, order):
    """Blanks follow the answer, without a length; the sandbox is well afterwards."""
    job = caller.load(TWO)["id"]
    order({"call": "status", "do": "drip", "seconds": 0, "endless": True})
    url = urlsplit(caller.sandbox.base_url)
    with socket.create_connection((url.hostname, url.port), timeout=5) as connection:
        connection.sendall(status_request(caller, job))
        found = b""
        while len(found) < 2000:
            found += connection.recv(65536)
    assert b"content-length" not in found.lower()
    assert found.endswith(b" " * 100)
    assert caller.status(job)["status"] == "COMPLETED"


def test_changed_members_of_one_job(caller, order):
    """Only the named job is changed, and only as often as ordered."""
    jobs = [caller.load(TWO)["id"] for _ in range(2)]
    order({"call": "status", "do": "change", "set": {"status": "RUNNING"}, "remove": ["recordsCount"], "job": jobs[1]})
    assert caller.status(jobs[0])["status"] == "COMPLETED"
    changed = caller.status(jobs[1])
    assert changed["status"] == "RUNNING"
    assert "recordsCount" not in changed
    assert caller.status(jobs[1])["status"] == "COMPLETED"


@pytest.mark.parametrize("given", ["../{id}/x", "{id}\r\nX: 1", "a b?&#%"])
def test_a_job_is_known_by_the_id_that_it_was_given(caller, order, given):
    """An id with slashes or line ends works, quoted, in every call."""
    order({"call": "create", "do": "change", "set": {"id": given}})
    name = caller.upload(TWO).json["id"]
    assert name == given.replace("{id}", "1234")
    quoted = quote(name, safe="")
    assert caller.follow(quoted)["id"] == "1234"
    assert caller.get(f"/hubs/marketing/bulk/{quoted}/errors").json == []


def test_pages_of_another_size(caller, order):
    """A list comes in pages as ordered, whatever was asked for."""
    job = caller.load(HEADER + "bad,A\nworse,B\n")["id"]
    order({"call": "errors", "do": "page", "size": 1, "times": None})
    first = caller.get(f"/bulk/{job}/errors?pageSize=200")
    assert len(first.json) == 1
    second = caller.get(f"/bulk/{job}/errors?pageSize=200&nextPage={first.headers['elements-next-page-token']}")
    assert len(second.json) == 1
    assert "elements-next-page-token" not in second.headers


def test_a_packed_answer_swells(caller, order):
    """A bomb is small on the wire and says how it is packed."""
    order({"call": "objects", "do": "form", "how": "packed", "size": 1 << 26})
    answer = caller.get("/objects")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.body) < 1 << 17


@pytest.mark.parametrize(("status", "after"), [("ERROR", 0), ("ABORTED", 1), ("CANCELLED", 2)])
def test_a_job_really_ends_early(caller, order, status, after):
    """It ends in that status after so many records, which are stored; the others are not."""
    order({"call": "load", "do": "end", "status": status, "after": after, "error": "no more"})
    found = caller.load(TWO)
    assert (found["status"], found["recordsCount"], found["error"]) == (status, after, "no more")
    assert ledger(caller)[0]["rows"] == after


def test_records_are_really_refused(caller, order):
    """The named ones, or all, with their key in the reason."""
    order({"call": "load", "do": "refuse", "records": [2]}, {"call": "load", "do": "refuse", "from": 2, "reason": "no"})
    first = caller.load(TWO)
    assert first["recordsFailedCount"] == 1
    assert caller.reasons(first["id"]) == ["refused: b@x.de"]
    second = caller.load(TWO)
    assert caller.reasons(second["id"]) == ["no", "no"]
    assert [entry["keys"] for entry in ledger(caller)] == [{"a@x.de": 1}, {}]


def test_faults_stop_when_they_are_cleared(caller, order):
    """GET shows the rules with how often they counted and fired; DELETE forgets them."""
    shown = order({"call": "objects", "do": "reset", "times": None})
    assert shown == [
        {"call": "objects", "do": "reset", "from": 1, "times": None, "taken": False, "after": 0, "seen": 0, "fired": 0}
    ]
    with pytest.raises(ConnectionResetError):
        caller.get("/objects")
    assert [(rule["seen"], rule["fired"]) for rule in order()] == [(1, 1)]
    assert caller.call("DELETE", "/_sandbox/faults", base=False).json == []
    assert caller.get("/objects").status == 200


def test_orders_that_cannot_be_followed(caller):
    """400 says what is wrong and nothing is ordered; a form of another site is not read at all."""
    bad = '[{"call": "create", "do": "reset"}, {"call": "create"}]'
    answer = caller.call("POST", "/_sandbox/faults", bad, {"Content-Type": "application/json"}, base=False)
    assert (answer.status, answer.json["message"]) == (400, "rule 2: 'do' is missing")
    assert caller.call("POST", "/_sandbox/faults", bad, {"Content-Type": "text/plain"}, base=False).status == 415
    assert caller.call("GET", "/_sandbox/faults", base=False).json == []


def test_a_sandbox_begins_with_faults(make_sandbox):
    """Rules given at the start are ordered before the first call."""
    caller = make_sandbox(faults=parse_rules('[{"call": "objects", "do": "reset"}]'))
    with pytest.raises(ConnectionResetError):
        caller.get("/objects")


def test_a_stop_does_not_wait_for_silence(make_sandbox):
    """A call that is never answered does not hold up the end."""
    caller = make_sandbox(faults=parse_rules('[{"call": "objects", "do": "silence"}]'))
    url = urlsplit(caller.sandbox.base_url)
    with socket.create_connection((url.hostname, url.port), timeout=5) as connection:
        connection.sendall(b"GET /elements/api-v2/objects HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(0.2)
        begun = time.monotonic()
        caller.sandbox.stop()
        assert time.monotonic() - begun < 3
