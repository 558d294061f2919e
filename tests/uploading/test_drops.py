"""Drops: each part is a file under a name of its own, once, whatever happens on the way."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ManifestError, Permanent, UploadError, UsageError
from pipeline.uploading import Connection, Destination, Receipt, find_connection, find_target, make_drop, upload
from pipeline.uploading.drops import PostedDrop, StoredDrop
from pipeline.uploading.stores import Folder, RemoteFolder
from pipeline.uploading.transporting import HttpxTransport

COMMAND = Path(sys.executable).parent / "contactprep"
AUTHORIZATION = "Bearer canary-authorization-6c1f"


def outcomes(folder: Path) -> list[dict[str, str]]:
    with (folder / "upload" / "outcomes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def kept(drop: Path) -> list[str]:
    return sorted(path.name for path in drop.iterdir())


def records(drop: Path) -> list[str]:
    """Returns the records of the files in a folder, in the order of their names; each has the header."""
    found: list[str] = []
    for name in kept(drop):
        header, *rows = (drop / name).read_text().splitlines()
        assert header == "C_EmailAddress,C_FirstName"
        found += rows
    return found


def clean(folder: Path) -> list[str]:
    return (folder / "clean.csv").read_text().splitlines()[1:]


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """Return an empty folder."""
    path = tmp_path / "incoming here"
    path.mkdir()
    return path


@pytest.fixture
def send(settings, clock) -> Callable[..., Receipt]:
    """Return `upload` in parts of three, without waiting."""

    def sent(folder: Path, target: Any, **options: Any) -> Receipt:
        return upload(folder, connection=target, **{"max_records": 3, "settings": settings, "clock": clock, **options})

    return sent


def test_each_part_is_a_file_once_and_accepted_says_what_it_means(prepared, drop, send) -> None:
    """The files hold every record in order; receipt and outcomes say that they are stored and not that they loaded."""
    folder = prepared(7)
    receipt = send(folder, make_drop(drop.as_uri(), label="archive"))
    assert records(drop) == clean(folder)
    assert len(kept(drop)) == 3
    assert all(name.startswith(f"part-000{number}-") for number, name in enumerate(kept(drop), start=1))
    assert (receipt.accepted, receipt.exit_status) == (7, 0)
    assert (receipt.connection, receipt.base_url, receipt.object) == ("archive", drop.as_uri(), "file")
    assert [(part.state, part.job) for part in receipt.parts] == [("STORED", name) for name in kept(drop)]
    assert "loads none: accepted means stored" in receipt.warnings[0]
    assert {(row["status"], row["reason"]) for row in outcomes(folder)} == {
        ("accepted", "stored as a file; whether it was loaded is not known here")
    }
    assert [row["job"] for row in outcomes(folder)] == [kept(drop)[n // 3] for n in range(7)]


def test_a_finished_one_is_not_stored_again_and_again_stores_the_same_names(prepared, drop, send) -> None:
    """Also where somebody has taken the files away."""
    folder, target = prepared(5), make_drop(str(drop))
    send(folder, target)
    names = kept(drop)
    for name in names:
        (drop / name).unlink()
    send(folder, target)
    assert kept(drop) == []
    send(folder, target, again=True)
    assert kept(drop) == names


def test_not_waiting_and_going_on(prepared, drop, send) -> None:
    """The files are there at once; whether they still are does not matter later."""
    folder, target = prepared(5), make_drop(str(drop))
    assert not send(folder, target, no_wait=True).settled
    (drop / kept(drop)[0]).unlink()
    assert send(folder, target).accepted == 5
    assert len(kept(drop)) == 1


class Crash(BaseException):
    """Stands for the end of the process."""


class CrashingFolder(Folder):
    """A folder with whose n-th write the process ends, before it, in it, or after it."""

    def __init__(self, path: Path, number: int, when: str) -> None:
        super().__init__(path)
        self.number, self.when, self.writes = number, when, 0

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        self.writes += 1
        if self.writes != self.number:
            return super().write(name, pieces)
        if self.when == "in":
            (self.path / f".{name}.part").write_bytes(next(iter(pieces))[:5])
        if self.when == "after":
            super().write(name, pieces)
        raise Crash


@pytest.mark.parametrize("when", ["before", "in", "after"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_after_a_crash_at_any_write_it_ends_as_undisturbed(prepared, drop, send, number: int, when: str) -> None:
    """The same command goes on: no file is there twice, half or not at all, and none that was there is written anew."""
    folder = prepared(7)
    with pytest.raises(Crash):
        send(folder, StoredDrop(Destination("x", drop.as_uri()), CrashingFolder(drop, number, when)))
    before = {path.name: path.stat().st_ino for path in drop.iterdir() if not path.name.startswith(".")}
    receipt = send(folder, make_drop(str(drop), label="x"))
    assert records(drop) == clean(folder)
    assert receipt.accepted == 7
    assert before.items() <= {path.name: path.stat().st_ino for path in drop.iterdir()}.items()
    tries = [entry.outcome for entry in receipt.parts[number - 1].tries]
    assert tries == (["adopted"] if when == "after" else ["assumed not sent", "created"])


DYING = """
import os, signal, sys
from pathlib import Path
from pipeline.uploading import find_target, upload
target = find_target("archive", {}, Path.cwd())
store = target._store.write
def write(name, pieces):
    store(name, pieces)
    if name.startswith("part-0002"):
        os.kill(os.getpid(), signal.SIGKILL)
