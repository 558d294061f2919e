"""The structure rules that look at more than one cell or line, each with what breaks it and what nearly does."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import SourceError, UsageError
from schemas.rules.rule import Severity
from schemas.rules.structure import RULES

RULE = {rule.code: rule for rule in RULES}
HEADER = "e-mail,name,city\n"
ANN, BOB, CY, DI = "ann@x.org,Ann,Rome\n", "bob@x.org,Bob,Oslo\n", "cy@x.org,Cy,Bonn\n", "di@x.org,Di,Bern\n"

# (code, text below HEADER, the records that break the rule, text in which none does)
RECORDS: list[tuple[str, str, set[int], str]] = [
    # A quote lost on one line and another lost further down: the width is right, three contacts are one.
    (
        "R108",
        'ann@x.org,"Ann,Rome\nbob@x.org,Bob,Oslo\ncy@x.org,Cy",Bonn\n' + DI,
        {1},
        'ann@x.org,"Ann\nor\nNan",Rome\n',
    ),
    ("R108", 'ann@x.org,"Ann,Rome\nbob@x.org,Bob",Oslo\n' + DI, {1}, 'ann@x.org,"Ann,\nSt. Mary, nurse",Rome\n'),
    ("R108", '"ann@x.org\nbob@x.org,Bob,Oslo\ncy@x.org,Cy,Bonn\n",Di,Bern\n', {1}, '"ann@x.org\nbob@x.org",Ann,Rome\n'),
    ("R109", ANN + "bob@x.org,Bo", {2}, ANN + "bob@x.org,Bo,"),
    ("R109", ANN + "bob@x.org", {2}, ANN + "bob@x.org,Bob,Oslo"),
    ("R109", ANN + 'bob@x.org,"Bob,Os', {2}, ANN + 'bob@x.org,"Bob","Os"'),
    ("R109", ANN + 'bob@x.org,"', {2}, ANN + 'bob@x.org,"",'),
    ("R110", ANN + "bob@x.org;Bob;Oslo\n" + CY, {2}, ANN + "bob@x.org,Bob;Oslo,\n" + CY),
    ("R110", ANN + "bob@x.org\tBob\tOslo\n" + CY, {2}, ANN + "bob@x.org,Bob\tB.,Oslo\n"),
    ("R110", ANN + "bob@x.org|Bob,Oslo\n" + CY, {2}, ANN + "bob@x.org,Bob|B.,Oslo\n"),
    ("R110", ANN + 'bob@x.org;"Bob; jr";Oslo\n' + CY, {2}, ANN + 'bob@x.org,"Bob; jr",Oslo\n'),
    ("R111", "ann@x.org,Ann,Romebob@x.org,Bob,Oslo\n" + CY, {1}, ANN + BOB + CY),
    ("R112", ANN + "bob@x.org,Bob of\nNorway,Oslo\n" + CY, {2, 3}, ANN + 'bob@x.org,"Bob of\nNorway",Oslo\n' + CY),
    ("R112", ANN + "bob@x.org,Bob of\r\nNorway,Oslo", {2, 3}, ANN + "bob@x.org,Bob\nNorway,Oslo\ndi@x.org,Di\n" + CY),
    ("R112", "bob@x.org,Bob\nB.,Oslo\n" + CY, {1, 2}, "bob@x.org,Bob\n" + CY + "B.,Oslo\n"),
    ("R112", "bob@x.org,Bob\nB.,Oslo\n" + CY, {1, 2}, "bob@x.org,Bob\n\nB.,Oslo\n" + CY),
    ("R113", ANN + BOB + "Total: 2\n", {3}, ANN + BOB + "Total: 2,,\n"),
    ("R113", ANN + BOB + "Grand total,2\n", {3}, ANN + BOB + "Totally,2\n"),
    ("R113", ANN + BOB + "Source: trade fair, Rome, hall 3, May\n2 records\n", {3, 4}, ANN + "Source Ltd,Rome\n" + BOB),
    ("R113", ANN + "End of report", {2}, ANN * 1 + "Endre\n"),
    ("R113", ANN + "Total: 2\n", {2}, "Total: 2\n" + "".join(f"a{at}@x.org,Ann,Rome\n" for at in range(20))),
    ("R114", ANN + "\nProduct,Price\nPump,12\nHose,3\n", {2, 3, 4}, ANN + "Product,Price\nPump,12\nHose,3\n"),
    ("R114", ANN + "\n\nShop,City,Country,Phone\na,b,c,d\n", {2, 3}, ANN + "\n\nShop,City,Country,Phone\na,b,c\n"),
    ("R114", ANN + "   \r\nProduct,Price\r\nPump,12\r\n", {2, 3}, ANN + "\r\nProduct,Price@2019\r\n,\r\n"),
    # As many columns, so only the missing addresses tell that these are no contacts.
    (
        "R114",
        ANN + BOB + CY + "\nShops\nShop,Head,Town\nNorth,Jo,Rome\nSouth,Al,Bari\n",
        {5, 6, 7},
        ANN + BOB + CY + "\nShops\ndi@x.org,Di,Bern\n",
    ),
    ("R114", ANN + BOB + CY + "\nShop,Head,Town\nNorth,Jo,Rome\n", {4, 5}, ANN + BOB + CY + "\nn/a,Di,Bern\n" + DI),
    ("R115", ANN + HEADER + BOB, {2}, ANN + HEADER.replace("city", "town") + BOB),
    ("R115", ANN + '"e-mail", name ,city\n' + BOB, {2}, ANN + "e-mail,name,\n" + BOB),
    ("R207", '"Ann "the Fox" Fox",x,y\n', {1}, '"Ann ""the Fox"" Fox",x,y\n'),
    ("R207", 'x,"19" rack",y\n' + ANN, {1}, 'x,19 rack,"y"\n'),
    ("R207", 'x,""Fox" inn","y"\n', {1}, 'x,"","y"\n'),
    ("R208", 'x,"Ann, of\nRome, and",y\n', {1}, 'x,"Ann of\nRome, and",y\n'),
    ("R208", 'x,"a\nb,c,d\ne",y\n', {1}, 'x,"a\nb,c\nd",y\n'),
    ("R209", "ann@x.org,MÃ¼ller,Rome\n", {1}, "ann@x.org,Müller,SÃO PAULO\n"),
    ("R209", ANN + "bob@x.org,Bob,Itâ€™s Oslo\n", {2}, "ann@x.org,François “Ä” – Âge,Â\n"),
    ("R209", "ann@x.org,Ã\x81lvaro,Rome\n", {1}, "ann@x.org,Álvaro Ã,Rome\n"),
    ("R210", "ann@x.org,#REF!,Rome\n" + BOB + "cy@x.org,Cy,3.03E+09\n", {1, 3}, "ann@x.org,#1 Ann,E+09\n"),
    ("R210", "ann@x.org,#NAME?, #DIV/0! \n", {1}, "ann@x.org,#N/A,#Rome\n"),
    ("R210", "ann@x.org,########,Rome\n", {1}, "ann@x.org,3.03E-09 m,2E4\n"),
    ("R210", "ann@x.org,Ann,4,4E+11\n".replace("4,4E", '"4,4E').replace("11\n", '11"\n'), {1}, "ann@x.org,##,3.03\n"),
    ("R211", ANN + BOB + "Total,2,\n", {3}, ANN + BOB + "Total Energies,Tom,Rome\n"),
    ("R211", ANN + BOB + ",Number of contacts,2\n", {3}, ANN + BOB + "sum@x.org,Total,2\n"),
]


@pytest.mark.parametrize(("code", "text", "records", "fine"), RECORDS)
@pytest.mark.parametrize("ranges", [1, 2, 1000])
def test_what_breaks_a_rule_and_what_does_not(
    load: Any, code: str, text: str, records: set[int], fine: str, ranges: int
) -> None:
    """Exactly the records named break the rule, wherever the file is cut; nothing in the other text does."""
    found = load(HEADER + text, delimiter=",", header_row=1, range_records=ranges)
    noted = {finding.record for finding in found.findings if finding.code == code}
    aside = {number for number, one in found.broken.items() if one.code == code}
    assert (aside if RULE[code].severity is Severity.ERROR else noted) == records
    assert not (noted if RULE[code].severity is Severity.ERROR else aside)
    for one in [*found.broken.values(), *found.findings]:
        assert "{" not in one.message
        assert one.line == found.lines.get(one.record, one.line)
    other = load(HEADER + fine, delimiter=",", header_row=1, range_records=ranges)
    assert code not in {one.code for one in [*other.broken.values(), *other.findings]}


FILES: list[tuple[str, str, int | None, str]] = [
    ("R212", "a,b,\n1,2,\n3,4,\n", 1, "a,b,\n1,2,\n3,4,5\n"),
    ("R212", "a,b\nx,2,\ny,4,\n", 1, "a,b\nx,2,\ny,4\nz,5\n"),
    ("R212", "a;b\nx;2;\ny;4;", 1, "a;b\n1;x;\n2;y;\n3;z;\n"),
    ("R304", "p,,q,\nfirst,last,mail,phone\n" + "A,B,a@x.org,1\n" * 3, 2, "a,,mail,\nx,y,a@x.org,1\nA,B,b@x.org,2\n"),
    ("R304", "name,mail\ntext,address\n" + "".join(f"A,a{at}@x.org\n" for at in range(5)), 1,
     "name,mail\ntext,n/a\n" + "".join(f"A,a{at}@x.org\n" for at in range(5))),
    ("R305", ANN + BOB, 1, HEADER + ANN),
    ("R305", "Ann,(303) 555-0102\nBob,(303) 555-0103\n", 1, "Ann,2023-01-31\nBob,2023-02-01\n"),
    ("R305", "ann@x.org\nbob@x.org\n", 1, "ann@x.org\nBob\nCy\n"),
    ("R306", "mail,name,mail\na@x.org,A,b@x.org\n", 1, "mail,name,Mail\na@x.org,A,b@x.org\n"),
    ("R307", "mail,,name\na@x.org,1,A\n", 1, "mail,-,name\na@x.org,1,A\n"),
    ("R308", "a,b,c\nx,2\ny,4\n", 1, "a,b,c\nx,2\ny,4,5\n"),
    ("R308", "a,b\n1,x,2\n2,y,4\n", 1, "a,b\n1,x\n2,y,4\n"),
    ("R309", HEADER + ANN + BOB + CY + "\nProduct,Price\nPump,12\n", 6, HEADER + ANN + BOB + CY + "\nx@x,y\nP,12\n"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "breaks", "line", "fine"), FILES)
def test_what_is_found_about_the_whole(load: Any, code: str, breaks: str, line: int, fine: str) -> None:
    """The finding stands in the source with its line and without a record; the neighbour has none."""
    finding = load(breaks).about_file[code]
    assert (finding.record, finding.line, finding.severity) == (None, line, RULE[code].severity)
    assert "{" not in finding.message
    assert code not in load(fine).about_file


def test_every_rule_of_the_catalogue_is_tested() -> None:
    """No code stands in the catalogue without a test that names it in this folder."""
    text = "".join(path.read_text() for path in Path(__file__).parent.glob("test_reading_*.py"))
    assert {rule.code for rule in RULES} <= set(re.findall(r'"(R\d\d\d)"', text))


def test_trailing_separators_do_not_hide_a_missing_cell(load: Any) -> None:
    """The empty cell is dropped where it is one too many; a record that lacks a cell before it stays too short."""
    found = load('a,b,c\n1,2,x,\n2,,,\n3,4,\n5,6,x,y\n7,8,x,\n9,8,"x,",\n')
    assert found.source.header == ("a", "b", "c")
    assert found.rows == {1: ["1", "2", "x"], 2: ["2", "", ""], 5: ["7", "8", "x"], 6: ["9", "8", "x,"]}
    assert found.codes == {3: "R101", 4: "R102"}


def test_a_numbered_table_that_lacks_its_first_name_is_not_shifted(load: Any) -> None:
    """Row numbers without a name and an empty last column look like trailing separators, and are left alone."""
    found = load("name,mail\n1,Ann,\n2,Bob,\n3,Cy,\n")
    assert set(found.codes.values()) == {"R102"}
    assert "R308" in found.about_file


def test_a_file_without_a_header_keeps_its_first_record(load: Any) -> None:
    """Columns are numbered, the first row is record 1 on line 1, and the header has no line."""
    found = load("\n" + ANN + BOB)
    assert found.source.header == ("column 1", "column 2", "column 3")
    assert (found.source.header_line, found.lines) == (0, {1: 2, 2: 3})
    assert found.rows[1] == ["ann@x.org", "Ann", "Rome"]
    asked = load("x,y\n1,2\n", header_row=0)
    assert (asked.source.header, asked.rows[1]) == (("column 1", "column 2"), ["x", "y"])
    assert "R305" not in asked.about_file
    assert load(ANN + BOB, header_row=1).source.header == ("ann@x.org", "Ann", "Rome")


@pytest.mark.parametrize(
    ("above", "line"),
    [
        ("Contacts of the fair\n\n", 3),
        ("Contacts of the fair,,\n,,\n", 3),
        ("Report:,Contacts\nDate:,2024-01-31\n\n", 4),
        ("Fill in all columns, then save.\nDo not change, add, or remove columns, please.\n", 3),
        ("Exported by CRM on 2024-01-31 10:00\n", 2),
    ],
)
def test_lines_above_the_header_are_no_records(load: Any, above: str, line: int) -> None:
    """Titles, instructions and notes with other widths are passed over, and said to be."""
    found = load(above + HEADER + ANN + BOB + CY + DI)
    assert (found.source.header, found.source.header_line) == (("e-mail", "name", "city"), line)
    assert next(iter(found.rows.values())) == ["ann@x.org", "Ann", "Rome"]
    assert not found.broken
    assert found.about_file["R303"].line == line


MAILS = "".join(f"a{at}@x.org,www.x{at}.org,Ann,n\n" for at in range(6))

ODD = "".join(f"a{at}@x.org,x,A,n\n" for at in range(6))
SITES = "\nSites\nRegion,Head,Budget\n" + "".join(f"R{at},M{at},{at}\n" for at in range(5))
A0 = ["a0@x.org", "www.x0.org", "Ann", "n"]

# (what, lines up to the header, records and what follows, first record)
TITLED: list[tuple[str, str, str, list[str]]] = [
    ("half of the names are empty", "All fields!\nQuestions?\nmail,site,,\n", MAILS, A0),
    ("the only name above data is empty", "Fair\n\n,site,first,note\n", ODD, ["a0@x.org", "x", "A", "n"]),
    ("only records end in a delimiter", "Fair,,,\n\nmail,site,first,note\n", MAILS.replace("\n", ",\n"), A0),
    (
        "as many words as cells",
        'Kundenliste Nord\nmail, "land"\n',
        ODD.replace(",x,A,n", ', "Peru"'),
        ["a0@x.org", "Peru"],
    ),
    ("many lines of another table below", "Fair\n\nmail,site,first,note\n", MAILS + SITES, A0),
]


@pytest.mark.parametrize(("head", "below", "first"), [case[1:] for case in TITLED], ids=[case[0] for case in TITLED])
def test_a_title_is_told_from_a_header_that_is_odd_itself(load: Any, head: str, below: str, first: list[str]) -> None:
    """The header is the line above the records, and that the lines above it were taken for a title is said."""
    found = load(head + below)
    line = head.count("\n")
    assert found.source.header_line == line
    assert found.about_file["R303"].line == line
    assert found.rows[1] == first


@pytest.mark.parametrize("below", ["Total,all,,\n", "\n(c) Globex,,,\nEnd of list,,,\nSource: CRM,,,\n"])
def test_totals_and_notes_do_not_hide_a_second_row_of_names(load: Any, below: str) -> None:
    """Below a short list they are a large share of the lines, and hold words where the records hold addresses."""
    found = load("mail,site,first,note\nC_Mail,C_Site,C_First,C_Note\n" + ODD + below)
    assert found.about_file["R304"].line == 1


def test_a_header_that_most_records_do_not_fit_is_doubted(load: Any) -> None:
    """Also where a few happen to fit: these are kept, and are the least to be trusted."""
    found = load("All fields\nOf this list\nann,Ann,1\nbob,Bob,2\ncy,Cy,3\n")
    assert found.source.header == ("All fields",)
    assert "3 of 4 records have 3 cells" in found.about_file["R308"].message


@pytest.mark.parametrize(
    "text",
    [
        "name,city\nAnn,Rome,Italy\nBob,Oslo,Norway\nCy,Bonn,Germany\n",
        "name,mail\nAnn,Rome,x\nBob,Oslo,y\nb,b@x.org\n",
        "mail,,\nann@x.org,Ann,Rome\nbob@x.org,Bob,Oslo\n",
        "name,,phone\nAnn,Dr,n/a\nBob,Mr,555 0102\nCy,Ms,555 0103\nDi,Ms,555 0104\n",
        "name,mail,phone\nAnn,a@x.org,1\n\nProduct,Price\nPump,12\nHose,3\nNut,1\n",
        "a,b,c\n",
        "a\n",
        "a\nx, y\nz, w\n",
    ],
)
def test_a_record_is_never_taken_for_the_header(load: Any, text: str) -> None:
    """Where the evidence is not plain the first line is the header, and what does not fit it is set aside."""
    found = load(text)
    assert found.source.header_line == 1
    assert found.source.records == len([line for line in text.splitlines()[1:] if line])


def test_last_lines_are_passed_over_as_asked(load: Any) -> None:
    """Lines that are not blank count; what is left is read right, and the number is said."""
    text = HEADER + ANN + BOB + "\nTotal: 2\n\nprinted, today\n\n"
    found = load(text, skip_footer=2)
    assert found.source.records == 2
    assert not found.broken
    assert (found.about_file["R213"].line, "2 lines" in found.about_file["R213"].message) == (5, True)
    assert load(text, skip_footer=0).source.records == 4
    assert load(text.rstrip("\n"), skip_footer=3).source.records == 1


@pytest.mark.parametrize(
    "text",
    [
        '"Ann" Bob,"x",y\n',
        '"Ann"Bob",x","y\n',
        '"Ann "the Fox", Fox",x,y\n',
        '"Ann" , "Bob",x,y\n',
        '"Island" Bobbin,x,y\n',
        '"a""b"c"",x,y\n',
    ],
)
def test_quotes_that_allow_a_second_reading_are_not_repaired(load: Any, text: str) -> None:
    """A guess is not made: the record is set aside, and the ones around it are read."""
    found = load(HEADER + ANN + text + BOB, delimiter=",")
    assert 2 in found.broken
    assert "R207" not in {finding.code for finding in found.findings}
    assert (found.rows[1][1], found.rows[found.source.records][1]) == ("Ann", "Bob")


def test_repaired_quotes_are_the_only_reading(load: Any) -> None:
    """Doubled and lone quotes beside each other; the repair names its column and keeps the text."""
    found = load(HEADER + 'x,"say "hi" and ""ho""","Rome, old"\n')
    assert found.rows == {1: ["x", 'say "hi" and "ho"', "Rome, old"]}
    (finding,) = found.findings
    assert (finding.code, finding.column, finding.line) == ("R207", "name", 2)


