"""Runs by a mapping: the same contacts whatever the sender calls and orders its columns, and every record explained."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import Prepared, Reading, SenderMapping, Settings, UsageError, check, prepare, prepare_frame, remembered
from pipeline.mapping.deriving import join_texts
from pipeline.mapping.senders import Join

ROOT = Path(__file__).parents[2]
FIELDS = ("email", "first_name", "last_name", "phone", "website")
EMAILS = ["ann@acme.com", "Ann@Acme.com", "bob@beta.org; cy@gamma.net", "cy@gamma.net and bob@beta.org", "dee@", "",
          "e@x.io/f@x.io", "not one, but@two.org", "a b@c.com\nd@e.com", "<g@h.io>, i@j.io"]  # fmt: skip
NAMES = ["Ann", " Bob ", "", "N/A", "O'Neil, Jr.", 'x"y', "-"]
ROW = st.tuples(
    st.sampled_from(EMAILS),
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.sampled_from(["(202) 222-1234", "12", "", "N/A"]),
    st.sampled_from(["http://acme.com", "beta.org", "", "ftp://x"]),
)


def write_csv(path: Path, table: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def contents(folder: Path) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in folder.iterdir()}


def by_field(prepared: Prepared) -> list[dict[str, str]]:
    return [dict(sorted(row.items())) for row in rows(prepared.folder / "clean.csv")]


MAPPING = SenderMapping(
    columns={"phone": "phone", "Extra": None},
    joins={"full_name": Join(("first_name", "last_name"), " ")},
    firsts={"email": "email"},
    schema="generic.contact",
)


@settings(max_examples=10, deadline=None)
@given(
    table=st.lists(ROW, max_size=12),
    order=st.permutations(range(5)),
    names=st.lists(st.text("abcdxyz -", min_size=1, max_size=5), min_size=5, max_size=5, unique_by=lambda n: n.strip()),
)
def test_neither_names_nor_order_matter_to_a_mapping(
    table: list[tuple[str, ...]], order: Sequence[int], names: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Columns that were renamed and moved give the same contacts, rejects and changes through a mapping."""
    names = [f"{number} {name.strip()}" for number, name in enumerate(names)]
    folder = tmp_path_factory.mktemp("law")
    plain = prepare(write_csv(folder / "a.csv", [FIELDS, *table]), out=folder / "a", schema="generic.contact")
    moved = [[row[place] for place in order] for row in (names, *table)]
    mapping = SenderMapping(dict(zip(names, FIELDS, strict=True)), schema="generic.contact")
    sent = prepare(write_csv(folder / "b.csv", moved), out=folder / "b", settings=Settings(mapping=mapping))
    assert by_field(sent) == by_field(plain)
    for name, columns in (("clean.index.csv", ("record",)), ("changes.csv", ("record", "field", "before", "after"))):
        first, second = (
            sorted(tuple(row[column] for column in columns) for row in rows(one.folder / name)) for one in (plain, sent)
        )
        assert first == second
    assert sent.report.data["counts"] == plain.report.data["counts"]


