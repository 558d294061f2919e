"""The journal: what is noted stays noted, and what is damaged is never read as not sent."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.errors import JournalError, OutputError
from pipeline.planning import Part
from pipeline.uploading.entries import Head, PartState, TryOutcome
from pipeline.uploading.journal import JobTaken, begin_journal, open_journal
from pipeline.uploading.statuses import JobStatus, State

HEAD = Head("m" * 64, "environment", "https://x/y", "marketing", "contact", False, 2, None, 2, 3, 5.0, ("careful",))
PARTS = (Part(1, 1, 2, 4, 10, 10, "a" * 64, "0001-a"), Part(2, 3, 1, 10, 13, 7, "b" * 64, "0002-b"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a journal in which part 1 is final and part 2 is being sent."""
    path = tmp_path / "journal.sqlite"
    with closing(begin_journal(path, HEAD, PARTS)) as journal:
        journal.intend(1, begun=6.0, server_time=7.5)
        journal.close_try(1, TryOutcome.NOT_SENT, ended=6.5, detail="refused")
        journal.intend(1, begun=7.0, server_time=None)
        journal.close_try(1, TryOutcome.CREATED, ended=8.0, job="j1")
        journal.note_status(1, JobStatus(State.COMPLETED, "COMPLETE", 2, 0, "", "fine"))
        journal.intend(2, begun=9.0, server_time=10.0)
    return path


def test_what_was_noted_is_read(path) -> None:
    """Everything noted is there after closing and opening again."""
    with closing(open_journal(path)) as journal:
        assert journal.head == HEAD
        first, second = journal.parts()
        assert (first.state, first.job, first.status) == (
            PartState.FINAL,
            "j1",
            JobStatus(State.COMPLETED, "COMPLETE", 2, 0, "", "fine"),
        )
        assert (second.state, second.job) == (PartState.SENDING, None)
        assert [(entry.part, entry.number, entry.outcome) for entry in journal.tries()] == [
            (1, 1, TryOutcome.NOT_SENT),
            (1, 2, TryOutcome.CREATED),
            (2, 1, TryOutcome.OPEN),
        ]
        assert journal.tries()[0].server_time == 7.5
        assert journal.owned_jobs() == {"j1"}
        assert journal.receipt is None
        journal.finish("{}")
        assert journal.receipt == "{}"


def test_it_is_private_and_flushed(path) -> None:
    """The file is for its owner only, in WAL mode, and commits wait for the disk."""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with closing(open_journal(path)) as journal:
        database = journal._database
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("PRAGMA synchronous").fetchone() == (2,)


def test_it_is_read_beside_a_writer(path) -> None:
    """A reader sees what is committed while the writer has it open, and can note nothing."""
    with closing(open_journal(path)) as writer:
        writer.close_try(2, TryOutcome.CREATED, ended=11.0, job="j2")
        with closing(open_journal(path, read_only=True)) as reader:
            assert reader.owned_jobs() == {"j1", "j2"}
            with pytest.raises(Exception, match="readonly"):
                reader.finish("{}")


def test_the_file_alone_is_up_to_date(path, tmp_path) -> None:
    """A copy of the one file, taken while the writer lives, holds the last commit."""
    with closing(open_journal(path)) as writer:
        writer.close_try(2, TryOutcome.CREATED, ended=11.0, job="j2")
        shutil.copy(path, tmp_path / "copy.sqlite")
        with closing(open_journal(tmp_path / "copy.sqlite")) as copy:
            assert copy.owned_jobs() == {"j1", "j2"}


def test_cut_anywhere_it_is_damaged(path) -> None:
    """A journal cut at any place is refused, also at nothing."""
    whole = path.read_bytes()
    for size in [0, 1, 15, 16, 99, 100, 101, *range(512, len(whole), 1024), len(whole) - 1]:
        path.write_bytes(whole[:size])
        with pytest.raises(JournalError):
            closing(open_journal(path)).__enter__()


