"""Own schemas and the `schemas` commands, through the installed command."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.contacts import write as write_contacts
from pipeline.contracts import example_of, load_contract, schema_names

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_data"
SAMPLE = SAMPLES / "contacts.csv"
COMMAND = Path(sys.executable).parent / "contactprep"

MODULE = """\
from schemas import ContactSchema
from schemas.fields import Email, Text, describe
from schemas.specs import Target
import pandera.pandas as pa


class MyContact(ContactSchema):
    email: str = Email("Email", key=True)
    name: str | None = Text("Name", concept="full_name", max_length=9)

    class Config:
        metadata = describe(Target(name="my.contact", title="My list"))


class Plain(pa.DataFrameModel):
    email: str


class NoKey(ContactSchema):
    name: str = Text("Name")

    class Config:
        metadata = describe(Target(name="my.contact", title="My list"))


class NoTarget(ContactSchema):
    email: str = Email("Email", key=True)


nothing = 3
"""

YAML = """\
name: my.contact
title: My list
fields:
  - name: Email
    kind: email
    key: true
  - name: Name
    kind: text
    concept: full_name
    max_length: 9
"""


def contactprep(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the installed command as a user would."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CONTACTPREP_")}
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=120,
        encoding="utf-8",
        env=clean,
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file's bytes."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a folder with the same schema as a module and as a file, and files that are none."""
    (tmp_path / "mymodule.py").write_text(MODULE)
    (tmp_path / "my.yaml").write_text(YAML)
    (tmp_path / "typo.yaml").write_text(YAML.replace("max_length", "max_lenght"))
    (tmp_path / "broken.py").write_text("x = 1\nimport no_such_library\n")
    (tmp_path / "raising.py").write_text("x = 1\nraise RuntimeError('two\\nlines')\n")
    (tmp_path / "wrong.py").write_text("x = (\n")
    (tmp_path / "leaving.py").write_text("import sys\nsys.exit(0)\n")
    (tmp_path / "people.csv").write_text("E-mail,Full Name\nann@acme.com,Ann\nbob@acme.com,Bob the Builder\n")
    return tmp_path


UNUSABLE: list[tuple[str, tuple[str, ...]]] = [
    ("eloqa.contact", ("did you mean eloqua.contact?",)),
    ("typo.yaml", ("typo.yaml, line 10", "max_lenght", "did you mean max_length?")),
    ("missing.yaml", ("missing.yaml", "No such file")),
    ("./nothing", ("./nothing", "No such file")),
    (".", ("there are",)),
    ("./", ("Is a directory",)),
    ("mymodule:MyContct", ("did you mean MyContact?",)),
    ("mymodule:Plain", ("a Pandera model", "ContactSchema")),
    ("mymodule:nothing", ("no contact schema",)),
    ("mymodule:NoKey", ("exactly one field as its key",)),
    ("mymodule:NoTarget", ("names no target",)),
    ("mymodule:", ("module:Class",)),
    ("no_such_module:X", ("no module no_such_module",)),
    ("mymodule.inner:X", ("no module mymodule.inner",)),
    ("broken:X", ("broken fails to import", "no_such_library", "broken.py, line 2")),
    ("raising:X", ("raising fails to import", "two lines", "raising.py, line 2")),
    ("wrong:X", ("wrong fails to import", "wrong.py, line 1")),
    ("leaving:X", ("leaving fails to import", "SystemExit")),
]


@pytest.mark.parametrize(("schema", "words"), UNUSABLE, ids=[case[0] for case in UNUSABLE])
def test_an_unusable_schema_is_one_line_and_exit_2(schema: str, words: tuple[str, ...], own: Path) -> None:
    """Nothing is written, nothing is printed but this line."""
    before = {path.name for path in own.iterdir()} | {"__pycache__"}
    done = contactprep("check", "people.csv", "--schema", schema, cwd=own)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr
    assert done.stdout == ""
    assert {path.name for path in own.iterdir()} <= before


