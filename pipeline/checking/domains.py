"""Registrable domains: what of a host's name somebody has registered, by the public suffix list."""

from __future__ import annotations

import re
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

    The longest rule counts; a wild one makes a public suffix of what it stands on as well.

    >>> registrable("www.acme.co.uk"), registrable("co.uk")
    ('acme.co.uk', '')
    """
    name = (host if host.isascii() else _in_ascii(host)).lower().rstrip(".")
    labels = name.split(".")
    if "" in labels:
        return ""
    suffix = len(labels) - 1
    for place, label in enumerate(labels):
        found = _rules().get(name)
        if found is not None:
            suffix = place + found
            break
        name = name[len(label) + 1 :]
    return ".".join(labels[suffix - 1 :]) if suffix > 0 else ""


def registrables(hosts: Column) -> Column:
    """Return the registrable domain of each of n hosts, none missing, as `registrable` does; faster where it is plain.

    >>> registrables(pa.array(["www.acme.com", "acme.de", "www.acme.co.uk"], pa.large_string())).to_pylist()
    ['acme.com', 'acme.de', 'acme.co.uk']
    """
    if not len(hosts):
        return hosts
    found, is_plain = _last_two_labels(hosts)
    asked = _arrow.array(~is_plain)
    answers = _arrow.array([*map(registrable, hosts.filter(asked).to_pylist())], found.type)
    return _compute.replace_with_mask(found, asked, answers)


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
    named, wild = _ends_of_rules()
    for may_be_other in (
        _compute.is_in(found, value_set=named),
        _compute.is_in(bounds.cut(last, bounds.ends), value_set=wild),
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
    return all(name.count(".") == 1 for name, found in _rules().items() if found == 1 and name.startswith("www."))


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
def _rules() -> dict[str, int]:
    """Return for each name of which the list speaks how many labels further on the public suffix begins.

    That is 0 for a plain rule, 1 for an exception, and -1 for a wild one, of which the name is what follows the star.
    Names that are not ASCII are there in their ASCII form as well.
    """
    from publicsuffixlist import PSLFILE

    rules = dict.fromkeys(re.findall(r"^[^/\s]\S*", Path(PSLFILE).read_text("utf-8").lower(), re.MULTILINE), 0)
    rules |= {ada_idna.encode(rule).decode(): 0 for rule in rules if not rule.isascii()}
    # Of several for a name the exception counts before the wild one, and that before the plain one.
    rules |= {rule[2:]: -1 for rule in rules if rule.startswith("*.")}
    return rules | {rule[1:]: 1 for rule in rules if rule.startswith("!")}


@cache
def _ends_of_rules() -> tuple[Column, Column]:
    """Return the last two labels of each name of which the list speaks, and each ending below which all is a suffix."""
    ends = {".".join(name.rsplit(".", 2)[-2:]) for name in _rules()}
    wild = [name for name, found in _rules().items() if found == -1 and "." not in name]
    return _arrow.array(ends, _arrow.large_string()), _arrow.array(wild, _arrow.large_string())
