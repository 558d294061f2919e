"""Sense checks of columns against the same checks of one value after the other."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import idna
import numpy as np
import pandas as pd
import pytest
from publicsuffixlist import PSLFILE, PublicSuffixList

from pipeline.checking import sense
from pipeline.checking.domains import registrable, www_is_no_name
from pipeline.checking.hits import Longs
from pipeline.checking.sense import Edge, Sense, SenseKind, judge_sense, settle

COLUMN = ("Website", "website", 6)


def judge_each(
    records: Longs,
    lines: Longs,
    emails: pd.Series[Any],
    websites: pd.Series[Any],
    raw: pd.Series[Any],
    column: tuple[str, str, int],
) -> Sense:
    """Return what `judge_sense` must return: each unique value is taken apart in Python, each record is settled."""
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


MAILS = (
    *("acme.com", "acme.co.uk", "mail.acme.com", "acmedata.com", "globex.de", "gmail.com", "web.de", "blogspot.com"),
    *("co.uk", "www.ck", "ck", "foo.ck", "city.kawasaki.jp", "kawasaki.jp", "a.b.kobe.jp", "kobe.jp", "www.acme.com"),
    *(
        "exämple.com",
        "xn--exmple-cua.com",
        "食狮.公司.cn",
        "acme.unknownending",
        "unknownending",
        "compute.amazonaws.com",
    ),
    *("ACME.com", "acme.com.", "a..com", "", "x" * 300 + ".com", "straße.de", "acme.com/x", "acme.com:80", "公司.香港"),
    *(
        "café.com",
        "xn--caf-dma.com",
        "müller.acme.com",
        "Café.com",
        "ålesund.no",
        "acme.ålesund.no",
        "xn--lesund-hua.no",
    ),
    *("cafe\u0301.com", "é.com.", "..é.com", "ł.com", "www.café.com"),
    *("пример.acme.com", "Пример.acme.com", "пример.рф", "straße.acme.com", "strasse.de", "xn--strae-oqa.de"),
    *("acmeёж.com", "xn--acme-34d5n.com", "пример.com", "α.acme.com", "а\u0301.com"),
)
SITES = (
    *("{}", "www.{}", "shop.{}", "www.www.{}", "{}/about", "www.{}/a:b?c#d", "{}:8080", "{}?x", "{}#x", "www.{}:80/"),
    *(
        "{}.de",
        "x{}",
        "{}@evil.com",
        "norm:pw@{}",
        "www.acme.com",
        "acme.com/@{}",
        "www",
        "www.",
        "{}:x@b.com",
        "{}\t/",
    ),
)


def columns(random: Random, count: int, share: float) -> tuple[Longs, pd.Series[Any], pd.Series[Any]]:
    """Return record numbers with gaps, e-mails and websites; `share` of the websites are their neighbours' or odd."""
    records = np.cumsum([1 if random.random() < 0.8 else 2 for _ in range(count)])
    hosts = [random.choice(MAILS[:8] if random.random() < 0.6 else MAILS) for _ in range(count)]
    mails: list[Any] = [f"{random.choice('abc')}@{host}" if random.random() < 0.95 else host for host in hosts]
    sites: list[Any] = []
    for row, host in enumerate(hosts):
        if random.random() < share:
            host = random.choice((hosts[row - 1], hosts[(row + 1) % count], random.choice(MAILS)))
        form = random.choice(SITES[:2] if random.random() < 0.6 else SITES)
        sites.append(random.choice(("http://", "https://")) + form.format(host))
    for values in (mails, sites):
        for row in range(count):
            if random.random() < 0.1:
                values[row] = None
    return records, pd.Series(mails, dtype="str"), pd.Series(sites, dtype="str")


