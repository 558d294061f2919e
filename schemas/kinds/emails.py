"""The kind *email*: email-validator is the judge, without asking the DNS.

The trimmed cell is judged first. Only if it is refused are the repairs tried, one after the other, and after each the
library judges again; what it never accepts is explained by looking at the text itself, not at the library's English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from urllib.parse import unquote

from email_validator import SPECIAL_USE_DOMAIN_NAMES, ValidatedEmail, validate_email

from schemas.kinds.blanks import (
    DEFAULT_PLACEHOLDERS,
    judge_blank,
    judge_undecodable,
    remove_invisible,
    settle,
)
from schemas.kinds.misplaced import is_phone
from schemas.verdicts import Verdict

LONGEST_ADDRESS = 254
"""Most bytes of an address. Source: RFC 5321 section 4.5.3.1.3, with erratum 1690 of RFC 3696."""

LONGEST_CELL = 1_000
"""Most characters that are looked at closely: an address, a long display name, and slack. The library's time grows
with the length; a longer cell holds no single address."""

MOST_REPAIRS = 8

# What is taken from the end and from the beginning of a refused text, and from both where a name stands beside it.
CLOSING = ";,.: \t>)]}\"'\u2019\u201d\u00bb\u203a"
OPENING = ";, \t<([{\"'\u2018\u201c\u201e\u00ab\u2039"
BESIDE = ";,. \t"

MAILTO = "mailto"
PREFIXES = (MAILTO, "e-mail", "email", "mail", "smtp")
_PREFIX = re.compile(rf"({'|'.join(PREFIXES)})\s*:\s*", re.IGNORECASE)
_NAMED = re.compile(r"([^<>]*[^<>\s])\s*<\s*([^<>\s]+)\s*>")
_COMMENTED = re.compile(r"([^\s()]+@[^\s()]+)\s*\([^()@]*\)")
_WEBSITE = re.compile(r"[a-z][a-z0-9+.-]*://|(?:www\.[^\s@]*|[\w-]+(?:\.[\w-]+)+/[^\s@]*)\Z", re.IGNORECASE)
BETWEEN = re.compile(r"[\s,;|/&<>()\[\]\"]+")
_ADDRESS = re.compile(r"[^@]+@[^@]+")

Normalise = Callable[[str], str | None]
"""Tells the library's normal form of a text, or None if it refuses the text."""


def ask_library(text: str) -> ValidatedEmail | None:
    """Return what the library says of a text, or None if it refuses it.

    Every option is given, so that a caller who edits the library's module defaults does not change our verdicts.
    """
    try:
        return validate_email(
            text,
            allow_smtputf8=True,
            allow_empty_local=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
            strict=False,
            check_deliverability=False,
            test_environment=False,
            globally_deliverable=True,
        )
    except ValueError:
        # EmailNotValidError is one; so is whatever the IDNA code below it may raise on a hostile domain.
        return None


def library_form(text: str) -> str | None:
    """Return the library's normal form, or None if it refuses the text."""
    found = ask_library(text)
    return None if found is None else found.normalized


