"""The lines that one batch contributes to each file of the prepared folder, made column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.checking import Checked
from pipeline.checking.hits import Hits
from pipeline.checking.records import Changed, Found
from pipeline.contracts import BY_CODE
from pipeline.mapping import Mapped
from pipeline.preparing.reasons import reasons_of
from pipeline.records import BrokenRecords, Finding, Table
from pipeline.writing.columns import Column, Longs, column_of, lines_of, merge, numbered, quoted, stack, take
from pipeline.writing.rows import encode_rows

Bools = npt.NDArray[np.bool_]
Lines = tuple[Longs, Column]
"""k record numbers, ascending, and k lines of a file, a LF behind each."""

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

    def clean(self) -> Lines:
        """Return the lines of `clean.csv`: values of the accepted records, and the text of columns that are kept."""
        columns = [
            self._values[one.name] if isinstance(one, Mapped) else self._raw[one.position]
            for one in self.checked.header.outputs
        ]
        lines = lines_of([quoted(column) for column in columns], ~self.checked.refused)
        return self.checked.records[self._accepted], lines

    def index(self) -> Lines:
        """Return the lines of `clean.index.csv`: record and line of the accepted records."""
        records, lines = self.checked.records[self._accepted], self.checked.lines[self._accepted]
        return records, numbered(records, lines, end="\n")

    def changes(self) -> Lines:
        """Return the lines of `changes.csv`: the altered cells of the accepted records."""
        hits = self.accepted_changes
        kinds: tuple[Changed, ...] = hits.kinds
        before, after = self.altered
        where = _constants([(kind.column, kind.field) for kind in kinds], hits.which)
        rules = _constants([(kind.rule,) for kind in kinds], hits.which)
        return self._lines_of_hits(hits, [where, quoted(before), quoted(after), rules])

    def findings(self) -> Lines:
        """Return the lines of `findings.csv`, but for what needs a neighbouring batch: structure, cells, sense."""
        structure = self.table.findings
        rows = column_of([row.decode() for row in encode_rows(map(finding_row, structure))])
        cells = [self._finding_lines(hits, values) for hits, values in self.found]
        return merge([(_records_of(structure), rows), self._broken_findings(), *cells])

    def rejected(self) -> Lines:
        """Return the lines of `rejected.csv`, with the original text of each."""
        rows = np.flatnonzero(self.checked.refused)
        reasons = reasons_of(self.checked, self.checked.refused)
        why = _constants([(codes, text, "") for codes, text in reasons.texts], reasons.which)
        cells = [quoted(take(self._raw[position], rows)) for position in range(len(self.table.header))]
        refused = (self.checked.records[rows], lines_of([self._places(rows), why, *cells]))
        return merge([refused, self._broken_rows()])

    @cached_property
    def broken(self) -> BrokenRecords:
        """The records that were set aside."""
        return self.table.broken

    @cached_property
    def accepted_changes(self) -> Hits:
        """The altered cells of the accepted records."""
        return self.checked.changes.only(~self.checked.refused)

    @cached_property
    def altered(self) -> tuple[Column, Column]:
        """What the accepted changes altered: the text of each cell before, and after."""
        hits = self.accepted_changes
        kinds: tuple[Changed, ...] = hits.kinds
        before = self._cells(self._raw, hits, [kind.position for kind in kinds])
        return before, self._cells(self._values, hits, [kind.field for kind in kinds])

    @cached_property
    def found(self) -> tuple[tuple[Hits, Column], tuple[Hits, Column]]:
        """The findings in cells, and across columns and records, each with the original text of the cell."""
        findings, sense = self.checked.findings, self.checked.sense
        return (findings, self._originals(findings)), (sense, self._originals(sense))

    @cached_property
    def _accepted(self) -> Longs:
        return np.flatnonzero(~self.checked.refused)

    @cached_property
    def _raw(self) -> dict[int, Column]:
        """The original texts by position in the file, and behind them those of joins."""
        raw = self.checked.raw
        return {position: column_of(raw[position]) for position in range(raw.shape[1])}

    @cached_property
    def _values(self) -> dict[str, Column]:
        """The normal forms by field, in the file's order; blanks missing."""
        columns = self.checked.judged.verdicts.columns
        return {name: column_of(columns[name].values) for name in self.checked.header.fields}

    def _places(self, rows: Longs) -> Column:
        """Return record and line of these rows, joined by a comma."""
        return numbered(self.checked.records[rows], self.checked.lines[rows])

    def _cells(self, columns: dict[Any, Column], hits: Hits, keys: Sequence[Any]) -> Column:
        """Return the text of each hit's cell in the column that the hit's kind names."""
        names = list(dict.fromkeys(keys))
        if not names:
            return column_of([])
        firsts = np.array([names.index(key) for key in keys]) * len(self.checked.records)
        return take(stack([columns[name] for name in names]), firsts[hits.which] + hits.rows)

    def _originals(self, hits: Hits) -> Column:
        """Return the original text of each finding's cell."""
        kinds: tuple[Found, ...] = hits.kinds
        # What concerns a record as a whole quotes no cell.
        whole = {-1: column_of([""] * len(self.checked.records))} if any(kind.position < 0 for kind in kinds) else {}
        return self._cells(self._raw | whole, hits, [kind.position for kind in kinds])

    def _finding_lines(self, hits: Hits, values: Column) -> Lines:
        kinds: tuple[Found, ...] = hits.kinds
        what = [(kind.column, kind.field, kind.code, kind.severity.value, kind.message) for kind in kinds]
        return self._lines_of_hits(hits, [_constants(what, hits.which), quoted(values)])

    def _lines_of_hits(self, hits: Hits, columns: Sequence[Column]) -> Lines:
        return self.checked.records[hits.rows], lines_of([self._places(hits.rows), *columns])

    def _broken_findings(self) -> Lines:
        broken = self.broken
        what = [("", "", code, BY_CODE[code].severity.value, message) for code, message in broken.kinds]
        columns = [numbered(broken.records, broken.lines), _constants(what, broken.which), quoted(broken.raw)]
        return broken.records, lines_of(columns)

    def _broken_rows(self) -> Lines:
        """Return the lines of records whose cells cannot be trusted: their raw text, and empty columns."""
        broken, empty = self.broken, "," * (len(self.table.header) - 1)
        why = _constants(broken.kinds, broken.which)
        columns = [numbered(broken.records, broken.lines), why, quoted(broken.raw), empty]
        return broken.records, lines_of(columns)


def finding_row(finding: Finding) -> tuple[int | str, ...]:
    """Return the `findings.csv` row of one finding."""
    record = "" if finding.record is None else finding.record
    line = "" if finding.line is None else finding.line
    what = (finding.column, finding.field, finding.code, finding.severity.value, finding.message, finding.value)
    return (record, line, *what)


def _constants(texts: Sequence[Sequence[str]], which: Longs) -> Column:
    """Return, for each of k positions in a short list of cells, those cells encoded and joined by commas."""
    return take(column_of([row[:-1].decode() for row in encode_rows(texts)]), which)


def _records_of(findings: Sequence[Finding]) -> Longs:
    return np.array([finding.record or 0 for finding in findings], dtype=np.int64)
