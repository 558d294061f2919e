"""Inputs of every kind: files, streams, pipes, bad ones, and files that change."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import random
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import OutputError, SourceError
from pipeline.reading import Limits, read, read_all, scan
from pipeline.reading.digesting import Digest
from pipeline.records import Source

TEXT = "name,city\nJosé,Zürich\nZoë,Málaga\n"


class Trickle(io.RawIOBase):
    """A stream that gives three bytes at a time, as a slow pipe may."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._data.read(min(3, size) if size >= 0 else 3)


def test_a_utf_8_file_is_read_in_place(tmp_path: Path) -> None:
    """Nothing is copied; name, size and digest are the file's."""
    spool = tmp_path / "spool"
    spool.mkdir()
    path = tmp_path / "list.csv"
    path.write_text(TEXT, encoding="utf-8")
    source = scan(str(path), spool=spool)
    assert (source.name, source.text, source.size) == ("list.csv", path, len(TEXT.encode()))
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert list(spool.iterdir()) == []


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_stream_is_copied_once_and_privately(tmp_path: Path, encoding: str) -> None:
    """One copy with mode 0600 remains, digest and size are the original's, and a trickle is enough."""
    data = TEXT.encode(encoding)
    source = scan(Trickle(data), spool=tmp_path)  # type: ignore[arg-type]  # a raw stream is all a pipe is
    assert source.name == "<stdin>"
    assert (source.size, source.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert list(tmp_path.iterdir()) == [source.text]
    assert source.text.stat().st_mode & 0o777 == 0o600
    (table,) = read_all(source)
    assert table.frame.to_numpy().tolist() == [["José", "Zürich"], ["Zoë", "Málaga"]]


def test_a_named_pipe_is_copied(tmp_path: Path) -> None:
    """What is no regular file cannot be read twice."""
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    spool = tmp_path / "spool"
    spool.mkdir()
    writer = threading.Thread(target=lambda: pipe.write_text(TEXT, encoding="utf-8"))
    writer.start()
    source = scan(pipe, spool=spool)
    writer.join()
    assert (source.name, source.records, source.text.parent) == ("pipe.csv", 2, spool)


def test_a_source_travels_to_another_process(tmp_path: Path) -> None:
    """Source and range pickle, and the copy reads the same table."""
    path = tmp_path / "list.csv"
    path.write_text(TEXT, encoding="utf-8")
    source = scan(path, spool=tmp_path)
    copied: Source = pickle.loads(pickle.dumps(source))
    table = pickle.loads(pickle.dumps(read(copied, copied.ranges[0])))
    assert table.frame.equals(read(source, source.ranges[0]).frame)


def test_ranges_can_be_read_in_any_order(tmp_path: Path) -> None:
    """Each range begins and ends on a record, also by its bytes, and knows its first record and line."""
    path = tmp_path / "list.csv"
    rows = [f'{number},"a\n{number}"\n\n' for number in range(1, 101)]
    path.write_text("id,text\n" + "".join(rows), encoding="utf-8")
    by_records = scan(path, spool=tmp_path, range_records=7)
    by_bytes = scan(path, spool=tmp_path, limits=Limits(range_bytes=30))
    assert len(by_records.ranges) == 15
    assert len(by_bytes.ranges) > 30
    for source in (by_records, by_bytes):
        for part in reversed(source.ranges):
            table = read(source, part)
            assert table.frame[0].tolist() == [str(number) for number in table.frame.index]
            assert table.lines.tolist() == [2 + 3 * (number - 1) for number in table.frame.index]


def test_it_is_told_early_how_many_ranges_there_are(tmp_path: Path) -> None:
    """While the file is read, never more than there are in the end, and for one range never two."""
    path = tmp_path / "list.csv"
    path.write_text("id,text\n" + "".join(f"{number},{'é' * 30}\n" for number in range(40_000)), encoding="utf-8")
    for encoding in (None, "latin-1"):
        told: list[int] = []
        source = scan(path, spool=tmp_path, range_records=9_000, encoding=encoding, begun=told.append)
        assert told == sorted(told)
        assert told[0] < 5 == told[-1] == len(source.ranges)
        told.clear()
        scan(path, spool=tmp_path, range_records=40_000, encoding=encoding, begun=told.append)
        assert set(told) == {1}


@pytest.mark.parametrize("sizes", [[], [5], [1 << 20] * 7, [3 << 20, 1, 0, 5 << 20], [1] * 9])
def test_a_digest_is_that_of_all_blocks(sizes: list[int]) -> None:
    """However they are cut, also asked for in between; the thread that makes it ends with it."""
    blocks = [bytes([at]) * size for at, size in enumerate(sizes)]
    before = threading.active_count()
    digest, exact = Digest(), hashlib.sha256()
    for at, block in enumerate(blocks):
        digest.update(block)
        exact.update(block)
        if at % 3 == 2:
            assert digest.hexdigest() == exact.hexdigest()
    assert digest.hexdigest() == digest.hexdigest() == exact.hexdigest()
    del digest
    until = time.monotonic() + 60
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.005)
    assert threading.active_count() == before


