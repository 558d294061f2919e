"""One table per rule: cells that break it, and neighbours that do not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import schemas.kinds.blanks
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

RULES = {rule.code: rule for part in (cells, emails, phones, websites, texts, dates, places) for rule in part.RULES}

OWNERS = {"C004", "C101", "C103", "E208"}
"""Given by policies, required fields and mappings, not by a judge."""


def judge(code: str, text: str) -> Verdict:
    """Return the verdict of the kind whose letter a code begins with."""
    match code[0]:
        case "E":
            return judge_email(text)
        case "P":
            return judge_phone(text, region="US", strict=code == "P108")
        case "W":
            return judge_website(text)
        case "D":
            return judge_date(text)
        case "L" if code in ("L001", "L201"):
            return judge_country(text, form="name")
        case "L":
            return judge_state(text, country="US", form="name")
        case _ if code in ("T003", "T103", "T202"):
            return choice_judge(["Mr.", "Mrs.", "none", "Web / Other"], closed=code == "T103")(text)
        case _:
            return judge_text(text, max_length=20, flatten=True)


# code: (cells that break the rule, cells that do not)
TABLE: dict[str, tuple[list[str], list[str]]] = {
    "C001": ([" Norm", "Norm\u00a0", "\tNorm\r\n"], ["Norm", "Norm Smith", "  "]),
    "C002": ([" ", "\u00a0\t", "\u200b", "\ufeff \u200b", "\x00"], ["", ".", "a"]),
    "C003": (["N/A", " (Blank) ", "NULL", "none", "-", "--", ".", "#n/a", "n/a\u200b"], ["", "Nonesuch", "---", "NA"]),
    "T001": (
        ["Zoe\u0308", "Mu\u200bller", "a\tb", "a\x07b", "\u202enorm", "a\u00adb"],
        ["Zoë", "نه\u200cه", "👩\u200d💻", "a\nb"],
    ),
    "T002": (["Acme\nPublishing", "a\r\n\r\nb", "a\u2028b"], ["Acme Publishing", "Acme\n", "a\vb"]),
    "T201": (
        ["=1+1", ' =HYPERLINK("x")', "@SUM(A1)", "-2+cmd|x!A0", "+A1!B"],
        ["+1 (202) 555-0101", "-Anna-", "@handle", "-12.5", "(x)", "a=b", "+49"],
    ),
    "T101": (["x" * 21, "é" * 21], ["x" * 20, " " * 9 + "x" * 20, "e\u0301" * 20, "x\u200b" * 20]),
    "T003": (["mr", "MRS .", "web/other", " mr. ", "NONE"], ["Mr.", " Mr.", "none", "Herr", "N/A"]),
    "T103": (["Herr", "M.", "Mr. Mrs.", "+"], ["Mr", "mrs", "none", "", "N/A"]),
    "T202": (["Herr", "M.", "+"], ["Mr", "none", "N/A"]),
    "D001": (
        [
            "3 April 2025",
            "3. Apr. 2025",
            "3rd of April 2025",
            "April 3, 2025",
            "Apr-3-2025",
            "3-Apr-2025",
            "3 avril 2025",
            "1er août 2025",
            "3 de abril de 2025",
            "3. Jänner 2025",
            "2025/04/03",
            "2025.4.3",
            "20250403",
            "2025-Apr-03",
            "13/04/2025",
            "04/13/2025",
            "5/5/2025",
            "31.12.2025",
            "2025-04-03T00:00:00Z",
            "2025-04-03 00:00:00.000",
            "2025-04-03 12:00:00 AM",
        ],
        ["2025-04-03", " 2025-04-03 ", "03/04/2025", "2025-04-03T17:30"],
    ),
    "D101": (
        [
            "next spring",
            "2025",
            "2025-04",
            "April 2025",
            "13042025",
            "1743638400",
            "3 Foo 2025",
            "2025-04-03T25:00",
            "2025-04-03 10:61",
            "=TODAY()",
            "3/4-2025",
            "2025-04-03 and more",
            "x" * 100,
        ],
        ["2025-04-03", "3 Apr 25", "45750", ""],
    ),
    "D102": (["03/04/2025", "3.4.2025", "12-11-1999", "01/02/2025 10:30"], ["13/04/2025", "04/04/2025", "2025-04-03"]),
    "D103": (
        [
            "2025-02-30",
            "29/02/2025",
            "2025-13-01",
            "31 April 2025",
            "00/00/2025",
            "1900-01-00",
            "0001-01-01",
            "32/13/2025",
        ],
        ["2024-02-29", "29.02.2024", "30 April 2025"],
    ),
    "D104": (["45750", "45750.0", "45750,5", " 36526 "], ["4575", "457500", "45750-1"]),
    "D105": (["3 Apr 25", "03/04/25", "25-04-03", "31.12.99", "April 3, '25"], ["3 Apr 2025", "31.12.1999"]),
    "D201": (
        [
            "2025-04-03T17:30:00Z",
            "2025-04-03 17:30",
            "13/04/2025 5:30 PM",
            "3 Apr 2025, 12:00 PM",
            "2025-04-03 00:00:01",
        ],
        ["2025-04-03 00:00", "2025-04-03T00:00:00+02:00", "2025-04-03 12:00 AM", "2025-04-03"],
    ),
    "L001": (
        [
            *("Deutschland", "DE", "deu", "USA", "U.S.A.", "United States of America", "UK", "England", "Holland"),
            *(
                "Royaume-Uni",
                "España",
                "Brasil",
                "Österreich",
                "GERMANY",
                "CZ",
                "Russland",
                "Côte d'ivoire",
                "Viêt Nam",
            ),
        ],
        ["Germany", "United States", "Czech Republic", "Kosovo", "Germny", "NA", "c/o", "Korea", "Cote d'Ivoire"],
    ),
    "L002": (
        ["CA", "ca", "california", "US-CA", "N.Y.", "Washington, D.C.", "PUERTO RICO"],
        ["California", "AE", "Ontario", "Calif", ""],
    ),
    "L201": (
        ["Germny", "Korea", "NA", "c/o", "Atlantis", "12"],
        ["Germany", "Deutschland", "Namibia", "NAM", "UK", "N/A"],
    ),
    "L202": (["Ontario", "Calif", "NSW", "12"], ["CA", "California", "AE", "Armed Forces Europe", "PR", "N/A"]),
    "T102": (["Andr\udce9", "\ud800"], ["André", "Andr\ufffd"]),
    "E001": (
        ["Norm@ACME.com", "INFO@acme.com", "jose@xn--exmple-cua.com", "e\u0301@acme.com", "norm@acme。com"],
        ["Norm@acme.com", "norm@exämple.com", "O'Neil@acme.com"],
    ),
    "E101": (["norm.acme.com", "Norm Smith", "norm＠acme.com", "acme.com"], ["norm@acme.com", "@acme.com"]),
    "E102": (
        [
            "norm@acme",
            "norm@acme,com",
            "norm@-acme.com",
            "norm@acme..com",
            "norm@",
            "a@b@acme.com",
            "a@[127.0.0.1]",
            "n@a_b.com",
        ],
        ["norm@acme.co", "norm@a-b.com", "norm@acme.com,"],
    ),
    "E103": (
        [
            "norm smith@acme.com",
            "@acme.com",
            ".norm@acme.com",
            "norm.@acme.com",
            "a..b@acme.com",
            '"a b"@acme.com',
            "a(b@acme.com",
        ],
        ["norm.smith@acme.com", "norm+list@acme.com", "x" * 65 + "@acme.com"],
    ),
    "E104": (
        ["norm@acme.local", "norm@localhost", "a@x.TEST", "a@b.onion"],
        ["a@example.com", "a@local.com", "a@my_x.test"],
    ),
    "E105": (["n" * 250 + "@acme.com", "é" * 123 + "@acme.com", "x" * 2_000], ["n" * 245 + "@acme.com"]),
    "E106": (
        [
            "a@x.com, b@y.com",
            "a@x.com;b@y.com",
            "a@x.com b@y.com",
            "a@x.com <b@y.com>",
            "a@x.com / b@y.com",
            "a@x.com\nb@y.com",
            "a@x.com; " * 300,
        ],
        ["a@x.com;", "a@x.com <A@x.com>", "a@b@x.com", "a/b@x.com"],
    ),
    "E107": ([], ["norm@acme.com"]),
    "E108": (
        ["http://www.acme.com", "www.acme.com", "HTTPS://acme.com/@norm", "acme.com/norm", "http://norm@acme.com"],
        ["norm@www.acme.com", "acme.com", "www.norm@acme.com"],
    ),
    "E109": (
        ["(202) 555-0123", "+49 30 12345", "2025550123", "202-555-0123;"],
        ["555-0123", "2024-01-31", "192.168.100.200", "202-555-0123 x12", "1" * 16],
    ),
    "E201": (
        ["mailto:norm@acme.com", "MAILTO: norm@acme.com?subject=Hi", "E-Mail: norm@acme.com", "smtp:norm@acme.com"],
        ["mail@acme.com", "mailto:norm@acme", "mailto:%FF@acme.com"],
    ),
    "E202": (
        [
            "norm@acme.com;",
            "norm@acme.com,",
            "norm@acme.com.",
            "<norm@acme.com>",
            '"norm@acme.com"',
            "'norm@acme.com'",
            "norm@acme.com>",
        ],
        ["norm@acme.com", "'norm@acme.com", '"norm"@acme.com', ".norm@acme.com"],
    ),
    "E203": (
        ["norm@acme.com\u200b", "\ufeffnorm@acme.com", "no\u00adrm@acme.com", "norm@acme.com\x00"],
        ["norm @acme.com", "n\torm@acme.com"],
    ),
    "E204": (
        [
            "Norm <norm@acme.com>",
            '"Smith, Norm" <norm@acme.com>',
            "norm@acme.com <norm@acme.com>",
            "norm@acme.com (Norm)",
        ],
        ["<norm@acme.com>", "ann@acme.com <norm@acme.com>", "Norm norm@acme.com", "norm@acme.com (ann@acme.com)"],
    ),
    "P001": (
        [
            "(202) 222-1234",
            "202.222.1234",
            "1-800-FLOWERS",
            "+1 202 222 1234",
            "２０２２２２１２３４",
            "202-555-0123 ext. 12",
        ],
        ["+12022221234", "+12025550123 x12", "444) 444-1234"],
    ),
    "P101": (
        [
            "call me",
            "norm@acme",
            "ftp://acme.com/2025550123",
            "202-5a5-50123",
            "x",
            "+",
            "202\t555 0123",
        ],
        ["202-555-0123"],
    ),
    "P102": (["202-222-123", "12", "202 555"], ["2022221234"]),
    "P103": (
        ["33490564831", "202-555-01234", "1" * 251, "202-555-0123 ext. 2025550199"],
        ["2025550123 ext. 123456789"],
    ),
    "P104": (["222-1234", "222-1234 fax", "310-1234"], ["202-222-1234"]),
    "P105": (["+61 2 98765 54321"], ["+44 20 7946 0018"]),
    "P106": (["+999 123 4567", "+0 123 4567"], ["+1 202 222 1234"]),
    "P107": (["2.02E+09", "3,33333E9", "2e10", "+2.02e+09"], ["2022221234", "2.02"]),
    "P108": (["(555) 555-1234", "(868) 888-1234"], ["(202) 222-1234"]),
    "P109": (
        ["norm@acme.com", "mailto:norm@acme.com", "5550123@acme.com"],
        ["norm@acme", "202-555-0123 norm@acme.com"],
    ),
    "P110": (
        ["http://acme.com/2025550123", "www.acme.com", "HTTPS://ACME.com"],
        ["acme.com", "ftp://acme.com", "www. 202-555-0123"],
    ),
    "P201": (["(555) 555-1234", "(868) 888-1234", "444) 444-1234", "+15555551234"], ["(202) 222-1234", "222-1234"]),
    "P202": (
        ["+44 20 7183 8750", "+1 868 622 1234", "011 44 20 7183 8750", "+800 1234 5678"],
        ["+1 202 222 1234", "800-555-0199", "(868) 888-1234"],
    ),
    "P203": (
        [
            "444) 444-1234",
            "((202)) 222-1234",
            "++12022221234",
            "'2022221234",
            "202*222*1234",
            "\u202a+12022221234\u202c",
            "[202] 222-1234",
            "202-222-1234/x12",
            "202-222-1234_",
        ],
        [
            "(202) 222-1234",
            "+1 (202) 222/1234",
            "202 222 1234 #7",
            "202 222 1234,,7",
            "202–222–1234",
            "（202）222－1234",
        ],
    ),
    "P204": (
        [
            "(202) 222-1234 (cell)",
            "Tel: 202-222-1234",
            "2022221234 ask for Bob",
            "202-222-1234 x12 (home, evenings)",
            "c 2022221234",
        ],
        ["1-800-FLOWERS", "202-222-1234 ext 12", "222-1234 cell", "202-222-1234 extension 12"],
    ),
    "P205": (["2022221234.0", "12022221234.00", "2022221234,0"], ["202.222.1234", "2022221234."]),
    "P206": (
        [
            "202-555-0123, 202-555-0199",
            "202-555-0123/202-555-0199",
            "(202) 555-0123 or (202) 555-0199",
            "2025550123;2025550199",
            "Home 202-555-0123 Cell 202-555-0199",
            "2025550123, 5550199",
            "(530) 583-6985 x302/x2303",
            "2025550123\n2025550199",
        ],
        ["202-555-0123, 12", "202/555-0123", "202-555-0123 / 0199", "222-1234, 202-555-0199"],
    ),
    "W001": (
        [
            "HTTP://WWW.Acme.com:80/about us",
            "http://ACME.com",
            "http://münchen.de",
            "http:acme.com",
            "http://acme.com/a/../b",
            "acme.com:",
        ],
        ["http://www.acme.com", "http://acme.com/", "http://acme.com?x=1", "http://acme.com/%7Enorm", "www.acme.com"],
    ),
    "W002": (
        ["www.acme.com", "acme.com:80/x", "//acme.com/x", "acme.com?x"],
        ["http://acme.com", "HTTP:acme.com", "acme"],
    ),
    "W101": (
        ["Acme Inc", "http://", "/about", "http://acme.com/a\nb", "http://ac\tme.com", "?x", "https:///", "#"],
        ["acme.com"],
    ),
    "W102": (
        ["ftp://ftp.acme.com", "javascript:alert(1)", "file:///etc/passwd", "a.com://x"],
        ["acme.com:80", "http:acme.com"],
    ),
    "W103": (
        ["http://192.0.2.1/", "http://[::1]/", "0x7f.1", "http://2130706433", "192.0.2.1:80"],
        ["http://192.0.2.1.acme.com"],
    ),
    "W104": (["http://intranet", "localhost:8080", "acme", "https//acme.com"], ["intra.net"]),
    "W105": (
        ["http://norm@acme.com/", "https://norm:pw@acme.com", "http://@acme.com", "norm@acme.com/x"],
        ["http://acme.com/@norm"],
    ),
    "W106": (["norm@acme.com", "mailto:norm@acme.com"], ["http://norm@acme.com", "medium.com/@norm"]),
    "W107": (["http://acme.com/" + "x" * 2_068, "http://acme.com/" + "é" * 500], ["http://acme.com/" + "x" * 2_067]),
    "W108": (
        [
            "http://acme_data.com",
            "http://acme..com",
            "http://-acme.com",
            "acme,com",
            "http://acme.c",
            "http://acme.com:99999",
            "http://a.com./x",
            "http://" + "a" * 64 + ".com",
            "http://" + "a." * 130 + "com",
        ],
        ["http://acme-data.com", "http://" + "a" * 63 + ".com", "http://xn--mnchen-3ya.de"],
    ),
    "W109": (
        ["www.acme.com, www.acmedata.com", "http://a.com/ http://b.com", "http://a.com\nhttp://b.com", "a.com b.com"],
        ["http://acme.com/a,b"],
    ),
    "W110": (
        ["(202) 555-0123", "+49 30 12345", "2025550123", "202.555.0123"],
        ["555-0123", "2024-01-31", "192.168.100.200", "http://2025550123"],
    ),
    "W201": (
        ["<http://www.acme.com>;", "www.acme.com,", '"acme.com"', "acme.com.", "(acme.com)"],
        ["http://acme.com/;", "acme.com", "acme;"],
    ),
    "W202": (["http://www.acme.com/\u200b", "\ufeffacme.com", "ac\u00adme.com"], ["http://acme.com/é", "ac\u200b me"]),
}


@pytest.mark.parametrize("code", TABLE)
def test_a_rule_finds_what_it_says_and_nothing_else(code: str) -> None:
    """Each offending cell gets the code, its neighbours do not, and an error leaves no value."""
    offending, harmless = TABLE[code]
    for text in offending:
        verdict = judge(code, text)
        assert code in verdict.codes, (text, verdict)
        assert (verdict.value is None) == (RULES[code].severity is Severity.ERROR or code in ("C002", "C003"))
    for text in harmless:
        assert code not in judge(code, text).codes, (text, judge(code, text))


def test_the_table_and_the_catalogue_name_the_same_rules() -> None:
    """No rule of the kinds is without a table."""
    assert set(TABLE) | OWNERS == set(RULES)


def test_every_code_in_the_judges_stands_in_the_catalogue() -> None:
    """A code that a judge could give has a rule, and every rule of a kind is used by a judge."""
    folder = Path(schemas.kinds.blanks.__file__).parent
    used = {
        code
        for path in folder.glob("*.py")
        if path.stem
        in {"blanks", "emails", "phones", "phone_readers", "websites", "texts", "choices", "dates", "places"}
        for code in re.findall(r'"([CEPWTDL]\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert used == set(RULES) - OWNERS


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_rules_example_breaks_it(code: str) -> None:
    """Where a rule's example is a cell and not a description, the judge finds the rule in it."""
    described = {"C004", "C101", "C103", "E208", "E105", "E107", "T101", "T102", "P103", "P202", "W107"}
    if code in described:
        return
    assert code in judge(code, RULES[code].example).codes


