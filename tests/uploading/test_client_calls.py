"""The API's calls against a server on a real socket."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import Permanent, Transient, Uncertain
from pipeline.uploading import Client, Clock, Connection
from pipeline.uploading.client import FieldInfo, NotGiven
from pipeline.uploading.port import FileSlice
from pipeline.uploading.statuses import State
from pipeline.uploading.transporting import HttpxTransport


@pytest.fixture
def client(connection: Connection, transport: HttpxTransport, clock: Clock) -> Client:
    """Return a client of the platform that waits on the quick clock."""
    return Client(connection, transport, hub="marketing", clock=clock)


def always(status: int, body: Any, **headers: str) -> Callable[..., tuple[int, dict[str, str], bytes]]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda *_: (status, {name.replace("_", "-"): value for name, value in headers.items()}, data)


def in_turn(*answers: Callable[..., Any]) -> Callable[..., Any]:
    left = list(answers)
    return lambda *args: (left.pop(0) if len(left) > 1 else left[0])(*args)


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (["account", "contact"], ("account", "contact")),
        ([{"name": "products", "vendorName": "Product", "type": "vdr"}, {"name": "notes"}], ("products", "notes")),
        ([], ()),
    ],
)
def test_objects(platform, client, body, names) -> None:
    """Names and Helium's objects give the same list."""
    platform.objects = body
    assert client.list_objects() == names


@pytest.mark.parametrize("body", [{"objects": []}, [1], [{"vendorName": "x"}], [""], None, "contact"])
def test_objects_of_another_shape(platform, client, body) -> None:
    """A list of another shape is not to be had, which is a value."""
    platform.objects = body
    assert isinstance(client.list_objects(), NotGiven)


@pytest.mark.parametrize(("status", "given"), [(404, True), (405, True), (401, False), (403, False)])
def test_objects_refused(platform, client, status, given) -> None:
    """A server without the list says so; one that refuses the credentials stops."""
    platform.answers = always(status, {"message": "no"})
    if given:
        assert isinstance(client.list_objects(), NotGiven)
    else:
        with pytest.raises(Permanent) as caught:
            client.list_objects()
        assert caught.value.status == status


def test_fields(platform, client) -> None:
    """Names and, where they are given, lengths of the fields."""
    platform.metadata = {
        "fields": [{"vendorPath": "A", "path": "a", "length": 5}, {"vendorPath": "B", "maxLength": "7"}]
    }
    assert client.describe_object("contact") == (FieldInfo(("A", "a"), 5), FieldInfo(("B",), 7))


@pytest.mark.parametrize(
    "answer", [always(404, {}), always(405, {}), always(500, b"<html>"), always(200, b"{"), always(403, {})]
)
def test_fields_that_cannot_be_had(platform, client, answer) -> None:
    """Whatever the server answers, fields that cannot be had are a value, not an exception."""
    platform.answers = answer
    assert isinstance(client.describe_object("contact"), NotGiven)


def test_get_is_repeated(platform, client, clock) -> None:
    """503 and an answer that is no JSON are asked again, after the pause the server names."""
    platform.answers = in_turn(always(503, {}, Retry_After="7"), always(200, b"{"), always(200, {"status": "RUNNING"}))
    before = clock.monotonic()
    assert client.job_status("1").state is State.RUNNING
    assert clock.monotonic() - before >= 7


def test_retry_after_a_date(platform, client, clock, http_date) -> None:
    """Retry-After may be a date; the wait ends about then."""
    platform.answers = in_turn(
        lambda *_: (429, {"Retry-After": http_date(clock.now() + 20)}, b"{}"), always(200, {"status": "RUNNING"})
    )
    before = clock.monotonic()
    client.job_status("1")
    assert 15 < clock.monotonic() - before < 25


def test_get_ends(platform, client) -> None:
    """A server that only fails is asked five times."""
    platform.answers = always(500, {"message": "down\r\n\x1b[31m", "requestId": "r"}, elements_request_id="abc")
    with pytest.raises(Transient, match=r'answered 500: "down \[31m" \(request abc\)'):
        client.job_status("1")
    assert len(platform.requests) == 5


def test_unauthorized_names_the_variables(platform, client, secrets) -> None:
    """401 names the variables to check and none of their values, though the server repeats them; it is asked once."""
    platform.answers = lambda *_: (401, {}, json.dumps({"message": f"bad {secrets[0]} and {secrets[1]}"}).encode())
    with pytest.raises(Permanent, match="CONTACTPREP_ELEMENT_TOKEN, CONTACTPREP_USER_SECRET") as caught:
        client.job_status("1")
    assert "bad *** and ***" in str(caught.value)
    assert len(platform.requests) == 1


