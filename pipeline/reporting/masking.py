"""Hides people's values where they would end up in a terminal's scroll-back or a log."""

from __future__ import annotations

import re

MOST_SHOWN = 40
_HIDDEN = "·"
_DOMAIN = re.compile(r"[\w.-]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def printable(text: str) -> str:
    """Return text without control, bidirectional and invisible characters, which could rewrite a terminal's line.

    Source: OWASP ASVS 5.0, 16.4.1 (log injection).
    """
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def mask(value: str, kind: str) -> str:
    """Return a value with its shape kept and its person hidden.

    Punctuation stays, since that is what is mostly wrong. Of a phone the last two digits are shown, of an e-mail
    address the domain, of a website scheme and host, of anything else the first character.

    Args:
        value: The cell's text.
        kind: `email`, `phone`, `website` or `text`.

    >>> mask("ann.smith@acme.com", "email"), mask("444) 444-1234", "phone"), mask("Norm Smith", "text")
    ('a··.·····@acme.com', '···) ···-··34', 'N··· ·····')
    >>> mask("https://acme.com/?token=secret", "website"), mask("https://bob:pw@acme.com", "website")
    ('https://acme.com/?·····=······', 'h····://···:··@····.···')
    """
    text = printable(value)
    if len(text) > MOST_SHOWN:
        text = text[: MOST_SHOWN - 1] + "…"
    if kind == "website" and "@" not in text:
        scheme, slashes, rest = text.rpartition("://")
        host = re.split("[/?#]", rest, maxsplit=1)[0]
        return scheme + slashes + host + _hide(rest[len(host) :])
    if kind == "phone":
        return _hide(text[:-2]) + text[-2:]
    name, at, rest = text.rpartition("@") if kind == "email" and "@" in text else (text, "", "")
    domain = _DOMAIN.match(rest)
    shown = domain[0] if domain else ""
    return name[:1] + _hide(name[1:]) + at + shown + _hide(rest[len(shown) :])


def _hide(text: str) -> str:
    return "".join(_HIDDEN if character.isalnum() else character for character in text)
