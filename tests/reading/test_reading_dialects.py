"""Delimiter, quote and header by evidence."""

from __future__ import annotations

import csv
import io
import random
from typing import Any

import pytest

from pipeline.errors import SourceError, UsageError


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_each_delimiter_is_found_among_the_others(load: Any, delimiter: str, quoting: Any) -> None:
    """Contacts full of every other candidate, quoted where needed, choose the right one without doubt."""
    chance = random.Random(7)
    texts = ["Smith, John", "a;b", "x|y", "plain", "12,50", 'the "best"', "two\nlines", ""]
    rows = [[str(number), *chance.choices(texts, k=4)] for number in range(60)]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, quoting=quoting)
    writer.writerows([["id", "name", "company", "title", "note"], *rows])
    found = load(buffer.getvalue())
    assert found.source.dialect.delimiter == delimiter
    assert list(found.rows.values()) == rows
    assert "R302" not in found.about_file
    assert found.source.dialect.evidence == "every one of 60 records has 5 cells"


def test_decimal_commas_do_not_beat_semicolons(load: Any) -> None:
    """A comma in every record but not in the header loses."""
    found = load("name;price\nA;1,5\nB;2,5\nC;3,5\n")
    assert found.rows[1] == ["A", "1,5"]
    assert "R302" not in found.about_file


def test_ragged_records_do_not_hide_the_delimiter(load: Any) -> None:
    """A quarter of ragged records leaves the choice clear, and is counted in the evidence."""
    found = load("a,b,c\n" + "1,2,3\n" * 9 + "1,2\n" * 3)
    assert found.source.dialect.evidence == "9 of 12 records have 3 cells"
    assert "R302" not in found.about_file
    assert set(found.codes.values()) == {"R101"}


@pytest.mark.parametrize("text", ["email\na@b.c\nd@e.f\n", "email\n", "email"])
def test_a_single_column_falls_to_the_comma(load: Any, text: str) -> None:
    """A list of addresses has no delimiter and no doubt."""
    found = load(text)
    assert found.source.header == ("email",)
    assert found.source.dialect.delimiter == ","
    assert found.source.records == text.count("@")
    assert not found.about_file


def test_apostrophes_are_letters_and_single_quotes_are_quotes(load: Any) -> None:
    """Only where nearly every record is quoted by it is the apostrophe a quote."""
    assert load("name,city\nO'Brien,Cork\n'Ann,Rome\nD'Arcy,L'Aquila\n").source.dialect.quote == '"'
    found = load("name,city\n'Smith, Ann','Rome'\n'O''Brien, Pat','Cork'\n'Doe, Jo','Bonn'\n")
    assert found.source.dialect.quote == "'"
    assert found.rows[2] == ["O'Brien, Pat", "Cork"]


@pytest.mark.parametrize("line", [b"sep=;\r\n", b"SEP=;\n", b'"sep=;"\n', b"\xef\xbb\xbfsep=;\n"])
def test_a_separator_line_is_obeyed(load: Any, line: bytes) -> None:
    """It fixes the delimiter, is no record, and still counts as a line."""
    found = load(line + b"a,b;c\n1,2;3\n")
    assert found.source.header == ("a,b", "c")
    assert (found.source.header_line, found.lines) == (2, {1: 3})


def test_a_given_delimiter_beats_the_separator_line(load: Any) -> None:
    """What a person says is above what the file says."""
    assert load("sep=;\na,b;c\n1,2;3\n", delimiter=",").source.header == ("a", "b;c")


@pytest.mark.parametrize(
    ("given", "taken"), [("tab", "\t"), ("\\t", "\t"), ("~", "~"), (" ", " "), ("^", "^"), ("-", "-")]
)
def test_a_given_delimiter_may_be_any_ascii_character(load: Any, given: str, taken: str) -> None:
    """Also one that means something in a regular expression; the tab has two spellings."""
    found = load(f'a{taken}b\n"x{taken}y"{taken}2\n', delimiter=given)
    assert found.rows == {1: [f"x{taken}y", "2"]}


@pytest.mark.parametrize("options", [{"delimiter": ""}, {"delimiter": "ab"}, {"delimiter": "\n"}, {"delimiter": "é"},
                                     {"delimiter": '"'}, {"quote": "''"}, {"quote": ",", "delimiter": ","},
                                     {"header_row": 0}, {"header_row": 9}, {"range_records": 0}])  # fmt: skip
def test_options_that_cannot_be_followed(load: Any, options: dict[str, Any]) -> None:
    """They are usage errors, in one line."""
    with pytest.raises(UsageError) as caught:
        load("a,b\n1,2\n", **options)
    assert "\n" not in str(caught.value)


def test_a_blank_header_row_is_a_usage_error(load: Any) -> None:
    """A blank line cannot be asked for as the header."""
    with pytest.raises(UsageError, match="line 2 cannot be the header, it is blank"):
        load("a,b\n\n1,2\n", header_row=2)


def test_names_are_trimmed_and_may_repeat_or_be_empty(load: Any) -> None:
    """Blanks and no-break spaces go; what the names mean is decided later."""
    assert load(' a ,\u00a0b\u00a0,,a,"c\nd" \n'.replace('" \n', '"\n')).source.header == ("a", "b", "", "a", "c\nd")


def test_a_header_alone_has_no_records(load: Any) -> None:
    """Zero records and zero ranges are no error."""
    found = load("a,b\n")
    assert (found.source.records, found.source.ranges) == (0, ())


@pytest.mark.parametrize("text", ['"a"b,c\n1,2\n', '"a,b\n1,2\n', "a\0" + "b" * 40 + ",c\n1,2\n"])
def test_a_header_that_cannot_be_read_is_refused(load: Any, text: str) -> None:
    """Without names nothing below makes sense."""
    with pytest.raises(SourceError, match="line 1, the header, cannot be read"):
        load(text)


def test_a_title_is_told_from_a_header(load: Any) -> None:
    """Padded titles as spreadsheets write them are seen; records and short tables are never taken for a header."""
    found = load("Fair 2024,,\n,,\nname,city,title\nAnn,Rome,Dr\nBob,Bonn,\n")
    assert (found.source.header, found.source.header_line, found.lines) == (("name", "city", "title"), 3, {1: 4, 2: 5})
    assert load("email,,\na@b.c,x,y\nd@e.f,x,y\n").source.header_line == 1
    assert load("name\nSmith, John\nDoe, Jane\n").source.header_line == 1
    assert load("Fair\nx\n").source.header == ("Fair",)
