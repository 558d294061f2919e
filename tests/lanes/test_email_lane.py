"""The lane of e-mail addresses says what the judge says, of every text."""

from __future__ import annotations

import re
from itertools import product
from random import Random
from unicodedata import bidirectional, category, decomposition, normalize

import numpy as np
import pytest
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, rfc_constants, validate_email
from email_validator.syntax import validate_email_local_part

from schemas.kinds.blanks import remove_invisible
from schemas.kinds.emails import CLOSING, OPENING, judge_email, library_form
from schemas.lanes import addresses, emails
from schemas.lanes.addresses import certain_form
from schemas.lanes.emails import email_lane
from schemas.lanes.first_pass import Words
from schemas.rules.emails import RULES
from schemas.verdicts import Verdict
from tests.lanes.comparing import compare, compare_many, decided_by
from tests.lanes.email_values import BROKEN, email_value, realistic_email
from tests.lanes.kinds import KINDS

LANE = email_lane()
SEVERAL = 9


def verdict_of(text: str) -> Verdict | None:
    """Return what the lane says of a text, the same whether it stands alone or among many."""
    (alone,) = decided_by(LANE, [text])
    among = decided_by(LANE, [text] * SEVERAL)
    assert among == [alone] * SEVERAL
    return alone


def test_the_lane_says_what_the_judge_says() -> None:
    """On mutated texts and on harmless ones."""
    assert compare_many(KINDS["email"], 30_000, seed=1) > 27_000
    random = Random(2)
    assert compare(LANE, judge_email, [realistic_email(random) for _ in range(10_000)]) > 9_900


def test_every_text_is_decided() -> None:
    """In ASCII or not, printable or not."""
    random = Random(4)
    assert None not in decided_by(LANE, [email_value(random) for _ in range(20_000)])


def test_few_realistic_cells_ask_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most one in a thousand, and no domain twice in two batches."""
    random = Random(3)
    texts = [realistic_email(random) for _ in range(30_000)]
    asked: list[str] = []
    ask = addresses.ask_library
    monkeypatch.setattr(addresses, "ask_library", lambda text: asked.append(text) or ask(text))
    addresses._judged.cache_clear()
    for _ in range(2):
        decided_by(LANE, texts)
    assert len(asked) <= len(texts) / 1_000
    assert len(asked) == len(set(asked))


def test_a_value_without_a_repair_is_the_librarys() -> None:
    """Where no repair is told, the value is `validate_email(...).normalized` of the trimmed text, and vice versa."""
    random = Random(5)
    texts = [email_value(random) for _ in range(6_000)]
    accepted = 0
    for text, found in zip(texts, decided_by(LANE, texts), strict=True):
        if found is None:
            continue
        try:
            expected = validate_email(text.strip(), check_deliverability=False).normalized
        except EmailNotValidError:
            expected = None
        if found.value is not None and set(found.codes) <= {"C001", "E001"}:
            assert found.value == expected, text
            accepted += 1
        else:
            assert expected is None, text
    assert accepted > 1_500


def test_any_split_into_batches_says_the_same() -> None:
    """A cell's verdict does not depend on its neighbours."""
    random = Random(6)
    texts = [email_value(random) for _ in range(6_000)]
    whole = decided_by(LANE, texts)
    for size in (1, 7, 4_999):
        count = 200 if size == 1 else len(texts)
        parts = [decided_by(LANE, texts[start : start + size]) for start in range(0, count, size)]
        assert [found for part in parts for found in part][:count] == whole[:count]
    shuffled = list(range(len(texts)))
    random.shuffle(shuffled)
    assert decided_by(LANE, [texts[at] for at in shuffled]) == [whole[at] for at in shuffled]


