"""The records at the edges of batches, which are judged with their neighbours in the batches beside them."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.checking import Edge
from pipeline.checking.sense import settle
from pipeline.checking.slips import Slip
from pipeline.contracts import Severity, message_of
from pipeline.records import Finding


@dataclass(slots=True)
class Seams:
    """What is known at the end of the batches that were taken.

    Attributes:
        last: The last record of them, if it waits for the next one.
        before: The domain of the e-mail of the record before it, as far as a batch before tells.
        slips: Records at edges that have their neighbour's website.
        column: Header, field and position of the website column, once an edge told.
    """

    last: Edge | None = None
    before: str | None = None
    slips: list[Slip] = field(default_factory=list[Slip])
    column: tuple[str, str, int] = ("", "", 0)

    def take(self, edges: tuple[Edge, ...]) -> tuple[Finding | None, Finding | None]:
        """Return what is found of the record that waited, and of the first of the next batch.

        Args:
            edges: First and last record of the next batch, one if it has no other, none at its end or if nobody asks.
        """
        last, before = self.last, self.before
        if not edges:
            self.last = self.before = None
            return self._settled(last, before, None), None
        first = edges[0]
        self.column = first.column
        touches = last is not None and last.record + 1 == first.record
        waited = self._settled(last, before, first.own if touches else None)
        previous = last.own if last is not None and touches else None
        if len(edges) == 1:
            self.last, self.before = first, previous
            return waited, None
        self.last, self.before = edges[-1], None
        return waited, self._settled(first, previous, None)

    def _settled(self, edge: Edge | None, before: str | None, after: str | None) -> Finding | None:
        if edge is None:
            return None
        found = settle(edge.own, edge.site, edge.before or before, edge.after or after)
        if found is None:
            return None
        code, which = found
        column, name, _ = edge.column
        if code == "S102":
            self.slips.append(Slip(edge.record, edge.line, 1, which))
        message = message_of(code, which=which)
        return Finding(code, Severity.WARNING, message, edge.record, edge.line, column, name, edge.value)