@settings(max_examples=10, deadline=None)
@given(table=st.lists(ROW, max_size=14), size=st.sampled_from([1, 2, 3, 5]), keep=st.booleans())
def test_laws_of_joins_and_first_addresses(
    table: list[tuple[str, ...]], size: int, keep: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Ranges leave no trace; the source and the changes give the clean file; a frame gives the same."""
    folder = tmp_path_factory.mktemp("laws")
    header = (*FIELDS, "Extra", "Booth")
    full = [(*row, f"x{number}", f" n,{number} ") for number, row in enumerate(table)]
    source = write_csv(folder / "in.csv", [header, *full])
    wanted = Settings(mapping=MAPPING, unmapped="keep" if keep else "drop", remember=True)
    whole = prepare(source, out=folder / "whole", settings=wanted)
    cut = prepare(source, out=folder / "cut", settings=wanted, reading=Reading(range_records=size))
    assert contents(cut.folder) == contents(whole.folder)

    accepted = [int(row["record"]) for row in rows(whole.folder / "clean.index.csv")]
    rebuilt: dict[int, dict[str, str]] = {}
    for record in accepted:
        cells = dict(zip(header, full[record - 1], strict=True))
        joined = join_texts([cells["first_name"], cells["last_name"]], " ")
        left = {name: cells[name] for name in FIELDS} | ({"Booth": cells["Booth"]} if keep else {})
        rebuilt[record] = left | {"full_name": joined}
    for change in rows(whole.folder / "changes.csv"):
        cells = rebuilt[int(change["record"])]
        assert cells[change["field"]] == change["before"] != change["after"]
        cells[change["field"]] = change["after"]
    clean = rows(whole.folder / "clean.csv")
    assert [{name: cells[name] for name in clean[0]} for cells in rebuilt.values()] == clean if clean else not rebuilt
    assert whole.manifest["columns"] == (whole.folder / "clean.csv").read_text("utf-8").splitlines()[0].split(",")

    rejected = rows(whole.folder / "rejected.csv")
    assert sorted([*accepted, *(int(row["_record"]) for row in rejected)]) == list(range(1, len(table) + 1))
    for row in rejected:
        assert [row[name] for name in header] == list(full[int(row["_record"]) - 1])
    said = [row for row in rows(whole.folder / "findings.csv") if row["code"] == "E208"]
    assert all(row["value"] == full[int(row["record"]) - 1][0] and row["value"].count("@") > 1 for row in said)

    frame = pd.DataFrame(full, columns=list(header), dtype="str")
    result = prepare_frame(frame, settings=wanted)
    assert list(result.accepted.columns) == whole.manifest["columns"]
    assert result.accepted.fillna("").to_dict("records") == clean
    assert result.rejected["_codes"].tolist() == [row["_codes"] for row in rejected]
    ours = result.changes.astype({"record": "str"}).to_dict("records")
    theirs = rows(whole.folder / "changes.csv")
    columns = ("record", "column", "field", "before", "after", "rule")
    assert [[row[name] for name in columns] for row in ours] == [[row[name] for name in columns] for row in theirs]


JOINS = [
    (("Ann", "Smith"), " ", "Ann Smith"),
    ((" Ann ", "\tSmith\n"), " ", "Ann Smith"),
    (("", "Smith"), " ", "Smith"),
    (("N/A", "Smith"), ", ", "Smith"),
    (("", ""), " ", ""),
    (("Smith,", "Ann"), ", ", "Smith, Ann"),
    (("norm", "@acme.com"), "@", "norm@acme.com"),
    (("Ann", "B.", "Smith"), "", "AnnB.Smith"),
]


@pytest.mark.parametrize(("texts", "separator", "joined"), JOINS)
def test_joined_texts(texts: tuple[str, ...], separator: str, joined: str) -> None:
    """Blank parts are left out with their separator, and no separator is doubled."""
    assert join_texts(texts, separator) == joined


def test_a_key_may_be_a_join(tmp_path: Path) -> None:
    """Its duplicates are told as any, with the joined text as their value."""
    source = write_csv(tmp_path / "in.csv", [("User", "Domain"), ("ann", "acme.com"), ("ANN", "acme.com"), ("x", "")])
    mapping = SenderMapping(joins={"email": Join(("User", "Domain"), "@")}, schema="generic.contact")
    prepared = prepare(source, out=tmp_path / "out", settings=Settings(mapping=mapping))
    assert (prepared.folder / "clean.csv").read_text() == "email\nann@acme.com\n"
    assert [(row["_codes"], row["User"], row["Domain"]) for row in rows(prepared.folder / "rejected.csv")] == [
        ("K101", "ANN", "acme.com"),
        ("E101", "x", ""),
    ]
    duplicate = next(row for row in rows(prepared.folder / "findings.csv") if row["code"] == "K101")
    assert (duplicate["column"], duplicate["field"], duplicate["value"]) == ("User + Domain", "email", "ANN@acme.com")


def test_columns_that_are_kept_are_as_they_were(tmp_path: Path) -> None:
    """Byte for byte, under their own names, in their places."""
    text = 'Booth,email," B ",first_name\n" a ""b""\n",ann@acme.com,N/A, Ann \n'
    (tmp_path / "in.csv").write_text(text)
    wanted = Settings(unmapped="keep")
    prepared = prepare(tmp_path / "in.csv", out=tmp_path / "out", schema="generic.contact", settings=wanted)
    assert (prepared.folder / "clean.csv").read_text() == (
        'Booth,email,B,first_name\n" a ""b""\n",ann@acme.com,N/A,Ann\n'
    )
    assert [row["code"] for row in rows(prepared.folder / "findings.csv")] == []
    assert [column["how"] for column in prepared.report.data["source"]["columns"]] == ["kept", "exact", "kept", "exact"]


@pytest.mark.parametrize(
    ("header", "word"), [("email,Booth,Booth", "column 3"), ("email,,x", "no name"), ("Mail2,email,x", "column 2")]
)
def test_columns_that_cannot_be_kept(header: str, word: str, tmp_path: Path) -> None:
    """A name twice, none, or that of a field."""
    (tmp_path / "in.csv").write_text(f"{header}\na@acme.com,1,2\n")
    mapping = SenderMapping({"Mail2": "email"}) if "Mail2" in header else None
    with pytest.raises(UsageError, match=word):
        check(tmp_path / "in.csv", schema="generic.contact", settings=Settings(mapping=mapping, unmapped="keep"))


def test_a_frame_keeps_columns_of_any_type() -> None:
    """What has no field is the caller's own: floats stay floats."""
    frame = pd.DataFrame({"score": [0.5, 1.5], "email": ["ann@acme.com", "bob"]})
    result = prepare_frame(frame, schema="generic.contact", settings=Settings(unmapped="keep"))
    assert result.accepted["score"].tolist() == [0.5]
    assert list(result.accepted.columns) == ["score", "email"]


def test_what_a_run_remembers_is_told_when_it_changes(tmp_path: Path) -> None:
    """The like file says nothing; the other one says how it differs, in the folder and for any ranges."""
    people = [(f"p{n}@acme.com", f"+1202555{n:04}", f"Name {n}") for n in range(40)]
    first = write_csv(tmp_path / "1.csv", [("E-Mail", "Tel", "Firma"), *people])
    wanted = Settings(remember=True)
    mapping = remembered(check(first, schema="generic.contact", settings=wanted), wanted)
    assert mapping.columns == {"E-Mail": "email", "Tel": "phone", "Firma": "company"}
    wanted = replace(wanted, mapping=mapping)
    assert not [rule for rule in check(first, settings=wanted).data["rules"] if rule["code"].startswith("H")]
    other = [(number, "?", email, mail) for email, number, _ in people for mail in (email,)]
    second = write_csv(tmp_path / "2.csv", [("tel.", "Booth", "Firma", "E-Mail"), *other])
    whole = prepare(second, out=tmp_path / "whole", settings=wanted)
    found = [(row["code"], row["column"], row["record"]) for row in rows(whole.folder / "findings.csv")]
    assert [one for one in found if one[0] > "H102" and one[0] < "I"] == [
        ("H104", "Booth", ""),
        ("H110", "tel.", ""),
        ("H106", "", ""),
        ("H109", "Firma", ""),
    ]
    cut = prepare(second, out=tmp_path / "cut", settings=wanted, reading=Reading(range_records=3))
    assert contents(cut.folder) == contents(whole.folder)


def test_a_run_that_was_not_asked_to_remember(tmp_path: Path) -> None:
    """Its report does not tell enough."""
    source = write_csv(tmp_path / "1.csv", [("email",), ("a@acme.com",)])
    with pytest.raises(ValueError, match="remember"):
        remembered(check(source, schema="generic.contact"), Settings())


def test_suggestions_stand_in_the_report(tmp_path: Path) -> None:
    """In report.json and in the finding; the column is left out all the same, for any ranges."""
    people = [(f"p{n}@acme.com", f"www.acme{n}.com") for n in range(30)]
    source = write_csv(tmp_path / "1.csv", [("email", "Xy"), *people])
    reports = [
        check(source, schema="generic.contact", reading=Reading(range_records=size)).data for size in (1, 7, 1000)
    ]
    assert reports[0] == reports[1] == reports[2]
    assert reports[0]["suggestions"] == [
        {"column": "Xy", "position": 2, "field": "website", "reason": "100% of its cells are websites"}
    ]
    (rule,) = [rule for rule in reports[0]["rules"] if rule["code"] == "H101"]
    assert "it looks like website" in rule["examples"][0]["message"]
