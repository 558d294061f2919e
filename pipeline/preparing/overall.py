"""What the records of a file say together and none says alone: columns that were swapped, websites that slipped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from pipeline.checking.slips import Slip, first_slip
from pipeline.contracts import Severity, message_of
from pipeline.mapping import Mapped
from pipeline.preparing.batches import Batch, Counts, Work
from pipeline.records import Finding
from pipeline.reporting.tallies import Tally

_MISPLACED = {
    ("email", "phone"): "E109",
    ("email", "website"): "E108",
    ("phone", "email"): "P109",
    ("phone", "website"): "P110",
    ("website", "email"): "W106",
    ("website", "phone"): "W110",
}
"""The rule that a cell of one kind breaks by holding a value of another."""


@dataclass(slots=True)
class Overall:
    """What the batches that were taken come to.

    Attributes:
        judged: Their records.
        accepted: How many of them are accepted; until phase 2, duplicates among them.
        rejected: How many are rejected.
        keyless: How many of the accepted, and of those that blanking would accept, have no key.
        found: Counts and examples of their findings.
        changed: Counts and examples of the changes that are left.
        looks: What the cells of each mapped column come to, in the order of the header map.
        sample: Cells of the first records of the file, by column position; joins among them.
        slips: Records in a row that have their neighbour's website.
    """

    looks: list[Counts]
    judged: int = 0
    accepted: int = 0
    rejected: int = 0
    keyless: int = 0
    found: Tally = field(default_factory=Tally)
    changed: Tally = field(default_factory=Tally)
    sample: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    slips: list[Slip] = field(default_factory=list[Slip])

    def take(self, batch: Batch, keyed: int) -> None:
        """Count in the next batch, of whose records so many have a key; its changes are counted by themselves."""
        self.judged += batch.part.records
        self.accepted += batch.accepted
        self.rejected += batch.rejected
        self.keyless += batch.accepted + batch.blanked - keyed
        self.found.merge(batch.found)
        self.looks = [Counts(*map(sum, zip(*both, strict=True))) for both in zip(self.looks, batch.looks, strict=True)]
        for position, texts in batch.sample.items():
            self.sample.setdefault(position, []).extend(texts)
        self.slips += batch.slips


def overall_findings(work: Work, overall: Overall, column: tuple[str, str, int]) -> Iterator[Finding]:
    """Yield the findings about the file as a whole that its records make plain.

    Args:
        work: What the batches were judged by.
        overall: What they come to.
        column: Header, field and position of the website column.
    """
    yield from _swapped(work, overall)
    slip = first_slip(sorted(overall.slips, key=lambda one: one.record))
    if slip is not None:
        name, field_name, _ = column
        message = message_of("S104", count=slip.count, which=slip.which)
        yield Finding("S104", Severity.WARNING, message, line=slip.line, column=name, field=field_name)


def _swapped(work: Work, overall: Overall) -> Iterator[Finding]:
    kinds = {kind for kind, _ in _MISPLACED}
    columns = [mapped for mapped in work.header.mapped if mapped.field.kind in kinds]
    for one, other in combinations(columns, 2):
        if one.field.kind == other.field.kind:
            continue
        count, others = _misplaced(overall, one, other), _misplaced(overall, other, one)
        if 2 * count > _filled(work, overall, one) and 2 * others > _filled(work, overall, other):
            message = message_of("S105", one=one.column, other=other.column, count=count, others=others)
            yield Finding("S105", Severity.WARNING, message, line=work.source.header_line)


def _misplaced(overall: Overall, column: Mapped, other: Mapped) -> int:
    """Return how many cells of a column hold what belongs in another."""
    code = _MISPLACED[column.field.kind, other.field.kind]
    return sum(
        count
        for topic, count in overall.found.counts.items()
        if topic.code == code and topic.field == column.field.name
    )


def _filled(work: Work, overall: Overall, column: Mapped) -> int:
    return overall.looks[work.header.mapped.index(column)].filled
