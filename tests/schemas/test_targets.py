"""The targets: what their sources say, that a prepared file is final, and where records are read in their country."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import Policy, Reading, Settings, prepare, prepare_frame
from pipeline.contracts import contract_of, load_contract, message_of, schema_names
from schemas.aliases import CONCEPTS, fold
from schemas.base import ContactSchema
from schemas.fields import Country, Date, Email, Phone, State, Text, describe
from schemas.judging import judge_frame
from schemas.specs import Target
from schemas.target_names import TARGET_NAMES
from tests.schemas.raw_frames import raw_frames


def test_facts_of_salesforce() -> None:
    """Lengths, required fields and limits as the Field Reference and the Bulk API guide say."""
    contact, lead = load_contract("salesforce.contact"), load_contract("salesforce.lead")
    lengths = {field.name: field.max_length for field in contact.fields}
    assert [lengths[name] for name in ("FirstName", "LastName", "Email", "Title", "Phone")] == [40, 80, 80, 128, 40]
    assert [lengths[f"Mailing{part}"] for part in ("Street", "City", "State", "PostalCode", "Country")] == [
        *(255, 40, 80, 20, 80)
    ]
    assert [field.name for field in contact.fields if field.required] == ["LastName"]
    assert [field.name for field in lead.fields if field.required] == ["LastName", "Company"]
    assert next(field for field in lead.fields if field.name == "Company").max_length == 255
    for contract in (contact, lead):
        assert (contract.key.name, contract.key.required, contract.target.upsert_key) == ("Email", False, None)
        assert (contract.target.country_form, contract.target.state_form) == ("name", "name")


def test_facts_of_hubspot() -> None:
    """The e-mail is required; no length is made up for what no source limits."""
    contract = load_contract("hubspot.contact")
    assert (contract.key.name, contract.key.required) == ("email", True)
    assert {field.max_length for field in contract.fields if field.kind in ("email", "phone", "website")} == {None}
    assert contract.target.country_form is None


@pytest.mark.parametrize("name", schema_names())
def test_every_field_says_where_it_comes_from(name: str) -> None:
    """A target of a platform names a source for each field and for itself."""
    contract = load_contract(name)
    assert contract.target.sources
    assert name == "generic.contact" or all(field.source for field in contract.fields)


def test_names_of_targets_are_fields_and_no_everyday_names() -> None:
    """Each stands for a field of a target, and only where folding an everyday name does not give it."""
    own = {field.name for name in schema_names() for field in load_contract(name).fields}
    for concept, names in TARGET_NAMES.items():
        assert set(names) <= own
        assert concept in CONCEPTS


@pytest.mark.parametrize("name", schema_names())
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_preparing_a_prepared_file_changes_nothing(name: str, data: st.DataObject) -> None:
    """What was accepted once is accepted again as it is: every value is its own normal form."""
    frame = data.draw(raw_frames(name))
    once = prepare_frame(frame, schema=name).accepted
    again = prepare_frame(once, schema=name)
    pd.testing.assert_frame_equal(again.accepted, once)
    assert again.changes.empty
    assert again.rejected.empty


COUNTRIES = [
    "USA",
    "Deutschland",
    "UK",
    "",
    "Germny",
    "Antarctica",
    "FR",
    "de",
    "N/A",
    "Österreich",
    "Kosovo",
    "Germany",
]
PHONES = [
    "(202) 222-1234",
    "030 23125 000",
    "020 7183 8750",
    "+49 30 23125000",
    "01 42 68 53 00",
    "011 49 30 23125000",
    "call me",
    "12",
    "",
]
STATES = ["CA", "ON", "Berlin", "california", "", "NSW"]


def people(count: int, seed: int) -> list[list[str]]:
    draw = random.Random(seed)
    return [
        [f"ann{number}@acme.com", draw.choice(PHONES), draw.choice(STATES), draw.choice(COUNTRIES)]
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("name", "policy"),
    [("generic.contact", Policy(region="GB", strict_phones=True)), ("salesforce.contact", Policy())],
)
def test_records_are_judged_alike_alone_and_in_a_frame(name: str, policy: Policy) -> None:
    """Lanes by region, small groups and single records say the same."""
    contract = load_contract(name)
    names = [
        next(field.name for field in contract.fields if field.kind == kind)
        for kind in ("email", "phone", "state", "country")
    ]
    frame = pd.DataFrame(people(700, 3), columns=names, dtype="str").drop_duplicates(names[1:])
    frame = pd.concat([frame] * 3, ignore_index=True)
    whole = judge_frame(frame, contract.fields, contract.target, policy)
    for row in range(0, len(frame) // 3, 4):
        alone = judge_frame(frame.iloc[[row]], contract.fields, contract.target, policy)
        for column, found in whole.columns.items():
            one = alone.columns[column]
            assert one.combinations[one.which[0]] == found.combinations[found.which[row]]
            assert one.values.fillna("").iloc[0] == found.values.fillna("").iloc[row]


def read_phone(country: str, phone: str, policy: Policy | None = None) -> tuple[object, list[str]]:
    frame = pd.DataFrame({"email": ["a@acme.com"], "country": [country], "phone": [phone]}, dtype="str")
    result = prepare_frame(frame, schema="generic.contact", settings=Settings(policy or Policy()))
    value = result.accepted["phone"].tolist()
    codes = result.findings.loc[result.findings["column"] == "phone", "code"].tolist()
    return (value[0] if value else None), codes


@pytest.mark.parametrize(
    ("country", "phone", "value", "codes"),
    [
        ("Germany", "030 23125 000", "+493023125000", []),
        ("England", "020 7183 8750", "+442071838750", []),
        ("", "(202) 222-1234", "+12022221234", []),
        ("Germny", "(202) 222-1234", "+12022221234", []),
        ("Germany", "+1 202 222 1234", "+12022221234", ["P202"]),
        ("USA", "+49 30 23125000", "+493023125000", ["P202"]),
        ("Deutschland", "+49 30 23125000", "+493023125000", []),
        ("Antarctica", "(202) 222-1234", "+12022221234", []),
        ("Germany", "011 49 30 23125000", "+493023125000", ["P202"]),
        ("UK", "0114 496 0123", "+441144960123", []),  # no call from the United States, but Sheffield
    ],
)
def test_phones_are_read_in_the_records_country(country: str, phone: str, value: str, codes: list[str]) -> None:
    """The country wins; where it is blank, unknown or without numbers of its own, the schema's region counts."""
    assert read_phone(country, phone) == (value, codes)


