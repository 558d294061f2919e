"""The lines that one batch contributes to each file of the prepared folder: what they consist of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from pipeline.checking import Checked
from pipeline.checking.hits import Hits
from pipeline.checking.records import Changed, Found
from pipeline.contracts import BY_CODE
from pipeline.mapping import Mapped
from pipeline.preparing.reasons import reasons_of
from pipeline.records import BrokenRecords, Finding, Table
from pipeline.writing.columns import (
    Column,
    Layout,
    Lines,
    Longs,
    Slot,
    cells,
    column_of,
    merge,
    numbers,
    texts,
)

Output: TypeAlias = Literal["clean", "index", "rejected", "changes", "findings"]
"""A file of the prepared folder that every record has its part in."""

FINDING_COLUMNS = ("record", "line", "column", "field", "code", "severity", "message", "value")
CHANGE_COLUMNS = ("record", "line", "column", "field", "before", "after", "rule")
REJECTED_COLUMNS = ("_record", "_line", "_codes", "_reasons", "_raw")


@dataclass(frozen=True)
class BatchLines:
    """n records that were judged, and k that were set aside, as lines of files.

    Attributes:
        table: The records as read.
        checked: Their verdicts.
    """

    table: Table
    checked: Checked

    def of(self, name: Output) -> Lines:
        """Return the lines of an output file."""
        ways = {
            "clean": self.clean,
            "index": self.index,
            "rejected": self.rejected,
            "changes": self.changes,
            "findings": self.findings,
        }
        return ways[name]()

    def clean(self) -> Lines:
        """Return the lines of `clean.csv`: values of the accepted records, and the text of columns that are kept."""
        layout = [
            self._after[one.name] if isinstance(one, Mapped) else self._before[one.position]
            for one in self.checked.header.outputs
        ]
        return self._of_accepted(tuple(layout))

    def index(self) -> Lines:
        """Return the lines of `clean.index.csv`: record and line of the accepted records."""
        return self._of_accepted(self._place)

    def changes(self) -> Lines:
        """Return the lines of `changes.csv`: the altered cells of the accepted records."""
        kinds: tuple[Changed, ...] = self.accepted_changes.kinds
        where, rules = texts([(kind.column, kind.field) for kind in kinds]), texts([(kind.rule,) for kind in kinds])
        layouts = [(*self._place, where, self._before[kind.position], self._after[kind.field], rules) for kind in kinds]
        return self._of_hits(self.accepted_changes, layouts)

    def findings(self) -> Lines:
        """Return the lines of `findings.csv`: structure, cells, sense; but for what needs a neighbouring batch, and
        those `behind`.
        """
        return self._all_findings.without(self._behind)

    def behind(self) -> Lines:
        """Return the lines of `findings.csv` that follow the record at the batch's end of which the next batch has to
        tell: of broken records.
        """
        return self._all_findings.only(self._behind)

    @cached_property
    def _all_findings(self) -> Lines:
        in_cells = map(self._findings_in_cells, (self.checked.findings, self.checked.sense))
        return merge([lines_of_findings(self.table.findings), self._findings_of_broken(), *in_cells])

    @cached_property
    def _behind(self) -> Longs:
        """The records behind the last one that was judged, if that waits for the next batch."""
        edges = self.checked.edges
        if not edges:
            return np.empty(0, np.int64)
        records = self._all_findings.records
        return np.unique(records[np.searchsorted(records, edges[-1].record, side="right") :])

    def rejected(self) -> Lines:
        """Return the lines of `rejected.csv`, with the original text of each."""
        rows = np.flatnonzero(self.checked.refused)
        reasons = reasons_of(self.checked, self.checked.refused)
        why = texts([(codes, text, "") for codes, text in reasons.texts])
        originals = (self._before[position] for position in range(len(self.table.header)))
        kinds = np.zeros(len(reasons.texts), np.int64)
        refused = Lines(self.checked.records[rows], rows, reasons.which, kinds, ((*self._place, why, *originals),))
        return merge([refused, self._broken()])

    def originals(self, kind: Changed | Found, rows: Longs) -> list[str]:
        """Return the original texts of some cells of which a change or finding tells."""
        # What concerns a record as a whole quotes no cell.
        return [""] * len(rows) if kind.position < 0 else self._before[kind.position].texts_at(rows)

    def originals_of(self, records: Longs) -> list[Column]:
        """Return the original cells of k of the n records, a column for each of the header's."""
        rows = np.searchsorted(self.checked.records, records)
        return [self._texts[position].take(rows) for position in range(len(self.table.header))]

    def altered(self, kind: Changed, rows: Longs) -> list[str]:
        """Return what became of some cells."""
        return self._after[kind.field].texts_at(rows)

    @cached_property
    def broken(self) -> BrokenRecords:
        """The records that were set aside."""
        return self.table.broken

    @cached_property
    def accepted_changes(self) -> Hits:
        """The altered cells of the accepted records."""
        return self.checked.changes.only(~self.checked.refused)

    @cached_property
    def _accepted(self) -> Longs:
        return np.flatnonzero(~self.checked.refused)

    @cached_property
    def _texts(self) -> dict[int, Column]:
        """The original texts by position in the file, and behind them those of joins."""
        raw = self.checked.raw
        return {position: column_of(raw[position]) for position in range(raw.shape[1])}

    @cached_property
    def _before(self) -> dict[int, Slot]:
        """The same as cells."""
        return {position: cells(column) for position, column in self._texts.items()}

    @cached_property
    def _after(self) -> dict[str, Slot]:
        """The normal forms by field, in the file's order; blanks missing."""
        columns = self.checked.judged.verdicts.columns
        return {name: cells(column_of(columns[name].values), often=True) for name in self.checked.header.fields}

    @cached_property
    def _place(self) -> Layout:
        """Record and line of a row."""
        return numbers(self.checked.records), numbers(self.checked.lines)

    def _of_accepted(self, layout: Layout) -> Lines:
        rows, one = self._accepted, np.zeros(1, np.int64)
        return Lines(self.checked.records[rows], rows, np.zeros(len(rows), np.int64), one, (layout,))

    def _of_hits(self, hits: Hits, layouts: Sequence[Layout]) -> Lines:
        """Return a line for each hit, a layout for each of the kinds."""
        return Lines(self.checked.records[hits.rows], hits.rows, hits.which, np.arange(len(layouts)), tuple(layouts))

    def _findings_in_cells(self, hits: Hits) -> Lines:
        kinds: tuple[Found, ...] = hits.kinds
        what = texts([(kind.column, kind.field, kind.code, kind.severity.value, kind.message) for kind in kinds])
        no_cell = texts([("",)] * len(kinds))
        layouts = [
            (*self._place, what, no_cell if kind.position < 0 else self._before[kind.position]) for kind in kinds
        ]
        return self._of_hits(hits, layouts)

    def _findings_of_broken(self) -> Lines:
        kinds = [("", "", code, BY_CODE[code].severity.value, message) for code, message in self.broken.kinds]
        return self._of_broken(texts(kinds), cells(self.broken.raw))

    def _broken(self) -> Lines:
        """Return the lines of records whose cells cannot be trusted: their raw text, and empty columns."""
        kinds = self.broken.kinds
        empty = texts([("",) * len(self.table.header)] * len(kinds))
        return self._of_broken(texts(kinds), cells(self.broken.raw), empty)

    def _of_broken(self, *slots: Slot) -> Lines:
        broken = self.broken
        layout = (numbers(broken.records), numbers(broken.lines), *slots)
        kinds = np.zeros(len(broken.kinds), np.int64)
        return Lines(broken.records, np.arange(len(broken)), broken.which, kinds, (layout,))


def lines_of_findings(found: Sequence[Finding]) -> Lines:
    """Return the `findings.csv` lines of single findings, in record order."""
    records, each = np.array([finding.record or 0 for finding in found], np.int64), np.arange(len(found))
    return Lines(records, each, each, np.zeros(len(found), np.int64), ((texts([*map(finding_row, found)]),),))


def finding_row(finding: Finding) -> tuple[int | str, ...]:
    """Return the `findings.csv` row of one finding."""
    record = "" if finding.record is None else finding.record
    line = "" if finding.line is None else finding.line
    what = (finding.column, finding.field, finding.code, finding.severity.value, finding.message, finding.value)
    return (record, line, *what)
