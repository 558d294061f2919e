"""A schema as a file: the same class as in Python, and every mistake with its file, line and the nearest right word."""

from __future__ import annotations

import pickle
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts import load_contract, opened_contract, schema_names
from pipeline.errors import UsageError
from schemas.aliases import CONCEPTS
from schemas.specfiles import SpecError
from schemas.specfiles.building import class_of, model_of, spec_of
from schemas.specfiles.reading import LARGEST, read_spec
from schemas.specfiles.values import attributes_of
from schemas.specfiles.writing import write_yaml
from schemas.specs import FieldSpec, Target

SMALL = """\
name: my.contact
title: Mine
fields:
  - name: Email
    kind: email
    key: true
"""


@pytest.mark.parametrize("name", schema_names())
def test_a_written_schema_reads_as_the_same(name: str, tmp_path: Path) -> None:
    """Target, fields and their order; in Pandera the columns, whether each must be there, and its checks."""
    ours = load_contract(name)
    path = tmp_path / "e.yaml"
    path.write_text(write_yaml(ours.target, ours.fields), encoding="utf-8")
    theirs = opened_contract(path)
    assert theirs.target == ours.target
    assert theirs.fields == ours.fields
    for one, other in zip(
        ours.model.to_schema().columns.values(), theirs.model.to_schema().columns.values(), strict=True
    ):
        assert (one.name, one.required, one.nullable, one.dtype) == (
            other.name,
            other.required,
            other.nullable,
            other.dtype,
        )
        assert [check.name for check in one.checks] == [check.name for check in other.checks]


_WORDS = st.text(max_size=12) | st.sampled_from(["NO", "yes", "~", "null", "0123", "1e3", "2024-01-01", "a: b", "#x"])


def _values(cls: type[Any], name: str) -> st.SearchStrategy[Any]:
    """Return values of an attribute, from its annotation's words where it is a choice of them."""
    default = next(field for field in fields(cls) if field.name == name).default
    if isinstance(default, bool):
        return st.booleans()
    if name.startswith("max_"):
        return st.none() | st.integers(1, 10**9)
    if isinstance(default, tuple):
        return st.lists(_WORDS, max_size=3).map(tuple)
    return _WORDS if default in ("", MISSING) else st.none() | _WORDS


@settings(max_examples=60, deadline=None)
@given(
    target=st.fixed_dictionaries(
        {name: _values(Target, name) for name in ("title", "hub", "object", "notes", "sources", "max_part_bytes")}
    ),
    field=st.fixed_dictionaries({name: _values(FieldSpec, name) for name in ("aliases", "max_length", "source")}),
    names=st.lists(_WORDS.filter(str.strip), min_size=1, max_size=4, unique=True),
)
def test_whatever_a_schema_says_survives_yaml(target: Any, field: Any, names: list[str]) -> None:
    """Texts that YAML would read as numbers, dates or truths among them."""
    described = Target(name="my.contact", **target)
    columns = tuple(FieldSpec(name, "text", key=not place, **field) for place, name in enumerate(names))
    spec = spec_of(read_spec(write_yaml(described, columns).encode(), name="x.yaml"))
    assert spec.target == described
    assert spec.fields == columns


@pytest.mark.parametrize("cls", [Target, FieldSpec])
def test_a_file_can_say_every_attribute(cls: type[Any]) -> None:
    """An annotation that no file could say would raise."""
    assert set(attributes_of(cls)) == {field.name for field in fields(cls)}


def test_extending_changes_removes_and_adds() -> None:
    """Base fields stay in their order, new ones come last; a changed field keeps what is not said."""
    text = (
        "extends: eloqua.contact\nname: my.contact\nregion: DE\nremove: [C_Address3]\nfields:\n"
        "  - {name: C_Title, max_length: 30, aliases: [Berufsbezeichnung]}\n"
        "  - {name: Fax, kind: phone, concept: fax}\n"
    )
    spec = spec_of(read_spec(text.encode(), name="x.yaml"))
    base = load_contract("eloqua.contact")
    assert [field.name for field in spec.fields] == [
        *(field.name for field in base.fields if field.name != "C_Address3"),
        "Fax",
    ]
    title = next(field for field in spec.fields if field.name == "C_Title")
    assert (title.max_length, title.aliases) == (30, (*CONCEPTS["title"], "Berufsbezeichnung"))
    assert (spec.target.name, spec.target.region, spec.target.hub) == ("my.contact", "DE", "marketing")


