"""The judges against the libraries that they are defined by, on realistic values with seeded mistakes."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import phonenumbers
import pytest
from ada_url import URL
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from schemas.kinds.blanks import is_blank
from schemas.kinds.emails import judge_email
from schemas.kinds.phones import judge_phone
from schemas.kinds.websites import judge_website
from schemas.rules import cells, emails, phones, texts, websites
from schemas.rules.rule import Severity
from schemas.verdicts import Verdict

RULES = {rule.code: rule for part in (cells, emails, phones, websites, texts) for rule in part.RULES}
ERRORS = {code for code, rule in RULES.items() if rule.severity is Severity.ERROR}
REPAIRS = {code for code, rule in RULES.items() if rule.changes and rule.severity is not Severity.CHANGE}

EMAILS = [
    *(
        "norm.smith@acme.com",
        "Ann@ACMEDATA.com",
        "o'neil+list@mail.acme.co.uk",
        "josé@exämple.com",
        "jose@xn--exmple-cua.com",
    ),
    *(
        "INFO@Acme.com",
        "a@b.co",
        "用户@例子.公司",
        "norm@acme.local",
        "norm@localhost",
        "e\u0301a@acme.com",
        "n@a.com.",
    ),
    *("norm@acme.c0m", "first.last@sub-domain.acme.travel", '"a b"@acme.com', "a@[127.0.0.1]", "norm smith@acme.com"),
]
PHONES = [
    *("(333) 333-1234", "444) 444-1234", "(202) 222-1234", "202.555.0123", "1-202-555-0123", "+1 202 555 0123 x12"),
    *(
        "+44 20 7946 0018",
        "+44 (0)20 7946 0018",
        "011 44 20 7946 0018",
        "+49 30 1234567",
        "030/1234567",
        "+54 9 11 2345-6789",
    ),
    *("+39 06 698 12345", "+55 11 91234-5678", "+61 2 9876 5432", "800-555-0199", "222-1234", "+999 123", "2025550123"),
    *(
        "１２０２５５５０１２３",
        "202–555–0123",
        "(868) 888-1234",
        "+52 1 55 1234 5678",
        "0044 20 7946 0018",
        "876-606-0669",
    ),
]
WEBSITES = [
    *("http://www.acme.com", "https://acme.com/about?x=1#top", "www.acme.com", "acme.com:8080/x", "HTTP://ACME.COM:80"),
    *(
        "http://münchen.de/straße",
        "http://acme.com/a/../b",
        "http://acme_data.com",
        "https://192.0.2.1",
        "http://[::1]/",
    ),
    *(
        "acme.co.uk/%7Enorm",
        "http://user@acme.com",
        "ftp://acme.com",
        "http://acme.com?q=a b",
        "//acme.com",
        "http:acme.com",
    ),
]
NOISE = [
    *" .-@+/:;,()'\"<>#?%&x_0159aZé\u0301\u00ad\u200b\uff0e\u3002\uff21\t",
    "..",
    "xn--",
    "//",
    "@@",
    "www.",
    "00",
    "ß",
    "K",
]


def mutate(values: list[str], seed: int, count: int) -> Iterator[str]:
    """Yield values with none to three mistakes: a character lost, doubled, replaced, swapped or put in."""
    rng = random.Random(seed)
    for _ in range(count):
        letters = list(rng.choice(values))
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            place = rng.randrange(len(letters) + 1)
            if rng.random() < 0.5:
                letters[place:place] = [rng.choice(NOISE)]
            else:
                letters[place : place + 1] = rng.choice(([], letters[place : place + 1] * 2, [rng.choice(NOISE)]))
        yield "".join(letters)


def email_library(text: str) -> str | None:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def phone_library(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return number if possible else None


def is_repaired(verdict: Verdict) -> bool:
    return not REPAIRS.isdisjoint(verdict.codes)


def test_emails_are_the_librarys() -> None:
    """An address is accepted without a repair exactly if the library accepts it, and in the library's form."""
    accepted = repaired = 0
    for text in mutate(EMAILS, seed=1, count=6_000):
        if is_blank(text):
            continue
        verdict, expected = judge_email(text), email_library(text.strip())
        if expected is not None:
            assert verdict.value == expected, text
            assert not is_repaired(verdict), text
            assert ("E001" in verdict.codes) == (expected != text.strip())
            accepted += 1
        elif verdict.value is not None:
            assert is_repaired(verdict), text
            assert email_library(verdict.value) == verdict.value
            repaired += 1
        else:
            assert ERRORS.issuperset(verdict.codes)
    assert accepted > 1_500
    assert repaired > 50


