"""Compressed files and archives: read as what they hold, or refused in one line; nothing that swells is let in."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import os
import random
import struct
import subprocess
import sys
import threading
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
import zstandard

from pipeline.errors import SourceError, UsageError
from pipeline.reading import Limits, read_all, scan
from tests.reading.office_files import archive

TEXT = "name,city\nJosé,Zürich\nZoë,Málaga\n"
ROWS = [["José", "Zürich"], ["Zoë", "Málaga"]]


def zstd(data: bytes, **options: Any) -> bytes:
    return zstandard.ZstdCompressor(**options).compress(data)


def zipped(data: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    return archive({"list.csv": data}, method)


def stored(data: bytes) -> bytes:
    return zipped(data, zipfile.ZIP_STORED)


SKIPPABLE = b"\x52\x2a\x4d\x18" + struct.pack("<L", 5) + b"a,b\n1"
PACKERS = {"gzip": gzip.compress, "zstandard": zstd, "zip": zipped, "stored": stored}


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("stream", [False, True])
def test_what_is_inside_is_read(tmp_path: Path, packer: str, encoding: str, stream: bool) -> None:
    """Whatever its encoding and name; name, size and digest are the original's, and one private copy remains."""
    data = PACKERS[packer](TEXT.encode(encoding))
    path, spool = tmp_path / "list.csv", tmp_path / "spool"
    path.write_bytes(data)
    spool.mkdir()
    source = scan(io.BytesIO(data) if stream else path, spool=spool)
    assert source.name == ("<stdin>" if stream else "list.csv")
    assert (source.size, source.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    (table,) = read_all(source)
    assert table.frame.to_numpy().tolist() == ROWS
    assert table.lines.tolist() == [2, 3]
    assert list(spool.iterdir()) == [source.text]
    assert source.text.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes() == data
    assert "R301" in {one.code for one in source.findings} if encoding == "cp1252" else not source.findings


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_members_follow_one_another(load: Any, pack: Any) -> None:
    """Several gzip members or zstandard frames are one text, cut anywhere, even inside a letter."""
    data = TEXT.encode()
    for at in range(len(data) + 1):
        assert list(load(pack(data[:at]) + pack(data[at:])).rows.values()) == ROWS


def test_padding_and_skippable_frames_are_passed_over(load: Any) -> None:
    """Zeros after a gzip member, and zstandard frames that say that they are to be skipped, first, between and last."""
    one, two = TEXT.encode()[:20], TEXT.encode()[20:]
    assert list(load(gzip.compress(one) + bytes(700) + gzip.compress(two) + bytes(512)).rows.values()) == ROWS
    assert list(load(SKIPPABLE + zstd(one) + SKIPPABLE + zstd(two) + SKIPPABLE).rows.values()) == ROWS


def test_optional_parts_of_the_formats(load: Any) -> None:
    """A gzip file name with `../`, a zstandard checksum, a size that is not said, a long window: all are read."""
    named = io.BytesIO()
    with gzip.GzipFile("../../etc/passwd", "wb", fileobj=named, mtime=0) as file:
        file.write(TEXT.encode())
    streamed = zstandard.ZstdCompressor(write_checksum=True).compressobj()
    unsized = streamed.compress(TEXT.encode()) + streamed.flush()
    window = zstandard.ZstdCompressionParameters(window_log=27)
    for data in (named.getvalue(), unsized, zstd(TEXT.encode(), compression_params=window)):
        assert list(load(data).rows.values()) == ROWS


def test_many_blocks(load: Any) -> None:
    """Megabytes of text that packs badly come out whole: every byte of every block arrives in order."""
    chance = random.Random(5)
    rows = [f"{number},{chance.randbytes(30).hex()}" for number in range(25_000)]
    text = ("id,text\n" + "\n".join(rows) + "\n").encode()
    for packer in PACKERS.values():
        found = load(packer(text))
        assert [",".join(cells) for cells in found.rows.values()] == rows


def test_a_named_pipe_is_unpacked(tmp_path: Path) -> None:
    """An archive needs its end before its beginning, so a pipe is copied first, and that copy goes again."""
    spool = tmp_path / "spool"
    spool.mkdir()
    for packer in PACKERS.values():
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        data = packer(TEXT.encode())
        writer = threading.Thread(target=pipe.write_bytes, args=(data,))
        writer.start()
        source = scan(pipe, spool=spool)
        writer.join()
        pipe.unlink()
        assert (source.records, source.sha256) == (2, hashlib.sha256(data).hexdigest())
        assert list(spool.iterdir()) == [source.text]
        source.text.unlink()


@pytest.mark.parametrize("packer", PACKERS)
def test_every_cut_is_noticed(tmp_path: Path, packer: str) -> None:
    """Each shorter beginning of a file is refused in one line that names it, and leaves nothing in the spool."""
    data = PACKERS[packer](TEXT.encode())
    name = {"gzip": "list.gz", "zstandard": "list.zst"}.get(packer, "list.zip")
    for length in range(1, len(data)):
        with pytest.raises(SourceError, match=f"^{name}: ") as caught:
            scan(io.BytesIO(data[:length]), name=name, spool=tmp_path)
        assert "\n" not in str(caught.value)
        assert list(tmp_path.iterdir()) == [], length


@pytest.mark.parametrize("packer", PACKERS)
def test_no_flipped_bit_changes_a_cell(tmp_path: Path, packer: str) -> None:
    """Any one bit may flip: the file is refused, or read right (the bit stood in a name or a time)."""
    pack = {"zstandard": lambda text: zstd(text, write_checksum=True)}.get(packer, PACKERS[packer])
    data = pack(TEXT.encode())
    refused = 0
    bits = random.Random(2).sample(range(8 * len(data)), min(500, 8 * len(data)))
    for at in bits:
        flipped = bytearray(data)
        flipped[at // 8] ^= 1 << at % 8
        try:
            source = scan(io.BytesIO(flipped), spool=tmp_path)
        except SourceError:
            refused += 1
            continue
        if flipped.startswith((b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")):
            assert [row for table in read_all(source) for row in table.frame.to_numpy().tolist()] == ROWS
        source.text.unlink()
    assert refused > len(bits) // 2


def test_what_follows_the_last_member_is_not_ignored(tmp_path: Path) -> None:
    """Bytes behind a gzip or zstandard file that are neither padding nor another member mean damage."""
    for data in (gzip.compress(TEXT.encode()) + b"x,y\n", zstd(TEXT.encode()) + b"x,y\n"):
        with pytest.raises(SourceError, match="damaged after 37 good bytes, or something else follows"):
            scan(io.BytesIO(data), spool=tmp_path)


def encrypted() -> bytes:
    data = bytearray(zipped(TEXT.encode()))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def other_size() -> bytes:
    """Return an archive whose list says that the member is one byte shorter than it is, with that one's check value."""
    data = bytearray(zipped(TEXT.encode()))
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<L", data, at + 16, zlib.crc32(TEXT.encode()[:-1]))
    struct.pack_into("<L", data, at + 24, len(TEXT.encode()) + 1)
    return bytes(data)


CSV = TEXT.encode()
OPEN_TEXT = b"application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (archive({}), "holds no file"),
        (archive({"a/": b"", "__MACOSX/._list.csv": b"x", "a/.DS_Store": b"x"}), "holds no file"),
        (archive({"a.csv": CSV, "b.csv": CSV}), r"holds 2 files \(a.csv, b.csv\); unpack it and give one"),
        (archive({f"{n}.csv": CSV for n in range(9)}), r"holds 9 files \(0.csv, .*, 4.csv and 4 more\)"),
        (archive({"a\x1b[31m.csv": CSV, "b": CSV}), r"\(a\\x1b\[31m.csv, b\)"),
        (encrypted(), "protected by a password"),
        (zipped(CSV, zipfile.ZIP_BZIP2), "method other than deflate"),
        (zipped(CSV, zipfile.ZIP_LZMA), "method other than deflate"),
        (other_size(), "damaged"),
        (gzip.compress(zipped(CSV)), "what it holds is not text, it looks like a zip archive"),
        (gzip.compress(gzip.compress(CSV)), "what it holds .* gzip"),
        (zipped(zstd(CSV)), "what it holds .* zstandard"),
        (zipped(zipped(CSV)), "what it holds .* zip archive"),
        (zstd(b"%PDF-1.7\n"), "what it holds .* PDF"),
        (zipped(b"<html><table></table></html>"), "what it holds is a web page"),
        (gzip.compress(b""), "empty"),
        (gzip.compress(bytes(2000)), "control characters"),
        (bz2.compress(CSV), "bzip2"),
        (archive({"[Content_Types].xml": b"", "word/document.xml": b""}), "Office document, not a workbook"),
        (archive({"mimetype": OPEN_TEXT, "content.xml": b"", "META-INF/manifest.xml": b""}), "no spreadsheet"),
        (archive({"Index/Document.iwa": b"", "Metadata/x": b""}), "Numbers"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "no workbook can be read from it"),
    ],
    # The bytes hold the time at which they were packed: no names for processes that share out the tests.
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_cannot_be_unpacked_is_refused(tmp_path: Path, data: bytes, says: str) -> None:
    """One line that says what it is and what to do; the same for a file and a stream, and the spool stays empty."""
    spool = tmp_path / "spool"
    spool.mkdir()
    path = tmp_path / "list"
    path.write_bytes(data)
    for source in (path, io.BytesIO(data)):
        with pytest.raises(SourceError, match=says) as caught:
            scan(source, name="list", spool=spool)
        assert str(caught.value).startswith("list: ")
        assert "\n" not in str(caught.value)
        assert ";" in str(caught.value)
        assert [left for left in spool.iterdir() if left.is_dir()] == []


def test_what_a_mac_adds_does_not_count(load: Any) -> None:
    """Folders, `__MACOSX/` and `.DS_Store` stand beside the one file; no name becomes a path."""
    for name in ("lists/spring.csv", "../../up.csv", "/etc/passwd", "a\\b.csv", "ü.csv"):
        found = load(archive({"lists/": b"", name: CSV, "__MACOSX/lists/._spring.csv": b"x", "lists/.DS_Store": b"x"}))
        assert list(found.rows.values()) == ROWS


def test_text_named_like_an_archive_is_text(tmp_path: Path) -> None:
    """The content decides."""
    for name in ("list.gz", "list.zst", "list.zip", "list.xlsx", "list.xls"):
        path = tmp_path / name
        path.write_text(TEXT, encoding="utf-8")
        assert scan(path, spool=tmp_path).records == 2


def test_a_sheet_of_no_workbook_is_a_mistake(tmp_path: Path) -> None:
    """Asking for a sheet of a text, packed or not, cannot be followed."""
    for data in (CSV, gzip.compress(CSV), zipped(CSV)):
        with pytest.raises(UsageError, match="no workbook"):
            scan(io.BytesIO(data), sheet=1, spool=tmp_path)


@pytest.mark.parametrize("packer", PACKERS)
def test_what_grows_too_large_is_refused(tmp_path: Path, packer: str) -> None:
    """By the bytes that come out; the packed file may be as large as any file."""
    text = b"a,b\n" + b"1,2\n" * 5000
    data = PACKERS[packer](text)
    assert scan(io.BytesIO(data), spool=tmp_path, limits=Limits(unpacked_bytes=len(text))).records == 5000
    with pytest.raises(SourceError, match="unpacked it is larger than the limit of 20,003 bytes; split it"):
        scan(io.BytesIO(data), spool=tmp_path, limits=Limits(unpacked_bytes=len(text) - 1))
    with pytest.raises(SourceError, match=f"larger than the limit of {len(data) - 1:,} bytes"):
        scan(io.BytesIO(data), spool=tmp_path, limits=Limits(file_bytes=len(data) - 1))


@pytest.mark.parametrize("packer", ["gzip", "zstandard", "zip"])
def test_what_swells_beyond_reason_is_refused(tmp_path: Path, packer: str) -> None:
    """By the ratio, once enough came out: a short repetitive file and a long ordinary one are let in."""
    text = b"a,b\n" + b",\n" * 200_000
    data = PACKERS[packer](text)
    limits = Limits(ratio=100, ratio_bytes=1 << 18)
    with pytest.raises(SourceError, match="swells to more than 100 times its size"):
        scan(io.BytesIO(data), spool=tmp_path, limits=limits)
    assert list(tmp_path.iterdir()) == []
    assert scan(io.BytesIO(PACKERS[packer](text[: 1 << 17])), spool=tmp_path, limits=limits).records > 0
    chance = random.Random(1)
    ordinary = b"a,b\n" + b"".join(b"%d,Ann\n" % chance.randrange(1 << 20) for _ in range(50_000))
    assert scan(io.BytesIO(PACKERS[packer](ordinary)), spool=tmp_path, limits=limits).records == 50_000


def bomb(packer: str) -> bytes:
    """Return about a megabyte (zstandard: less) that swells to a gigabyte."""
    chunk = b",\n" * (1 << 22)
    buffer = io.BytesIO()
    if packer == "gzip":
        with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9) as file:
            file.write(chunk)
        # Concatenated members are as good a bomb and quicker made.
        return buffer.getvalue() * 128
    if packer == "zstandard":
        return zstd(chunk) * 128
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file,
        file.open("a.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(40):
            member.write(chunk)
    return buffer.getvalue()


@pytest.mark.parametrize("packer", ["gzip", "zstandard", "zip"])
def test_a_bomb_is_refused_soon_and_within_bounded_memory(tmp_path: Path, packer: str) -> None:
    """With the default limits, a gigabyte in a megabyte is given up in seconds, and was never held."""
    path = tmp_path / "bomb"
    path.write_bytes(bomb(packer))
    program = (
        "import resource, sys, time\nfrom pathlib import Path\nfrom pipeline.errors import SourceError\n"
        "from pipeline.reading import scan\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\nbegun = time.process_time()\n"
        "try:\n    scan(sys.argv[1], spool=Path(sys.argv[2]))\nexcept SourceError as reason:\n    print(reason)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, time.process_time() - begun)\n"
    )
    spool = tmp_path / "spool"
    spool.mkdir()
    run = subprocess.run(
        [sys.executable, "-c", program, str(path), str(spool)], capture_output=True, text=True, check=True, timeout=60
    )
    reason, numbers = run.stdout.splitlines()
    kibibytes, seconds = map(float, numbers.split())
    assert "swells to more than 500 times its size" in reason
    assert seconds < 5
    assert kibibytes < (200 << 10)
    assert list(spool.iterdir()) == []


def test_a_list_of_members_may_not_be_endless(tmp_path: Path) -> None:
    """It is read whole and takes much more memory than bytes, so it is measured first."""
    data = bytearray(zipped(CSV))
    end = data.index(b"PK\x05\x06")
    struct.pack_into("<L", data, end + 12, 17 << 20)
    with pytest.raises(SourceError, match="its list of members is 17,825,792 bytes long"):
        scan(io.BytesIO(data), spool=tmp_path)


def test_an_archive_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The original's stamp is compared when all of it has been read."""
    path = tmp_path / "list.gz"
    path.write_bytes(gzip.compress(CSV))
    from pipeline.reading import containers

    unpack = containers.unpack

    def slow(*given: Any) -> Any:
        contents = unpack(*given)
        path.write_bytes(gzip.compress(CSV * 2))
        return contents

    monkeypatch.setattr(containers, "unpack", slow)
    with pytest.raises(SourceError, match="changed while it was read"):
        scan(path, spool=tmp_path)
