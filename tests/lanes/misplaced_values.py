"""Texts that belong in another column: phones, e-mail and web addresses, or almost."""

from __future__ import annotations

from random import Random

from tests.lanes.email_values import usual_email
from tests.lanes.phone_values import usual_phone
from tests.lanes.website_values import usual_website

HARD = (
    *("2024-01-31", "31.01.2024", "192.168.100.200", "01.02.03.04.05", "555-0123", "+49 30 1", "12345678", "123456789"),
    *(
        "1" * 15,
        "1" * 16,
        "+" + "1" * 15,
        "+" + "1" * 16,
        "(+49) 30 12345",
        "+ 49 30 12345",
        "202-555-0123 -",
        "++49301234",
    ),
    *(
        "http://norm@acme.com",
        "www.acme24.com",
        "www.5550123.com/2025550123",
        "WWW.ACME.COM",
        "www.acme",
        "www. 555 0123",
    ),
    *(
        "norm@acme",
        "norm@acme.c",
        "norm@acme.com.",
        "@acme.com",
        "5550123@acme.com",
        "2.02E+09",
        "mailto:norm@acme.com",
    ),
    *(
        "https://",
        "http://2025550123",
        "ftp://acme.com",
        "www.202-555-0123",
        "//202-555-0123",
        "202/555/0123",
        "[202] 5550123",
    ),
)
TOKENS = (
    *"0123456789+-./() @:,;_#xw",
    "www.",
    "http://",
    "://",
    ".com",
    "@",
    "\u00a0",
    "\u2013",
    "é",
    "\uff11",
    "  ",
    "\t",
    "'",
)


def misplaced_value(random: Random) -> str:
    """Return a text of another kind than its column's, half of them with one to three edits."""
    make = random.choice((usual_email, usual_phone, usual_website, None))
    text = random.choice(HARD) if make is None else make(random)
    if random.random() < 0.1:
        text = random.choice((" {}", "{} ", "({})", "{};", "<{}>", "{}.")).replace("{}", text)
    for _ in range(random.choice((0, 0, 0, 1, 1, 2, 3))):
        place = random.randrange(len(text) + 1)
        text = text[:place] + random.choice((*TOKENS, "")) + text[place + random.randrange(2) :]
    return text
