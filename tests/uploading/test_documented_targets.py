"""The code of docs/uploading.md does what the page says."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import Permanent
from pipeline.sandbox.signing import sign
from pipeline.uploading import Target, upload
from pipeline.uploading.events import Created, Event, Sending

ROOT = Path(__file__).parents[2]
CALLBACKS, TABLE, USE = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs" / "uploading.md").read_text("utf-8"), re.DOTALL
)


def names_of(*code: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "documented"}
    for text in code:
        exec(compile(text, "docs/uploading.md", "exec"), names)
    return names


@pytest.fixture
def table(tmp_path: Path) -> Callable[[], Target]:
    """Return a maker of the documented target, each time on the same file."""
    kind = names_of(TABLE)["Table"]
    return lambda: kind(tmp_path / "contacts.sqlite")


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def test_the_web_application_answers_as_documented(capsys) -> None:
    """200 for a signed callback, 401 for another."""
    names = names_of(CALLBACKS)
    body = b'{"id": 1234, "status": "COMPLETED"}'
    assert names["take"](body, sign(names["KEY"], body)) == 200
    assert capsys.readouterr().out == "job 1234 says COMPLETED: ask the platform\n"
    assert names["take"](body, None) == names["take"](body + b" ", sign(names["KEY"], body)) == 401


def test_the_documented_use(prepared, tmp_path, monkeypatch, capsys) -> None:
    """The last block of the page, word for word."""
    prepared(7, name="out")
    monkeypatch.chdir(tmp_path)
    names_of(TABLE, USE)
    assert capsys.readouterr().out == "7 accepted, 0 refused\n"


def test_refused_records_are_named(prepared, table, tmp_path) -> None:
    """What is there already is refused, and the outcomes say which records those are."""
    upload(prepared(2, name="first"), connection=table(), max_records=1)
    folder = prepared(5, name="second")
    receipt = upload(folder, connection=table(), max_records=2)
    assert (receipt.accepted, receipt.refused, receipt.exit_status) == (3, 2, 5)
    with (folder / "upload" / "outcomes.csv").open(newline="") as file:
        found = [(row["record"], row["status"], row["reason"]) for row in csv.DictReader(file)]
    assert found[:3] == [
        ("1", "refused", "p1@example.org is there already"),
        ("2", "refused", "p2@example.org is there already"),
        ("3", "accepted", ""),
    ]
    assert rows(tmp_path / "contacts.sqlite", "SELECT count(*) FROM contacts") == [(5,)]


class Crash(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("kind", [Sending, Created])
@pytest.mark.parametrize("part", [1, 2, 3])
def test_after_a_crash_it_goes_on(prepared, table, tmp_path, kind: type[Event], part: int) -> None:
    """Wherever it stopped, the table holds each record once in the end."""
    folder = prepared(5)

    def crash(event: Event) -> None:
        if isinstance(event, kind) and event.part == part:
            raise Crash

    with pytest.raises(Crash):
        upload(folder, connection=table(), max_records=2, progress=crash)
    receipt = upload(folder, connection=table(), max_records=2)
    assert (receipt.accepted, receipt.planned) == (5, 5)
    assert len(rows(tmp_path / "contacts.sqlite", "SELECT email FROM contacts")) == 5


def test_a_lost_answer_is_found_by_its_name(prepared, table, tmp_path) -> None:
    """A part that was taken and never noted is adopted."""
    folder, kind = prepared(3), names_of(TABLE)["Table"]

    class Lossy(kind):  # type: ignore[misc, valid-type]
        def create_job(self, file: Any, *, callback_url: str | None = None) -> str:
            super().create_job(file)
            raise Crash

    with pytest.raises(Crash):
        upload(folder, connection=Lossy(tmp_path / "contacts.sqlite"))
    receipt = upload(folder, connection=table())
    assert [entry.outcome for entry in receipt.parts[0].tries] == ["adopted"]
    assert receipt.accepted == 3


def test_what_it_refuses_before_sending_leaves_no_journal(prepared, table) -> None:
    """The check of a target stops the upload."""
    folder = prepared([("a@example.org", "A", "x")], columns=("C_EmailAddress", "C_FirstName", "C_LastName"))
    with pytest.raises(Permanent, match="nothing was sent"):
        upload(folder, connection=table())
    assert not (folder / "upload").exists()