def test_a_file_and_a_class_judge_alike_in_any_number_of_processes(own: Path) -> None:
    """The folders are the same but for where the schema comes from, which the manifest says."""
    (own / "people.csv").write_text(
        "E-mail,Full Name\n"
        + "".join(f"ann{n}@acme.com,Ann {n}\n" for n in range(45_000))
        + "ann1@acme.com,Too long a name\n"
    )
    folders: list[dict[str, bytes]] = []
    for number, (schema, jobs) in enumerate((("my.yaml", 1), ("my.yaml", 2), ("mymodule:MyContact", 2))):
        done = contactprep("prepare", "people.csv", "--schema", schema, "-j", str(jobs), "-o", f"o{number}", cwd=own)
        assert done.returncode == 1, done.stderr
        folders.append(contents(own / f"o{number}"))
    assert folders[0] == folders[1]
    specs = [json.loads(folder.pop("manifest.json"))["schema"]["spec"] for folder in folders]
    assert folders[0] == folders[2]
    digest = hashlib.sha256(YAML.encode()).hexdigest()
    assert specs == [{"name": "my.yaml", "sha256": digest}, {"name": "my.yaml", "sha256": digest}, None]


@pytest.mark.parametrize("name", ["salesforce.lead"])
def test_a_schema_that_was_shown_as_yaml_prepares_the_same(name: str, tmp_path: Path) -> None:
    """Byte for byte, but for the manifest's word of the file."""
    shown = contactprep("schemas", "show", name, "--format", "yaml", cwd=tmp_path)
    (tmp_path / "e.yaml").write_text(shown.stdout, encoding="utf-8")
    folders: list[dict[str, Any]] = []
    for number, schema in enumerate((name, "e.yaml")):
        done = contactprep("prepare", SAMPLES / "messy.csv", "--schema", schema, "-o", f"o{number}", cwd=tmp_path)
        assert done.returncode == 1, done.stderr
        folder: dict[str, Any] = contents(tmp_path / f"o{number}")
        folder["manifest.json"] = json.loads(folder["manifest.json"])
        folder["manifest.json"]["schema"].pop("spec")
        folders.append(folder)
    assert folders[0] == folders[1]


def test_every_format_of_show(own: Path) -> None:
    """Text for people; the others parse."""
    for schema in ("my.yaml", "mymodule:MyContact"):
        said = {
            form: contactprep("schemas", "show", schema, "--format", form, cwd=own)
            for form in ("text", "json", "yaml", "jsonschema", "pandera")
        }
        assert {done.returncode for done in said.values()} == {0}
        names = [field["name"] for field in json.loads(said["json"].stdout)["fields"]]
        assert list(json.loads(said["jsonschema"].stdout)["properties"]) == names
        assert all(name in said["text"].stdout for name in names)
        assert all(name in said["pandera"].stdout for name in names)


