"""The small parts of uploading, each by its table or law."""

from __future__ import annotations

import base64
import hashlib
import hmac
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import Permanent, Transient, UploadError, UsageError
from pipeline.uploading import Clock, Connection, connection_from_environment, verify_signature
from pipeline.uploading.client import Job, JobErrors
from pipeline.uploading.following import Pace, follow
from pipeline.uploading.matching import match_errors
from pipeline.uploading.outcomes import Outcome, join
from pipeline.uploading.receipts import PartReceipt, Receipt
from pipeline.uploading.retrying import Backoff, repeat
from pipeline.uploading.settling import Likeness, Patience, Wanted, likeness, settle
from pipeline.uploading.statuses import JobStatus, State, parse_status
from pipeline.uploading.texts import plain

GOOD = {
    "CONTACTPREP_BASE_URL": "https://api.example.com/elements/api-v2/",
    "CONTACTPREP_ELEMENT_TOKEN": "to/k+en=",
    "CONTACTPREP_USER_SECRET": "se/c+ret=",
}


# --- the connection --------------------------------------------------------------------------------------------------


def test_connection_of_the_environment() -> None:
    """The variables make the header as the platform wants it; optional ones are optional."""
    plain_one = connection_from_environment(GOOD)
    assert plain_one.base_url == "https://api.example.com/elements/api-v2"
    assert plain_one.authorization == "Element to/k+en=, User se/c+ret="
    full = connection_from_environment(
        GOOD | {"CONTACTPREP_ORGANIZATION_SECRET": "org", "CONTACTPREP_HUB": "crm", "CONTACTPREP_SIGNATURE_KEY": "key"}
    )
    assert full.authorization.endswith(", Organization org")
    assert (full.hub, full.signature_key) == ("crm", "key")
    assert not any(secret in repr(full) for secret in ("to/k+en=", "se/c+ret=", "'org'", "'key'"))


def test_missing_variables_are_all_named() -> None:
    """Every missing variable is named at once, with the line to type."""
    with pytest.raises(UsageError) as caught:
        connection_from_environment({"CONTACTPREP_USER_SECRET": "x", "CONTACTPREP_ELEMENT_TOKEN": " "})
    text = str(caught.value)
    assert "export CONTACTPREP_BASE_URL=" in text
    assert "export CONTACTPREP_ELEMENT_TOKEN=" in text
    assert "USER_SECRET" not in text


@pytest.mark.parametrize(
    ("name", "value"),
    [("CONTACTPREP_BASE_URL", bad) for bad in ("http://api.example.com/x", "ftp://x", "api.example.com", "https://")]
    + [
        ("CONTACTPREP_BASE_URL", bad)
        for bad in ("https://u:canary@x/y", "https://x/y?z", "https://x y", "https://x:no")
    ]
    + [
        ("CONTACTPREP_BASE_URL", bad)
        for bad in ("http://127.0.0.1.evil.com/x", "http://localhost.evil.com", "http://[::2]/")
    ]
    + [("CONTACTPREP_USER_SECRET", bad) for bad in ("canary\r\nX: y", "canary\n", "canary€", "can ary", "canary\x00")],
)
def test_connections_that_are_refused(name, value) -> None:
    """Plain http to elsewhere, other URLs and secrets that no header can carry are refused without showing them."""
    with pytest.raises(UsageError) as caught:
        connection_from_environment(GOOD | {name: value})
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1/x", "http://[::1]:80/x", "https://x/y"])
def test_connections_that_are_accepted(url) -> None:
    """https to anywhere and http to this machine are fine."""
    assert Connection(url, "t", "s").base_url == url


def test_importing_does_not_load_the_network() -> None:
    """The library can be imported without httpx, pandas, the checker or the schemas."""
    code = "import sys, pipeline.uploading, pipeline.planning; print([m for m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not [name for name in ("'httpx'", "'pandas'", "'schemas'", "'pipeline.checking'") if name in loaded]


# --- callbacks -------------------------------------------------------------------------------------------------------

KEY, BODY = "MySecretEventSignatureKey", b"<INSERT_EVENT_NOTIFICATION_RESPONSE_BODY>"
VECTOR = "sha256=jHdbRx5EZAsOfTwAPJOGkNUzQMVVdu5VJlxcsk+G6jQ="