def judge_email(
    text: str, *, placeholders: Set[str] = DEFAULT_PLACEHOLDERS, normalise: Normalise = library_form
) -> Verdict:
    """Return the verdict of one cell of the kind e-mail.

    Args:
        text: The cell, as it was read.
        placeholders: Case-folded texts that stand for no value.
        normalise: Asked in the library's place. What it raises is passed on.

    Returns:
        The address in the library's normal form, with C001 if it was trimmed, E001 if the library spells it otherwise,
        and E201 to E204 for each repair that it took; None with one of E101 to E109 if it is refused, with T102 if
        the cell holds bytes that are no text; None with C002 or C003, or no code for "", if it holds nothing.

    >>> judge_email(" Norm.Smith@ACME.com")
    Verdict(value='Norm.Smith@acme.com', codes=('C001', 'E001'))
    >>> judge_email("Norm Smith <norm@acme.com>;")
    Verdict(value='norm@acme.com', codes=('E202', 'E204'))
    >>> judge_email("norm@acme.com, ann@acme.com")
    Verdict(value=None, codes=('E106',))

    Source: email-validator, `validate_email(check_deliverability=False)` and `ValidatedEmail.normalized`.
    """
    verdict = judge_blank(text, placeholders) or judge_undecodable(text)
    if verdict is not None:
        return verdict
    trimmed = text.strip()
    if len(trimmed) > LONGEST_CELL:
        return Verdict(None, ("E106" if _holds_several(trimmed[:LONGEST_CELL]) else "E105",))
    repaired, repairs = trimmed, list[str]()
    normal = normalise(trimmed)
    while normal is None and len(repairs) < MOST_REPAIRS:
        step = _next_repair(repaired)
        if step is None:
            return Verdict(None, (_explain(repaired or trimmed, normalise),))
        code, repaired = step
        repairs.append(code)
        normal = normalise(repaired)
    if normal is None:
        return Verdict(None, (_explain(repaired, normalise),))
    changes = [code for code, applies in (("C001", trimmed != text), ("E001", normal != repaired)) if applies]
    return settle(normal, tuple(dict.fromkeys(changes + repairs)), placeholders)


def _next_repair(text: str) -> tuple[str, str] | None:
    """Return the first repair that alters the text, as its code and the shorter text; None if there is none."""
    for code, repair in _REPAIRS:
        repaired = repair(text).strip()
        if repaired != text:
            return code, repaired
    return None


def _without_punctuation(text: str) -> str:
    if "<" in text[1:] or "(" in text[1:]:
        # Quotes and brackets belong to a name beside the address: that is another repair's business.
        return text.strip(BESIDE)
    shorter = text.rstrip(CLOSING)
    tail = text[len(shorter) :]
    # An apostrophe and a dot are letters of an address. At its beginning they go only as one of a pair.
    opening = OPENING if "'" in tail else OPENING.replace("'", "")
    return shorter.lstrip(opening)


def _without_display_name(text: str) -> str:
    if named := _NAMED.fullmatch(text):
        name, address = named[1].strip(" \"'"), named[2]
        # `ann@acme.com <norm@acme.com>` names two people; `norm@acme.com <norm@acme.com>` names one twice.
        return address if "@" not in name or name.casefold() == address.casefold() else text
    commented = _COMMENTED.fullmatch(text)
    return commented[1] if commented else text


def _without_prefix(text: str) -> str:
    prefix = _PREFIX.match(text)
    if not prefix:
        return text
    address = text[prefix.end() :]
    if prefix[1].lower() != MAILTO:
        return address
    try:
        # RFC 6068 section 2: header fields follow a question mark, and the address is percent-encoded.
        return unquote(address.partition("?")[0], errors="strict")
    except UnicodeDecodeError:
        return text


_REPAIRS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("E203", remove_invisible),
    ("E202", _without_punctuation),
    ("E204", _without_display_name),
    ("E201", _without_prefix),
)


def _explain(text: str, normalise: Normalise) -> str:
    """Return the code that says why a refused text is no address."""
    if _holds_several(text):
        return "E106"
    if _WEBSITE.match(text):
        return "E108"
    local, at, domain = text.partition("@")
    if not at:
        return "E109" if is_phone(text) else "E101"
    if len(text.encode()) > LONGEST_ADDRESS:
        return "E105"
    if normalise(f"{local}@a.com") is None:
        return "E103"
    if normalise(f"a@{domain}") is not None:
        # Both halves are fine alone. A domain can grow when it is written in ASCII, and then the whole is too long.
        return "E105" if not domain.isascii() else "E107"
    return "E104" if _is_special_use(domain, normalise) else "E102"


def _holds_several(text: str) -> bool:
    return sum(_ADDRESS.fullmatch(word) is not None for word in BETWEEN.split(text)) > 1


def _is_special_use(domain: str, normalise: Normalise) -> bool:
    rest, _, last = domain.casefold().rpartition(".")
    return last in SPECIAL_USE_DOMAIN_NAMES and (not rest or normalise(f"a@{rest}.com") is not None)
