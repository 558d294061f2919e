"""Rules of the structure: how a file is cut into records and cells."""

from __future__ import annotations

from pipeline.reading.options import Reading
from pipeline.reading.tokenising import CELL_CHARACTERS
from schemas.base import ContactSchema
from schemas.fields import Email, describe
from schemas.specs import Target
from tests.reading.office_files import ods, row, text_cell, xlsx
from tests.rules.rows import Row


class Nameless(ContactSchema):
    """A schema for a file without a header, whose columns are numbered."""

    email: str = Email("column 1", key=True)

    class Config:
        name = "test.nameless"
        metadata = describe(Target(name="test.nameless", title="Test"))


HEADER = "E-mail,Name,City\n"
ANN, BOB, CY = "ann@x.org,Ann,Rome\n", "bob@x.org,Bob,Oslo\n", "cy@x.org,Cy,Bonn\n"
DI = "di@x.org,Di,Bern\n"
LIST = HEADER + ANN + BOB + CY


def _sheet(more: str = "") -> str:
    return row(1, "E-mail", "Name") + row(2, "ann@x.org", "Ann") + more


def _formula(kind: str, value: str) -> str:
    return f'<row r="3">{text_cell("A3", "bob@x.org")}<c r="B3"{kind}><f>A3</f>{value}</c></row>'


_FORMULA, _CALCULATED = _formula("", ""), _formula(' t="str"', "<v>Bob</v>")
_ODS = "".join(
    f"<table:table-row>{cells}</table:table-row>"
    for cells in (
        "".join(
            f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in one
        )
        for one in (("E-mail", "Name"), ("ann@x.org", "Ann"))
    )
)

ROWS = (
    Row("R101", LIST + "ed@x.org,Ed\n" + DI, LIST + "ed@x.org,Ed,\n" + DI),
    Row("R102", LIST + "ed@x.org,Ed,Rome,Italy\n" + DI, LIST + 'ed@x.org,Ed,"Rome,Italy"\n' + DI),
    Row("R103", LIST + '"ed"@x.org,Ed,Rome\n' + DI, LIST + '"ed@x.org",Ed,Rome\n' + DI),
    Row("R104", LIST + '"ed@x.org,Ed,Rome\n' + DI, LIST + '"ed@x.org",Ed,Rome\n' + DI),
    Row("R105", (LIST + "ed@x.org,E\0d,Rome\n" + DI).encode(), (LIST + "ed@x.org,Ed,Rome\n" + DI).encode()),
    Row("R106", (LIST.replace("Ann", "Zoë").replace("Bob", "Bø")).encode() + b"ed@x.org,\xe9,Rome\n",
        (LIST.replace("Ann", "Zoë").replace("Bob", "Bø") + "ed@x.org,é,Rome\n").encode()),
    Row("R107", LIST + "ed@x.org," + "x" * (CELL_CHARACTERS + 1) + ",Rome\n" + DI,
        LIST + "ed@x.org," + "x" * CELL_CHARACTERS + ",Rome\n" + DI),
    Row("R108", HEADER + 'ann@x.org,"Ann,Rome\nbob@x.org,Bob",Oslo\n' + DI,
        HEADER + 'ann@x.org,"Ann,\nSt. Mary, nurse",Rome\n' + DI),
    Row("R109", LIST + "ed@x.org,Ed", LIST + "ed@x.org,Ed,"),
    Row("R110", HEADER + ANN + "bob@x.org;Bob;Oslo\n" + CY, HEADER + ANN + "bob@x.org,Bob;Oslo,\n" + CY),
    Row("R111", HEADER + "ann@x.org,Ann,Romebob@x.org,Bob,Oslo\n" + CY + DI, LIST + DI),
    Row("R112", HEADER + ANN + "bob@x.org,Bob of\nNorway,Oslo\n" + CY + DI,
        HEADER + ANN + 'bob@x.org,"Bob of\nNorway",Oslo\n' + CY + DI),
    Row("R113", LIST + "Total: 2\n", LIST + "Total: 2,,\n"),
    Row("R114", LIST + "\nProduct,Price\nPump,12\nHose,3\n", LIST + "Product,Price\nPump,12\nHose,3\n"),
    Row("R115", LIST + HEADER + DI, LIST + HEADER.replace("City", "Town") + DI),
    Row("R201", LIST + 'ed@x.org,Ed "the Fox",Rome\n', LIST + 'ed@x.org,"Ed ""the Fox""",Rome\n'),
    Row("R202", LIST + "\n" + DI, LIST + DI),
    Row("R203", "sep=;\n" + LIST.replace(",", ";"), LIST.replace(",", ";")),
    Row("R204", "Fair\n" + LIST, LIST, reading=Reading(header_row=2), plainly=True),
    Row("R205", LIST + DI.replace("\n", "\r\n"), LIST + DI),
    Row("R206", (LIST + DI).replace("\n", "\r"), LIST + DI),
    Row("R207", LIST + 'ed@x.org,"Ed "the Fox" Fox",Rome\n', LIST + 'ed@x.org,"Ed ""the Fox"" Fox",Rome\n'),
    Row("R208", LIST + 'ed@x.org,"Ed, of\nRome, and",y\n', LIST + 'ed@x.org,"Ed of\nRome, and",y\n'),
    Row("R209", LIST + "ed@x.org,MÃ¼ller,Rome\n", LIST + "ed@x.org,Müller,SÃO PAULO\n"),
    Row("R210", LIST + "ed@x.org,#REF!,Rome\n", LIST + "ed@x.org,#1 Ed,Rome\n"),
    Row("R211", LIST + "Total,2,\n", LIST + "Total Energies,Tom,Rome\n"),
    Row("R212", LIST.replace("\n", ",\n"), LIST),
    Row("R213", LIST + "Total: 3\n", LIST, reading=Reading(skip_footer=1), plainly=True),
    Row("R214", lambda: xlsx({"People": _sheet(), "More": _sheet()}),
        lambda: xlsx({"People": _sheet()}), name="x.xlsx"),
    Row("R215", lambda: xlsx({"People": _sheet(_FORMULA)}),
        lambda: xlsx({"People": _sheet(_CALCULATED)}), name="x.xlsx"),
    Row("R216", lambda: ods(_ODS), lambda: xlsx({"People": _sheet()}), name="x.ods"),
    Row("R301", LIST.replace("Ann", "José").encode("cp1252"), LIST.replace("Ann", "José").encode()),
    Row("R302", "E-mail,b;c\na@x.org,2;3\nb@x.org,5;6\n", "E-mail,b,c\na@x.org,2;,3\nb@x.org,5;,6\n"),
    Row("R303", "Spring fair\n\n" + LIST + DI, LIST + DI),
    Row("R304", "name,mail\ntext,address\n" + "".join(f"A,a{at}@x.org\n" for at in range(5)),
        "name,mail\ntext,n/a\n" + "".join(f"A,a{at}@x.org\n" for at in range(5))),
    Row("R305", "ann@x.org\nbob@x.org\n", "column 1\nbob@x.org\n", schema=Nameless),
    Row("R306", "E-mail,x,x\na@x.org,1,2\n", "E-mail,x,X\na@x.org,1,2\n"),
    Row("R307", "E-mail,,Name\na@x.org,1,A\n", "E-mail,-,Name\na@x.org,1,A\n"),
    Row("R308", "E-mail,b,c\na@x.org,2\nb@x.org,4\n", "E-mail,b,c\na@x.org,2\nb@x.org,4,5\n"),
    Row("R309", LIST + "\nProduct,Price\nPump,12\n", LIST + "\nx@x,y\nP,12\n"),
)  # fmt: skip