def test_toml_says_the_same() -> None:
    """One schema in both formats."""
    toml = 'name = "my.contact"\ntitle = "Mine"\n\n[[fields]]\nname = "Email"\nkind = "email"\nkey = true\n'
    assert spec_of(read_spec(toml.encode(), name="x.toml")) == spec_of(read_spec(SMALL.encode(), name="x.yaml"))


def test_a_key_is_required_unless_said_otherwise() -> None:
    """As `Email(key=True)` in Python."""
    assert spec_of(read_spec(SMALL.encode(), name="x.yaml")).fields[0].required
    text = SMALL + "    required: false\n"
    assert not spec_of(read_spec(text.encode(), name="x.yaml")).fields[0].required


def test_a_contract_of_a_file_travels(tmp_path: Path) -> None:
    """By the bytes that were read: what the file holds meanwhile does not matter."""
    path = tmp_path / "my.yaml"
    path.write_text(SMALL)
    contract = opened_contract(str(path))
    text = pickle.dumps(contract)
    path.write_text("changed")
    again = pickle.loads(text)
    assert (again.target, again.fields, again.spec) == (contract.target, contract.fields, contract.spec)
    assert contract.travels


def test_a_class_made_in_a_function_does_not_travel() -> None:
    """Nothing outside can find it."""
    from schemas.base import ContactSchema
    from schemas.fields import Email, describe

    class Mine(ContactSchema):
        email: str = Email("email", key=True)

        class Config:
            metadata = describe(Target(name="my.contact", title="Mine"))

    assert not opened_contract(Mine).travels


HEAD = "name: my.contact\ntitle: Mine\n"
FIELD = "fields:\n  - name: Email\n    kind: email\n    key: true\n"

MISTAKES: list[tuple[str, str, int | None, tuple[str, ...]]] = [
    ("a key of a field", HEAD + FIELD + "    max_lenght: 9\n", 7, ("max_lenght", "did you mean max_length?")),
    ("a key of a schema", "nme: x\n" + HEAD + FIELD, 1, ("nme", "did you mean name?")),
    ("a kind", HEAD + FIELD.replace("kind: email", "kind: emial"), 5, ("kind", "did you mean email?")),
    ("a concept", HEAD + FIELD + "    concept: fist_name\n", 7, ("did you mean first_name?",)),
    ("a region", HEAD + "region: de\n" + FIELD, 3, ("'de'", "did you mean DE?")),
    ("a form of phones", HEAD + "phone_form: e163\n" + FIELD, 3, ("did you mean e164?",)),
    ("what is extended", "name: a.b\nextends: eloqa.contact\n", 2, ("did you mean eloqua.contact?",)),
    ("what is removed", "name: a.b\nextends: eloqua.contact\nremove:\n  - C_Adress3\n", 4, ("C_Address3",)),
    ("an upsert key", HEAD + "upsert_key: Emial\n" + FIELD, 3, ("did you mean Email?",)),
    ("a text for a truth", HEAD + FIELD.replace("key: true", "key: maybe"), 6, ("key is true or false", "'maybe'")),
    ("a text for a number", HEAD + FIELD + "    max_length: long\n", 7, ("max_length is a whole number",)),
    ("a fraction for a number", HEAD + FIELD + "    max_length: 1.5\n", 7, ("a whole number",)),
    ("nothing for a number", HEAD + "blank_overwrites:\n" + FIELD, 3, ("true or false", "nothing")),
    ("no characters", HEAD + FIELD + "    max_length: 0\n", 4, ("at least 1",)),
    ("a text for a list", HEAD + FIELD + "    aliases: mail\n", 7, ("aliases is a list of texts",)),
    ("a list for a text", "name: [a]\ntitle: x\n" + FIELD, 1, ("name is text", "a list")),
    ("a key twice", HEAD + FIELD + "    kind: phone\n", 7, ("kind stands twice",)),
    ("a field twice", HEAD + FIELD + "  - name: Email\n    kind: text\n", 7, ("Email stands twice",)),
    ("two keys", HEAD + FIELD + "  - {name: Id, kind: text, key: true}\n", 3, ("Email and Id are marked",)),
    ("no key", HEAD + FIELD.replace("key: true", "key: false"), 3, ("none is marked",)),
    ("no name", "title: Mine\n" + FIELD, 1, ("says its name",)),
    ("a name without a dot", "name: contact\ntitle: x\n" + FIELD, 1, ("target.object",)),
    ("no kind", HEAD + "fields:\n  - name: Email\n", 4, ("says its kind",)),
    ("a blank name", HEAD + FIELD + '  - {name: " ", kind: text}\n', 7, ("not blank",)),
    ("no fields", HEAD, None, ("fields:", "extends:")),
    ("fields as a mapping", HEAD + "fields:\n  Email: {kind: email}\n", 4, ("fields is a list",)),
    ("a field as a word", HEAD + "fields: [Email]\n", 3, ("a field is a mapping",)),
    ("an empty file", "", None, ("empty",)),
    ("only a comment", "# nothing\n", None, ("empty",)),
    ("a list", "- a\n- b\n", 1, ("a schema is a mapping",)),
    ("a word", "hello\n", 1, ("a schema is a mapping",)),
    ("an anchor", "name: &x a.b\n", 1, ("anchors",)),
    ("an alias", "name: *x\n", 1, ("anchors",)),
    ("a tag", "name: !!python/object/apply:os.system [ls]\n", 1, ("tags",)),
    ("two documents", SMALL + "---\na: b\n", 7, ("second document",)),
    ("not YAML", "name: [a\ntitle: x\n", 2, ("not YAML",)),
    ("a tab", "name: a.b\n\ttitle: x\n", 2, ("not YAML",)),
    ("a control character", "name: a\x07b\n", None, ("not YAML",)),
    ("a list for a key", "[a, b]: c\n", 1, ("a key is a word",)),
    ("a deep nest", "[" * 10_000, 1, ("nested too deeply",)),
    ("a large file", "#" * (LARGEST + 1), None, ("larger than 256 KiB",)),
]


