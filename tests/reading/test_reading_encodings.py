"""Encodings by evidence, by order, and when there is none that fits."""

from __future__ import annotations

import random
from typing import Any

import pytest

from pipeline.errors import SourceError, UsageError
from pipeline.reading.encodings import is_utf8

TEXT = "name,city\nJosé,Zürich\nZoë,Málaga\n"
ROWS = {1: ["José", "Zürich"], 2: ["Zoë", "Málaga"]}


@pytest.mark.parametrize(
    ("data", "name", "bom"),
    [
        (TEXT.encode(), "utf-8", False),
        (TEXT.encode("utf-8-sig"), "utf-8", True),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le", True),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be", True),
        (b"\xff\xfe\0\0" + TEXT.encode("utf-32-le"), "utf-32-le", True),
        (b"\0\0\xfe\xff" + TEXT.encode("utf-32-be"), "utf-32-be", True),
        (TEXT.encode("utf-16-le"), "utf-16-le", False),
        (TEXT.encode("utf-16-be"), "utf-16-be", False),
        (TEXT.encode("utf-32-le"), "utf-32-le", False),
        (TEXT.encode("utf-32-be"), "utf-32-be", False),
        (TEXT.encode("cp1252"), "cp1252", False),
    ],
)
def test_the_encoding_is_seen(load: Any, data: bytes, name: str, bom: bool) -> None:
    """Mark, strict UTF-8, NUL pattern and fall-back each lead to the same cells, and the mark is in no name."""
    found = load(data)
    assert (found.source.encoding.name, found.source.encoding.bom) == (name, bom)
    assert found.rows == ROWS
    assert found.source.header == ("name", "city")
    assert found.source.size == len(data)
    assert ("R301" in found.about_file) == (name == "cp1252")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_plain_ascii_in_wide_units_is_seen(load: Any, codec: str) -> None:
    """ASCII in UTF-16 or UTF-32 is valid UTF-8 full of NULs, and still no UTF-8."""
    assert load("ab,c\n1,2\n".encode(codec)).rows == {1: ["1", "2"]}


def test_asian_text_in_utf_16_without_a_mark(load: Any) -> None:
    """Few NULs are enough where the bytes are no UTF-8."""
    text = "名前,会社\n" + "山田太郎,アクメ\n" * 50
    assert load(text.encode("utf-16-le")).rows[50] == ["山田太郎", "アクメ"]


def test_a_stray_nul_does_not_make_utf_16(load: Any) -> None:
    """One NUL sets its record aside and says nothing about the encoding."""
    found = load("name,city\n" + "Ann,Paris\n" * 5 + "A\0n,Rome\n")
    assert found.source.encoding.name == "utf-8"
    assert found.codes == {6: "R105"}


def test_the_line_that_forced_the_fall_back_is_named(load: Any) -> None:
    """The finding and the encoding name the first physical line that is not UTF-8."""
    found = load(b'a,b\n"x\ny",1\nJos\xe9,2\nZo\xeb,3\n')
    assert found.source.encoding.forced_line == 4
    assert found.about_file["R301"].line == 4
    assert found.rows[2] == ["José", "2"]


def test_one_bad_byte_does_not_make_mojibake(load: Any) -> None:
    """Ten lines of UTF-8 outweigh one that is not."""
    found = load(b"a,b\n" + "é,1\n".encode() * 10 + b"\xe9,1\n")
    assert found.source.encoding.name == "utf-8"
    assert found.codes == {11: "R106"}
    assert "R301" not in found.about_file


def test_bytes_that_no_encoding_decodes_are_refused(load: Any) -> None:
    """Shift-JIS has bytes that Windows-1252 leaves undefined in nearly every line; the name of it helps."""
    data = "名前,会社\n山田,アクメ\n佐藤,言語\n".encode("shift_jis")
    with pytest.raises(SourceError, match="say the encoding"):
        load(data)
    assert load(data, encoding="shift_jis").rows == {1: ["山田", "アクメ"], 2: ["佐藤", "言語"]}


def test_a_few_undefined_bytes_in_the_fall_back_are_set_aside(load: Any) -> None:
    """One record with a byte that Windows-1252 lacks goes, the others stay."""
    found = load(b"a,b\n" + b"Jos\xe9,1\n" * 20 + b"x\x81,\xe9\n")
    assert found.codes == {21: "R106"}
    assert found.broken[21].raw == "x\\x81,é"
    assert len(found.rows) == 20


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "shift_jis"])
def test_a_given_encoding_is_obeyed_record_by_record(load: Any, encoding: str) -> None:
    """What does not decode is set aside with its own bytes, even where they would be sense in UTF-8."""
    bad = "é" if encoding == "ascii" else b"\xff\xfe".decode("latin-1")
    raw = bad.encode() if encoding == "ascii" else bad.encode("latin-1")
    found = load(b"a,b\n1,2\n" + raw + b",3\n4,5\n", encoding=encoding)
    assert found.codes == {2: "R106"}
    assert found.broken[2].raw == "".join(f"\\x{byte:02x}" for byte in raw) + ",3"
    assert (found.rows[1], found.rows[3]) == (["1", "2"], ["4", "5"])


