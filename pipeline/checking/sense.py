"""Sense checks: does the website belong to the e-mail, or to the neighbouring record?

What a record at the edge of a batch needs to know of its neighbour lies in another batch. Such a record is not judged
here: it leaves an `Edge`, and whoever sees both sides calls `settle`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from pipeline.checking.domains import email_domain, registrables, website_domain, www_is_no_name
from pipeline.checking.hits import Longs
from pipeline.checking.hosts import Bools, Column, column_of, email_hosts, has_host, is_odd, may_end_with, website_hosts
from pipeline.checking.providers import FREE_MAIL

_arrow: Any = pa
_compute: Any = pc

_NO_OWN: Column = _arrow.array(["", *FREE_MAIL], _arrow.large_string())
"""Registrable domains that are no website of somebody who has an address there."""


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
    hosts: Column | None = None,
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
        hosts: What stands behind the @ of each e-mail, if that is known.
    """
    if not len(records):
        return Sense((), ())
    mail, web = column_of(emails), column_of(websites)
    edges = tuple(
        _edge(row, records, lines, mail, web, str(raw.iloc[row]), column)
        for row in dict.fromkeys((0, len(records) - 1))
    )
    return Sense(_judge_inside(records, mail, web, column, hosts), edges)


def _edge(
    row: int, records: Longs, lines: Longs, mail: Column, web: Column, value: str, column: tuple[str, str, int]
) -> Edge:
    def own(place: int) -> str | None:
        if not 0 <= place < len(records) or records[place] - records[row] != place - row:
            return None
        text = mail[place].as_py()
        return None if text is None else email_domain(text) or None

    site = web[row].as_py()
    return Edge(
        int(records[row]),
        int(lines[row]),
        own(row),
        None if site is None else website_domain(site) or None,
        own(row - 1),
        own(row + 1),
        value,
        column,
    )


def _judge_inside(
    records: Longs, mail: Column, web: Column, column: tuple[str, str, int], hosts: Column | None
) -> tuple[tuple[Longs, SenseKind], ...]:
    """Return what `settle` says to the records of a batch that have neighbours on both sides."""
    if len(records) < 3:
        return ()
    hosts_of: Column = email_hosts(mail) if hosts is None else hosts
    with_mail = mail.is_valid().to_numpy(zero_copy_only=False)
    # Most websites have the very host of the e-mail, or www. before it: these need no public suffix.
    is_open = web.is_valid().to_numpy(zero_copy_only=False) & with_mail
    is_open &= ~has_host(web, hosts_of, without_www=www_is_no_name())
    is_open[[0, -1]] = False
    rows = np.flatnonzero(is_open)
    # Nor does free mail, which most of the others have.
    rows = rows[~_has_no_own(hosts_of.take(_arrow.array(rows)))]
    if not rows.size:
        return ()
    asked = web.take(_arrow.array(rows))
    both = registrables(_arrow.concat_arrays([hosts_of.take(_arrow.array(rows)), website_hosts(asked)]))
    own, sites = both[: len(rows)], _without_odd(asked, both[len(rows) :])
    elsewhere = _compute.and_(_compute.not_equal(sites, ""), _compute.not_equal(sites, own))
    elsewhere = elsewhere.to_numpy(zero_copy_only=False) & ~_has_no_own(own)
    rows, sites = rows[elsewhere], sites.filter(_arrow.array(elsewhere))
    if not rows.size:
        return ()
    neighbours, sites = np.concatenate((rows + 1, rows - 1)), _arrow.concat_arrays([sites, sites])
    others = hosts_of.take(_arrow.array(neighbours))
    adjacent = np.diff(records) == 1
    belongs = np.concatenate((adjacent[rows], adjacent[rows - 1])) & with_mail[neighbours] & may_end_with(others, sites)
    near = _arrow.array(belongs)
    equal = _compute.equal(registrables(others.filter(near)), sites.filter(near))
    belongs[belongs] = equal.to_numpy(zero_copy_only=False)
    to_next, to_previous = belongs[: len(rows)], belongs[len(rows) :] & ~belongs[: len(rows)]
    said = ((to_next, "S102", "next"), (to_previous, "S102", "previous"), (~to_next & ~to_previous, "S101", ""))
    found = [(rows[chosen], (code, *column, which)) for chosen, code, which in said if chosen.any()]
    return tuple(sorted(found, key=lambda one: int(one[0][0])))


def _has_no_own(domains: Column) -> Bools:
    """Return which of n hosts or registrable domains say nothing of who has an address there."""
    found: Bools = _compute.is_in(domains, value_set=_NO_OWN).to_numpy(zero_copy_only=False)
    return found


def _without_odd(web: Column, domains: Column) -> Column:
    """Return n registrable domains of web addresses, those of odd addresses found in another way."""
    odd = _arrow.array(is_odd(web))
    answers = [*map(website_domain, web.filter(odd).to_pylist())]
    return _compute.replace_with_mask(domains, odd, _arrow.array(answers, domains.type))


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
