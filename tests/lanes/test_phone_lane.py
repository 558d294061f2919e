"""The lane of phones says what the judge says, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneMetadata

from schemas.kinds.phones import judge_phone
from schemas.lanes import phone_regions, phone_texts, phones, plans, shapes, stretches
from schemas.lanes.cells import column_of
from schemas.lanes.deciding import UNDECIDED, Lane
from schemas.lanes.phone_texts import PlanReader
from schemas.lanes.phones import phone_lane
from schemas.lanes.plans import CODES, Code, Plans, descriptions_of, without_groups
from schemas.lanes.shapes import NO_REGION, Shapes
from schemas.lanes.spans import Meant, spans_of
from schemas.rules import BY_CODE
from schemas.specs import PhoneForm
from schemas.verdicts import Verdict
from tests.lanes.comparing import compare, compare_many, decided_by
from tests.lanes.kinds import KINDS
from tests.lanes.phone_values import (
    GARBAGE,
    HARD,
    REGIONS,
    american_phone,
    american_phones,
    examples,
    foreign_phone,
    phone_value,
    realistic_phone,
)


def compare_phones(texts: list[str], region: str | None, strict: bool = False) -> int:
    lane = phone_lane(region, strict, "e164")
    return compare(lane, lambda text: judge_phone(text, region=region, strict=strict), texts)


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Let nothing be known of number plans, before and after."""
    known = (Code.of, plans.code_of, stretches.stretches, phones._region_of)
    for one in known:
        one.cache_clear()
    yield
    for one in known:
        one.cache_clear()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("phone")])
def test_the_lane_says_what_the_judge_says(kind: str) -> None:
    """On mutated texts, for every region that is usual and for none, strict or not."""
    assert compare_many(KINDS[kind], 2_000, seed=1) > 900


@pytest.mark.parametrize("region", REGIONS)
def test_numbers_of_every_calling_code(region: str | None) -> None:
    """Example numbers of every region with other last digits, in every spelling, from every point of view."""
    random = Random(3)
    assert compare_phones([foreign_phone(random) for _ in range(1_000)], region, strict=region == "FR") > 780


@pytest.mark.parametrize("region", ["AG", "SM", "MG", "LT", "BY", "KR", "CO", "FI", "AU", "NF", "RU", "KZ", "CN", "SG"])
def test_regions_with_rules_of_their_own(region: str) -> None:
    """Area codes that are added, carrier codes, several national prefixes, exit codes of many kinds."""
    random = Random(4)
    code = str(phonenumbers.country_code_for_region(region))
    own = [text for text in examples() if code in text[:6]]
    texts = [phone_value(random) for _ in range(200)] + [random.choice(own)[:-1] + "7" for _ in range(200)]
    assert compare_phones(texts, region) > 200


def expected_american(text: str, region: str | None) -> Verdict:
    """Return the verdict of ten digits of the plan by the library's word on the number alone."""
    digits = "".join(letter for letter in text.partition("x")[0] if letter.isdecimal())[-10:]
    number = phonenumbers.PhoneNumber(country_code=1, national_number=int(digits))
    of_region = phonenumbers.region_code_for_number(number)
    assigned = of_region is not None and phonenumbers.is_valid_number_for_region(number, of_region)
    findings = () if assigned and of_region == region else ("P202",) if assigned else ("P201",)
    return Verdict(f"+1{digits}", ("P001", *findings))


def test_six_digits_of_the_north_american_plan() -> None:
    """A seeded tenth of all of them, with random digits behind: what the table says is what the library says."""
    random = Random(5)
    prefixes = random.sample(range(200_000, 1_000_000), 80_000)
    texts = [f"{prefix}{random.randrange(10_000):04}" for prefix in prefixes]
    for text, found in zip(texts, decided_by(phone_lane("US", False, "e164"), texts), strict=True):
        assert found == expected_american(text, "US"), text


