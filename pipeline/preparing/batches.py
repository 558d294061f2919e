"""Phase 1: one range of records, from bytes to pieces on disk. Runs anywhere, in any order, knowing no other batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.checking import Checked, Edge, check
from pipeline.checking.hits import Hits
from pipeline.checking.records import Changed, Found
from pipeline.contracts import BY_CODE, Contract, Policy, Severity
from pipeline.deduplicating import Keys, hash_keys
from pipeline.mapping import HeaderMap
from pipeline.preparing.pieces import Piece, write_piece
from pipeline.reading import read
from pipeline.records import Broken, Finding, Range, Source, Table
from pipeline.reporting.tallies import MOST_EXAMPLES, Example, Tally, Topic
from pipeline.writing.rows import encode_rows

Bools = npt.NDArray[np.bool_]
FindingRow = tuple[int | str, int | str, str, str, str, str, str, str]

FINDING_COLUMNS = ("record", "line", "column", "field", "code", "severity", "message", "value")
CHANGE_COLUMNS = ("record", "line", "column", "field", "before", "after", "rule")
REJECTED_COLUMNS = ("_record", "_line", "_codes", "_reasons", "_raw")


@dataclass(frozen=True, slots=True)
class Work:
    """What every batch of a file is judged by; can be sent to another process.

    Attributes:
        source: The scanned file.
        header: Which columns are which fields.
        contract: The schema.
        policy: What the run decides instead of it.
    """

    source: Source
    header: HeaderMap
    contract: Contract
    policy: Policy


@dataclass(frozen=True, slots=True)
class Batch:
    """What phase 1 says of one range.

    Attributes:
        part: The range.
        clean: Its accepted records.
        index: Record number and line of each, in the same order.
        rejected: Its rejected records.
        changes: Altered cells of the accepted.
        findings: All findings, but those that need a neighbouring batch.
        keys: Hashed keys of the accepted records.
        blanked_keys: Hashed keys of the rejected records that `on_invalid = "blank"` would accept.
        blanked: How many those are, with or without a key.
        found: Counts and examples of the findings.
        changed: Counts and examples of the changes.
        edges: First and last record, to be judged with their neighbours.
    """

    part: Range
    clean: Piece
    index: Piece
    rejected: Piece
    changes: Piece
    findings: Piece
    keys: Keys
    blanked_keys: Keys
    blanked: int
    found: Tally
    changed: Tally
    edges: tuple[Edge, ...]

    def __post_init__(self) -> None:
        if self.clean.rows + self.rejected.rows != self.part.records or self.index.rows != self.clean.rows:
            raise ValueError(
                f"range {self.part.number} of {self.part.records} records: {self.clean.rows} accepted and "
                f"{self.rejected.rows} rejected"
            )

    @property
    def accepted(self) -> int:
        """How many records phase 1 accepts; duplicates among them are not known yet."""
        return self.clean.rows


def prepare_batch(work: Work, part: Range, folder: Path) -> Batch:
    """Judge one range and write its pieces into a folder.

    Side effects:
        Writes ten files named by the range's number. Reads the source's text.

    Raises:
        SourceError: The text changed since the scan.
        RuleCrashed: A rule raised: our bug.
    """
    table = read(work.source, part)
    checked = check_table(work, table)
    accepted = ~checked.refused
    found, changed = Tally(), Tally()

    def piece(name: str, rows: Sequence[Sequence[object]], places: Sequence[tuple[int, int]]) -> Piece:
        records, lines = [record for record, _ in places], [line for _, line in places]
        return write_piece(folder / f"{part.number:08d}.{name}", encode_rows(rows), records, lines)

    places = list(zip(checked.records[accepted].tolist(), checked.lines[accepted].tolist(), strict=True))
    clean = [column.fillna("").to_numpy(dtype=object)[accepted] for _, column in checked.values().items()]
    change_rows = _change_rows(checked, checked.changes.only(accepted), changed)
    finding_rows = _finding_rows(checked, table, found)
    rejected = rejected_rows(table, checked, checked.refused)
    rejected += [broken_row(broken, len(table.header)) for broken in table.broken]
    rejected.sort(key=lambda row: int(row[0]))
    key = work.contract.key.name
    values = checked.values()[key]
    return Batch(
        part=part,
        clean=piece("clean", list(zip(*clean, strict=True)), places),
        index=piece("index", places, places),
        rejected=piece("rejected", rejected, [(int(row[0]), int(row[1])) for row in rejected]),
        changes=piece("changes", change_rows, [(int(row[0]), int(row[1])) for row in change_rows]),
        findings=piece("findings", finding_rows, [(int(row[0]), int(row[1])) for row in finding_rows]),
        keys=hash_keys(values, checked.records, accepted),
        blanked_keys=hash_keys(values, checked.records, checked.blankable),
        blanked=int(checked.blankable.sum()),
        found=found,
        changed=changed,
        edges=checked.edges,
    )


def check_table(work: Work, table: Table) -> Checked:
    """Return the verdicts of a table's records."""
    records = table.frame.index.to_numpy(dtype=np.int64)
    return check(records, table.lines, table.frame, work.header, work.contract, work.policy)


