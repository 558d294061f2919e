"""The wheel holds the two packages and nothing else, and works where nothing of the checkout is."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(
        ROOT,
        source,
        ignore=shutil.ignore_patterns(".venv*", ".git", ".*_cache", "*-prepared", ".hypothesis", "__pycache__"),
    )
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, source, cwd=folder)
    (found,) = folder.glob("*.whl")
    return found


def run(*arguments: str | Path, cwd: Path) -> str:
    done = subprocess.run(list(map(str, arguments)), cwd=cwd, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_the_wheel_holds(wheel: Path) -> None:
    """Two packages with their type marks, templates and styles; no tests, no samples."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"pipeline", "schemas"}
    for needed in (
        "pipeline/py.typed",
        "schemas/py.typed",
        "pipeline/reporting/templates/report.html",
        "pipeline/reporting/templates/report.css",
        "pipeline/sandbox/page.html",
        "pipeline/sandbox/tables.sql",
        "pipeline/native/kernels.so",
        "schemas/native/kernels.so",
    ):
        assert needed in names


def test_the_wheel_works_in_a_fresh_environment(wheel: Path, tmp_path: Path) -> None:
    """Installed with its own dependencies alone, the command does the main job through the sandbox."""
    venv = tmp_path / "venv"
    run(sys.executable, "-m", "venv", venv, cwd=tmp_path)
    run(venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=tmp_path)
    command = venv / "bin" / "contactprep"
    assert run(command, "--version", cwd=tmp_path).startswith("contactprep ")
    text = run(command, "run", ROOT / "sample_data" / "contacts.csv", "--sandbox", cwd=tmp_path)
    assert "10 of 10" in text
    assert (tmp_path / "contacts-prepared" / "upload" / "receipt.json").exists()
    where = run(
        venv / "bin" / "python",
        "-c",
        "import pipeline, schemas; print(pipeline.__file__, schemas.__file__)",
        cwd=tmp_path,
    )
    assert all(str(venv) in path for path in where.split())


def test_an_impostor_is_named(tmp_path: Path) -> None:
    """A user's own `schemas.py` beside the script is pointed at, with the ways out."""
    (tmp_path / "schemas.py").write_text("x = 1\n")
    code = "import sys; sys.path.insert(0, '.'); import pipeline.contracts"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Rename that file" in done.stderr
    assert "schemas.py" in done.stderr
