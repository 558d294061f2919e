"""Policies through the installed command: what it prints, what it exits with, and what it says to a slip."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_bad_input import contactprep, one_line

LIST = b"email,last_name,phone\nann@acme.com,TBD,12\nbob@acme.com,Lee,\nANN@acme.com,Lee,\ncy@acme.com,Lee,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "list.csv").write_bytes(LIST)
    (tmp_path / "known.csv").write_bytes(b"Mail;Note\nCY@acme.com;x\n")
    (tmp_path / "names.csv").write_bytes(b"First;Second\nCy;x\n")
    (tmp_path / "twice.csv").write_bytes(b"Email,E-Mail\na@x.com,b@x.com\n")
    (tmp_path / "empty.csv").write_bytes(b"")
    return tmp_path


SLIPS: list[tuple[list[str], int, tuple[str, ...]]] = [
    (["--max-errors", "-1"], 2, ("--max-errors", "'-1'", "2.5%")),
    (["--max-errors", "5 %"], 2, ("'5 %'",)),
    (["--max-errors", "101%"], 2, ("'101%'", "at most 100%")),
    (["--max-errors", "abc"], 2, ("'abc'",)),
    (["--duplicates-by", "emial"], 2, ("'emial'", "did you mean email?", "schemas show")),
    (["--duplicates-by", "email,"], 2, ("''", "no such field")),
    (["--duplicates-by", "email,Email"], 2, ("twice",)),
    (["--duplicates-by", "city"], 2, ("list.csv", "no column for city", "--duplicates-by email")),
    (["--placeholder", " "], 2, ("--placeholder",)),
    (["--existing", "nowhere.csv"], 3, ("nowhere.csv",)),
    (["--existing", "."], 3, ()),
    (["--existing", "empty.csv"], 3, ("empty.csv",)),
    (["--existing", "names.csv"], 2, ("names.csv", "no column for email", "'First', 'Second'", "--duplicates-by")),
    (["--existing", "twice.csv"], 2, ("twice.csv", "column 1 ('Email')", "column 2 ('E-Mail')")),
]


@pytest.mark.parametrize("command", ["check", "prepare"])
@pytest.mark.parametrize(("options", "status", "words"), SLIPS, ids=[" ".join(slip[0]) for slip in SLIPS])
def test_a_slip_is_one_line(
    command: str, options: list[str], status: int, words: tuple[str, ...], folder: Path
) -> None:
    """That says where, what and the way out; and nothing is left behind."""
    before = sorted(entry.name for entry in folder.iterdir())
    one_line(contactprep(command, "list.csv", "--schema", "generic.contact", *options, cwd=folder), status, *words)
    assert sorted(entry.name for entry in folder.iterdir()) == before


def test_a_survivor_that_is_none(folder: Path) -> None:
    """Typer's own answer names those there are."""
    done = contactprep("check", "list.csv", "--survivor", "best", cwd=folder)
    assert done.returncode == 2
    assert b"most-complete" in done.stderr


def counts(folder: Path, *options: str) -> tuple[int, dict[str, int]]:
    done = contactprep("check", "list.csv", "--schema", "generic.contact", "--format", "json", *options, cwd=folder)
    return done.returncode, json.loads(done.stdout)["counts"]


@pytest.mark.parametrize(
    ("options", "status", "accepted", "duplicates", "known"),
    [
        ([], 1, 3, 0, 0),
        (["--on-invalid", "blank"], 1, 3, 1, 0),
        (["--on-invalid", "blank", "--survivor", "most-complete"], 1, 3, 1, 0),
        (["--existing", "known.csv"], 1, 2, 0, 1),
        (["--duplicates-by", "last name"], 1, 1, 2, 0),
        (["--duplicates-by", "last_name, email"], 1, 3, 0, 0),
        (["--placeholder", "lee", "--duplicates-by", "last_name"], 1, 3, 0, 0),
        (["--no-placeholders"], 1, 3, 0, 0),
        (["--fail-on", "never"], 0, 3, 0, 0),
        (["--fail-on", "never", "--max-errors", "0"], 1, 0, 0, 0),
        (["--fail-on", "never", "--max-errors", "1"], 0, 3, 0, 0),
        (["--fail-on", "never", "--max-errors", "25%"], 0, 3, 0, 0),
        (["--fail-on", "never", "--max-errors", "24%"], 1, 3, 0, 0),
    ],
)
def test_options(options: list[str], status: int, accepted: int, duplicates: int, known: int, folder: Path) -> None:
    """Each alone and some together."""
    code, found = counts(folder, *options)
    assert (code, found["accepted"], found["duplicates"], found["known"]) == (status, accepted, duplicates, known)


def test_over_the_budget_nothing_is_sent(folder: Path) -> None:
    """`run` stops before sending, `upload` refuses the folder; both say why."""
    arguments = ("list.csv", "--schema", "eloqua.contact", "--max-errors", "0", "--sandbox")
    done = contactprep("run", *arguments, "--fail-on", "never", cwd=folder)
    assert done.returncode == 1
    assert b"nothing was sent" in done.stdout
    assert not (folder / "list-prepared" / "upload").exists()
    assert not (folder / "list-prepared" / "clean.csv").exists()
    one_line(contactprep("upload", "list-prepared", "--sandbox", cwd=folder), 2, "--max-errors", "error budget")
    done = contactprep("run", *arguments, "--format", "json", cwd=folder)
    assert (done.returncode, json.loads(done.stdout)["receipt"]) == (1, None)


def test_a_blank_that_overwrites_is_said(folder: Path) -> None:
    """Before a person asks for blanks, and once when they did."""
    done = contactprep("check", "list.csv", "--schema", "eloqua.contact", cwd=folder)
    assert b"would accept 0 more, their bad cells left blank; a blank overwrites what the target holds" in done.stdout
    done = contactprep("check", "list.csv", "--schema", "eloqua.contact", "--on-invalid", "blank", cwd=folder)
    assert done.stdout.count(b"blanked   1 bad cell, as asked; a blank overwrites what the target holds") == 1