# What is tricky, by rule; each stands alone and among many.
NAMED = {
    "a local part over 64 is accepted": ["n" * 65 + "@acme.com", "N" * 65 + "@acme.com", "n" * 62 + "@a.co"],
    "at most 254 bytes": ["n" * 245 + "@acme.com", "n" * 246 + "@acme.com", "é" * 122 + "@a.com", "é" * 125 + "@a.com"],
    "a label of at most 63": ["a@" + "b" * 63 + ".c", "a@" + "b" * 64 + ".c", "A@" + "B" * 64 + ".COM"],
    "a domain of at most 253": ["a@" + "b." * 124 + "com", "a@" + "b." * 125 + "com", "a@" + "b." * 126 + "com"],
    "IDNA makes it longer": [
        "a@" + "ü" * 50 + ".de",
        "a@" + "ü" * 58 + ".de",
        "n" * 200 + "@" + "ü" * 40 + ".de",
        "n" * 246 + "@ü.de",
    ],
    "role names have no capitals": [
        "Info@acme.com",
        "POSTMASTER@ACME.COM",
        "www@acme.com",
        "Infos@acme.com",
        "iNFO@é.de",
    ],
    "other local parts keep theirs": ["Norm@acme.com", "NORM@acme.com", "Info.Norm@acme.com", "Norm@Acme.com"],
    "hyphens at 3 and 4": ["a@ab--c.com", "a@xn--c.com", "a@a--bc.com", "a@abc--d.com", "A@XN--EXMPLE-CUA.com"],
    "Punycode comes back as Unicode": [
        "jose@xn--exmple-cua.com",
        "Norm@xn--exmple-cua.com",
        "a@axn--b.com",
        "a@b.xn--p1ai",
    ],
    "special use": [f"a@{name}" for name in SPECIAL_USE_DOMAIN_NAMES],
    "special use as a parent": [f"A@b.{name.upper()}" for name in SPECIAL_USE_DOMAIN_NAMES],
    "nearly special use": [f"a@b.{name}{more}" for name, more in product(SPECIAL_USE_DOMAIN_NAMES, ("s", "a", ".co"))],
    "a part of special use": [f"a@b.{name[:-1]}" for name in SPECIAL_USE_DOMAIN_NAMES],
    "special use below what is no name": [
        "a@my_x.test",
        "a@b..test",
        "a@-.local",
        "a@b--c.local",
        "a@.test",
        "a@b@c.test",
    ],
    "ends in a letter": ["a@acme.c0m", "a@acme.com1", "a@acme.1a", "a@acme.c-m", "a@acme.com-", "a@acme.1", "a@a.-b"],
    "nothing is trimmed inside": ["a@acme .com", "a @acme.com", "a@ acme.com", "a@acme.com\x1c", "\x85a@acme.com"],
    "a dot at an end, two in a row": [".a@acme.com", "a.@acme.com", "a..b@acme.com", "a@.acme.com", "a@acme..com"],
    "quotes and brackets": ['"a"@acme.com', '"a b"@acme.com', 'a"b@acme.com', "a@[1.2.3.4]", "a@[x", "<a@acme.com"],
    "quotes around two signs": ['"a@b"@acme.com', 'x"a@b"@acme.com', 'a"@acme.com', '"a@acme.com'],
    "look-alikes of dots": ["a@acme\u3002com", "a@acme\uff0ecom", "a@acme\uff61com", "a\uff0eb@acme.com"],
    "look-alikes of the sign": ["a\uff20acme.com", "a\ufe6bacme.com"],
    "a combining mark": [
        "e\u0301a@acme.com",
        "a@e\u0301.com",
        "a@\u0338acme.com",
        "a<\u0338b@acme.com",
        "a=\u0338@b.com",
    ],
    "case is not folded": [
        "a@\u212a.com",
        "\u212a@acme.com",
        "a@\u017f.com",
        "\u017fales@acme.com",
        "a@İ.com",
        "ſ@ſ.ſk",
    ],
    "a final line feed": ["a@acme.com\n", "a@acme.com\r\n", "A@ACME.com\n", "Norm\n", "a@acme\n"],
    "several addresses": [
        "a@x.com,b@y.com",
        "a@x.com or b@y.com",
        "a@x.com b",
        "a@b@x.com",
        "a@x,b@y,c",
        "@x @y",
        "a@,b@",
    ],
    "websites": [
        "http://a@b.com",
        "HTTP://x",
        "www.",
        "WWW.acme.com",
        "acme.com/x",
        "a/b@x.com",
        "wwww.x",
        "a.b/c@d",
        "x://",
    ],
    "punctuation": [
        "norm.",
        "none.",
        "a@acme.com.;",
        "{a@acme.com}",
        "{a@acme.com",
        "{" + "n" * 58 + "@acme.com",
        "'a@acme.com'",
        "a'@acme.com'",
        "[a@b",
    ],
    "nothing but punctuation": [";", "...", "()", "''", '"', "<>", "<>.", ":", "[]{}"],
    "names": [
        "N <a@acme.com>",
        "N <A@ACME.com>",
        "N<a@acme>",
        "N < a@acme.com >",
        "N <>",
        "a@x.com <a@x.com>",
        "N <Info@a.co>",
    ],
    "names and more": [
        "; N <a@b.co>",
        "N <a@b.co>;",
        "N <a@b@c.co>",
        "N <<a@b.co>",
        "N <a@b.co;>",
        "N <mailto:a@b.co>",
    ],
    "brackets and no name": [".www.acme.com(x", ";www.a.com<x", "((a@b.co", "<<a@b.co>>", "(a@b.co", "a@b.co ("],
    "remarks": [
        "a@acme.com (Norm)",
        "a@acme.com(Norm)",
        "(Norm) a@acme.com",
        "a@acme.com (b@acme.com)",
        "norm(at)acme.com",
    ],
    "prefixes": [
        "mailto:a@acme.com",
        "mail:x",
        "E-mail : a@b.co",
        "smtp:",
        "mailto:a%40b.co?x",
        "memo: a@b.co",
        "email:none",
    ],
    "placeholders": [
        "n/a",
        "N/A.",
        "none",
        " none ",
        "none;",
        "\u200bnone",
        "-",
        "--",
        ".",
        "<none>",
        "mailto:none",
        "x <none>",
    ],
    "what cannot be seen": [
        *(
            "\ufeffa@b.co",
            "a\u200b@b.co",
            "a@b\u00ad.co",
            " \u200e a@B.co\u200f ",
            "\u2060Info@b.co",
            "N <a\u200b@b.co>",
        ),
        *(
            "\u200b;;",
            "\ufeff ;\u200b",
            "\u200bn/a\u200b",
            "\u200b \u200b",
            "\u200bjosé@b.co",
            "a@ü\u00ad.de",
            "\u200bx@b",
        ),
        *(
            "\ufeffwww.b.co/\u200b",
            "\u200ba@b.co, c@d.co",
            "\u200d@b.co",
            "a\u200d@b.co",
            "\u200b" * 400 + "none",
            "\u2060" * 333,
        ),
    ],
    "nothing to be seen": ["", " ", "\t", "\u200b", "\u00a0", "\x00", "\ufeff \u200b"],
    "blanks at an end": [
        " a@acme.com",
        "a@ACME.com ",
        "  a@acme.com;  ",
        "\ta@acme.com",
        "a@acme.com\u00a0",
        " norm ",
        "\x1ca@b.co",
    ],
    "other letters": [
        *("josé.smith@acme.com", "José@ACME.com", "zoë@acme", "zoë@my_acme.com", "用户@acme.com", "zoë@ü.local"),
        *("ß@a.local", "zoë smith@acme.com", "zoë@@acme.com", "ü@x.com, ö@y.com", "ann´s mail@acme.com"),
        *("ann\uff20acme.com", "ann\uff20x@acme.com", "www.ü.com", "ü.com/x", "ü://x.com", "zoë.acme.com"),
        *("maılto:a@b.co", "\u017fmtp:a@b.co", "(zoë@acme.com)", "mailto:zoë@acme.com", "a\u037eb@a.com"),
        *("é" * 130, "é" * 101 + "@", "mar\u212aeting@acme.com", "a@ñ.es", "a@Ñandú.ES", "a@a.рф", "a@ñ--x.es"),
        *("é" * 60 + "@" + "b" * 64 + ".com", "é@" + "b" * 63 + ".com", "\u0301a@b.co", "e\u0301@b.co"),
    ],
    "a percent sign behind a prefix": ["mailto:ann%40x@acme.com", "mailto:ann%2Ex@acme.com", "e-mail:ann%@acme.com"],
    "white space at an end": ["a@b.co\t", "\u3000a@b.co", "a@b.co\u00a0", "\u2003none\x1f", "\x1c\x7f", "\xa0é@b.co"],
    "a long cell of white space": [
        *("\u200bnone" + "\u00a0" * 999, "a@b.co" + "\u00a0" * 999, "\t" * 1_001, " " * 1_001 + "n/\u200ba"),
    ],
    "two signs": ["a@@b.com", "a@b@c.com", "a b@c@d.com", "a@b@c.local", "a@b.co@test", "a..b@c@d.com", "é@b@c.com"],
    "too long": [
        *("x@" + "y" * 300, "www." + "y" * 300, "a" * 300 + "@b.co;", "a@b.co" + ";" * 999, "é" * 300 + "@b.co"),
        *("y" * 200 + "@" + "b" * 60, "a" * 249 + "@b.co", "a" * 248 + "@b.co", "É" * 124 + "@b.co", "a b" * 90 + "@x"),
    ],
    "too long a cell": ["x" * 1_001, "a@b.co, " * 200, "y" * 300, "y" * 300 + "@", ("z" * 300 + " ") * 3 + "a@b.co"],
}


