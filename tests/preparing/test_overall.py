"""What is said of a file as a whole: columns that were swapped, websites that slipped; whatever the ranges."""

from __future__ import annotations

import itertools
from pathlib import Path
from random import Random

import pytest

from pipeline.checking.slips import FEWEST, Slip, first_slip
from pipeline.deduplicating import Survivor
from pipeline.preparing import Settings, prepare
from pipeline.preparing.running import check
from pipeline.reading.options import Reading

HEADER = "E-mail,Phone,Website\n"


def written(folder: Path, rows: list[tuple[str, str, str]], header: str = HEADER) -> Path:
    path = folder / "people.csv"
    path.write_text(header + "".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def said(path: Path, code: str) -> list[tuple[int, str]]:
    """Return line and message of each finding of a rule."""
    report = check(path)
    return [
        (example["line"], example["message"])
        for rule in report.data["rules"]
        if rule["code"] == code
        for example in rule["examples"]
    ]


def right(number: int) -> tuple[str, str, str]:
    return f"ann@c{number}.com", f"202-555-01{number % 100:02}", f"http://www.c{number}.com"


@pytest.mark.parametrize(
    ("header", "one", "other"),
    [("Phone,E-mail,Website\n", "Phone", "E-mail"), ("Website,Phone,E-mail\n", "Website", "E-mail")],
)
def test_swapped_columns_are_named(tmp_path: Path, header: str, one: str, other: str) -> None:
    path = written(tmp_path, [right(number) for number in range(10)] + [("", "", "")], header)
    ((line, message),) = said(path, "S105")
    assert line == 1
    assert f"the columns {one} and {other} " in message
    assert "10 cells of the first and 10 of the second" in message


def test_phones_and_websites_swapped(tmp_path: Path) -> None:
    path = written(tmp_path, [right(number) for number in range(10)], "E-mail,Website,Phone\n")
    assert len(said(path, "S105")) == 1


def test_half_of_the_cells_are_no_swap(tmp_path: Path) -> None:
    rows = [right(number) for number in range(10)]
    rows[:5] = [(phone, mail, site) for mail, phone, site in rows[:5]]
    assert said(written(tmp_path, rows), "S105") == []


def test_one_column_alone_is_no_swap(tmp_path: Path) -> None:
    rows = [(mail, mail, site) for mail, _, site in map(right, range(10))]
    assert said(written(tmp_path, rows), "S105") == []


def slipped(count: int, begin: int, step: int, stop: int | None = None) -> list[tuple[str, str, str]]:
    """Return records of which those from one on have the website of another, so many rows away."""
    rows = [right(number) for number in range(count)]
    last = count if stop is None else stop
    return [
        (mail, phone, rows[min(max(number + step, 0), count - 1)][2] if begin <= number < last else site)
        for number, (mail, phone, site) in enumerate(rows)
    ]


@pytest.mark.parametrize(("step", "which", "count"), [(1, "next", 7), (-1, "previous", 8)])
def test_a_slip_is_said_with_its_first_line(tmp_path: Path, step: int, which: str, count: int) -> None:
    ((line, message),) = said(written(tmp_path, slipped(20, 12, step)), "S104")
    assert line == 14
    assert f"{count} records in a row have the website of the {which} record's e-mail" in message


def test_two_records_are_no_slip(tmp_path: Path) -> None:
    assert said(written(tmp_path, slipped(20, 5, 1, stop=7)), "S104") == []
    assert len(said(written(tmp_path, slipped(20, 5, 1, stop=8)), "S104")) == 1


@pytest.mark.parametrize("survivor", ["first", "last", "most-complete"])
def test_the_bytes_do_not_depend_on_the_ranges(tmp_path: Path, survivor: Survivor) -> None:
    """Of files with slips of all lengths, swapped cells, duplicates among slips, and broken records between."""
    random = Random(3)
    rows: list[tuple[str, str, str]] = []
    while len(rows) < 160:
        begin = random.randrange(4)
        rows += slipped(random.randrange(4, 12), begin, random.choice((1, -1)), stop=begin + random.randrange(6))
    rows = [(f"{random.choice(('ann', 'info'))}@{mail.partition('@')[2]}", *rest) for mail, *rest in rows]
    rows[7] = ("ann@gmial.com", "ann@acme.com", "202-555-0123")
    for place in (9, 10, 11, 40, 70, 71, 100):
        rows.insert(place, ("many", "of", "them", "here"))  # type: ignore[arg-type]
    path = written(tmp_path, rows)
    found: dict[int, dict[str, bytes]] = {}
    for size in (1, 3, 7, 1_000):
        out = tmp_path / str(size)
        prepare(path, out=out, settings=Settings(survivor=survivor), reading=Reading(range_records=size))
        found[size] = {file.name: file.read_bytes() for file in out.iterdir() if file.is_file()}
    for size, files in found.items():
        assert files == found[1_000], size
    text = found[1]["findings.csv"]
    assert b",S104," in text
    assert b",K101," in text
    assert b",R1" in text


def test_slips_join_where_batches_meet() -> None:
    """Every way to cut a slip in two gives the whole."""
    for parts in itertools.product((1, 2), repeat=3):
        record, slips = 5, []
        for count in parts:
            slips.append(Slip(record, record + 1, count, "next"))
            record += count
        assert first_slip(slips) == Slip(5, 6, sum(parts), "next")
    assert first_slip([Slip(5, 6, 2, "next"), Slip(7, 8, 2, "previous")]) is None
    assert first_slip([Slip(5, 6, 2, "next"), Slip(8, 9, 2, "next")]) is None
    assert FEWEST == 3