def test_north_american_numbers_in_all_spellings() -> None:
    """Among many, from within the plan and from outside."""
    random = Random(6)
    prefixes = random.choices(range(200_000, 1_000_000), k=1_500)
    texts = [*american_phones(random, prefixes), *(american_phone(random, 876, 606) for _ in range(100))]
    for region in ("US", "CA", "AG", "GB"):
        assert compare_phones(texts, region) == len(texts) if region != "GB" else compare_phones(texts, region) > 300


def region_of(code: int, national: str) -> str | None:
    zeros = len(national) - len(national.lstrip("0"))
    number = phonenumbers.PhoneNumber(
        country_code=code,
        national_number=int(national),
        italian_leading_zero=True if zeros else None,
        number_of_leading_zeros=zeros if zeros > 1 else None,
    )
    return phonenumbers.region_code_for_number(number) if phonenumbers.is_valid_number(number) else None


def test_shapes_of_every_calling_code() -> None:
    """Every length of every plan: they say of random numbers what the plans' own patterns say of each."""
    random = Random(14)
    for digits_of_code in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE):
        code = Code.of(str(digits_of_code))
        for digits in code.main.lengths if len(code.regions) > 1 else random.sample(code.main.lengths, 1):
            found = Shapes(code, digits)
            borders = random.sample(found.begins.tolist(), min(len(found.begins), 40))
            numbers = [random.randrange(1, 10**digits) for _ in range(20)]
            numbers += [min(max(border + aside, 1), 10**digits - 1) for border in borders for aside in (-1, 0)]
            places = found.places[np.searchsorted(found.begins, numbers, side="right") - 1]
            told = [None if not place else found.regions[place - 1] for place in places.tolist()]
            assert told == [region_of(digits_of_code, f"{number:0{digits}}") for number in numbers], (code, digits)


def test_few_realistic_cells_are_left_to_the_library() -> None:
    """At most two in a thousand."""
    random = Random(9)
    texts = [realistic_phone(random) for _ in range(60_000)]
    assert decided_by(phone_lane("US", False, "e164"), texts).count(None) <= len(texts) * 0.002


def test_a_column_of_wrong_phones_is_decided_as_well() -> None:
    """Too short, too long, without an area code, letters only, damaged by a spreadsheet, an address instead."""
    random = Random(10)
    wrong = [
        lambda: str(random.randrange(2 * 10**6, 10**7)),
        lambda: f"{random.randrange(200, 1000)}-{random.randrange(100)}",
        lambda: f"({random.randrange(200, 1000)}) {random.randrange(200, 1000)}-{random.randrange(10**5):05}",
        lambda: random.choice(("ask Norm", "unknown", "no phone", "none yet", "?", "TBD")),
        lambda: f"{random.randrange(10)}.{random.randrange(10**5)}E+{random.randrange(8, 12):02}",
        lambda: f"norm{random.randrange(1000)}@acme.com",
        lambda: f"+{random.randrange(10**17, 10**18)}",
    ]
    texts = [random.choice(wrong)() for _ in range(3_000)]
    assert compare_phones(texts, "US") > 2_950


@pytest.mark.parametrize("region", ["US", "DE", None])
def test_any_split_into_batches_says_the_same(region: str | None) -> None:
    """A cell's verdict does not depend on its neighbours, but for what is left to the judge."""
    random = Random(11)
    texts = [phone_value(random) if random.random() < 0.3 else realistic_phone(random) for _ in range(24_000)]
    lane = phone_lane(region, False, "e164")
    parts = [found for at in range(0, 3_000, 7) for found in decided_by(lane, texts[at : at + 7])]
    alone = [found for text in texts[:100] for found in decided_by(lane, [text])]
    whole = decided_by(lane, texts)
    assert parts[:3_000] == whole[:3_000]
    assert alone == whole[:100]


def test_no_other_form_and_no_unknown_region_is_decided() -> None:
    """They are the judge's."""
    forms: list[PhoneForm] = ["international", "rfc3966"]
    lanes: list[Lane] = [*(phone_lane("US", False, form) for form in forms), phone_lane("us", False, "e164")]
    for lane in lanes:
        assert decided_by(lane, ["(202) 222-1234", "call me", "+44 20 7946 0018"]) == [None] * 3