@pytest.mark.parametrize("name", NAMED)
def test_named_cases(name: str) -> None:
    for text in NAMED[name]:
        assert verdict_of(text) == judge_email(text), text


@pytest.mark.parametrize("text", BROKEN)
def test_broken_ones_alone_and_among_many(text: str) -> None:
    """One by one and many at once, a broken address has the judge's verdict."""
    assert verdict_of(text) == judge_email(text)


def test_every_rule_is_told_by_the_lane() -> None:
    """But for E107, which the judge itself knows no case of, and E208, which is a mapping's."""
    random = Random(7)
    texts = [*(email_value(random) for _ in range(20_000)), *(text for texts in NAMED.values() for text in texts)]
    told = {code for found in decided_by(LANE, texts) if found is not None for code in found.codes}
    assert {rule.code for rule in RULES} - told == {"E107", "E208"}


def test_the_certain_form_is_the_librarys() -> None:
    random = Random(8)
    for text in (email_value(random) for _ in range(12_000)):
        assert certain_form(text) == library_form(text), text


@pytest.mark.parametrize("form", ["{}", "a{}"])
def test_every_character_before_the_sign(form: str) -> None:
    """And one in eleven of those beyond U+FFFF; the library's own part is asked, in its own order."""
    for letter in map(chr, (*range(0x80, 0xD800), *range(0xE000, 0x10000), *range(0x10000, 0x110000, 11))):
        local = form.format(letter)
        assert addresses._local_form(local) == _library_local(local), repr(local)


