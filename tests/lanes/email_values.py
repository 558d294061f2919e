"""Texts of e-mail columns: as they are usually typed, as they are usually broken, and with seeded edits."""

from __future__ import annotations

from random import Random

FIRST = (
    *("norm", "ann", "bob", "carla", "olga", "yusuf", "mary-jane", "jose", "x", "wei", "liam", "zoe", "anna.maria"),
    *("Norm", "ANN", "McCoy", "o'neil", "j", "sven_ole", "kim", "svetlana", "kirk", "Tess"),
)
LAST = (
    "smith",
    "jones",
    "garcia",
    "nakamura",
    "van.den.berg",
    "Patel",
    "o'brien",
    "ng",
    "KLEIN",
    "da-silva",
    "b",
    "sk",
)
ROLES = ("info", "Info", "INFO", "sales", "Support", "postMaster", "www", "webmaster", "news", "noc", "hr", "kontakt")
DOMAINS = (
    *("acme.com", "acmedata.com", "mail.acme.co.uk", "sub-domain.acme.travel", "b.co", "globex.de", "initech.io"),
    *("umbrella.org", "hooli.example", "example.com", "stark.museum", "k9.sk", "1und1.de", "a-b-c.fr", "t.co"),
    *("localhost.com", "test.de", "tests.test.net", "local.host", "arpa.fr", "onions.onio", "testt.tes", "mail.local"),
    *("acme.local", "localhost", "acme.test", "x.onion", "mail.invalid", "10.in-addr.arpa", "TEST", "sub.LocalHost"),
    *("exämple.com", "xn--exmple-cua.com", "müller.de", "例子.公司", "bücher.example", "straße.de", "acme。com"),
    *("ACME.com", "Globex.DE", "INITECH.IO", "Gmail.Com", "acme.c0m", "acme.c-m", "a--b.com", "ab--c.com", "acme.x1y"),
)
STEMS = ("acme", "globex", "initech", "umbrella-data", "hooli", "vandelay", "stark", "cyberdyne", "tyrell")
BROKEN = (
    *("norm.acme.com", "Norm Smith", "unknown", "no email", "norm@", "@acme.com", "norm@acme", "norm@acme,com"),
    *("norm smith@acme.com", "norm@acme .com", "norm@@acme.com", "norm@acme@com", "norm.@acme.com", ".norm@acme.com"),
    *("norm..smith@acme.com", "norm@acme..com", "norm@acme.com.", "norm@acme.com;", "norm@acme.com,", "norm@-acme.com"),
    *("a@x.com, b@y.com", "a@x.com;b@y.com", "a@x.com b@y.com", "a@x.com / b@y.com", "a@x.com <b@y.com>", "a@b;c@d;"),
    *(
        "http://www.acme.com",
        "www.acme.com",
        "https://acme.com/@norm",
        "acme.com/norm",
        "WWW.ACME.COM",
        "www.norm@a.com",
    ),
    *("mailto:norm@acme.com", "E-Mail: norm@acme.com", "smtp:norm@acme.com", "mailto:norm%40acme.com?subject=Hi"),
    *("Norm Smith <norm@acme.com>", '"Smith, Norm" <norm@acme.com>', "<norm@acme.com>", "norm@acme.com (Norm)"),
    *("norm at acme.com", "norm(at)acme.com", "norm[at]acme.com", "norm@acme.com x12", "N/A", "(blank)", "none", "-"),
    *('"a b"@acme.com', "a@[127.0.0.1]", "a@127.0.0.1", "(202) 222-1234", "norm@acme.c0m1", "norm@acme_data.com"),
    *(
        "norm＠acme.com",
        "norm@acme.com\u200b",
        "\ufeffnorm@acme.com",
        "José Peña",
        "josé@acme.com",
        "norm\u00a0@acme.com",
    ),
    *("'norm@acme.com'", "norm@acme.com>", "{norm@acme.com}", "norm@acme.com:", "norm@acme.com/", "n/a@acme.com", ""),
    *("e\u0301a@acme.com", "norm@acme.com\n", "norm@acme.com\r\nann@acme.com", "\tnorm@acme.com", "mail: none", "x:y"),
)
TOKENS = (
    *(
        ".",
        "..",
        "@",
        "@@",
        "-",
        "--",
        "xn--",
        "_",
        "'",
        '"',
        "<",
        ">",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ":",
        ";",
        ",",
        "/",
    ),
    *("//", "\\", "|", "&", "%", "%40", "%C3%A9", "?", "#", "*", "+", "=", "!", "~", "`", "^", "$", " ", "  ", "\t"),
    *("\n", "\r\n", "\x00", "\x1c", "\x7f", "\x85", "\xa0", "\u00ad", "\u200b", "\u200d", "\u2028", "\ufeff", "\u3000"),
    *("www.", "http://", "mailto:", "MailTo:", "e-mail:", "smtp :", "Email ", " or ", "; ", ", ", " / ", "ann@x.com"),
    *(".test", ".TEST", ".local", ".localhost", ".arpa", ".onion", ".invalid", "test", "localhost", ".com", ".c", ".1"),
    *("\u212a", "\u017f", "\u0131", "\u0130", "ß", "é", "e\u0301", "\u0301", "\u0338", "\uff0e", "\u3002", "\uff61"),
    *("\uff20", "\ufe6b", "\uff21", "ﬁ", "а", "о", "ο", "א", "٣", "名", "\u2019", "\u201d", "\u201c", "\u2013", "😀"),
    *("K", "S", "I", "k", "s", "i", "a", "Z", "0", "9", "info@", "INFO@", "x" * 60, "y" * 64, "z." * 30, "é" * 90),
)