def test_rules_have_short_names_and_whole_sentences() -> None:
    """Names are kebab-case and unique; what a rule finds, why and the repair are sentences."""
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
    for rule in RULES.values():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)
        assert rule.message[0].islower() or rule.message.startswith("https")
        assert not rule.message.endswith(".")
        assert all(part.endswith(".") for part in (rule.finds, rule.why, rule.repair, rule.source)), rule.code


SAMPLE = [
    ("(333) 333-1234", "+13333331234", ("P001", "P201")),
    ("444) 444-1234", "+14444441234", ("P203", "P201")),
    ("(555) 555-1234", "+15555551234", ("P001", "P201")),
    ("(656) 656-1234", "+16566561234", ("P001",)),
    ("(202) 222-1234", "+12022221234", ("P001",)),
    ("(303) 928-2134", "+13039282134", ("P001",)),
    ("(868) 888-1234", "+18688881234", ("P001", "P201")),
    ("(227) 299-1234", "+12272991234", ("P001",)),
]


@pytest.mark.parametrize(("text", "value", "codes"), SAMPLE)
def test_the_phones_of_the_sample(text: str, value: str, codes: tuple[str, ...]) -> None:
    """The eight numbers of the sample list: all possible, half of them assigned."""
    assert judge_phone(text, region="US") == Verdict(value, codes)
    assigned = "P201" not in codes
    strict = judge_phone(text, region="US", strict=True)
    assert strict == (Verdict(value, codes) if assigned else Verdict(None, ("P108",)))