# What is tricky, by rule: what the lane must decide, in the regions named.
NAMED: dict[str, tuple[str, list[str]]] = {
    "junk of the alphabet at both ends is harmless": (
        "US",
        ["444) 444-1234", "(202) 222-1234-", "/202 222.1234.", ")1 202 222 1234("],
    ),
    "eleven digits with 1 before": ("US", ["12022221234", "+12022221234", "1-202-222-1234", "+1 202 222 1234"]),
    "any other count is wrong": (
        "US",
        ["202 222 123", "202 222 12345", "202-222-1234567890", "22", "222", "222222222222"],
    ),
    "seven digits lack their area code": ("US", ["222-1234", "310-1234", "3101234", "+1 310 1234", "+1 222 1234"]),
    "in Canada 310 is whole, and still local": ("CA", ["310-1234", "3101234", "+1 310 1234", "222-1234"]),
    "some regions add the area code": ("AG", ["460-1234", "4601234", "268 460 1234", "1 460 1234", "202 222 1234"]),
    "an exit code has no 0 behind it": (
        "US",
        ["011 44 20 7946 0018", "0110442079460018", "011", "0111", "01112022221234"],
    ),
    "00 is no exit code there": ("US", ["0044 20 7946 0018", "00", "000", "0012022221234"]),
    "00 is one here": ("GB", ["0049 30 1234567", "00 49 30 1234567", "0000", "00 049 30 123", "001 202 222 1234"]),
    "a plus before an unknown code is dropped": (
        "US",
        ["+011 44 20 7946 0123", "+999 123", "+999 123 4567", "+0 123 4567", "+2102222123"],
    ),
    "and nothing is tried without a region": ("", ["+999 123 4567", "202 222 1234", "+0114420", "+1 202 222 1234"]),
    "the national prefix goes behind the code": (
        "US",
        ["+44 020 7946 0018", "+44 (0)20 7946 0018", "+49 (0)30 1234567", "+7 8 495 123 4567"],
    ),
    "once": ("DE", ["+49 00 30 1234567", "+49 000 30 1234567", "0030 1234567", "+49 0000 1234567"]),
    "Argentina, Mexico, Brazil": (
        "US",
        [
            "+54 9 11 2345-6789",
            "+54 011 15 2345 6789",
            "+52 1 55 1234 5678",
            "+55 0 11 2345 6789",
            "+55 015 11 2345 6789",
        ],
    ),
    "from within": ("AR", ["011 15-2345-6789", "11 2345-6789", "0 11 15 2345 6789", "15 2345 6789"]),
    "carriers": ("BR", ["0 15 11 2345-6789", "011 2345 6789", "90 11 91234 5678"]),
    "zeros stay in Italy": (
        "IT",
        ["06 698 12345", "+39 06 698 12345", "0039 06 6982", "+39 6 698 12345", "393 331 2345", "+39 000"],
    ),
    "leading digits decide even if it is none": (
        "US",
        ["+39 06698 12345", "+7 727 123 4567", "+7 123 456 7890", "+212 5288 12345", "+44 1624 756789"],
    ),
    "and more of them": (
        "US",
        [
            "+358 18 12345",
            "+599 7 123 4567",
            "+47 79 12 34 56",
            "+590 590 27 1234",
            "+262 269 61 1234",
            "+61 8 9162 1234",
        ],
    ),
    "no country but a code": (
        "US",
        ["+800 1234 5678", "+888 12345678901", "+979 123456789", "+870 301234567", "+883 510012345"],
    ),
    "Saint Helena has both": ("US", ["+290 8999", "+290 22158", "+290 123", "+290 8 99"]),
    "six digits do not decide": (
        "US",
        ["246-521-0123", "246-521-1123", "246-522-3123", "876-606-0669", "876-606-1669", "+18766060123"],
    ),
    "extensions": (
        "US",
        [
            "202-222-1234 x12",
            "(202) 222-1234 ext. 345",
            "2022221234ext12",
            "2022221234 EXT 1234567",
            "+12022221234 x12",
        ],
    ),
    "extensions behind what is none": (
        "US",
        ["222-1234 x12", "12 x12", "1-2 ext 5", "202-222-123 x4", "202 222 123 45 x1"],
    ),
    "not behind a slash, nor too long": (
        "US",
        [
            "202-222-1234/x12",
            "202-222-1234 / x12",
            "202-222-1234 x12345678",
            "202-222-1234 x1234567890",
            "202/222-1234 x12",
        ],
    ),
    "a slash may part two numbers": (
        "US",
        ["202-222-1234/202-222-1235", "202-222-1234 / 202 222 1235", "202/222-1234", "2022221234/2222"],
    ),
    "and so may blanks": (
        "US",
        ["2022221234 2022221235", "202 222 1234 202 222 1235", "222-1234 222-1235", "2022221234-2022221235"],
    ),
    "nor on the other side of the ocean": (
        "DE",
        ["030 12345 / 030 54321", "030 1234567/030 7654321", "030 1234567, 12345"],
    ),
    "two digits": ("US", ["12", "1 2", "(12)", "+12", "0", "00", "1-2", "12-"]),
    "brackets": (
        "US",
        [
            "(202)(222)1234",
            "((202)) 222-1234",
            "202)222(1234",
            "(202 222-1234",
            "()2022221234",
            "[202] 222-1234",
            "(202] 222 1234",
        ],
    ),
    "pluses": (
        "US",
        [
            "++12022221234",
            "+1+2022221234",
            "12022221234+",
            "(+1) 202 222 1234",
            "-+1 202 222 1234",
            "1+2022221234",
            "+",
        ],
    ),
    "spreadsheets": (
        "US",
        [
            "5.55123E+09",
            "2.02e9",
            "2.02E+09x",
            "202222123e",
            "2022221234.0",
            "2022221234.00",
            "+12022221234.0",
            "202.222.1234.0",
            "12345.0",
            "123456.0",
            "2022221234.000",
            "-1.5E+05",
        ],
    ),
    "no digit": ("US", ["call me", "none yet", "+", "()", "N", "...", "e", "a@b", "://", "E+", "x" * 251]),
    "one digit": ("US", ["9", "n/a 1", "x5", "+1", "1.", "(5)", "5@"]),
    "addresses": ("US", ["norm2@acme.com", "http://acme.com/2025550123", "202@222", "2022221234://", "1@2.3E5"]),
    "length": ("US", ["1" * 251, "1" * 250, "2" * 20, "x" * 250, "2 " * 120 + "2", "(" * 300, "+" + "4" * 249]),
    "settled once more": (
        "US",
        [
            "+49 0 0 30 1234567",
            "011 49 00 30 12345",
            "+44 0 020 7946 0018",
            "+81 0 0 3 1234 5678",
            "+91 00 22 1234 5678",
        ],
    ),
    "blanks at an end": (
        "US",
        [" (202) 222-1234", "2022221234  ", " +12022221234 ", " call me", " 12 ", " 202-222-1234 x5 "],
    ),
    "other dashes and blanks": (
        "US",
        [
            *(
                "620\u2013648\u20131040",
                "(620)\u00a0648\u20111040",
                "620\u2212648\uff0d1040 x12",
                "\u2013620 648 1040",
                "2\u20135",
            ),
            *(
                "620\u2009648\u20091040",
                "620 648\u20091040",
                "222-1234\u2014222-1235",
                "\uff0b1 202 222 1234",
                "202\u3000222\u30001234",
            ),
            *("202\t222 1234", "202 222\x7f1234", "\uff1202-222-1234"),
            *("２０２-222-1234", "202\u00a0222 1234\u00a0", "222\u00a01234", "2\u20135E+09", "202222123\u20131.0"),
        ],
    ),
    "words": (
        "US",
        [
            *(
                "(590) 502-4005 (cell)",
                "Tel: (386) 422-4974",
                "call 202-222-1234",
                "202-222-1234 home",
                "Tel.202)222-1234",
            ),
            *("489 8945 (no area code)", "Tel 489 8945", "phone: +44 20 7946 0018", "+44 20 7946 0018 (London)"),
            *(
                "tel 12022221234567",
                "x2022221234",
                "ext 202-222-1234",
                "#2022221234",
                "# 202-222-1234",
                "int 2022221234",
            ),
            *(
                "202-222-1234 FLOWERS",
                "202-FLOWERS now",
                "202 FLOWERS",
                "1 800 FLOWERS",
                "202-222 cell",
                "Tel: 555-5555555 (w)",
            ),
            *(
                "room 996, floor 4",
                "x374",
                "#511",
                "ext. 444",
                "call 943",
                "call 943 now",
                "room 310, floor 4",
                "Tel: 12",
            ),
            *(
                "a 222, b 1234",
                "room 0, floor 4",
                "suite 0112, box 34",
                "o 2022221234",
                "2022221234 or",
                "+49 00 30 1234567 x",
            ),
        ],
    ),
    "letters for digits": (
        "US",
        [
            *("202-254-2O26592", "2O2-222-1234", "202-2x2-2123", "0xx11 2222-3333", "202-222-l234", "2I 2", "22O2"),
            *("202-254-2O26592-202-222-1234", "222-1234O222-1235", "222-12O34", "+44 20 7946 OO18", "+44 20 7946 0O18"),
        ],
    ),
    "but a carrier's place": ("BR", ["0xx11 2222-3333", "0x11 2222-3333", "0 15xx11 2222-3333", "011 2222-3x333"]),
    "letters that complete a number": ("BR", ["8005142 (cell)", "8005142 cell", "8005142 (home", "80051 (cell)"]),
    "islands": ("GB", ["01481 256789", "+44 1534 456789", "01624 756789", "+44 7911 223456", "07781 123456"]),
    "steppes": ("RU", ["+7 727 123 4567", "8 727 123 4567", "+7 336 221 2345", "+7 495 123 4567", "+7 771 000 9998"]),
    "two numbers": (
        "US",
        [
            *("803-651-8149 / 202-555-0199", "908-991-5917, 202-555-0199", "(908) 991-5917 | +44 20 7946 0018"),
            *(
                "[908] 991-5917, 2025550199",
                "908) 991-5917 / 202-555-0199",
                "202-555-0199 & 555-0198",
                "222-1234, 202-555-0199",
            ),
            *(
                "202-555-0199/202-555-0198",
                "908-991-5917 or 202-555-0199",
                "202-222-1234, 999999999",
                "+49 00 30 1234567, 2025550199",
            ),
            *(
                "202-222-1234 /202-222-1235",
                "202-222-1234, 12345678901234",
                "20255501990, 2025550198",
                "2025550199,2025550198.0",
            ),
        ],
    ),
    "blocks": (
        "US",
        [
            *(
                "+61 2 96264 94371",
                "+1 202 275 8715 5555 666",
                "0044 20 7830 2753",
                "1234567 1234567",
                "222 1234 222 1235",
            ),
            *(
                "123456 123456 123456",
                "+1 2025550123 2025550199",
                "12 2221234 34 2221235",
                "222  1234     222  1235",
                "1 " * 25,
            ),
        ],
    ),
    "what stays as it is": (
        "US",
        ["+12022221234", "+442079460018", "+12022221234 x12", "+15555551234", "+390669812345"],
    ),
}
LEFT = {
    "words": 6,
    "but a carrier's place": 1,
    "letters that complete a number": 4,
    "letters for digits": 1,
    "two numbers": 4,
    "any other count is wrong": 1,
    "00 is no exit code there": 1,
    "Argentina, Mexico, Brazil": 1,
    "extensions behind what is none": 3,
    "not behind a slash, nor too long": 4,
    "a slash may part two numbers": 3,
    "and so may blanks": 4,
    "nor on the other side of the ocean": 2,
    "other dashes and blanks": 1,
    "spreadsheets": 2,
    "length": 1,
    "two digits": 5,
    "pluses": 4,
    "settled once more": 1,
}
"""Of some the lane cannot be certain: at most so many."""


