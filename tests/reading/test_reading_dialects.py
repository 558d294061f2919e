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


@pytest.mark.parametrize(
    "options",
    [
        {"delimiter": ""},
        {"delimiter": "ab"},
        {"delimiter": ",,"},
        {"delimiter": "\n"},
        {"delimiter": "é"},
        {"delimiter": '"'},
        {"quote": "''"},
        {"quote": " "},
        {"quote": ",", "delimiter": ","},
        {"escape": '"'},
        {"escape": " "},
        {"escape": "ab"},
        {"escape": "|", "delimiter": "|"},
        {"header_row": -1},
        {"header_row": 9},
        {"skip_footer": -1},
        {"range_records": 0},
    ],
)
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


MAILS = "".join(f"{at} A{at} a{at}@x.org\n" for at in range(3))

# (file, delimiter, quote, escape, first record)
DIALECTS: list[tuple[str, str, str, str | None, list[str]]] = [
    ('a, b\n"x, y", "z ""q"""\n1, 2\n', ", ", '"', None, ["x, y", 'z "q"']),
    ('"a", "b"\n"x", ""\n', ", ", '"', None, ["x", ""]),
    ("a; b\n1;  2\n", "; ", '"', None, ["1", " 2"]),
    ("a, b\n1,2\n", ",", '"', None, ["1", "2"]),
    ("a,b\n1, 2\n", ",", '"', None, ["1", " 2"]),
    ("name\nSmith, John\nDoe, Jane\n", ",", '"', None, []),
    ("id name mail\n" + MAILS, " ", '"', None, ["0", "A0", "a0@x.org"]),
    ('id "full name"\n1 "Ann A"\n2 "Bob B"\n', " ", '"', None, ["1", "Ann A"]),
    ("full name\nAnn A\nBob B\n", ",", '"', None, ["Ann A"]),
    ("name and city,mail\nAnn A,a@x.org\nBob B,b@x.org\n", ",", '"', None, ["Ann A", "a@x.org"]),
    ("'a','b'\n'x, y','O''Neil'\n", ",", "'", None, ["x, y", "O'Neil"]),
    ("a;b\n'x';'19\" rack'\n'y';'2'\n", ";", "'", None, ["x", '19" rack']),
    ("name,city\n'Ann',Rome\nBob,'Oslo'\n'Cy','Bonn'\n'Di',Bern\n'Ed','Rome'\n", ",", "'", None, ["Ann", "Rome"]),
    ("'name',id\n'Ann',1\nBob,2\nCy,3\n", ",", "'", None, ["Ann", "1"]),
    ('a, b\nx, "q, r"\ny, "s, t"\nz, "u, v"\n', ", ", '"', None, ["x", "q, r"]),
    ('"a" "" "b c"\n"x" "1" "y z"\n"v" "2" "w"\n', " ", '"', None, ["x", "1", "y z"]),
    ("name,nick\nAnn,'Nan'\nBob,'Rob'\n", ",", '"', None, ["Ann", "'Nan'"]),
    ("name,city\n'Ann,Rome\n'Bob',Oslo\n", ",", '"', None, ["'Ann", "Rome"]),
    ("name,city\nO'Brien,L'Aquila\nD'Arcy,N'Djamena\n", ",", '"', None, ["O'Brien", "L'Aquila"]),
    ('a,b\n"x \\"q\\" y",1\n"z",2\n', ",", '"', "\\", ['x "q" y', "1"]),
    ('a,b\n"x\\\\","\\"q\\", r"\n', ",", '"', "\\", ["x\\", '"q", r']),
    ("a,b\nSmith\\, Ann,1\nBob,2\n", ",", '"', "\\", ["Smith, Ann", "1"]),
    ('a,b\n"C:\\dir\\","D:\\"\n"x",2\n', ",", '"', None, ["C:\\dir\\", "D:\\"]),
    ("a,b\nC:\\dir,\\x\n", ",", '"', None, ["C:\\dir", "\\x"]),
    ("a,b,c\nC:\\,D:\\,x\nE:\\,F:\\,y\n", ",", '"', None, ["C:\\", "D:\\", "x"]),
]


