"""Sheets of workbooks: the text that a person sees, on the row where it stands, or one line that says why not."""

from __future__ import annotations

import datetime
import io
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import python_calamine
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import SourceError, UsageError
from pipeline.reading import Limits, read_all, scan
from pipeline.reading.folding import MARK, fold, unfold
from pipeline.reading.numerals import shape_of, text_of_number
from schemas.rules.rule import Severity
from tests.reading.office_files import archive, column, compound_file, ods, row, text_cell, xls, xlsx

HEAD = row(1, "E-mail", "Value")


def one(cell: str, **options: Any) -> bytes:
    """Return a workbook with one record, whose value is this cell."""
    inside = f'<row r="2">{text_cell("A2", "ann@acme.com")}{cell}</row>'
    return xlsx({"List": HEAD + inside + row(3, "bob@acme.com", "end")}, **options)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="B2"><v>7</v></c>', "7"),
        ('<c r="B2"><v>7.0</v></c>', "7"),
        ('<c r="B2"><v>-0</v></c>', "0"),
        ('<c r="B2"><v>2025550123</v></c>', "2025550123"),
        ('<c r="B2"><v>442071234567</v></c>', "442071234567"),
        ('<c r="B2"><v>123456789012345</v></c>', "123456789012345"),
        ('<c r="B2"><v>2.02555012E9</v></c>', "2025550120"),
        ('<c r="B2"><v>1234567890123456</v></c>', "1.23456789012346E+15"),
        ('<c r="B2"><v>1E+20</v></c>', "1E+20"),
        ('<c r="B2"><v>0.30000000000000004</v></c>', "0.3"),
        ('<c r="B2"><v>12.5</v></c>', "12.5"),
        ('<c r="B2"><v>0.00001</v></c>', "1E-05"),
        ('<c r="B2"><v>nan</v></c>', "nan"),
        ('<c r="B2" t="s"><v>0</v></c>', "007"),
        ('<c r="B2" t="s"><v>1</v></c>', ' a "b", c '),
        ('<c r="B2" t="s"><v>2</v></c>', "one\ntwo\n"),
        ('<c r="B2" t="s"><v>3</v></c>', "\x01\r_x0041_ 😀"),
        ('<c r="B2" t="str"><f>A1</f><v>00123</v></c>', "00123"),
        ('<c r="B2" t="inlineStr"><is><r><t>two </t></r><r><t>runs</t></r><rPh><t>no</t></rPh></is></c>', "two runs"),
        ('<c r="B2" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="B2" t="b"><v>0</v></c>', "FALSE"),
        ('<c r="B2" t="e"><v>#REF!</v></c>', "#REF!"),
        ('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c r="B2" t="d"><v>2024-02-29T00:00:00</v></c>', "2024-02-29T00:00:00"),
        ('<c r="B2"/>', ""),
        ('<c r="B2" s="1"/>', ""),
        ('<c r="B2" t="str"><f>""</f><v></v></c>', ""),
        ("<c><v>5</v></c>", "5"),
    ],
)
def test_a_cell_is_what_a_person_sees(load: Any, cell: str, text: str) -> None:
    """Numbers without `.0`, texts to the letter, errors and truth values as shown."""
    texts = ["007", ' a "b", c ', "one\ntwo\n", "_x0001__x000D__x005F_x0041_ _xD83D__xDE00_"]
    found = load(one(cell, texts=texts))
    assert found.rows == {1: ["ann@acme.com", text], 2: ["bob@acme.com", "end"]}
    assert found.lines == {1: 2, 2: 3}
    assert not found.broken


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("yyyy-mm-dd", 45000, "2023-03-15"),
        ("d/m/yy", 45000.5, "2023-03-15 12:00:00"),
        ("mmmm", 1, "1900-01-01"),
        ("dd.mm.yyyy", 59, "1900-02-28"),
        ("dd.mm.yyyy", 60, "1900-02-29"),
        ("dd.mm.yyyy", 61, "1900-03-01"),
        ("dd.mm.yyyy", 2958465, "9999-12-31"),
        ("dd.mm.yyyy", 2958466, "2958466"),
        ("dd.mm.yyyy", -1, "-1"),
        ('[$-409]d" of "mmmm\\, yyyy;@', 45000, "2023-03-15"),
        ("h:mm AM/PM", 0.75, "18:00:00"),
        ("hh:mm:ss.000", 45000.123456, "2023-03-15 02:57:46.598"),
        ("h:mm", 44999.9999999999, "2023-03-15"),
        ("[h]:mm:ss", 1.75, "42:00:00"),
        ("00000", 1234, "01234"),
        ("00000", 123456, "123456"),
        ("00000\\-0000", 12345678, "01234-5678"),
        ("000\\-00\\-0000", 12345678, "012-34-5678"),
        ('"0"0000 000000', 2079460123, "02079 460123"),
        ("(000) 000-0000", 2025550123, "(202) 555-0123"),
        ("00000", 12.5, "12.5"),
        ("00000", -5, "-5"),
        ("0.00", 12.5, "12.5"),
        ("0%", 0.25, "0.25"),
        ("#,##0", 1234567, "1234567"),
        ('0.00" days"', 3, "3"),
        ("#,##0.00 [$USD]", 3, "3"),
        ('"yes";"yes";"no"', 3, "3"),
        ("General", 45000, "45000"),
        ("@", 45000, "45000"),
        ("0.00E+00", 2025550123, "2025550123"),
        ("[Red]0;[Blue]-0", 5, "5"),
    ],
)
def test_a_number_format_counts_where_it_is_part_of_the_value(load: Any, code: str, value: float, text: str) -> None:
    """Dates, times and leading zeros do; what only rounds or decorates does not."""
    found = load(one(f'<c r="B2" s="1"><v>{value!r}</v></c>', formats=[code]))
    assert found.rows[1][1] == text


