"""Phones as people write them, and with seeded mistakes."""

from __future__ import annotations

import random
from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat

SPELLINGS = [
    *("(AAA) EEE-SSSS", "AAA.EEE.SSSS", "AAA-EEE-SSSS", "AAAEEESSSS", "AAA EEE SSSS", "AAA/EEE-SSSS", "AAA) EEE-SSSS"),
    *("+1-AAA-EEE-SSSS", "+1AAAEEESSSS", "+1 (AAA) EEE-SSSS", "1 AAA EEE SSSS", "1-AAA-EEE-SSSS", "1AAAEEESSSS"),
    *(
        "(AAA)EEE-SSSS",
        "AAA-EEESSSS",
        "+1.AAA.EEE.SSSS",
        "(AAA) EEE-SSSS x12",
        "AAA-EEE-SSSS ext. 345",
        "[AAA] EEE SSSS",
    ),
    *("AAA.EEE.SSSS ext12", "1 (AAA) EEE-SSSS", "AAA-EEE-SSSS", "(AAA) EEE-SSSS", "AAAEEESSSS", "AAA.EEE.SSSS"),
]
GARBAGE = [
    *("call me", "N/A", "none yet", "123", "5.55123E+09", "n/a", "TBD", "unknown", "555-1234", "12345678901234567"),
    *("202-555-01234", "202-555-012", "00000", "ask Norm", "-", "?", "x", "norm@acme.com", "see web", "9", "no phone"),
]
HARD = [
    *("(202) 222-1234", "444) 444-1234", "1-202-555-0123", "+1 202 555 0123 x12", "876-606-0669", "246-521-1234"),
    *("+44 20 7946 0018", "+44 (0)20 7946 0018", "+44 020 7946 0018", "011 44 20 7946 0018", "+011 44 20 7946 0018"),
    *(
        "+49 30 1234567",
        "030/1234567",
        "+49 00 30 1234567",
        "+54 9 11 2345-6789",
        "011 15-2345-6789",
        "+54 011 15 2345 6789",
    ),
    *("+39 06 698 12345", "02 4851 2345", "+55 11 91234-5678", "0xx11 2222-3333", "+61 2 9876 5432", "800-555-0199"),
    *("222-1234", "310-1234", "3101234", "+1 310 1234", "+999 123", "+999 123 4567", "2025550123", "2025550123.0"),
    *("+12022221234.00", "202.555.0123.0", "12345.0", "123456.0", "2.02E+09", "(868) 888-1234", "+52 1 55 1234 5678"),
    *("0044 20 7946 0018", "0011 44 2079460018", "011 0 44 20 7946", "202-555-0123/x12", "202-555-0123 / 202-555-0199"),
    *("202-555-0123/202-555-0199", "2025550123 2025550199", "2025550123;2025550199", "202-555-0123, 202-555-0199"),
    *("202-555-0123 ext 12345678", "202-555-0123 x1234567", "+12025550123 x12", "202-555-0123 xt 12", "x12 2025550123"),
    *(
        "1-800-FLOWERS",
        "(202) 222-1234 (cell)",
        "Tel: 202-222-1234",
        "2O2-222-1234",
        "222-1234 x5",
        "12 x5",
        "12",
        "1 2",
    ),
    *(
        "+12",
        "(12)",
        "+1",
        "+",
        "00",
        "++12022221234",
        "+1+2022221234",
        "12022221234+",
        "((202)) 222-1234",
        "202)222(1234",
    ),
    *(
        "[202] 222-1234",
        "202*222*1234",
        "+800 1234 5678",
        "+7 727 123 4567",
        "+39 06698 12345",
        "+212 5288 12345",
        "+290 8999",
    ),
    *("+358 18 12345", "+599 7 123 4567", "+44 7911 123456", "+44 1624 756789", "+47 79 12 34 56", "+61 8 9162 1234"),
    *(
        "http://acme.com/2025550123",
        "202://",
        "norm2@acme.com",
        "+3780549886377",
        "0549 886377",
        "886377",
        "+261 2012345",
    ),
]
EDITS = [
    *"0123456789" * 3,
    *" .-()/+[]" * 2,
    *",;#*~_xXeE@:'\t",
    *(
        "011",
        "00",
        "+1",
        "+44",
        "+49 ",
        "0",
        "15",
        "(0)",
        " x12",
        " ext. 7",
        "ext12",
        ".0",
        ".00",
        "E+09",
        " / ",
        "/x3",
        "://",
    ),
    *(
        "\u0665",
        "\uff15",
        "\u2013",
        "\u2212",
        "\u00a0",
        "\u200b",
        "\u202a",
        "\uff0b",
        "\uff08",
        "é",
        " or ",
        "-----",
        "12345678",
    ),
]
ABROAD = [
    "GB",
    "DE",
    "FR",
    "IN",
    "AU",
    "MX",
    "BR",
    "IT",
    "ES",
    "JP",
    "CN",
    "NL",
    "CH",
    "SE",
    "SG",
    "IE",
    "PL",
    "BE",
    "AT",
    "IL",
]
"""Where the foreign numbers of a list from the United States mostly come from."""
REGIONS = ["US", "CA", "GB", "DE", "FR", "IT", "AR", "MX", "BR", "JP", None]


