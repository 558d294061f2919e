"""Rules that a run's settings give something to compare with: the sender's last file, a budget, a list of contacts."""

from __future__ import annotations

from pathlib import Path

from pipeline import ErrorBudget, SenderMapping, Settings
from pipeline.mapping.senders import Cells, LastFile
from tests.rules.rows import Row

SAMPLE = Path(__file__).parent.parent.parent / "sample_data" / "contacts.csv"

MANY = 20
"""Records of a file whose shares are compared."""


def _drift(code: str, broken: str, fine: str) -> Row:
    """Return a row whose last file had an e-mail address and a phone number in each of 20 records."""
    cells = {"email": Cells(0.0, 0.0, "email"), "phone": Cells(0.0, 0.0, "phone")}
    last = LastFile(("E-mail", "Phone"), MANY, MANY, cells)
    return Row(code, broken, fine, settings=Settings(mapping=SenderMapping(last=last)))


def _list(header: str, *phones: str) -> str:
    """Return a file with one record for each phone number."""
    return header + "\n" + "".join(f"a{n}@acme.com,{phone}\n" for n, phone in enumerate(phones))


def _phones(odd: str, count: int) -> str:
    return _list("E-mail,Phone", *[odd] * count, *(f"(202) 222-{1200 + n}" for n in range(MANY - count)))


ONE = _list("E-mail,Phone", "(202) 222-1234")

ROWS = (
    _drift("H103", "E-mail\na@acme.com\n", ONE),
    _drift("H104", _list("E-mail,Phone,Booth", "(202) 222-1234,7"), ONE),
    _drift("H106", "Phone,E-mail\n(202) 222-1234,a@acme.com\n", ONE),
    _drift("H107", _phones("", 10), _phones("", 3)),
    _drift("H108", _phones("call me", 10), _phones("call me", 3)),
    _drift("H109", _list("E-mail,Phone", *["Acme Publishing"] * MANY), _phones("", 0)),
    _drift("H110", _list("e_mail,Phone", "(202) 222-1234"), ONE),
    Row(
        "H105",
        "E-mail\na@acme.com\nb at acme\nc at acme\n",
        "E-mail\na@acme.com\nb at acme\n",
        settings=Settings(max_errors=ErrorBudget.of("1")),
    ),
    Row(
        "E208",
        'Mails,Name\n"a@acme.com; b@acme.com",Ann\n',
        "Mails,Name\na@acme.com,Ann\n",
        schema="generic.contact",
        settings=Settings(mapping=SenderMapping(firsts={"email": "Mails"})),
    ),
    Row(
        "K102",
        "C_EmailAddress\nNorm.Smith@acme.com\n",
        "C_EmailAddress\nnorma.smith@acme.com\n",
        schema="eloqua.contact",
        settings=Settings(existing=(SAMPLE,)),
    ),
)
