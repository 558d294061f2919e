"""The choice of a dialect in bulk against the plain one, which looks at every record under every candidate."""

from __future__ import annotations

import random
from dataclasses import fields
from typing import Any

import pytest

from pipeline.reading import dialects
from pipeline.reading.dialects import choose_dialect
from pipeline.reading.fitting import DELIMITERS, QUOTES, Evidence
from pipeline.reading.tokenising import tokeniser_of
from tests.pollution.generating import generate
from tests.reading import plain_dialects

POLLUTED, ODD = 300, 300

_ASKED: tuple[dict[str, str], ...] = (
    *({"quote": quote} for quote in QUOTES),
    *({"delimiter": delimiter} for delimiter in (",", ";", ", ", " ", "  ", "~")),
    {"escape": "\\"},
)

_LETTERS = (
    b'a,"\n',
    b'a,;"\n "',
    b"ab,'\"\n\r;",
    b'a,\\"\n\t |',
    b'a" ,\n\xff\xc3@.',
    b'a\t \n"',
    b"a,;|\t\"'\\ \r\n@x.0",
)

_CELLS = (
    *(b"a", b"", b"1", b'"a b"', b'"x,y"', b'"q""q"', b'"two\nlines"', b"'s'", b"O'B", b'5" x', b"a@b.co", b'"open'),
    *(b'"a"b', b"a\\,b", b'"a\\"b"', b' "l"', b"x; y", b"u, v", b'""', b'""""'),
)

_NAMED = (
    *(b"a", b"a\n", b'"', b'"a', b'""\n', b"\n", b" \n\t\n", b"\t\n\t\n", b",\n,\n", b"a,b,\n1,2,\n3,4,\n", b"'\n'"),
    *(b"a,b\n1,2,\n3,4,\n\nx,y\n", b"a;b,c\r1;2,3\r", b'a|b\n"x\ny"|2\n"open|2\n', b'a,b;c\n"x;""y",2\n' * 3),
    *(
        b"a, b\n1, 2\n",
        b'"Last, First"\n"Roe, Ann"\n',
        b"name mail\nann a@b.co\nbob b@b.co\n",
        b"\xff,\xfe\n\xc3,\xa9\n",
    ),
    *(b'n,t\n"a;b"x,1\n' + b'"c;d",2\n' * 9, b"n;t\n" + b'"a, b";"c, d"\n' * 9 + b'"o;p\n' * 3, b"a\x00,b\n1,\x002\n"),
    *(
        b"a,b,c\n1,2\n3,4\n5\n6\n",
        b"a\n1,2\n3;4\n",
        b"'a','b'\n'1','2'\n'3','4'\n",
        b'a,b\n"1\r"2\n',
        b'a,b\n1,"\n2,x"\n',
    ),
)


def _odd(seed: int) -> bytes:
    """Return letters that matter in any order, or a table with many odd cells."""
    chance = random.Random(seed)
    if chance.random() < 0.5:
        return bytes(chance.choices(chance.choice(_LETTERS), k=chance.randint(1, 120)))
    delimiter = chance.choice((b",", b";", b"\t", b"|", b", ", b" "))
    width, odd = chance.randint(1, 5), chance.random() * 0.6
    rows: list[bytes] = []
    for _ in range(chance.randint(1, 40)):
        count = width + (chance.random() < 0.1)
        cells = [chance.choice(_CELLS) if chance.random() < odd else b"w" for _ in range(count)]
        rows.append(delimiter.join(cells) + delimiter * (chance.random() < 0.1))
        if chance.random() < 0.05:
            rows.append(chance.choice((b"", b"  ", b"\t")))
    return chance.choice((b"\n", b"\r\n", b"\r")).join(rows) + chance.choice((b"\n", b""))


def _check(text: bytes, chance: random.Random) -> None:
    """Assert that both choose the same, whoever decides, and that candidates fit the same."""
    lines = text.splitlines(keepends=True)
    if not lines:
        return
    final = chance.random() < 0.5
    for asked in ({}, chance.choice(_ASKED)):
        wanted = plain_dialects.choose_dialect(lines, final=final, **asked)
        assert choose_dialect(lines, final=final, **asked) == wanted, (text, final, asked)
    evidence = Evidence(lines, final=final)
    delimiter = chance.choice(DELIMITERS)
    score = evidence.fit(tokeniser_of(delimiter, '"')).score
    assert score <= evidence.most(delimiter) * (1 + 1e-12), (text, final, delimiter)
    _check_fit(evidence, delimiter, '"', None, chance.random() < 0.3)
    delimiter = chance.choice((",", " ", ", ", ";"))
    _check_fit(evidence, delimiter, chance.choice(QUOTES), chance.choice((None, "\\")), chance.random() < 0.3)


def _check_fit(evidence: Evidence, delimiter: str, quote: str, escape: str | None, trailing: bool) -> None:
    tokeniser = tokeniser_of(delimiter, quote, escape, trailing)
    found = evidence.fit(tokeniser)
    wanted = plain_dialects.fit_of(evidence.lines, tokeniser, final=evidence.final)
    for field in fields(wanted):
        assert getattr(found, field.name) == getattr(wanted, field.name), (evidence.text, tokeniser, field.name)


def test_polluted_files_get_the_plain_choice() -> None:
    """Dialect, doubt, width and evidence, over all kinds of pollution."""
    for seed in range(POLLUTED):
        _check(generate(seed).data, random.Random(seed))


def test_odd_texts_get_the_plain_choice() -> None:
    """Also where hardly a record makes sense."""
    for seed in range(ODD):
        _check(_odd(seed), random.Random(seed))


@pytest.mark.parametrize("text", _NAMED)
def test_named_texts_get_the_plain_choice(text: bytes) -> None:
    """Ends, blanks, open quotes and bytes that are not UTF-8 at the borders of what is told in bulk."""
    for seed in range(8):
        _check(text, random.Random(seed))


def test_a_record_over_very_many_lines_gets_the_plain_choice() -> None:
    """A quote that is closed just within the bound of lines, just behind it, or never."""
    for count in (997, 998, 999):
        for last in (b'x",2\n', b'x"y,2\n', b"x,2\n"):
            text = b'a,b;c\n1,2\n"x\n' + b"y;\n" * count + last + b"3,4\n" * 50
            _check(text, random.Random(count))


def test_the_most_frequent_width_that_comes_first_counts() -> None:
    """Of two that are as frequent and not the header's, whatever their order by size."""
    for text in (b"a,b,c\n1\n2,3,4,5\n6\n7,8,9,0\n", b"a,b,c\n1,2,3,4\n5\n6,7,8,9\n0\n"):
        lines = text.splitlines(keepends=True)
        assert choose_dialect(lines, final=True) == plain_dialects.choose_dialect(lines, final=True)


def test_a_delimiter_that_hardly_occurs_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be chosen, nor make the choice doubtful; one in every record is tried."""
    tried: list[str] = []

    class Watched(Evidence):
        def fit(self, tokeniser: Any) -> Any:
            tried.append(tokeniser.delimiter)
            return super().fit(tokeniser)

    monkeypatch.setattr(dialects, "Evidence", Watched)
    lines = [b"name,note;x\n", b'"Ann;Bo","a\n', b'b"\n', *[b'"Roe, Ann",x\n'] * 40]
    assert choose_dialect(lines, final=True).dialect.delimiter == ","
    assert set(tried) == {","}
    tried.clear()
    assert choose_dialect([b"name,note;x\n", *[b"Ann;Bo,x\n"] * 40], final=True).doubt
    assert set(tried) == {",", ";"}