@pytest.mark.parametrize(
    ("region", "text", "value", "codes"),
    [
        # What the library alone would do to each stands behind it.
        ("DE", "0301234567 Meier", "+49301234567", ("P204",)),  # dials the name
        ("DE", "030 12345 / 030 54321", "+493012345", ("P206",)),  # one number of 14 digits
        ("DE", "+49 00 30 1234567", "+49301234567", ("P203",)),  # another number at the second reading
        ("DE", "030/1234567", "+49301234567", ("P001",)),
        ("DE", "49301234567.0", "+49301234567", ("P205",)),  # dials the zero
        ("US", "555-1234 fax", None, ("P104",)),  # dials the word: ten digits
        ("US", "202-555-0123/x12", "+12025550123 x12", ("P203",)),  # drops the extension
        ("US", "2025550123;2025550199", "+12025550123", ("P206",)),  # an extension of ten digits
        ("US", "1.2025550123E10", None, ("P107",)),
        ("BR", "0xx11 2222-3333", "+551122223333", ("P204",)),
        ("IT", "02 4851 2345", "+390248512345", ("P001",)),
        (None, "(202) 222-1234", None, ("P106",)),
        (None, "+1 (202) 222-1234", "+12022221234", ("P001",)),
        ("US", "\u200bHome 202-555-0123 Cell 202-555-0199", "+12025550123", ("P206",)),
        ("US", " 202-555-0123 (cell ", "+12025550123", ("C001", "P204")),
    ],
)
def test_phones_that_the_library_would_misread(
    region: str | None, text: str, value: str | None, codes: tuple[str, ...]
) -> None:
    """No letter is dialled, no second number joined, no extension dropped without a finding."""
    assert judge_phone(text, region=region) == Verdict(value, codes)


