"""Makes contact files as people send them, of any size: `python -m benchmarks.contacts --rows 1000000 -o contacts.csv`.

Records are made a chunk at a time, each from the run's seed and its own number: the memory does not grow with the
file, and a shorter file is the beginning of a longer one of the same seed. Companies are the same for every seed. The
numbers are numpy's: another release of it may draw others.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from benchmarks import contact_words as words

Kind = Literal["realistic", "right", "wrong"]

COLUMNS = ("C_EmailAddress", "C_FirstName", "C_LastName", "C_Title", "C_BusPhone", "C_Company", "C_Website1")

EMAILS = {
    "plain": 0.89,
    "duplicate": 0.01,
    "cased": 0.023,
    "padded": 0.017,
    "accented": 0.005,
    "repairable": 0.005,
    "broken": 0.035,
    "empty": 0.015,
}
"""Shares of the kinds of e-mail cells. A duplicate repeats the address of an earlier record, a third in capitals."""

PHONES = {"us": 0.82, "foreign": 0.10, "broken": 0.03, "empty": 0.05}
"""Shares of the kinds of phone cells; a few of the broken are placeholders for nothing."""

WEBSITES = {"own": 0.885, "own page": 0.005, "another": 0.06, "broken": 0.05}
"""Shares of the kinds of website cells: that of the record's company (empty where it has none), another company's."""

WITHOUT_WEBSITE = 0.22
FREE_MAIL = 0.14
MULTI_LINE = 0.001
OFFICE_PHONE = 0.10
UNUSUAL_AREA = 0.04
COMPANIES = 155_000

_CHUNK = 10_000
_REMEMBERED = 4_096
_LOCALS: words.Spellings = (
    *((30, "%s.%s%.0s"), (20, "%s.%s%s"), (20, "%.1s%s%s"), (15, "%s%.0s%s"), (10, "%s_%s%s"), (5, "%.0s%s%s")),
)
_PLAIN = str.maketrans("áíéëöüłñãêôøŁŽžřščďÖÉÜ", "aieeoulnaeoolzzrscdoeu", "'")


@dataclass(frozen=True)
class Companies:
    """The companies that contacts work for; position by position.

    Attributes:
        domains: The domain of its mail.
        cells: Its name as a CSV cell.
        sites: Its website as a CSV cell, "" where it has none.
        normal_sites: The same in normal form.
        phones: The number of its head office.
    """

    domains: list[str]
    cells: list[str]
    sites: list[str]
    normal_sites: list[str]
    phones: list[str]


@lru_cache(maxsize=1)
def companies() -> Companies:
    """Return all companies; made once."""
    chance = np.random.default_rng(0)
    names = [
        (before, middle, after)
        for number in range(COMPANIES)
        for before in (words.BEFORE[number % len(words.BEFORE)],)
        for middle in (words.MIDDLE[number // len(words.BEFORE) % len(words.MIDDLE)],)
        for after in (words.AFTER[number // len(words.BEFORE) // len(words.MIDDLE) % len(words.AFTER)],)
    ]
    order = chance.permutation(COMPANIES).tolist()
    shuffled = [names[place] for place in order]
    domains = [
        top % "".join(name).lower()
        for top, name in zip(_spellings(chance, words.TOP_LEVELS, COMPANIES), shuffled, strict=True)
    ]
    cells = [
        quote(ending % " ".join(name))
        for ending, name in zip(_spellings(chance, words.ENDINGS, COMPANIES), shuffled, strict=True)
    ]
    has = (chance.random(COMPANIES) >= WITHOUT_WEBSITE).tolist()
    sites = _fill(_spellings(chance, words.WEBSITES, COMPANIES), domains)
    normal = _fill(_spellings(chance, words.NORMAL_WEBSITES, COMPANIES), domains)
    offices = _numbers(chance, COMPANIES)
    return Companies(
        domains,
        cells,
        [site if there else "" for site, there in zip(sites, has, strict=True)],
        [site if there else "" for site, there in zip(normal, has, strict=True)],
        [
            form % (area, exchange, 1000, 1)
            for form, (area, exchange, _, _) in zip(
                _spellings(chance, words.US_PHONES[:4], COMPANIES), offices, strict=True
            )
        ],
    )


def contacts(rows: int, seed: int, *, kind: Kind = "realistic") -> Iterator[str]:
    """Yield the text of a contact file, the header first, then chunks of whole records.

    Args:
        rows: Records below the header.
        seed: The same seed, the same file.
        kind: `realistic`, the mix of this module's shares; `right`, every record accepted as it is; `wrong`, every
            record rejected for its e-mail or its phone, whose spellings are those of the realistic broken ones.
    """
    yield ",".join(COLUMNS) + "\n"
    maker = _Maker(seed, kind)
    for number, first in enumerate(range(0, rows, _CHUNK)):
        records = maker.chunk(number)
        yield "\n".join(islice(records, min(_CHUNK, rows - first))) + "\n"


def write(path: Path, rows: int, seed: int, *, kind: Kind = "realistic") -> None:
    """Write a contact file as UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(contacts(rows, seed, kind=kind))


