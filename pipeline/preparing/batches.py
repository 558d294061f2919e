"""Phase 1: one range of records, from bytes to the rows of files. Runs anywhere, in any order, knowing no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pipeline.checking import Checked, Edge, check
from pipeline.checking.hits import Hits
from pipeline.checking.records import Changed, Found
from pipeline.checking.slips import Slip
from pipeline.contracts import BY_CODE, Contract, Severity
from pipeline.deduplicating import keys_of
from pipeline.mapping import HeaderMap, Mapped
from pipeline.mapping.deriving import widened
from pipeline.mapping.suggesting import SAMPLE
from pipeline.preparing.identities import filled_of, normal_forms
from pipeline.preparing.lines import BatchLines, Output
from pipeline.preparing.pieces import Held, RecordRows, Rows, write_piece
from pipeline.preparing.settings import Settings
from pipeline.reading import read
from pipeline.records import Finding, Range, Source
from pipeline.reporting.tallies import MOST_EXAMPLES, Example, Tally, Topic
from pipeline.writing.columns import Longs, cells, column_of

SPARE_EXAMPLES = 2 * MOST_EXAMPLES


@dataclass(frozen=True, slots=True)
class Work:
    """What every batch of a file is judged by; can be sent to another process.

    Attributes:
        source: The scanned file.
        header: Which columns are which fields.
        contract: The schema.
        settings: What the run decides.
        identity: The columns that are equal in two records of one contact.
        gone: The code of each host that cannot have mail, as far as that was asked.
    """

    source: Source
    header: HeaderMap
    contract: Contract
    settings: Settings
    identity: tuple[Mapped, ...]
    gone: Mapping[str, str] = field(default_factory=dict[str, str])


class Counts(NamedTuple):
    """What the cells of a column come to.

    Attributes:
        cells: How many were judged.
        blank: How many of them are blank, or hold a placeholder.
        refused: How many are refused, whatever the policy made of it.
    """

    cells: int
    blank: int
    refused: int

    @property
    def filled(self) -> int:
        """How many are not blank."""
        return self.cells - self.blank


@dataclass(frozen=True, slots=True)
class Batch:
    """What phase 1 says of one range.

    Attributes:
        part: The range, or what of it was judged.
        rows: What its records contribute to the output files.
        accepted: How many records phase 1 accepts; duplicates among them are not known yet.
        rejected: How many it rejects.
        blanked: How many of these `on_invalid = "blank"` would accept.
        found: Counts and examples of the findings.
        changed: Counts and examples of the changes.
        edges: First and last record, to be judged with their neighbours.
        behind: Rows of `findings.csv` of the records behind the last of these, which wait for the next batch with it.
        slips: Records in a row that have their neighbour's website.
        looks: What the cells of each mapped column come to, in the order of the header map.
        sample: Some cells of each column by position, of records that are among the first of the file.
    """

    part: Range
    rows: Rows
    accepted: int
    rejected: int
    blanked: int
    found: Tally
    changed: Tally
    edges: tuple[Edge, ...]
    behind: bytes
    slips: tuple[Slip, ...]
    looks: tuple[Counts, ...]
    sample: Mapping[int, list[str]]

    def __post_init__(self) -> None:
        if self.accepted + self.rejected != self.part.records:
            raise ValueError(
                f"range {self.part.number} of {self.part.records} records: {self.accepted} accepted and "
                f"{self.rejected} rejected"
            )


def prepare_batch(work: Work, part: Range, *, last: int | None = None) -> Batch:
    """Judge one range; returns the batch with its rows in memory.

    Args:
        work: What it is judged by.
        part: The range.
        last: The record behind which it is cut off, as if the file ended there; None for none.

    Side effects:
        Reads the source's text.

    Raises:
        SourceError: The text changed since the scan.
        RuleCrashed: A rule raised: our bug.
    """
    table = read(work.source, part)
    if last is not None:
        table = table.until(last)
    checked = check(
        table.frame.index.to_numpy(dtype="int64"),
        table.lines,
        widened(table.frame, work.header),
        work.header,
        work.contract,
        work.settings.judging,
        work.gone,
    )
    lines = BatchLines(table, checked)
    columns = [normal_forms(checked.judged.verdicts.columns[mapped.field.name]) for mapped in work.identity]
    filled = filled_of(checked) if work.settings.survivor == "most-complete" else None
    keys = keys_of(columns, checked.records, checked.lines, ~checked.refused, checked.blankable, filled)
    refused = int(checked.refused.sum())
    return Batch(
        part=table.range,
        rows=Held(lines, keys),
        accepted=len(checked.records) - refused,
        rejected=len(table.broken) + refused,
        blanked=int(checked.blankable.sum()),
        found=_tally_findings(lines),
        changed=_tally_changes(lines),
        edges=checked.edges,
        behind=RecordRows.made_of(lines.behind()).data.tobytes(),
        slips=checked.slips,
        looks=looks_of(checked),
        sample=_sample(checked),
    )


@dataclass(frozen=True, slots=True)
class Spool:
    """Where the rows of batches wait; can be sent to another process.

    Attributes:
        folder: The folder.
        names: The output files that they go to.
        slots: How many batches may wait at once: each batch takes the file of the one so many before it, of which the
            system still has the memory. A file of its own takes up to a quarter longer to write. Source: measured.
    """

    folder: Path
    names: tuple[Output, ...]
    slots: int


def spilled(batch: Batch, spool: Spool) -> Batch:
    """Return a batch with its rows on disk, as far as they go to some output files.

    Side effects:
        Writes a file, unless the rows are on disk already.
    """
    rows, number = batch.rows, batch.part.number
    if not isinstance(rows, Held):
        return batch
    path = spool.folder / f"{number % spool.slots:08d}.piece"
    return replace(batch, rows=write_piece(rows, number, path, spool.names))


def spill_batch(work: Work, spool: Spool, part: Range) -> Batch:
    """Judge one range; returns the batch with its rows on disk, as a process does that is not the driver."""
    return spilled(prepare_batch(work, part), spool)


def looks_of(checked: Checked) -> tuple[Counts, ...]:
    """Return what the cells of each mapped column come to."""
    found: list[Counts] = []
    for mapped in checked.header.mapped:
        column = checked.judged.verdicts.columns[mapped.field.name]
        refused = without_text = 0
        for count, marks in zip(column.counts().tolist(), column.combinations, strict=True):
            # Whatever the policy made of it. An empty cell of a required field is blank before it is refused.
            if any(mark.code != "C101" and BY_CODE[mark.code].severity is Severity.ERROR for mark in marks):
                refused += count
                without_text += 0 if any(mark.done == "kept" for mark in marks) else count
        blank = column_of(column.values).null_count - without_text
        found.append(Counts(len(checked.records), blank, refused))
    return tuple(found)


def _sample(checked: Checked) -> dict[int, list[str]]:
    """Return the cells of those records that are among the first of the file."""
    if not len(checked.records) or checked.records[0] > SAMPLE:
        return {}
    rows = int(np.searchsorted(checked.records, SAMPLE, side="right"))
    return {position: checked.raw[position].iloc[:rows].tolist() for position in range(checked.raw.shape[1])}


def tally_findings(tally: Tally, findings: Iterable[Finding]) -> None:
    """Count findings, in record order."""
    by_topic: dict[tuple[str, str, str, str], list[Finding]] = {}
    for finding in findings:
        by_topic.setdefault((finding.code, finding.severity.value, finding.column, finding.field), []).append(finding)
    for topic, found in by_topic.items():
        firsts = found[:MOST_EXAMPLES]
        tally.add(Topic(*topic), len(found), [Example(one.record, one.line, one.value, one.message) for one in firsts])


def _tally_findings(lines: BatchLines) -> Tally:
    """Return counts and examples of a batch's findings."""
    tally, broken, checked = Tally(), lines.broken, lines.checked
    tally_findings(tally, lines.table.findings)
    topics = [Topic(code, BY_CODE[code].severity.value) for code, _ in broken.kinds]
    hits, raw = Hits(np.arange(len(broken)), broken.which, broken.kinds), cells(broken.raw)
    _tally_hits(
        tally,
        hits,
        topics,
        (broken.records, broken.lines),
        lambda kind, rows: (raw.texts_at(rows), [kind[1]] * len(rows)),
    )
    for hits in (checked.findings, checked.sense):
        kinds: tuple[Found, ...] = hits.kinds
        topics = [Topic(kind.code, kind.severity.value, kind.column, kind.field) for kind in kinds]
        _tally_hits(
            tally,
            hits,
            topics,
            (checked.records, checked.lines),
            lambda kind, rows: (lines.originals(kind, rows), [kind.message] * len(rows)),
        )
    return tally


