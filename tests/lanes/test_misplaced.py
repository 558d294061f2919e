"""Lanes and judges name a value of another kind alike."""

from __future__ import annotations

import pytest

from schemas.kinds.emails import judge_email
from schemas.kinds.phones import judge_phone
from schemas.kinds.websites import judge_website
from tests.lanes.comparing import compare, compare_many
from tests.lanes.kinds import KINDS
from tests.lanes.misplaced_values import HARD

MISPLACED = [name for name in KINDS if name.endswith("misplaced")]


@pytest.mark.parametrize("name", MISPLACED)
def test_the_lane_says_what_the_judge_says(name: str) -> None:
    """Of random texts of the other kinds, and of those that are almost some."""
    kind = KINDS[name]
    assert compare_many(kind, 12_000, 5) > 6_000
    # The website lane asks the judge of few texts itself.
    compare(kind.lane, kind.judge, [*HARD] * 5)


@pytest.mark.parametrize(
    ("text", "email", "phone", "website"),
    [
        ("(202) 555-0123", "E109", "", "W110"),
        ("+49 30 1234567", "E109", "", "W110"),
        ("2025550123", "E109", "", "W110"),
        ("202.555.0123", "E109", "", "W110"),
        ("555-0123", "E101", "P104", "W104"),
        ("2024-01-31", "E101", "P102", "W104"),
        ("192.168.100.200", "E101", "P103", "W103"),
        ("norm@acme.com", "", "P109", "W106"),
        ("norm@acme", "E102", "P101", "W106"),
        ("http://www.acme.com", "E108", "P110", ""),
        ("http://acme.com/2025550123", "E108", "P110", ""),
        ("www.acme.com", "E108", "P110", ""),
        ("acme.com", "E101", "P101", ""),
        ("ftp://acme.com", "E108", "P101", "W102"),
    ],
)
def test_each_defect_has_its_own_name(text: str, email: str, phone: str, website: str) -> None:
    """What is plainly of another kind is named; the rest keeps its reason."""
    verdicts = (judge_email(text), judge_phone(text, region="US"), judge_website(text))
    assert tuple(next((c for c in v.codes if c[1] == "1"), "") for v in verdicts) == (email, phone, website)