def test_days_can_count_from_1904(load: Any) -> None:
    """Old Macintosh workbooks say so."""
    for value, text in ((0, "1904-01-01"), (43538, "2023-03-15"), (0.5, "12:00:00")):
        found = load(one(f'<c r="B2" s="1"><v>{value}</v></c>', formats=["d/m/yy"], from_1904=True))
        assert found.rows[1][1] == text


@given(st.floats(0, 2_958_465.99).filter(lambda value: value >= 61), st.sampled_from(["d/m/yyyy", "yyyy-mm-dd hh:mm"]))
@settings(max_examples=200, deadline=None)
def test_dates_are_those_of_the_calendar(value: float, code: str) -> None:
    """Python's calendar and clock say the same, to the millisecond."""
    moment = datetime.datetime.fromisoformat("1899-12-30") + datetime.timedelta(milliseconds=round(value * 86_400_000))
    text = moment.isoformat(sep=" ", timespec="milliseconds").removesuffix(".000").removesuffix(" 00:00:00")
    assert text_of_number(value, shape_of(200, code)) == text


def test_lines_are_rows_of_the_sheet(load: Any) -> None:
    """Empty rows above, between and below, and line ends inside cells, also of the header, move nothing."""
    rows = (
        row(4, "", "", "E-mail", "Full\nname", "Note")
        + row(5, "", "", "a@x.com", "Ann", "first\r\nsecond\n\nlast")
        + row(6)
        + row(9, "", "", "b@x.com", MARK + "n", "\r")
        + '<row r="10"><c r="D10" s="1"/></row>'
        + row(70, "", "", "c@x.com")
        + row(1_000_000)
    )
    for size in (1, 2, 100):
        found = load(xlsx({"List": rows}), range_records=size)
        # An XML parser makes every line end in a text an LF; a real CR is written as an escape.
        assert found.source.header == ("E-mail", "Full\nname", "Note")
        assert found.source.header_line == 4
        assert found.rows == {
            1: ["a@x.com", "Ann", "first\nsecond\n\nlast"],
            2: ["b@x.com", MARK + "n", "\n"],
            3: ["c@x.com", "", ""],
        }
        assert found.lines == {1: 5, 2: 9, 3: 70}
        assert not found.broken
        assert found.about_file["R202"].line == 1
        assert found.source.sheet == "List"


def test_a_thousand_line_ends_in_a_row_are_one_record(load: Any) -> None:
    """The bound on the lines of a record is for lost quotes, which no sheet has."""
    text = "x\n" * 3000
    found = load(xlsx({"List": HEAD + row(2, "a@x.com", text) + row(3, "b@x.com", "y")}))
    assert found.rows == {1: ["a@x.com", text], 2: ["b@x.com", "y"]}
    assert found.lines == {1: 2, 2: 3}


