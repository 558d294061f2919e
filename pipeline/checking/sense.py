"""Sense checks: does the website belong to the e-mail, or to the neighbouring record?

What a record at the edge of a batch needs to know of its neighbour lies in another batch. Such a record is not judged
here: it leaves an `Edge`, and whoever sees both sides calls `settle`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import idna
import numpy as np
import pandas as pd

from pipeline.checking.hits import Longs

FREE_MAIL = frozenset(
    """
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com rocketmail.com
    aol.com icloud.com me.com mac.com proton.me protonmail.com pm.me gmx.com gmx.net gmx.de gmx.at gmx.ch
    web.de t-online.de freenet.de mail.com mail.ru yandex.ru yandex.com bk.ru list.ru inbox.ru zoho.com
    fastmail.com hey.com tutanota.com tuta.com qq.com 163.com 126.com sina.com foxmail.com naver.com daum.net
    hanmail.net orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it tiscali.it alice.it
    terra.com.br uol.com.br bol.com.br comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net
    btinternet.com sky.com ntlworld.com blueyonder.co.uk rediffmail.com bigpond.com optusnet.com.au shaw.ca
    rogers.com
    """.split()  # noqa: SIM905  # a list this long reads better as text
)
"""Registrable domains of mailbox providers open to everybody.

Source: the providers' own sign-up pages and the consumer domains of large access providers, as commonly known; a
missing one costs a needless warning, no more.
"""


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
"""Code, column, field, position, and which neighbour ("next", "previous" or "")."""


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
    """
    if not len(records):
        return Sense((), ())
    own = _domains(emails, _email_domain)
    sites = _domains(websites, _website_domain)
    before, after = _neighbours(records, own)
    kinds: dict[SenseKind, list[int]] = {}
    for row in np.flatnonzero((sites != own) & (sites != "") & (own != "")).tolist():
        if row in (0, len(records) - 1):
            continue
        found = settle(own[row], sites[row], before[row], after[row])
        if found is not None:
            code, which = found
            kinds.setdefault((code, *column, which), []).append(row)
    edges = tuple(
        Edge(
            int(records[row]),
            int(lines[row]),
            own[row] or None,
            sites[row] or None,
            before[row] or None,
            after[row] or None,
            str(raw.iloc[row]),
            column,
        )
        for row in dict.fromkeys((0, len(records) - 1))
    )
    return Sense(tuple((np.array(rows, np.int64), kind) for kind, rows in kinds.items()), edges)


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


def _neighbours(records: Longs, domains: Any) -> tuple[Any, Any]:
    """Return the domains of the records numbered one less and one more, "" where there is none in the batch."""
    before = np.full(len(records), "", dtype=object)
    after = before.copy()
    if len(records) > 1:
        adjacent = np.diff(records) == 1
        before[1:][adjacent] = domains[:-1][adjacent]
        after[:-1][adjacent] = domains[1:][adjacent]
    return before, after


def _domains(values: pd.Series[Any], domain_of: Any) -> Any:
    """Return n registrable domains as objects, "" where there is none; each unique value is taken apart once."""
    positions, uniques = pd.factorize(values)
    found = np.array([*(domain_of(value) for value in uniques), ""], dtype=object)
    return found[positions]


@cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def _registrable(host: str) -> str:
    """Return the registrable domain of a host in its ASCII form, or "" if it is itself a public suffix."""
    try:
        name = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        name = host
    return str(_suffixes().privatesuffix(name.lower().rstrip(".")) or "")


def _email_domain(value: str) -> str:
    return _registrable(value.rpartition("@")[2])


def _website_domain(value: str) -> str:
    return _registrable(urlsplit(value).hostname or "")
