"""Laws that every judge keeps, whatever the text."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.kinds.blanks import DEFAULT_PLACEHOLDERS, is_blank, judge_blank, remove_invisible
from schemas.kinds.choices import choice_judge
from schemas.kinds.dates import judge_date
from schemas.kinds.emails import judge_email
from schemas.kinds.phones import judge_phone
from schemas.kinds.places import judge_country, judge_state
from schemas.kinds.texts import judge_text
from schemas.kinds.websites import judge_website
from schemas.rules import cells, dates, emails, phones, places, texts, websites
from schemas.rules.rule import Severity
from schemas.verdicts import Verdict

Judge = Callable[[str], Verdict]

JUDGES: dict[str, Judge] = {
    "email": judge_email,
    "phone-US": lambda text: judge_phone(text, region="US"),
    "phone-DE": lambda text: judge_phone(text, region="DE"),
    "phone-AR": lambda text: judge_phone(text, region="AR"),
    "phone-strict": lambda text: judge_phone(text, region="GB", strict=True),
    "phone-international": lambda text: judge_phone(text, region="US", form="international"),
    "phone-rfc3966": lambda text: judge_phone(text, region="IT", form="rfc3966"),
    "phone-nowhere": lambda text: judge_phone(text, region=None),
    "website": judge_website,
    "text": lambda text: judge_text(text, max_length=40),
    "text-flat": lambda text: judge_text(text, max_length=None, flatten=True),
    "choice-closed": choice_judge(["Mr.", "Web / Other"], closed=True, flatten=True),
    "choice-open": choice_judge(["Mr.", "Web / Other"], closed=False, max_length=40),
    "date": judge_date,
    "date-day-first": lambda text: judge_date(text, order="day-first"),
    "country": judge_country,
    "country-name": lambda text: judge_country(text, form="name"),
    "country-alpha2": lambda text: judge_country(text, form="alpha2"),
    "country-alpha3": lambda text: judge_country(text, form="alpha3"),
    "state-US": lambda text: judge_state(text, country="US", form="name"),
    "state-CA": lambda text: judge_state(text, country="CA", form="code"),
    "state-nowhere": lambda text: judge_state(text, country=None, form="name"),
}
RULES = {rule.code: rule for part in (cells, emails, phones, websites, texts, dates, places) for rule in part.RULES}
REPAIRS = {code for code, rule in RULES.items() if rule.changes}

PIECES = [
    *("norm@acme.com", "Norm@ACME.com", "ann@", "@acme.com", "mailto:", "E-Mail: ", "Norm <", ">", ";", ", ", "'", '"'),
    *("(202) 222-1234", "444) 444-1234", "+44 20 7946 0018", "030 1234567", "+54 9 11 2345-6789", "011 15-2345-6789"),
    *(" x12", " ext. 45", "#7", ".0", "E+09", "/", " / ", "/x3", " or ", " (cell)", "fax", "1-800-FLOWERS", "+", "00"),
    *("+49 00 30 1234567", "\uff08", "\uff09", "\uff0b1", "\u2013", "0", "00", "15", "7", "55", "123", "(", ")", "-"),
    *("http://", "HTTPS://", "www.acme.com", "acme.com", ":80", ":8080/x", "/a b", "?q=1", "#top", "\\", "//", "ftp:"),
    *("xn--mnchen-3ya.de", "münchen.de", "exämple.com", "127.0.0.1", "[::1]", "localhost", "a_b.com", "..", ".", "%41"),
    *(
        " ",
        "\t",
        "\n",
        "\r\n",
        "\x00",
        "\x1f",
        "\x85",
        "\xa0",
        "\u200b",
        "\u200d",
        "\u200c",
        "\ufeff",
        "\u2028",
        "\u3000",
    ),
    *("e\u0301", "\u0301", "é", "ß", "İ", "ﬁ", "\u212b", "نه", "❤\ufe0f", "👩", "\U0001f3f4\U000e0067\U000e007f", "名"),
    *(
        "3",
        "/",
        "04/2025",
        "Apr",
        "2025-04-03",
        "T17:30",
        "45750",
        " de ",
        "Mr",
        "web",
        "other",
        ".",
        "Deutschland",
        "NA",
    ),
    *("Namibia", "USA", "CZ", "Czech Republic", "Ontario", "Québec", "N.Y.", "California", "=", "co"),
    *("N/A", "(blank)", "-", "null", "\udce9", "\ud800", "Smith", "O'Neil", "&", "|", "@", "５", "٣"),
]
texts_of_pieces = st.lists(st.sampled_from(PIECES), max_size=7).map("".join)
telling = st.text(alphabet="0123456789+-() ./,;xX#@:acmeo\u200b\u200d\u0301\n\udc80é", max_size=40)
any_text = st.one_of(texts_of_pieces, telling, st.text(max_size=60))


@pytest.mark.parametrize("name", JUDGES)
@settings(max_examples=150, deadline=None)
@given(text=any_text)
@example(text="https:")
@example(text="+")
@example(text="ﷺ@ﷺ.com")
def test_a_verdict_is_total_lawful_and_final(name: str, text: str) -> None:
    """No text raises; a refusal is exactly one error, an acceptance has none, and judging the value again agrees."""
    judge = JUDGES[name]
    verdict = judge(text)
    severities = [RULES[code].severity for code in verdict.codes]
    assert len(set(verdict.codes)) == len(verdict.codes)
    if Severity.ERROR in severities:
        assert verdict.value is None
        assert len(verdict.codes) == 1
        return
    if verdict.value is None:
        assert verdict.codes in ((), ("C002",), ("C003",))
        assert (verdict.codes == ()) == (text == "")
        return
    changes = [severity is Severity.CHANGE for severity in severities]
    assert changes == sorted(changes, reverse=True), "changes come before findings"
    assert (verdict.value != text) == any(code in REPAIRS for code in verdict.codes)
    assert verdict.value == verdict.value.strip() != ""
    again = judge(verdict.value)
    assert again.value == verdict.value
    assert not REPAIRS.intersection(again.codes)
    assert set(again.codes) <= set(verdict.codes)


@settings(max_examples=200, deadline=None)
@given(text=any_text)
def test_all_kinds_agree_on_what_is_blank(text: str) -> None:
    """A cell is blank for one kind exactly if it is for all; other kinds than text may only find a hidden one."""
    blank = judge_blank(text)
    assert is_blank(text, DEFAULT_PLACEHOLDERS) == (blank is not None)
    if blank is not None:
        assert {judge(text) for judge in JUDGES.values()} == {blank}


@settings(max_examples=300, deadline=None)
@given(text=any_text)
def test_removing_the_invisible_only_removes(text: str) -> None:
    """What is left is what was there, in its order, and nothing that parts words is lost."""
    kept = remove_invisible(text)
    rest = iter(text)
    assert all(letter in rest for letter in kept)
    assert [letter for letter in kept if letter.isspace()] == [letter for letter in text if letter.isspace()]


@pytest.mark.parametrize("placeholder", ["NoEmail@ACME.com", "+12025550123", "http://none.acme.com", "Unknown"])
def test_own_placeholders_count_in_every_spelling(placeholder: str) -> None:
    """A placeholder that only appears once a value is formatted still counts as one."""
    own = frozenset({placeholder.casefold()})
    spellings = {
        "NoEmail@ACME.com": lambda: judge_email("mailto:noemail@acme.com;", placeholders=own),
        "+12025550123": lambda: judge_phone("(202) 555-0123", region="US", placeholders=own),
        "http://none.acme.com": lambda: judge_website("HTTP:\\\\none.acme.com:80", placeholders=own),
        "Unknown": lambda: judge_text("UN\u200bKNOWN" + "\u200b" * 2000, max_length=None, placeholders=own),
    }
    assert spellings[placeholder]() == Verdict(None, ("C003",))


SHAPES = [
    "a.",
    "a\u200b",
    "é",
    " ",
    "\u200b",
    "a@b.c,",
    "1",
    "1 ",
    "<",
    "(",
    "http://",
    "@",
    "\n",
    "\x00",
    "\udc80",
    "e\u0301",
]


@pytest.mark.parametrize(
    "name", ["email", "phone-US", "website", "text", "choice-open", "date", "country-name", "state-US"]
)
@pytest.mark.parametrize("size", [250, 1_000, 2_083, 1_000_000])
def test_hostile_cells_take_no_time(name: str, size: int) -> None:
    """No shape of cell up to a megabyte takes long: half a second is five times what is promised of a quiet machine."""
    for shape in SHAPES:
        cell = shape * (size // len(shape.encode("utf-8", "surrogatepass")))
        started = time.process_time()
        JUDGES[name](cell)
        assert time.process_time() - started < 0.5, repr(shape)