@pytest.mark.parametrize(("text", "delimiter", "quote", "escape", "first"), DIALECTS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rarer_dialects_only_by_clear_evidence(
    load: Any, text: str, delimiter: str, quote: str, escape: str | None, first: list[str], end: str
) -> None:
    """Blanks, apostrophes and backslashes mean something where nothing else makes sense of the records."""
    found = load(text.replace("\n", end))
    dialect = found.source.dialect
    assert (dialect.delimiter, dialect.quote, dialect.escape) == (delimiter, quote, escape)
    assert found.rows.get(1, []) == first
    assert bool(found.broken) == (not first)


# What a few damaged records or lines below the table once hid. (what, file, delimiter, quote, escape, a record that is
# right, its line)
HIDDEN: list[tuple[str, str, str, str, str | None, list[str], int]] = [
    (
        "blanks between cells, no header, commas in quotes",
        'Ann a@x.org "Rome, old" 1\nBob b@x.org "Oslo, new" 2\nCy c@x.org Bonn 3\n',
        *(" ", '"', None, ["Bob", "b@x.org", "Oslo, new", "2"], 2),
    ),
    (
        "blanks between cells, names in quotes, half of the records hurt",
        'Mail "Full Name" City\na@x.org "Ann A" Rome\nb@x.org "Bob"B Oslo\nc@x.org "Cy C" Bonn y\nd@x.org Di Bari\n',
        *(" ", '"', None, ["d@x.org", "Di", "Bari"], 5),
    ),
    (
        "blanks between cells, a comma, a record broken",
        'No Mail Land\n1 a@x.org Peru\n"2 x"b@x.org Cuba\n3 c@x.org "Korea, South"\n',
        *(" ", '"', None, ["3", "c@x.org", "Korea, South"], 4),
    ),
    (
        "a blank behind each comma, notes below",
        'Firm, Mail, Land\n"A, Inc", a@x.org, Peru\nB, b@x.org, "Korea, South"\n\nEnd of list\nExported by admin\n',
        *(", ", '"', None, ["B", "b@x.org", "Korea, South"], 3),
    ),
    (
        "a blank behind each comma, padded notes below",
        'Mail, Name, Note\na@x.org, Ann, VIP\nb@x.org, Bob, "x, y"\nc@x.org, Cy, "Hall 4\nBooth 1, left"\nEnd,,\n',
        *(", ", '"', None, ["c@x.org", "Cy", "Hall 4\nBooth 1, left"], 4),
    ),
    (
        "apostrophes, the last record cut off",
        "mail,firm\n'a@x.org','A, LLC'\n'b@x.org','B, Inc'\nc@x.org,'C'\n'd@x.org','D, AG'\n'e@x.org','E",
        *(",", "'", None, ["b@x.org", "B, Inc"], 3),
    ),
    (
        "apostrophes around nothing that needs them, one open",
        "site,mail\nx.org,'a@x.org'\n'y.org','b@y.org'\n'z.org',c@z.org\n'v.org',d@v.org\n'w.org','e@w.org\n",
        *(",", "'", None, ["y.org", "b@y.org"], 3),
    ),
    (
        "escapes, another table below with more records",
        'mail,firm\na@x.org,The \\"A\\"\\, Ltd\nb@x.org,B\\, Inc\nc@x.org,C\n\nRegion,Head,Budget\n'
        + "".join(f"R{at},H{at},{at}\n" for at in range(4)),
        *(",", '"', "\\", ["a@x.org", 'The "A", Ltd'], 2),
    ),
    (
        "a delimiter at the end of each record, another table below without",
        "mail,name,town\na@x.org,Ann,Rome,\nb@x.org,Bob,Oslo,\nc@x.org,Cy,Bonn,\n\nRegion,Head,Quarter\n"
        + "".join(f"R{at},H{at},Q{at}\n" for at in range(3)),
        *(",", '"', None, ["b@x.org", "Bob", "Oslo"], 3),
    ),
]


@pytest.mark.parametrize(
    ("text", "delimiter", "quote", "escape", "row", "line"), [case[1:] for case in HIDDEN], ids=[c[0] for c in HIDDEN]
)
def test_damage_and_other_lines_do_not_hide_the_dialect(
    load: Any, text: str, delimiter: str, quote: str, escape: str | None, row: list[str], line: int
) -> None:
    """The dialect is found all the same, and no record is read wrongly: the rest is right, or set aside."""
    found = load(text)
    dialect = found.source.dialect
    assert (dialect.delimiter, dialect.quote, dialect.escape) == (delimiter, quote, escape)
    assert (found.lines[number := next(at for at, cells in found.rows.items() if cells == row)], number) == (
        line,
        number,
    )
    aside = {one.line for one in [*found.broken.values(), *found.findings]}
    assert all("@" in "".join(cells) or found.lines[number] in aside for number, cells in found.rows.items())


def test_a_broken_record_below_the_header_does_not_hide_it_where_another_table_is_longer(load: Any) -> None:
    """The header is wider than the other table, and records of its width follow."""
    first = "".join(f"a{at}@x.org,{at},Acme,Boss,Ann\n" for at in range(3))
    other = "Region,Manager,Office\n" + "East,M65,O18\n" * 6
    found = load("mail,id,company,title,name\na@x.org,1\nc/o Smith,Boss,Ann\n" + first + "\n" + other)
    assert found.source.header == ("mail", "id", "company", "title", "name")
    assert {"R309"} <= found.about_file.keys()
    assert len(found.rows) == 3


@pytest.mark.parametrize("title", ["", "Regions\n", "Regions\n\n"])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_another_table_is_told_where_blank_lines_stand_between_its_records(load: Any, title: str, between: str) -> None:
    """It is as wide as the first one, and its header is told once, wherever the text is cut."""
    first = "".join(f"a{at}@x.org,Ann,Leeds\n" for at in range(4))
    other = between.join(("Region,Manager,Budget", "West,M7,B6", "North,M7,B37", ""))
    found = load("mail,name,city\n" + first + "\n" + title + other)
    assert [one.line for one in found.source.findings if one.code == "R309"] == [7 + title.count("\n")]
    found = load(
        "mail,name,city\n" + "\n".join(first.splitlines(keepends=True)) + "\nNora,Roe,Rome\n\na@x.org,A,Bonn\n"
    )
    assert "R309" not in found.about_file


def test_another_table_is_told_where_it_alone_has_the_width_of_the_header(load: Any) -> None:
    """Its records are set aside although those of the first table end in one delimiter more."""
    found = load(HIDDEN[-1][1])
    assert set(found.codes.values()) == {"R114"}
    assert {"R212", "R309"} <= found.about_file.keys()


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        (
            "id mail land\n1 a@x.org Peru\n2 b@x.org\n3 c@x.org South Korea\n4 d@x.org\n5\n",
            "e-mail addresses stand among",
        ),
        ("full\nAnn <a@x.org>\nBob <b@x.org>\n", ""),
        ("mail\na@x.org\nb@x.org \n\tc@x.org\n", ""),
    ],
)
def test_addresses_among_other_words_of_a_line_are_doubted(load: Any, text: str, doubt: str) -> None:
    """They are the mark of a separator that was not recognised; an address beside a name in one cell is none."""
    found = load(text)
    assert len(found.source.header) == 1
    assert (doubt in found.about_file["R302"].message) if doubt else ("R302" not in found.about_file)


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("mail,firm\na@x.org,'A'\nb@x.org,'B'\nc@x.org,C\n", True),
        ("mail,firm\na@x.org,O'Neil\nb@x.org,D'Arcy\nc@x.org,'t Hart\n", False),
        ("mail,firm\na@x.org,'A' and 'B'\nb@x.org,the 'B'\nc@x.org,'C' ltd\n", False),
    ],
)
def test_apostrophes_around_most_of_a_column_are_doubted(load: Any, text: str, doubted: bool) -> None:
    """They may be quotes or text, and nothing in the file says which."""
    found = load(text)
    assert found.source.dialect.quote == '"'
    assert ("R302" in found.about_file) == doubted


