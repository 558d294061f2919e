"""Reading a manifest and cutting the clean file."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import ManifestError, UsageError
from pipeline.planning import Part, Plan, plan, read_manifest
from pipeline.uploading.preflight import _blank_cells

CELL = st.text(st.sampled_from('ab",\n é名'), max_size=8)
RECORD = st.tuples(st.text(st.sampled_from("ab@.x"), min_size=1, max_size=8), CELL)


def sent(folder: Path, cut: Plan, part: Part) -> bytes:
    return cut.header + (folder / "clean.csv").read_bytes()[part.start : part.end]


def read(data: bytes) -> list[tuple[str, ...]]:
    return [tuple(row) for row in csv.reader(io.StringIO(data.decode(), newline=""), strict=True)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(RECORD, max_size=12), st.integers(1, 5) | st.none(), st.integers(70, 200) | st.none())
def test_parts_are_the_file(prepared, tmp_path_factory, records, most, size) -> None:
    """Whatever the cells: each part is a table of its own within both limits, and together they are the file."""
    folder = type(prepared)(tmp_path_factory.mktemp("laws"))(records)
    manifest = read_manifest(folder)
    cut = plan(manifest, folder, max_records=most, max_bytes=size)
    assert cut == plan(manifest, folder, max_records=most, max_bytes=size)
    found = []
    for part in cut.parts:
        data = sent(folder, cut, part)
        table = read(data)
        assert table[0] == manifest.columns
        assert len(table) - 1 == part.rows <= (most or 99)
        assert len(data) == part.size <= (size or 10**6)
        assert hashlib.sha256(data).hexdigest() == part.sha256
        assert part.first_row == len(found) + 1
        found += table[1:]
    assert found == records
    for part, following in zip(cut.parts, cut.parts[1:], strict=False):
        first = read(sent(folder, cut, following))[1]
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(first)
        full = part.rows == most or (size is not None and part.size + len(text.getvalue().encode()) > size)
        assert full, "a part was ended before it was full"


def test_record_larger_than_a_part(prepared) -> None:
    """A record that no part can hold is refused, naming its record and line in the source."""
    folder = prepared([("a@x.org", "short"), ("b@x.org", "long\n" * 30)])
    with pytest.raises(UsageError, match="record 2, line 3, takes"):
        plan(read_manifest(folder), folder, max_records=None, max_bytes=100)


def test_header_only(prepared) -> None:
    """A file that holds a header only has no parts."""
    folder = prepared(0)
    cut = plan(read_manifest(folder), folder, max_records=5, max_bytes=None)
    assert cut.parts == ()


def test_memory_does_not_grow_with_the_file(prepared) -> None:
    """Twelve megabytes are planned in less than four of memory, one record of three megabytes among them."""
    folder = prepared([("a@x.org", "x" * 3_000_000), *((f"p{n}@x.org", "y" * 90_000) for n in range(100))])
    tracemalloc.start()
    try:
        cut = plan(read_manifest(folder), folder, max_records=10, max_bytes=None)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(cut.parts) == 11
    assert peak < 4_000_000


def test_plan_checks_itself() -> None:
    """A plan that leaves out a record or a byte cannot be made."""
    part = Part(1, 1, 2, 4, 10, 10, "", "k")
    assert Plan(b"a,b\n", 10, 2, None, None, (part,))
    for size, records in ((11, 2), (10, 3)):
        with pytest.raises(ValueError, match="the parts hold"):
            Plan(b"a,b\n", size, records, None, None, (part,))


def change(folder: Path, **changes: object) -> Path:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    return folder


def test_not_a_prepared_folder(prepared, tmp_path) -> None:
    """A folder without a manifest of ours is refused as a mistake of use."""
    for folder in (tmp_path, tmp_path / "absent", change(prepared(name="foreign"), tool={"name": "other"})):
        with pytest.raises(UsageError, match="not a prepared folder"):
            read_manifest(folder)


def test_over_budget_is_refused(prepared) -> None:
    """A folder over its error budget may not be uploaded, and the text says why."""
    folder = change(prepared(), publishable=False)
    (folder / "clean.csv").unlink()
    with pytest.raises(UsageError, match="error budget"):
        read_manifest(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"format": "x"},
        {"counts": {}},
        {"counts": {"accepted": 4}},
        {"columns": []},
        {"columns": ["A", "B"]},
        {"schema": {}},
        {"files": {}},
        {"publishable": "yes"},
    ],
)
def test_manifest_that_cannot_be_trusted(prepared, changes) -> None:
    """A newer or damaged manifest is refused in one line."""
    with pytest.raises(ManifestError) as caught:
        read_manifest(change(prepared(), **changes))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["clean.csv", "clean.index.csv"])
def test_changed_files_are_refused(prepared, name) -> None:
    """A file with another byte, a byte more, or none is not the manifest's."""
    folder = prepared()
    path = folder / name
    good = path.read_bytes()
    for bad in (good[:-2] + b"#\n", good + b"\n", b""):
        path.write_bytes(bad)
        with pytest.raises(ManifestError, match=name):
            read_manifest(folder)
    path.unlink()
    with pytest.raises(ManifestError, match=name):
        read_manifest(folder)


def test_file_changed_after_it_was_confirmed(prepared) -> None:
    """A file that is replaced between reading the manifest and cutting is not cut."""
    folder = prepared(3)
    manifest = read_manifest(folder)
    path = folder / "clean.csv"
    path.write_bytes(path.read_bytes().replace(b"p1", b"q1"))
    with pytest.raises(ManifestError, match="changed while it was read"):
        plan(manifest, folder, max_records=None, max_bytes=None)


def test_counts_that_the_file_does_not_keep(prepared) -> None:
    """A manifest whose count is not the file's is noticed when the file is cut."""
    folder = prepared(3)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["counts"]["accepted"] = 2
    for entry in manifest["files"].values():
        entry["records"] = 2
    change(folder, **manifest)
    with pytest.raises(ManifestError, match="3 records"):
        plan(read_manifest(folder), folder, max_records=None, max_bytes=None)


@given(
    rows=st.lists(
        st.tuples(*[st.sampled_from(["", "a", "b c", 'q"q', "x,y", "two\nlines", '"', ",", "\n", '""', "é"])] * 3),
        max_size=30,
    )
)
def test_blank_cells_are_counted_as_by_a_tokeniser(rows) -> None:
    """The quick count of blank cells says what the csv module says, or leaves it to that."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    data = text.getvalue().encode()
    truth = sum(row.count("") for row in csv.reader(io.StringIO(data.decode(), newline="")))
    if data:
        assert _blank_cells(data, 3) in (truth, None)
    if not any('""' in cell or cell == '"' for row in rows for cell in row) and data:
        assert _blank_cells(data, 3) == truth
