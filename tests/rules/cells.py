"""Rules of the header, of any cell, of texts, keys and of what columns and neighbours say."""

from __future__ import annotations

import pandera.pandas as pa

from schemas.base import ContactSchema
from schemas.fields import Email, Text, describe
from schemas.specs import Target
from tests.rules.rows import BLANKING, Row, first_name, phone, table

PEOPLE = table("E-mail", "First Name")


class Checked(ContactSchema):
    """A schema with a check of its own."""

    email: str = Email("E-mail", key=True)
    name: str | None = Text("First Name")

    @pa.check("First Name", name="of two letters")
    def of_two_letters(cls, column: object) -> object:  # noqa: N805
        return column.str.len() >= 2  # type: ignore[attr-defined]

    class Config:
        name = "test.contact"
        metadata = describe(Target(name="test.contact", title="Test"))


def _sites(*pairs: tuple[str, str]) -> str:
    return "E-mail,Website\n" + "".join(f"{mail},{site}\n" for mail, site in pairs)


def _slipped(count: int) -> str:
    return _sites(*((f"a@c{at}.com", f"http://c{at + (0 < at <= count)}.com") for at in range(count + 2)))


ROWS = (
    Row("H101", "E-mail,Booth\na@x.org,1\n", "E-mail,Name\na@x.org,1\n"),
    Row("H102", "E-mail,Name\n", "E-mail,Name\na@x.org,Ann\n"),
    Row("C001", first_name(" Ann "), first_name("Ann")),
    Row("C002", first_name("  "), first_name("")),
    Row("C003", first_name("N/A"), first_name("Nonesuch")),
    Row("C004", phone("call me"), phone("(202) 222-1234"), settings=BLANKING),
    Row("C101", table("E-mail", "Last Name")("a@x.org", ""), table("E-mail", "Last Name")("a@x.org", "S"),
        schema="base_crm.contact"),
    Row("C103", PEOPLE("a@x.org", "A"), PEOPLE("a@x.org", "Al"), schema=Checked),
    Row("T001", first_name("Zoe\u0308"), first_name("Zoë")),
    Row("T002", table("email", "last_name")("a@x.org", "Acme\nPub"), table("email", "last_name")("a@x.org", "Acme Pub"),
        schema="base_crm.contact"),
    Row("T101", table("C_EmailAddress", "C_FirstName")("a@x.org", "x" * 101),
        table("C_EmailAddress", "C_FirstName")("a@x.org", "x" * 100)),
    Row("T201", first_name("=1+1"), first_name("a=b")),
    Row("K101", "E-mail,Name\na@x.org,A\nA@X.org,B\n", "E-mail,Name\na@x.org,A\nb@x.org,B\n"),
    Row("S101", _sites(("a@acme.com", "http://globex.com")), _sites(("a@acme.com", "http://www.acme.com"))),
    Row("S102", _sites(("a@acme.com", "http://globex.com"), ("b@globex.com", "")),
        _sites(("a@acme.com", "http://globex.com"), ("b@initech.com", ""))),
    Row("S103", first_name("norm@acme.com"), first_name("norm at acme.com")),
    Row("S104", _slipped(3), _slipped(2)),
    Row("S105", "Phone,E-mail\nann@acme.com,(202) 222-1234\n", "E-mail,Phone\nann@acme.com,(202) 222-1234\n"),
)  # fmt: skip