def test_signature_of_the_vendor() -> None:
    """The vendor's own example verifies."""
    assert verify_signature(KEY, BODY, VECTOR)


@given(st.text(min_size=1), st.binary(max_size=200), st.integers(0, 10**6))
def test_signature_law(key, body, place) -> None:
    """What is signed with a key verifies with it, and not after one bit of the body changed."""
    try:
        secret = key.encode()
    except UnicodeEncodeError:
        return
    header = "sha256=" + base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()).decode()
    assert verify_signature(key, body, header)
    if body:
        changed = bytearray(body)
        changed[place % len(body)] ^= 1
        assert not verify_signature(key, bytes(changed), header)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        VECTOR.removeprefix("sha256="),
        VECTOR.replace("sha256", "sha1"),
        VECTOR.replace("sha256", "SHA256"),
        VECTOR.rstrip("="),
        VECTOR + "=",
        VECTOR + "\n",
        VECTOR[:-2] + "R=",
        VECTOR.replace("+", "-"),
        VECTOR.replace("j", "ĵ"),
        "sha256=\udc80",
        "sha256=" + hmac.new(KEY.encode(), BODY, hashlib.sha256).hexdigest(),
    ],
)
def test_signatures_that_are_refused(header) -> None:
    """Anything but the one spelling of the right digest is refused, without a crash."""
    assert not verify_signature(KEY, BODY, header)
    assert not verify_signature("", BODY, header)


# --- statuses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"id": "1234", "status": "COMPLETE"}, JobStatus(State.COMPLETED, "COMPLETE")),
        (
            {"batchId": 1, "numOfLeadsProcessed": 5, "numOfRowsFailed": 2, "message": "m", "status": "Complete"},
            JobStatus(State.COMPLETED, "Complete", 5, 2, "", "m"),
        ),
        (
            {
                "status": "ABORTED",
                "recordsCount": 2,
                "recordsFailedCount": 0,
                "error": "e",
                "infoMessage": "i",
                "message": "",
            },
            JobStatus(State.ABORTED, "ABORTED", 2, 0, "e", "i"),
        ),
        (
            {"jobStatus": "RUNNING", "recordCount": "7", "errorCount": 1, "statusMessage": "s"},
            JobStatus(State.RUNNING, "RUNNING", 7, 1, "", "s"),
        ),
        ({"job_status": "CANCELED", "record_count": 1, "error_count": 0}, JobStatus(State.CANCELLED, "CANCELED", 1, 0)),
        ({"status": "SUCCESS", "recordsCount": -1, "recordsFailedCount": True}, JobStatus(State.COMPLETED, "SUCCESS")),
        ({"status": "WARNING"}, JobStatus(State.UNKNOWN, "WARNING")),
        ({"status": 7}, JobStatus(State.UNKNOWN, "")),
        ({}, JobStatus(State.UNKNOWN, "")),
    ],
)
def test_status_shapes(answer, expected) -> None:
    """Each documented shape and spelling gives the same kind of status."""
    assert parse_status(answer) == expected


@pytest.mark.parametrize(
    "word", ["CREATED", "STARTED", "RUNNING", "CANCELLATION_PENDING", "SCHEDULED", "INITIATED", "?"]
)
def test_words_that_are_not_final(word) -> None:
    """Words of a job under way, and words nobody knows, are not the end."""
    assert not parse_status({"status": word}).state.final


@given(
    st.dictionaries(
        st.sampled_from(["status", "recordsCount", "error", "message"]), st.text() | st.floats() | st.none()
    )
)
def test_status_never_fails(answer) -> None:
    """Whatever stands in the fields, a status comes out, on one line."""
    status = parse_status(answer)
    assert "\n" not in status.raw_word + status.error + status.message


@given(st.text(), st.integers(1, 50))
def test_plain_law(text, limit) -> None:
    """A shown text has no control character and is no longer than allowed."""
    shown = plain(text, limit=limit)
    assert len(shown) <= limit
    assert not any(
        ord(character) < 32 or 127 <= ord(character) < 160 or character in "\u202e\u2028" for character in shown
    )


# --- retrying --------------------------------------------------------------------------------------------------------


