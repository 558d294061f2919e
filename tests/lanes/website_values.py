"""Texts of website columns: as they are usually typed, as they are usually broken, and with seeded edits."""

from __future__ import annotations

from random import Random

HOSTS = (
    *("acme.com", "www.acme.com", "www.acmedata.com", "acme.co.uk", "shop.acme.travel", "b.co", "1und1.de", "t.co"),
    *("sub-domain.acme.io", "a-b-c.fr", "k9.sk", "www.x.museum", "3m.com", "acme.web", "acme.c0m", "1.2.3.acme.de"),
    *("WWW.ACME.COM", "Acme.com", "www.Globex.De", "initech.IO", "a--b.com", "ab--c.com", "skisk.sk", "KISS.kiss"),
)
ODD_HOSTS = (
    *(
        "localhost",
        "intranet",
        "acme",
        "3m",
        "0x7f",
        "0xacme",
        "127.0.0.1",
        "192.0.2.1",
        "1.2.3",
        "256.1.1.1",
        "01.2.3.4",
    ),
    *("[::1]", "acme_data.com", "-acme.com", "acme-.com", "acme..com", ".acme.com", "acme.com.", "acme.c", "acme.c-"),
    *(
        "exämple.com",
        "xn--exmple-cua.com",
        "XN--exmple-cua.com",
        "acme.xn--p1ai",
        "xn--a.com",
        "例子.公司",
        "straße.de",
        "bücher.acme.de",
        "www.łódź.pl",
        "xn--mller-kva.acme.com",
    ),
    *("ac%6de.com", "acme.0x1", "acme.123", "acme.com%2f", "a" * 63 + ".com", "b" * 64 + ".com", "c." * 126 + "de"),
    *("o'neil.com", "a&b.com", "a$b", "AT&T", "acme.com-", "acme。com", "acme\u00ad.com", "acme .com", "acme, inc.com"),
)
SCHEMES = (
    *("http://", "https://", "http://", "https://", "", "", "HTTP://", "Https://", "http:/", "http:", "http:///", "//"),
    *(
        "ftp://",
        "mailto:",
        "htp://",
        "http//",
        "file:///",
        "http:\\\\",
        "javascript:",
        "https:https://",
        "HTTPS:",
        "ws://",
    ),
    *(
        "http://http://",
        "sftp://",
        "www.",
        "Website: ",
        "tel:",
        "http://norm@",
        "http://norm:pw@",
        "norm@",
        ":",
        "?",
        "/",
    ),
)
PORTS = (
    *("", "", "", ":80", ":443", ":8080", ":8443", ":81", ":0", ":080", ":00", ":65535", ":65536", ":59999", ":60000"),
    *(":", ":x", ":8", ":444", ":4430", ":800", ":99999", ":5", ":50", ":440", ":449", ":473", ":88"),
)
PATHS = (
    *(
        "",
        "",
        "",
        "/",
        "/",
        "/about",
        "/about/us",
        "/About-Us/",
        "/index.html",
        "/a.b/c_d~e",
        "/?id=7",
        "?id=7",
        "#top",
    ),
    *("/a?b=c&d=e#f", "/#", "/?", "?", "#", "/.", "/..", "/./a", "/a/../b", "/a/.b", "/%2e/a", "/a/%2E%2e/b", "/a.%2e"),
    *("/%41%c3%a9", "/%", "/%4", "/%zz", "/a b", "/a+b", "/é", "/a;b", "/a,b", "/a|b", "/a'b", '/a"b', "/<a>", "/{a}"),
    *("/a\\b", "\\a", "/^", "/`a`", "/[a]", "/a@b", "/a:b", "/a=b", "/(a)", "/!$&*", "//a", "/a//b", "/http://b.com"),
    *("?q=a'b", "?q=[1]", "?q=a?b", "?u=http://b.com", "#a#b", "#?a", "/www.b.com", ", www.b.com", "; http://b.com"),
    *(" www.b.com", " b.com", ",b.com", "|b.de|c.fr", " / b.com", " - Acme", "/a www.b.com", "/a, https://b.com/c"),
    *("/" + "a" * 70, "/" + "slug-" * 20, "/" + "x" * 1_950, "/" + "y" * 2_070, "?" + "é" * 700, "/--/xn--a"),
    *("/:/about-us", "/://about", "?:/about-us", ":8/:/about", "/x:/about", "/http:/a.com", "?https://acme.com"),
)
AROUND = (
    *("<{}>", "({})", "{};", "{},", "{}.", '"{}"', "'{}'", "[{}]", "{}!", "{} ", " {}", "{}>", "{}:", "({}", "{})."),
    *(
        "{}\t",
        "\u00a0{}",
        "{}\u200b",
        "\ufeff{}",
        "\u201c{}\u201d",
        "{}\n",
        "\x1c{}",
        "{}, {}",
        "{} {}",
        "{};{}",
        "{}\r\n{}",
    ),
    *(
        "; {}",
        "{} ;",
        "{}}",
        "{{}",
        "<{}",
        "{}..",
        "{}.,",
        "{}\\",
        "{} (new)",
        "see {}",
        "{} .",
        ", {}",
        "{}\x00",
        "{}://",
    ),
)
BROKEN = (
    *(
        "Acme Inc",
        "Acme Inc.",
        "Acme, Inc.",
        "none yet",
        "no website",
        "Acme / Sons",
        "n/a",
        "N/A",
        "-",
        ".",
        "unknown",
    ),
    *(
        "norm@acme.com",
        "mailto:norm@acme.com",
        "norm@acme.com;",
        "MAILTO:norm@acme.com",
        "http://",
        "https://",
        "http:",
    ),
    *(
        "(202) 222-1234",
        "202-222-1234",
        "www",
        "www.",
        "http://www.",
        "acme dot com",
        "see www.acme.com",
        "12345",
        "0x",
    ),
    *("www.acme.com, www.b.com", "acme.com;b.com", "acme.com b.com", "http://a.com http://b.com", "a.com / b.com", ""),
    *("acme.com (old: b.com)", "Acme Inc. www.acme.com", "www.acme,com", "www acme com", "a.b@c.d, e@f.gh", "a@b@c.de"),
    *(
        "ftp://ftp.acme.com",
        "localhost:8080",
        "localhost:80",
        "acme:",
        "acme:x",
        "a:1/b",
        "http:;",
        "https::",
        "(blank)",
    ),
    *(
        "?",
        "#",
        "/",
        "\\",
        ";",
        "@",
        "@acme",
        "acme@",
        "!",
        "''",
        "http://@acme.com",
        "http://:80",
        "//acme.com",
        "/a.com",
    ),
)
TOKENS = (
    *(".", "..", "@", ":", "::", "/", "//", "\\", "?", "#", "%", "%2e", "%2F", "%41", "%20", "&", "=", "+", "~", "_"),
    *("-", "--", "xn--", "Xn--", ",", ";", "|", " ", "  ", "'", '"', "<", ">", "(", ")", "[", "]", "{", "}", "^", "`"),
    *(
        "!",
        "$",
        "*",
        "http",
        "https",
        "http:",
        "http://",
        "HTTPS://",
        "www.",
        " www.",
        ", www.",
        " http:",
        ".com",
        ".co",
    ),
    *(":80", ":443", ":8080", ":0", "\t", "\n", "\r\n", "\x00", "\x1c", "\x7f", "\x85", "\xa0", "\u00ad", "\u200b"),
    *("\u200d", "\u2028", "\ufeff", "\u3000", "\u212a", "\u017f", "\u0131", "\u0130", "ß", "é", "e\u0301", "\uff0e"),
    *("\u3002", "\uff0f", "\uff1a", "\uff20", "\u2024", "\u2100", "ﬁ", "а", "א", "٣", "名", "\u2019", "\u201d", "😀"),
    *("K", "S", "Z", "A", "k", "s", "z", "a", "0", "9", "0x", "1", "x" * 60, "y" * 64, "z." * 30, "/./", "/../", "/."),
)


