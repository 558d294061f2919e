"""What is disturbed, and how it is judged: by files, SQLite and the platform's ledger, never by the code under test."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import sqlite3
import time
import urllib.request
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.crash.faults import Ended

COLUMNS = "email,first_name,last_name,company,phone,website"
OUT = "contacts-prepared"
Bytes = dict[str, bytes]


def contact_file(records: int, name: str = "p") -> str:
    """Return a small contact file with what is accepted, changed, rejected, and a duplicate."""
    rows = [COLUMNS]
    for number in range(1, records + 1):
        email = f"{name}{number}@example.org" if number % 7 else "not an address"
        phone = f"(202) 555-01{number:02d}" if number % 5 else ""
        rows.append(f'{email}," Ann {number}",Lee,"Acme, Inc.",{phone},www.example.org')
    return "\n".join([*rows, f"{name}1@example.org,Twice,Lee,Acme,,", ""])


def read_folder(folder: Path) -> Bytes | None:
    """Return the bytes of a folder's files, or None where there is no such folder."""
    if not folder.is_dir() or folder.is_symlink():
        return None
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Scene(Protocol):
    """A command in its surroundings.

    Attributes:
        name: What the report calls it.
    """

    name: str

    def lay(self, root: Path) -> None:
        """Set up an empty folder as it is before the command."""
        ...

    def body(self, root: Path) -> int:
        """Be the command, in a process of its own; returns the exit status."""
        ...

    def settle(self) -> None:
        """Wait until what the process had under way elsewhere has ended."""
        ...

    def learn(self, root: Path, ended: Ended) -> None:
        """Remember what an undisturbed run leaves."""
        ...

    def unsound(self, root: Path, ended: Ended) -> list[str]:
        """Return what must not be after a disturbed run."""
        ...

    def unrecovered(self, root: Path, ended: Ended) -> list[str]:
        """Return what an undisturbed run after the disturbed one did not put right."""
        ...


@dataclass
class Preparing:
    """`contactprep prepare`, with or without an earlier result of another file in its place."""

    name: str
    options: tuple[str, ...] = ("--jobs", "1")
    replaces: bool = False
    old: Bytes = field(default_factory=dict[str, bytes])
    new: Bytes = field(default_factory=dict[str, bytes])
    status: int = 0
    made: Path | None = None

    def lay(self, root: Path) -> None:
        (root / "tmp").mkdir()
        (root / "contacts.csv").write_text(contact_file(12), encoding="utf-8")
        if self.made is not None:
            shutil.copytree(self.made, root / OUT)

    def body(self, root: Path) -> int:
        from pipeline.cli.main import main

        os.chdir(root)
        os.environ["TMPDIR"] = str(root / "tmp")
        return main(["prepare", "contacts.csv", "-o", OUT, *self.options])

    def settle(self) -> None:
        pass

    def learn(self, root: Path, ended: Ended) -> None:
        self.new, self.status = read_folder(root / OUT) or {}, ended.status
        assert self.status == 1, ended.errors  # the file has records that are rejected
        assert not self._odd(root)
        if self.replaces:
            assert self.made is not None
            self.old = read_folder(self.made) or {}
            assert self.old.keys() == self.new.keys()
            assert self.old != self.new

    def unsound(self, root: Path, ended: Ended) -> list[str]:
        found = read_folder(root / OUT)
        aside = read_folder(root / f".{OUT}.contactprep-old")
        said = _unfit(ended)
        whole = found == self.new
        if ended.status in (0, 1) and not whole:
            said.append(f"status {ended.status} without the result")
        if ended.status >= 0 and ended.status not in (self.status, 74):
            said.append(f"status {ended.status}: {ended.errors[-300:]}")
        if self.replaces:
            # A process that is killed, or may rename nothing any more, cannot put it back; the next one does.
            stuck = ended.status < 0 or ended.fault.kind == "full"
            kept = found == self.old or (stuck and found is None and aside == self.old)
            if not whole and not kept:
                said.append(f"the old result is gone, {_named(found)} is in its place")
        elif not whole and found is not None:
            said.append(f"half a result: {_named(found)}")
        if (root / "contacts.csv").read_text(encoding="utf-8") != contact_file(12):
            said.append("the input was altered")
        return said

    def unrecovered(self, root: Path, ended: Ended) -> list[str]:
        said = _unfit(ended)
        if ended.status != self.status:
            said.append(f"status {ended.status}: {ended.errors[-300:]}")
        if read_folder(root / OUT) != self.new:
            said.append("the result is another")
        return [*said, *(f"left behind: {name}" for name in self._odd(root))]

    def _odd(self, root: Path) -> list[str]:
        usual = {"contacts.csv", OUT, "tmp", "said"}
        return sorted({path.name for path in root.iterdir()} - usual) + [
            f"tmp/{path.name}" for path in (root / "tmp").iterdir()
        ]


