"""Every rule of the catalogue with both answers, through the pipeline: a file with the defect, and one without."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest

from pipeline import DomainCheck, Settings
from pipeline.contracts import BY_CODE
from pipeline.preparing import check, prepare_frame
from pipeline.reporting.text import render_text
from tests.checking.name_server import name_server
from tests.rules import cells, places, senders, structure, values
from tests.rules.rows import Row, count_in, email, phone, website

ROWS = (*structure.ROWS, *cells.ROWS, *values.ROWS, *places.ROWS, *senders.ROWS)

ELSEWHERE = {
    "E107": "no text is known that is refused for a reason without a code of its own",
    "E209": "needs a name server: below",
    "E210": "needs a name server: below",
    "K103": "is about another file: below",
    "T102": "R106 sets undecodable bytes aside, and a frame that holds them is refused: see tests/kinds",
}
"""Rules that no file alone shows, and why."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_a_rule_finds_its_defect_and_nothing_near_it(row: Row) -> None:
    broken, fine = row.counts()
    assert broken > 0
    assert fine == 0


def test_every_rule_has_a_row_and_every_row_a_rule() -> None:
    """A rule that nobody showed fails here; so does a row of a rule that is gone."""
    assert {row.code for row in ROWS} | ELSEWHERE.keys() == BY_CODE.keys()
    assert not {row.code for row in ROWS} & ELSEWHERE.keys()


@pytest.mark.parametrize(
    ("code", "domain", "other"),
    [("E209", "gone.example", "good.example"), ("E210", "null.example", "addressed.example")],
)
def test_a_domain_without_mail(code: str, domain: str, other: str) -> None:
    with name_server() as server:
        settings = Settings(check_domains=DomainCheck(nameserver=server.place))
        row = Row(code, email(f"a@{domain}"), email(f"a@{other}"), settings=settings)
        assert row.counts() == (1, 0)
        frame = pd.DataFrame({"email": [f"a@{domain}", f"a@{other}"]})
        assert prepare_frame(frame, settings=settings).findings["code"].tolist() == [code]


def test_a_list_with_records_that_nothing_is_compared_with(tmp_path: Path) -> None:
    """K103 is about the list of known contacts, not about the file."""
    counts = []
    for text in ("E-mail,Name\na@acme.com,Ann\n,Bob\n", "E-mail,Name\na@acme.com,Ann\n"):
        known = tmp_path / "known.csv"
        known.write_text(text)
        counts.append(check(BytesIO(b"E-mail\nb@acme.com\n"), settings=Settings(existing=(known,))).count("K103"))
    assert counts == [1, 0]


MAKE = {"E": email, "P": phone, "W": website}
DESCRIBED = {"E105", "E107", "E208", "P103", "P202", "W107", "E209", "E210"}
"""Rules whose example describes a cell, or needs more than the cell."""


@pytest.mark.parametrize("code", [code for code in BY_CODE if code[0] in MAKE and code not in DESCRIBED])
def test_the_example_of_a_rule_breaks_it(code: str) -> None:
    """As it stands in the catalogue, put into a file."""
    row = next(row for row in ROWS if row.code == code)
    shown = Row(code, MAKE[code[0]](BY_CODE[code].example), row.fine, settings=row.settings)
    assert shown.counts()[0] > 0


def test_a_suggestion_shows_nobodys_name() -> None:
    """What is printed of an address names its domain and the one that was likely meant, never the person."""
    text = "E-mail,First Name\nnorman@gmial.com,norman@acme.com\ninfo@acme.com,norman\nnorman@mailinator.com,x\n"
    report = check(BytesIO(text.encode()))
    printed = render_text(report)
    assert "did you mean gmail.com?" in printed
    assert "norman" not in printed
    assert count_in(report, "E206") == count_in(report, "S103") == 1
    assert all("norman" not in str(example["message"]) for rule in report.data["rules"] for example in rule["examples"])
