"""A sample of the fault matrix; `make faults` runs all of it and writes docs/faults.md."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.faults import DOCUMENT, broken_promises
from tests.faults.cases import CASES, SECRETS, Case, combined
from tests.faults.judging import leaks_in
from tests.faults.running import Done, installed_command, prepare_template, run_case

SEED = 20
BY_ID = {case.id: case for case in CASES}

ALWAYS = (
    "U5 rst all",
    "U5 late",
    "U8 id foreign",
    "U8 id again",
    "U8 id CRLF",
    "U12 changed",
    "S4 nothing said",
    "C1 wrong",
    "C5 early",
    "C7 lies",
)
"""Those that have found something, and those on which the most depends."""

FAST = [case for case in CASES if not (case.slow or case.listens or case.id in ALWAYS)]
SAMPLE = [*(BY_ID[name] for name in ALWAYS), *random.Random(SEED).sample(FAST, 40)]
COMMANDS = ("U7 401", "U9 307", "U11 proxy", "S3 some", "S6 401", "C8 ten")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a prepared folder to copy."""
    return prepare_template(tmp_path_factory.mktemp("template"))


def keeps_its_promises(done: Done) -> None:
    """Assert that nothing was lost, doubled, foreign, hung, crashed or shown, and that the end is the one to expect."""
    said = [(run.exit, run.said) for run in (*done.disturbed, *done.mended)]
    assert not broken_promises(done), (done.case.does, said)
    assert all(done.fired), (done.fired, said)
    assert done.settled == done.case.settles, said


@pytest.mark.parametrize("number", range(len(SAMPLE)), ids=[case.id for case in SAMPLE])
def test_a_fault_breaks_no_promise(number: int, template: Path, tmp_path: Path) -> None:
    """By the server's ledger, through the library, every second one with retries."""
    keeps_its_promises(run_case(SAMPLE[number], template, tmp_path, retries=bool(number % 2)))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_fault_breaks_no_promise_of_the_command(name: str, template: Path, tmp_path: Path) -> None:
    """The installed command, as it is."""
    keeps_its_promises(run_case(BY_ID[name], template, tmp_path, command=installed_command()))


@pytest.mark.parametrize("seed", range(4))
def test_several_faults_at_once(seed: int, template: Path, tmp_path: Path) -> None:
    """Faults that come together break no promise either."""
    done = run_case(combined(seed), template, tmp_path, retries=bool(seed % 2))
    assert not broken_promises(done), [(run.exit, run.said) for run in (*done.disturbed, *done.mended)]
    assert done.settled


def test_the_judge_sees_what_is_wrong(template: Path, tmp_path: Path) -> None:
    """A server that takes an upload long after it was given up is the one way to double; the ledger shows it."""
    rules = ({"call": "create", "do": "silence", "taken": True, "late": 6.0},)
    done = run_case(Case("late", "taken much too late", rules), template, tmp_path)
    assert done.verdict.doubled == 3
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "file").write_text(f"token: {SECRETS[0]}")
    assert leaks_in(tmp_path / "leak", "nothing", SECRETS[1]) == 2


def test_the_page_is_of_this_matrix() -> None:
    """Every fault stands in the document, under its own name."""
    text = DOCUMENT.read_text("utf-8")
    assert len(BY_ID) == len(CASES)
    assert [case.id for case in CASES if f"| {case.id} |" not in text] == []