def quote(cell: str) -> str:
    """Return a text as a CSV cell, quoted only where it must be."""
    if '"' in cell:
        return '"' + cell.replace('"', '""') + '"'
    return f'"{cell}"' if "," in cell or "\n" in cell or "\r" in cell else cell


class _Maker:
    """Makes chunks of one file in order; remembers some addresses for duplicates."""

    def __init__(self, seed: int, kind: Kind) -> None:
        self.seed, self.kind = seed, kind
        self.companies = companies()
        self.remembered: list[str] = []

    def chunk(self, number: int) -> Iterator[str]:
        """Return the records of a chunk as lines without their ends."""
        # Columns are drawn by numpy, single cells by Python, each where it is the faster.
        chance, luck = np.random.default_rng((self.seed, number)), random.Random(f"{self.seed}/{number}")
        size = _CHUNK
        # Density falls with the root of the rank: a few firms send many contacts, most a handful.
        firms = (COMPANIES * chance.random(size) ** 2).astype(np.int64).tolist()
        firsts = _choose(chance, words.FIRST, size)
        lasts = _choose(chance, words.LAST, size)
        locals_, domains = self._addresses(chance, number, firms, firsts, lasts)
        emails = [f"{local}@{domain}" for local, domain in zip(locals_, domains, strict=True)]
        titles = _choose(chance, [quote(title) for title in words.TITLES], size)
        for place in np.flatnonzero(chance.random(size) < 0.01).tolist():
            lasts[place] = quote(luck.choice(words.RARE_LAST))
        cells = [self.companies.cells[firm] for firm in firms]
        if self.kind == "realistic":
            for place in np.flatnonzero(chance.random(size) < MULTI_LINE).tolist():
                titles[place] = quote(luck.choice(words.MULTI_LINE_TITLES))
            emails = self._spell(chance, luck, emails, locals_, domains)
            phones = self._phones(chance, luck, firms)
            sites = self._sites(chance, luck, firms)
        else:
            phones = [
                f"+1{area}{exchange:03}{line:04}" for area, exchange, line, _ in _numbers(chance, size, normal=True)
            ]
            sites = [self.companies.normal_sites[firm] for firm in firms]
        if self.kind == "wrong":
            refused = chance.random(size)
            mended = _broken_phones(chance, size)
            for place, spelling in enumerate(_spellings(chance, words.BROKEN_EMAILS, size)):
                if refused[place] < 0.5:
                    emails[place] = quote(spelling % (locals_[place], domains[place]))
                else:
                    phones[place] = mended[place]
        return map(",".join, zip(emails, firsts, lasts, titles, phones, cells, sites, strict=True))

    def _addresses(
        self, chance: Any, number: int, firms: list[int], firsts: list[str], lasts: list[str]
    ) -> tuple[list[str], list[str]]:
        size = len(firms)
        free = (chance.random(size) < FREE_MAIL).tolist()
        at_free = _choose(chance, words.FREE_MAIL, size)
        domains = [
            other if alone else self.companies.domains[firm]
            for alone, other, firm in zip(free, at_free, firms, strict=True)
        ]
        plain = {name: name.lower().translate(_PLAIN) for name in (*words.FIRST, *words.LAST)}
        begins = number * _CHUNK
        # A free-mail address always bears a number: there the names alone are long taken. So does every address where
        # no record may be another's duplicate.
        numbered = self.kind != "realistic"
        forms = [
            _LOCALS[1][1] if (alone or numbered) and form == _LOCALS[0][1] else form
            for alone, form in zip(free, _spellings(chance, _LOCALS, size), strict=True)
        ]
        locals_ = [
            form % (plain[first], plain[last], place)
            for form, first, last, place in zip(forms, firsts, lasts, range(begins, begins + size), strict=True)
        ]
        return locals_, domains

    def _spell(
        self, chance: Any, luck: random.Random, emails: list[str], locals_: list[str], domains: list[str]
    ) -> list[str]:
        """Return the e-mail cells of a realistic chunk."""
        kinds = _kinds(chance, EMAILS, len(emails))
        result = list(emails)
        for place, kind in enumerate(kinds):
            if kind == "plain":
                continue
            local, domain = locals_[place], domains[place]
            if kind == "duplicate":
                result[place] = self._earlier(luck, emails, kinds, place)
            elif kind == "cased":
                how = _one_spelling(luck, words.CASED)
                cased = {"upper": emails[place].upper(), "title": emails[place].title()}
                result[place] = cased.get(how) or f"{local}@{domain.title()}"
            elif kind == "padded":
                result[place] = _one_spelling(luck, words.PADDED) % emails[place]
            elif kind == "accented":
                if luck.random() < 0.5:
                    result[place] = f"{_one_spelling(luck, words.ACCENTED_LOCALS) % local}@{domain}"
                else:
                    result[place] = f"{local}@{_one_spelling(luck, words.ACCENTED_DOMAINS) % domain}"
            elif kind == "repairable":
                result[place] = quote(_one_spelling(luck, words.REPAIRABLE_EMAILS) % (local, domain))
            elif kind == "broken":
                repeated = luck.random() < 0.15
                spelling = _one_spelling(luck, words.BROKEN_EMAILS) % (local, domain)
                result[place] = quote(luck.choice(words.REPEATED_EMAILS) if repeated else spelling)
            else:
                result[place] = ""
        plain = [email for email, kind in zip(emails, kinds, strict=True) if kind == "plain"]
        if len(self.remembered) < _REMEMBERED:
            self.remembered = plain[:_REMEMBERED]
        else:
            for place, email in zip(chance.integers(_REMEMBERED, size=256).tolist(), plain, strict=False):
                self.remembered[place] = email
        return result

    def _earlier(self, luck: random.Random, emails: Sequence[str], kinds: Sequence[str], place: int) -> str:
        """Return the address of a record before this one, from this chunk or an earlier one."""
        if self.remembered and luck.random() < 0.7:
            email = luck.choice(self.remembered)
        else:
            other = luck.randrange(max(1, place))
            while other > 0 and kinds[other] != "plain":
                other -= 1
            email = emails[other]
        return email.upper() if luck.random() < 0.33 else email

    def _phones(self, chance: Any, luck: random.Random, firms: list[int]) -> list[str]:
        size = len(firms)
        kinds = _kinds(chance, PHONES, size)
        office = (chance.random(size) < OFFICE_PHONE).tolist()
        forms = _spellings(chance, words.US_PHONES, size)
        numbers = _numbers(chance, size)
        foreign = _spellings(chance, words.FOREIGN_PHONES, size)
        broken = _broken_phones(chance, size)
        result: list[str] = []
        for place, kind in enumerate(kinds):
            if kind == "us":
                cell = self.companies.phones[firms[place]] if office[place] else forms[place] % numbers[place]
                result.append(f'"{cell}"' if "," in cell else cell)
            elif kind == "foreign":
                result.append(foreign[place] % numbers[place][1:3])
            elif kind == "broken":
                repeated = luck.random() < 0.3
                result.append(luck.choice(words.REPEATED_PHONES) if repeated else broken[place])
            else:
                result.append("")
        return result

    def _sites(self, chance: Any, luck: random.Random, firms: list[int]) -> list[str]:
        result = [self.companies.sites[firm] for firm in firms]
        for place, kind in enumerate(_kinds(chance, WEBSITES, len(firms))):
            domain = self.companies.domains[firms[place]]
            if kind == "own page":
                result[place] = f"https://www.{domain}/team/{luck.randrange(1_000_000)}"
            elif kind == "another":
                other = int(COMPANIES * luck.random() ** 2)
                result[place] = self.companies.sites[other] or f"http://www.{self.companies.domains[other]}"
            elif kind == "broken":
                repeated = luck.random() < 0.55
                spelling = _one_spelling(luck, words.BROKEN_WEBSITES) % domain
                result[place] = quote(luck.choice(words.REPEATED_WEBSITES) if repeated else spelling)
        return result