@pytest.mark.parametrize("change", ["append", "rewrite", "replace", "remove", "truncate"])
def test_a_file_that_changes_is_not_trusted(tmp_path: Path, change: str) -> None:
    """After the scan the file must stay as it was."""
    path = tmp_path / "list.csv"
    path.write_text(TEXT, encoding="utf-8")
    source = scan(path, spool=tmp_path)
    if change == "append":
        path.write_text(TEXT + "x,y\n", encoding="utf-8")
    elif change == "rewrite":
        path.write_text(TEXT.replace("Zoë", "Zoé"), encoding="utf-8")
        os.utime(path, ns=(source.stamp[3] + 1, source.stamp[3] + 1))
    elif change == "replace":
        other = tmp_path / "other.csv"
        other.write_text(TEXT, encoding="utf-8")
        other.replace(path)
    elif change == "remove":
        path.unlink()
    else:
        os.truncate(path, 12)
    with pytest.raises(SourceError, match=r"list\.csv: it (changed while it was read|cannot be read any more)"):
        read(source, source.ranges[0])


def test_a_file_that_grows_during_the_scan_is_refused(tmp_path: Path) -> None:
    """The stamp is taken before the first byte and compared after the last."""
    path = tmp_path / "list.csv"
    path.write_text("a,b\n" + "1,2\n" * 200_000, encoding="utf-8")
    scanned = threading.Event()

    def grow() -> None:
        while not scanned.wait(0.002):
            with path.open("ab") as file:
                file.write(b"3,4\n")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        with pytest.raises(SourceError, match="changed while it was read"):
            scan(path, spool=tmp_path)
    finally:
        scanned.set()
        writer.join()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\n\r\n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        (b"\xff\xfe", "empty"),
        (b"sep=;\n", "empty"),
        (b"BZh91AY&SY" + bytes(20), "bzip2"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"<!DOCTYPE html>\n<table><tr><td>E-mail</td></tr></table>", "web page"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<Workbook/>', "XML"),
        (b"SQLite format 3\0" + bytes(80), "SQLite"),
        (b"PAR1\x15\x04", "Parquet"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "7-Zip"),
        (b"a,b\n" + b"\x01\x02\x03" * 20, "control characters"),
        (bytes(2000), "control characters"),
        (random.Random(1).randbytes(5000), "not text"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, data: bytes, says: str) -> None:
    """One line that names the file and what it looks like; the same for a stream."""
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    for source in (path, io.BytesIO(data)):
        with pytest.raises(SourceError, match=says) as caught:
            scan(source, name="list.csv", spool=tmp_path)
        assert str(caught.value).startswith("list.csv: ")
        assert "\n" not in str(caught.value)
        assert caught.value.exit_status == 3


def test_a_few_control_characters_are_text(load: Any) -> None:
    """Under one in twenty they are somebody else's business."""
    assert load("a,b\n" + "x" * 100 + "\x01\x0b\x1b,2\n").rows[1][1] == "2"


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing, a folder, below a file, not permitted, too long, with NUL or line ends: each in one line."""
    (tmp_path / "file").write_text("x")
    bad = [
        tmp_path / "none.csv",
        tmp_path,
        tmp_path / "file" / "x.csv",
        str(tmp_path / ("x" * 300)),
        "a\0b",
        "a\nb.csv",
        "",
    ]
    locked = tmp_path / "locked.csv"
    locked.write_text(TEXT, encoding="utf-8")
    locked.chmod(0)
    if not os.access(locked, os.R_OK):
        bad.append(locked)
    for path in bad:
        with pytest.raises(SourceError) as caught:
            scan(path, spool=tmp_path)
        assert "\n" not in str(caught.value)
        assert "\0" not in str(caught.value)


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(file_bytes=20), "larger than the limit of 20 bytes"),
        (Limits(line_bytes=12), "line 2 is longer than the limit of 12 bytes"),
        (Limits(columns=1), "2 columns, more than the limit of 1"),
    ],
)
def test_what_is_over_a_limit_is_refused(tmp_path: Path, limits: Limits, says: str) -> None:
    """Each limit has its own words, for files and streams."""
    path = tmp_path / "list.csv"
    path.write_text(TEXT, encoding="utf-8")
    for source in (path, io.BytesIO(TEXT.encode())):
        with pytest.raises(SourceError, match=says):
            scan(source, spool=tmp_path, limits=limits)


def test_a_spool_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    """It is not the input's fault."""
    with pytest.raises(OutputError, match="no copy can be made here"):
        scan(io.BytesIO(TEXT.encode()), spool=tmp_path / "none")


def test_a_text_stream_is_a_programming_error(tmp_path: Path) -> None:
    """Bytes are needed, and the message says how to get them."""
    with pytest.raises(TypeError, match="binary buffer"):
        scan(io.StringIO(TEXT), spool=tmp_path)  # type: ignore[arg-type]  # that is the point


def test_line_ends_across_the_blocks(load: Any) -> None:
    """A CRLF, a quoted cell and a letter cut by the end of a block of 1 MiB are whole again."""
    for shift in range(6):
        row = 'é,"a\r\nb"\r\n'
        filler = "x" * (1000 + shift) + ",y\r\n"
        rows = ["a,b\r\n"]
        size = 5
        while size < (1 << 20) - 3000:
            rows.append(filler)
            size += len(filler)
        rows += [row] * 600
        found = load("".join(rows).encode(), delimiter=",")
        assert not found.broken
        assert list(found.rows.values())[-600:] == [["é", "a\r\nb"]] * 600
        assert "R205" not in found.about_file
        assert "R206" not in found.about_file
        assert found.lines[found.source.records] == len(rows) - 600 + 2 * 599 + 1


def test_any_bytes_are_read_or_refused(load: Any) -> None:
    """Seeded garbage never raises anything but our own errors, and is the same for every size of a range."""
    chance = random.Random(99)
    read_whole = 0
    for number in range(500):
        alphabet = [b"a", b",", b";", b'"', b"'", b"\n", b"\r", b"\r\n", b" ", "é".encode(), b"sep=;", b"\t|"]
        alphabet += [b"\xe9", b"\x81", b"\0", b"\xef\xbb\xbf", b"\xff\xfe"][: number % 6]
        data = b"".join(chance.choices(alphabet, k=chance.randrange(60)))
        try:
            whole = load(data)
        except SourceError:
            continue
        read_whole += 1
        pieces = load(data, range_records=2)
        assert (pieces.rows, pieces.lines, pieces.broken, pieces.findings) == (
            whole.rows, whole.lines, whole.broken, whole.findings)  # fmt: skip
        assert pieces.source.findings == whole.source.findings
    assert read_whole > 200