def verdicts_of(texts: list[str], region: str | None, strict: bool) -> list[Verdict | None]:
    return decided_by(phone_lane(region, strict, "e164"), texts)


@pytest.mark.parametrize("name", NAMED)
def test_named_cases(name: str) -> None:
    """What performance asks the lane to tell by itself, it tells as the judge does."""
    region, texts = NAMED[name][0] or None, NAMED[name][1]
    for strict in (False, True):
        expected = [judge_phone(text, region=region, strict=strict) for text in texts]
        found = verdicts_of(texts, region, strict)
        assert [one or other for one, other in zip(found, expected, strict=True)] == expected
        left = [text for text, one in zip(texts, found, strict=True) if one is None]
        assert len(left) <= LEFT.get(name, 0), left


def test_every_rule_that_is_told() -> None:
    """The lane tells all of them."""
    random = Random(12)
    texts = [*HARD, *GARBAGE, *(text for _, texts in NAMED.values() for text in texts)]
    texts += [phone_value(random) for _ in range(1_000)]
    told = {
        code for strict in (False, True) for found in verdicts_of(texts, "US", strict) if found for code in found.codes
    }
    told |= {code for found in verdicts_of(["+6129876554321"], "US", False) if found for code in found.codes}
    assert told >= {code for code in BY_CODE if code.startswith("P")} | {"C001"}


