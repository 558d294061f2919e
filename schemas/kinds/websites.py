"""The kind *website*: the WHATWG URL standard is the judge, by ada-url, and our own rule says which hosts are real.

The value is the standard's serialisation, with one exception: an empty path stays empty where the input had none
(`http://www.acme.com`, also before a query or fragment). A text without a scheme gets `https://`; `acme.com:80/x` has
none, it is a host with a port.

The standard drops tabs and line breaks, control characters at the ends, and an empty user info without a word, and
writes characters that cannot be seen as percent signs. We refuse the first and last, and the invisible is removed by
a rule of its own (W202) before the standard sees it.
"""

from __future__ import annotations

import re
from collections.abc import Set
from typing import NamedTuple

from ada_url import URL, HostType

from schemas.kinds.blanks import (
    DEFAULT_PLACEHOLDERS,
    judge_blank,
    judge_undecodable,
    remove_invisible,
    settle,
)
from schemas.kinds.misplaced import is_phone
from schemas.verdicts import Verdict

LONGEST_WEBSITE = 2_083
"""Most characters of an address. Source: Microsoft support article 208427, the limit of Internet Explorer, which CRM
platforms took over as the size of their URL fields."""

# Behind the colon of a scheme stands anything but a port: digits, or nothing, up to a single slash or the end.
_SCHEME = re.compile(r"(https?):|([a-z][a-z0-9+.-]*):(?!\d+(?:[/?#]|\Z)|/(?!/)|[?#]|\Z)", re.IGNORECASE)
_HTTP = frozenset({"http", "https"})
_AUTHORITY = re.compile(r"https?:[/\\]*([^/\\?#]*)([/\\]?)", re.IGNORECASE)
_LINE_SPACE = re.compile(r"[\t\r\n\v\f\x1c-\x1f\x85\u2028\u2029]")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TOP_LABEL = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_LONGEST_HOST = 253
_EMAIL = re.compile(r"(?:mailto:)?[^\s@/?#]+@[^\s@/?#]+", re.IGNORECASE)
_NEXT_WEBSITE = re.compile(r"\.[^\s,;|]*[\s,;|]+(?:https?:|www\.)", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;|]+")
_HOST_LIKE = re.compile(r"(?:https?:/*)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:[/?#:]\S*)?", re.IGNORECASE)

_CLOSING = ";,.:!> \t)]}\"'\u2019\u201d\u00bb\u203a"
_OPENING = ";,< \t([{\"'\u2018\u201c\u201e\u00ab\u2039"


class _Reading(NamedTuple):
    """What the standard and our host rule say to a text: a value with its changes, or the code of the error."""

    value: str | None
    codes: tuple[str, ...]


def judge_website(text: str, *, placeholders: Set[str] = DEFAULT_PLACEHOLDERS) -> Verdict:
    """Return the verdict of one cell of the kind website.

    Args:
        text: The cell, as it was read.
        placeholders: Case-folded texts that stand for no value.

    Returns:
        The address in the standard's serialisation, with C001 if it was trimmed, W002 if it got a scheme, W001 if it
        is spelled otherwise, W201 and W202 for the repairs that it took; None with one of W101 to W110 if it is
        refused, with T102 if the cell holds bytes that are no text; None with C002 or C003, or no code for "", if it
        holds nothing.

    >>> judge_website("http://www.acme.com")
    Verdict(value='http://www.acme.com', codes=())
    >>> judge_website("WWW.Acme.com:443/a b")
    Verdict(value='https://www.acme.com/a%20b', codes=('W002', 'W001'))
    >>> judge_website("<http://acme.com>;")
    Verdict(value='http://acme.com', codes=('W201',))
    >>> judge_website("http://192.0.2.1/")
    Verdict(value=None, codes=('W103',))

    Source: WHATWG URL Standard, sections 4.4 "URL parsing" and 4.5 "URL serializing", by ada-url's `URL.href`.
    """
    verdict = judge_blank(text, placeholders) or judge_undecodable(text)
    if verdict is not None:
        return verdict
    trimmed = text.strip()
    if len(trimmed) > LONGEST_WEBSITE:
        return Verdict(None, ("W107",))
    seen = remove_invisible(trimmed).strip()
    repairs = ["W202"] if seen != trimmed else []
    reading = _read(seen)
    if reading.value is None:
        plain = seen.rstrip(_CLOSING).lstrip(_OPENING)
        if plain and plain != seen:
            # The repaired text also explains itself better: `localhost;` is a single label, not a bad character.
            reading = _read(plain)
            repairs.append("W201")
    if reading.value is None:
        return Verdict(None, reading.codes)
    changes = ("C001",) if trimmed != text else ()
    return settle(reading.value, (*changes, *reading.codes, *repairs), placeholders)


def _read(text: str) -> _Reading:
    if _LINE_SPACE.search(text):
        return _refuse("W109" if _holds_several(text) else "W101")
    scheme = _SCHEME.match(text)
    if scheme is None:
        if _EMAIL.fullmatch(text):
            return _refuse("W106")
        if is_phone(text):
            return _refuse("W110")
        if text[0] in "/\\?#:" and not re.match(r"//[^/\\]", text):
            return _refuse("W101")
        address = f"https:{text}" if text.startswith("//") else f"https://{text}"
    elif (scheme[1] or scheme[2]).lower() in _HTTP:
        address = text
    else:
        return _refuse("W106" if _EMAIL.fullmatch(text) else "W102")
    reading = _serialise(address)
    if reading.value is None and _holds_several(text):
        return _refuse("W109")
    if reading.value is None or scheme is not None:
        return reading
    return _Reading(reading.value, ("W002", *reading.codes))


def _serialise(address: str) -> _Reading:
    """Return the reading of an address that begins with `http:` or `https:`, in any case."""
    parts = _AUTHORITY.match(address)
    if parts is None:
        return _refuse("W101")
    authority, slash = parts.groups()
    if "@" in authority:
        return _refuse("W105")
    if _NEXT_WEBSITE.search(address.partition("?")[0]):
        return _refuse("W109")
    try:
        url = URL(address)
    except ValueError:
        return _refuse("W101" if not authority or any(map(str.isspace, authority)) else "W108")
    fault = _judge_host(url)
    if fault:
        return _refuse(fault)
    value = url.href
    if not slash:
        # A host has a character at least, and none is a slash.
        end = value.index("/", len("https://"))
        value = value[:end] + value[end + 1 :]
    if len(value) > LONGEST_WEBSITE:
        return _refuse("W107")
    return _Reading(value, ("W001",) if value != address else ())


def _judge_host(url: URL) -> str:
    """Return the code that says why a host is not the name of a public host, or "" if it is one.

    Source: RFC 1123 section 2.1 (letters, digits, hyphens; a top-level name is alphabetic), RFC 1035 section 2.3.4
    (63 octets a label, 253 in all as written), RFC 5890 section 2.3.2.1 (`xn--`).
    """
    if url.host_type != HostType.DEFAULT:
        return "W103"
    host = url.hostname
    labels = host.split(".")
    if len(host) > _LONGEST_HOST or not all(map(_LABEL.fullmatch, labels)):
        return "W108"
    if len(labels) == 1:
        return "W104"
    return "" if _TOP_LABEL.fullmatch(labels[-1]) else "W108"


def _holds_several(text: str) -> bool:
    return sum(_HOST_LIKE.fullmatch(word) is not None for word in _BETWEEN.split(text)) > 1


def _refuse(code: str) -> _Reading:
    return _Reading(None, (code,))