def examples() -> list[str]:
    """Return the library's example numbers of every region and type, in its own spellings and in some of others."""
    found: list[str] = []
    for code, regions in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()):
        for region in regions:
            metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
            assert metadata is not None
            kinds = (metadata.fixed_line, metadata.mobile, metadata.toll_free, metadata.premium_rate, metadata.voip)
            for national in dict.fromkeys(kind.example_number for kind in (*kinds, metadata.uan) if kind is not None):
                if not national:
                    continue
                number = phonenumbers.parse(f"+{code}{national}")
                own = metadata.national_prefix or ""
                found += [
                    phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
                    phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL),
                    *(
                        f"+{code}{national}",
                        f"011 {code} {national}",
                        f"00{code}{national}",
                        f"+{code} ({own}){national}",
                    ),
                    *(f"{own}{national}", national, f"{code}{national}", f"+{code}-{national} x12"),
                ]
    return found


def realistic(seed: int, count: int) -> list[str]:
    """Return phones of a list from the United States: mostly its own, some of abroad, some garbage, some empty."""
    rng = random.Random(seed)
    abroad = [text for text in examples() if text.startswith(("+", "011 ")) and " x" not in text]
    codes = tuple(
        f"{plus}{phonenumbers.country_code_for_region(region)}" for region in ABROAD for plus in ("+", "011 ")
    )
    usual = [text for text in abroad if text.startswith(codes)]
    areas = [202, 212, 303, 312, 404, 415, 444, 512, 555, 617, 656, 702, 800, 868, 888, 303, 227, 206, 646, 913]
    found: list[str] = []
    for _ in range(count):
        share = rng.random()
        if share < 0.82:
            text = rng.choice(SPELLINGS)
            for place, value in (
                ("AAA", rng.choice(areas)),
                ("EEE", rng.randrange(200, 1000)),
                ("SSSS", f"{rng.randrange(10_000):04}"),
            ):
                text = text.replace(place, str(value))
        elif share < 0.92:
            text = list(rng.choice(usual if rng.random() < 0.8 else abroad))
            for place, letter in enumerate(text[-4:], start=len(text) - 4):
                text[place] = str(rng.randrange(10)) if letter.isdecimal() else letter
            text = "".join(text)
        else:
            text = rng.choice(GARBAGE) if share < 0.95 else ""
        found.append(text)
    return found


def mutated(values: list[str], seed: int, count: int) -> Iterator[str]:
    """Yield values with none to five mistakes: characters lost, doubled, replaced, swapped or put in."""
    rng = random.Random(seed)
    for _ in range(count):
        letters = list(rng.choice(values))
        for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 4, 5))):
            place = rng.randrange(len(letters) + 1)
            what = rng.random()
            if what < 0.45:
                letters[place:place] = [rng.choice(EDITS)]
            elif what < 0.65:
                letters[place : place + 1] = []
            elif what < 0.75:
                letters[place : place + 1] = letters[place : place + 1] * 2
            elif what < 0.85:
                letters[place : place + 2] = letters[place : place + 2][::-1]
            else:
                letters[place : place + 1] = [rng.choice(EDITS)]
        yield "".join(letters)