def test_all_patterns_of_the_metadata_are_understood() -> None:
    """None is so new that its numbers are left to the library."""
    for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        for region in Code.of(str(code)).regions:
            metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
            assert metadata is not None
            assert metadata.general_desc is not None
            for description in (metadata.general_desc, *descriptions_of(metadata)):
                assert spans_of([description.national_number_pattern or ""], 2, Meant.BEGINNING).size
            for pattern in (metadata.national_prefix_for_parsing, metadata.international_prefix):
                spans_of([without_groups(pattern or "")], 2, Meant.BEGINNING)
    assert len(CODES) == 9


@pytest.mark.parametrize(
    "pattern",
    [
        "(?=2).*",
        r"2\d+",
        "[^2]",
        r"2\w",
        "(?:2",
        "2)",
        "[2",
        "[]",
        "^2",
        "2$",
        "2.",
        "2{",
        "2{1,",
        "?2",
        "\\",
        r"(2)\1",
    ],
)
def test_a_pattern_that_is_not_understood(pattern: str) -> None:
    """It is told so, not misread."""
    with pytest.raises(ValueError, match=r".+"):
        spans_of([pattern], 4)


DIGITS_OF_PATTERNS = st.recursive(
    st.sampled_from(("2", "[13-5]", r"\d", r"\d{2}", "[02]{1,3}", "6?", r"\d{0,2}")),
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=4).map("".join),
        st.lists(parts, min_size=1, max_size=3).map(lambda some: f"(?:{'|'.join(some)})"),
        st.tuples(parts, st.sampled_from(("?", "{2}", "{0,2}"))).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    ),
    max_leaves=6,
)