@given(st.text(st.sampled_from([MARK, "n", "r", "0", "\n", "\r", "a"])))
def test_folding_can_be_undone(text: str) -> None:
    """Whatever marks and letters a text holds, no line end remains and all of it comes back."""
    assert unfold(fold(text)) == text
    assert not set(fold(text)) & {"\n", "\r"}


CELLS = st.text(
    st.one_of(
        st.sampled_from([*"\n\",;' =\\_x0ab", MARK]),
        st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff\ufeff"),
    ),
    max_size=8,
)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_any_text_comes_back_to_the_letter(load: Any, data: st.DataObject) -> None:
    """Quotes, separators, line ends, escapes, marks, blanks and other scripts; empty rows are no records."""
    width = data.draw(st.integers(2, 4))
    table = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6))
    table.append(["last@x.com"] * width)
    names = [f"column {at} of it" for at in range(width)]
    hidden = [[text.replace("_x", "_x005F_x") for text in cells] for cells in table]
    body = "".join(row(number, *cells) for number, cells in enumerate(hidden, 2))
    found = load(
        xlsx({"List": row(1, *names) + body}), header_row=1, range_records=data.draw(st.sampled_from([1, 2, 9]))
    )
    expected = {at: cells for at, cells in enumerate(table, 2) if any(cells)}
    read = {found.lines[number]: cells for number, cells in found.rows.items()}
    read.update({one.line: table[one.line - 2] for one in found.broken.values()})
    assert read == expected
    assert {one.code for one in found.broken.values()} <= {"R115"}


