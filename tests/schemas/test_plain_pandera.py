"""Each schema works alone in plain Pandera, and says the same as the pipeline, cell by cell."""

from __future__ import annotations

import pickle
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas
from pipeline import Policy, prepare_frame
from pipeline.contracts import judge, load_contract, schema_names
from schemas.base import ContactSchema
from schemas.fields import Email, Phone, Text, describe, fields_of, target_of
from schemas.specs import Target
from tests.schemas.raw_frames import raw_frames

SAMPLE = Path(__file__).parents[2] / "sample_data" / "contacts.csv"


@pytest.mark.parametrize("name", schema_names())
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_plain_pandera_equals_the_pipeline(name: str, data: st.DataObject) -> None:
    """Values where a cell is accepted, and rule codes where it is not, are the same by both ways."""
    frame = data.draw(raw_frames(name))
    contract = load_contract(name)
    verdicts = judge(contract, frame, Policy()).verdicts
    ours = {
        (column, code, row)
        for column, found in verdicts.columns.items()
        for row, which in enumerate(found.which.tolist())
        for code, severity, _ in found.combinations[which]
        if severity == "error"
    }
    try:
        result = contract.model.validate(frame, lazy=True)
        theirs: set[tuple[str, str, int]] = set()
    except pa.errors.SchemaErrors as failure:
        cases = failure.failure_cases
        theirs = set(zip(cases["column"], cases["check"], cases["index"].astype(int), strict=True))
        result = failure.data
    assert theirs == ours
    for column, found in verdicts.columns.items():
        fine = ~found.refused
        pd.testing.assert_series_equal(result[column][fine], found.values[fine], check_names=False)


def test_the_sample_by_plain_pandera() -> None:
    """The vendor's ten rows come out normalised, blanks missing, nothing refused."""
    raw = pd.read_csv(SAMPLE, dtype="str", keep_default_na=False)
    before = raw.copy()
    clean = schemas.EloquaContact.validate(raw, lazy=True)
    assert clean.loc[2, "C_BusPhone"] == "+14444441234"
    assert clean["C_BusPhone"].isna().tolist() == [False, True, False, False, False, True, False, False, False, False]
    assert clean.loc[0, "C_Website1"] == "http://www.acme.com"
    pd.testing.assert_frame_equal(raw, before)


def test_failure_cases_name_the_code_the_label_and_the_original_text() -> None:
    """Whoever uses plain Pandera finds out which row, which rule, which text."""
    raw = pd.DataFrame({"email": ["ann@acme.com", "ann"]}, index=pd.Index([11, 12], name="record"), dtype="str")
    with pytest.raises(pa.errors.SchemaErrors) as caught:
        schemas.GenericContact.validate(raw, lazy=True)
    case = caught.value.failure_cases.iloc[0]
    assert (case["column"], case["check"], case["index"], case["failure_case"]) == ("email", "E101", 12, "ann")


def test_warnings_never_make_plain_pandera_fail() -> None:
    """A possible but unassigned phone passes."""
    raw = pd.DataFrame({"email": ["ann@acme.com"], "phone": ["(333) 333-1234"]}, dtype="str")
    assert schemas.GenericContact.validate(raw)["phone"].tolist() == ["+13333331234"]


def test_optional_columns_may_be_absent_and_the_key_may_not() -> None:
    """A frame with the key alone validates; one without it does not."""
    schemas.GenericContact.validate(pd.DataFrame({"email": ["ann@acme.com"]}, dtype="str"))
    with pytest.raises(pa.errors.SchemaErrors):
        schemas.GenericContact.validate(pd.DataFrame({"phone": ["1"]}, dtype="str"), lazy=True)


