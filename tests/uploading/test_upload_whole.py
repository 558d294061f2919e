"""The whole way of a prepared folder, over real sockets, judged by the platform's ledger."""

from __future__ import annotations

import csv
import json
import logging
import stat
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import (
    FolderBusy,
    JournalError,
    ManifestError,
    Permanent,
    PipelineError,
    Transient,
    UploadError,
    UsageError,
)
from pipeline.uploading import Clock, Connection, Receipt, Settings, receipt_from_json, upload
from pipeline.uploading.events import Created, Planned, Polled, Sending, Unsure, Warned
from pipeline.uploading.journal import Journal, open_journal
from pipeline.uploading.locking import holding
from pipeline.uploading.port import Answer, Request
from pipeline.uploading.settling import Patience
from pipeline.uploading.transporting import HttpxTransport

KEPT = [
    "kept_rst",
    "kept_hang",
    "kept_cut",
    "kept_garbage",
    "kept_noid",
    "kept_list",
    "kept_500",
    "kept_502",
    "kept_504",
]


def emails(platform: Any) -> list[str]:
    return [row[0] for row in platform.rows()]


def expected(records: int) -> list[str]:
    return [f"p{n}@example.org" for n in range(1, records + 1)]


def appearing(platform: Any, *jobs: dict[str, Any]) -> Callable[[Any], None]:
    """Return a listener with which jobs of others are listed from the first upload on."""

    def progress(event: Any) -> None:
        if isinstance(event, Sending):
            platform.foreign = list(jobs)

    return progress


