"""What phase 2 alters in one batch: duplicates and known contacts are rejected, and the seams are judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline.checking import Edge
from pipeline.checking.sense import settle
from pipeline.contracts import Severity, message_of
from pipeline.deduplicating import Known, Losers
from pipeline.mapping.deriving import text_of
from pipeline.preparing.batches import Batch, Work
from pipeline.preparing.identities import said_of
from pipeline.preparing.lines import finding_row
from pipeline.preparing.pieces import RecordRows
from pipeline.reading import read_some
from pipeline.records import Finding, Range
from pipeline.writing.rows import encode_rows

Longs = npt.NDArray[np.int64]
Domains = tuple[str | None, str | None]
"""The e-mail domains of the records before and after one, as far as they are known."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What is altered in one batch's pieces.

    Attributes:
        drop: Accepted records that are taken out, ascending.
        rejected: Rows of `rejected.csv` to put in.
        findings: Rows of `findings.csv` to put in.
        found: Those findings.
    """

    drop: Longs
    rejected: RecordRows
    findings: RecordRows
    found: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """Accepted records that phase 2 rejects.

    Attributes:
        losers: Those that give way to another one of the file.
        known: Those that stand in a list; none of them is among the former.
        lists: Names of the lists.
    """

    losers: Losers
    known: Known
    lists: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.losers) + len(self.known)

    def among(self, part: Range) -> Lost:
        """Return those of a range."""
        return Lost(
            self.losers.among(part.first_record, part.records),
            self.known.among(part.first_record, part.records),
            self.lists,
        )

    def each(self, by: str, *, lines: bool = True) -> Iterator[tuple[int, int, str, str]]:
        """Yield (record, line, code, message) of each, in record order.

        Args:
            by: How a message says by what two records are one contact.
            lines: Whether the file has lines, and a message names that of the record that is kept.
        """
        losers, known = self.losers, self.known
        found = [
            (record, line, "K101", message_of("K101", kept=kept, where=f" (line {kept_line})" * lines, by=by))
            for record, line, kept, kept_line in _rows(losers.records, losers.lines, losers.kept, losers.kept_lines)
        ]
        found += [
            (record, line, "K102", message_of("K102", file=self.lists[which], line=place, by=by))
            for record, line, which, place in _rows(known.records, known.lines, known.lists, known.list_lines)
        ]
        yield from sorted(found)


def _rows(*columns: Longs) -> Iterator[tuple[int, ...]]:
    return zip(*(column.tolist() for column in columns), strict=True)


def edit_of(work: Work, batch: Batch, lost: Lost, neighbours: Mapping[int, Domains]) -> Edit:
    """Return what is to be altered in one batch.

    Args:
        work: What it was judged by.
        batch: The batch.
        lost: Those of its records that are rejected now.
        neighbours: What the batches beside it say of the records at its edges.

    Side effects:
        Reads the source again where records are rejected now, for their original text.
    """
    found = [
        finding
        for edge in batch.edges
        if (finding := _settle_edge(edge, *neighbours.get(edge.record, (None, None)))) is not None
    ]
    dropped = [*lost.each(said_of([mapped.field for mapped in work.identity], work.contract))]
    records = [record for record, *_ in dropped]
    rows: list[Sequence[object]] = []
    if dropped:
        place = work.identity[0]
        # The range as it was planned: what of it was judged may be less.
        planned = work.source.ranges[batch.part.number]
        cells = read_some(work.source, planned, records, [line for _, line, *_ in dropped])
        for (record, line, code, message), original in zip(dropped, cells, strict=True):
            value = text_of(place, original)
            found.append(Finding(code, Severity.ERROR, message, record, line, place.column, place.field.name, value))
            rows.append((record, line, code, f"{place.column}: {message}", "", *original))
    found.sort(key=lambda finding: finding.record or 0)  # stable: sense before duplicates
    findings = zip((finding.record or 0 for finding in found), encode_rows(map(finding_row, found)), strict=True)
    rejected = RecordRows.single(zip(records, encode_rows(rows), strict=True))
    return Edit(np.array(records, dtype=np.int64), rejected, RecordRows.single(findings), tuple(found))


def neighbours_of(batches: Sequence[Batch]) -> dict[int, Domains]:
    """Return, for records at the edge of a batch, the e-mail domains of their neighbours in the batches beside it."""
    found: dict[int, Domains] = {}
    for left, right in pairwise(batch for batch in batches if batch.edges):
        last, first = left.edges[-1], right.edges[0]
        if last.record + 1 == first.record:
            before, _ = found.get(last.record, (None, None))
            found[last.record] = (before, first.own)
            found[first.record] = (last.own, None)
    return found


def _settle_edge(edge: Edge, before: str | None, after: str | None) -> Finding | None:
    found = settle(edge.own, edge.site, edge.before or before, edge.after or after)
    if found is None:
        return None
    code, which = found
    column, name, _ = edge.column
    message = message_of(code, which=which)
    return Finding(code, Severity.WARNING, message, edge.record, edge.line, column, name, edge.value)