@dataclass
class Uploading:
    """`contactprep upload` to a platform that keeps a ledger."""

    name: str
    folder: Path
    url: str
    more: tuple[str, ...] = ()
    most: int = 3
    columns: list[str] = field(default_factory=list[str])
    keys: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        with (self.folder / "clean.csv").open(encoding="utf-8", newline="") as file:
            self.columns, *rows = list(csv.reader(file))
        self.keys = [row[0] for row in rows]

    def lay(self, root: Path) -> None:
        shutil.copytree(self.folder, root / OUT)
        _post(self.url, "_reset", [])

    def body(self, root: Path) -> int:
        from functools import partial

        from pipeline.cli import sending
        from pipeline.cli.main import main
        from pipeline.uploading import Clock, upload

        os.chdir(root)
        for name in ("ELEMENT_TOKEN", "USER_SECRET", "ORGANIZATION_SECRET"):
            os.environ[f"CONTACTPREP_{name}"] = "secret"
        os.environ["CONTACTPREP_BASE_URL"] = self.url
        # Waiting takes no time; the command and all that is below it are the real ones.
        slept = [0.0]

        def sleep(seconds: float) -> None:
            slept[0] += seconds
            time.sleep(0.001)

        clock = Clock(lambda: time.time() + slept[0], lambda: time.monotonic() + slept[0], sleep)
        sending.upload = partial(upload, clock=clock, max_records=self.most)  # type: ignore[assignment]
        return main(["upload", OUT, "--hub", "marketing", "--object", "contact", *self.more])

    def settle(self) -> None:
        _get(self.url, "_ledger")

    def learn(self, root: Path, ended: Ended) -> None:
        wrong = self.unrecovered(root, ended)
        assert not wrong, wrong

    def unsound(self, root: Path, ended: Ended) -> list[str]:
        said = _unfit(ended)
        taken = self._taken()
        if len(taken) != len(set(taken)):
            said.append("records arrived twice")
        if ended.status >= 0 and ended.status not in (0, 4, 74):
            said.append(f"status {ended.status}: {ended.errors[-300:]}")
        if ended.status == 0:
            said += self.unrecovered(root, ended)
        journal = root / OUT / "upload" / "journal.sqlite"
        if taken and not journal.exists():
            said.append("records arrived of which no journal knows")
        elif journal.exists():
            said += self._unnoted(journal)
        return said

    def _unnoted(self, journal: Path) -> list[str]:
        """Return what a copy of a journal says wrongly: a part that was taken must not count as not sent."""
        copy = journal.with_name("copy.sqlite")
        for tail in ("", "-wal"):
            if Path(f"{journal}{tail}").exists():
                shutil.copy(f"{journal}{tail}", f"{copy}{tail}")
        try:
            with closing(sqlite3.connect(copy)) as database:
                if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                    return ["the journal is damaged"]
                parts = database.execute("SELECT number, rows, state FROM parts ORDER BY number").fetchall()
        finally:
            for tail in ("", "-wal", "-shm"):
                Path(f"{copy}{tail}").unlink(missing_ok=True)
        taken, first, said = set(self._taken()), 0, list[str]()
        for number, rows, state in parts:
            if state == "planned" and taken.intersection(self.keys[first : first + rows]):
                said.append(f"part {number} was taken and is noted as not sent")
            first += rows
        return said

    def unrecovered(self, root: Path, ended: Ended) -> list[str]:
        said = _unfit(ended)
        if ended.status != 0:
            said.append(f"status {ended.status}: {ended.errors[-300:]}")
        if sorted(self._taken()) != sorted(self.keys):
            said.append("what arrived is not what was to be sent")
        upload = root / OUT / "upload"
        try:
            with (upload / "outcomes.csv").open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            totals = json.loads((upload / "receipt.json").read_text("utf-8"))["totals"]
        except OSError as reason:
            return [*said, str(reason)]
        with (root / OUT / "clean.index.csv").open(encoding="utf-8", newline="") as file:
            index = [(row["record"], row["line"]) for row in csv.DictReader(file)]
        if [(row["record"], row["line"]) for row in rows] != index or {row["status"] for row in rows} != {"accepted"}:
            said.append("the outcomes are others")
        if totals["accepted"] != len(self.keys):
            said.append(f"the receipt says {totals}")
        odd = sorted({path.name for path in upload.iterdir()} - {"journal.sqlite", "outcomes.csv", "receipt.json"})
        return said + [f"left behind: {name}" for name in odd]

    def _taken(self) -> list[str]:
        return [key for job in _get(self.url, "_ledger")["jobs"] for key in job["keys"]]


def _unfit(ended: Ended) -> list[str]:
    """Return what a process says that no user should see."""
    said = []
    if "Traceback" in ended.errors or ended.status == 70:
        said.append(f"a fault of our own: {ended.errors[-600:]}")
    if ended.status > 5 and not ended.errors.strip().splitlines()[-1:][0].startswith("contactprep: "):
        said.append(f"no plain word: {ended.errors!r}")
    return said


def _named(files: Bytes | None) -> str:
    if files is None:
        return "nothing"
    digest = hashlib.sha256(json.dumps(sorted(files)).encode()).hexdigest()[:6]
    return f"{', '.join(sorted(files)) or 'an empty folder'} ({digest})"


def _get(url: str, path: str) -> Any:
    with urllib.request.urlopen(f"{url}/{path}", timeout=30) as answer:
        return json.load(answer)


def _post(url: str, path: str, body: Any) -> None:
    with urllib.request.urlopen(f"{url}/{path}", data=json.dumps(body).encode(), timeout=30):
        pass