def test_one_changed_byte_is_noticed_or_harmless(path) -> None:
    """With any one byte changed, the journal is refused or says the very same."""
    whole = path.read_bytes()
    with closing(open_journal(path)) as journal:
        good = (journal.head, journal.parts(), journal.tries(), journal.receipt)
    refused = 0
    for place in [*range(200), *range(200, len(whole), 41)]:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x21]) + whole[place + 1 :])
        try:
            journal = open_journal(path)
        except JournalError:
            refused += 1
            continue
        with closing(journal):
            assert (journal.head, journal.parts(), journal.tries(), journal.receipt) == good, place
    assert refused > 50


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE parts SET state = 'planned' WHERE number = 2",
        "UPDATE parts SET job = 'other' WHERE number = 1",
        "DELETE FROM parts WHERE number = 2",
        "DELETE FROM tries WHERE part = 2",
        "DELETE FROM tries WHERE part = 1 AND number = 1",
        "DELETE FROM notes",
        "UPDATE notes SET value = replace(value, 'contact', 'account')",
        "DROP TABLE tries",
        "PRAGMA user_version = 2",
        "PRAGMA user_version = 0",
    ],
)
def test_changed_rows_are_refused(path, statement) -> None:
    """A row altered, lost, or of a newer version is refused in one line that says nothing was sent."""
    with closing(sqlite3.connect(path)) as database:
        database.execute(statement)
        database.commit()
    with pytest.raises(JournalError) as caught:
        open_journal(path)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_status == 3


def test_half_made_journal_has_no_name(tmp_path) -> None:
    """What a killed run left of a new journal is swept by the next."""
    path = tmp_path / "journal.sqlite"
    path.with_name("journal.sqlite.new").write_bytes(b"half")
    with closing(begin_journal(path, HEAD, PARTS)) as journal:
        assert [part.state for part in journal.parts()] == [PartState.PLANNED, PartState.PLANNED]
    assert [file.name for file in tmp_path.iterdir()] == ["journal.sqlite"]


def test_odd_folder_names(tmp_path) -> None:
    """A path with characters that mean something in a URI is opened all the same."""
    folder = tmp_path / "a ?b#c%20é"
    folder.mkdir()
    with closing(begin_journal(folder / "journal.sqlite", HEAD, PARTS)):
        pass
    with closing(open_journal(folder / "journal.sqlite", read_only=True)) as journal:
        assert journal.head == HEAD


def test_job_of_another_part_is_not_noted(path) -> None:
    """A part cannot get the job of another, and nothing is noted of the attempt."""
    with closing(open_journal(path)) as journal:
        before = journal.parts(), journal.tries()
        with pytest.raises(JobTaken, match="j1 is that of part 1"):
            journal.close_try(2, TryOutcome.CREATED, ended=11.0, job="j1")
        assert (journal.parts(), journal.tries()) == before
    with closing(open_journal(path)) as journal:
        assert (journal.parts(), journal.tries()) == before


def test_reader_sees_what_is_noted_later(path) -> None:
    """Whoever only looks at a journal sees what another run notes after it was opened."""
    with closing(open_journal(path, read_only=True)) as reader, closing(open_journal(path)) as writer:
        writer.close_try(2, TryOutcome.CREATED, ended=11.0, job="j2")
        assert reader.owned_jobs() == {"j1", "j2"}
        assert reader.part(2).state is PartState.CREATED
        assert [entry.outcome for entry in reader.tries_of(2)] == [TryOutcome.CREATED]


def test_what_could_not_be_noted_is_not_known(path) -> None:
    """Where the disk refuses an entry, the journal goes on saying what the disk says."""
    with closing(open_journal(path)) as journal:
        journal._database.execute("PRAGMA query_only = ON")
        with pytest.raises(OutputError):
            journal.close_try(2, TryOutcome.CREATED, ended=11.0, job="j2")
        assert journal.owned_jobs() == {"j1"}
        assert journal.part(2).state is PartState.SENDING