def test_random_text_reads_alike_wherever_it_is_cut(load: Any) -> None:
    """Every dialect, option and finding at once: nothing crashes, no record is lost, and ranges change nothing."""
    pieces = [*"ab1,;\t \"'\\\n\r|é\0", "b@x.org", "\r\n", "\n\n", '""', "Total", "#REF!", "Ã¼", ', "', '",', "x y"]
    pieces += ["name,mail\n", "1,2,3\n", "1,2,\n", "'x','y'\n", "a, b\n"]
    for seed in range(120):
        chance = random.Random(seed)
        text = "".join(chance.choices(pieces, k=chance.randrange(1, 60)))
        options: dict[str, Any] = {"skip_footer": chance.choice([0, 0, 1, 3])}
        if chance.random() < 0.4:
            options |= chance.choice([{"header_row": 0}, {"header_row": 2}, {"escape": "\\"}])
        seen: list[Any] = []
        for ranges in (1, 3, 1000):
            try:
                found = load(text, range_records=ranges, **options)
            except (SourceError, UsageError) as reason:
                seen.append(str(reason))
                continue
            findings = sorted(map(repr, found.findings))
            seen.append((found.source.header, found.source.findings, found.rows, found.lines, found.broken, findings))
        assert seen[1:] == seen[:-1], f"seed {seed}"


def test_verdicts_do_not_depend_on_where_the_file_is_cut(load: Any) -> None:
    """Every small text of this module, all in one file, gives the same findings for every size of a range."""
    text = HEADER + "".join(case[1].rstrip("\n") + "\n" for case in RECORDS if case[0] not in ("R109", "R114")) + ANN
    whole = load(text, delimiter=",", header_row=1, range_records=10_000)
    assert len({one.code for one in [*whole.broken.values(), *whole.findings]}) > 8
    for ranges in (1, 2, 3, 7, 20):
        found = load(text, delimiter=",", header_row=1, range_records=ranges)
        assert found.broken == whole.broken
        assert sorted(found.findings, key=repr) == sorted(whole.findings, key=repr)
