"""What phase 2 alters in one batch: duplicates and known contacts are rejected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.contracts import Severity, message_of
from pipeline.deduplicating import Known, Losers
from pipeline.mapping import Mapped
from pipeline.mapping.deriving import join_texts
from pipeline.preparing.batches import Batch, Work
from pipeline.preparing.identities import said_of
from pipeline.preparing.lines import lines_of_findings
from pipeline.reporting.tallies import MOST_EXAMPLES, Example, Tally, Topic
from pipeline.writing.columns import Column, Layout, Lines, cells, column_of, numbers, texts

Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Edit:
    """What is altered in the rows of one batch.

    Attributes:
        drop: Accepted records that are taken out, ascending.
        rejected: Rows of `rejected.csv` to put in.
        findings: Rows of `findings.csv` to put in.
        found: Counts and examples of those findings.
    """

    drop: Longs
    rejected: Lines
    findings: Lines
    found: Tally

    @staticmethod
    def none() -> Edit:
        """Return that nothing is altered."""
        nothing = lines_of_findings(())
        return Edit(np.empty(0, np.int64), nothing, nothing, Tally())


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


def edit_of(work: Work, batch: Batch, lost: Lost) -> Edit:
    """Return what is to be altered in one batch.

    Args:
        work: What it was judged by.
        batch: The batch.
        lost: Those of its records that are rejected now.

    Side effects:
        Reads the source again for their original text, unless the batch is in memory.
    """
    said = [*lost.each(said_of([mapped.field for mapped in work.identity], work.contract))]
    if not said:
        return Edit.none()
    numbers_of, lines_of, codes, messages = zip(*said, strict=True)
    records, lines = np.array(numbers_of, np.int64), np.array(lines_of, np.int64)
    # The range as it was planned: what of it was judged may be less.
    originals = batch.rows.originals(work.source, work.source.ranges[batch.part.number], records, lines)
    place, found = work.identity[0], Tally()
    dropped = _Dropped(records, lines, codes, messages, _texts_of(place, originals))
    dropped.count(found, place)
    return Edit(dropped.records, dropped.rejected(place, originals), dropped.findings(place), found)


def _texts_of(place: Mapped, originals: Sequence[Column]) -> list[str]:
    """Return what a column of the file, or a join of some, holds in k records."""
    if not place.parts:
        texts_there: list[str] = originals[place.position].to_pylist()
        return texts_there
    rows = zip(*(originals[part].to_pylist() for part in place.parts), strict=True)
    return [join_texts(row, place.separator) for row in rows]


@dataclass(frozen=True, slots=True, eq=False)
class _Dropped:
    """k accepted records that are rejected now.

    Attributes:
        records: Their numbers, ascending.
        lines: Their lines.
        codes: The rule of each.
        messages: What it says.
        values: The original text of what the rule looks at.
    """

    records: Longs
    lines: Longs
    codes: Sequence[str]
    messages: Sequence[str]
    values: Sequence[str]

    def rejected(self, place: Mapped, originals: Sequence[Column]) -> Lines:
        """Return their lines of `rejected.csv`.

        Args:
            place: The column that the rule looks at.
            originals: Their original cells, by column.
        """
        why = column_of([f"{place.column}: {message}" for message in self.messages])
        codes, raw = texts([(code,) for code in self._rules]), texts([("",) for _ in self._rules])
        return self._lines((codes, cells(why), raw, *map(cells, originals)))

    def findings(self, place: Mapped) -> Lines:
        """Return their lines of `findings.csv`."""
        what = texts([(place.column, place.field.name, code, Severity.ERROR.value) for code in self._rules])
        return self._lines((what, cells(column_of(self.messages)), cells(column_of(self.values))))

    def count(self, tally: Tally, place: Mapped) -> None:
        """Count them as findings."""
        for rule in self._rules:
            at = [number for number, code in enumerate(self.codes) if code == rule]
            examples = [
                Example(int(self.records[one]), int(self.lines[one]), self.values[one], self.messages[one])
                for one in at[:MOST_EXAMPLES]
            ]
            tally.add(Topic(rule, Severity.ERROR.value, place.column, place.field.name), len(at), examples)

    @property
    def _rules(self) -> list[str]:
        return sorted({*self.codes})

    def _lines(self, layout: Layout) -> Lines:
        """Return a line of each, with record and line before the rest of the layout."""
        rules = self._rules
        which = np.array([rules.index(code) for code in self.codes], np.int64)
        every = np.arange(len(which))
        whole = (numbers(self.records), numbers(self.lines), *layout)
        return Lines(self.records, every, which, np.zeros(len(rules), np.int64), (whole,))