def _tally_changes(lines: BatchLines) -> Tally:
    """Return counts and examples of altered cells; more examples than are shown, since duplicates will be taken out."""
    tally, hits, checked = Tally(SPARE_EXAMPLES), lines.accepted_changes, lines.checked
    kinds: tuple[Changed, ...] = hits.kinds
    topics = [Topic(kind.rule, Severity.CHANGE.value, kind.column, kind.field) for kind in kinds]
    _tally_hits(
        tally,
        hits,
        topics,
        (checked.records, checked.lines),
        lambda kind, rows: (lines.originals(kind, rows), lines.altered(kind, rows)),
    )
    return tally


def _tally_hits(
    tally: Tally,
    hits: Hits,
    topics: Sequence[Topic],
    numbers: tuple[Longs, Longs],
    texts: Callable[[Any, Longs], tuple[Sequence[str], Sequence[str]]],
) -> None:
    """Count hits.

    Args:
        tally: Where to.
        hits: Some in n rows, of t kinds.
        topics: t, what each kind is counted as.
        numbers: n records and n lines.
        texts: Returns, of a kind and some rows, values and messages of the examples.
    """
    for kind, topic, (count, rows) in zip(hits.kinds, topics, hits.tallied(tally.most), strict=True):
        places = zip(*(column[rows].tolist() for column in numbers), *texts(kind, rows), strict=True)
        tally.add(topic, count, [Example(*place) for place in places])