def _numbers(chance: Any, size: int, *, normal: bool = False) -> list[tuple[int, int, int, int]]:
    """Return area codes, exchanges, subscribers and extensions; with `normal` no area code that nobody has."""
    areas = np.array(words.AREA_CODES)[chance.integers(len(words.AREA_CODES), size=size)]
    if not normal:
        areas = np.where(chance.random(size) < UNUSUAL_AREA, chance.integers(200, 1000, size=size), areas)
    exchanges, lines = chance.integers(200, 1000, size=size), chance.integers(10_000, size=size)
    extensions = chance.integers(1, 9_999, size=size)
    return list(zip(areas.tolist(), exchanges.tolist(), lines.tolist(), extensions.tolist(), strict=True))


def _broken_phones(chance: Any, size: int) -> list[str]:
    numbers = zip(
        chance.integers(200, 1000, size=size).tolist(), chance.integers(10_000, size=size).tolist(), strict=True
    )
    return [
        quote(spelling % values)
        for spelling, values in zip(_spellings(chance, words.BROKEN_PHONES, size), numbers, strict=True)
    ]


def _fill(spellings: Sequence[str], values: Sequence[str]) -> list[str]:
    return [quote(spelling % value) for spelling, value in zip(spellings, values, strict=True)]


def _choose(chance: Any, values: Sequence[str], size: int) -> list[str]:
    return [values[place] for place in chance.integers(len(values), size=size).tolist()]


