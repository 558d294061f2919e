"""Registrable domains: what of a host's name somebody has registered, by the public suffix list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_MOST_KEPT = 1 << 14
"""Hosts whose domain is remembered across batches: about 4 MB."""


_TWO_LABELS = re.compile(r"(?:www\.)?([a-z0-9_-]+\.([a-z0-9-]+))")


@lru_cache(maxsize=_MOST_KEPT)
def registrable(host: str) -> str:
    """Return the registrable domain of a host in its ASCII form, or "" if it is itself a public suffix.

    >>> registrable("www.acme.co.uk"), registrable("co.uk")
    ('acme.co.uk', '')
    """
    name = (host if host.isascii() else _in_ascii(host)).lower().rstrip(".")
    return str(_suffixes(name.rpartition(".")[2]).privatesuffix(name) or "") if name else ""


def registrables(hosts: Sequence[str]) -> list[str]:
    """Return the registrable domain of each host, as `registrable` does, and faster where it is plain to see.

    >>> registrables(["www.acme.com", "acme.de", "www.acme.co.uk"])
    ['acme.com', 'acme.de', 'acme.co.uk']
    """
    if not www_is_no_name():
        return [*map(registrable, hosts)]
    named, wild = _rules_of_two_labels(), _wild_endings()
    found: list[str] = []
    for host in hosts:
        # An ending of one label is a public suffix, whether the list has it or not. It has other letters as they are.
        plain = _TWO_LABELS.fullmatch(host)
        if plain is None or plain[2] in wild or plain[1] in named or "xn--" in host:
            found.append(registrable(host))
        else:
            found.append(plain[1])
    return found


def email_domain(value: str) -> str:
    """Return the registrable domain of an e-mail address, or ""."""
    return registrable(value.rpartition("@")[2])


def website_domain(value: str) -> str:
    """Return the registrable domain of a web address, or ""."""
    return registrable(urlsplit(value).hostname or "")


@cache
def www_is_no_name() -> bool:
    """Return whether www.x and x never have two different registrable domains.

    A rule that covers www.x and not x makes a public suffix of www.x, with one exception: an exception rule that names
    it. The list has one for www.ck, and ck itself has no registrable domain.
    """
    return all(line.count(b".") == 1 for line in _lines(b"\n!www."))


def _in_ascii(host: str) -> str:
    import idna

    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return host


@cache
def _suffixes(ending: str) -> Any:
    """Return the rules for hosts of one ending, the last label: all of the list takes 50 ms and more to prepare."""
    from publicsuffixlist import PublicSuffixList

    if not ending.isascii() or ending.startswith("xn--"):
        return _all_suffixes()
    # A line too many does no harm.
    return PublicSuffixList(source=[*_lines(f".{ending}".encode()), *_lines(f"\n{ending}".encode())])


@cache
def _all_suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def _lines(part: bytes) -> Iterator[bytes]:
    """Yield the lines of the list that hold a text; it may begin with the line break before them."""
    text = _text()
    place = text.find(part)
    while place >= 0:
        begin = text.rfind(b"\n", 0, place + 1) + 1
        end = text.find(b"\n", begin)
        yield text[begin:end]
        place = text.find(part, end)


@cache
def _rules_of_two_labels() -> frozenset[str]:
    """Return the names of two labels that a rule speaks of, be it a plain one, an exception or a wild one below it."""
    return frozenset(rule.decode() for rule in re.findall(rb"^(?:\*\.|!)?([^\s/.*!]+\.[^\s/.]+)(?=\s)", _text(), re.M))


@cache
def _wild_endings() -> frozenset[str]:
    """Return the endings of one label below which every name is a public suffix."""
    return frozenset(rule.decode() for rule in re.findall(rb"^\*\.([^\s/.]+)(?=\s)", _text(), re.M))


@cache
def _text() -> bytes:
    from publicsuffixlist import PSLFILE

    return b"\n" + Path(PSLFILE).read_bytes().lower() + b"\n"