def written(rows: dict[tuple[int, int], tuple[str, Any]], name: str = "List") -> bytes:
    """Return a workbook that XlsxWriter made."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    formats = {code: book.add_format({"num_format": code}) for code in ("yyyy-mm-dd", "d/m/yy h:mm", "[h]:mm:ss")}
    sheet = book.add_worksheet(name)
    for (at, position), (kind, value) in rows.items():
        if kind in formats:
            sheet.write_number(at, position, value, formats[kind])
        elif kind == "formula":
            sheet.write_formula(at, position, "=A1", None, value)
        else:
            getattr(sheet, f"write_{kind}")(at, position, value)
    book.close()
    return buffer.getvalue()


def seen_by_calamine(data: bytes) -> dict[int, list[str]]:
    """Return the rows that hold something as python-calamine reads them, turned into text by other means than ours."""
    rows = {}
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False), 1):
        texts = []
        for cell in cells:
            if isinstance(cell, bool):
                texts.append(str(cell).upper())
            elif isinstance(cell, float):
                texts.append(str(int(cell)) if cell.is_integer() else repr(cell))
            elif isinstance(cell, datetime.timedelta):
                minutes, seconds = divmod(round(cell.total_seconds()), 60)
                texts.append(f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}")
            else:
                texts.append(str(cell))
        if any(texts):
            rows[number] = texts
    return rows


def test_another_reader_sees_the_same(load: Any) -> None:
    """Seeded workbooks by XlsxWriter, read here and by python-calamine: the same rows, lines and cells."""
    chance = random.Random(7)
    for _ in range(40):
        rows: dict[tuple[int, int], tuple[str, Any]] = {(0, at): ("string", f"name {column(at)}") for at in range(5)}
        for at in sorted(chance.sample(range(1, 60), 20)):
            for position in range(5):
                rows[at, position] = chance.choice(
                    [
                        ("string", chance.choice(["007", "a\nb", '"', " x ", "_x0041_", "é" * 40, "Ann"])),
                        ("number", chance.choice([chance.randrange(10**14), round(chance.random() * 1000, 4), -3])),
                        ("boolean", chance.random() < 0.5),
                        ("yyyy-mm-dd", chance.randrange(61, 60_000)),
                        ("d/m/yy h:mm", chance.randrange(100, 60_000) + chance.randrange(1, 86_400) / 86_400),
                        ("[h]:mm:ss", chance.randrange(1, 500_000) / 86_400),
                        ("formula", chance.choice(["text", 5, "x y"])),
                    ]
                )
            for position in chance.sample(range(5), 2):
                del rows[at, position]
        data = written(rows)
        expected = seen_by_calamine(data)
        header = expected.pop(1)
        found = load(data, header_row=1)
        assert list(found.source.header) == header
        assert {found.lines[number]: cells for number, cells in found.rows.items()} == expected


NAMES = ["Kunden Ü", "名簿", 'a\'b "c" & <d>', "2"]


def test_a_sheet_is_chosen_by_name_or_number(tmp_path: Path) -> None:
    """A name in any script and case, a number among all tabs as int or text; a name goes before a number."""
    data = xlsx({name: row(1, "E-mail", "Name") + row(2, "a@x.com", name) for name in NAMES})
    asked = {
        **{name: name for name in NAMES}, "KUNDEN ü": NAMES[0], 1: NAMES[0], 2: NAMES[1], "3": NAMES[2], "2": "2",
        "4": "2", None: NAMES[0],
    }  # fmt: skip
    for sheet, name in asked.items():
        source = scan(io.BytesIO(data), sheet=sheet, spool=tmp_path)
        assert source.sheet == name
        (table,) = read_all(source)
        assert table.frame.to_numpy().tolist() == [["a@x.com", name]]
    for sheet in ("none", "", 0, 5, -1, "5"):
        with pytest.raises(UsageError, match=r"has no sheet .*; it has 'Kunden Ü', '名簿', ") as caught:
            scan(io.BytesIO(data), sheet=sheet, spool=tmp_path)
        assert "\n" not in str(caught.value)


def test_other_sheets_are_not_passed_over_in_silence(load: Any) -> None:
    """R214 names every other sheet that holds anything, the hidden ones too; empty ones do not count."""
    list_ = row(1, "E-mail", "Name") + row(2, "a@x.com", "Ann")
    empty = '<row r="1"><c r="A1" s="1"/><c r="B1" t="str"><f>""</f><v></v></c></row>'
    sheets = {"Secret": list_, "Empty": empty, "First": list_, "Second": list_, "Nothing": ""}
    found = load(xlsx(sheets, hidden=["Secret"], formats=["0"]))
    finding = found.about_file["R214"]
    assert (found.source.sheet, finding.severity) == ("First", Severity.WARNING)
    assert finding.message == "only the sheet 'First' was read; these hold something too: 'Secret' (hidden), 'Second'"
    assert load(xlsx(sheets, hidden=["Secret"]), sheet="Secret").source.sheet == "Secret"
    assert "R214" not in load(xlsx({"Empty": empty, "First": list_})).about_file


def test_sheets_that_hold_nothing_to_read(tmp_path: Path) -> None:
    """All empty; visible ones empty and hidden ones not; a chart that is asked for; an empty one that is asked for."""
    list_ = row(1, "E-mail") + row(2, "a@x.com")
    with pytest.raises(SourceError, match="empty; a table begins with"):
        scan(io.BytesIO(xlsx({"One": "", "Two": row(1)})), spool=tmp_path)
    with pytest.raises(SourceError, match=r"visible sheets are empty; name a hidden one: 'Two' \(hidden\)"):
        scan(io.BytesIO(xlsx({"One": "", "Two": list_}, hidden=["Two"])), spool=tmp_path)
    with pytest.raises(SourceError, match="empty"):
        scan(io.BytesIO(xlsx({"One": "", "Two": list_})), sheet="One", spool=tmp_path)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=List!$B$2"})
    book.add_chartsheet("Chart").set_chart(chart)
    sheet = book.add_worksheet("List")
    sheet.write_row(0, 0, ["E-mail", "Name"])
    sheet.write_row(1, 0, ["a@x.com", "Ann"])
    book.close()
    source = scan(io.BytesIO(buffer.getvalue()), spool=tmp_path)
    assert (source.sheet, source.findings) == ("List", ())
    with pytest.raises(UsageError, match="'Chart' is a chart"):
        scan(io.BytesIO(buffer.getvalue()), sheet="Chart", spool=tmp_path)


def test_formulas_without_values_are_noticed(load: Any) -> None:
    """R215 says how many there are and where the first is; a formula that gave nothing has a value: nothing."""
    cell = '<c r="B2"><f>A1</f></c><c r="C2"><f>A1</f><v></v></c>'
    finding = load(one(cell)).about_file["R215"]
    assert (finding.line, finding.severity) == (2, Severity.WARNING)
    assert finding.message == "formulas without a stored value were read as empty: 2, the first in row 2"
    assert "R215" not in load(one('<c r="B2" t="str"><f>A1</f><v></v></c>')).about_file


@pytest.mark.parametrize("options", [{"encoding": "utf-8"}, {"delimiter": ";"}, {"quote": "'"}, {"escape": "\\"}])
def test_a_sheet_has_no_dialect(tmp_path: Path, options: dict[str, str]) -> None:
    """What belongs to text cannot be followed."""
    with pytest.raises(UsageError, match="a sheet has no encoding, delimiter, quote or escape"):
        scan(io.BytesIO(one("")), spool=tmp_path, **options)  # type: ignore[arg-type]  # each is an argument


def test_a_header_row_and_a_footer_are_counted_in_rows(load: Any) -> None:
    """Options that speak of lines speak of the sheet's rows."""
    rows = row(2, "Spring fair") + row(5, "E-mail", "Na\nme") + row(6, "a@x.com", "A\nnn") + row(8, "Total", "1")
    found = load(xlsx({"List": rows}), header_row=5, skip_footer=1)
    assert (found.source.header, found.source.header_line) == (("E-mail", "Na\nme"), 5)
    assert (found.rows, found.lines) == ({1: ["a@x.com", "A\nnn"]}, {1: 6})