def _library_local(local: str) -> str | None:
    """Return what stands before the @ as `validate_email` makes it."""
    try:
        for one in dict.fromkeys((local, normalize("NFC", local))):
            found = validate_email_local_part(one)["local_part"]
    except EmailNotValidError:
        return None
    return found


LETTERS = [letter for letter in map(chr, range(0x80, 0xD800)) if addresses._ASCII_OR_OURS.fullmatch(letter)]


def test_every_letter_of_the_alphabet_behind_the_sign() -> None:
    """Each is taken by the library as it is, or in its small form; nothing that composes is among them."""
    assert [chr(at) for at in np.flatnonzero(emails._SMALL > 2)] == LETTERS
    for start in range(0, len(LETTERS), 9):
        letters = "".join(LETTERS[start : start + 9])
        for label in (letters, f"a{'-'.join(letters)}b")[: 2 if letters[0] < "\u4e00" else 1]:
            small = label.lower()
            assert len(small) == len(label)
            assert library_form(f"a@{label}.com") == f"a@{small}.com" == certain_form(f"a@{label}.com"), label
    assert {bidirectional(letter) for letter in LETTERS} == {"L"}
    composed = [decomposition(chr(point)).split() for point in range(0x110000)]
    second = {parts[1] for parts in composed if len(parts) == 2 and parts[0][0] != "<"}
    assert not second.intersection(f"{ord(letter):04X}" for letter in LETTERS)


