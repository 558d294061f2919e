"""Connections by name and the journal, as the command shows them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from pipeline import prepare
from pipeline.cli.sandboxing import local_sandbox

SAMPLE = Path(__file__).parent.parent.parent / "sample_data" / "contacts.csv"


def run(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONTACTPREP_")}
    command = [sys.executable, "-m", "pipeline", *arguments]
    root = str(Path(__file__).parent.parent.parent)
    environment |= {"PYTHONPATH": root, **more}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_connection_of_the_settings_file_is_used_and_its_secrets_are_seen_nowhere(tmp_path: Path) -> None:
    prepare(SAMPLE, out=tmp_path / "prepared")
    with local_sandbox() as local:
        secrets = {
            "element_token": local.element_token,
            "user_secret": local.user_secret,
            "organization_secret": local.organization_secret,
        }
        file = tmp_path / "secrets.toml"
        file.write_text("".join(f"{name} = {json.dumps(secret)}\n" for name, secret in secrets.items()))
        file.chmod(0o600)
        (tmp_path / "contactprep.toml").write_text(
            f'[connections.here]\nbase_url = "{local.base_url}"\nsecrets = "secrets.toml"\nmax_part_records = 4\n'
        )
        nobody = run(tmp_path, "upload", "prepared")
        assert nobody.returncode == 2
        assert "no connection" in nobody.stderr
        misspelt = run(tmp_path, "upload", "prepared", "--connection", "heer")
        assert (misspelt.returncode, "did you mean here?" in misspelt.stderr) == (2, True)
        sent = run(tmp_path, "upload", "prepared", "--connection", "here")
        assert sent.returncode == 0, sent.stderr
        listed = run(tmp_path, "jobs", "--connection", "here")
        assert listed.stdout.count("COMPLETED") == 3
        kept = run(tmp_path, "jobs", "--local", "prepared")
        assert "10 records in 3 parts, finished" in kept.stdout
        assert kept.stdout.count("final") == 3
        parts = json.loads(run(tmp_path, "jobs", "--local", "prepared", "--format", "json").stdout)["parts"]
        assert [part["rows"] for part in parts] == [4, 4, 2]
        shown = "".join(one.stdout + one.stderr for one in (nobody, misspelt, sent, listed, kept))
        written = b"".join(path.read_bytes() for path in (tmp_path / "prepared").rglob("*") if path.is_file())
        assert not any(secret in shown or secret.encode() in written for secret in secrets.values())


def test_a_folder_without_a_journal_says_so(tmp_path: Path) -> None:
    found = run(tmp_path, "jobs", "--local", ".")
    assert found.returncode == 2
    assert "nothing of it was uploaded" in found.stderr


def test_a_dry_run_shows_the_parts_and_sends_nothing(tmp_path: Path) -> None:
    prepare(SAMPLE, out=tmp_path / "prepared")
    with local_sandbox() as local:
        environment = {
            "CONTACTPREP_BASE_URL": local.base_url,
            "CONTACTPREP_ELEMENT_TOKEN": local.element_token,
            "CONTACTPREP_USER_SECRET": local.user_secret,
            "CONTACTPREP_ORGANIZATION_SECRET": local.organization_secret,
        }
        shown = run(tmp_path, "upload", "prepared", "--dry-run", **environment)
        assert shown.returncode == 0, shown.stderr
        assert shown.stdout.splitlines()[0].startswith("would send 10 records in 1 part to http://127.0.0.1")
        assert "fields    7 of 7 columns are fields of contact" in shown.stdout
        assert "5 cells are blank" in shown.stdout
        assert shown.stdout.endswith("nothing was sent\n")
        assert "10 would be created and 0 updated; 0 are there" in shown.stdout
        assert not (tmp_path / "prepared" / "upload").exists()
        data = json.loads(run(tmp_path, "upload", "prepared", "--dry-run", "--format", "json", **environment).stdout)
        assert [part["rows"] for part in data["parts"]] == [10]
        assert (data["fields_known"], data["upsert_key"]) == (7, "C_EmailAddress")
        both = run(tmp_path, "upload", "prepared", "--dry-run", "--again", **environment)
        assert (both.returncode, "cannot go with it" in both.stderr) == (2, True)
        nowhere = run(tmp_path, "upload", "prepared", "--dry-run", "--object", "contcat", **environment)
        assert (nowhere.returncode, "did you mean contact" in nowhere.stderr) == (4, True)
        assert local.contacts() == []


def test_an_upload_is_compared_with_what_was_foretold(tmp_path: Path) -> None:
    lines = SAMPLE.read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "some.csv").write_text("".join(lines[:4]).replace("norm.smith@", "Norm.Smith@"))
    prepare(tmp_path / "some.csv", out=tmp_path / "some")
    prepare(SAMPLE, out=tmp_path / "all")
    with local_sandbox() as local:
        environment = {
            "CONTACTPREP_BASE_URL": local.base_url,
            "CONTACTPREP_ELEMENT_TOKEN": local.element_token,
            "CONTACTPREP_USER_SECRET": local.user_secret,
        }
        assert run(tmp_path, "upload", "some", **environment).returncode == 0
        shown = run(tmp_path, "upload", "all", "--dry-run", **environment)
        assert "7 would be created and 3 updated; 3 are there" in shown.stdout
        sent = run(tmp_path, "upload", "all", **environment)
        assert "foretold  7 to be created and 3 to be updated" in sent.stdout
        assert "found     7 more are there than before, and 10 of the file's 10" in sent.stdout
        assert (tmp_path / "all" / "upload" / "forecast.json").exists()
        again = run(tmp_path, "upload", "all", **environment)
        assert (again.returncode, "foretold" in again.stdout) == (0, False)
        assert len(local.contacts()) == 10
    # A forecast alone does not keep a folder from being prepared anew.
    prepare(SAMPLE, out=tmp_path / "other")
    (tmp_path / "other" / "forecast.json").write_text("{}")
    prepare(SAMPLE, out=tmp_path / "other")
    assert not (tmp_path / "other" / "forecast.json").exists()
