"""Duplicates, survivors, lists of known contacts and the error budget, against a plain loop over Python texts."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import ErrorBudget, Policy, Reading, Settings, UsageError, check, prepare, prepare_frame
from pipeline.contracts import contract_of
from pipeline.planning import read_manifest
from schemas.base import ContactSchema
from schemas.fields import Email, Phone, Text, describe
from schemas.kinds.emails import judge_email
from schemas.kinds.phones import judge_phone
from schemas.kinds.texts import judge_text
from schemas.specs import Target
from schemas.verdicts import Verdict

Row = tuple[str, str, str]
HEADER = ("email", "last_name", "phone")
SCHEMA = "generic.contact"

EMAILS = ["ann@acme.com", "Ann@ACME.com", " ann@acme.com", "bob@beta.org", "cy@gamma.net", "cy@", "", "N/A"]
NAMES = ["Lee", " lee", "LEE", "Straße", "STRASSE", "", "N/A", "x"]
PHONES = ["(202) 222-1234", "+1 202 222 1234", "12", "", "N/A"]
ROW = st.tuples(st.sampled_from(EMAILS), st.sampled_from(NAMES), st.sampled_from(PHONES))
BY = st.sampled_from([(), ("email",), ("last_name",), ("phone",), ("last_name", "phone"), ("phone", "email")])


def judged(row: Row) -> tuple[dict[str, str | None], bool]:
    """Return the normal forms of a record, and whether it is acceptable."""
    verdicts: dict[str, Verdict] = {
        "email": judge_email(row[0]),
        "last_name": judge_text(row[1], max_length=None),
        "phone": judge_phone(row[2], region="US"),
    }
    errors = any(code[1] == "1" for verdict in verdicts.values() for code in verdict.codes)
    return {name: verdict.value for name, verdict in verdicts.items()}, not errors and bool(verdicts["email"].value)


def key_of(values: dict[str, str | None], by: Sequence[str]) -> tuple[str, ...] | None:
    texts = [values[name] for name in by or ("email",)]
    return None if not all(texts) else tuple(str(text).lower() for text in texts)


@dataclass
class Expected:
    """What a plain loop says: the accepted records, and why each other one is rejected (its number by code)."""

    accepted: list[int]
    rejected: dict[int, str]
    over: bool


def expect(
    table: Sequence[Row],
    known: Sequence[Sequence[Row]] = (),
    by: Sequence[str] = (),
    survivor: str = "first",
    budget: int | None = None,
) -> Expected:
    records = {number: judged(row) for number, row in enumerate(table, start=1)}
    spent = 0
    for number, (_, fine) in list(records.items()):
        spent += not fine
        if budget is not None and spent > budget:
            records = {one: record for one, record in records.items() if one <= number}
            break
    places: dict[tuple[str, ...], str] = {}
    for which, rows in enumerate(known):
        for line, row in enumerate(rows, start=2):
            key = key_of(judged(row)[0], by)
            if key is not None:
                places.setdefault(key, f"known{which}.csv, line {line}")
    rejected: dict[int, str] = {}
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, (values, fine) in records.items():
        key = key_of(values, by)
        if not fine:
            rejected[number] = "own"
        elif key in places:
            rejected[number] = f"K102 already in {places[key]}"
        elif key is not None:
            groups.setdefault(key, []).append(number)
    for group in groups.values():
        full = {number: sum(value is not None for value in records[number][0].values()) for number in group}
        kept = {"first": group[0], "last": group[-1], "most-complete": max(group, key=lambda one: (full[one], -one))}
        for number in group:
            if number != kept[survivor]:
                rejected[number] = f"K101 the same contact as record {kept[survivor]} (line {kept[survivor] + 1})"
    return Expected(
        [number for number in records if number not in rejected],
        dict(sorted(rejected.items())),
        budget is not None and len(rejected) > budget,
    )


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def contents(folder: Path) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in folder.iterdir()}


def write(path: Path, table: Sequence[Sequence[str]], header: Sequence[str] = HEADER, delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([header, *table])
    return path


def told(row: dict[str, str]) -> str:
    """Return the reason of a rejected record as `expect` writes it."""
    if row["_codes"] not in ("K101", "K102"):
        return "own"
    reason = row["_reasons"].partition(": ")[2].removesuffix(", which is kept").partition(" by ")[0]
    return f"{row['_codes']} {reason}"


@settings(max_examples=20, deadline=None)
@given(
    table=st.lists(ROW, max_size=14),
    known=st.lists(st.lists(ROW, max_size=5), max_size=2),
    by=BY,
    survivor=st.sampled_from(["first", "last", "most-complete"]),
    budget=st.none() | st.integers(0, 5),
    size=st.sampled_from([1, 2, 3, 5]),
)
def test_a_plain_loop_says_the_same(  # type: ignore[no-untyped-def]
    table, known, by, survivor, budget, size, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Of any policy, in batches of any size; a frame says the same, and what blanking accepts is what was foretold."""
    folder = tmp_path_factory.mktemp("policies")
    source = write(folder / "in.csv", table)
    lists = [
        write(folder / f"known{which}.csv", [(tel, name, mail, "") for mail, name, tel in one], LISTED, ";|"[which])
        for which, one in enumerate(known)
    ]
    limit = None if budget is None else ErrorBudget.of(str(budget))
    asked = Settings(max_errors=limit, duplicates_by=by, survivor=survivor, existing=tuple(lists))
    whole = prepare(source, out=folder / "whole", schema=SCHEMA, settings=asked)
    cut = prepare(source, out=folder / "cut", schema=SCHEMA, settings=asked, reading=Reading(range_records=size))
    assert contents(cut.folder) == contents(whole.folder)

    expected = expect(table, known, by, survivor, budget)
    assert {int(row["_record"]): told(row) for row in rows(whole.folder / "rejected.csv")} == expected.rejected
    counts = whole.report.data["counts"]
    assert (counts["accepted"], counts["rejected"]) == (len(expected.accepted), len(expected.rejected))
    assert whole.report.over_budget == expected.over == (not whole.manifest["publishable"])
    assert (folder / "whole" / "clean.csv").exists() == (not expected.over)
    if not expected.over:
        assert [int(row["record"]) for row in rows(whole.folder / "clean.index.csv")] == expected.accepted
        blank = Settings(policy=Policy(on_invalid="blank"), duplicates_by=by, survivor=survivor, existing=tuple(lists))
        more = check(source, schema=SCHEMA, settings=blank)
        assert more.accepted - len(expected.accepted) == counts["blank_would_accept"]
    if budget is None:
        frame = prepare_frame(pd.DataFrame(table, columns=HEADER, dtype="str"), schema=SCHEMA, settings=asked)
        assert (frame.accepted.index + 1).tolist() == expected.accepted
        assert frame.rejected["_codes"].tolist() == [row["_codes"] for row in rows(whole.folder / "rejected.csv")]


