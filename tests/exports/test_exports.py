"""What other tools are told of a clean file: it holds for every clean file, and not for a broken one."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import Policy, Settings, prepare, prepare_frame
from pipeline.contracts import (
    Contract,
    contract_of_parts,
    example_of,
    judge,
    load_contract,
    opened_contract,
    schema_names,
)
from pipeline.contracts import json_schema as json_schema_of
from pipeline.contracts import pandera_yaml as pandera_yaml_of
from schemas.exports.normal_forms import PHONES
from schemas.specs import PhoneForm

SAMPLES = Path(__file__).parents[2] / "sample_data"

HARD = {
    "email": ["ann@acme.com", "Ann@ACME.com", "mailto:ann@acme.com", "jörg@bücher.de", "ann", ""],
    "phone": ["(202) 222-1234", "+1 202 555 0123 ext. 12", "+44 20 7946 0018", "+39 06 1234 5678", "call me", "", "-"],
    "website": ["acme.com", "http://acme.com/a b?q#f", "bücher.de", "https://acme.com./", "", "x"],
    "text": ["Norm", "  Norm ", "a\nb", "x" * 101, "N/A", "e\u0301", "a,b\"c", "NA", "0123", ""],
}  # fmt: skip


def read_clean(text: bytes | Path) -> pd.DataFrame:
    """Read a clean file as the exports say."""
    source: Any = text if isinstance(text, Path) else io.BytesIO(text)
    return pd.read_csv(source, dtype="str", keep_default_na=False, na_values=[""])


def refusals(contract: Contract, frame: pd.DataFrame) -> tuple[bool, bool]:
    """Return whether Pandera's YAML and the JSON Schema refuse a frame."""
    by_pandera = False
    try:
        pa.DataFrameSchema.from_yaml(pandera_yaml_of(contract)).validate(frame, lazy=True)
    except pa.errors.SchemaErrors:
        by_pandera = True
    judged = jsonschema.Draft202012Validator(json_schema_of(contract))
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return by_pandera, any(not judged.is_valid(row) for row in rows)


@pytest.mark.parametrize("name", schema_names())
def test_the_json_schema_is_one(name: str) -> None:
    """By the meta-schema of its draft."""
    jsonschema.Draft202012Validator.check_schema(json_schema_of(load_contract(name)))


CLEAN = [
    (sample, schema)
    for sample in ("contacts.csv", "messy.csv", "semicolon_cp1252.csv", "tab_utf16.txt")
    for schema in ("eloqua.contact", "base_crm.contact", "generic.contact")
]


@pytest.mark.parametrize(("sample", "schema"), CLEAN)
def test_clean_files_are_accepted_and_broken_ones_refused(sample: str, schema: str, tmp_path: Path) -> None:
    """Of each sample by each schema; broken are two swapped columns, an unknown one, and a missing key."""
    contract = load_contract(schema)
    prepared = prepare(SAMPLES / sample, out=tmp_path / "out", schema=schema)
    frame = read_clean(prepared.folder / "clean.csv")
    assert len(frame)
    assert refusals(contract, frame) == (False, False)
    key, phone = contract.key.name, next(field.name for field in contract.fields if field.kind == "phone")
    if phone in frame:
        swapped = frame.assign(**{key: frame[phone], phone: frame[key]}).dropna()
        assert refusals(contract, swapped) == (True, True)
    assert refusals(contract, frame.assign(shoe_size="42")) == (True, True)
    if contract.key.required:
        assert refusals(contract, frame.drop(columns=key)) == (True, True)
        assert refusals(contract, pd.concat([frame, frame]).reset_index(drop=True))[0]


def _raw(contract: Contract) -> st.SearchStrategy[pd.DataFrame]:
    texts = st.text(max_size=10)
    row = st.fixed_dictionaries(
        {field.name: st.sampled_from(HARD.get(field.kind, [""])) | texts for field in contract.fields}
    )
    names = [field.name for field in contract.fields]
    return st.lists(row, max_size=6).map(lambda rows: pd.DataFrame(rows, columns=names, dtype="str"))


@pytest.mark.parametrize("name", schema_names())
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_whatever_is_accepted_satisfies_the_exports(name: str, data: st.DataObject) -> None:
    """Also what others would call strange: text in any script, numbers abroad, hosts in any alphabet."""
    contract = load_contract(name)
    accepted = prepare_frame(data.draw(_raw(contract)), schema=name).accepted
    # pandas leaves a lone carriage return outside of quotes, and takes it for the end of a record when it reads.
    text = accepted.to_csv(index=False, quoting=csv.QUOTE_ALL)
    accepted = read_clean(text.encode()) if len(accepted) else accepted
    assert refusals(contract, accepted) == (False, False)


NUMBERS = ["+1 202 555 0123 ext. 12", "+44 20 7946 0018", "+39 06 12345678", "+49 30 23125 101",
           "+54 9 11 2345-6789", "+52 55 1234 5678 x7", "+86 10 1234 5678"]  # fmt: skip


@pytest.mark.parametrize("form", get_args(PhoneForm))
def test_phones_in_every_form_match(form: PhoneForm) -> None:
    """With extensions, and in countries that write numbers their own way."""
    generic = load_contract("generic.contact")
    contract = contract_of_parts(replace(generic.target, phone_form=form), generic.fields)
    assert form in PHONES
    raw = pd.DataFrame({"email": [f"a{n}@acme.com" for n in range(len(NUMBERS))], "phone": NUMBERS}, dtype="str")
    accepted = prepare_frame(raw, schema=contract, settings=Settings(Policy(region="US"))).accepted
    assert len(accepted) == len(NUMBERS)
    assert refusals(contract, accepted) == (False, False)


@pytest.mark.parametrize("name", schema_names())
def test_examples_are_accepted_as_they_stand(name: str) -> None:
    """What a template shows is in its normal form, by every field's own judge."""
    contract = load_contract(name)
    row = {field.name: example_of(contract, field) for field in contract.fields}
    verdicts = judge(contract, pd.DataFrame([row], dtype="str"), Policy()).verdicts.columns
    for column, example in row.items():
        if example:
            assert verdicts[column].values.tolist() == [example]


def test_texts_in_a_spec_cannot_break_out(tmp_path: Path) -> None:
    """A field's name and source with quotes, colons and line breaks come out as one text."""
    odd = 'e: "m\n#x'
    path = tmp_path / "my.yaml"
    path.write_text(
        json.dumps({"name": "my.contact", "title": odd, "fields": [{"name": odd, "kind": "email", "key": True}]})
    )
    contract = opened_contract(path)
    assert list(json_schema_of(contract)["properties"]) == [odd]
    assert list(pa.DataFrameSchema.from_yaml(pandera_yaml_of(contract)).columns) == [odd]
