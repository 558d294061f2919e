"""The data file: what outlives the sandbox, and what is left alone."""

import sqlite3
import time

import pytest

from pipeline.sandbox.serving import Sandbox
from pipeline.sandbox.storing import DataFileError


def test_contacts_and_jobs_outlive_the_sandbox(make_sandbox, tmp_path):
    """A second sandbox over the same file knows the jobs and the contacts of the first, and goes on counting."""
    data = tmp_path / "kept.sqlite"
    first = make_sandbox(data=data)
    first.load("C_EmailAddress\na@x.de\nbad\n")
    first.sandbox.stop()
    second = make_sandbox(data=data)
    assert second.status("1234")["recordsCount"] == 2
    assert second.reasons("1234") == ["Invalid email address: bad"]
    assert second.load("C_EmailAddress\nA@x.de\n")["id"] == "1235"
    assert second.stored() == [{"C_EmailAddress": "A@x.de"}]


def test_an_interrupted_job_goes_on_where_it_was(make_sandbox, tmp_path):
    """A job stopped in the middle is finished by the next start, every record loaded exactly once."""
    data, total = tmp_path / "kept.sqlite", 80_000
    first = make_sandbox(data=data)
    names = "".join(f"Smith {n}\n" for n in range(total))
    job = first.upload("last_name\n" + names, hub="crm", name="contacts").json["id"]
    while first.status(job)["recordsCount"] == 0:
        pass
    first.sandbox.stop()
    with sqlite3.connect(data) as connection:
        (loaded,) = connection.execute("SELECT count(*) FROM contacts").fetchone()
    connection.close()
    assert 0 < loaded < total
    second = make_sandbox(data=data)
    assert second.follow(job, seconds=60)["recordsCount"] == total
    assert [cells["last_name"] for cells in second.stored()] == names.splitlines()
    second.sandbox.stop()
    assert [path.name for path in tmp_path.iterdir()] == ["kept.sqlite"]


def test_a_lost_upload_aborts_the_job(make_sandbox, tmp_path):
    """If the stored upload is gone at the next start, the job ends as ABORTED."""
    data = tmp_path / "kept.sqlite"
    first = make_sandbox(data=data, pace=30)
    job = first.upload("C_EmailAddress\na@x.de\n").json["id"]
    first.sandbox.stop()
    [upload] = (tmp_path / "kept.sqlite.uploads").iterdir()
    upload.unlink()
    second = make_sandbox(data=data)
    assert second.follow(job)["status"] == "ABORTED"


def test_an_announcement_that_was_owed_is_made(make_sandbox, make_receiver, tmp_path):
    """A job that ended before its receiver could be reached is announced by the next start."""
    data, receiver = tmp_path / "kept.sqlite", make_receiver(500)
    first = make_sandbox(data=data)
    first.load("C_EmailAddress\na@x.de\n", headers={"Elements-Async-Callback-Url": receiver.url})
    receiver.wait(1)
    first.sandbox.stop()
    seen = len(receiver.received)
    make_sandbox(data=data)
    receiver.wait(seen + 1)


def test_a_file_without_arrivals_goes_on(tmp_path, make_sandbox):
    """A data file from before the ledger counted records is used; its old jobs have none in the ledger."""
    data = tmp_path / "kept.sqlite"
    first = make_sandbox(data=data)
    first.load("C_EmailAddress\na@x.de\n")
    first.sandbox.stop()
    connection = sqlite3.connect(data)
    connection.execute("DROP TABLE arrivals")
    connection.close()
    second = make_sandbox(data=data)
    second.load("C_EmailAddress\nb@x.de\n")
    uploads = second.call("GET", "/_sandbox/ledger", base=False).json["uploads"]
    assert [entry["rows"] for entry in uploads] == [0, 1]


def test_other_databases_are_left_alone(tmp_path):
    """A database of something else is refused and not changed."""
    path = tmp_path / "other.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE precious (x)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(DataFileError, match="something else"):
        Sandbox(data=path)
    assert path.read_bytes() == before


def test_stopping_is_quick_and_may_be_repeated(tmp_path):
    """A sandbox ends within a second, also with a job at hand, and a second stop does nothing."""
    sandbox = Sandbox(pace=60)
    began = time.monotonic()
    sandbox.stop()
    sandbox.stop()
    assert time.monotonic() - began < 1
    assert not sandbox.data.exists()
    assert not sandbox.data.parent.exists()
