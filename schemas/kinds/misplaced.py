"""Values of one kind in a cell of another: what is plainly a phone, an e-mail or a web address, by its form alone.

Each pattern holds for Python and for RE2, and matches printable ASCII alone. It says less than the judge of the kind
does: what it matches is named by its own rule, and whatever else is refused keeps its reason.
"""

from __future__ import annotations

import re

MARKS = "[ ().\\-/]*"

PHONE = rf"{MARKS}(?:[+]{MARKS}(?:[0-9]{MARKS}){{6,14}}|(?:[0-9]{MARKS}){{8,14}})[0-9]"
"""Digits and the usual marks, with a plus or without, that no date and no post code is; the last one is a digit.

Source: ITU-T Recommendation E.164, section 6.1, at most 15 digits. Without a plus it takes 9 of them: a date has 8, and
so have most numbers of customers; these are a choice of our own.
"""

NUMBERED_HOST = r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}"
"""The form of an IPv4 address, which is no phone. Source: RFC 3986, section 3.2.2, IPv4address."""

EMAIL = r"[!-?A-~]+@[!-?A-~]*[A-Za-z0-9]\.[A-Za-z]{2,}"
"""One @ and a domain with an ending. Source: RFC 5321, section 4.1.2, the form of a mailbox."""

WEBSITE = r"(?:[Hh][Tt][Tt][Pp][Ss]?://[!-~]+|[Ww][Ww][Ww]\.(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?:[:/?#][!-~]*)?)"
"""An address with the scheme http or https, or a host name that begins with www. Source: WHATWG URL Standard,
section 4.1, and the common name of a web server."""

_PHONE, _NUMBERED_HOST, _EMAIL, _WEBSITE = map(re.compile, (PHONE, NUMBERED_HOST, EMAIL, WEBSITE))


def is_phone(text: str) -> bool:
    """Return whether a trimmed text is plainly a phone number.

    >>> [is_phone(text) for text in ("(202) 555-0123", "+49 30 12345", "2024-01-31", "555-0123", "192.168.100.200")]
    [True, True, False, False, False]
    """
    return _PHONE.fullmatch(text) is not None and _NUMBERED_HOST.fullmatch(text) is None


def is_email(text: str) -> bool:
    """Return whether a trimmed text is plainly an e-mail address.

    >>> [is_email(text) for text in ("norm@acme.com", "norm@acme", "ext 5 norm@acme.com", "@norm")]
    [True, False, False, False]
    """
    return _EMAIL.fullmatch(text) is not None


def is_website(text: str) -> bool:
    """Return whether a trimmed text is plainly a web address.

    >>> [is_website(text) for text in ("http://acme.com/2025550123", "www.acme.com", "acme.com", "www. 555 0123")]
    [True, True, False, False]
    """
    return _WEBSITE.fullmatch(text) is not None
