"""`--check-domains` through the installed command, against a name server on a real socket."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.checking.name_server import NameServer, name_server
from tests.cli.test_bad_input import contactprep, one_line

ADDRESSES = (
    *("a@good.example", "b@addressed.example", "c@sixth.example", "d@exämple.com", "e@large.example"),
    *("f@gone.example", "g@null.example", "h@bare.example", "i@broken.example", "j@refused.example"),
    *("k@good.example", "no address", "", "l@gone.example"),
)
FOUND = {
    "f@gone.example": "E209",
    "l@gone.example": "E209",
    "g@null.example": "E210",
    "h@bare.example": "E210",
}


def listed(folder: Path, addresses: tuple[str, ...] = ADDRESSES) -> Path:
    """Write a contact file of these addresses."""
    path = folder / "people.csv"
    path.write_text("E-mail,First Name\n" + "".join(f"{one},Ann\n" for one in addresses), encoding="utf-8")
    return path


def asking(server: NameServer) -> dict[str, str]:
    return {"CONTACTPREP_NAMESERVER": server.place}


def findings(folder: Path) -> dict[str, str]:
    """Return the code found of each address."""
    rows = csv.DictReader((folder / "findings.csv").read_text("utf-8").splitlines())
    return {row["value"]: row["code"] for row in rows if row["code"] in {"E209", "E210"}}


def test_domains_without_mail_are_found(tmp_path: Path) -> None:
    """Each domain is asked about once, a warning stands beside each address, and what is not known is counted."""
    with name_server() as server:
        done = contactprep("prepare", listed(tmp_path), "--check-domains", cwd=tmp_path, env=asking(server))
        assert done.returncode == 1, done.stderr
    folder = tmp_path / "people-prepared"
    assert findings(folder) == FOUND
    report = json.loads((folder / "report.json").read_text("utf-8"))
    assert report["domains"] == {"asked": 10, "answered": 8, "unknown": 2, "addresses_passed_over": 0}
    assert report["counts"]["rejected"] == 2  # none of them for its domain
    assert b"domains   8 of 10 domains looked up, 2 without an answer stay unknown" in done.stdout
    assert b"10 domains of e-mail addresses 8 could be looked up" in (folder / "report.html").read_bytes()
    assert server.asked["good.example", "MX"] == server.asked["gone.example", "MX"] == 1
    assert server.asked["gone.example", "A"] == server.asked["good.example", "A"] == 0
    assert server.asked["sixth.example", "AAAA"] == 1
    assert server.asked["large.example", "MX"] == 2  # once more by TCP


def test_the_same_answers_give_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the number of processes."""
    path = listed(tmp_path, ADDRESSES * 3)
    with name_server() as server:
        for jobs in ("1", "2"):
            contactprep(*("prepare", path, "--check-domains", "-j", jobs, "-o", jobs), cwd=tmp_path, env=asking(server))
    one, two = (
        {file.name: file.read_bytes() for file in (tmp_path / jobs).iterdir() if file.is_file()} for jobs in "12"
    )
    assert one == two


def test_nobody_waits_longer_than_the_deadline(tmp_path: Path) -> None:
    """A name server that is silent or slow costs the deadline, not one for each domain; what came in time counts."""
    addresses = tuple(f"a@{domain}" for domain in ("silent.example", "gone.example", "slow.example"))
    more = tuple(f"a@x{number}.example" for number in range(60))
    with name_server({"silent.example": ("silent",), **{one[2:]: ("silent",) for one in more}}) as server:
        path = listed(tmp_path, addresses + more)
        began = time.monotonic()
        done = contactprep(
            *("check", path, "--check-domains", "--domains-deadline", "1", "--format", "json"),
            cwd=tmp_path,
            env=asking(server),
        )
        assert time.monotonic() - began < 20
    report = json.loads(done.stdout)
    assert report["domains"]["asked"] == 63
    assert report["domains"]["unknown"] >= 61
    assert done.returncode == 0


def test_a_slow_answer_is_an_answer(tmp_path: Path) -> None:
    with name_server() as server:
        path = listed(tmp_path, ("a@slow.example",))
        done = contactprep("check", path, "--check-domains", "--format", "json", cwd=tmp_path, env=asking(server))
    assert json.loads(done.stdout)["domains"]["answered"] == 1


def test_a_name_server_that_is_not_there_leaves_all_unknown(tmp_path: Path) -> None:
    with name_server() as server:
        place = server.place
    done = contactprep(
        *("check", listed(tmp_path, ("a@good.example",)), "--check-domains", "--domains-deadline", "1"),
        *("--format", "json"),
        cwd=tmp_path,
        env={"CONTACTPREP_NAMESERVER": place},
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["domains"]["unknown"] == 1


@pytest.mark.parametrize("place", ["a:b", "host:99999", "user@host", "no host at all", "[::1"])
def test_a_name_server_that_is_none_is_one_line(tmp_path: Path, place: str) -> None:
    done = contactprep(
        "check", listed(tmp_path), "--check-domains", cwd=tmp_path, env={"CONTACTPREP_NAMESERVER": place}
    )
    one_line(done, 2, "CONTACTPREP_NAMESERVER")


def test_a_deadline_without_the_question_is_one_line(tmp_path: Path) -> None:
    one_line(contactprep("check", listed(tmp_path), "--domains-deadline", "3", cwd=tmp_path), 2, "--check-domains")


def test_nobody_is_asked_unasked(tmp_path: Path) -> None:
    """Without the option no question is sent, and the library for it is not even loaded."""
    path = listed(tmp_path)
    code = (
        "import sys; from pipeline.preparing import check; "
        f"report = check({str(path)!r}); "
        "assert 'domains' not in report.data; print('dns.resolver' in sys.modules)"
    )
    with name_server() as server:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        contactprep("check", path, cwd=tmp_path, env=asking(server))
        assert not server.asked
    assert done.stdout == "False\n"
