"""The made contact files are what they are said to be."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest

import pipeline
from benchmarks.contacts import COLUMNS, EMAILS, PHONES, WEBSITES, WITHOUT_WEBSITE, Kind, contacts, write
from pipeline import Policy, Settings
from schemas.kinds.emails import judge_email

ROWS = 4_000
KINDS: tuple[Kind, ...] = ("realistic", "right", "wrong")


def _records(rows: int, seed: int = 1, kind: Kind = "realistic") -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO("".join(contacts(rows, seed, kind=kind)), newline="")))


@pytest.fixture(scope="module")
def records() -> list[dict[str, str]]:
    return _records(ROWS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_is_a_file(kind: Kind) -> None:
    one = "".join(contacts(300, 1, kind=kind))
    assert one == "".join(contacts(300, 1, kind=kind))
    assert one != "".join(contacts(300, 2, kind=kind))


def test_a_shorter_file_begins_a_longer_one() -> None:
    """Over a seam between two chunks."""
    longer = _records(10_050)
    assert longer[:10_010] == _records(10_010)
    assert len(longer) == 10_050


def test_header_is_that_of_the_target() -> None:
    sample = Path(__file__).parents[2] / "sample_data" / "contacts.csv"
    assert ",".join(COLUMNS) == sample.read_text("utf-8").splitlines()[0]


def _share(cells: Sequence[bool]) -> float:
    return sum(cells) / len(cells)


def test_shares_of_emails(records: list[dict[str, str]]) -> None:
    cells = [record["C_EmailAddress"] for record in records]
    verdicts = [judge_email(cell) for cell in cells]
    assert _share([not cell for cell in cells]) == pytest.approx(EMAILS["empty"], abs=0.006)
    assert _share([verdict == (cell, ()) for cell, verdict in zip(cells, verdicts, strict=True)]) == pytest.approx(
        EMAILS["plain"] + EMAILS["duplicate"], abs=0.02
    )
    refused = [verdict.value is None and cell != "" for cell, verdict in zip(cells, verdicts, strict=True)]
    assert _share(refused) == pytest.approx(EMAILS["broken"], abs=0.01)
    codes = {code for verdict in verdicts for code in verdict.codes}
    assert codes >= {"C001", "E001", "E101", "E102", "E103", "E104", "E106", "E108", "E201", "E202", "E204"}


def test_shares_of_phones(records: list[dict[str, str]]) -> None:
    cells = [record["C_BusPhone"] for record in records]
    abroad = [cell.startswith("011") or (cell.startswith("+") and not cell.startswith("+1")) for cell in cells]
    assert _share([not cell for cell in cells]) == pytest.approx(PHONES["empty"], abs=0.01)
    # Some foreign numbers are Canadian or lack the sign; some broken ones have it.
    assert _share(abroad) == pytest.approx(PHONES["foreign"], abs=0.025)


def test_shares_of_the_other_columns(records: list[dict[str, str]]) -> None:
    websites = [record["C_Website1"] for record in records]
    assert _share([not cell for cell in websites]) == pytest.approx(WEBSITES["own"] * WITHOUT_WEBSITE, abs=0.03)
    assert all(record["C_FirstName"] and record["C_LastName"] and record["C_Company"] for record in records)
    text = "".join(contacts(ROWS, 1))
    assert '"' in text
    assert any("\n" in record["C_Title"] for record in records)


def test_about_13_of_100_records_are_rejected(tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    write(file, 2_000, 1)
    counts = pipeline.check(file).data["counts"]
    assert counts["records"] == 2_000
    assert counts["rejected"] / 2_000 == pytest.approx(0.13, abs=0.02)
    assert counts["duplicates"] / 2_000 == pytest.approx(EMAILS["duplicate"], abs=0.006)


def test_right_is_accepted_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "right.csv"
    write(file, 500, 1, kind="right")
    prepared = pipeline.prepare(file, out=tmp_path / "out")
    assert prepared.report.data["schema"]["name"] == "eloqua.contact"
    assert (tmp_path / "out" / "clean.csv").read_bytes() == file.read_bytes()
    assert prepared.report.data["counts"]["changed_cells"] == 0


def test_right_holds_assigned_numbers_only(tmp_path: Path) -> None:
    file = tmp_path / "right.csv"
    write(file, 500, 2, kind="right")
    assert pipeline.check(file, settings=Settings(policy=Policy(strict_phones=True))).data["counts"]["rejected"] == 0


def test_wrong_is_rejected_wholly(tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    write(file, 500, 1, kind="wrong")
    report = pipeline.check(file).data
    assert report["counts"]["rejected"] == report["counts"]["records"] == 500
    expected = {"E101", "E102", "E103", "P102", "P103", "P104", "P109", "P110"}
    assert expected <= {rule["code"] for rule in report["rules"]}


def test_the_kinds_are_of_a_size() -> None:
    sizes = [len("".join(contacts(3_000, 1, kind=kind)).encode()) for kind in KINDS]
    assert max(sizes) / min(sizes) < 1.1