target._store.write = write
upload("prepared", connection=target, max_records=3)
"""


def test_killed_between_storing_and_noting_then_resumed_by_the_command(prepared, drop, tmp_path) -> None:
    """kill -9, and the installed command goes on with what the settings file names a drop."""
    folder = prepared(7)
    (tmp_path / "contactprep.toml").write_text('[connections.archive]\nkind = "drop"\nurl = "incoming here"\n')
    env = {name: value for name, value in os.environ.items() if not name.startswith("CONTACTPREP_")}
    dead = subprocess.run([sys.executable, "-c", DYING], cwd=tmp_path, env=env, check=False)
    assert dead.returncode == -signal.SIGKILL
    assert len(kept(drop)) == 2
    done = subprocess.run(
        [COMMAND, "upload", folder.name, "--connection", "archive", "--resume"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "uploaded  7 of 7" in done.stdout
    assert "STORED" in done.stdout
    assert records(drop) == clean(folder)
    receipt = json.loads((folder / "upload" / "receipt.json").read_bytes())
    assert [entry["outcome"] for entry in receipt["parts"][1]["tries"]] == ["adopted"]


def test_a_folder_that_is_not_there_stops_before_a_journal(prepared, drop, send) -> None:
    """It is not made: where a mount is missing, the files would land on another disk."""
    folder = prepared(2)
    with pytest.raises(UploadError, match="is no folder; nothing was sent"):
        send(folder, make_drop(str(drop / "missing")))
    assert not (folder / "upload").exists()


def test_a_file_that_cannot_be_stored_is_refused_and_the_same_command_goes_on(prepared, drop, send) -> None:
    """What stands in the way is named; nothing half is left; once it is gone the upload goes on."""
    folder, target = prepared(5), make_drop(str(drop))
    send(prepared(5, name="twin"), target)
    first, second = kept(drop)
    (drop / first).unlink()
    (drop / second).unlink()
    (drop / second).mkdir()
    with pytest.raises(Permanent, match=f"{second} cannot be stored"):
        send(folder, target)
    assert kept(drop) == [first, second]
    (drop / second).rmdir()
    assert send(folder, target).accepted == 5
    assert records(drop) == clean(folder)


def test_nothing_is_kept_of_bytes_that_are_not_those_planned(drop) -> None:
    """Whatever was there under the name stays."""
    store = Folder(drop)
    store.write("a.csv", [b"old"])

    def changed() -> Iterable[bytes]:
        yield b"new"
        raise ManifestError("changed")

    with pytest.raises(ManifestError):
        store.write("a.csv", changed())
    assert kept(drop) == ["a.csv"]
    assert (drop / "a.csv").read_bytes() == b"old"


# A URL that is posted to.


@pytest.fixture
def posted(platform, transport) -> Callable[..., PostedDrop]:
    """Return a maker of drops that post to the platform's server."""

    def made(transport: HttpxTransport = transport, **options: Any) -> PostedDrop:
        place = Destination("hook", f"{platform.url}/hook", **options)
        return PostedDrop(place, authorization=AUTHORIZATION, transport=transport)

    return made


