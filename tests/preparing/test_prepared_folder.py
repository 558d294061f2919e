"""The prepared folder: every record accounted for, the same bytes whatever the batches, whole or not there."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipeline
from pipeline import FolderBusy, OutputError, Policy, Reading, Settings, UsageError, check, prepare, prepare_frame

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_data"
FILES = {
    "clean.csv",
    "clean.index.csv",
    "rejected.csv",
    "changes.csv",
    "findings.csv",
    "report.json",
    "report.html",
    "manifest.json",
}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def contents(folder: Path) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in folder.iterdir()}


def write_csv(path: Path, table: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)
    return path


def test_the_ten_rows_of_the_sample(tmp_path: Path) -> None:
    """Ten accepted, one phone repaired, four not assigned, two websites of the next record, blanks stay blank."""
    prepared = prepare(SAMPLES / "contacts.csv", out=tmp_path / "out")
    folder = prepared.folder
    assert {entry.name for entry in folder.iterdir()} == FILES
    assert (prepared.report.records, prepared.report.accepted, prepared.report.rejected) == (10, 10, 0)
    assert prepared.report.schema == "eloqua.contact"
    clean = rows(folder / "clean.csv")
    assert [row["C_BusPhone"] for row in clean] == [
        "+13333331234", "", "+14444441234", "+15555551234", "+16566561234", "", "+12022221234", "+13039282134",
        "+18688881234", "+12272991234",
    ]  # fmt: skip
    assert clean[6]["C_Website1"] == ""
    assert clean[0]["C_Website1"] == "http://www.acme.com"
    changes = rows(folder / "changes.csv")
    assert [(row["record"], row["before"], row["after"]) for row in changes if row["rule"] == "P203"] == [
        ("3", "444) 444-1234", "+14444441234")
    ]
    findings = rows(folder / "findings.csv")
    assert [row["record"] for row in findings if row["code"] == "P201"] == ["1", "3", "4", "9"]
    assert [(row["record"], "next" in row["message"]) for row in findings if row["code"] == "S102"] == [
        ("5", True),
        ("6", True),
    ]
    assert not [row for row in findings if row["code"] == "S101"]
    assert {row["severity"] for row in findings} == {"info", "warning"}


def test_the_sample_under_base_crm(tmp_path: Path) -> None:
    """Eloqua's names are aliases of Base's fields; what has no field is left out with one warning."""
    prepared = prepare(SAMPLES / "contacts.csv", out=tmp_path / "out", schema="base_crm.contact")
    assert prepared.report.accepted == 10
    header = (prepared.folder / "clean.csv").read_text("utf-8").splitlines()[0]
    assert header == "email,first_name,last_name,title,phone,website"
    assert [row["column"] for row in rows(prepared.folder / "findings.csv") if row["code"] == "H101"] == ["C_Company"]


def test_every_record_of_the_messy_sample(tmp_path: Path) -> None:
    """Verdict and finding codes of each record are those written down by hand."""
    folder = prepare(SAMPLES / "messy.csv", out=tmp_path / "out", schema="generic.contact").folder
    accepted = {row["record"]: row["line"] for row in rows(folder / "clean.index.csv")}
    rejected = {row["_record"]: row["_line"] for row in rows(folder / "rejected.csv")}
    codes: dict[str, set[str]] = {}
    for row in rows(folder / "findings.csv"):
        codes.setdefault(row["record"], set()).add(row["code"])
    expected = rows(ROOT / "tests" / "data" / "messy_expected.csv")
    assert len(accepted) + len(rejected) == len(expected)
    for row in expected:
        where = accepted if row["verdict"] == "accepted" else rejected
        assert where.get(row["record"]) == row["line"], row
        assert codes.get(row["record"], set()) == set(filter(None, row["codes"].split(";"))), row


def test_rejected_csv_keeps_the_original_text_and_says_why(tmp_path: Path) -> None:
    """Cells as they were where they can be trusted, else the raw record; every row has a reason."""
    prepared = prepare(SAMPLES / "messy.csv", out=tmp_path / "out")
    data = (prepared.folder / "rejected.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf_record,_line,_codes,_reasons,_raw,E-mail,")
    rejected = rows(prepared.folder / "rejected.csv")
    assert all(row["_codes"] and row["_reasons"] for row in rejected)
    for row in rejected:
        broken = row["_codes"].startswith("R1")
        assert bool(row["_raw"]) == broken, row
    assert [int(row["_record"]) for row in rejected] == sorted(int(row["_record"]) for row in rejected)


def test_manifest_and_files_agree(tmp_path: Path) -> None:
    """Digest, size and record count of every file are those of the manifest."""
    prepared = prepare(SAMPLES / "messy.csv", out=tmp_path / "out")
    manifest = json.loads((prepared.folder / "manifest.json").read_bytes())
    assert set(manifest["files"]) == FILES - {"manifest.json"}
    for name, entry in manifest["files"].items():
        data = (prepared.folder / name).read_bytes()
        assert (entry["sha256"], entry["size"]) == (hashlib.sha256(data).hexdigest(), len(data)), name
    assert manifest["files"]["clean.csv"]["records"] == len(rows(prepared.folder / "clean.csv"))
    assert b"\r" not in (prepared.folder / "clean.csv").read_bytes()


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """No time, path or machine stands in any file."""
    other = tmp_path / "elsewhere"
    other.mkdir()
    copy = other / "messy.csv"
    copy.write_bytes((SAMPLES / "messy.csv").read_bytes())
    first = prepare(SAMPLES / "messy.csv", out=tmp_path / "one").folder
    second = prepare(copy, out=tmp_path / "two").folder
    assert contents(first) == contents(second)
    for name, data in contents(first).items():
        assert str(tmp_path).encode() not in data, name
        assert str(ROOT).encode() not in data, name


@pytest.mark.parametrize("size", [1, 2, 3, 7, 70])
def test_batches_leave_no_trace_on_the_messy_sample(size: int, tmp_path: Path) -> None:
    """Duplicates, neighbours and counts come out the same for any size of batch."""
    whole = prepare(SAMPLES / "messy.csv", out=tmp_path / "whole").folder
    cut = prepare(SAMPLES / "messy.csv", out=tmp_path / "cut", reading=Reading(range_records=size)).folder
    assert contents(cut) == contents(whole)


EMAILS = ["ann@acme.com", "Ann@Acme.com", "bob@beta.org", "bob@beta.org ", "cy@gamma.net", "cy@", "", "dee@gmail.com"]
SITES = ["http://acme.com", "beta.org", "https://www.gamma.net", "", "ftp://x", "http://delta.io"]
PHONES = ["(202) 222-1234", "12", "", "N/A", "444) 444-1234"]
ROW = st.tuples(
    st.sampled_from(EMAILS) | st.from_regex(r"[a-c]@[a-c]\.com", fullmatch=True),
    st.sampled_from(PHONES),
    st.sampled_from(SITES),
    st.text(st.sampled_from('ab ,"\n\r;'), max_size=4),
)


@settings(max_examples=30, deadline=None)
@given(table=st.lists(ROW, max_size=24), size=st.sampled_from([1, 2, 3, 5]), blank=st.booleans())
def test_laws_of_the_folder(
    table: list[tuple[str, ...]], size: int, blank: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Records are partitioned; batches leave no trace; changes explain every difference; a frame gives the same."""
    folder = tmp_path_factory.mktemp("laws")
    header = ("email", "phone", "website", "title")
    source = write_csv(folder / "in.csv", [header, *table])
    policy = Policy(on_invalid="blank" if blank else None)
    whole = prepare(source, out=folder / "whole", schema="generic.contact", settings=Settings(policy=policy))
    cut = prepare(
        source,
        out=folder / "cut",
        schema="generic.contact",
        settings=Settings(policy=policy),
        reading=Reading(range_records=size),
    )
    assert contents(cut.folder) == contents(whole.folder)

    accepted = [int(row["record"]) for row in rows(whole.folder / "clean.index.csv")]
    rejected = [int(row["_record"]) for row in rows(whole.folder / "rejected.csv")]
    assert sorted(accepted + rejected) == list(range(1, len(table) + 1))

    rebuilt = {record: dict(zip(header, table[record - 1], strict=True)) for record in accepted}
    for change in rows(whole.folder / "changes.csv"):
        cells = rebuilt[int(change["record"])]
        assert cells[change["field"]] == change["before"] != change["after"]
        cells[change["field"]] = change["after"]
    assert list(rebuilt.values()) == rows(whole.folder / "clean.csv")

    keys = [row["email"].casefold() for row in rows(whole.folder / "clean.csv")]
    assert len(keys) == len(set(keys))

    if not blank:
        more = prepare(
            source, out=folder / "more", schema="generic.contact", settings=Settings(policy=Policy(on_invalid="blank"))
        )
        assert more.report.accepted - whole.report.accepted == whole.report.data["counts"]["blank_would_accept"]

    frame = pd.DataFrame(table, columns=list(header), dtype="str")
    result = prepare_frame(frame, schema="generic.contact", settings=Settings(policy=policy))
    assert (result.accepted.index + 1).tolist() == accepted
    assert result.accepted.fillna("").to_dict("records") == rows(whole.folder / "clean.csv")
    assert result.rejected["_codes"].tolist() == [row["_codes"] for row in rows(whole.folder / "rejected.csv")]
    theirs = [row for row in rows(whole.folder / "findings.csv") if row["record"]]
    ours = result.findings.astype({"record": "str"}).to_dict("records")
    places = ("record", "column", "field", "code", "severity", "value")
    assert [[row[name] for name in places] for row in ours] == [[row[name] for name in places] for row in theirs]

    again = prepare(
        whole.folder / "clean.csv", out=folder / "again", schema="generic.contact", settings=Settings(policy=policy)
    )
    assert again.report.rejected == 0
    assert (again.folder / "clean.csv").read_bytes() == (whole.folder / "clean.csv").read_bytes()