def usual_email(random: Random) -> str:
    """Return an address as most are typed, now and then with capitals."""
    pick = random.choice
    first, last = pick(FIRST), pick(LAST)
    number = str(random.randrange(1, 3_000)) if random.random() < 0.4 else ""
    local = pick((f"{first}.{last}", f"{first}{last}", f"{first}_{last}", f"{first[0]}{last}", first)) + number
    if random.random() < 0.1:
        local = pick(ROLES)
    domain = pick(DOMAINS[:15]) if random.random() < 0.7 else pick(DOMAINS)
    return f"{local}@{domain}"


def email_value(random: Random) -> str:
    """Return a text of an e-mail column: usual or broken, and in two of three cases with one to five edits."""
    text = usual_email(random) if random.random() < 0.7 else random.choice(BROKEN)
    chance = random.random()
    if chance < 0.06:
        text = random.choice((str.upper, str.title, str.swapcase))(text)
    if chance > 0.97:
        text = random.choice(("{} ", " {}", "  {} ", "{}\t", "\u00a0{}", "{}.", "{};", "<{}>", "{}, {}")).replace(
            "{}", text
        )
    for _ in range(random.choice((0, 0, 0, 1, 1, 1, 2, 3, 5))):
        text = _edited(text, random)
    return text


def _edited(text: str, random: Random) -> str:
    """Return a text with one edit: something put in, taken out, doubled, replaced, re-cased or swapped."""
    place = random.randrange(len(text) + 1)
    before, letter, after = text[:place], text[place : place + 1], text[place + 1 :]
    match random.randrange(6):
        case 0:
            return before + random.choice(TOKENS) + letter + after
        case 1:
            return before + after
        case 2:
            return before + letter * 2 + after
        case 3:
            return before + random.choice(TOKENS) + after
        case 4:
            return before + letter.swapcase() + after
        case _:
            return before + after[:1] + letter + after[1:]


def realistic_email(random: Random) -> str:
    """Return a cell as a list of contacts holds it.

    Nine in ten are plain; 3.5 % are broken, 1.5 % empty, 0.5 % have letters beyond ASCII, the rest capitals or blanks.
    """
    pick, chance = random.choice, random.random()
    if chance < 0.015:
        return ""
    if chance < 0.05:
        return pick(BROKEN)
    first, last = pick(FIRST).lower(), pick(LAST).lower()
    number = str(random.randrange(1, 30_000)) if random.random() < 0.5 else ""
    local = pick((f"{first}.{last}", f"{first}{last}", f"{first}_{last}", f"{first[0]}{last}", first)) + number
    if chance < 0.055:
        return pick((f"{local}@{pick(('müller', 'bücher', 'exämple', '例子'))}{number}.com", f"{local}é@acme.com"))
    address = f"{local}@{pick(STEMS)}{random.randrange(900)}.{pick(('com', 'com', 'de', 'co.uk', 'org', 'io'))}"
    if chance < 0.1:
        return pick((address.upper(), address.title(), f" {address}", f"{address} ", f"{pick(ROLES)}@Acme{number}.com"))
    return address
