"""Bad input: one clear line on standard error, its exit code, nothing half-written, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data" / "contacts.csv"
COMMAND = Path(sys.executable).parent / "contactprep"


def contactprep(
    *arguments: str | Path, cwd: Path, stdin: bytes | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the installed command as a user would."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CONTACTPREP_")}
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        check=False,
        timeout=120,
        env={**clean, **(env or {})},
    )


def one_line(done: subprocess.CompletedProcess[bytes], status: int, *words: str) -> None:
    """Assert the status and that standard error is one line holding the words."""
    text = done.stderr.decode()
    assert done.returncode == status, text
    assert len(text.splitlines()) == 1, text
    assert text.startswith("contactprep: ")
    for word in words:
        assert word in text, text


HEADER = b"C_EmailAddress,C_FirstName\n"

FILES: list[tuple[str, bytes | None, int, tuple[str, ...]]] = [
    ("missing", None, 3, ("no such file",)),
    ("empty", b"", 3, ("empty",)),
    ("blank lines only", b"\n\n\n", 3, ()),
    ("only a byte-order mark", b"\xef\xbb\xbf", 3, ()),
    ("a spreadsheet", b"PK\x03\x04" + bytes(range(200)), 3, ()),
    ("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj\n" * 20, 3, ("PDF",)),
    ("an image", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), 3, ()),
    ("noise", bytes(range(32)) * 200, 3, ()),
    ("no e-mail column", b"Name,City\nAnn,Rome\n", 2, ("email", "'Name'")),
    ("two columns of the same name", b"Email,Email\na@acme.com,b@acme.com\n", 2, ("column 1", "column 2")),
    ("two columns for one field", b"Email,Name,E-mail Address\na@acme.com,A,b@acme.com\n", 2, ("column 1", "column 3")),
]


@pytest.mark.parametrize("command", ["check", "prepare", "run"])
@pytest.mark.parametrize(("what", "data", "status", "words"), FILES, ids=[file[0] for file in FILES])
def test_a_file_that_cannot_be_used(
    command: str, what: str, data: bytes | None, status: int, words: tuple[str, ...], tmp_path: Path
) -> None:
    """The line names the file and what to do; no folder appears."""
    if data is not None:
        (tmp_path / "list.csv").write_bytes(data)
    more = ["--sandbox"] if command == "run" else []
    one_line(contactprep(command, "list.csv", *more, cwd=tmp_path), status, "list.csv", *words)
    assert [entry.name for entry in tmp_path.iterdir()] == (["list.csv"] if data is not None else [])


def test_a_directory(tmp_path: Path) -> None:
    """A folder is not a file."""
    one_line(contactprep("check", tmp_path, cwd=tmp_path), 3, "folder")


USAGE = [
    (("check", SAMPLE, "--schema", "eloqa.contact"), ("eloqua.contact",)),
    (("check", SAMPLE, "--schema", "salesfarce"), ("no schema",)),
    (("check", SAMPLE, "--region", "XX"), ("--region",)),
    (("check", SAMPLE, "--encoding", "klingon"), ("klingon",)),
    (("check", SAMPLE, "--delimiter", "ab"), ("--delimiter",)),
    (("check", SAMPLE, "--quote", "''"), ("--quote",)),
    (("check", SAMPLE, "--on-invalid", "ignore"), ("ignore",)),
    (("check", SAMPLE, "--no-such-option"), ("--no-such-option",)),
    (("chekc", SAMPLE), ("check",)),
    (("check", SAMPLE, "--header-row", "99"), ("99",)),
    (("rules", "E999"), ("E999",)),
    (("schemas", "show", "nothing.there"), ("nothing.there",)),
    (("upload", "."), ("not a prepared folder",)),
    (("upload", "nowhere"), ("nowhere",)),
    (("objects",), ("CONTACTPREP_BASE_URL", "CONTACTPREP_ELEMENT_TOKEN", "CONTACTPREP_USER_SECRET")),
]


@pytest.mark.parametrize(("arguments", "words"), USAGE, ids=[" ".join(map(str, case[0]))[-50:] for case in USAGE])
def test_usage(arguments: tuple[str | Path, ...], words: tuple[str, ...], tmp_path: Path) -> None:
    """A wrong option or setting is exit 2, with the way out."""
    one_line(contactprep(*arguments, cwd=tmp_path), 2, *words)
    assert list(tmp_path.iterdir()) == []


def test_a_taken_folder(tmp_path: Path) -> None:
    """The folder is named and stays as it is."""
    (tmp_path / "contacts-prepared").mkdir()
    (tmp_path / "contacts-prepared" / "thesis.txt").write_text("mine")
    one_line(contactprep("prepare", SAMPLE, cwd=tmp_path), 2, "contacts-prepared", "-o")
    assert [entry.name for entry in (tmp_path / "contacts-prepared").iterdir()] == ["thesis.txt"]


def test_findings_decide_the_status(tmp_path: Path) -> None:
    """A rejected record is an error; `--fail-on` moves the line."""
    (tmp_path / "bad.csv").write_text("email\nann\nbob@acme.com\n")
    assert contactprep("check", "bad.csv", cwd=tmp_path).returncode == 1
    assert contactprep("check", "bad.csv", "--fail-on", "never", cwd=tmp_path).returncode == 0
    assert contactprep("check", SAMPLE, cwd=tmp_path).returncode == 0
    assert contactprep("check", SAMPLE, "--fail-on", "warning", cwd=tmp_path).returncode == 1
    assert contactprep("prepare", "bad.csv", cwd=tmp_path).returncode == 1
    assert (tmp_path / "bad-prepared" / "clean.csv").read_text() == "email\nbob@acme.com\n"


def test_standard_input_and_json(tmp_path: Path) -> None:
    """- reads a stream; JSON goes to standard output alone."""
    done = contactprep("check", "-", "--format", "json", cwd=tmp_path, stdin=SAMPLE.read_bytes())
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    report = json.loads(done.stdout)
    assert report["counts"]["accepted"] == 10
    assert report["source"]["name"] == "<stdin>"


def test_several_files(tmp_path: Path) -> None:
    """Each is judged, the worst decides, and one that cannot be read does not stop the others."""
    (tmp_path / "bad.csv").write_text("email\nann\n")
    done = contactprep("check", "bad.csv", "missing.csv", SAMPLE, cwd=tmp_path)
    assert done.returncode == 3
    assert done.stdout.count(b"accepted") >= 2
    assert b"missing.csv" in done.stderr


def test_values_are_masked_on_the_terminal(tmp_path: Path) -> None:
    """No name, number or local part of the file stands in the summary."""
    (tmp_path / "bad.csv").write_text("email,phone,last_name\nzebulon@acme.com,(202) 222-7919,  Quackenbush\n")
    done = contactprep("check", "bad.csv", cwd=tmp_path)
    for secret in (b"zebulon", b"7919", b"Quackenbush"):
        assert secret not in done.stdout + done.stderr


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    """A header or a file name cannot rewrite the screen."""
    name = "a\x1b[2Jb.csv"
    (tmp_path / name).write_text("email,\x1b]0;owned\x07x,\u202eevil\na@acme.com,1,2\n", "utf-8")
    done = contactprep("check", name, cwd=tmp_path)
    assert done.returncode == 0
    for bad in (b"\x1b", b"\x07", "\u202e".encode()):
        assert bad not in done.stdout + done.stderr


def test_a_closed_pipe_is_no_fault(tmp_path: Path) -> None:
    """`contactprep rules | head -1` ends quietly."""
    done = subprocess.run(
        ["sh", "-c", f"{COMMAND} rules | head -1"], cwd=tmp_path, capture_output=True, check=False, timeout=60
    )
    assert done.stderr == b""


def test_the_locale_does_not_matter(tmp_path: Path) -> None:
    """Under LC_ALL=C the same bytes come out."""
    for number, env in enumerate(({"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {})):
        done = contactprep("prepare", ROOT / "sample_data" / "messy.csv", "-o", f"out{number}", cwd=tmp_path, env=env)
        assert done.returncode == 1, done.stderr
    first, *others = [{path.name: path.read_bytes() for path in (tmp_path / f"out{n}").iterdir()} for n in range(3)]
    assert all(other == first for other in others)


def test_help_and_version_load_nothing_heavy() -> None:
    """Help and version answer without pandas, and so does `import pipeline`."""
    code = (
        "import sys\n"
        "from pipeline.cli import main\n"
        "import pipeline\n"
        "for arguments in (['--help'], ['--version'], ['check', '--help']):\n"
        "    main(arguments)\n"
        "heavy = {'pandas', 'numpy', 'pandera', 'pyarrow', 'httpx', 'rich', 'jinja2', 'starlette'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=60, text=True)
    assert done.returncode == 0, done.stderr


def test_check_loads_only_what_it_uses() -> None:
    """A check needs no HTTP client, template engine or terminal library."""
    code = (
        "import sys\n"
        "from pipeline.cli import main\n"
        f"main(['check', {str(SAMPLE)!r}])\n"
        "heavy = {'httpx', 'rich', 'jinja2', 'starlette', 'uvicorn', 'stamina'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=60, text=True)
    assert done.returncode == 0, done.stderr