def test_letters_that_stand_in_for_others_are_letters_of_words() -> None:
    """No rule for texts tells them from an underscore, and none tells the signs from an exclamation mark."""
    assert not any(re.match("[a-z]", letter, re.IGNORECASE) for letter in LETTERS)
    assert all(re.match(r"\w", letter) and remove_invisible(letter) == letter for letter in LETTERS)
    assert not any(re.match(r"[\w\s]", sign) for sign in emails._STRANGE_SIGNS)
    for sign in emails._UNSEEN_SIGNS:
        assert category(sign) == "Cf"
        assert not any(remove_invisible(text) for text in (sign, sign * 2))
        assert all(
            remove_invisible(f"{beside}{sign}{beside}") == beside * 2 for beside in ("a", "@", "\u05d0", "\uac00")
        )
    assert not set(CLOSING + OPENING).intersection((*LETTERS, *emails._STRANGE_SIGNS))
    for other in (*LETTERS, *emails._STRANGE_SIGNS):
        assert category(other)[0] in "LPS"
        assert normalize("NFC", other) == other


def random_domain(random: Random) -> str:
    """Return a domain of letters of our alphabet, of others and of Punycode, now and then too long."""
    labels = []
    for _ in range(random.choice((1, 1, 2, 3))):
        letters = random.choices("abcxyz019-", k=random.choice((1, 2, 3, 5, 8, 13, 20, 40, 58)))
        for _ in range(random.choice((0, 1, 1, 2, 3, len(letters)))):
            letters[random.randrange(len(letters))] = random.choice(LETTERS)
        if random.random() < 0.12:
            letters.insert(random.randrange(len(letters) + 1), random.choice(ODD))
        label = "".join(letters)
        labels.append("xn--" + label.encode("punycode").decode() if random.random() < 0.12 else label)
    domain = ".".join((*labels, random.choice(ENDS)))
    return domain.upper() if random.random() < 0.05 else domain


ODD = (
    *("ı", "ſ", "İ", "ŉ", "ς", "ΐ", "\u0301", "\u0338", "\u200d", "\u00b7", "\u3002", "\uff0e", "א", "ب", "٣"),
    *("\u212a", "ǆ", "ệ", "--", "xn--", ".", "-", "\u00ad", "X", "_"),
)
ENDS = ("com", "com", "de", "local", "test", "c0m", "xn--p1ai", "рф", "éa", "a1", "ñ", "公司", "x-1", "LOCAL")


def test_a_domain_is_what_the_library_takes_it_for() -> None:
    random = Random(10)
    accepted = 0
    for _ in range(4_000):
        local = random.choice(("a", "Info", "José", "e\u0301", "n" * random.randrange(150, 250), "é" * 95))
        text = f"{local}@{random_domain(random)}"
        found = certain_form(text)
        assert found == library_form(text), text
        accepted += found is not None
    assert accepted > 800


def test_a_text_before_the_sign_is_what_the_library_takes_for_one() -> None:
    """Every ASCII character before, behind and between letters: the library's word on each is the lane's."""
    letters = [chr(code) for code in range(128)]
    texts = [f"{way[0]}{letter}{way[1]}" for letter in letters for way in (("a", "b@acme.com"), ("", "@acme.com"))]
    texts += [
        f"a@{way[0]}{letter}{way[1]}" for letter in letters for way in (("b", "c.com"), ("b.c", "m"), ("b.c", ""))
    ]
    for text in texts:
        assert certain_form(text) == library_form(text), repr(text)
    assert compare(LANE, judge_email, texts) == len(texts)


