"""The library's normal form of an address, without its work where the answer is certain.

The library judges what stands before the @ and what stands behind it apart, and then looks at the length of both
together. Before the @ one pattern tells it for ASCII. Behind it one pattern tells it for most host names; the library
judges each of the others once, in an address of its own.
"""

from __future__ import annotations

import re
from functools import lru_cache

from email_validator import SPECIAL_USE_DOMAIN_NAMES
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES

from schemas.kinds.emails import LONGEST_ADDRESS, ask_library

ATOM_LETTERS = "0-9_!#$%&'*+/=?^`{|}~-"
"""Characters of a local part beside a to z and A to Z, inside brackets of a pattern. Source: RFC 5322 section 3.2.3."""

SPECIAL_USE = tuple(sorted(SPECIAL_USE_DOMAIN_NAMES))

ROLES = frozenset(CASE_INSENSITIVE_MAILBOX_NAMES)
"""Local parts whose capitals mean nothing. Source: RFC 2142, as the library reads it."""

LONGEST_LABEL = 63
"""Most bytes between two dots. A host name that is no longer breaks no limit of length. Source: RFC 1035, 2.3.4."""

_LONGEST_DOMAIN = LONGEST_ADDRESS - len("a@")

_DOT_ATOM = re.compile(rf"[A-Za-z{ATOM_LETTERS}]+(?:\.[A-Za-z{ATOM_LETTERS}]+)*")
_HOST_LETTERS = re.compile(r"[A-Za-z0-9.-]+")
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?:[A-Za-z0-9][A-Za-z0-9-]*)?[A-Za-z]")
_RESERVED = tuple(f".{name}" for name in SPECIAL_USE)

_MOST_DOMAINS = 16_384
"""Domains whose judgement is kept: as many odd ones as a file of millions of addresses is likely to hold."""


class UnsureError(Exception):
    """Only the library can tell."""


def certain_form(text: str) -> str | None:
    r"""Return the library's normal form of a text, or None if it refuses it.

    Raises:
        UnsureError: What stands before the @ is not ASCII.

    >>> certain_form("Norm@ACME.com"), certain_form("norm@acme"), certain_form("norm@xn--exmple-cua.com")
    ('Norm@acme.com', None, 'norm@exämple.com')
    """
    local, at, domain = text.partition("@")
    if not at:
        return None
    if not _DOT_ATOM.fullmatch(local):
        if local.isascii():
            # Forbidden letters, dots, nothing at all; quotes and a name before an angle bracket are not asked for.
            return None
        raise UnsureError
    found = _domain_forms(domain)
    if found is None:
        return None
    shown, transmitted = found
    if len(local) + 1 + max(len(domain.encode()), len(shown.encode()), len(transmitted)) > LONGEST_ADDRESS:
        return None
    lowered = local.lower()
    return f"{lowered if lowered in ROLES else local}@{shown}"


def _domain_forms(domain: str) -> tuple[str, str] | None:
    """Return a domain as it is shown and in ASCII, or None if no address can have it."""
    if domain.isascii():
        if not _HOST_LETTERS.fullmatch(domain):
            return None
        # Two hyphens can mean Punycode.
        if len(domain) <= LONGEST_LABEL and "--" not in domain:
            lowered = domain.lower()
            if not _HOST.fullmatch(domain) or f".{lowered}".endswith(_RESERVED):
                return None
            return lowered, lowered
    return None if len(domain) > _LONGEST_DOMAIN else _judged(domain)


@lru_cache(maxsize=_MOST_DOMAINS)
def _judged(domain: str) -> tuple[str, str] | None:
    found = ask_library(f"a@{domain}")
    return None if found is None else (found.domain, found.ascii_domain)