@pytest.mark.parametrize("region", ["US", "DE", None])
def test_phones_are_the_librarys(region: str | None) -> None:
    """A number accepted without a repair is the library's; one that the library accepts is not refused for nothing."""
    accepted = repaired = 0
    for text in mutate(PHONES, seed=2, count=4_000):
        if is_blank(text):
            continue
        trimmed = text.strip()
        verdict, number = judge_phone(text, region=region), phone_library(trimmed, region)
        if verdict.value is not None and not is_repaired(verdict):
            assert number is not None, text
            accepted += 1
            assert phonenumbers.format_number(number, PhoneNumberFormat.E164) == verdict.value.partition(" x")[0]
            assert phonenumbers.normalize_digits_only(number.extension or "") == verdict.value.partition(" x")[2]
            valid = phonenumbers.is_valid_number(number)
            other = region is not None and phonenumbers.region_code_for_number(number) != region
            assert ("P201" in verdict.codes) == (not valid)
            assert ("P202" in verdict.codes) == (valid and other)
        elif verdict.value is not None:
            repaired += 1
        elif number is not None:
            # What we refuse although the library does not: its reading dials letters, or belongs to an address.
            assert re.search(r"[^\W\d_]|@|://", text) or len(number.extension or "") > 9, text
    assert accepted > (1_000 if region else 400)
    assert repaired > 100


def test_no_digit_of_a_phone_is_made_up_or_dropped() -> None:
    """For numbers of the North American plan the digits are those of the text, but for the prefixes."""
    judged = 0
    for text in mutate(PHONES, seed=3, count=6_000):
        verdict = judge_phone(text, region="US")
        if verdict.value is None or not verdict.value.startswith("+1") or "P206" in verdict.codes:
            continue
        if re.search(r"[^\W\dx_]", text):
            continue
        digits = "".join(str(int(letter)) for letter in text if letter.isdecimal())
        value = re.sub(r"\D", "", verdict.value)[1:]
        assert re.fullmatch(rf"(011)?1*{value}", digits), text
        judged += 1
    assert judged > 1_000


def test_example_numbers_of_every_region_keep_their_form() -> None:
    """The library's own example of each region comes out in its E.164 form, valid, from both usual spellings."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        number = phonenumbers.example_number(region)
        assert number is not None
        expected = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        for form in (PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL):
            text = phonenumbers.format_number(number, form)
            verdict = judge_phone(text, region=region)
            assert verdict.value == expected, (region, text)
            assert "P201" not in verdict.codes


def standard_form(address: str) -> str | None:
    """Return the standard's serialisation with an empty path where the address has none, or None."""
    try:
        url = URL(address)
    except ValueError:
        return None
    head = re.match(r"(?i)https?:[/\\]*[^/\\?#]*", address)
    assert head is not None
    origin = f"{url.protocol}//{url.host}"
    return url.href if address[head.end() : head.end() + 1] in ("/", "\\") else origin + url.href[len(origin) + 1 :]


def test_websites_are_the_standards() -> None:
    """A website accepted without a repair is the standard's serialisation; what the standard refuses is refused."""
    accepted = 0
    for text in mutate(WEBSITES, seed=4, count=8_000):
        if is_blank(text):
            continue
        verdict = judge_website(text)
        if verdict.value is None or is_repaired(verdict):
            continue
        trimmed = text.strip()
        address = trimmed
        if "W002" in verdict.codes:
            address = f"https:{trimmed}" if trimmed.startswith("//") else f"https://{trimmed}"
        assert verdict.value == standard_form(address), text
        host = URL(verdict.value).hostname
        assert re.fullmatch(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", host), text
        accepted += 1
    assert accepted > 2_500


WEB_PLATFORM = Path(__file__).parents[2].parent / "shared" / "data" / "urltestdata.json"


@pytest.mark.skipif(
    not WEB_PLATFORM.is_file(), reason="the web platform tests' urltestdata.json is not beside the project"
)
def test_websites_pass_the_web_platform_tests() -> None:
    """Each http or https case of the standard's own tests gets its serialisation, a visible repair or a refusal."""
    cases = [
        case
        for case in json.loads(WEB_PLATFORM.read_text(encoding="utf-8"))
        if isinstance(case, dict) and re.match(r"(?i)\s*https?:", case["input"])
    ]
    accepted = refused = 0
    for case in cases:
        text = case["input"].strip()
        base = case.get("base")
        if base and re.match(r"https?:(?![/\\]{2})", text, re.IGNORECASE) and base.split(":")[0] == text.split(":")[0]:
            continue  # relative to its base, which a cell has none of
        verdict = judge_website(case["input"])
        if verdict.value is None:
            assert ERRORS.issuperset(verdict.codes), text
            refused += 1
            continue
        if is_repaired(verdict):
            continue
        assert not case.get("failure"), text
        assert URL(verdict.value).href == case["href"]
        assert verdict.value == standard_form(text)
        accepted += 1
    assert len(cases) > 200
    assert accepted > 50
    assert refused > 100
