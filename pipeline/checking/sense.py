"""Sense checks: does the website belong to the e-mail, or to the neighbouring record?

What a record at the edge of a batch needs to know of its neighbour lies in another batch. Such a record is not judged
here: it leaves an `Edge`, and whoever sees both sides calls `settle`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.checking.domains import email_domain, suffixes, website_domain, www_is_no_name
from pipeline.checking.hits import Longs
from pipeline.checking.hosts import Column, Mail, Texts, column_of
from pipeline.checking.names import Names
from pipeline.checking.providers import FREE_MAIL
from pipeline.native import kernel, pointer_to

_LETTERS = "".join(map(chr, (*range(0xDF, 0x100), *range(0x430, 0x460)))).replace("\u00f7", "")
"""Small letters of two bytes, Latin and Cyrillic, each its own normal form.

A label with one of them is written in ASCII with `xn--` alone.
"""

KINDS_OF_BYTES: npt.NDArray[np.uint8] = np.zeros(256, dtype=np.uint8)
KINDS_OF_BYTES[[*b"abcdefghijklmnopqrstuvwxyz0123456789-."]] = 1
for _number, _first in enumerate(sorted({letter.encode()[0] for letter in _LETTERS}), start=1):
    _seconds = [letter.encode()[1] for letter in _LETTERS if letter.encode()[0] == _first]
    KINDS_OF_BYTES[[_first, *_seconds]] |= 1 << _number
"""Bytes of hosts that a kernel takes apart: a bit for those that stand alone, and one for each that is the first of
letters, which those have that may be the second.
"""

# What judge_owners says of a website.
_SAYINGS = (None, ("S102", "next"), ("S102", "previous"), ("S101", ""))
_ASKED = 4

_judge_owners = kernel("judge_owners", "ppppl" + "pppl" + "lp" + "pplplpp" + "pplplp" + "p")


@dataclass(frozen=True, slots=True)
class Edge:
    """The first or last record of a batch, to be judged with its neighbours.

    Attributes:
        record: Its number.
        line: Its line.
        own: Registrable domain of its e-mail, or None.
        site: Registrable domain of its website, or None.
        before: The domain of the e-mail of the record before it in the same batch, or None.
        after: The same for the record after it.
        value: The website's original text.
        column: Header, field and position of the website column.
    """

    record: int
    line: int
    own: str | None
    site: str | None
    before: str | None
    after: str | None
    value: str
    column: tuple[str, str, int]


SenseKind = tuple[str, str, str, int, str]
"""Code, column, field, position, and what the message names: a neighbour ("next", "previous"), a domain, or ""."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What was found inside a batch, and the records at its edges.

    Attributes:
        findings: Row positions for each thing found.
        edges: The first and the last record (one edge if they are the same); empty for an empty batch.
    """

    findings: tuple[tuple[Longs, SenseKind], ...]
    edges: tuple[Edge, ...]


def judge_sense(
    records: Longs,
    lines: Longs,
    emails: pd.Series[Any],
    websites: pd.Series[Any],
    raw: pd.Series[Any],
    column: tuple[str, str, int],
    known: Mail | None = None,
) -> Sense:
    """Return the websites of a batch that belong to somebody else.

    Args:
        records: n record numbers. Neighbours are records with adjacent numbers: a record that was set aside between
            two others keeps them apart.
        lines: n physical first lines.
        emails: n normal forms, missing where blank or refused.
        websites: n normal forms, likewise.
        raw: n original texts of the website.
        column: Header, field and position of the website column.
        known: The normal forms of the e-mails with their hosts, if these are known.
    """
    if not len(records):
        return Sense((), ())
    mail, web = known or Mail(column_of(emails)), Texts(column_of(websites))
    edges = tuple(
        _edge(row, records, lines, mail.column, web.column, str(raw.iloc[row]), column)
        for row in dict.fromkeys((0, len(records) - 1))
    )
    return Sense(_judge_inside(records, mail, web, column), edges)


def _edge(
    row: int, records: Longs, lines: Longs, mail: Column, web: Column, value: str, column: tuple[str, str, int]
) -> Edge:
    own, site, before, after = _domains_around(row, records, mail, web)
    return Edge(int(records[row]), int(lines[row]), own, site, before, after, value, column)


def _domains_around(
    row: int, records: Longs, mail: Column, web: Column
) -> tuple[str | None, str | None, str | None, str | None]:
    """Return the registrable domains of a record's e-mail and website, and of the neighbours' e-mails, as in `Edge`."""

    def own(place: int) -> str | None:
        if not 0 <= place < len(records) or records[place] - records[row] != place - row:
            return None
        return _own_domain(mail[place])

    return own(row), _site_domain(web[row]), own(row - 1), own(row + 1)


def _own_domain(mail: Any) -> str | None:
    """Return the registrable domain of an e-mail address, an Arrow scalar."""
    text = mail.as_py()
    return None if text is None else email_domain(text) or None


def _site_domain(web: Any) -> str | None:
    """Return the registrable domain of a web address, an Arrow scalar."""
    text = web.as_py()
    return None if text is None else website_domain(text) or None


def _judge_inside(
    records: Longs, mail: Mail, web: Texts, column: tuple[str, str, int]
) -> tuple[tuple[Longs, SenseKind], ...]:
    """Return what `settle` says to the records of a batch that have neighbours on both sides."""
    count = len(records)
    said = np.empty(count, dtype=np.uint8)
    names, further = suffixes()
    no_own = _no_own()
    hosts = pointer_to(mail.data), pointer_to(mail.begins), pointer_to(mail.ends)
    websites = pointer_to(web.data), pointer_to(web.borders), pointer_to(web.bits), web.column.offset
    records = np.ascontiguousarray(records)
    found = _judge_owners(
        *hosts,
        pointer_to(records),
        count,
        *websites,
        www_is_no_name(),
        pointer_to(KINDS_OF_BYTES),
        *names.arguments,
        pointer_to(further),
        *no_own.arguments,
        pointer_to(said),
    )
    if not found:
        return ()
    for row in np.flatnonzero(said == _ASKED).tolist():
        said[row] = _SAYINGS.index(_settle_alone(row, records, mail.column, web.column))
    rows = [(np.flatnonzero(said == place), saying) for place, saying in enumerate(_SAYINGS) if saying]
    some = sorted(((chosen, saying) for chosen, saying in rows if chosen.size), key=lambda one: int(one[0][0]))
    return tuple((chosen, (code, *column, which)) for chosen, (code, which) in some)


def _settle_alone(row: int, records: Longs, mail: Column, web: Column) -> tuple[str, str] | None:
    """Return what `settle` says of a record; its neighbours are looked at where it is not fine by itself."""
    own, site = _own_domain(mail[row]), _site_domain(web[row])
    return settle(own, site, None, None) and settle(*_domains_around(row, records, mail, web))


@cache
def _no_own() -> Names:
    """Return registrable domains that are no website of somebody who has an address there."""
    return Names(sorted(FREE_MAIL))


def settle(own: str | None, site: str | None, before: str | None, after: str | None) -> tuple[str, str] | None:
    """Return the rule that a website breaks and which neighbour it belongs to, or None.

    Args:
        own: Registrable domain of the record's e-mail.
        site: Of its website.
        before: Of the e-mail of the record before.
        after: Of the record after.

    >>> settle("acmefinance.com", "acmebilling.com", None, "acmebilling.com")
    ('S102', 'next')
    >>> settle("acmefinance.com", "acmefinance.com", None, None) is None
    True
    """
    if not own or not site or own == site or own in FREE_MAIL:
        return None
    if site == after:
        return "S102", "next"
    if site == before:
        return "S102", "previous"
    return "S101", ""
