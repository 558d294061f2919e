"""Texts of phone columns: as they are usually typed, as they are usually broken, and with seeded edits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from random import Random

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat

REGIONS = ("US", "CA", "GB", "DE", "FR", "IT", "AR", "MX", "BR", "JP", None)
AREAS = (202, 212, 227, 246, 303, 312, 310, 404, 415, 416, 444, 512, 555, 617, 656, 702, 787, 800, 868, 876, 888, 999)
SPELLINGS = (
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
)
GARBAGE = (
    *("call me", "N/A", "none yet", "123", "5.55123E+09", "n/a", "TBD", "unknown", "555-1234", "12345678901234567"),
    *("202-555-01234", "202-555-012", "00000", "ask Norm", "-", "?", "x", "norm@acme.com", "see web", "9", "no phone"),
)
HARD = (
    *("3\n3538 ext. 781793)7", "3538 ext. 781793)7", "35389 int 781793)7", "12 anexo 4, 1234567"),
    *("(202) 222-1234", "444) 444-1234", "1-202-555-0123", "+1 202 555 0123 x12", "876-606-0669", "246-521-1234"),
    *("+44 20 7946 0018", "+44 (0)20 7946 0018", "+44 020 7946 0018", "011 44 20 7946 0018", "+011 44 20 7946 0018"),
    *("+49 30 1234567", "030/1234567", "+49 00 30 1234567", "+54 9 11 2345-6789", "011 15-2345-6789"),
    *("+54 011 15 2345 6789", "+39 06 698 12345", "02 4851 2345", "+55 11 91234-5678", "0xx11 2222-3333"),
    *("+61 2 9876 5432", "800-555-0199", "222-1234", "310-1234", "3101234", "+1 310 1234", "+999 123", "+999 123 4567"),
    *("2025550123", "2025550123.0", "+12022221234.00", "202.555.0123.0", "12345.0", "123456.0", "2.02E+09"),
    *("(868) 888-1234", "+52 1 55 1234 5678", "0044 20 7946 0018", "0011 44 2079460018", "011 0 44 20 7946"),
    *("202-555-0123/x12", "202-555-0123 / 202-555-0199", "202-555-0123/202-555-0199", "2025550123 2025550199"),
    *("2025550123;2025550199", "202-555-0123, 202-555-0199", "202-555-0123 ext 12345678", "202-555-0123 x1234567"),
    *("+12025550123 x12", "202-555-0123 xt 12", "x12 2025550123", "1-800-FLOWERS", "(202) 222-1234 (cell)"),
    *("Tel: 202-222-1234", "2O2-222-1234", "222-1234 x5", "12 x5", "12", "1 2", "+12", "(12)", "+1", "+", "00"),
    *("++12022221234", "+1+2022221234", "12022221234+", "((202)) 222-1234", "202)222(1234", "[202] 222-1234"),
    *("202*222*1234", "+800 1234 5678", "+7 727 123 4567", "+39 06698 12345", "+212 5288 12345", "+290 8999"),
    *("+358 18 12345", "+599 7 123 4567", "+44 7911 123456", "+44 1624 756789", "+47 79 12 34 56", "+61 8 9162 1234"),
    *("http://acme.com/2025550123", "202://", "norm2@acme.com", "+3780549886377", "0549 886377", "886377"),
    *(
        "+261 2012345",
        "3933312345",
        "+44 20 7946 0018 ext 7",
        "+49 30 / 123456-78",
        "+49 / 30 123 / 4567890",
        "1" * 251,
    ),
)
TOKENS = (
    *"0123456789" * 3,
    *" .-()/+[]" * 2,
    *",;#*~_xXeE@:'\t\n",
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
    ),
    *("\u0665", "\uff15", "\u2013", "\u2212", "\u00a0", "\u200b", "\u202a", "\uff0b", "\uff08", "é", " or ", "-----"),
    *("/x3", "://", "12345678", " x", "٣", "\uff0d", "\u3000", "\u0130"),
)
ABROAD = ("GB", "DE", "FR", "IN", "AU", "MX", "BR", "IT", "ES", "JP", "CN", "NL", "CH", "SE", "SG", "IE", "PL", "BE")
"""Where the foreign numbers of a list from the United States mostly come from."""


DASHES = ("\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212", "\uff0d", "\u30fc", " \u2013 ")
BLANKS = ("\u00a0", "\u202f", "\u2007", "\u2009", "\u3000", "  ", "\t", "\u200b", "\u00ad")
WIDE = str.maketrans("0123456789+()./", "".join(chr(ord(letter) + 0xFEE0) for letter in "0123456789+()./"))
BEFORE = (
    *(
        "Tel: ",
        "Tel.",
        "tel ",
        "Phone: ",
        "call ",
        "Cell",
        "M: ",
        "Büro ",
        "c/o ",
        "room 12, ",
        "#",
        "# ",
        "x",
        "ext. ",
    ),
    *(
        "int ",
        "anexo ",
        "or ",
        "o ",
        "y ",
        "fax/tel ",
        "(cell) ",
        "[w] ",
        "T/F: ",
        "e",
        "xx",
        "доб. ",
        "Ext:",
        "no. 1 ",
    ),
)
AFTER = (
    *(
        " (cell)",
        " cell",
        " (no area code)",
        " home",
        " x",
        " x12",
        " ext. 12",
        " #12",
        " or",
        "w",
        " (w",
        " cell)",
        "#",
    ),
    *(
        ", room 4",
        " int. 5",
        ";ext=12",
        " anexo 123",
        ",,12",
        " , 9",
        " - 503#",
        "/x12",
        " / x12",
        " ask Jo",
        " (ext 5)",
    ),
    *(" x123456789", " ext 1234567890", " x12 x13", " / 5", " [day]", "'s", " a b c", " FLOWERS", "x 12", " X12", "~5"),
)
MARKS = (
    ", ",
    " / ",
    "/",
    "; ",
    " or ",
    " | ",
    " & ",
    "/ ",
    " /",
    ",",
    "\\",
    " \\ ",
    " and ",
    " y ",
    "\n",
    " - ",
    "  ",
    " + ",
)
FEW = ("x{}", "ext. {}", "call {}", "#{}", "room {}", "room {}, floor 4", "{} now", "e{}", "+{}", "x{}x", "{}#", "n{}o")


@cache
def examples() -> tuple[str, ...]:
    """Return the library's example numbers of every region and type, in its own spellings and in some of others."""
    found: list[str] = []
    for code, regions in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()):
        for region in regions:
            metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
            assert metadata is not None
            kinds = (metadata.fixed_line, metadata.mobile, metadata.toll_free, metadata.premium_rate, metadata.voip)
            nationals = (kind.example_number for kind in (*kinds, metadata.uan) if kind is not None)
            own = metadata.national_prefix or ""
            for national in dict.fromkeys(national for national in nationals if national):
                number = phonenumbers.parse(f"+{code}{national}")
                found += [
                    phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
                    phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL),
                    *(
                        f"+{code}{national}",
                        f"011 {code} {national}",
                        f"00{code}{national}",
                        f"+{code} ({own}){national}",
                    ),
                    *(
                        f"{own}{national}",
                        national,
                        f"{code}{national}",
                        f"+{code}-{national} x12",
                        f"+011{code}{national}",
                    ),
                ]
    return tuple(found)