class Handmade:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.time, self.slept = 0.0, list[float]()
        self.clock = Clock(now=self.read, monotonic=self.read, sleep=self.sleep, random=lambda: 0.0)

    def read(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


def failing(clock: Handmade, *, takes: float, times: int, retry_after: float | None = None):
    left = times

    def call() -> str:
        nonlocal left
        clock.time += takes
        left -= 1
        if left >= 0:
            raise Transient("no", retry_after=retry_after)
        return "yes"

    return call


def test_pauses_grow() -> None:
    """Pauses double; the fifth try is the last."""
    time = Handmade()
    assert repeat(failing(time, takes=0, times=4), backoff=Backoff(), clock=time.clock) == "yes"
    assert time.slept == [0.5, 1, 2, 4]
    with pytest.raises(Transient):
        repeat(failing(time, takes=0, times=5), backoff=Backoff(), clock=time.clock)


def test_given_up_within_thirty_seconds() -> None:
    """Tries that take the whole connecting time each end before 30 s."""
    time = Handmade()
    with pytest.raises(Transient):
        repeat(failing(time, takes=10, times=99), backoff=Backoff(), clock=time.clock)
    assert time.time <= 30


def test_waits_as_told() -> None:
    """A pause the server names is kept exactly, beyond the usual limit of time."""
    time = Handmade()
    assert repeat(failing(time, takes=0, times=2, retry_after=60), backoff=Backoff(), clock=time.clock) == "yes"
    assert time.slept == [60, 60]


def test_other_failures_are_not_repeated() -> None:
    """Only what may pass is repeated."""
    calls = []

    def call() -> None:
        calls.append(1)
        raise Permanent("no")

    with pytest.raises(Permanent):
        repeat(call, backoff=Backoff(), clock=Handmade().clock)
    assert len(calls) == 1


# --- following -------------------------------------------------------------------------------------------------------


def status(word: str, records: int | None = None, failed: int | None = None, error: str = "") -> JobStatus:
    return JobStatus(parse_status({"status": word}).state, word, records, failed, error)


def following(answers, clock: Handmade, pace: Pace | None = None) -> JobStatus:
    left = list(answers)

    def poll() -> JobStatus:
        found = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(found, Exception):
            raise found
        return found

    return follow(poll, pace=pace or Pace(), clock=clock.clock, report=lambda status: None, go_on="`x`")


def test_follows_to_the_end() -> None:
    """Pauses begin small, grow to ten seconds, and begin small again when the job moves."""
    time = Handmade()
    found = following([status("RUNNING", 1)] * 12 + [status("RUNNING", 2)] * 2 + [status("COMPLETED", 3)], time)
    assert found.records == 3
    assert time.slept[0] == 0.2
    assert max(time.slept) == 10
    assert time.slept[12] == 0.2


def test_a_final_word_is_heard_twice() -> None:
    """A job that steps back from its end, or goes on counting, is not done."""
    time = Handmade()
    steps = [status("COMPLETED", 1), status("RUNNING", 2), status("COMPLETED", 2), status("COMPLETED", 3)]
    assert following(steps, time).records == 3


def test_final_words_that_never_agree_end_too() -> None:
    """Endless changes of a final status are waited between, not raced through."""
    time = Handmade()
    ends = [status("COMPLETED", n) for n in range(50)]
    assert following(ends, time).records == 49
    assert sum(time.slept) > 9


def test_no_deadline_while_it_moves() -> None:
    """A job may take a day as long as its counts move; an hour of silence ends the following."""
    time = Handmade()
    moving = [status("RUNNING", n // 100) for n in range(20_000)]
    assert following([*moving, status("COMPLETED", 200)], time).records == 200
    assert time.time > 86_400
    time = Handmade()
    with pytest.raises(UploadError, match="go on with `x`"):
        following([status("RUNNING", 1)], time)
    assert 3600 < time.time < 3700


def test_unknown_job_at_first() -> None:
    """404 is borne with for the first polls, and not after the job was once seen."""
    missing = Permanent("no", status=404)
    assert following([missing] * 8 + [status("COMPLETED", 1)], Handmade()).records == 1
    for answers in ([missing], [status("RUNNING"), missing], [Permanent("no", status=401)]):
        with pytest.raises(Permanent):
            following(answers, Handmade())


# --- settling --------------------------------------------------------------------------------------------------------

WANTED = Wanted("contact", 3, frozenset({"mine"}), 1000.0, 1100.0)
OURS = Job("1", "contact", "UPLOAD", 1050.0, JobStatus(State.COMPLETED, "COMPLETED", 3, 0))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Likeness.OURS),
        ({"direction": ""}, Likeness.OURS),
        ({"status": status("COMPLETED", 2, 1)}, Likeness.OURS),
        ({"status": status("RUNNING", 3)}, Likeness.OURS),
        ({"id": "mine"}, Likeness.OTHER),
        ({"object": "account"}, Likeness.OTHER),
        ({"direction": "DOWNLOAD"}, Likeness.OTHER),
        ({"created": 999.0}, Likeness.OTHER),
        ({"created": 1101.0}, Likeness.OTHER),
        ({"status": status("COMPLETED", 2, 0)}, Likeness.OTHER),
        ({"status": status("RUNNING", 4)}, Likeness.OTHER),
        ({"status": status("RUNNING", 1)}, Likeness.PERHAPS),
        ({"status": status("RUNNING")}, Likeness.PERHAPS),
        ({"created": None}, Likeness.PERHAPS),
        ({"object": ""}, Likeness.PERHAPS),
    ],
)
def test_likeness(changes, expected) -> None:
    """A job that differs in anything it tells is another; ours tells everything."""
    assert likeness(replace(OURS, **changes), WANTED) is expected


