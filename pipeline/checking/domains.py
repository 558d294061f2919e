"""Registrable domains: what of a host's name somebody has registered, by the public suffix list."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_MOST_KEPT = 1 << 16
"""Hosts whose domain is remembered across batches: about 15 MB."""


@lru_cache(maxsize=_MOST_KEPT)
def registrable(host: str) -> str:
    """Return the registrable domain of a host in its ASCII form, or "" if it is itself a public suffix.

    >>> registrable("www.acme.co.uk"), registrable("co.uk")
    ('acme.co.uk', '')
    """
    name = (host if host.isascii() else _in_ascii(host)).lower().rstrip(".")
    short = name.removeprefix("www.") if www_is_no_name() else name
    if _is_its_own(short):
        return short
    return str(_suffixes(name.rpartition(".")[2]).privatesuffix(name) or "") if name else ""


def _is_its_own(name: str) -> bool:
    """Return whether a host of two labels is a registrable domain since no rule names it.

    An ending of one label is a public suffix, whether the list has it or not. The list has other letters than ASCII as
    they are.
    """
    first, _, rest = name.partition(".")
    if not (first and rest) or "." in rest or "xn--" in name or not name.isascii():
        return False
    return not {name, f"*.{name}", f"*.{rest}"} & _rules()


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
def _rules() -> frozenset[str]:
    """Return the list's lines, without comments behind a rule."""
    return frozenset(line.partition(b" ")[0].decode() for line in _text().splitlines())


@cache
def _text() -> bytes:
    from publicsuffixlist import PSLFILE

    return b"\n" + Path(PSLFILE).read_bytes().lower() + b"\n"
