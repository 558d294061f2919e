"""Announcements that are wrong on order, held against the client's check of signatures."""

import json
import threading
import time

import pytest

from pipeline.sandbox.faults.parsing import parse_rules
from pipeline.uploading import verify_signature

KEY = "asdfo08e$fd"
CONTENT = "C_EmailAddress,C_FirstName\na@x.de,A\n"


@pytest.fixture
def announce(make_sandbox, make_receiver):
    """Loads a job with rules ordered, and returns its last status and what the receiver got, `count` calls of it."""

    def announced(*rules, count=1, content=CONTENT):
        caller = make_sandbox(signature_key=KEY, faults=parse_rules(json.dumps(rules)))
        receiver = make_receiver()
        job = caller.load(content, headers={"Elements-Async-Callback-Url": receiver.url})
        calls = receiver.wait(count)
        return job, [(headers, body) for _, headers, body in calls]

    return announced


def believed(headers, body):
    return verify_signature(KEY, body, headers.get("Elements-Webhook-Signature"))


def callback(do, **options):
    return {"call": "callback", "do": do, **options}


@pytest.mark.parametrize("how", ["wrong", "missing", "hex", "upper-hex", "sha1", "bare", "not-ascii"])
def test_c1_signatures_that_are_not_right(announce, how):
    """None is believed, and none makes the check fail."""
    _, [(headers, body)] = announce(callback("sign", how=how))
    assert not believed(headers, body)
    assert ("Elements-Webhook-Signature" in headers) == (how != "missing")


def test_c2_a_foreign_job_is_rightly_signed(announce):
    """The signature is right, the job is not ours: only the journal can tell."""
    job, [(headers, body)] = announce(callback("change", set={"id": "999"}))
    assert believed(headers, body)
    assert json.loads(body) == {**job, "id": "999"}


def test_c3_a_replay_is_the_same(announce):
    """The same announcement comes again, with the same signature."""
    _, calls = announce(callback("repeat", count=3), count=3)
    assert len({body for _, body in calls}) == 1
    assert all(believed(*call) for call in calls)


def test_c4_bodies(announce):
    """Huge, slow, and other than JSON: all rightly signed, so that the check is no protection against them."""
    _, [(headers, body)] = announce(callback("form", how="huge", size=3_000_000))
    assert len(body) == 3_000_000
    assert believed(headers, body)
    _, [(headers, body)] = announce(callback("form", how="html"))
    assert headers["Content-Type"] == "text/html"
    assert believed(headers, body)
    begun = time.monotonic()
    job, [(headers, body)] = announce(callback("drip", seconds=0.001))
    assert time.monotonic() - begun > 0.3
    assert json.loads(body) == job
    assert believed(headers, body)


def test_c5_before_the_answer_to_the_upload(make_sandbox, make_receiver):
    """The job is announced before the client knows its id."""
    rules = parse_rules('[{"call": "create", "do": "delay", "seconds": 1}]')
    caller, receiver = make_sandbox(signature_key=KEY, faults=rules), make_receiver()
    answers = []
    headers = {"Elements-Async-Callback-Url": receiver.url}
    client = threading.Thread(target=lambda: answers.append(caller.upload(CONTENT, headers=headers)))
    client.start()
    [(_, _, body)] = receiver.wait(1)
    assert not answers
    client.join()
    assert answers[0].json["id"] == json.loads(body)["id"]


def test_c6_never(make_sandbox, make_receiver):
    """Nothing comes; the job ends all the same."""
    caller, receiver = make_sandbox(faults=parse_rules('[{"call": "callback", "do": "silence"}]')), make_receiver()
    job = caller.load(CONTENT, headers={"Elements-Async-Callback-Url": receiver.url})
    assert job["status"] == "COMPLETED"
    deadline = time.monotonic() + 5
    while caller.call("GET", "/_sandbox/jobs", base=False).json[0]["callback"] == "waiting":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert caller.call("GET", "/_sandbox/jobs", base=False).json[0]["callback"] == "withheld"
    assert receiver.received == []


def test_c7_completed_where_the_api_says_error(announce):
    """The announcement, rightly signed, says otherwise than the status call."""
    rules = ({"call": "load", "do": "end", "status": "ERROR"}, callback("change", set={"status": "COMPLETED"}))
    job, [(headers, body)] = announce(*rules)
    assert believed(headers, body)
    assert (job["status"], json.loads(body)["status"]) == ("ERROR", "COMPLETED")


def test_c8_ten_at_once(announce):
    """Ten come together."""
    _, calls = announce(callback("repeat", count=10, together=True), count=10)
    assert all(believed(*call) for call in calls)
