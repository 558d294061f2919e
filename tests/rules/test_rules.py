"""Every rule of the catalogue with both answers, through the pipeline: a file with the defect, and one without."""

from __future__ import annotations

from io import BytesIO

import pandas as pd
import pytest

from pipeline import DomainCheck, Settings
from pipeline.contracts import BY_CODE
from pipeline.preparing import check, prepare_frame
from pipeline.reporting.text import render_text
from tests.checking.name_server import name_server
from tests.rules import cells, places, structure, values
from tests.rules.rows import Row, count_in, email, phone, website

ROWS = (*structure.ROWS, *cells.ROWS, *values.ROWS, *places.ROWS)

ELSEWHERE = {
    "E107": "no text is known that is refused for a reason without a code of its own",
    "E209": "needs a name server: below",
    "E210": "needs a name server: below",
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


MAKE = {"E": email, "P": phone, "W": website}
DESCRIBED = {"E105", "E107", "P103", "P202", "W107", "E209", "E210"}
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
