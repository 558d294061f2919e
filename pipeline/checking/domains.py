"""Registrable domains: what of a host's name somebody has registered, by the public suffix list."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
from ada_url import idna as ada_idna

from pipeline.checking.names import Names

_MOST_KEPT = 1 << 14
"""Hosts whose domain is remembered across batches: about 4 MB."""


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
def suffixes() -> tuple[Names, npt.NDArray[np.int8]]:
    """Return the names of which the list speaks, and of each what `_rules` says of it."""
    rules = _rules()
    return Names(rules), np.fromiter(rules.values(), np.int8, len(rules))
