"""The examples of docs/schemas.md work as they stand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from pipeline.contracts import opened_contract

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).parent / "contactprep"
VISITORS = "email;Family name;Rufnummer\nann@acme.com;Müller;030 23125 101\nbob@acme.com;Test;\n"


def _examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "docs" / "schemas.md").read_text("utf-8"), re.DOTALL)


def _run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments], cwd=cwd, capture_output=True, check=False, timeout=120, encoding="utf-8"
    )


def test_the_schema_files(tmp_path: Path) -> None:
    """One by hand, one that extends another."""
    by_hand, extending = (tmp_path / "hand.yaml", tmp_path / "extending.yaml")
    for path, text in zip((by_hand, extending), _examples("yaml"), strict=True):
        path.write_text(text, "utf-8")
    assert [field.name for field in opened_contract(by_hand).fields] == ["E-Mail", "Nachname", "Telefon"]
    fields = {field.name: field for field in opened_contract(extending).fields}
    assert "C_Address3" not in fields
    assert (fields["C_Title"].max_length, fields["C_Fax"].kind) == (35, "phone")


def test_the_class(tmp_path: Path) -> None:
    """With its own check, in two processes; and the same as the file but for that."""
    (tmp_path / "mycontacts.py").write_text(_examples("python")[0], "utf-8")
    (tmp_path / "hand.yaml").write_text(_examples("yaml")[0], "utf-8")
    (tmp_path / "visitors.csv").write_text(VISITORS, "utf-8")
    done = _run("prepare", "visitors.csv", "--schema", "mycontacts:Visitor", "--jobs", "2", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    clean = (tmp_path / "visitors-prepared" / "clean.csv").read_text("utf-8")
    assert clean == "E-Mail,Nachname,Telefon\nann@acme.com,Müller,+493023125101\n"
    assert "no-test-records" in (tmp_path / "visitors-prepared" / "rejected.csv").read_text("utf-8-sig")
    assert _run("check", "visitors.csv", "--schema", "hand.yaml", cwd=tmp_path).returncode == 0


def test_pandera_reads_the_clean_file(tmp_path: Path) -> None:
    """By the lines that the page gives."""
    done = _run("prepare", str(ROOT / "sample_data" / "contacts.csv"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    shown = _run("schemas", "show", "eloqua.contact", "--format", "pandera", cwd=tmp_path)
    (tmp_path / "eloqua.pandera.yaml").write_text(shown.stdout, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _examples("python")[1]], cwd=tmp_path, capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