def test_one_column_and_last_cells_that_are_empty(load: Any) -> None:
    """Empty last cells, even of nearly every record, are no habit of a writer, and one column needs no separator."""
    rows = row(1, "E-mail", "Name", "Note") + "".join(row(at, f"a{at}@x.com", "Ann") for at in range(2, 40))
    found = load(xlsx({"List": rows + row(40, "z@x.com", "Zoë", "x")}))
    assert found.source.header == ("E-mail", "Name", "Note")
    assert (found.rows[1], found.rows[39]) == (["a2@x.com", "Ann", ""], ["z@x.com", "Zoë", "x"])
    assert not found.source.findings
    found = load(xlsx({"List": row(1, "E-mail") + row(2, 'a"@x.com') + row(4, "b@x.com, c@x.com")}))
    assert found.rows == {1: ['a"@x.com'], 2: ["b@x.com, c@x.com"]}
    assert found.lines == {1: 2, 2: 4}


OLD_TABLE: list[list[str | float]] = [["E-mail", "Zip"], ["a@x.com", 1234.0], ["b@x.com", "x\ny"], ["c@x.com", "Ü"]]


def open_cell(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def open_row(cells: str) -> str:
    return f"<table:table-row>{cells}</table:table-row>"


def test_older_formats_are_read_with_a_warning(load: Any) -> None:
    """R216: values are read, what their formats add is not. Rows and sheets count as in .xlsx."""
    found = load(xls(OLD_TABLE))
    assert found.rows == {1: ["a@x.com", "1234"], 2: ["b@x.com", "x\ny"], 3: ["c@x.com", "Ü"]}
    assert found.lines == {1: 2, 2: 3, 3: 4}
    assert (found.source.sheet, found.about_file["R216"].severity) == ("Liste", Severity.WARNING)
    many = '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
    kinds = (
        '<table:table-cell office:value-type="float" office:value="1234"><text:p>01234</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2023-03-15"/>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
    )
    names = "".join(map(open_cell, ["E-mail", "Zip", "Day", "Yes"]))
    rows = many + open_row(names) + many + open_row(open_cell("a@x.com") + kinds)
    end = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    found = load(ods(rows + end, name="名簿"), sheet="名簿")
    assert found.rows == {1: ["a@x.com", "1234", "2023-03-15", "TRUE"]}
    assert (found.lines, found.source.header_line) == ({1: 8}, 4)
    assert "R216" in found.about_file
    assert "R216" not in load(one("")).about_file


@pytest.mark.parametrize("packer", ["xls", "ods", "xlsx"])
def test_workbooks_come_from_files_of_any_name(tmp_path: Path, packer: str) -> None:
    """The content decides which reader is asked, and nothing but the text stays in the spool."""
    cells = "".join(map(open_cell, ["E-mail", "Zip"]))
    data = {
        "xls": xls(OLD_TABLE[:1]),
        "xlsx": xlsx({"L": row(1, "E-mail", "Zip")}),
        "ods": ods(open_row(cells)),
    }[packer]
    spool = tmp_path / "spool"
    spool.mkdir()
    for name in ("list.csv", "list.xls", "list.xlsx", "-x", "ü\udcff.ods", "list"):
        path = tmp_path / name
        path.write_bytes(data)
        source = scan(path, spool=spool)
        assert source.header == ("E-mail", "Zip")
        assert list(spool.iterdir()) == [source.text]
        source.text.unlink()


def part(name: str, text: str | bytes) -> bytes:
    return xlsx({"List": HEAD + row(2, "a@x.com", "x")}, texts=["x"], parts={name: text})


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
PLACE = "xl/worksheets/sheet1.xml"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (xls(OLD_TABLE, protected=True), "protected by a password"),
        (compound_file({"EncryptionInfo": bytes(300), "EncryptedPackage": bytes(6000)}), "protected by a password"),
        (compound_file({"WordDocument": bytes(6000)}), "no workbook can be read"),
        (ods("", manifest="<manifest:encryption-data/>"), "protected by a password"),
        (ods("<table:table-row"), "damaged, or reading it takes more than 2,048 MiB of memory or 1 seconds"),
        (archive({"[Content_Types].xml": "", "_rels/.rels": "<a/>"}), "workbook is damaged"),
        (
            archive({"[Content_Types].xml": "", "xl/workbook.bin": b"junk"}),
            "no workbook can be read|workbook is damaged",
        ),
        (part("xl/workbook.xml", "<workbook><sheets>"), "workbook is damaged"),
        (part("xl/workbook.xml", "<workbook/>"), "empty"),
        (part(PLACE, LAUGHS + SHEET.format("<row><c><v>&b;</v></c></row>")), "workbook is damaged"),
        (part("xl/sharedStrings.xml", LAUGHS + "<sst><si><t>&b;</t></si></sst>"), "workbook is damaged"),
        (part(PLACE, SHEET.format('<row r="1"><c r="A1" t="s"><v>9</v></c></row>')), "workbook is damaged"),
        (part(PLACE, SHEET.format('<row r="1"><c r="A2"><v>9</v></c></row>')), "workbook is damaged"),
        (part(PLACE, SHEET.format('<row r="2"/><row r="1"/>')), "workbook is damaged"),
        (part(PLACE, SHEET.format('<row r="1"><c r="B1"/><c r="A1"/></row>')), "workbook is damaged"),
        (part(PLACE, SHEET.format('<row r="1"><c r="ZZZ1"/></row>')), "workbook is damaged"),
        (part(PLACE, SHEET.format('<row r="2000000"/>')), "workbook is damaged"),
        (part(PLACE, SHEET.format('<row r="-1"/>')), "workbook is damaged"),
        (part(PLACE, SHEET.format('<row r="1"><c r="A1" s="x"><v>1</v></c></row>')), "workbook is damaged"),
        (part(PLACE, SHEET.format("<row>")), "workbook is damaged"),
        (part(PLACE, b"\xff\xfe"), "workbook is damaged"),
    ],
)
def test_workbooks_that_cannot_be_read(tmp_path: Path, data: bytes, says: str) -> None:
    """Protected, damaged, hostile, or none at all: one line that says what to do, and no copy stays."""
    with pytest.raises(SourceError, match=says) as caught:
        scan(io.BytesIO(data), name="list.xlsx", spool=tmp_path, limits=Limits(workbook_seconds=1))
    assert str(caught.value).startswith("list.xlsx: ")
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("packer", ["xlsx", "ods", "xls"])
def test_every_cut_of_a_workbook_is_noticed(tmp_path: Path, packer: str) -> None:
    """A shorter beginning is refused; of an .xls only where the cut takes something away."""
    cells = open_cell("E-mail") + open_cell("Zip")
    data = {
        "xlsx": xlsx({"List": row(1, "E-mail", "Zip")}),
        "ods": ods(open_row(cells)),
        "xls": xls(OLD_TABLE),
    }[packer]
    step = 7 if packer != "xls" else 503  # each of these asks a process of its own
    for length in range(1, len(data), step):
        try:
            source = scan(io.BytesIO(data[:length]), name=f"list.{packer}", spool=tmp_path)
        except SourceError:
            continue
        assert packer == "xls"
        assert [cells for table in read_all(source) for cells in table.frame.to_numpy().tolist()] == [
            [cell if isinstance(cell, str) else f"{cell:.0f}" for cell in cells] for cells in OLD_TABLE[1:]
        ]


