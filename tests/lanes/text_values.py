"""Texts of columns without a grammar: names, companies, titles, remarks, with seeded edits."""

from __future__ import annotations

from random import Random

USUAL = (
    *(
        "Norm",
        "Ann",
        "Smith",
        "O'Neil",
        "van den Berg",
        "McCoy",
        "Mary-Jane",
        "José",
        "Zoë",
        "Łukasz",
        "Søren",
        "Ñandú",
    ),
    *(
        "Acme",
        "Acme Publishing",
        "Globex GmbH & Co. KG",
        "Initech, Inc.",
        "Umbrella (UK) Ltd",
        "Stark + Sons",
        "3M",
        "E=mc2",
    ),
    *(
        "Design Engineer",
        "Director of Marketing",
        "Chief Financial Officer",
        "VP, Sales",
        "Head of R&D",
        "c/o Ann",
        "#1",
    ),
    *(
        "Straße 5",
        "Žižkov",
        "İstanbul",
        "ŉ",
        "ſ",
        "Ŀ",
        "Dvořák",
        "Ångström",
        "Þór",
        "Œuvre",
        "½ Acme",
        "«Acme»",
        "10 €",
    ),
    *(
        "日本",
        "Ελλάδα",
        "Москва",
        "שלום",
        "हिन्दी",
        "نامه",
        "👩\u200d👩\u200d👧",
        "e\u0301",
        "a\u0308\u0323",
        "Cafe\u0301",
        "가",
        "각",
    ),
    *(
        "n/a",
        "N/A",
        "none",
        "(blank)",
        "-",
        "--",
        ".",
        "#N/A",
        "NULL",
        "",
        " ",
        "\t",
        "\u00a0",
        "\u200b",
        "\n",
        "n\u200b/a",
    ),
    *(
        "=1+1",
        "+1",
        "-1",
        "@sum(a)",
        "+cmd|x",
        "-x!",
        "=",
        "+",
        "-",
        "@",
        "@norm",
        "-5 (new)",
        "+1 (202) 222",
        "=cmd|' /C",
    ),
    *("Acme\nPublishing", "Acme\r\nPublishing", "a\u2028b", "a\x0bb", "a\x85b", "a\x1cb", "a \n b", "\nAcme", "Acme\r"),
)
TOKENS = (
    *(
        " ",
        "  ",
        "\t",
        "\n",
        "\r",
        "\r\n",
        "\x00",
        "\x07",
        "\x0b",
        "\x0c",
        "\x1b",
        "\x1c",
        "\x1f",
        "\x7f",
        "\x80",
        "\x85",
    ),
    *(
        "\x9f",
        "\xa0",
        "\u00ad",
        "\u034f",
        "\u061c",
        "\u115f",
        "\u1680",
        "\u2000",
        "\u200b",
        "\u200c",
        "\u200d",
        "\u2028",
    ),
    *("\u2029", "\u202f", "\u2060", "\u3000", "\u3164", "\ufeff", "\ufffd", "\U000e0041", "\u0301", "\u0308", "\u0338"),
    *(
        "\u0327",
        "\u0345",
        "\u1161",
        "\u11a8",
        "\u09be",
        "ſ",
        "K",
        "Å",
        "ﬁ",
        "é",
        "ß",
        "ž",
        "ı",
        "ƀ",
        "Ɵ",
        "ʼn",
        "ΐ",
        "\u1e9b",
    ),
    *("=", "+", "-", "@", "(", "|", "!", ".", ",", "'", '"', "&", "0", "7", "a", "Z", "x" * 15, "é" * 20, "n/a", "-"),
)


def text_value(random: Random) -> str:
    """Return one to three usual texts, in half of all cases with one to four edits."""
    text = " ".join(random.choice(USUAL) for _ in range(random.choice((1, 1, 1, 2, 3))))
    if random.random() < 0.06:
        text = random.choice((str.upper, str.title, str.swapcase))(text)
    for _ in range(random.choice((0, 0, 0, 1, 2, 4))):
        place = random.randrange(len(text) + 1)
        before, letter, after = text[:place], text[place : place + 1], text[place + 1 :]
        match random.randrange(4):
            case 0:
                text = before + random.choice(TOKENS) + letter + after
            case 1:
                text = before + after
            case 2:
                text = before + letter * 2 + after
            case _:
                text = before + after[:1] + letter + after[1:]
    return text