LISTED = ("Telephone", "Last Name", "E-Mail", "Anything")


def test_processes_leave_no_trace(tmp_path: Path) -> None:
    """Nor does where the budget ends the run, nor how many read the lists."""
    table = [(f"p{n % 300}@acme.com" if n % 7 else "p@", f"N{n}", "") for n in range(600)]
    source = write(tmp_path / "in.csv", table)
    known = write(tmp_path / "known0.csv", [(f"P{n}@Acme.com", "", "") for n in range(40, 90)])
    for number, budget in enumerate((None, ErrorBudget.of("30"), ErrorBudget.of("10%"))):
        asked = Settings(max_errors=budget, survivor="last", existing=(known,))
        alone = prepare(source, out=tmp_path / f"alone{number}", settings=asked, schema=SCHEMA)
        reading = Reading(range_records=37)
        several = prepare(
            source, out=tmp_path / f"several{number}", settings=asked, schema=SCHEMA, reading=reading, jobs=3
        )
        assert contents(several.folder) == contents(alone.folder)
        if budget is not None and budget.records:
            assert alone.report.records == 7 * 30 + 1


@pytest.mark.parametrize(("survivor", "kept"), [("first", "1"), ("last", "4"), ("most-complete", "2")])
def test_who_survives(survivor: str, kept: str, tmp_path: Path) -> None:
    """A record with an error of its own never does, however much it holds; a placeholder fills nothing."""
    table = [
        ("ann@acme.com", "N/A", ""),
        ("Ann@acme.com", "Lee", ""),
        ("ann@acme.com", "", "(202) 222-1234"),
        ("ann@acme.com", "", ""),
        ("ann@acme.com", "Lee", "12"),
    ]
    asked = Settings(survivor=survivor)  # type: ignore[arg-type]
    prepared = prepare(write(tmp_path / "in.csv", table), out=tmp_path / "out", schema=SCHEMA, settings=asked)
    assert [row["record"] for row in rows(prepared.folder / "clean.index.csv")] == [kept]
    assert rows(prepared.folder / "rejected.csv")[-1]["_codes"] == "P102"