def test_half_a_character_of_utf_16_is_set_aside(load: Any) -> None:
    """A lone surrogate and a last odd byte do not end the reading."""
    data = "a,b\n1,2\n".encode("utf-16-le") + b"\x00\xd8" + "x,3\n".encode("utf-16-le") + b"4"
    found = load(b"\xff\xfe" + data)
    assert found.rows == {1: ["1", "2"]}
    assert found.codes == {2: "R106", 3: "R106"}
    assert found.broken[3].raw == "\\x34"


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", "a\0b", "", "utf-7", "idna", "punycode", "charmap",
                                  "unicode_escape", "raw_unicode_escape", "undefined"])  # fmt: skip
def test_an_unknown_encoding_is_a_usage_error(load: Any, name: str) -> None:
    """Only names of text encodings are taken."""
    with pytest.raises(UsageError, match="no text encoding"):
        load(TEXT.encode(), encoding=name)


def test_two_marks_are_no_part_of_the_first_name(load: Any) -> None:
    """Some programs write the mark twice, others before a quoted name."""
    assert load(b"\xef\xbb\xbf\xef\xbb\xbf" + b'"a",b\n1,2\n').source.header == ("a", "b")


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_and_records_are_counted_alike_in_every_unicode_encoding(
    load: Any, mark: str, codec: str, end: str
) -> None:
    """Cells over several lines, blank lines, a broken record: the same numbers, with and without a mark."""
    text = f'name,city{end}"Jo{end}sé",Zürich{end}{end}  {end}bad{end}Zoë,Málaga'
    found = load((mark + text).encode(codec))
    assert (found.source.encoding.name, found.source.encoding.bom) == (codec, bool(mark))
    assert found.rows == {1: [f"Jo{end}sé", "Zürich"], 3: ["Zoë", "Málaga"]}
    assert (found.lines, found.broken[2].line) == ({1: 2, 3: 7}, 6)
    assert found.about_file["R202"].line == 4


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("shift_jis", "名前,会社\n山田ソ,表計算\n"),
        ("mac_roman", "name,city\nJosé,Málaga\n"),
        ("cp1250", "name,city\nŁukasz,Kraków\n"),
        ("iso8859-2", "name,city\nŁukasz,Kraków\n"),
        ("koi8-r", "имя,город\nОльга,Москва\n"),
        ("cp1251", "имя,город\nОльга,Москва\n"),
        ("gb18030", "姓名,城市\n王伟,北京\n"),
        ("big5", "姓名,城市\n功成,台北\n"),
        ("euc_kr", "이름,도시\n김철수,서울\n"),
        ("iso2022_jp", "名前,会社\n山田,言語\n"),
        ("cp437", "name,city\nJosé,Zürich\n"),
        ("cp500", "name,city\nJosé,Zürich\n"),
    ],
)
def test_other_encodings_are_read_as_asked(load: Any, codec: str, text: str) -> None:
    """Any text encoding of Python's, also those in which parts of a letter look like a delimiter or a backslash."""
    found = load(text.encode(codec), encoding=codec)
    header, row = (line.split(",") for line in text.splitlines())
    assert (found.source.header, found.rows) == (tuple(header), {1: row})
    assert not found.broken
    assert found.source.encoding.evidence == "it was asked for"


def test_long_texts_are_looked_at_as_short_ones_are() -> None:
    """Arrow's and Python's notion of UTF-8 are one: every pair of bytes, and odd ones anywhere, behind long text."""
    long = b"a" * 5_000
    chance = random.Random(3)
    odd = [bytes((first, second)) for first in range(128, 256, 3) for second in range(0, 256, 5)]
    odd += [bytes(chance.choices(range(256), k=chance.randrange(1, 6))) for _ in range(20_000)]
    odd += [b"\xed\xa0\x80", b"\xed\x9f\xbf", b"\xf4\x8f\xbf\xbf", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xe0\x9f\xbf"]
    odd += ["é€😀".encode(), b"\xf8\x88\x80\x80\x80", b"\xef\xbf\xbf", b"\xf0\x8f\xbf\xbf"]
    for data in odd:
        assert is_utf8(long + data) == is_utf8(data), data
        assert is_utf8(data + long) == is_utf8(data + b"a"), data
