"""The library's normal form of an address, without its work where the answer is certain.

The library judges what stands before the @ and what stands behind it apart, and then looks at the length of both
together. What it asks of the first is asked here in its order. Behind the @ one pattern tells it for host names in
ASCII and for labels of letters that IDNA takes as they are; the library judges each other domain once, in an address of
its own.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category, normalize

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

# Without those that IDNA writes as several letters (U+0130, U+0132 to U+0133, U+013F to U+0140, U+0149), and without
# those that regular expressions take for an i or s (U+0130 to U+0131, U+017F).
_LATIN = re.sub("[\u00d7\u00f7\u0130-\u0133\u013f\u0140\u0149\u017f]", "", "".join(map(chr, range(0xC0, 0x180))))

SMALL_RANGES = (
    *((letter, letter) for letter in filter(str.islower, _LATIN)),
    *("\u0430\u045f", "\u3041\u3096", "\u30a1\u30fa", "\u30fc\u30fc", "\u4e00\u9fa5", "\uac00\ud7a3"),
)
"""The first and the last of letters that IDNA takes as they are wherever they stand in a label.

Small Latin and Cyrillic letters, kana, the first block of Chinese characters, Korean syllables. Each is valid in
Unicode Technical Standard 46 and in RFC 5892, composed whatever stands beside it, and written from left to right.
"""

CAPITALS = "".join((*filter(str.isupper, _LATIN), *map(chr, range(0x400, 0x430))))
"""Letters that IDNA replaces by one of these, as `str.lower` does."""

_SMALL_LETTERS = "".join(f"{first}-{last}" for first, last in SMALL_RANGES)

_DOT_ATOM = re.compile(rf"[A-Za-z{ATOM_LETTERS}]+(?:\.[A-Za-z{ATOM_LETTERS}]+)*")
_WIDE_DOT_ATOM = re.compile(_DOT_ATOM.pattern.replace("[A-Z", "[\u0080-\U0010ffffA-Z"))
_LETTERS_OF_HOSTS = re.compile("[A-Za-z0-9.\u0080-\U0010ffff-]+")
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?:[A-Za-z0-9][A-Za-z0-9-]*)?[A-Za-z]")
_WIDE_LABELS = re.compile(f"[a-z0-9.{_SMALL_LETTERS}-]+")
_BAD_IN_LABELS = re.compile(r"[.-][.-]|\A[.-]|[.-]\Z|\A[^.]*\Z")
"""An empty label, a hyphen at an end of one or side by side with another; a single label."""
_ASCII_OR_OURS = re.compile(f"[A-Za-z0-9.{_SMALL_LETTERS}{CAPITALS}-]+")
_RESERVED = tuple(f".{name}" for name in SPECIAL_USE)
_PUNYCODE = "xn--"

_ENDS_IN_ASCII = re.compile(r"\.[a-z0-9-]*[a-z]\Z")

# A label in Punycode has a prefix and a hyphen more, and eight letters at most for each letter beyond ASCII, which in
# UTF-8 has one byte more than it has characters at least. A position is below 64 * 0xD800, and from the second digit on
# each is worth ten times the one before. Source: RFC 3492, sections 3.3 and 5.
_LABEL_GROWS, _LETTER_GROWS = len("xn---"), 8

LONGEST_HOST = 253
_SHORT = 2 * LONGEST_LABEL
"""Most bytes of a domain whose length in ASCII matters to none but the longest addresses."""
_LONGEST_BEFORE_SHORT = LONGEST_ADDRESS - _SHORT
_MOST_DOMAINS = 16_384
"""Domains whose judgement is kept: as many odd ones as a file of millions of addresses is likely to hold."""


def certain_form(text: str) -> str | None:
    r"""Return the library's normal form of a text, or None if it refuses it.

    >>> certain_form("Norm@ACME.com"), certain_form("norm@acme"), certain_form("norm@xn--exmple-cua.com")
    ('Norm@acme.com', None, 'norm@exämple.com')
    >>> certain_form("Jose\u0301@ACME.com")
    'José@acme.com'
    """
    written, at, domain = text.partition("@")
    if not at:
        return None
    local = _local_form(written)
    if local is None:
        # Forbidden letters, dots, nothing at all; quotes and a name before an angle bracket are not asked for.
        return None
    found = _domain_forms(domain)
    if found is None:
        return None
    shown, size = found
    before = _bytes(local)
    if size is None:
        size = 0 if before < _LONGEST_BEFORE_SHORT else len(_transmitted(shown))
    if max(_bytes(written) + _bytes(domain), before + max(_bytes(shown), size)) >= LONGEST_ADDRESS:
        return None
    lowered = local.lower()
    return f"{lowered if lowered in ROLES and local.isascii() else local}@{shown}"


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _local_form(local: str) -> str | None:
    """Return what stands before the @ in its normal form, or None if the library refuses it.

    Source: email-validator, `validate_email_local_part` and `check_unsafe_chars`.
    """
    if _DOT_ATOM.fullmatch(local):
        return local
    if local.isascii() or not _is_safe(local):
        return None
    composed = normalize("NFC", local)
    # Composition can leave ASCII, a semicolon or a letter.
    return composed if composed == local or _is_safe(composed) else None


def _is_safe(local: str) -> bool:
    if not _WIDE_DOT_ATOM.fullmatch(local):
        return False
    kinds = [category(letter)[0] for letter in local if letter > "\x7f"]
    return not {"C", "Z"}.intersection(kinds) and category(local[0])[0] != "M"


def _domain_forms(domain: str) -> tuple[str, int | None] | None:
    """Return a domain as it is shown and its bytes in ASCII, or None if no address can have it.

    The bytes are None where they are `_SHORT` at most.
    """
    if len(domain) > LONGEST_HOST or not _LETTERS_OF_HOSTS.fullmatch(domain):
        return None
    if domain.isascii():
        lowered = domain.lower()
        if _PUNYCODE not in lowered:
            return (lowered, len(domain)) if _is_host(lowered) else None
    elif any(category(letter)[0] in "CZ" for letter in domain if letter > "\x7f"):
        return None
    return _judged(domain)


def _is_host(domain: str) -> bool:
    """Return whether a name in small ASCII letters, of a length that is none too many, is a host's."""
    if not _HOST.fullmatch(domain) or f".{domain}".endswith(_RESERVED):
        return False
    if "--" in domain and any(label[2:4] == "--" and label[:2] != "xn" for label in domain.split(".")):
        return False
    return len(domain) <= LONGEST_LABEL or max(map(len, domain.split("."))) <= LONGEST_LABEL


