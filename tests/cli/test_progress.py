"""How far a run is: a bar on a terminal, lines where they were asked for, nothing in pipes."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli.progress import reporting

RECORDS = 140_000
CODE = "import sys; from pipeline.cli import main; sys.exit(main())"


@pytest.fixture(scope="module")
def contacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of more records than a batch takes."""
    path = tmp_path_factory.mktemp("progress") / "contacts.csv"
    rows = (f"ann{number}@acme{number % 97}.com,\n" for number in range(RECORDS))
    path.write_text("email,phone\n" + "".join(rows), encoding="utf-8")
    return path


def test_a_terminal_gets_a_bar_that_goes_again(contacts: Path) -> None:
    """It says how many of how many, how fast, and how long it will take; then it makes room for the summary."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", CODE, "check", str(contacts), "--jobs", "1"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=environment, text=True) as process:
        os.close(theirs)
        said = b""
        while True:
            try:
                data = os.read(ours, 1 << 16)
            except OSError:  # the other end is closed
                break
            if not data:
                break
            said += data
        assert process.stdout is not None
        summary = process.stdout.read()
    os.close(ours)
    assert process.returncode == 0
    text = said.decode()
    assert re.search(r"[\d,]+ of 140,000 records, [\d,]+ a second, \d+ s left", text), text
    assert text.endswith("\x1b[2K") or "\x1b[1A" in text  # taken off again
    assert summary.startswith("schema ")


def test_pipes_get_nothing(contacts: Path) -> None:
    """Neither stream holds anything of it, and no terminal library is loaded."""
    code = CODE.replace("sys.exit(main())", "status = main(); assert 'rich' not in sys.modules; sys.exit(status)")
    command = [sys.executable, "-c", code, "check", str(contacts), "--jobs", "1"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "a second" not in done.stdout


def test_a_log_gets_lines_where_they_were_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    """A line when so many seconds have gone by, not for every batch."""
    with reporting(0) as report:
        assert report is not None
        report(1_000, 4_000)
    with reporting(3_600) as report:
        assert report is not None
        report(1_000, 4_000)
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 1
    assert re.fullmatch(r"contactprep: 1,000 of 4,000 records, [\d,]+ a second, \d+ s left", lines[0])


@pytest.mark.parametrize("command", ["check", "prepare"])
def test_a_check_loads_only_what_it_uses(command: str, tmp_path: Path) -> None:
    """No HTTP client, no terminal library; a template engine only where a page is written."""
    sample = Path(__file__).parents[2] / "sample_data" / "contacts.csv"
    code = CODE.replace("sys.exit(main())", "main(); print(*sorted({name.split('.')[0] for name in sys.modules}))")
    out = ["-o", str(tmp_path / "out")] if command == "prepare" else []
    done = subprocess.run(
        [sys.executable, "-c", code, command, str(sample), *out], check=True, capture_output=True, text=True
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {
        "httpx",
        "starlette",
        "uvicorn",
        "rich",
        "zstandard",
        "python_calamine",
        "publicsuffixlist.update",
    }
    assert ("jinja2" in loaded) == (command == "prepare")