def rejected_rows(table: Table, checked: Checked, chosen: Bools) -> list[list[str]]:
    """Return the `rejected.csv` rows of chosen records, for the errors found in their cells."""
    reasons = reasons_of(checked, chosen)
    cells = table.frame[chosen].itertuples(index=False, name=None)
    lines = checked.lines[chosen].tolist()
    rows: list[list[str]] = []
    for (record, (codes, why)), line, original in zip(reasons.items(), lines, cells, strict=True):
        rows.append([str(record), str(line), codes, why, "", *original])
    return rows


def broken_row(broken: Broken, columns: int) -> list[str]:
    """Return the `rejected.csv` row of a record whose cells cannot be trusted: its raw text, and empty columns."""
    return [str(broken.record), str(broken.line), broken.code, broken.message, broken.raw, *[""] * columns]


def reasons_of(checked: Checked, chosen: Bools) -> dict[int, tuple[str, str]]:
    """Return the error codes and reasons of each chosen record, by record number, both joined as in `rejected.csv`."""
    codes: dict[int, list[str]] = {int(record): [] for record in checked.records[chosen]}
    reasons: dict[int, list[str]] = {record: [] for record in codes}
    for row, found in checked.findings.only(chosen).each():
        if found.severity is Severity.ERROR:
            record = int(checked.records[row])
            codes[record].append(found.code)
            reasons[record].append(f"{found.column}: {found.message}" if found.column else found.message)
    return {record: (";".join(codes[record]), "; ".join(reasons[record])) for record in codes}


def finding_row(finding: Finding) -> FindingRow:
    """Return the `findings.csv` row of one finding."""
    record = "" if finding.record is None else finding.record
    line = "" if finding.line is None else finding.line
    what = (finding.column, finding.field, finding.code, finding.severity.value, finding.message, finding.value)
    return (record, line, *what)


def tally_finding(tally: Tally, finding: Finding) -> None:
    """Count one finding."""
    topic = Topic(finding.code, finding.severity.value, finding.column, finding.field)
    tally.add(topic, 1, [Example(finding.record, finding.line, finding.value, finding.message)])


def _finding_rows(checked: Checked, table: Table, tally: Tally) -> list[FindingRow]:
    """Return the rows of a batch in record order: structure, then cells by column, then sense."""
    structure = [
        *table.findings,
        *(
            Finding(
                broken.code, BY_CODE[broken.code].severity, broken.message, broken.record, broken.line, value=broken.raw
            )
            for broken in table.broken
        ),
    ]
    for finding in structure:
        tally_finding(tally, finding)
    rows = [finding_row(finding) for finding in structure]
    for hits in (checked.findings, checked.sense):
        rows += _hit_rows(checked, hits)
        _tally_hits(checked, hits, tally)
    rows.sort(key=lambda row: int(row[0]))
    return rows


def _hit_rows(checked: Checked, hits: Hits) -> list[FindingRow]:
    records, lines = checked.records.tolist(), checked.lines.tolist()
    cells = _cells(checked)
    rows: list[FindingRow] = []
    for row, kind in hits.each():
        value = cells[kind.position][row] if kind.position >= 0 else ""
        rows.append(
            (records[row], lines[row], kind.column, kind.field, kind.code, kind.severity.value, kind.message, value)
        )
    return rows


def _tally_hits(checked: Checked, hits: Hits, tally: Tally) -> None:
    cells = _cells(checked)
    for kind, count in hits.counts().items():
        found: Found = kind
        examples = [
            Example(
                int(checked.records[row]),
                int(checked.lines[row]),
                cells[found.position][row] if found.position >= 0 else "",
                found.message,
            )
            for row in hits.first_rows(kind, MOST_EXAMPLES)
        ]
        tally.add(Topic(found.code, found.severity.value, found.column, found.field), count, examples)


def _change_rows(checked: Checked, hits: Hits, tally: Tally) -> list[tuple[int, int, str, str, str, str, str]]:
    records, lines = checked.records.tolist(), checked.lines.tolist()
    before = _cells(checked)
    after = {
        mapped.position: checked.judged.verdicts.columns[mapped.field.name].values.fillna("").to_numpy(dtype=object)
        for mapped in checked.header.mapped
    }
    for kind, count in hits.counts().items():
        changed: Changed = kind
        examples = [
            Example(records[row], lines[row], before[changed.position][row], after[changed.position][row])
            for row in hits.first_rows(kind, MOST_EXAMPLES)
        ]
        tally.add(Topic(changed.rule, Severity.CHANGE.value, changed.column, changed.field), count, examples)
    return [
        (
            records[row],
            lines[row],
            kind.column,
            kind.field,
            before[kind.position][row],
            after[kind.position][row],
            kind.rule,
        )
        for row, kind in hits.each()
    ]


def _cells(checked: Checked) -> dict[int, Any]:
    """Return the original texts of the mapped columns by position."""
    positions = [mapped.position for mapped in checked.header.mapped]
    return {position: checked.raw[position].to_numpy(dtype=object) for position in positions}
