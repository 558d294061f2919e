"""Line ends, places and letters of blocks are those of the plain definitions, to the first and last byte."""

from __future__ import annotations

import random
from itertools import accumulate
from pathlib import Path

import pytest

from pipeline.reading import opening
from pipeline.reading.blocks import Block
from pipeline.reading.encodings import LineTally
from tests.reading.fuzzing import exact_tally

PIECES = [
    b"\n",
    b"\r",
    b"\r\n",
    b'"',
    b",",
    b"\t",
    b"\0",
    b"a",
    b"abcdefgh",
    b"x" * 31,
    *map(str.encode, "\x7fé߿ࠀ￿𐀀😀"),
]
# Cut off, too long, a surrogate, beyond Unicode, and bytes that begin nothing.
NOT_UTF8 = [b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\xc0\x80", b"\xe0\x9f\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"]
BEGIN_NOTHING = [b"\x80", b"\xbf", b"\xf5", b"\xff"]


def some_texts(seed: str, pieces: list[bytes], count: int = 300) -> list[bytes]:
    chance = random.Random(seed)
    return [b"".join(chance.choices(pieces, k=chance.randrange(40))) for _ in range(count)]


@pytest.mark.parametrize("text", [b"", b"a", b"\n", b"\r", b"\r\n", b"\n\r", b"\r\r\n", b"a\r\nb", b"\n" * 5000])
def test_lines_end_where_they_are_split(text: bytes) -> None:
    """Empty texts, single bytes, and lines of one byte each."""
    assert Block(text).line_ends.tolist() == list(accumulate(map(len, text.splitlines(keepends=True))))


def test_lines_and_letters_of_random_texts() -> None:
    """Wherever in a text line ends and letters stand, they are found, and nothing else is."""
    for text in some_texts("lines", PIECES + NOT_UTF8 + BEGIN_NOTHING):
        block = Block(text)
        assert block.line_ends.tolist() == list(accumulate(map(len, block.lines()))), text
        for letter in '",\0\n':
            assert block.places(letter).tolist() == [at for at, byte in enumerate(text) if byte == ord(letter)], text
            assert block.count(letter) == text.count(letter.encode())


def test_letters_are_counted_beyond_a_byte() -> None:
    """Sums of more than 255 do not run over."""
    text = b"," * 1000 + b"a" * 300 + b"," * 256
    assert Block(text).count(",") == len(Block(text).places(",")) == 1256


def test_lines_are_tallied_as_python_decodes_them() -> None:
    """Lines with well-formed and with other bytes are told apart, and the first of the latter is named."""
    for text in some_texts("tally", PIECES + NOT_UTF8 + BEGIN_NOTHING) + some_texts("sound", PIECES):
        tally = LineTally()
        tally.count(Block(text), 7)
        assert (tally.valid, tally.invalid, tally.first_invalid) == exact_tally(text, 7), text


def test_every_two_bytes_are_judged_as_python_does() -> None:
    """All pairs of bytes, and what begins with a pair and may be longer, cut off or not."""
    for first in range(256):
        pairs = [bytes((first, second)) for second in range(256)]
        text = b"\n".join([*pairs, *(pair + b"\x80" for pair in pairs), *(pair + b"\xbf\x80" for pair in pairs)])
        tally = LineTally()
        tally.count(Block(text), 1)
        assert (tally.valid, tally.invalid, tally.first_invalid) == exact_tally(text, 1), first


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""])
def test_blocks_of_a_file_end_with_a_line(end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All but the first and the last, if a line ends near; together they are the file."""
    monkeypatch.setattr(opening, "BLOCK", 4096)
    path = tmp_path / "contacts.csv"
    path.write_bytes(("é" * 5 + end).encode() * 2000)
    with opening.open_source(path, None) as opened:
        original = opening.Original(opened, opening.Limits())
        blocks = [*original.blocks()]
    assert b"".join(blocks) == path.read_bytes()
    assert original.size == path.stat().st_size
    assert max(map(len, blocks)) == 4096
    assert all(block.endswith(b"\n") for block in blocks[1:-2]) == end.endswith("\n")
