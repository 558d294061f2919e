"""The domains of a file's e-mail addresses, gathered before anything is judged, and asked about once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.checking.hosts import Mail, column_of
from pipeline.contracts import Contract, normal_forms
from pipeline.engines import Crew
from pipeline.mapping import HeaderMap
from pipeline.mapping.deriving import first_addresses, widened
from pipeline.preparing.resolving import DomainCheck, ask
from pipeline.reading import read
from pipeline.records import Range, Source

if TYPE_CHECKING:
    import pandas as pd

MOST_DOMAINS = 100_000
"""Domains that are remembered, about 20 MB. Of those that come up later in the file nothing is asked: more than these
are not answered within any deadline that a person waits for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of the domains of a file.

    Attributes:
        gone: E209 or E210 of those that cannot have mail.
        domains: How many different ones were to be asked about.
        answered: Of how many it is known whether they take mail.
        unknown: Of how many it is not.
        passed_over: Addresses whose domain came up when no more were remembered.
    """

    gone: Mapping[str, str]
    domains: int
    answered: int
    unknown: int
    passed_over: int

    def __post_init__(self) -> None:
        if self.answered + self.unknown != self.domains:
            raise ValueError("a domain is known or unknown")

    def as_report(self) -> dict[str, int]:
        """Return the `domains` of `report.json`."""
        return {
            "asked": self.domains,
            "answered": self.answered,
            "unknown": self.unknown,
            "addresses_passed_over": self.passed_over,
        }


@dataclass(slots=True)
class Seen:
    """Domains in the order in which they come up, and how often each does.

    Attributes:
        counts: At most `most` of them.
        passed_over: How often another came up.
        most: How many are remembered.
    """

    most: int = MOST_DOMAINS
    counts: dict[str, int] = field(default_factory=dict)
    passed_over: int = 0

    def take(self, counts: Mapping[str, int]) -> None:
        """Count the domains of the next records of the file."""
        for domain, count in counts.items():
            if domain in self.counts or len(self.counts) < self.most:
                self.counts[domain] = self.counts.get(domain, 0) + count
            else:
                self.passed_over += count

    def ask(self, how: DomainCheck) -> Asked:
        """Ask about them, the most frequent first."""
        ordered = sorted(self.counts, key=lambda domain: (-self.counts[domain], domain))
        answers = ask(ordered, how)
        return Asked(answers.gone, len(ordered), answers.answered, answers.unknown, self.passed_over)


def ask_domains(source: Source, header: HeaderMap, contract: Contract, how: DomainCheck, crew: Crew) -> Asked:
    """Return what the domain name system says of the domains of a file.

    The file is read once more for it. The answers go to every process with the work, and none of them asks.

    Args:
        source: The scanned file.
        header: Which columns are which fields.
        contract: The schema.
        how: How to ask.
        crew: Who reads it.

    Raises:
        UsageError: There is no name server, or it cannot be found.
        SourceError: The text changed since the scan.
    """
    seen = Seen()
    task = partial(count_domains, source, header, contract)
    for counts in crew.carry_out(task, source.ranges, name=lambda part: f"range {part.number}"):
        seen.take(counts)
    return seen.ask(how)


def count_domains(source: Source, header: HeaderMap, contract: Contract, part: Range) -> dict[str, int]:
    """Return how often each domain comes up in the e-mail cells of a range, in order of the first."""
    frame = read(source, part).frame
    return domain_counts(addresses(frame, header, contract))


def domain_counts(columns: Iterable[pd.Series[Any]]) -> dict[str, int]:
    """Return how often each domain comes up in columns of addresses, some missing; in order of the first."""
    counts: dict[str, int] = {}
    for column in columns:
        mail = column_of(column).drop_null()
        if not len(mail):
            continue
        found = Mail(mail).hosts().value_counts()
        for host, count in zip(found.field("values").to_pylist(), found.field("counts").to_pylist(), strict=True):
            counts[host] = counts.get(host, 0) + count
    return counts


def addresses(frame: pd.DataFrame, header: HeaderMap, contract: Contract) -> Iterator[pd.Series[Any]]:
    """Yield the normal forms of each e-mail field.

    Args:
        frame: n × c raw text; columns are positions.
        header: Which of them are which fields.
        contract: The schema.
    """
    frame = widened(frame, header)
    for mapped in header.mapped:
        if mapped.field.kind == "email":
            cells = frame[mapped.position]
            yield normal_forms(first_addresses(cells)[0] if mapped.takes_first else cells, mapped.field, contract)