@cache
def foreign() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return examples as somebody in the United States writes them: from where most come, and from everywhere."""
    every = tuple(text for text in examples() if text.startswith(("+", "011 ")) and " x" not in text and text[1] != "0")
    codes = [phonenumbers.country_code_for_region(region) for region in ABROAD]
    begins = tuple(f"{begin}{code}" for code in codes for begin in ("+", "011 "))
    return tuple(text for text in every if text.startswith(begins)), every


def american_phone(random: Random, area: int, exchange: int) -> str:
    """Return a number of the North American plan in one of its spellings."""
    spelling = random.choice(SPELLINGS)
    subscriber = f"{random.randrange(10_000):04}"
    return spelling.replace("AAA", f"{area:03}").replace("EEE", f"{exchange:03}").replace("SSSS", subscriber)


def american_phones(random: Random, prefixes: Iterable[int]) -> Iterator[str]:
    """Yield a number for each six digits that it begins with."""
    for prefix in prefixes:
        yield american_phone(random, *divmod(prefix, 1000))


def usual_phone(random: Random) -> str:
    """Return a phone that somebody has: four of five times from the United States."""
    if random.random() < 0.89:
        return american_phone(random, random.choice(AREAS), random.randrange(200, 1000))
    usual, every = foreign()
    return _redialled(random.choice(usual if random.random() < 0.8 else every), random)


def realistic_phone(random: Random) -> str:
    """Return a cell of a list from the United States: 3 % are garbage, 5 % empty."""
    chance = random.random()
    if chance < 0.05:
        return ""
    return random.choice(GARBAGE) if chance < 0.08 else usual_phone(random)


def foreign_phone(random: Random) -> str:
    """Return an example number with other last digits, in any spelling, with or without an edit."""
    text = _redialled(random.choice(examples()), random)
    return _edited(text, random) if random.random() < 0.4 else text


def dressed_phone(random: Random) -> str:
    """Return a number with something around it or in it: words, an extension, dashes of another kind, another one."""
    text = usual_phone(random) if random.random() < 0.7 else foreign_phone(random)
    match random.randrange(8):
        case 0:
            return text.replace("-", random.choice(DASHES)).replace(" ", random.choice((" ", *BLANKS)))
        case 1:
            return random.choice(BEFORE) + text
        case 2:
            return text + random.choice(AFTER)
        case 3:
            return random.choice(BEFORE) + text + random.choice(AFTER)
        case 4:
            return text + random.choice(MARKS) + (usual_phone(random) if random.random() < 0.8 else "555-0199")
        case 5:
            place = random.randrange(len(text) + 1)
            return text[:place] + random.choice("OolISBxXeZ") + text[place + random.randrange(2) :]
        case 6:
            return random.choice(FEW).format(random.randrange(10 ** random.randrange(1, 8)))
        case _:
            digits = "".join(str(random.randrange(10)) for _ in range(random.randrange(10, 19)))
            return "+" * random.randrange(2) + " ".join(_blocks(digits, random))


def _blocks(digits: str, random: Random) -> Iterator[str]:
    """Yield digits in blocks of one to seven."""
    while digits:
        size = random.choice((1, 2, 3, 3, 4, 4, 5, 6, 7))
        yield digits[:size]
        digits = digits[size:]


def phone_value(random: Random) -> str:
    """Return a text of a phone column: usual, dressed, foreign, hard or garbage, most with edits."""
    chance = random.random()
    if chance < 0.2:
        text = usual_phone(random)
    elif chance < 0.45:
        text = dressed_phone(random)
        if random.random() < 0.03:
            return text.translate(WIDE)
        if random.random() < 0.6:
            return text
    elif chance < 0.65:
        text = foreign_phone(random)
    else:
        text = random.choice(HARD if chance < 0.95 else GARBAGE)
    if random.random() < 0.02:
        text = random.choice((" {}", "{} ", " {}  ", "{}\t", "\u00a0{}", "'{}")).replace("{}", text)
    for _ in range(random.choice((0, 0, 0, 1, 1, 1, 2, 3, 4, 5))):
        text = _edited(text, random)
    return text


def _redialled(text: str, random: Random) -> str:
    """Return a text with other last digits."""
    kept, changed = text[:-4], text[-4:]
    return kept + "".join(str(random.randrange(10)) if letter.isdecimal() else letter for letter in changed)


def _edited(text: str, random: Random) -> str:
    """Return a text with one edit: something put in, taken out, doubled, replaced or swapped."""
    place = random.randrange(len(text) + 1)
    before, letter, after = text[:place], text[place : place + 1], text[place + 1 :]
    match random.randrange(6):
        case 0 | 1:
            return before + random.choice(TOKENS) + letter + after
        case 2:
            return before + after
        case 3:
            return before + letter * 2 + after
        case 4:
            return before + after[:1] + letter + after[1:]
        case _:
            return before + random.choice(TOKENS) + after