def test_the_runs_region_counts_where_the_record_names_no_country() -> None:
    """`--region` is for the others."""
    german = Policy(region="DE")
    assert read_phone("", "030 23125 000", german) == ("+493023125000", [])
    assert read_phone("UK", "020 7183 8750", german) == ("+442071838750", [])


@pytest.mark.parametrize(
    ("country", "state", "value"),
    [
        ("US", "ca", "California"),
        ("Canada", "ON", "Ontario"),
        ("Australia", "WA", "Western Australia"),
        ("USA", "WA", "Washington"),
        ("", "CA", "CA"),
        ("Italy", "CA", "CA"),
        ("Germany", "BY", "BY"),
    ],
)
def test_states_are_read_in_the_records_country(country: str, state: str, value: str) -> None:
    """Two letters mean a state in one country and another in the next; without a country nothing is changed."""
    frame = pd.DataFrame(
        {"LastName": ["Hill"], "Email": [""], "MailingState": [state], "MailingCountry": [country]}, dtype="str"
    )
    assert prepare_frame(frame, schema="salesforce.contact").accepted["MailingState"].tolist() == [value]


def test_ranges_and_processes_do_not_change_the_bytes(tmp_path: Path) -> None:
    """A record's region is its own, whoever stands beside it."""
    path = tmp_path / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["email", "phone", "state", "country"], *people(3_000, 5)])
    folders = []
    for number, (records, jobs) in enumerate([(40_000, 1), (70, 1), (900, 2)]):
        out = tmp_path / str(number)
        prepare(path, out=out, reading=Reading(range_records=records), jobs=jobs)
        folders.append({entry.name: entry.read_bytes() for entry in out.iterdir()})
    assert folders[0] == folders[1] == folders[2]


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).parent / "contactprep"
    return subprocess.run([command, *arguments], capture_output=True, text=True, check=False, cwd=folder)


