"""What phase 2 alters in one batch: duplicates go from the accepted to the rejected, and the seams are judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline.checking import Edge
from pipeline.checking.sense import settle
from pipeline.contracts import Severity, message_of
from pipeline.deduplicating import Losers
from pipeline.mapping.deriving import text_of
from pipeline.preparing.batches import Batch, Work
from pipeline.preparing.lines import finding_row
from pipeline.reading import read_some
from pipeline.records import Finding
from pipeline.writing.rows import encode_rows

Longs = npt.NDArray[np.int64]
Domains = tuple[str | None, str | None]
"""The e-mail domains of the records before and after one, as far as they are known."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What is altered in one batch's pieces.

    Attributes:
        drop: Accepted records that are taken out, ascending.
        rejected: Records and their `rejected.csv` rows to put in, ascending.
        findings: Records and their `findings.csv` rows to put in, ascending.
        found: Those findings.
    """

    drop: Longs
    rejected: tuple[tuple[int, bytes], ...]
    findings: tuple[tuple[int, bytes], ...]
    found: tuple[Finding, ...]


def edit_of(work: Work, batch: Batch, losers: Losers, neighbours: Mapping[int, Domains]) -> Edit:
    """Return what is to be altered in one batch.

    Args:
        work: What it was judged by.
        batch: The batch.
        losers: Those of its records that give way.
        neighbours: What the batches beside it say of the records at its edges.

    Side effects:
        Reads the source again where records give way, for their original text.
    """
    found = [
        finding
        for edge in batch.edges
        if (finding := _settle_edge(edge, *neighbours.get(edge.record, (None, None)))) is not None
    ]
    rejected: list[tuple[int, bytes]] = []
    if len(losers):
        key = next(mapped for mapped in work.header.mapped if mapped.field.key)
        records, lines = losers.records.tolist(), losers.lines.tolist()
        cells = read_some(work.source, batch.part, records, lines)
        rows: list[Sequence[object]] = []
        places = zip(records, lines, losers.kept.tolist(), losers.kept_lines.tolist(), cells, strict=True)
        for record, line, kept, kept_line, original in places:
            message = message_of("K101", kept=kept, where=f" (line {kept_line})")
            value = text_of(key, original)
            found.append(Finding("K101", Severity.ERROR, message, record, line, key.column, key.field.name, value))
            rows.append((record, line, "K101", f"{key.column}: {message}", "", *original))
        rejected = list(zip(records, encode_rows(rows), strict=True))
    found.sort(key=lambda finding: finding.record or 0)  # stable: sense before duplicates
    findings = zip((finding.record or 0 for finding in found), encode_rows(map(finding_row, found)), strict=True)
    return Edit(losers.records, tuple(rejected), tuple(findings), tuple(found))


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