def test_a_list_larger_than_a_partition(tmp_path: Path) -> None:
    """Thousands of keys on both sides, in many ranges: each is found, named with its line, and no other."""
    table = [(f"user{n}@mail{n % 97}.example.org", "", "") for n in range(9000)]
    known = [(f"USER{n}@mail{n % 97}.example.org", "", "") for n in range(8999, -1, -3)]
    source, listed = write(tmp_path / "in.csv", table), write(tmp_path / "known.csv", known)
    asked = Settings(existing=(listed,))
    prepared = prepare(source, out=tmp_path / "out", schema=SCHEMA, settings=asked, reading=Reading(range_records=1000))
    line = {f"user{n}@mail{n % 97}.example.org": 2 + at for at, n in enumerate(range(8999, -1, -3))}
    found = {row["email"]: row["_reasons"] for row in rows(prepared.folder / "rejected.csv")}
    assert found == {email: f"email: already in known.csv, line {at}" for email, at in line.items()}
    assert prepared.report.data["counts"]["known"] == len(known)


def test_what_is_said_of_a_list(tmp_path: Path) -> None:
    """Its digest and counts stand in report and manifest; what nothing is compared with is a note about the file."""
    listed = tmp_path / "known.csv"
    listed.write_bytes(b"E-mail,Name\nann@acme.com,A\n,B\nnobody,C\na,b,c,d\nANN@acme.com,D\n")
    source = write(tmp_path / "in.csv", [("ann@acme.com", "", ""), ("bob@acme.com", "", "")])
    prepared = prepare(source, out=tmp_path / "out", schema=SCHEMA, settings=Settings(existing=(str(listed),)))
    (said,) = prepared.manifest["settings"]["existing"]
    assert said == prepared.report.data["settings"]["existing"][0]
    assert {name: said[name] for name in said if name != "sha256"} == {
        "name": "known.csv", "size": listed.stat().st_size, "records": 5, "keys": 2, "unreadable": 1, "without_key": 2,
    }  # fmt: skip
    notes = [row for row in rows(prepared.folder / "findings.csv") if row["code"] == "K103"]
    assert [(row["record"], row["severity"]) for row in notes] == [("", "info")]
    assert notes[0]["message"].startswith("known.csv: of its 5 records 1 unreadable and 2 without a usable email")


@pytest.mark.parametrize(
    ("budget", "rejected", "records", "over"),
    [
        ("0", 0, 5, False),
        ("0", 1, 5, True),
        ("2", 2, 5, False),
        ("2", 3, 5, True),
        ("0%", 0, 5, False),
        ("0%", 1, 5, True),
        ("20%", 1, 5, False),
        ("19.9%", 1, 5, True),
        ("100%", 5, 5, False),
        ("0%", 0, 0, False),
        ("0", 0, 0, False),
    ],
)
def test_budgets(budget: str, rejected: int, records: int, over: bool, tmp_path: Path) -> None:
    """Over it: exit 1 in any case, no clean file, nothing to upload; the folder may be replaced as any other."""
    table = [("nobody" if n < rejected else f"p{n}@acme.com", "", "") for n in range(records)]
    source, out = write(tmp_path / "in.csv", table), tmp_path / "out"
    asked = Settings(max_errors=ErrorBudget.of(budget))
    assert check(source, schema=SCHEMA, settings=asked).over_budget == over
    prepared = prepare(source, out=out, schema=SCHEMA, settings=asked)
    assert prepared.report.exit_status("never") == (1 if over else 0)
    assert prepared.report.count("H105") == over
    manifest = json.loads((out / "manifest.json").read_bytes())
    assert set(manifest["files"]) == {entry.name for entry in out.iterdir()} - {"manifest.json"}
    assert ("clean.csv" in manifest["files"]) == ("clean.index.csv" in manifest["files"]) == (not over)
    if over:
        with pytest.raises(UsageError, match="error budget"):
            read_manifest(out)
        with pytest.raises(UsageError, match="error budget"):
            next(prepared.accepted())
    assert prepare(source, out=out, schema=SCHEMA).report.exit_status("never") == 0