def test_the_librarys_own_lists_are_used() -> None:
    """A release that changes one of them changes the lane."""
    assert set(rfc_constants.CASE_INSENSITIVE_MAILBOX_NAMES) == addresses.ROLES
    assert set(addresses.SPECIAL_USE) == set(SPECIAL_USE_DOMAIN_NAMES)
    assert all(name.isascii() and name.islower() for name in (*addresses.ROLES, *addresses.SPECIAL_USE))


def test_few_domains_are_remembered() -> None:
    """What is kept between batches has a bound, and a usual domain is not kept at all."""
    addresses._judged.cache_clear()
    random = Random(9)
    decided_by(LANE, [realistic_email(random) for _ in range(2_000)])
    kept = addresses._judged.cache_info()
    assert kept.maxsize is not None
    assert kept.currsize < 60


def without(bit: int) -> object:
    """Return what each byte may be, but for one of its classes."""
    return emails._LETTERS & ~np.uint16(bit)


def known(letter: str) -> object:
    """Return what characters beyond ASCII are known, and one more."""
    forms = emails._SMALL.copy()
    forms[ord(letter)] = ord(letter)
    return forms


SABOTAGE: dict[str, tuple[object, str, object]] = {
    "capitals behind the @ pass": (emails, "_LETTERS", without(4)),
    "special use is forgotten": (emails, "_RESERVED", Words(["invalid"])),
    "length is forgotten": (emails, "LONGEST_ADDRESS", 1_000),
    "length of a label is forgotten": (emails, "LONGEST_LABEL", 1_000),
    "length of a domain is forgotten": (emails, "LONGEST_HOST", 100),
    "length of a cell is forgotten": (emails, "LONGEST_CELL", 10_000),
    "role names keep their capitals": (emails, "_ROLES", Words(["noc"])),
    "some other name has none": (emails, "_ROLES", Words(["norm", *sorted(addresses.ROLES)])),
    "every local part is lowered": (addresses, "ROLES", frozenset({"norm", "ann", *addresses.ROLES})),
    "repairs are forgotten at the end": (emails, "_LETTERS", without(16)),
    "repairs are forgotten at the beginning": (emails, "_LETTERS", without(8)),
    "punctuation before a name is forgotten": (emails, "_LETTERS", without(32)),
    "several are not told apart": (emails, "_LETTERS", without(64)),
    "paths are forgotten": (emails, "_LETTERS", without(128)),
    "schemes are forgotten": (emails, "_LETTERS", without(256)),
    "prefixes are forgotten": (emails, "_PREFIXES", Words(["nothing"])),
    "each prefix is a URL's": (emails, "_PREFIXES", Words(["e-mail", "mailto"])),
    "phones are forgotten": (emails, "_MARKS", emails._MARKS & False),
    "an i without a dot is a letter": (emails, "_SMALL", known("\u0131")),
    "a mark that composes is a letter": (emails, "_SMALL", known("\u0301")),
    "limits of both halves are enough": (addresses, "LONGEST_ADDRESS", 300),
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_a_lane_broken_on_purpose_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The named cases see every one of these mistakes."""
    module, attribute, wrong = SABOTAGE[name]
    assert type(wrong) is type(getattr(module, attribute)), "the mistake is none"
    if isinstance(wrong, str):
        assert wrong != getattr(module, attribute), "the mistake is none"
    monkeypatch.setattr(module, attribute, wrong)
    with pytest.raises(AssertionError, match="the lane says"):
        compare_named()


def test_a_whole_lane_is_not() -> None:
    compare_named()


def compare_named() -> None:
    """Compare the named cases with the judge.

    Raises:
        AssertionError: As in `compare`.
    """
    compare(LANE, judge_email, [*BROKEN, *(text for texts in NAMED.values() for text in texts)])
