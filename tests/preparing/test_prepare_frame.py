"""`prepare_frame` on frames as jobs hold them."""

from __future__ import annotations

import pandas as pd
import pytest

import schemas
from pipeline import Policy, Settings, UsageError, check, prepare_frame
from pipeline.contracts import contract_of
from schemas.base import ContactSchema
from schemas.fields import Email, Text, describe
from schemas.specs import Target


def people(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"email": ["ann@acme.com", "bob"], **columns})


def test_the_callers_index_and_columns_are_kept() -> None:
    """Any index, repeated or not; columns without a field stay in the rejects."""
    frame = people(note=["x", "y"]).set_axis(pd.Index(["k", "k"], name="key"), axis=0)
    result = prepare_frame(frame, schema="generic.contact")
    assert result.accepted.index.tolist() == ["k"]
    assert result.rejected.index.name == "key"
    assert result.rejected["note"].tolist() == ["y"]
    assert result.findings.index.tolist() == ["k"]


def test_its_own_rejects_can_be_given_back() -> None:
    """Columns named like ours get another name."""
    first = prepare_frame(people(), schema="generic.contact")
    again = prepare_frame(first.rejected, schema="generic.contact")
    assert list(again.rejected.columns) == ["_codes", "_reasons", "_codes_2", "_reasons_2", "email"]


def test_numbers_in_categories_and_with_gaps() -> None:
    """Whole numbers are their digits, missing ones are blank, in categories too."""
    frame = people(
        phone=pd.Series(pd.Categorical([2022221234, None])), mobile=pd.array([2022221234, None], dtype="Int64")
    )
    result = prepare_frame(frame, schema="generic.contact")
    assert result.accepted[["phone", "mobile"]].to_numpy().tolist() == [["+12022221234", "+12022221234"]]


@pytest.mark.parametrize(
    "frame",
    [
        pd.Series(["ann@acme.com"], name="email"),
        pd.DataFrame([["a"]], columns=pd.MultiIndex.from_tuples([("email", "x")])),
        people(phone=[1.5, 2.5]),
        people(first_name=pd.Series(["\ud800", "x"], dtype=object)),
    ],
    ids=["series", "levels", "floats", "surrogates"],
)
def test_what_it_cannot_take_is_a_type_error(frame: pd.DataFrame) -> None:
    """With a text that says what to do."""
    with pytest.raises(TypeError, match=r"DataFrame|text"):
        prepare_frame(frame, schema="generic.contact")


def test_an_empty_frame() -> None:
    """No records is a result."""
    result = prepare_frame(pd.DataFrame({"email": []}), schema="generic.contact")
    assert (len(result.accepted), len(result.rejected), len(result.changes)) == (0, 0, 0)


def test_a_model_is_a_schema_too(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """A class does where a name does."""
    (tmp_path / "x.csv").write_text("email\nann@acme.com\n")
    assert check(tmp_path / "x.csv", schema=schemas.GenericContact).accepted == 1
    assert prepare_frame(people(), schema=schemas.GenericContact).schema == "generic.contact"


def test_a_kept_cell_is_no_website() -> None:
    """What was refused and kept takes no part in checks across columns, and breaks none."""
    frame = people(website=["http://[bad", "http://1.2.3.4"])
    result = prepare_frame(frame, schema="generic.contact", settings=Settings(policy=Policy(on_invalid="keep")))
    assert set(result.findings["code"]) <= {"W101", "W103", "W108", "E101"}


def test_domains_that_only_fold_alike_are_different() -> None:
    """straße.de and strasse.de are two domains, and a website under the former is its own."""
    frame = pd.DataFrame(
        {"email": ["a@straße.de", "a@strasse.de", "A@strasse.de"], "website": ["https://straße.de", "", ""]}
    )
    result = prepare_frame(frame, schema="generic.contact")
    assert len(result.accepted) == 2
    assert result.findings["code"].tolist() == ["K101"]


@pytest.mark.parametrize("wrong", [{"on_invalid": "rejct"}, {"region": "gb"}, {"region": "United Kingdom"}])
def test_a_policy_with_a_slip_is_refused(wrong: dict[str, str]) -> None:
    """A misspelt policy must not be taken for another."""
    with pytest.raises(ValueError, match=r"rejct|region"):
        Policy(**wrong)  # type: ignore[arg-type]


class Whole(ContactSchema):
    """Asks for what no batch can decide."""

    email: str = Email("email", key=True)
    badge: str | None = Text("badge")

    class Config:
        name = "whole.contact"
        unique = ("badge",)
        metadata = describe(Target(name="whole.contact", title="Whole"))


def test_a_schema_that_no_batch_can_judge_is_refused() -> None:
    """It would give other results in other batches."""
    with pytest.raises(UsageError, match="plain Pandera only"):
        contract_of(Whole)


def test_many_changes_are_not_quadratic() -> None:
    """Ten thousand changes are gathered in one go."""
    frame = pd.DataFrame({"email": [f"p{n}@acme.com" for n in range(10_000)], "title": [" x"] * 10_000})
    assert len(prepare_frame(frame, schema="generic.contact").changes) == 10_000