def test_check_says_what_prepare_says_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report is the same, and no file appears."""
    monkeypatch.chdir(tmp_path)
    report = check(SAMPLES / "messy.csv")
    assert list(tmp_path.iterdir()) == []
    assert report.data == prepare(SAMPLES / "messy.csv", out=tmp_path / "out").report.data


def test_a_file_with_only_a_header(tmp_path: Path) -> None:
    """Zero records are no error: a folder with zero records, one warning."""
    prepared = prepare(SAMPLES / "header_only.csv", out=tmp_path / "out")
    assert prepared.report.records == 0
    assert prepared.report.exit_status() == 0
    assert len((prepared.folder / "clean.csv").read_text("utf-8").splitlines()) == 1
    assert [row["code"] for row in rows(prepared.folder / "findings.csv")] == ["H102"]


@pytest.mark.parametrize(
    ("name", "records"), [("semicolon_cp1252.csv", 12), ("tab_utf16.txt", 10), ("contacts.csv", 10)]
)
def test_the_other_samples_prepare(name: str, records: int, tmp_path: Path) -> None:
    """Other delimiters and encodings give UTF-8 and commas."""
    prepared = prepare(SAMPLES / name, out=tmp_path / "out")
    assert prepared.report.accepted == records
    (prepared.folder / "clean.csv").read_bytes().decode("utf-8")


def test_accepted_and_rejected_are_read_in_batches(tmp_path: Path) -> None:
    """Frames on demand hold the records by number."""
    prepared = prepare(SAMPLES / "messy.csv", out=tmp_path / "out")
    frames = list(prepared.accepted(records=7))
    assert max(map(len, frames)) == 7
    assert sum(map(len, frames)) == prepared.report.accepted
    assert [int(row["record"]) for row in rows(prepared.folder / "clean.index.csv")] == [
        record for frame in frames for record in frame.index
    ]
    assert sum(map(len, prepared.rejected(records=5))) == prepared.report.rejected


# The output folder.


def test_an_earlier_result_is_replaced(tmp_path: Path) -> None:
    """A prepared folder of ours is swapped for the new one."""
    prepare(SAMPLES / "messy.csv", out=tmp_path / "out")
    prepare(SAMPLES / "contacts.csv", out=tmp_path / "out")
    assert len(rows(tmp_path / "out" / "clean.csv")) == 10
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("what", ["file", "foreign", "foreign manifest", "uploaded", "link", "no parent"])
def test_a_taken_output_folder_is_refused_and_untouched(what: str, tmp_path: Path) -> None:
    """Anything else than absent, empty or ours is exit 2, and nothing is touched."""
    out = tmp_path / "out"
    if what == "file":
        out.write_text("mine")
    elif what.startswith("foreign"):
        out.mkdir()
        (out / ("manifest.json" if "manifest" in what else "thesis.txt")).write_text("{}")
    elif what == "uploaded":
        prepare(SAMPLES / "contacts.csv", out=out)
        (out / "upload").mkdir()
    elif what == "link":
        (tmp_path / "real").mkdir()
        out.symlink_to(tmp_path / "real")
    else:
        out = tmp_path / "missing" / "out"
    before = sorted(path for path in tmp_path.rglob("*"))
    with pytest.raises(UsageError, match="-o"):
        prepare(SAMPLES / "messy.csv", out=out)
    assert sorted(path for path in tmp_path.rglob("*")) == before


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    """Whoever made the folder beforehand gets it filled."""
    (tmp_path / "out").mkdir()
    assert prepare(SAMPLES / "contacts.csv", out=tmp_path / "out").folder.is_dir()
    assert (tmp_path / "out" / "manifest.json").exists()


def test_a_second_run_is_refused_while_the_first_fills_the_folder(tmp_path: Path) -> None:
    """The folder that is being filled is locked, and so is one that is being uploaded from."""
    prepare(SAMPLES / "contacts.csv", out=tmp_path / "out")
    for locked in (tmp_path / ".out.contactprep-lock", tmp_path / "out"):
        handle = os.open(locked, os.O_RDONLY | (os.O_CREAT if locked.name.startswith(".") else 0))
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            with pytest.raises(FolderBusy, match="another run"):
                prepare(SAMPLES / "contacts.csv", out=tmp_path / "out")
        finally:
            os.close(handle)
    prepare(SAMPLES / "contacts.csv", out=tmp_path / "out")
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_run_left_is_swept_or_put_back(tmp_path: Path) -> None:
    """A half-filled folder goes; a result that had stepped aside comes back first."""
    out = tmp_path / "out"
    prepare(SAMPLES / "contacts.csv", out=out)
    before = contents(out)
    out.rename(tmp_path / ".out.contactprep-old")
    half = tmp_path / ".out.contactprep-new-abc"
    (half / "pieces").mkdir(parents=True)
    (half / "clean.csv").write_text("half")
    (half / ".contactprep-staging").touch()
    with pytest.raises(pipeline.SourceError):
        prepare(tmp_path / "missing.csv", out=out)
    assert contents(out) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_nothing_of_anybody_else_is_swept(tmp_path: Path) -> None:
    """Folders and links that merely bear such a name stay as they are."""
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("mine")
    (tmp_path / ".out.contactprep-new-link").symlink_to(precious)
    (tmp_path / ".out.contactprep-new-mine").mkdir()
    (tmp_path / ".out.contactprep-new-mine" / "notes.txt").write_text("mine")
    (tmp_path / ".out.contactprep-old").mkdir()
    (tmp_path / ".out.contactprep-old" / "notes.txt").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    prepare(SAMPLES / "contacts.csv", out=tmp_path / "out")
    assert not (tmp_path / "out").is_symlink()
    assert [path for path in sorted(tmp_path.rglob("*")) if "out/" not in str(path) and path.name != "out"] == before
    with pytest.raises(UsageError, match="contactprep-old"):
        prepare(SAMPLES / "contacts.csv", out=tmp_path / "out")
    assert len(rows(tmp_path / "out" / "clean.csv")) == 10


def test_a_persons_work_in_the_folder_is_not_replaced(tmp_path: Path) -> None:
    """A mended reject, a file added, or the source itself: exit 2, and nothing is touched."""
    out = tmp_path / "out"
    prepare(SAMPLES / "messy.csv", out=out)
    with (out / "rejected.csv").open("a") as file:
        file.write("mended")
    before = contents(out)
    with pytest.raises(UsageError, match=r"rejected\.csv \(changed\)"):
        prepare(SAMPLES / "messy.csv", out=out)
    assert contents(out) == before
    other = tmp_path / "other"
    other.mkdir()
    (other / "list.csv").write_bytes((SAMPLES / "contacts.csv").read_bytes())
    with pytest.raises(UsageError, match="lies in the output folder"):
        prepare(other / "list.csv", out=other)
    prepare(SAMPLES / "contacts.csv", out=tmp_path / "third")
    (tmp_path / "third" / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"notes\.txt"):
        prepare(SAMPLES / "contacts.csv", out=tmp_path / "third")


def test_only_a_rehearsal_may_be_prepared_over(tmp_path: Path) -> None:
    """An upload folder with an earlier, numbered upload is never replaced, whatever the newest receipt says."""
    out = tmp_path / "out"
    prepare(SAMPLES / "contacts.csv", out=out)
    (out / "upload").mkdir()
    rehearsal = {"sandbox": True, "parts": [{"tries": [{"outcome": "created"}]}]}
    (out / "upload" / "receipt.json").write_text(json.dumps(rehearsal))
    (out / "upload" / "journal.sqlite").touch()
    (out / "upload" / "journal.1.sqlite").touch()
    with pytest.raises(UsageError, match="uploaded from"):
        prepare(SAMPLES / "contacts.csv", out=out)
    (out / "upload" / "journal.1.sqlite").unlink()
    prepare(SAMPLES / "contacts.csv", out=out)
    assert not (out / "upload").exists()


def test_kill_at_any_moment_leaves_the_old_folder_or_the_new_one(tmp_path: Path) -> None:
    """A run that is killed at a random moment publishes nothing half, and the next run tidies up."""
    out = tmp_path / "out"
    prepare(SAMPLES / "contacts.csv", out=out)
    old = contents(out)
    new = contents(prepare(SAMPLES / "messy.csv", out=tmp_path / "new").folder)
    code = (
        "import sys, os, random, threading, time\n"
        "from pipeline import prepare\n"
        "from pipeline.preparing import running, batches, joining, staging\n"
        "kill = lambda: (time.sleep(float(sys.argv[3])), os.kill(os.getpid(), 9))\n"
        "threading.Thread(target=kill, daemon=True).start()\n"
        "prepare(sys.argv[1], out=sys.argv[2])\n"
        "time.sleep(5)\n"
    )
    random.seed(20261124)
    for _ in range(6):
        arguments = [sys.executable, "-c", code, str(SAMPLES / "messy.csv"), str(out), f"{random.uniform(0, 0.12):.3f}"]
        subprocess.run(arguments, check=False, timeout=60)
        if out.exists():
            assert contents(out) in (old, new)
        else:
            assert contents(tmp_path / ".out.contactprep-old") == old
    prepare(SAMPLES / "contacts.csv", out=out)
    assert contents(out) == old
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["new", "out"]


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    """A write that the system refuses ends in one line and exit 74, and the folder does not appear."""
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
        "from pipeline.cli import main\n"
        "sys.exit(main(['prepare', sys.argv[1], '-o', sys.argv[2]]))\n"
    )
    arguments = [sys.executable, "-c", code, str(SAMPLES / "messy.csv"), str(tmp_path / "out")]
    done = subprocess.run(arguments, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 74, done.stderr
    assert "cannot write" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_place_is_said_so(tmp_path: Path) -> None:
    """No permission to write is exit 74 with the way out."""
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="you may write to"):
        prepare(SAMPLES / "contacts.csv", out=tmp_path / "out")