def test_without_the_servers_clock_nothing_is_ours() -> None:
    """Where the server never told its time, no job can be told to be ours."""
    assert likeness(OURS, replace(WANTED, earliest=None, latest=None)) is Likeness.PERHAPS


def settling(looks, clock: Handmade, patience: Patience | None = None) -> str | None:
    left = list(looks)

    def jobs():
        return tuple(left.pop(0) if len(left) > 1 else left[0])

    return settle(
        jobs, lambda job: status("COMPLETED", 3, 0), WANTED, patience=patience or Patience(), clock=clock.clock
    )


def test_settling() -> None:
    """Found at once, found late, found after it has loaded, or not there after both looks."""
    time = Handmade()
    assert settling([[OURS]], time) == "1"
    assert time.time == 0
    assert settling([[], [], [OURS]], time) == "1"
    assert time.time == 60
    loading = replace(OURS, status=status("RUNNING", 1))
    assert settling([[loading]] * 5 + [[OURS]], Handmade()) == "1"
    assert settling([[replace(OURS, status=status("COMPLETED"))]], Handmade()) == "1"
    time = Handmade()
    assert settling([[]], time) is None
    assert time.slept == [0, 30, 30]
    assert settling([[loading]] * 5 + [[replace(loading, status=status("COMPLETED", 1, 0))]], Handmade()) is None


@pytest.mark.parametrize(
    "jobs",
    [
        [OURS, replace(OURS, id="2")],
        [replace(OURS, created=None)],
        [OURS, replace(OURS, id="2", created=None)],
        [replace(OURS, status=status("RUNNING", 1))],
    ],
    ids=["two", "undated", "one and one undated", "never ends"],
)
def test_settling_that_is_for_a_person(jobs) -> None:
    """Where it cannot be told, it is not guessed."""
    time = Handmade()
    with pytest.raises(UploadError, match="contactprep status"):
        settling([jobs], time)
    assert time.time <= 3700


# --- outcomes --------------------------------------------------------------------------------------------------------

KEYS = [f"p{n}@x.org" for n in range(4)]
A, R, U, N = Outcome.ACCEPTED, Outcome.REFUSED, Outcome.UNKNOWN, Outcome.NOT_SENT