def test_message_is_capped(platform, client) -> None:
    """A server's words are shown in part, on one line."""
    platform.answers = always(400, {"message": "a\n" * 5000, "providerMessage": "b"})
    with pytest.raises(Permanent) as caught:
        client.job_status("1")
    assert len(str(caught.value)) < 600
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("page", [1, 30, 200])
def test_errors_of_all_pages(platform, client, page) -> None:
    """Thirty-seven errors come in as many pages as the server makes of them; strings and objects alike."""
    entries = [{"status": f"error {n}", "code": "E"} if n % 2 else f"error {n}; E" for n in range(37)]
    platform.page = page
    platform.answers = None
    taken(platform, client)
    platform.errors["4000"] = entries
    found = client.job_errors("4000")
    assert found.complete
    assert found.texts == tuple(f"error {n}; E" for n in range(37))
    asked = [query for _, path, query, _ in platform.requests if path.endswith("/errors")]
    assert len(asked) == -(-37 // page)
    assert asked[0] == {"pageSize": ["200"]}


def taken(platform: Any, client: Client, tmp: Path | None = None) -> str:
    path = (tmp or Path(__file__)).resolve()
    data = path.read_bytes()[:100]
    digest = hashlib.sha256(b"a,b\n" + data).hexdigest()
    return client.create_job("contact", FileSlice(path, b"a,b\n", 0, len(data), digest, "x.csv"))


def test_pages_that_go_round(platform, client) -> None:
    """A list whose pages lead back to one another ends, and is called incomplete."""
    tokens = iter(["a", "b", "a", "b", "a"])
    platform.answers = lambda *_: (200, {"elements-next-page-token": next(tokens)}, b'["x"]')
    found = client.job_errors("1")
    assert not found.complete
    assert found.texts == ("x", "x", "x")


def test_pages_without_end(platform, connection, transport, clock) -> None:
    """A list that never ends is read so far and no farther."""
    count = iter(range(10**6))
    platform.answers = lambda *_: (200, {"elements-next-page-token": str(next(count))}, b'["x"]')
    found = Client(connection, transport, clock=clock, max_pages=7).job_errors("1")
    assert (len(found.texts), found.complete) == (7, False)


@pytest.mark.parametrize("answer", [always(404, {}), always(405, {}), always(200, {"errors": []})])
def test_errors_that_cannot_be_had(platform, client, answer) -> None:
    """A server without the list of errors gives an incomplete one."""
    platform.answers = answer
    found = client.job_errors("1")
    assert (found.texts, found.complete) == ((), False)


def test_jobs(platform, client) -> None:
    """Both spellings of a list entry are read; ids are text and times are seconds."""
    platform.answers = always(
        200,
        [
            {"id": 1722, "status": "COMPLETED", "object_name": "contact", "job_direction": "UPLOAD"}
            | {"record_count": 41, "error_count": 1, "createdDate": 1542829826619},
            {"job_id": "7", "job_status": "RUNNING"},
        ],
    )
    first, second = client.list_jobs()
    assert (first.id, first.object, first.direction, first.created) == ("1722", "contact", "UPLOAD", 1542829826.619)
    assert (first.status.records, first.status.failed) == (41, 1)
    assert (second.id, second.status.state, second.created) == ("7", State.RUNNING, None)


@pytest.mark.parametrize("body", [{"jobs": []}, [{}], [None]])
def test_jobs_that_cannot_be_trusted(platform, client, body) -> None:
    """A jobs list of another shape is no answer to whether a job is there."""
    platform.answers = always(200, body)
    with pytest.raises(Permanent):
        client.list_jobs()


@pytest.mark.parametrize("job", ["a/b", "1\r\nX: y", "1?x=1", "ü", "%2e"])
def test_ids_are_quoted(platform, client, job) -> None:
    """An id goes into the path as one segment, whatever is in it."""
    seen = []
    platform.answers = lambda method, path, query: seen.append(path) or (200, {}, b'{"status": "RUNNING"}')
    client.job_status(job)
    assert seen[0].count("/") == 3
    assert seen[0].startswith("/bulk/")
    assert seen[0].endswith("/status")


@pytest.mark.parametrize(("given", "job"), [("1234", "1234"), (1234, "1234"), ("a/b", "a/b")])
def test_ids_of_new_jobs(platform, client, given, job) -> None:
    """An id is text, also where the server sends a number."""
    platform.answers = always(200, {"id": given, "status": "CREATED"})
    assert taken(platform, client) == job


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"7", b'{"id": null}', b'{"id": ""}', b'{"id": true}', b'{"id": 1.5}', b"[" * 100000]
)
def test_answers_without_an_id(platform, client, body) -> None:
    """A success without a usable id leaves it uncertain whether there is a job."""
    platform.answers = always(200, body)
    with pytest.raises(Uncertain):
        taken(platform, client)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, Permanent) for status in (301, 400, 401, 403, 404, 413, 422)),
        (429, Transient),
        *((status, Uncertain) for status in (302, 408, 500, 502, 503, 504)),
    ],
)
def test_uploads_that_are_no_success(platform, client, status, kind) -> None:
    """An upload is sent once by the client, and the status says whether it may have been taken."""
    platform.answers = always(status, {})
    with pytest.raises(kind):
        taken(platform, client)
    assert platform.uploads() == 1


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("The request is larger than 32000000 bytes.", Permanent),
        ("File too large", Permanent),
        ("exceeds the maximum file size", Permanent),
        ("Rate limit exceeded", Transient),
        ("Too many requests", Transient),
        ("", Transient),
    ],
)
def test_429_that_says_too_large_is_no_wait(platform, client, message: str, kind: type[Exception]) -> None:
    """The same file would be too large the next time."""
    platform.answers = always(429, {"message": message})
    with pytest.raises(kind, match="smaller parts" if kind is Permanent else "429"):
        taken(platform, client)


def test_cancel(platform, client) -> None:
    """Cancelling is a PUT and returns the status."""
    job = taken(platform, client)
    assert client.cancel_job(job).state is State.CANCELLED
    assert platform.requests[-1][:2] == ("PUT", f"/bulk/{job}/cancel")


def test_server_time(platform, client, clock, http_date) -> None:
    """The server's clock is known from its last answer."""
    assert client.server_time is None
    platform.answers = lambda *_: (200, {}, b"[]")
    client.list_objects()
    assert client.server_time == pytest.approx(time.time(), abs=3)


def test_hub_may_be_left_out(platform, connection, transport) -> None:
    """Without a hub the short paths are used."""
    Client(connection, transport).list_objects()
    assert platform.requests[-1][1] == "/objects"