@given(DIGITS_OF_PATTERNS)
@settings(max_examples=60, deadline=None)
def test_spans_are_what_a_pattern_matches(pattern: str) -> None:
    """All numbers of three digits, by Python's word on each; or it is said to be too large."""
    numbers = [f"{number:03}" for number in range(1000)]
    for meant, matches in ((Meant.WHOLE, re.compile(pattern).fullmatch), (Meant.LEADING, is_led_by(pattern))):
        try:
            borders = spans_of([pattern], 3, meant).tolist()
        except ValueError:
            continue
        found = {number for begin, end in zip(borders[::2], borders[1::2], strict=True) for number in range(begin, end)}
        assert found == {int(number) for number in numbers if matches(number)}


def is_led_by(pattern: str) -> Callable[[str], bool]:
    """Return whether some first digits match a pattern."""
    fullmatch = re.compile(pattern).fullmatch
    return lambda number: any(fullmatch(number[:size]) for size in range(len(number) + 1))


class Altered:
    """The library's metadata with another pattern of the numbers of the United States.

    Args:
        pattern: What fixed lines and mobiles match.
    """

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    def metadata_for_region_or_calling_code(self, code: int, region: str) -> object:
        return self.metadata_for_region(region, None)

    def metadata_for_region(self, region: str, default: None) -> object:
        found = PhoneMetadata.metadata_for_region(region, default)
        if region != "US":
            return found
        types = ("toll_free", "premium_rate", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail")
        line = SimpleNamespace(national_number_pattern=self._pattern, possible_length=(10,))
        return SimpleNamespace(
            id=region,
            country_code=1,
            general_desc=found.general_desc,
            leading_digits=None,
            international_prefix="011",
            national_prefix_for_parsing="1",
            national_prefix_transform_rule=None,
            fixed_line=line,
            mobile=line,
            **dict.fromkeys(types),
        )


def assigned_by(code: Code, numbers: list[int]) -> list[str | None]:
    """Return the regions that have assigned numbers of ten digits."""
    found = Shapes(code, 10)
    places = found.places[np.searchsorted(found.begins, numbers, side="right") - 1]
    return [None if place == NO_REGION else found.regions[place - 1] for place in places.tolist()]


def test_what_is_told_is_the_installed_metadatas(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing but that, so a library of another version tells something else."""
    numbers = [2025550123, 2022221234, 5555551234, 5555561234, 5555562234]
    before = assigned_by(Code("1"), numbers)
    monkeypatch.setattr(plans, "PhoneMetadata", Altered(r"2022\d{6}|555555\d{4}|5555561\d{3}"))
    after = assigned_by(Code("1"), numbers)
    assert before == ["US", "US", None, None, None]
    assert after == [None, "US", "US", "US", None]


@pytest.mark.usefixtures("forgotten")
def test_a_plan_that_is_not_understood_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its numbers are read one by one, by the library's own word."""
    texts = ["(202) 222-1234", "+15555551234", "+18685551234", "+44 20 7946 0018", "020 7946 0018"]

    def misunderstand(patterns: object, *_: object) -> object:
        raise ValueError(patterns)

    monkeypatch.setattr(shapes, "spans_of", misunderstand)
    monkeypatch.setattr(plans, "spans_of", misunderstand)
    for region in ("US", "GB", None):
        assert compare_phones(texts, region) > 2


@pytest.mark.usefixtures("forgotten")
def test_tables_are_made_when_their_numbers_are_met() -> None:
    """In the midst of a column, once for all regions, for none of whose numbers there is one yet."""
    texts = ["222", "call me", "+44 20 7946 0018", "(202) 222-1234", "+44 020 7946 0018", "+442079460018 x12"]
    assert compare_phones(texts, "US") == len(texts)
    made = np.count_nonzero(stretches.stretches().pointers)
    assert compare_phones(texts, "CA") == len(texts)
    assert made == np.count_nonzero(stretches.stretches().pointers) == 4


def test_plans_say_what_is_said_of_digits() -> None:
    """Of a number alone, without a text around it."""
    assert Plans("US").read("2022221234") == (plans.OWN, "+12022221234", False)
    assert Plans("US").read("+4900301234567") == (plans.OTHER, "+49301234567", True)
    assert Plans(None).read("+15555551234") == (plans.UNASSIGNED, "+15555551234", False)
    assert CODES[Plans("US").read("2221234")[0]] == "P104"


def altered_bytes(bytes_: bytes, kind: int) -> npt.NDArray[np.uint8]:
    """Return the table of bytes with another kind of some."""
    table = phone_regions.BYTES.copy()
    table[[*bytes_]] = kind
    return table


def told_instead(place: int, codes: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return what is told of spellings, of one of them something else."""
    return (*phones._SPELLED[:place], codes, *phones._SPELLED[place + 1 :])


def shortened(found: Shapes) -> Shapes:
    """Return shapes that look no further than the first digits."""
    unit = 10**8
    found.begins = found.begins // unit * unit
    return found


SABOTAGE: dict[str, tuple[object, str, object]] = {
    "the first region decides": (plans.Plan, "assigned", lambda plan, national: plan.possible(national) == plans.OWN),
    "national prefixes are not seen": (plans.Plan, "stripped", frozenset[str]()),
    "a national prefix is any digit": (stretches, "trunk_pairs", lambda plan: np.ones(100, dtype=np.bool_)),
    "two digits of a table are enough": (stretches, "Shapes", lambda code, digits: shortened(Shapes(code, digits))),
    "doubt is forgotten": (stretches, "NOTHING_TOLD", 0),
    "brackets do not matter": (phone_regions, "BYTES", altered_bytes(b"()[]", 0)),
    "a slash parts nothing": (phone_regions, "BYTES", altered_bytes(b"/", 0)),
    "a plus is punctuation": (phone_regions, "BYTES", altered_bytes(b"+", 0)),
    "letters are punctuation": (phone_regions, "BYTES", altered_bytes(bytes(range(0x41, 0x7B)), 0)),
    "what cannot be seen is punctuation": (phone_regions, "BYTES", altered_bytes(b"\t\n\x7f", 0)),
    "decimals are digits": (phone_regions, "FEWEST_OF_DECIMAL", 10**6),
    "every decimal is one": (phone_regions, "FEWEST_OF_DECIMAL", 3),
    "any part is a number": (phone_regions, "FEWEST_OF_PART", 3),
    "nothing parts two numbers": (phone_regions, "fewest_digits", lambda plans: (250, 250)),
    "an extension has any length": (phone_regions, "LONGEST_EXTENSION", 10**6),
    "an extension has any label": (phone_regions, "EXTENSION_LABELS", ("x", "ext", "e", "o")),
    "a label is a word": (phone_regions, "LABELS", ("y",)),
    "any blank is a blank": (phone_regions, "BLANKS", ("\u2009",)),
    "any mark is a dash": (phone_regions, "DASHES", ("\uff12",)),
    "what is repaired is formatted": (phones, "_SPELLED", told_instead(2, ("P001",))),
    "words are no repair": (phones, "_SPELLED", told_instead(4, ("P001",))),
    "any number in a cell is the first": (phones, "_SPELLED", told_instead(5, ("P001",))),
    "nothing is found in a text": (PlanReader, "find_first", lambda reader, text: None),
    "all that is strange is never a number": (phone_texts, "_NEVER", re.compile("")),
    "possible is assigned": (phone_regions, "UNASSIGNED", 0),
    "all regions are one": (phone_regions, "OTHER", 0),
}


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize("name", SABOTAGE)
def test_a_lane_broken_on_purpose_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The named cases see every one of these mistakes."""
    owner, attribute, wrong = SABOTAGE[name]
    assert wrong is not getattr(owner, attribute), "the mistake is none"
    monkeypatch.setattr(owner, attribute, wrong)
    with pytest.raises(AssertionError, match="the lane says"):
        compare_named()


@pytest.mark.usefixtures("forgotten")
def test_a_whole_lane_is_not() -> None:
    """So what is seen is the mistake."""
    compare_named()


def compare_named() -> None:
    """Compare the named cases with the judge, each in its region, and those of HARD in some.

    Raises:
        AssertionError: As in `compare`.
    """
    for region, texts in NAMED.values():
        compare_phones(texts, region or None)
    for region in ("US", "DE", "IN"):
        compare_phones(list(HARD), region)


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_columns_of_any_place_in_memory(count: int) -> None:
    """Empty ones, short ones, and ones that are a part of others, up to the last byte."""
    texts = [
        "",
        "+",
        "1",
        "(",
        "2022221234",
        "x",
        "\u2013",
        "\u00a0",
        "+44",
        "202-222-1234 x1",
        "5.5E+09",
        "(2) 2",
        "[",
    ]
    column, expected = column_of(texts), decided_by(phone_lane("US", False, "e164"), texts)
    for at in range(len(texts) - count + 1):
        said, values = phone_lane("US", False, "e164")(column.slice(at, count))
        found = [
            None if place == UNDECIDED else Verdict(value, said.codes[place])
            for place, value in zip(said.which.tolist(), values.column().to_pylist(), strict=True)
        ]
        assert found == expected[at : at + count]