@pytest.mark.parametrize(("text", "line", "words"), [one[1:] for one in MISTAKES], ids=[one[0] for one in MISTAKES])
def test_a_mistake_names_its_line(text: str, line: int | None, words: tuple[str, ...], tmp_path: Path) -> None:
    """One line of text, the file, the line where it is known, and the way out."""
    path = tmp_path / "my.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        opened_contract(path)
    said = str(caught.value)
    assert said.startswith(f"my.yaml, line {line}: " if line else "my.yaml: "), said
    assert "\n" not in said
    for word in words:
        assert word in said, said


TOML_MISTAKES: list[tuple[str, int | None, str]] = [
    ("name = a\n", 1, "not TOML"),
    ('name = "a.b"\nname = "a.c"\n', 2, "not TOML"),
    ('name = "a.b"\ntitle = "x"\n\n[[fields]]\nname = "E"\nkind = "text"\nkye = true\n', 7, "did you mean key?"),
    ('name = "a.b"\ntitle = "x"\n[[fields]]\nname = "E"\nkind = "text"\n[[fields]]\nname = 7\n', 7, "name is text"),
    ("name = 2024-01-01\n", 1, "dates"),
    ("", None, "empty"),
]


@pytest.mark.parametrize(("text", "line", "word"), TOML_MISTAKES)
def test_a_mistake_in_toml_names_its_line(text: str, line: int | None, word: str) -> None:
    """Where the text is laid out in lines."""
    with pytest.raises(SpecError) as caught:
        model_of(text.encode(), name="my.toml")
    assert (caught.value.line, word in str(caught.value)) == (line, True), str(caught.value)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda data: data.decode("latin-1")))
def test_no_text_does_more_than_fail(text: str) -> None:
    """Whatever is in the file, it is a schema or one mistake in it."""
    for name in ("x.yaml", "x.toml"):
        said = ""
        try:
            class_of(spec_of(read_spec(text.encode("utf-8", "surrogatepass"), name=name)))
        except SpecError as failure:
            said = str(failure)
        assert "\n" not in said