def test_the_run_ends_at_the_record_that_is_too_much(tmp_path: Path) -> None:
    """What the folder holds covers exactly the records up to that one, and says how many there are."""
    table = [("nobody" if n in (1, 4, 6) else f"p{n % 3}@acme.com", "", "") for n in range(9)]
    source = write(tmp_path / "in.csv", table)
    prepared = prepare(source, out=tmp_path / "out", schema=SCHEMA, settings=Settings(max_errors=ErrorBudget.of("1")))
    assert [row["_record"] for row in rows(prepared.folder / "rejected.csv")] == ["2", "4", "5"]
    assert prepared.report.data["budget"] == {"max_errors": "1", "exceeded": True, "judged": 5, "records": 9}
    (said,) = [row["message"] for row in rows(prepared.folder / "findings.csv") if row["code"] == "H105"]
    assert said == (
        "3 of 5 records were rejected, and --max-errors allows 1: nothing may be uploaded; the 4 records behind them "
        "were not judged"
    )


@pytest.mark.parametrize("text", ["-1", "5 %", "101%", "abc", "", "%", "1.5", "1,5%", "٣", "1e3", "+1", "9" * 5000])
def test_what_is_no_budget(text: str) -> None:
    """Nothing is taken for another one."""
    with pytest.raises(ValueError, match="neither a number of records nor a share"):
        ErrorBudget.of(text)


class Members(ContactSchema):
    """A schema that says by which fields two records are one contact."""

    email: str = Email("email", key=True)
    card: str | None = Text("card", placeholders=("?",))
    phone: str | None = Phone("phone", strict=True)

    class Config:
        name = "club.member"
        metadata = describe(
            Target("club.member", "Club", placeholders=("TBD",), duplicates_by=("card",), on_invalid="keep")
        )


def test_what_a_schema_decides(tmp_path: Path) -> None:
    """Its own identity and placeholders, unless the run says otherwise; a cell that was kept is no normal form."""
    table = [("a@x.com", "1", "12"), ("a@x.com", "?", "12"), ("b@x.com", "1", ""), ("a@x.com", "TBD", "12")]
    source = write(tmp_path / "in.csv", table, ("email", "card", "phone"))
    by_card = prepare(source, out=tmp_path / "card", schema=Members)
    assert [row["_record"] for row in rows(by_card.folder / "rejected.csv")] == ["3"]
    assert "by card" in rows(by_card.folder / "rejected.csv")[0]["_reasons"]
    assert [row["card"] for row in rows(by_card.folder / "clean.csv")] == ["1", "", "TBD"]
    by_phone = prepare(source, out=tmp_path / "phone", schema=Members, settings=Settings(duplicates_by=("Phone",)))
    assert by_phone.report.rejected == 0
    assert by_phone.report.data["settings"]["duplicates_by"] == ["phone"]


class Misnamed(ContactSchema):
    """A schema whose identity is not among its fields."""

    email: str = Email("email", key=True)

    class Config:
        name = "club.misnamed"
        metadata = describe(Target("club.misnamed", "Club", duplicates_by=("mail",)))


def test_a_schema_with_a_slip_is_refused() -> None:
    """When it is opened, before any file is."""
    with pytest.raises(UsageError, match="did you mean email"):
        contract_of(Misnamed)


@pytest.mark.parametrize("wrong", [{"survivor": "frist"}, {"duplicates_by": "email"}, {"existing": "known.csv"}])
def test_settings_with_a_slip_are_refused(wrong: dict[str, str]) -> None:
    """A misspelt choice must not be taken for another, nor a text for several."""
    with pytest.raises(ValueError, match=r"frist|several"):
        Settings(**wrong)  # type: ignore[arg-type]
