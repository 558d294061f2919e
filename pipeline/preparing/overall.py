"""What the records of a file say together and none says alone: columns that were swapped, websites that slipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from pipeline.checking.sense import settle
from pipeline.checking.slips import Slip, first_slip
from pipeline.contracts import Severity, message_of
from pipeline.mapping import Mapped
from pipeline.preparing.batches import Batch, Work
from pipeline.preparing.edits import Domains
from pipeline.records import Finding

_MISPLACED = {
    ("email", "phone"): "E109",
    ("email", "website"): "E108",
    ("phone", "email"): "P109",
    ("phone", "website"): "P110",
    ("website", "email"): "W106",
    ("website", "phone"): "W110",
}
"""The rule that a cell of one kind breaks by holding a value of another."""


def overall_findings(work: Work, batches: Sequence[Batch], neighbours: Mapping[int, Domains]) -> Iterator[Finding]:
    """Yield the findings about the file as a whole that its records make plain.

    Args:
        work: What the batches were judged by.
        batches: One for each range, in file order.
        neighbours: What the batches beside it say of the records at the edges of each.
    """
    yield from _swapped(work, batches)
    yield from _slipped(batches, neighbours)


def _swapped(work: Work, batches: Sequence[Batch]) -> Iterator[Finding]:
    kinds = {kind for kind, _ in _MISPLACED}
    columns = [mapped for mapped in work.header.mapped if mapped.field.kind in kinds]
    for one, other in combinations(columns, 2):
        if one.field.kind == other.field.kind:
            continue
        count, others = _misplaced(batches, one, other), _misplaced(batches, other, one)
        if 2 * count > _filled(work, batches, one) and 2 * others > _filled(work, batches, other):
            message = message_of("S105", one=one.column, other=other.column, count=count, others=others)
            yield Finding("S105", Severity.WARNING, message, line=work.source.header_line)


def _misplaced(batches: Sequence[Batch], column: Mapped, other: Mapped) -> int:
    """Return how many cells of a column hold what belongs in another."""
    code = _MISPLACED[column.field.kind, other.field.kind]
    return sum(
        count
        for batch in batches
        for topic, count in batch.found.counts.items()
        if topic.code == code and topic.field == column.field.name
    )


def _filled(work: Work, batches: Sequence[Batch], column: Mapped) -> int:
    place = work.header.mapped.index(column)
    return sum(batch.looks[place].filled for batch in batches)


def _slipped(batches: Sequence[Batch], neighbours: Mapping[int, Domains]) -> Iterator[Finding]:
    slips: list[Slip] = []
    column = ("", "", 0)
    for batch in batches:
        slips += batch.slips
        for edge in batch.edges:
            column = edge.column
            before, after = neighbours.get(edge.record, (None, None))
            code, which = settle(edge.own, edge.site, edge.before or before, edge.after or after) or ("", "")
            if code == "S102":
                slips.append(Slip(edge.record, edge.line, 1, which))
    slip = first_slip(sorted(slips, key=lambda one: one.record))
    if slip is not None:
        name, field, _ = column
        message = message_of("S104", count=slip.count, which=slip.which)
        yield Finding("S104", Severity.WARNING, message, line=slip.line, column=name, field=field)