@pytest.mark.parametrize(
    ("found", "texts", "complete", "rest", "refused"),
    [
        (status("COMPLETED", 4, 0), [], True, A, []),
        (status("COMPLETE"), [], True, A, []),
        (status("COMPLETE"), [], False, U, []),
        (status("COMPLETE"), ["p1@x.org bad"], True, A, [1]),
        (status("COMPLETE"), ["p1@x.org bad"], False, U, [1]),
        (status("COMPLETED", 4), ["p1@x.org bad", "?"], True, U, [1]),
        (status("COMPLETED", 4, 4), ["p1@x.org bad"], True, R, [1]),
        (status("COMPLETED", 0, 4), [], True, R, []),
        (status("COMPLETED", 4, 2), ["p1@x.org", "P3@X.ORG"], True, A, [1, 3]),
        (status("COMPLETED", 2, 2), ["p1@x.org", "P3@X.ORG"], True, A, [1, 3]),
        (status("COMPLETED", 4, 2), ["p1@x.org", "p1@x.org again"], True, U, [1]),
        (status("COMPLETED", 4, 2), [], False, U, []),
        (status("COMPLETED", 3, 0), [], True, U, []),
        (status("COMPLETED", 5, 0), [], True, U, []),
        (status("COMPLETED", 4, 5), [], True, U, []),
        (status("COMPLETED", None, 0), ["p1@x.org"], True, U, [1]),
        (status("ABORTED", 0, 0), [], True, R, []),
        (status("ERROR", 4, 4), [], True, R, []),
        (status("ERROR", 2, 1), ["p1@x.org"], True, U, [1]),
        (status("ABORTED"), [], True, U, []),
        (status("CANCELLED", 0, 0), [], True, N, []),
        (status("CANCELLED", 2, 0), [], True, U, []),
        (status("CANCELED"), [], True, U, []),
    ],
)
def test_outcomes(found, texts, complete, rest, refused) -> None:
    """What became of four records, by the job's last word and its errors."""
    outcome = join(1, "j", 4, found, JobErrors(tuple(texts), complete), lambda: iter(KEYS))
    assert (outcome.rest, sorted(outcome.refused)) == (rest, refused)
    assert sum(outcome.counts().values()) == 4
    assert outcome.reason or outcome.rest is A


@given(
    st.sampled_from(list(State)),
    st.none() | st.integers(0, 6),
    st.none() | st.integers(0, 6),
    st.lists(st.sampled_from([*KEYS, "bad", "p1@x.org p2@x.org", ""]), max_size=6),
    st.booleans(),
)
def test_outcome_laws(state, records, failed, texts, complete) -> None:
    """Each record has one outcome; none is called accepted against the job's own counts."""
    found = JobStatus(state, state.value, records, failed)
    counts = join(1, "j", 4, found, JobErrors(tuple(texts), complete), lambda: iter(KEYS)).counts()
    assert sum(counts.values()) == 4
    if counts[A]:
        assert state is State.COMPLETED
        assert failed in (None, counts[R])
        assert records in (None, 4, counts[A])


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("Conflicts Found - emailAddress P1@x.org", 1),
        ("Duplicate: p1@x.org.", 1),
        ("email='p1@x.org', bad", 1),
        ("<mailto:p1@x.org>", 1),
        ("xp1@x.org", None),
        ("p1@x.org.au", None),
        ("p1@x.orgy", None),
        ("p1@x.org or p2@x.org", None),
        ("nothing", None),
        ("", None),
    ],
)
def test_matching(text, position) -> None:
    """An error is a record's only if exactly its key stands there as a whole."""
    assert match_errors([text], KEYS) == ({} if position is None else {position: text})


def test_key_that_two_records_share_names_none() -> None:
    """A key that occurs twice does not say which record failed."""
    assert match_errors(["a@x.org bad"], ["a@x.org", "A@x.org"]) == {}


def test_receipt_accounts_for_each_record() -> None:
    """A receipt that leaves a record out cannot be made; its exit status follows from its counts."""

    def part(accepted: int, refused: int, unknown: int = 0, not_sent: int = 0) -> PartReceipt:
        rows = accepted + refused + unknown + not_sent
        return PartReceipt(1, "k", rows, "", "j", "", None, None, "", accepted, refused, unknown, not_sent, ())

    def receipt(*counts: int, planned: int | None = None, settled: bool = True) -> Receipt:
        made = part(*counts)
        return Receipt(
            "m", "c", "u", None, "o", False, "", "", settled, made.rows if planned is None else planned, (made,)
        )

    with pytest.raises(ValueError, match="account"):
        receipt(1, 1, planned=3)
    with pytest.raises(ValueError, match="account"):
        replace(part(1, 1), rows=3)
    assert [receipt(*counts).exit_status for counts in [(2, 0), (1, 1), (0, 2), (1, 0, 1), (1, 0, 0, 1), (0, 0)]] == [
        0,
        5,
        4,
        4,
        4,
        0,
    ]
    assert receipt(0, 0, 2, settled=False).exit_status == 0