def _kinds(chance: Any, shares: dict[str, float], size: int) -> list[str]:
    names = list(shares)
    return [names[place] for place in _places(chance, tuple(shares.values()), size)]


def _spellings(chance: Any, spellings: words.Spellings, size: int) -> list[str]:
    return [spellings[place][1] for place in _places(chance, tuple(weight for weight, _ in spellings), size)]


def _one_spelling(luck: random.Random, spellings: words.Spellings) -> str:
    return luck.choices(spellings, cum_weights=_sums(spellings))[0][1]


@lru_cache(maxsize=64)
def _sums(spellings: words.Spellings) -> list[float]:
    return list(accumulate(weight for weight, _ in spellings))


def _places(chance: Any, weights: tuple[float, ...], size: int) -> list[int]:
    places: list[int] = np.searchsorted(_steps(weights), chance.random(size), side="right").tolist()
    return places


@lru_cache(maxsize=64)
def _steps(weights: tuple[float, ...]) -> Any:
    steps = np.cumsum(weights)
    # Without the last: a sum that falls short of 1 by rounding would leave numbers above it.
    return (steps / steps[-1])[:-1]


def main() -> None:
    """Write a file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contacts", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=get_args(Kind), default="realistic")
    parser.add_argument("-o", "--out", type=Path, required=True)
    asked = parser.parse_args()
    write(asked.out, asked.rows, asked.seed, kind=asked.kind)


if __name__ == "__main__":
    main()