@lru_cache(maxsize=_MOST_DOMAINS)
def _judged(domain: str) -> tuple[str, int | None] | None:
    """Return the same for a domain that the library gives another form in ASCII, or might."""
    shown = _shown(domain)
    if shown is None:
        found = ask_library(f"a@{domain}")
        return None if found is None else (found.domain, len(found.ascii_domain))
    labels = [len(label) + _LABEL_GROWS + _LETTER_GROWS * (_bytes(label) - len(label)) for label in shown.split(".")]
    if max(labels) <= LONGEST_LABEL and sum(labels) + len(labels) - 1 <= _SHORT and _ENDS_IN_ASCII.search(shown):
        return None if f".{shown}".endswith(_RESERVED) else (shown, None)
    transmitted = _transmitted(shown)
    return (shown, len(transmitted)) if len(transmitted) <= LONGEST_HOST and _is_host(transmitted) else None


def _shown(domain: str) -> str | None:
    """Return the domain as it is shown if it is made of our letters alone, or None."""
    if not _ASCII_OR_OURS.fullmatch(domain):
        return None
    labels = domain.lower().split(".")
    for place, label in enumerate(labels):
        if label.startswith(_PUNYCODE):
            try:
                labels[place] = label[len(_PUNYCODE) :].encode().decode("punycode")
            except UnicodeError:
                return None
            if _transmitted(labels[place]) != label:
                return None
    shown = ".".join(labels)
    return shown if _WIDE_LABELS.fullmatch(shown) and not _BAD_IN_LABELS.search(shown) else None


def _transmitted(shown: str) -> str:
    """Return a domain of labels that IDNA takes as they are in ASCII."""
    return ".".join(
        label if label.isascii() else f"{_PUNYCODE}{label.encode('punycode').decode('ascii')}"
        for label in shown.split(".")
    )