def assert_equal(records: Longs, mails: pd.Series[Any], sites: pd.Series[Any]) -> int:
    """Return the number of findings, if both ways agree on all of them, their order, and the edges."""
    raw = sites.fillna("")
    expected = judge_each(records, records * 2, mails, sites, raw, COLUMN)
    found = judge_sense(records, records * 2, mails, sites, raw, COLUMN)
    assert found.edges == expected.edges
    assert [kind for _, kind in found.findings] == [kind for _, kind in expected.findings]
    for (rows, _), (others, _) in zip(found.findings, expected.findings, strict=True):
        assert rows.tolist() == others.tolist()
    return sum(len(rows) for rows, _ in expected.findings)


@pytest.mark.parametrize("share", [0.0, 0.1, 1.0])
def test_columns_are_judged_as_values_are(share: float) -> None:
    random = Random(4)
    assert sum(assert_equal(*columns(random, count, share)) for count in (1, 2, 3, 4, 5, 9, 40, 400, 6_000)) > 300


def test_parts_of_larger_columns_are_judged_alike() -> None:
    random = Random(5)
    records, mails, sites = columns(random, 900, 0.4)
    for begin in range(0, 900, 90):
        part = slice(begin, begin + 90)
        assert_equal(records[part], mails.iloc[part], sites.iloc[part])


def test_columns_without_any_value() -> None:
    missing = pd.Series([None] * 5, dtype="str")
    sites = pd.Series(["http://www.acme.com"] * 5, dtype="str")
    mails = pd.Series(["a@b.com"] * 5, dtype="str")
    assert assert_equal(np.arange(5), missing, missing) == 0
    assert assert_equal(np.arange(5), missing, sites) == 0
    assert assert_equal(np.arange(5), mails, missing) == 0
    assert assert_equal(np.arange(5), mails, sites) == 3
    assert assert_equal(np.arange(3), pd.Series(["a@", "a@b.com", "a@"], dtype="str"), sites.iloc[:3]) == 1


def test_a_shortcut_that_is_wrong_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = sense.KINDS_OF_BYTES.copy()
    kinds[[*b"@\t"]] = 1
    monkeypatch.setattr(sense, "KINDS_OF_BYTES", kinds)
    with pytest.raises(AssertionError):
        assert_equal(*columns(Random(4), 6_000, 0.1))


def test_rules_of_one_ending_give_what_the_whole_list_gives() -> None:
    """Every third rule of the list, itself, with one and two labels more, and with one less."""
    lines = Path(PSLFILE).read_text("utf-8").splitlines()
    rules = [line.split()[0].lstrip("!").replace("*", "any") for line in lines if line and not line.startswith("//")]
    assert len(rules) > 5_000
    whole = PublicSuffixList()
    for rule in rules[::3]:
        for host in (rule, f"a.{rule}", f"www.{rule}", f"b.a.{rule}", rule.partition(".")[2]):
            name = host if host.isascii() else idna.encode(host, uts46=True).decode()
            assert registrable(host) == (whole.privatesuffix(name.lower().rstrip(".")) or ""), host


def test_www_before_a_host_makes_no_other_domain() -> None:
    assert www_is_no_name()
    assert (registrable("ck"), registrable("www.ck")) == ("", "www.ck")


def test_the_kernel_finds_the_domains_that_the_whole_list_gives() -> None:
    """Of every name of which the list speaks, and names near it, beside their neighbours of one label more or less."""
    lines = Path(PSLFILE).read_text("utf-8").splitlines()
    rules = [line.split()[0].lstrip("!*.") for line in lines if line.strip() and not line.startswith("//")]
    names = []
    for rule in rules:
        names += [rule, f"acme.{rule}", f"www.acme.{rule}", f"a.www.acme.{rule}", f"www.{rule}", f"x.{rule}"]
    hosts = [name for name in names if name.isascii()]
    assert len(hosts) > 40_000
    for shift in (1, 2):
        mails = pd.Series([f"a@{host}" for host in hosts], dtype="str")
        sites = pd.Series([f"http://{host}" for host in hosts[shift:] + hosts[:shift]], dtype="str")
        assert assert_equal(np.arange(len(hosts)), mails, sites) > 15_000
