"""Registrable domains: what of a host's name somebody has registered, by the public suffix list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
from ada_url import idna as ada_idna

from pipeline.checking.hosts import Bools, Bounds, Column

_arrow: Any = pa
_compute: Any = pc

_MOST_KEPT = 1 << 14
"""Hosts whose domain is remembered across batches: about 4 MB."""


_ODD_IN_A_LABEL: Bools = np.ones(256, dtype=np.bool_)
_ODD_IN_A_LABEL[[*b"abcdefghijklmnopqrstuvwxyz0123456789-."]] = False


@lru_cache(maxsize=_MOST_KEPT)
def registrable(host: str) -> str:
    """Return the registrable domain of a host in its ASCII form, or "" if it is itself a public suffix.

    >>> registrable("www.acme.co.uk"), registrable("co.uk")
    ('acme.co.uk', '')
    """
    name = (host if host.isascii() else _in_ascii(host)).lower().rstrip(".")
    return str(_suffixes(name.rpartition(".")[2]).privatesuffix(name) or "") if name else ""


def registrables(hosts: Column) -> Column:
    """Return the registrable domain of each of n hosts, none missing, as `registrable` does; faster where it is plain.

    >>> registrables(pa.array(["www.acme.com", "acme.de", "www.acme.co.uk"], pa.large_string())).to_pylist()
    ['acme.com', 'acme.de', 'acme.co.uk']
    """
    encoded = hosts.dictionary_encode()
    names = encoded.dictionary
    if not len(names):
        return hosts
    found, is_plain = _last_two_labels(names)
    asked = names.filter(_arrow.array(~is_plain)).to_pylist()
    answers = _arrow.array([*map(registrable, asked)], _arrow.large_string())
    return _compute.replace_with_mask(found, _arrow.array(~is_plain), answers).take(encoded.indices)


def _last_two_labels(names: Column) -> tuple[Column, Bools]:
    """Return the end of each of n > 0 names from its last dot but one, and which of these are the registrable domain.

    That is so if a rule of two labels or more can speak of none of it, whatever stands before.
    """
    bounds = Bounds(names)
    data = bounds.held
    dots = np.flatnonzero(data == ord(".")) + bounds.starts[0]
    odd = np.flatnonzero(_ODD_IN_A_LABEL[data]) + bounds.starts[0]
    behind = np.concatenate(([0, 0], dots + 1))
    seen = np.searchsorted(dots, bounds.ends)
    last = np.maximum(behind[seen + 1], bounds.starts)
    begins = np.maximum(behind[seen], bounds.starts)
    is_plain = (last > begins + 1) & (bounds.ends > last)
    is_plain &= np.searchsorted(odd, begins) == np.searchsorted(odd, bounds.ends)
    found = bounds.cut(begins, bounds.ends)
    named, wild = _rules_of_labels()
    for may_be_other in (
        _compute.is_in(found, value_set=named),
        _compute.is_in(bounds.cut(last, bounds.ends), value_set=wild),
        # The list has such labels in other letters.
        _compute.match_substring(found, "xn--"),
        # An empty label makes the whole name no domain.
        _compute.match_substring(names, ".."),
        _compute.starts_with(names, "."),
    ):
        is_plain &= ~may_be_other.to_numpy(zero_copy_only=False)
    return found, is_plain


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
    """Return a host that is not ASCII in its ASCII form, or as it is if it has none.

    The library that judges addresses takes a hundred times as long as the one that judges websites. They agree on the
    host of a valid address if nothing has to be mapped, which is when it comes back as it was.
    """
    found = ada_idna.encode(host)
    if ada_idna.decode(found) == host:
        return found.decode()
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
def _rules_of_labels() -> tuple[Column, Column]:
    """Return the names of two labels with which a rule ends, and the endings of one label below which all is a suffix.

    A rule may be a plain one, an exception, or a wild one.
    """
    named = re.findall(rb"^(?:[^\s/]*[.!])?([^\s/.*!]+\.[^\s/.]+)(?=\s)", _text(), re.M)
    wild = re.findall(rb"^\*\.([^\s/.]+)(?=\s)", _text(), re.M)
    return tuple(_arrow.array({rule.decode() for rule in rules}, _arrow.large_string()) for rules in (named, wild))


@cache
def _text() -> bytes:
    from publicsuffixlist import PSLFILE

    return b"\n" + Path(PSLFILE).read_bytes().lower() + b"\n"