def test_the_order_of_dates_is_asked_for_and_can_be_said(tmp_path: Path) -> None:
    """An ambiguous date rejects its record and says the way out; with it, the record is accepted."""
    (tmp_path / "list.csv").write_text("FirstName,LastName,Email,Birthdate\nAnn,Hill,ann@acme.com,03/04/1980\n")
    refused = run("check", "list.csv", folder=tmp_path)
    assert refused.returncode == 1
    assert "D102" in refused.stdout
    assert "--date-order" in refused.stdout
    for order, date in (("day-first", "1980-04-03"), ("month-first", "1980-03-04")):
        done = run("prepare", "list.csv", "-o", order, "--date-order", order, folder=tmp_path)
        assert done.returncode == 0
        assert date in (tmp_path / order / "clean.csv").read_text("utf-8")
    wrong = run("check", "list.csv", "--date-order", "ymd", folder=tmp_path)
    assert wrong.returncode == 2


def test_the_report_says_where_phones_were_read(tmp_path: Path) -> None:
    """With a country column in the record's country, else in one region."""
    (tmp_path / "with.csv").write_text("email,phone,country\nann@acme.com,020 7183 8750 1234,Germny\n")
    (tmp_path / "without.csv").write_text("email,phone\nann@acme.com,020 7183 8750 1234\n")
    assert "in their record's country, or as numbers of US" in run("check", "with.csv", folder=tmp_path).stdout
    assert "were read as numbers of US;" in run("check", "without.csv", folder=tmp_path).stdout


class Own(ContactSchema):
    """A schema with every new kind."""

    email: str = Email("email", key=True)
    grade: str | None = Text("grade", choices=("Gold", "Silver - new", "none"))
    joined: str | None = Date("joined", order="day-first")
    left: str | None = Date("left")
    country: str | None = Country("country", max_length=8)
    state: str | None = State("state", required=True)
    phone: str | None = Phone("phone")

    class Config:
        name = "own.members"
        metadata = describe(
            Target(name="own.members", title="Own", country_form="alpha3", state_form="code", date_order="month-first")
        )


def test_a_schema_of_a_users_own_has_the_new_kinds() -> None:
    """Choices, orders of dates by field and by target, forms of places, lengths and required fields."""
    frame = pd.DataFrame(
        [
            ["a@acme.com", "gold", "03/04/2025", "03/04/2025", "Deutschland", "Bayern", "030 23125 000"],
            ["b@acme.com", "NONE", "", "", "USA", "California", "(202) 222-1234"],
            ["c@acme.com", "Bronze", "", "", "Atlantis, far away", "", ""],
        ],
        columns=["email", "grade", "joined", "left", "country", "state", "phone"],
        dtype="str",
    )
    result = prepare_frame(frame, schema=Own)
    assert result.accepted.fillna("").to_numpy().tolist() == [
        ["a@acme.com", "Gold", "2025-04-03", "2025-03-04", "DEU", "Bayern", "+493023125000"],
        ["b@acme.com", "none", "", "", "USA", "CA", "+12022221234"],
    ]
    assert result.rejected["_codes"].tolist() == ["T103;T101;C101"]


def test_a_refused_value_is_told_the_choices() -> None:
    """A short list is spelt out, a long one is cut."""
    fields = {field.name: field for field in contract_of(Own).fields}
    assert message_of("T103", fields["grade"]).endswith("Gold, Silver - new, none")

    class Long(Own):
        grade: str | None = Text("grade", choices=tuple(f"grade {number}" for number in range(20)))

    long = next(field for field in contract_of(Long).fields if field.name == "grade")
    assert message_of("T103", long).endswith("grade 11 and 8 more")


@pytest.mark.parametrize(
    "choices", [("Mr.", "mr"), ("-",), (" Mr.",), ("x" * 9,)], ids=["alike", "no letter", "padded", "too long"]
)
def test_choices_that_cannot_be_told_apart_are_refused(choices: tuple[str, ...]) -> None:
    """The mistake is named with the field where the schema is written."""
    with pytest.raises(ValueError, match="field 'grade'"):
        Text("grade", choices=choices, max_length=8)


def test_folded_names_of_targets_answer_to_a_field() -> None:
    """A file for Salesforce maps to any other target."""
    frame = pd.DataFrame({"Email": ["ann@acme.com"], "MailingCity": ["Bonn"], "FirstName": ["Ann"]}, dtype="str")
    accepted = prepare_frame(frame, schema="eloqua.contact").accepted
    assert accepted.columns.tolist() == ["C_EmailAddress", "C_City", "C_FirstName"]
    assert fold("FirstName") == fold("first name")