def test_a_delimiter_that_was_asked_for_and_is_not_in_the_header_is_doubted(load: Any) -> None:
    """What a person says is done; that the header holds another delimiter is said."""
    found = load("a;b\n1;2\n", delimiter=",")
    assert found.source.header == ("a;b",)
    assert "holds the semicolon and not that" in found.about_file["R302"].message
    assert "R302" not in load("a\n1;2\n", delimiter=",").about_file


@pytest.mark.parametrize("delimiter", ["\x1e", "\x1f", "\x01"])
def test_a_control_character_may_separate(load: Any, delimiter: str) -> None:
    """Asked for, it is no mark of a file that is no text."""
    text = f"a{delimiter}b\n1{delimiter}2\n"
    assert load(text, delimiter=delimiter).rows == {1: ["1", "2"]}
    with pytest.raises(SourceError, match="control characters"):
        load(text)


@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONE])
@pytest.mark.parametrize("seed", range(5))
def test_escapes_read_as_csv_wrote_them(load: Any, quoting: Any, seed: int) -> None:
    """What Python's csv module wrote with an escape comes back, told of the escape."""
    chance = random.Random(seed)
    texts = [
        "a,b",
        'say "x"',
        "back\\slash",
        "\\",
        '"',
        "plain",
        "x" if quoting == csv.QUOTE_NONE else "two\nlines",
        "",
    ]
    rows = [[f"r{number}", *chance.choices(texts, k=3)] for number in range(40)]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, escapechar="\\", doublequote=False, quoting=quoting, lineterminator="\n")
    writer.writerows([["id", "a", "b", "c"], *rows])
    found = load(buffer.getvalue(), escape="\\", delimiter=",", range_records=chance.choice([1, 3, 1000]))
    assert list(found.rows.values()) == rows
    assert not found.findings