@pytest.mark.parametrize(
    ("variable", "value"), [("PANDERA_VALIDATION_ENABLED", "False"), ("PANDERA_VALIDATION_DEPTH", "SCHEMA_ONLY")]
)
def test_the_environment_cannot_switch_validation_off(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pandera reads these when it validates; we set our own."""
    import pandera.config as config

    monkeypatch.setenv(variable, value)
    monkeypatch.setattr(config, "CONFIG", config._config_from_env_vars())
    with pytest.raises(pa.errors.SchemaErrors):
        schemas.GenericContact.validate(pd.DataFrame({"email": ["ann"]}, dtype="str"), lazy=True)
    assert len(prepare_frame(pd.DataFrame({"email": ["ann"]}, dtype="str"), schema="generic.contact").rejected) == 1


def test_an_attribute_from_outside_is_never_believed() -> None:
    """Verdicts that a caller leaves on a frame are judged anew."""
    good = schemas.GenericContact.to_schema().validate(pd.DataFrame({"email": ["ann@acme.com"]}, dtype="str"))
    bad = pd.DataFrame({"email": ["ann"]}, dtype="str")
    bad.attrs.update(good.attrs)
    assert bad.attrs
    with pytest.raises(pa.errors.SchemaErrors):
        schemas.GenericContact.validate(bad, lazy=True)


def test_the_result_can_be_saved_and_pickled(tmp_path: Path) -> None:
    """Nothing of ours stays on the frame."""
    clean = schemas.GenericContact.validate(pd.DataFrame({"email": ["ann@acme.com"]}, dtype="str"))
    assert clean.attrs == {}
    clean.to_parquet(tmp_path / "clean.parquet")
    pickle.loads(pickle.dumps(clean))
    kept = schemas.GenericContact.to_schema().validate(pd.DataFrame({"email": ["ann@acme.com"]}, dtype="str"))
    kept.to_parquet(tmp_path / "kept.parquet")


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1.0, 2.0]),
        pd.Series(pd.to_datetime(["2026-01-01"] * 2)),
        pd.Series([True, False]),
        pd.Series([b"x", b"y"]),
    ],
    ids=["float", "date", "bool", "bytes"],
)
def test_what_is_not_text_is_refused_with_the_way_out(column: pd.Series) -> None:
    """A float phone has lost its spelling."""
    frame = pd.DataFrame({"email": ["a@acme.com", "b@acme.com"], "phone": column})
    with pytest.raises(TypeError, match="dtype=str"):
        schemas.GenericContact.validate(frame)


def test_integers_become_their_digits() -> None:
    """A column of whole numbers has lost nothing but leading zeros, which no rule can know."""
    frame = pd.DataFrame({"email": ["a@acme.com"], "phone": [2022221234]})
    assert schemas.GenericContact.validate(frame)["phone"].tolist() == ["+12022221234"]


class Own(ContactSchema):
    """A schema as a user would write it, with a check of plain Pandera."""

    email: str = Email("E-Mail", key=True)
    phone: str | None = Phone("Telephone")
    code: str | None = Text("Code", max_length=4)
    grade: str | None = pa.Field(isin=["A", "B"], nullable=True)

    class Config:
        name = "own.contact"
        metadata = describe(Target(name="own.contact", title="Own", region="DE"))


def test_a_schema_of_a_users_own() -> None:
    """Target, region, limits and an added Pandera check all count."""
    assert target_of(Own).region == "DE"
    assert [field.name for field in fields_of(Own)] == ["E-Mail", "Telephone", "Code"]
    frame = pd.DataFrame(
        {"E-Mail": ["a@acme.com"], "Telephone": ["030 23125 000"], "Code": ["abcd"], "grade": ["A"]}, dtype="str"
    )
    assert Own.validate(frame)["Telephone"].tolist() == ["+493023125000"]
    frame["grade"] = "C"
    with pytest.raises(pa.errors.SchemaErrors) as caught:
        Own.validate(frame, lazy=True)
    assert caught.value.failure_cases["column"].tolist() == ["grade"]


def test_facts_of_the_targets() -> None:
    """What the sources say of hub, key and limits."""
    eloqua, base = load_contract("eloqua.contact"), load_contract("base_crm.contact")
    assert (eloqua.target.hub, eloqua.key.name) == ("marketing", "C_EmailAddress")
    assert {field.max_length for field in eloqua.fields if field.kind == "text"} == {100}
    assert eloqua.key.max_length is None
    assert base.target.hub == "crm"
    assert [field.name for field in base.fields if field.required] == ["last_name"]
    assert all(field.flatten for field in base.fields if field.kind == "text")
    assert "not found documented" in (base.model.__doc__ or "")