def test_no_flipped_bit_changes_a_cell_of_a_workbook(tmp_path: Path) -> None:
    """The check value of each part is verified to its end, so the workbook is refused or read right."""
    data = xlsx({"List": row(1, "E-mail", "Zip") + row(2, "a@x.com", "01234")})
    chance = random.Random(3)
    refused = 0
    for at in chance.sample(range(8 * len(data)), 700):
        flipped = bytearray(data)
        flipped[at // 8] ^= 1 << at % 8
        try:
            source = scan(io.BytesIO(flipped), spool=tmp_path)
        except SourceError:
            refused += 1
            continue
        if flipped.startswith(b"PK"):
            rows = [cells for table in read_all(source) for cells in table.frame.to_numpy().tolist()]
            assert (source.header, rows) == (("E-mail", "Zip"), [["a@x.com", "01234"]])
        source.text.unlink()
    assert refused > 250


@pytest.mark.parametrize(
    ("sheet", "limits", "says"),
    [
        (row(1, *"abc"), Limits(columns=2), "the sheet has 3 columns, more than the limit of 2"),
        (row(1, "a", "b" * 99), Limits(line_bytes=396), "row 1 of the sheet holds 100 characters"),
        (row(1, "a", "b"), Limits(workbook_bytes=900), r"the workbook is [\d,]+ bytes large unpacked"),
        (row(1, "a", "b" * 500), Limits(unpacked_bytes=500), "larger than the limit of 500 bytes"),
        (row(1, "a") + row(99_999, "b"), Limits(ratio_bytes=1000, ratio=10), "swells to more than 10 times"),
        (
            row(1, *["x"] * 999) + "".join(row(at, "a") for at in range(2, 300)),
            Limits(ratio_bytes=50_000, ratio=20),
            "swells to more than 20 times",
        ),
    ],
)
def test_a_sheet_over_a_limit_is_refused(tmp_path: Path, sheet: str, limits: Limits, says: str) -> None:
    """Columns, the text of a row, the parts, the text of all rows, with the empty cells that fill them up."""
    with pytest.raises(SourceError, match=says):
        scan(io.BytesIO(xlsx({"List": sheet})), spool=tmp_path, limits=limits)
    assert list(tmp_path.iterdir()) == []


def test_a_sheet_with_two_cells_far_apart(tmp_path: Path) -> None:
    """The first and the last place of a sheet make a wide table, which is refused at once and costs nothing."""
    data = xlsx({"List": row(1, "a") + f'<row r="1048576">{text_cell("XFD1048576", "z")}</row>'})
    with pytest.raises(SourceError, match="16,384 columns, more than the limit of 10,000"):
        scan(io.BytesIO(data), spool=tmp_path)


def test_an_old_workbook_cannot_take_all_memory(tmp_path: Path) -> None:
    """A sheet of an .ods whose rows repeat without end is given up within the bound; this process feels nothing."""
    number = '<table:table-cell table:number-columns-repeated="16000" office:value-type="float" office:value="1"/>'
    rows = f'<table:table-row table:number-rows-repeated="1000000">{number}</table:table-row>'
    with pytest.raises(SourceError, match=r"256 MiB of memory or 120 seconds; save the sheet|no workbook can be read"):
        scan(io.BytesIO(ods(rows)), spool=tmp_path, limits=Limits(workbook_memory=256 << 20))
    cell = '<table:table-cell office:value-type="string"><text:p>{}@x.com</text:p></table:table-cell>'
    rows = "".join(f"<table:table-row>{cell.format(at) * 8}</table:table-row>" for at in range(20_000))
    with pytest.raises(SourceError, match="more than 1 MiB of memory or 120 seconds; save the sheet"):
        scan(io.BytesIO(ods(rows)), spool=tmp_path, limits=Limits(workbook_memory=1 << 20))


def test_a_workbook_is_read_in_bounded_memory(tmp_path: Path) -> None:
    """Sixty thousand rows of their own text, megabytes of XML, take a few blocks' worth."""
    path = tmp_path / "list.xlsx"
    cell = '<c r="{}{}" t="inlineStr"><is><t>{}</t></is></c>'
    rows = "".join(
        f'<row r="{at}">{"".join(cell.format(letter, at, f"{at * 7919}@x.com") for letter in "AB")}</row>'
        for at in range(2, 60_000)
    )
    path.write_bytes(xlsx({"List": row(1, "E-mail", "Other") + rows}))
    program = (
        "import resource, sys\nfrom pathlib import Path\nfrom pipeline.reading import scan\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(scan(sys.argv[1], spool=Path(sys.argv[2])).records)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(path), str(tmp_path)], capture_output=True, text=True, check=True
    )
    records, kibibytes = map(int, run.stdout.split())
    assert records == 59_998
    assert kibibytes < (60 << 10)
