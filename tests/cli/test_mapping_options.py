"""`--mapping`, `--save-mapping` and `--unmapped`, as they are typed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).parent / "contactprep"


def contactprep(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the installed command as a user would."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CONTACTPREP_")}
    return subprocess.run(
        [COMMAND, *arguments], cwd=cwd, capture_output=True, check=False, timeout=120, text=True, env=clean
    )


@pytest.fixture
def fair(tmp_path: Path) -> Path:
    """A folder with a list and mappings of it, right and wrong."""
    (tmp_path / "fair.csv").write_text("Kontakt,Zentrale,Stand\nann@acme.com,030 23125101,ja\nbob@acme.com,,nein\n")
    (tmp_path / "fair.toml").write_text(
        'schema = "eloqua.contact"\nregion = "DE"\n[columns]\nKontakt = "C_EmailAddress"\nZentrale = "C_BusPhone"\n'
    )
    (tmp_path / "typo.toml").write_text('schema = "eloqua.contact"\n[columns]\nKontakt = "C_EmailAdress"\n')
    (tmp_path / "key.toml").write_text('[colunms]\nKontakt = "C_EmailAddress"\n')
    (tmp_path / "gone.toml").write_text('[columns]\nKontakte = "C_EmailAddress"\n')
    return tmp_path


REFUSED = [
    (("--mapping", "typo.toml"), ("typo.toml", "'C_EmailAdress'", "did you mean C_EmailAddress?")),
    (("--mapping", "key.toml"), ("key.toml, line 1", "did you mean columns?")),
    (("--mapping", "gone.toml", "--schema", "eloqua.contact"), ("fair.csv", "'Kontakte'", "did you mean Kontakt?")),
    (("--mapping", "none.toml"), ("none.toml", "--mapping")),
    (("--mapping", "fair.toml", "--schema", "generic.contact"), ("--schema eloqua.contact",)),
    (("--mapping", "fair.toml", "--unmapped", "error"), ("3 ('Stand')", "= false")),
    (("--schema", "eloqua.contact"), ("column 1 'Kontakt'", "C_EmailAddress", "--mapping")),
    (("--mapping", "fair.toml", "--save-mapping", "nowhere/x.toml"), ("nowhere", "make it first")),
    (("--mapping", "fair.toml", "--save-mapping", "."), ("a folder",)),
]


@pytest.mark.parametrize(("options", "words"), REFUSED, ids=[" ".join(options) for options, _ in REFUSED])
def test_what_does_not_fit_is_one_line_and_exit_2(options: tuple[str, ...], words: tuple[str, ...], fair: Path) -> None:
    """It names the place and the way out; nothing is written, no mapping either."""
    before = {path.name for path in fair.iterdir()}
    saving = () if "--save-mapping" in options else ("--save-mapping", "saved.toml")
    done = contactprep("prepare", "fair.csv", *options, *saving, cwd=fair)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr, done.stderr
    assert {path.name for path in fair.iterdir()} == before


def test_a_mapping_that_was_saved_reads_the_next_file(fair: Path) -> None:
    """What was found by names is said outright, and a file that differs is told."""
    done = contactprep("prepare", "fair.csv", "--mapping", "fair.toml", "--save-mapping", "fair.toml", cwd=fair)
    assert done.returncode == 0, done.stderr
    assert (fair / "fair-prepared" / "clean.csv").read_text() == (
        "C_EmailAddress,C_BusPhone\nann@acme.com,+493023125101\nbob@acme.com,\n"
    )
    saved = (fair / "fair.toml").read_text()
    assert 'region = "DE"' in saved
    assert "[last.cells.C_BusPhone]" in saved
    again = contactprep("check", "fair.csv", "--mapping", "fair.toml", "--unmapped", "keep", cwd=fair)
    assert again.returncode == 0, again.stderr
    assert "warnings" not in again.stdout
    (fair / "next.csv").write_text("Kontakt,zentrale,Halle\nann@acme.com,030 23125101,3\n")
    after = contactprep("check", "next.csv", "--mapping", "fair.toml", "--save-mapping", "x.toml", cwd=fair)
    assert after.returncode == 0, after.stderr
    for code in ("H103", "H104", "H110"):
        assert code in after.stdout
    assert 'zentrale = "C_BusPhone"' in (fair / "x.toml").read_text()


def test_one_mapping_remembers_one_file(fair: Path) -> None:
    """Several files at once would each overwrite what the other left."""
    done = contactprep("check", "fair.csv", "fair.csv", "--mapping", "fair.toml", "--save-mapping", "x.toml", cwd=fair)
    assert done.returncode == 2
    assert not (fair / "x.toml").exists()