def usual_website(random: Random) -> str:
    """Return an address as most are typed: with or without scheme, now and then with a path or capitals."""
    name = random.choice(("acme", "globex", "initech", "umbrella", "hooli", "stark", "Wayne", "3m", "o-neil"))
    field = random.choice(("", "data", "finance", "-shop", "resources", "travel", "billing"))
    ending = random.choice((".com", ".com", ".com", ".de", ".co.uk", ".io", ".org", ".travel"))
    scheme = random.choice(("http://", "https://", "https://", "", ""))
    host = f"{random.choice(('www.', 'www.', ''))}{name}{field}{random.randrange(90)}{ending}"
    return scheme + host + random.choice(PATHS[:13])


def website_value(random: Random) -> str:
    """Return a text of a website column: usual, odd or broken, and in two of three cases with one to five edits."""
    chance = random.random()
    if chance < 0.3:
        text = usual_website(random)
    elif chance < 0.85:
        host = random.choice(HOSTS if random.random() < 0.65 else ODD_HOSTS)
        parts = (SCHEMES[:6], PORTS[:6], PATHS[:13]) if random.random() < 0.6 else (SCHEMES, PORTS, PATHS)
        scheme, port, path = map(random.choice, parts)
        text = scheme + host + port + path
    else:
        text = random.choice(BROKEN)
    if random.random() < 0.04:
        text = random.choice((str.upper, str.title, str.swapcase))(text)
    if random.random() < 0.15:
        text = random.choice(AROUND).replace("{}", text)
    for _ in range(random.choice((0, 0, 0, 0, 1, 1, 1, 2, 3, 5))):
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