def test_a_blank_that_is_missing_is_not_passed_over(load: Any) -> None:
    """Where a blank belongs to the delimiter, a record that lacks it in one place is set aside."""
    found = load("a, b, c\n1, 2, 3\n1, x,y, z\nx,y, 2, 3\n4, 5,6\n" + "7, 8, 9\n" * 60)
    assert found.codes == {2: "R110", 3: "R110", 4: "R101"}


def test_a_delimiter_with_a_blank_may_be_asked_for(load: Any) -> None:
    """Also an escape and a quote; what was asked for is taken without evidence."""
    found = load("a| b\n~x| y~| 2^~\n", delimiter="| ", quote="~", escape="^")
    assert found.rows == {1: ["x| y", "2~"]}
    assert load("a, b\n1, 2\n", delimiter=",").rows == {1: ["1", " 2"]}


# The ideas of well-known suites (Papa Parse, csvkit, frictionless, csvlint), each in words of our own.
KNOWN: list[tuple[str, list[str], list[list[str]], set[str]]] = [
    ("A,B\n a ,b\n", ["A", "B"], [[" a ", "b"]], set()),
    ('A,B\n"",""\n', ["A", "B"], [["", ""]], set()),
    ('A,B\n"a,\nb",c\n', ["A", "B"], [["a,\nb", "c"]], {"R208"}),
    ('A,B\n"a\nb",c\n', ["A", "B"], [["a\nb", "c"]], set()),
    ('A,B\n"a ""q"" b","""x"""\n', ["A", "B"], [['a "q" b', '"x"']], set()),
    ('A,B\na "q" b,c\n', ["A", "B"], [['a "q" b', "c"]], {"R201"}),
    ('A,B\n"a" ,b\n', ["A", "B"], [], {"R103"}),
    ('A,B,C\na,"b\nc,d,e\n', ["A", "B", "C"], [["c", "d", "e"]], {"R104"}),
    ("A,B\n\n\na,b\n", ["A", "B"], [["a", "b"]], {"R202"}),
    ("A,B\n,\n", ["A", "B"], [["", ""]], set()),
    ("A,B\na\n", ["A", "B"], [], {"R101", "R308"}),
    ("A,B\na,b,c\n", ["A", "B"], [], {"R102", "R308"}),
    ("A\tB\na\tb c, d\n", ["A", "B"], [["a", "b c, d"]], set()),
    ("A,B\r\na,b\r\n", ["A", "B"], [["a", "b"]], set()),
    ("A,B\ra,b\r", ["A", "B"], [["a", "b"]], {"R206"}),
    ("A,B\na,b\r\nc,d\n", ["A", "B"], [["a", "b"], ["c", "d"]], {"R205"}),
    ("A,A\na,b\n", ["A", "A"], [["a", "b"]], {"R306"}),
    ("A,,\na,b,c\n", ["A", "", ""], [["a", "b", "c"]], {"R307"}),
    ("A,B\n0123,1e5\nNA,null\n", ["A", "B"], [["0123", "1e5"], ["NA", "null"]], set()),
    ("\ufeffA,B\na,b\n", ["A", "B"], [["a", "b"]], set()),
    ("A,B\n#c,d\n", ["A", "B"], [["#c", "d"]], set()),
    ("sep=;\nA;B\na;b\n", ["A", "B"], [["a", "b"]], {"R203"}),
    ("A,B,C\na,b,c\nd,e", ["A", "B", "C"], [["a", "b", "c"]], {"R109"}),
    ("A,B\na,b", ["A", "B"], [["a", "b"]], set()),
    ('"A\nB",C\na,b\n', ["A\nB", "C"], [["a", "b"]], set()),
]


@pytest.mark.parametrize(("text", "header", "rows", "codes"), KNOWN)
def test_small_cases_that_other_readers_are_tested_with(
    load: Any, text: str, header: list[str], rows: list[list[str]], codes: set[str]
) -> None:
    """Header, rows and findings, no more and no fewer."""
    found = load(text)
    assert list(found.source.header) == header
    assert list(found.rows.values()) == rows
    assert {one.code for one in [*found.source.findings, *found.findings, *found.broken.values()]} == codes