def test_each_part_is_posted_once(platform, prepared, posted, send) -> None:
    """As a form with one file, under the authorization, and nothing else."""
    folder = prepared(7, schema={"upsert_key": "C_EmailAddress"})
    receipt = send(folder, posted())
    assert [",".join(row) for row in platform.rows()] == clean(folder)
    assert [job.file_name for job in platform.jobs] == [part.job for part in receipt.parts]
    assert {job.headers["Authorization"] for job in platform.jobs} == {AUTHORIZATION}
    assert all(job.fields == {} for job in platform.jobs)
    assert {method for method, *_ in platform.requests} == {"POST"}
    assert receipt.accepted == 7


@pytest.mark.parametrize("fault", ["kept_rst", "kept_hang", "kept_500", "rst"])
def test_a_lost_answer_is_never_repeated_by_itself(platform, prepared, posted, send, settings, fault: str) -> None:
    """It says where to look; on the operator's word the same name is sent again."""
    folder = prepared(5)
    platform.faults = ["ok", fault]
    for _ in range(2):
        with pytest.raises(UploadError, match=r"look there. If a file of that name replaces .* --resend-uncertain"):
            send(folder, posted())
    assert platform.uploads() == 2
    receipt = send(folder, posted(), settings=replace(settings, resend_uncertain=True))
    assert receipt.accepted == 5
    assert [entry.outcome for entry in receipt.parts[1].tries] == ["unknown, sent again", "created"]
    assert {job.file_name for job in platform.jobs} == {part.job for part in receipt.parts}
    assert platform.uploads() == 3


@pytest.mark.parametrize(
    ("status", "advice"), [("401", "check authorization"), ("404", "check the url"), ("413", "max_")]
)
def test_what_refuses_is_final_and_shows_no_secret(platform, prepared, posted, send, status: str, advice: str) -> None:
    """The server quotes the authorization; it is not repeated."""
    platform.faults = [status]
    with pytest.raises(Permanent, match=advice) as failure:
        send(prepared(2), posted())
    assert "canary" not in str(failure.value)
    assert "said ***" in str(failure.value)


def test_too_much_is_waited_for(platform, prepared, posted, send) -> None:
    """429 is no refusal."""
    platform.faults = ["429"]
    assert send(prepared(2), posted()).accepted == 2
    assert len(platform.jobs) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/in",
        "https://user:canary@example.org/in",
        "https://example.org/in?token=canary",
        "https://example.org/in#x",
        "https://",
        "https://example.org/a b",
        "https://[::1/",
        "file://elsewhere/in",
        "file:relative",
        "s3://key:canary@bucket/in",
    ],
)
def test_urls_that_cannot_be_drops(url: str) -> None:
    """Each is the caller's to mend, and no secret of it is shown."""
    with pytest.raises(UsageError) as failure:
        make_drop(url)
    assert "canary" not in str(failure.value)


# Object stores, by a file system of fsspec that lives in memory.


def test_an_object_store(prepared, send) -> None:
    """The same road: stored under its name, found again by its bytes."""
    pytest.importorskip("fsspec")
    folder = prepared(7)
    url = "memory://bucket-of-drops/incoming"
    receipt = send(folder, make_drop(url, label="store"))
    store = RemoteFolder(url)
    assert [store.digest(part.job or "") for part in receipt.parts] == [part.sha256 for part in receipt.parts]
    assert store.digest("part-9999-none.csv") is None
    assert receipt.base_url == url


def test_an_object_store_that_fails_is_uncertain_and_settled(prepared, send, monkeypatch) -> None:
    """Whether the object is there is asked for; an exception of a back end shows none of its words."""
    memory = pytest.importorskip("fsspec.implementations.memory")
    folder, put = prepared(5), memory.MemoryFileSystem.put_file
    faults = ["after", "before"]

    def failing(self: Any, *given: Any, **more: Any) -> None:
        fault = faults.pop(0) if faults else ""
        if fault != "before":
            put(self, *given, **more)
        if fault:
            raise RuntimeError("canary: the request was signed with ...")

    monkeypatch.setattr(memory.MemoryFileSystem, "put_file", failing)
    receipt = send(folder, make_drop("memory://another-bucket/in"))
    assert [[entry.outcome for entry in part.tries] for part in receipt.parts] == [
        ["adopted"],
        ["assumed not sent", "created"],
    ]
    assert "canary" not in receipt.to_json()