def test_phone_forms_hold_number_and_extension() -> None:
    """Each form writes the extension in its own way, and an unknown form is the caller's mistake."""
    text = "(202) 555-0123 ext. 12"
    assert judge_phone(text, region="US").value == "+12025550123 x12"
    assert judge_phone(text, region="US", form="international").value == "+1 202-555-0123 ext. 12"
    assert judge_phone(text, region="US", form="rfc3966").value == "tel:+1-202-555-0123;ext=12"
    extended = judge_phone("123123 x1200123", region="IT", form="rfc3966").value
    assert extended == "tel:+39-123123;ext=1200123"
    assert judge_phone(extended, region="IT", form="rfc3966").value == extended
    with pytest.raises(KeyError):
        judge_phone(text, region="US", form="national")  # type: ignore[arg-type]


def test_orders_of_codes() -> None:
    """Changes come first, then repairs in the order they were made, then what is to be known."""
    assert judge_email(" <mailto:Norm@ACME.com>; ") == Verdict("Norm@acme.com", ("C001", "E001", "E202", "E201"))
    assert judge_website(" WWW.acme.com\u200b. ") == Verdict(
        "https://www.acme.com", ("C001", "W002", "W001", "W202", "W201")
    )
    assert judge_text(" e\u0301\nx ", max_length=None, flatten=True) == Verdict("é x", ("C001", "T001", "T002"))