@pytest.mark.parametrize("arguments", [("schemas",), ("schemas", "list")])
def test_list(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """With or without the word."""
    done = contactprep(*arguments, cwd=tmp_path)
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(schema_names())
    data = json.loads(contactprep(*arguments, "--format", "json", cwd=tmp_path).stdout)
    assert [entry["name"] for entry in data] == list(schema_names())


@pytest.mark.parametrize("name", ["salesforce.lead"])
def test_a_template_filled_in_by_its_examples_is_accepted(name: str, tmp_path: Path) -> None:
    """On the streams and in files; every column is explained, and nothing that is there is written over."""
    contract = load_contract(name)
    streamed = contactprep("schemas", "template", name, cwd=tmp_path)
    header = next(csv.reader(io.StringIO(streamed.stdout)))
    assert header == [field.name for field in contract.fields]
    assert [line.partition(":")[0] for line in streamed.stderr.splitlines()] == header
    done = contactprep("schemas", "template", name, "-o", "empty.csv", cwd=tmp_path)
    assert done.returncode == 0
    assert (tmp_path / "empty.csv").read_text() == streamed.stdout
    assert (tmp_path / "empty.help.txt").read_text() == streamed.stderr
    again = contactprep("schemas", "template", name, "-o", "empty.csv", cwd=tmp_path)
    assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)
    with (tmp_path / "empty.csv").open("a", newline="") as file:
        csv.writer(file).writerow([example_of(contract, field) or "x" for field in contract.fields])
    checked = contactprep("check", "empty.csv", "--schema", name, cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout


def _drafted(file: Path, folder: Path, *reading: str) -> tuple[dict[str, Any], str]:
    """Return the report of a file judged by the schema that was drafted from it, and the draft."""
    done = contactprep("schemas", "infer", file, "-o", "draft.yaml", *reading, cwd=folder)
    assert done.returncode == 0, done.stderr
    checked = contactprep("check", file, "--schema", "draft.yaml", "--format", "json", *reading, cwd=folder)
    assert checked.returncode in (0, 1), checked.stderr
    return json.loads(checked.stdout), (folder / "draft.yaml").read_text("utf-8")


@pytest.mark.parametrize("name", ["contacts.csv", "semicolon_cp1252.csv", "tab_utf16.txt", "header_only.csv"])
def test_a_good_file_is_accepted_by_the_schema_drafted_from_it(name: str, tmp_path: Path) -> None:
    """Every column is mapped to a field of its name, and every record accepted."""
    report, _ = _drafted(SAMPLES / name, tmp_path)
    assert report["counts"]["accepted"] == report["counts"]["records"]
    assert all(column["field"] == column["column"] for column in report["source"]["columns"])


@pytest.mark.parametrize("kind", ["realistic", "right"])
def test_a_generated_file_and_its_draft(kind: Any, tmp_path: Path) -> None:
    """Nothing is rejected but what the draft's comments count; kinds, key and concepts are found."""
    write_contacts(tmp_path / "people.csv", 2_000, 3, kind=kind)
    report, draft = _drafted(tmp_path / "people.csv", tmp_path)
    kinds = {column["column"]: column["kind"] for column in report["source"]["columns"]}
    assert (kinds["C_EmailAddress"], kinds["C_BusPhone"], kinds["C_Website1"]) == ("email", "phone", "website")
    assert draft.count("key: true") == 1
    refused = sum(int(line.split()[1].replace(",", "")) for line in draft.splitlines() if "cells are refused" in line)
    repeated = sum(int(line.split()[3].replace(",", "")) for line in draft.splitlines() if "records repeat" in line)
    errors = {rule["code"]: rule["count"] for rule in report["rules"] if rule["severity"] == "error"}
    assert errors.pop("K101", 0) <= repeated
    assert sum(errors.values()) == refused


def test_odd_columns_are_drafted_too(tmp_path: Path) -> None:
    """Names that YAML would read otherwise, a list to choose from, an id for a key, a column without a name."""
    rows = [f"{n},{'yes' if n % 2 else 'no'},2024-01-{n % 28 + 1:02},x,{n % 3}" for n in range(1, 61)]
    (tmp_path / "odd.csv").write_text("no,Yes: 'a',null,,#x\n" + "\n".join(rows) + "\n")
    report, draft = _drafted(tmp_path / "odd.csv", tmp_path, "--delimiter", ",", "--header-row", "1")
    assert report["counts"]["accepted"] == 60
    assert "few values, each several times: no (30), yes (30)" in draft
    assert draft.index("key: true") < draft.index("Yes:")
    assert "Columns without a name are left out: 4" in draft


def test_infer_refuses_what_it_cannot_name(tmp_path: Path) -> None:
    """Two columns of one name, and an output that is there."""
    (tmp_path / "twice.csv").write_text("Email,Name,Name\na@acme.com,A,B\n")
    (tmp_path / "there.yaml").write_text("mine")
    for arguments, word in ((("twice.csv",), "'Name'"), ((SAMPLE, "-o", "there.yaml"), "there.yaml")):
        done = contactprep("schemas", "infer", *arguments, cwd=tmp_path)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
        assert word in done.stderr
    assert (tmp_path / "there.yaml").read_text() == "mine"


def test_a_built_in_schema_needs_no_yaml(tmp_path: Path) -> None:
    """Nor what reads schema files, so that a check starts as fast as before."""
    code = (
        "import sys\n"
        "from pipeline.cli import main\n"
        f"main(['check', {str(SAMPLE)!r}, '--schema', 'eloqua.contact', '--jobs', '1'])\n"
        "heavy = {'yaml', 'tomllib', 'schemas.specfiles.building', 'schemas.exports'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=60, text=True)
    assert done.returncode == 0, done.stderr