def test_an_unknown_protocol_is_exit_2() -> None:
    """fsspec's own words say what is missing."""
    with pytest.raises(UsageError, match="nosuchprotocol"):
        make_drop("nosuchprotocol://bucket/in")


# By name, from the settings file.


def profile(home: Path, text: str) -> None:
    (home / "contactprep.toml").write_text(f"[connections.archive]\n{text}")


def test_a_relative_path_starts_from_the_settings_file(tmp_path, drop, prepared, send) -> None:
    """And the limits of the profile count."""
    profile(tmp_path, 'kind = "drop"\nurl = "incoming here"\nmax_part_records = 2\n')
    target = find_target("archive", {}, tmp_path)
    assert not isinstance(target, Connection)
    assert target.place.base_url == drop.as_uri()
    assert len(send(prepared(5), target, max_records=None).parts) == 3


def test_the_authorization_comes_from_the_environment_or_a_private_file(tmp_path) -> None:
    """It is in no repr."""
    profile(tmp_path, 'kind = "drop"\nurl = "https://example.org/in"\nenvironment = "ARCHIVE"\n')
    target = find_target("archive", {"ARCHIVE_AUTHORIZATION": AUTHORIZATION}, tmp_path)
    assert "canary" not in repr(target)
    profile(tmp_path, 'kind = "drop"\nurl = "https://example.org/in"\nsecrets = "s.toml"\n')
    (tmp_path / "s.toml").write_text(f'authorization = "{AUTHORIZATION}"\n')
    with pytest.raises(UsageError, match="chmod 600"):
        find_target("archive", {}, tmp_path)
    (tmp_path / "s.toml").chmod(0o600)
    find_target("archive", {}, tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('kind = "drop"\n', "has a url"),
        ('kind = "drop"\nurl = "/in"\nhub = "x"\n', "has no hub"),
        ('kind = "drip"\nurl = "/in"\n', 'or "drop"'),
        ('url = "/in"\n', 'or "drop"'),
        ('kind = "open-connectors"\nurl = "/in"\n', 'or "drop"'),
        ('kind = "drop"\nurl = "http://example.org/"\n', "https"),
        ('kind = "drop"\nurl = "/in"\nauthorization = "x"\n', "keep secrets out of this file"),
    ],
)
def test_profiles_that_cannot_be_used(tmp_path, text: str, said: str) -> None:
    """The text says what is wrong."""
    profile(tmp_path, text)
    with pytest.raises(UsageError, match=said):
        find_target("archive", {}, tmp_path)


def test_commands_that_ask_for_jobs_say_that_a_drop_has_none(tmp_path, drop) -> None:
    """Exit 2, one line."""
    profile(tmp_path, 'kind = "drop"\nurl = "incoming here"\n')
    with pytest.raises(UsageError, match="is a drop, which has no jobs"):
        find_connection("archive", {}, tmp_path)
    done = subprocess.run(
        [COMMAND, "jobs", "--connection", "archive"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_run_prepares_and_drops_a_file_of_any_schema(tmp_path, drop) -> None:
    """No schema needs to name an object for it."""
    profile(tmp_path, 'kind = "drop"\nurl = "incoming here"\n')
    (tmp_path / "list.csv").write_text("E-mail,Nickname\nann@acme.com,A\nbob@acme.com,B\n")
    env = {name: value for name, value in os.environ.items() if not name.startswith("CONTACTPREP_")}
    done = subprocess.run(
        [COMMAND, "run", "list.csv", "--schema", "generic.contact", "--connection", "archive", "-o", "out"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "keeps files and loads none" in done.stderr
    assert (drop / kept(drop)[0]).read_bytes() == (tmp_path / "out" / "clean.csv").read_bytes()