def outcomes(folder: Path) -> list[dict[str, str]]:
    with (folder / "upload" / "outcomes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def send(connection: Connection, settings: Settings, clock: Clock, transport: HttpxTransport) -> Callable[..., Receipt]:
    """Return `upload` with the platform's connection and no waiting."""

    usual = {"connection": connection, "settings": settings, "clock": clock, "transport": transport}

    def sent(folder: Path, **options: Any) -> Receipt:
        return upload(folder, **{**usual, **options})

    return sent


def test_every_record_arrives_once_and_is_accounted_for(platform, prepared, send) -> None:
    """Seven records in parts of three arrive once, in order, and the receipt and outcomes say so."""
    folder = prepared(7)
    events: list[Any] = []
    receipt = send(folder, max_records=3, progress=events.append)
    assert emails(platform) == expected(7)
    assert [len(job.rows) for job in platform.jobs] == [3, 3, 1]
    assert (receipt.accepted, receipt.planned, receipt.exit_status) == (7, 7, 0)
    rows = outcomes(folder)
    assert [row["record"] for row in rows] == [str(n) for n in range(1, 8)]
    assert [row["line"] for row in rows] == [str(n) for n in range(2, 9)]
    assert {row["status"] for row in rows} == {"accepted"}
    assert rows[3]["part"] == "2"
    assert rows[3]["job"] == platform.jobs[1].id
    assert receipt_from_json((folder / "upload" / "receipt.json").read_text()) == receipt
    kinds = [type(event) for event in events]
    assert kinds[0] is Planned
    assert kinds.count(Sending) == kinds.count(Created) == 3
    assert Polled in kinds


def test_upload_folder_is_private(prepared, send) -> None:
    """The upload folder is 0700 and its files are 0600."""
    folder = prepared(1)
    send(folder)
    assert stat.S_IMODE((folder / "upload").stat().st_mode) == 0o700
    for file in (folder / "upload").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_what_a_request_carries(platform, prepared, send, connection, settings, clock) -> None:
    """The form has constant names and the file's base name; optional things are there only when asked for."""
    send(prepared(2, name="plain"))
    first = platform.jobs[0]
    assert first.fields == {}
    assert first.file_name.startswith("part-0001-")
    assert first.headers["Authorization"] == connection.authorization
    assert first.headers["User-Agent"].startswith("contactprep/")
    assert "Elements-Async-Callback-Url" not in first.headers
    with_path = replace(connection, path="/sam ple&x=1.csv")
    send(
        prepared(2, name="more", schema={"upsert_key": "C_EmailAddress"}),
        connection=with_path,
        callback_url="https://example.org/hook",
    )
    second = platform.jobs[1]
    assert json.loads(second.fields["metaData"]) == {"identifierFieldName": "C_EmailAddress", "action": "upsert"}
    assert second.headers["Elements-Async-Callback-Url"] == "https://example.org/hook"
    posts = [request for request in platform.requests if request[0] == "POST"]
    assert posts[0][2] == {}
    assert posts[1][2] == {"path": ["/sam ple&x=1.csv"]}


def test_cells_arrive_as_they_are(platform, prepared, send) -> None:
    """Quotes, commas, line breaks and other scripts arrive unaltered, though parts are cut between them."""
    rows = [('a"b@x.org', 'two\nlines "quoted"'), ("b@x.org", "comma, here"), ("ç@x.org", "名前"), ("=1@x.org", "")]
    send(prepared(rows), max_records=1)
    assert [tuple(row) for row in platform.rows()] == rows


def test_nothing_to_send(platform, prepared, connection, clock) -> None:
    """A folder without records sends nothing at all and is fine."""
    folder = prepared(0)
    receipt = upload(folder, connection=connection, clock=clock)
    assert (receipt.exit_status, receipt.planned, platform.requests) == (0, 0, [])
    assert outcomes(folder) == []


def test_finished_upload_is_not_repeated(platform, prepared, send) -> None:
    """The same command after the end sends nothing and returns the recorded receipt, even if its file is gone."""
    folder = prepared(3)
    first = send(folder)
    (folder / "upload" / "receipt.json").unlink()
    before = len(platform.requests)
    assert send(folder) == first
    assert len(platform.requests) == before
    assert (folder / "upload" / "receipt.json").exists()


def test_again_begins_a_second(platform, prepared, send) -> None:
    """`again` sends a finished upload once more and keeps the old files under a number."""
    folder = prepared(2)
    first = send(folder)
    send(folder, again=True)
    send(folder, again=True)
    assert emails(platform) == expected(2) * 3
    names = {file.name for file in (folder / "upload").iterdir()}
    assert names >= {"journal.1.sqlite", "receipt.1.json", "outcomes.1.csv", "journal.2.sqlite", "journal.sqlite"}
    assert receipt_from_json((folder / "upload" / "receipt.1.json").read_text()) == first


def test_again_refuses_what_is_not_finished(platform, prepared, send) -> None:
    """`again` does not step over an upload whose jobs are not known to have ended."""
    folder = prepared(2)
    send(folder, no_wait=True)
    with pytest.raises(UsageError, match="not finished"):
        send(folder, again=True)
    assert len(platform.jobs) == 1


def test_resume_begins_nothing_new(platform, prepared, send) -> None:
    """`resume` refuses a folder without an upload, and goes on with one."""
    folder = prepared(2)
    with pytest.raises(UsageError, match="--resume"):
        send(folder, resume=True)
    send(folder, no_wait=True)
    assert send(folder, resume=True).accepted == 2
    assert len(platform.jobs) == 1


def test_no_wait_then_follow(platform, prepared, send) -> None:
    """Without waiting the receipt is open and exits 0; the next run follows and settles it."""
    folder = prepared(2)
    receipt = send(folder, no_wait=True)
    assert (receipt.settled, receipt.unknown, receipt.exit_status) == (False, 2, 0)
    assert not (folder / "upload" / "outcomes.csv").exists()
    assert send(folder).exit_status == 0
    assert len(platform.jobs) == 1


@pytest.mark.parametrize("fault", KEPT)
def test_lost_answer_is_never_doubled(platform, prepared, send, fault) -> None:
    """Where the platform took a part and its answer was lost, the job is found and the part not sent again."""
    platform.faults = ["ok", fault]
    events: list[Any] = []
    receipt = send(prepared(5), max_records=2, progress=events.append)
    assert emails(platform) == expected(5)
    assert receipt.accepted == 5
    assert [entry.outcome for entry in receipt.parts[1].tries] == ["adopted"]
    assert receipt.parts[1].job == platform.jobs[1].id
    assert any(isinstance(event, Unsure) for event in events)


@pytest.mark.parametrize("fault", ["rst", "500", "503"])
def test_lost_request_is_sent_once_more(platform, prepared, send, fault) -> None:
    """Where the platform has no job after both looks, the part is sent again and the receipt says so."""
    platform.faults = [fault]
    receipt = send(prepared(3))
    assert emails(platform) == expected(3)
    assert [entry.outcome for entry in receipt.parts[0].tries] == ["assumed not sent", "created"]


def test_job_that_is_listed_late_is_still_found(platform, prepared, send) -> None:
    """A job that the list shows only at the last look is adopted."""
    platform.faults = ["kept_rst"]
    platform.list_delay = 2
    receipt = send(prepared(3))
    assert emails(platform) == expected(3)
    assert receipt.parts[0].tries[0].outcome == "adopted"


def test_never_resend_stops(platform, prepared, send, settings) -> None:
    """With never_resend a part whose job is not found stops the run, and the next run without it goes on."""
    platform.faults = ["rst"]
    folder = prepared(3)
    with pytest.raises(UploadError, match="never-resend"):
        send(folder, settings=replace(settings, never_resend=True))
    assert platform.rows() == []
    assert send(folder).accepted == 3
    assert emails(platform) == expected(3)


def test_resend_uncertain_needs_a_key_and_sends_at_once(platform, prepared, send, settings) -> None:
    """With an upsert key the part is sent again without looking; without one that is refused."""
    now = replace(settings, resend_uncertain=True)
    with pytest.raises(UsageError, match="upsert key"):
        send(prepared(3, name="keyless"), settings=now)
    platform.faults = ["kept_rst"]
    receipt = send(prepared(3, schema={"upsert_key": "C_EmailAddress"}), settings=now)
    assert platform.uploads() == 2
    assert [entry.outcome for entry in receipt.parts[0].tries] == ["unknown, sent again", "created"]
    assert not any(path == "/bulk/jobs" for _, path, *_ in platform.requests)


def test_two_jobs_that_fit_are_for_a_person(platform, prepared, send) -> None:
    """Where two jobs could carry the part, none is adopted, nothing is sent again, and the ids are named."""
    import time

    platform.faults = ["kept_rst"]
    like_ours = {"id": "9", "status": "RUNNING", "object_name": "contact", "job_direction": "UPLOAD", "record_count": 3}
    progress = appearing(platform, like_ours | {"createdDate": int(time.time() * 1000) + 500})
    folder = prepared(3)
    for _ in range(2):
        with pytest.raises(UploadError, match=r"9.*4000|4000.*9") as caught:
            send(folder, progress=progress)
        assert caught.value.exit_status == 4
    assert platform.uploads() == 1
    platform.foreign = []
    assert send(folder).accepted == 3
    assert platform.uploads() == 1


def test_old_and_foreign_jobs_are_not_adopted(platform, prepared, send) -> None:
    """Jobs of another time, object, direction or count are not taken for ours."""
    import time

    now = int(time.time() * 1000)
    like = {"status": "COMPLETED", "object_name": "contact", "job_direction": "UPLOAD", "record_count": 3}
    progress = appearing(
        platform,
        {**like, "id": "1", "createdDate": now - 3_600_000},
        {**like, "id": "2", "createdDate": now + 100, "object_name": "account"},
        {**like, "id": "3", "createdDate": now + 100, "job_direction": "DOWNLOAD"},
        {**like, "id": "4", "createdDate": now + 100, "record_count": 4},
    )
    platform.faults = ["rst"]
    receipt = send(prepared(3), progress=progress)
    assert emails(platform) == expected(3)
    assert receipt.parts[0].job == "4000"


def test_a_job_that_was_there_before_is_never_ours(platform, prepared, send) -> None:
    """Another upload of as many records, a moment ago, is neither believed as an answer nor adopted from the list."""
    send(prepared([("other@example.org", "Other")] * 2, name="other"))
    platform.faults = ["kept_same_id", "rst"]
    receipt = send(prepared(4), max_records=2)
    assert [part.job for part in receipt.parts] == ["4001", "4002"]
    assert [entry.outcome for entry in receipt.parts[0].tries] == ["adopted"]
    assert [entry.outcome for entry in receipt.parts[1].tries] == ["assumed not sent", "created"]
    assert emails(platform)[2:] == expected(4)


def test_an_id_that_the_server_does_not_know(platform, prepared, send) -> None:
    """A job that is never known is not sent again, and the message says what to look at."""
    platform.answers = lambda method, path, _query: (
        (200, {}, b'{"id": "77"}') if method == "POST" else (404, {}, b"{}") if path == "/bulk/77/status" else None
    )
    folder = prepared(2)
    for _ in range(2):
        with pytest.raises(UploadError, match=r"does not know job 77.*part 1 with 2 records.*contactprep jobs"):
            send(folder)
    assert platform.uploads() == 1


def test_same_id_twice_is_no_answer(platform, prepared, send) -> None:
    """An answer with the id of another part's job is not believed; the part's own job is found in the list."""
    platform.faults = ["ok", "kept_same_id"]
    receipt = send(prepared(4), max_records=2)
    assert [part.job for part in receipt.parts] == ["4000", "4001"]
    assert emails(platform) == expected(4)


def test_too_many_requests_waits_as_told(platform, prepared, send, clock) -> None:
    """429 with Retry-After is waited for and the part sent again; it was not taken."""
    platform.faults = ["429", "429"]
    before = clock.monotonic()
    receipt = send(prepared(2))
    assert clock.monotonic() - before >= 4
    assert emails(platform) == expected(2)
    assert [entry.outcome for entry in receipt.parts[0].tries] == ["not sent", "not sent", "created"]


def test_too_many_requests_for_ever_ends(platform, prepared, send) -> None:
    """429 means too large on this platform as well, so it is not waited out for ever."""
    platform.faults = ["429"] * 50
    with pytest.raises(Transient):
        send(prepared(2))
    assert platform.uploads() == 5


@pytest.mark.parametrize("status", ["400", "401", "403", "404", "405", "406", "409", "413", "415", "307"])
def test_refusals_stop_and_go_on_later(platform, prepared, send, status) -> None:
    """A refused part is not repeated; once the reason is gone, the same command sends the rest and no part twice."""
    platform.faults = ["ok", status]
    folder = prepared(6)
    with pytest.raises(Permanent) as caught:
        send(folder, max_records=2)
    assert caught.value.status == int(status)
    assert platform.uploads() == 2
    assert send(folder).accepted == 6
    assert emails(platform) == expected(6)


def test_unreachable_is_given_up_soon(prepared, clock, connection, platform) -> None:
    """A server that is not there is given up within 30 s, and no journal is begun."""
    folder = prepared(2)
    before = clock.monotonic()
    away = replace(connection, base_url="http://127.0.0.1:1/elements/api-v2")
    with pytest.raises(Transient) as caught:
        upload(folder, connection=away, clock=clock)
    assert clock.monotonic() - before < 30
    assert caught.value.exit_status == 4
    assert not (folder / "upload").exists()


def test_unknown_object_stops_before_anything(platform, prepared, send) -> None:
    """An object that the server's list lacks stops with the nearest name; nothing is sent and no journal begun."""
    folder = prepared(2, schema={"object": "contacts"})
    with pytest.raises(UploadError, match="did you mean contact"):
        send(folder)
    assert platform.uploads() == 0
    assert not (folder / "upload").exists()


def test_warnings_of_the_preflight(platform, prepared, send) -> None:
    """Unknown columns, cells too long and blanks that overwrite are told and kept in the receipt."""
    platform.metadata = {"fields": [{"vendorPath": "C_EmailAddress", "length": "10"}]}
    events: list[Any] = []
    receipt = send(prepared([("a@example.org", ""), ("b@x.org", "")]), progress=events.append)
    told = [event.text for event in events if isinstance(event, Warned)]
    assert tuple(told) == receipt.warnings
    assert "C_FirstName" in told[0]
    assert told[1].startswith("1 cells of C_EmailAddress are longer")
    assert told[2].startswith("2 cells are blank")


@pytest.mark.parametrize("metadata", [None, [], {"fields": "x"}, {"fields": [1]}, {"fields": []}, "text"])
def test_metadata_that_cannot_be_had_is_a_warning(platform, prepared, send, metadata) -> None:
    """An object's description that is missing or has another shape does not stop the upload."""
    platform.metadata = metadata
    receipt = send(prepared(1))
    assert receipt.accepted == 1
    assert any("cannot be checked" in text for text in receipt.warnings)


def test_some_refused(platform, prepared, send) -> None:
    """Failed records are found by their key in the errors; the others count as accepted; exit 5."""
    platform.errors["4000"] = [{"status": "Conflicts Found - P2@example.org"}, "bad address: p4@example.org."]
    folder = prepared(5)
    receipt = send(folder)
    assert (receipt.accepted, receipt.refused, receipt.exit_status) == (3, 2, 5)
    assert [row["status"] for row in outcomes(folder)] == ["accepted", "refused", "accepted", "refused", "accepted"]
    assert outcomes(folder)[1]["reason"] == "Conflicts Found - P2@example.org"
    assert send(folder).exit_status == 5


def test_failures_nobody_explains_are_unknown(platform, prepared, send) -> None:
    """Failures that no error ties to a record leave the others unknown; exit 4."""
    platform.errors["4000"] = [{"status": "row is bad"}, {"status": "p1@example.org is bad"}]
    folder = prepared(4)
    receipt = send(folder)
    assert (receipt.accepted, receipt.refused, receipt.unknown, receipt.exit_status) == (0, 1, 3, 4)
    assert outcomes(folder)[1]["reason"] == "2 failed, 1 explained"


def test_job_that_ends_badly(platform, prepared, send) -> None:
    """An aborted job without a record refuses all with the job's error; exit 4."""
    platform.status = lambda job: {"status": "ABORTED", "recordsCount": 0, "error": "needs 'email' or 'id'"}
    folder = prepared(2)
    receipt = send(folder)
    assert (receipt.refused, receipt.exit_status) == (2, 4)
    assert "needs 'email' or 'id'" in outcomes(folder)[0]["reason"]


def test_job_that_never_moves_reaches_the_deadline(platform, prepared, send) -> None:
    """Following stops after an hour without change, names the command that goes on, and goes on."""
    platform.status = lambda job: {"status": "RUNNING", "recordsCount": 1}
    folder = prepared(2)
    with pytest.raises(UploadError, match="contactprep upload"):
        send(folder)
    platform.status = None
    assert send(folder).accepted == 2
    assert platform.uploads() == 1


def test_another_run_holds_the_folder(platform, prepared, send) -> None:
    """A second run says that the folder is busy, with its own exit code."""
    folder = prepared(1)
    with holding(folder), pytest.raises(FolderBusy) as caught:
        send(folder)
    assert caught.value.exit_status == 6
    assert platform.requests == []


def test_changed_file_is_refused(platform, prepared, send) -> None:
    """A clean file that is not the manifest's is refused before anything is sent."""
    folder = prepared(2)
    (folder / "clean.csv").write_bytes((folder / "clean.csv").read_bytes().replace(b"p1", b"q1"))
    with pytest.raises(ManifestError, match=r"clean\.csv"):
        send(folder)
    assert platform.requests == []


def test_file_changed_before_its_part_is_sent(platform, prepared, send) -> None:
    """A clean file that changes while earlier parts are sent stops before the next; put right, the rest is sent."""
    folder = prepared(4)
    path = folder / "clean.csv"
    good = path.read_bytes()

    def spoil(event: Any) -> None:
        if isinstance(event, Created):
            path.write_bytes(good.replace(b"p4", b"q4"))

    with pytest.raises(ManifestError, match="changed"):
        send(folder, max_records=2, progress=spoil)
    assert platform.uploads() == 1
    path.write_bytes(good)
    assert send(folder).accepted == 4
    assert emails(platform) == expected(4)


def test_other_target_is_refused(platform, prepared, send, connection) -> None:
    """An upload begun to one object is not gone on with to another."""
    folder = prepared(2)
    send(folder, no_wait=True)
    with pytest.raises(UsageError, match="object contact"):
        send(folder, connection=replace(connection, object="account"))


def test_results_without_a_journal_are_not_read_as_not_sent(platform, prepared, send) -> None:
    """Where the journal is gone and its receipt is not, nothing is sent."""
    folder = prepared(2)
    send(folder)
    (folder / "upload" / "journal.sqlite").unlink()
    with pytest.raises(JournalError, match="missing"):
        send(folder)
    assert platform.uploads() == 1


class Killed(BaseException):
    """Stands for the process being killed."""


class Killing:
    """A transport that dies before or after its n-th request; a dead one dies again."""

    def __init__(self, real: HttpxTransport, at: int, *, after: bool) -> None:
        self._real, self._left, self._after = real, at, after

    def send(self, request: Request) -> Answer:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Killed
        answer = self._real.send(request)
        if self._left == 0:
            raise Killed
        return answer

    def close(self) -> None:
        pass


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_each_request(platform, prepared, send, transport, after) -> None:
    """Whichever request the process dies at, the same command ends as an undisturbed run, and no record is doubled."""
    for at in range(1, 100):
        folder, dying = prepared(5, name=f"n{at}"), Killing(transport, at, after=after)
        platform.jobs.clear()
        try:
            send(folder, max_records=3, transport=dying)
            break
        except Killed:
            assert send(folder, max_records=3).accepted == 5, at
            assert emails(platform) == expected(5), at
    assert at > 8


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_each_commit(platform, prepared, send, monkeypatch, after) -> None:
    """Whichever commit of the journal the process dies at, before or after it, no record is doubled or lost."""
    real = Journal._transaction
    left = 0

    @contextmanager
    def dying(self: Journal) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and not after:
            raise Killed
        with real(self):
            yield
        if left == 0:
            raise Killed

    monkeypatch.setattr(Journal, "_transaction", dying)
    for at in range(1, 100):
        folder, left = prepared(5, name=f"n{at}"), at
        platform.jobs.clear()
        try:
            send(folder, max_records=3)
            break
        except Killed:
            left = 0
            assert send(folder, max_records=3).accepted == 5, at
            assert emails(platform) == expected(5), at
    assert at > 6


def test_no_secret_is_ever_seen(platform, prepared, send, connection, secrets, caplog) -> None:
    """Whatever fails, and though the server repeats them, no text, log, journal or receipt holds a secret."""
    caplog.set_level(logging.DEBUG)
    texts = [repr(connection)]
    for fault in ["400", "401", "403", "500", "307", *KEPT]:
        platform.faults = [fault]
        folder = prepared(3, name=f"f{fault}")
        events: list[Any] = []
        try:
            receipt = send(folder, progress=events.append)
            texts += [repr(receipt)]
        except PipelineError as failure:
            texts += [str(failure), repr(failure)]
        texts += [repr(event) for event in events]
        texts += [file.read_bytes().decode("latin-1") for file in (folder / "upload").iterdir()]
        with closing(open_journal(folder / "upload" / "journal.sqlite")) as journal:
            texts += [repr(journal.head), repr(journal.tries()), repr(journal.parts())]
    platform.errors["0"] = []
    platform.status = lambda job: {"status": "ERROR", "recordsCount": 0, "error": f"said {connection.authorization}"}
    folder = prepared(3, name="status")
    send(folder)
    texts += [file.read_bytes().decode("latin-1") for file in (folder / "upload").iterdir()]
    texts.append(caplog.text)
    assert any("***" in text for text in texts)
    for secret in secrets:
        assert not [text for text in texts if secret in text]


def test_patience_is_a_setting(platform, prepared, send, settings, clock) -> None:
    """The looks for a lost job come when the settings say."""
    platform.faults = ["rst"]
    before = clock.monotonic()
    send(prepared(1), settings=replace(settings, patience=Patience(pauses=(1.0, 2.0))))
    assert 2 <= clock.monotonic() - before < 25
