"""The comparison with the libraries' verdicts finds what is planted, and nothing else."""

from __future__ import annotations

import csv
import shutil
from importlib.util import find_spec
from pathlib import Path
from subprocess import run
from sys import executable

import pytest

import pipeline
from benchmarks.agreement import JUDGES, PLACEHOLDER, REPAIRS, compare
from benchmarks.baselines import naive
from benchmarks.baselines.arguments import EMAIL, PHONE
from benchmarks.contacts import write

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A file of 2,000 records and its prepared folder."""
    folder = tmp_path_factory.mktemp("agreement")
    file = folder / "contacts.csv"
    write(file, 2_000, 3)
    pipeline.prepare(file, out=folder / "out")
    return file, folder / "out"


@pytest.fixture
def copy(made: tuple[Path, Path], tmp_path: Path) -> Path:
    """The folder again, to be spoiled."""
    return Path(shutil.copytree(made[1], tmp_path / "copy"))


def test_nothing_differs_without_a_reason(made: tuple[Path, Path]) -> None:
    result = compare(*made)
    assert (result.records, result.cells) == (2_000, 4_000)
    assert result.differences == 0, result.first
    assert result.same + result.explained.total() == result.cells
    assert set(result.explained) <= REPAIRS | {PLACEHOLDER}
    assert result.explained.total() > 10


def _plant(folder: Path, name: str, row: int, column: str, value: str) -> str:
    """Write another value into a cell of a CSV file; returns what was there."""
    path = folder / name
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    place = rows[0].index(column)
    before, rows[row][place] = rows[row][place], value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return before


def _plain_row(folder: Path) -> int:
    """Return an accepted record with a phone and no finding, by its row of clean.csv."""
    with (folder / "findings.csv").open(encoding="utf-8", newline="") as file:
        found = {row["record"] for row in csv.DictReader(file)}
    with (folder / "clean.csv").open(encoding="utf-8", newline="") as file:
        phones = [row[PHONE] for row in csv.DictReader(file)]
    with (folder / "clean.index.csv").open(encoding="utf-8", newline="") as file:
        records = [row["record"] for row in csv.DictReader(file)]
    return next(row for row in range(len(phones)) if phones[row] and records[row] not in found) + 1


@pytest.mark.parametrize(("column", "value"), [(PHONE, "+12025550123"), (PHONE, ""), (EMAIL, "ann@acmedata.com")])
def test_a_planted_value_is_found(made: tuple[Path, Path], copy: Path, column: str, value: str) -> None:
    before = _plant(copy, "clean.csv", _plain_row(copy), column, value)
    result = compare(made[0], copy)
    assert [(one.column, one.library, one.folder) for one in result.first] == [(column, before, value)]
    assert result.differences == 1


def test_a_repair_that_is_not_named_is_found(made: tuple[Path, Path], copy: Path) -> None:
    with (copy / "findings.csv").open(encoding="utf-8", newline="") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    _plant(copy, "findings.csv", codes.index("P204") + 1, "code", "P202")
    assert compare(made[0], copy).differences == 1


def test_a_wrong_verdict_is_found(made: tuple[Path, Path], copy: Path) -> None:
    """A refusal that the library does not share, and one of its refusals that the folder lost."""
    with (copy / "findings.csv").open(encoding="utf-8", newline="") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    _plant(copy, "findings.csv", codes.index("E101") + 1, "code", "S101")
    _plant(copy, "findings.csv", codes.index("P202") + 1, "code", "P101")
    result = compare(made[0], copy)
    # The second belongs to an accepted record, whose value says that it was accepted.
    assert [(one.column, one.library, one.folder) for one in result.first] == [(EMAIL, None, "...")]


def test_another_judge_is_found(made: tuple[Path, Path]) -> None:
    result = compare(*made, judges={**JUDGES, PHONE: lambda text: text.strip()})
    assert result.differences > 1_000
    assert len(result.first) == 10


def test_a_record_that_is_missing_is_found(made: tuple[Path, Path], copy: Path) -> None:
    for name in ("clean.csv", "clean.index.csv"):
        lines = (copy / name).read_text("utf-8").splitlines(keepends=True)
        (copy / name).write_text("".join(lines[:1] + lines[2:]), "utf-8", newline="")
    with pytest.raises(ValueError, match="neither accepted nor rejected"):
        compare(made[0], copy)


def test_the_naive_program_is_its_judges(tmp_path: Path) -> None:
    """The model that is timed gives the verdicts that are compared."""
    file = tmp_path / "contacts.csv"
    write(file, 400, 5)
    naive.prepare(file, tmp_path)
    with file.open(encoding="utf-8", newline="") as text:
        source = dict(enumerate(csv.DictReader(text), 1))
    with (tmp_path / "accepted.csv").open(encoding="utf-8", newline="") as text:
        accepted = {int(row["record"]): row for row in csv.DictReader(text)}
    with (tmp_path / "rejected.csv").open(encoding="utf-8", newline="") as text:
        rejected = {int(row["record"]): row for row in csv.DictReader(text)}
    assert sorted([*accepted, *rejected]) == list(source)
    for record, row in source.items():
        normal = {column: judge(row[column]) for column, judge in JUDGES.items()}
        if record in accepted:
            assert {column: accepted[record][column] for column in JUDGES} == normal
        if None in normal.values():
            assert record in rejected
    assert 0.8 < len(accepted) / 400 < 0.95


@pytest.mark.parametrize(
    ("name", "needs", "made_files"),
    [
        ("round_trip", (), {"copy.csv"}),
        ("pydantic_rows", ("pydantic", "pydantic_extra_types"), {"accepted.csv", "rejected.csv"}),
        ("frictionless_rows", ("frictionless",), {"report.json"}),
    ],
)
def test_the_other_programs_run(name: str, needs: tuple[str, ...], made_files: set[str], tmp_path: Path) -> None:
    if not all(map(find_spec, needs)):
        pytest.skip(f"{' and '.join(needs)} are not installed")
    file = tmp_path / "contacts.csv"
    write(file, 50, 1)
    out = tmp_path / "out"
    run([executable, "-m", f"benchmarks.baselines.{name}", str(file), "-o", str(out)], check=True, cwd=ROOT)
    assert {path.name for path in out.iterdir()} == made_files
