"""Every structure rule with both answers: what breaks it, and the nearest thing that does not."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.reading.tokenising import CELL_CHARACTERS, RECORD_BYTES
from schemas.rules.rule import Severity
from schemas.rules.structure import RULES

SEVERITY = {rule.code: rule.severity for rule in RULES}

# (code, the text below the header `a,b`, how many records it breaks, text that does not break it)
RECORD_RULES = [
    ("R101", b"1\n", 1, b"1,\n"),
    ("R101", b".\n", 1, b" ,\n"),
    ("R102", b"1,2,3\n", 1, b'1,"2,3"\n'),
    ("R102", b'1,Acme, "Inc"\n', 1, b'1,Acme "Inc"\n'),
    ("R102", b'"x\ny",2,3\n', 1, b'"x\ny",2\n'),
    ("R103", b'"a"b,c\n', 1, b'"a""b",c\n'),
    ("R103", b'"a" ,c\n', 1, b'"a",c\n'),
    ("R104", b'"a,x\n1,2\n', 1, b'"a",x\n1,2\n'),
    ("R104", b'1,"a\n"b,2\n', 2, b'1,"a\nb"\n'),
    ("R104", b'1,"', 1, b'1,""'),
    ("R105", b"1,a\0b\n" + b"x" * 40 + b",y\n", 1, b"1,ab\n"),
    ("R105", b'1,"a\n\0"\n' + b"x" * 40 + b",y\n", 1, b'1,"a\n"\n'),
    ("R107", b"1," + b"x" * (CELL_CHARACTERS + 1), 1, b"1," + b"x" * CELL_CHARACTERS),
    ("R107", b'1,"' + b'""' * (CELL_CHARACTERS + 1) + b'"', 1, b'1,"' + b'""' * CELL_CHARACTERS + b'"'),
    ("R107", b"1," + "é".encode() * (CELL_CHARACTERS + 1), 1, b"1," + "é".encode() * CELL_CHARACTERS),
    ("R107", b"1," + b"x" * RECORD_BYTES, 1, b"1,2"),
]


@pytest.mark.parametrize(("code", "broken", "count", "fine"), RECORD_RULES)
def test_a_record_that_breaks_a_rule_is_set_aside(load: Any, code: str, broken: bytes, count: int, fine: bytes) -> None:
    """The record goes with its code, line and raw text, the records around it are read right; its neighbour stays."""
    before, after = b"first,1\n", b"last,2\n"
    ending = b"" if broken.endswith(b"\n") else b"\n"
    found = load(b"a,b\n" + before + broken + ending + after, delimiter=",", encoding="utf-8")
    assert [one.code for one in found.broken.values()] == [code] * count
    assert SEVERITY[code] is Severity.ERROR
    first = found.broken[2]
    assert first.line == 3
    assert broken.decode().startswith(first.raw)
    assert first.message
    assert "{" not in first.message
    assert found.rows[1] == ["first", "1"]
    assert found.rows[found.source.records] == ["last", "2"]
    ending = b"" if fine.endswith(b"\n") else b"\n"
    good = load(b"a,b\n" + before + fine + ending + after, delimiter=",", encoding="utf-8")
    assert not good.broken
    assert good.rows[1] == ["first", "1"]
    assert good.rows[good.source.records] == ["last", "2"]


def test_undecodable_bytes_are_set_aside_and_shown(load: Any) -> None:
    """Where most lines beyond ASCII are UTF-8, a line that is not is set aside with its bytes as \\xNN."""
    text = "a,b\né,1\nü,2\n".encode() + b"Jos\xe9,3\n" + "ñ,4\n".encode()
    found = load(text)
    assert found.source.encoding.name == "utf-8"
    assert found.codes == {3: "R106"}
    assert found.broken[3].raw == "Jos\\xe9,3"
    assert found.broken[3].line == 4
    assert found.rows[4] == ["ñ", "4"]
    assert not load(text.replace(b"\xe9", "é".encode())).broken


@pytest.mark.parametrize(("text", "value"), [('x"y', 'x"y'), (' "x"', ' "x"'), ('Robert "Bob"', 'Robert "Bob"')])
def test_a_quote_inside_a_cell_is_kept_with_a_warning(load: Any, text: str, value: str) -> None:
    """It is text, the record stays, and the finding names record, line, column and value."""
    found = load(f"a,b\n1,2\n3,{text}\n")
    assert found.rows[2] == ["3", value]
    (finding,) = found.findings
    assert (finding.code, finding.severity, finding.record, finding.line) == ("R201", Severity.WARNING, 2, 3)
    assert (finding.column, finding.value) == ("b", value)
    assert value not in finding.message
    assert not load(f"a,b\n1,2\n3,{text.replace(chr(34), '')}\n").findings


def test_a_stray_quote_beside_a_quoted_cell(load: Any) -> None:
    """Quoted and stray quotes in one record over two lines: the cells are right, one warning."""
    found = load('a,b\nx "y" z,"1\n2"\n')
    assert found.rows == {1: ['x "y" z', "1\n2"]}
    assert [finding.code for finding in found.findings] == ["R201"]


FILE_RULES = [
    ("R202", b"a,b\n\n1,2\n\r\n\n3,4\n", 2, b"a,b\n1,2\n3,4\n"),
    ("R202", b"\n\na,b\n1,2\n", 1, b'a,b\n1,"\n\n"\n'),
    ("R202", b"a,b\n1,2\n\n", 3, b"a,b\n1,2\n"),
    ("R203", b"sep=;\na;b\n1;2\n", 1, b"sep;x\na;b\n1;2\n"),
    ("R205", b"a,b\n1,2\n3,4\r\n", 3, b'a,b\r\n1,"2\n3"\r\n5,6\r\n'),
    ("R206", b"a,b\r1,2\r3,4", 2, b'a,b\n1,"2\r3"\n'),
    ("R301", b"a,b\n1,2\nJos\xe9,3\n", 3, "a,b\n1,2\nJosé,3\n".encode()),
    ("R302", b"a,b;c\n1,2;3\n4,5;6\n", None, b"a,b,c\n1,2;,3\n4,5;,6\n"),
    ("R303", b"Spring fair\n\na,b,c\n1,2,3\n4,5,6\n", 3, b"a,b,c\n1,2,3\n4,5,6\n"),
]


@pytest.mark.parametrize(("code", "breaks", "line", "fine"), FILE_RULES)
def test_what_is_found_about_the_file(load: Any, code: str, breaks: bytes, line: int | None, fine: bytes) -> None:
    """The finding stands in the source, without a record, with its line; the neighbour has none."""
    found = load(breaks)
    finding = found.about_file[code]
    assert (finding.record, finding.line, finding.severity) == (None, line, SEVERITY[code])
    assert "{" not in finding.message
    assert not found.broken
    assert code not in load(fine).about_file


def test_lines_above_a_given_header_are_passed_over(load: Any) -> None:
    """`header_row` counts physical lines, and what stands above is only counted."""
    text = 'Our "list,\nx\n\na,b\n1,2\n'
    found = load(text, header_row=4)
    assert found.source.header == ("a", "b")
    assert (found.source.header_line, found.lines, found.rows) == (4, {1: 5}, {1: ["1", "2"]})
    assert found.about_file["R204"].line == 4
    assert "3 lines" in found.about_file["R204"].message
    assert "R204" not in load("a,b\n1,2\n", header_row=1).about_file


def test_a_record_of_empty_cells_is_a_record(load: Any) -> None:
    """Delimiters alone make a record, blank lines do not, and a last line needs no end."""
    found = load("a,b,c\n,,\n\n1,2,3")
    assert found.rows == {1: ["", "", ""], 2: ["1", "2", "3"]}
    assert found.lines == {1: 2, 2: 4}


def test_one_lost_quote_does_not_swallow_the_file(load: Any) -> None:
    """Only the line with the lost quote is set aside; thousands of records below are read right."""
    rows = [f'{number},"name {number}, Inc",x' for number in range(5000)]
    rows[100] = '100,"name 100, Inc,x'
    rows[200] = '200,name 200, Inc",x'
    found = load("\n".join(["a,b,c", *rows]))
    assert found.codes == {101: "R104", 201: "R102"}
    assert found.rows[102] == ["101", "name 101, Inc", "x"]
    assert len(found.rows) == 4998
