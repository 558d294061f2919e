"""Phase 2: what no batch can decide alone, decided in file order, and the pieces joined without what lost."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from pipeline.checking import Edge
from pipeline.checking.sense import settle
from pipeline.contracts import Severity, message_of
from pipeline.deduplicating import Keys, candidates, count_distinct, losers_of
from pipeline.preparing.batches import (
    CHANGE_COLUMNS,
    FINDING_COLUMNS,
    REJECTED_COLUMNS,
    Batch,
    Work,
    finding_row,
    tally_finding,
)
from pipeline.preparing.pieces import LoadedPiece, Piece, join_piece
from pipeline.reading import read
from pipeline.records import Finding
from pipeline.reporting.tallies import MOST_EXAMPLES, Example, Tally, Topic
from pipeline.writing.files import Written, digest_writer
from pipeline.writing.rows import encode_rows

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Joined:
    """The output files of all batches, and what was counted on the way.

    Attributes:
        files: Digest and size by file name.
        rows: Records in each by file name, where that means something.
        accepted: Records in `clean.csv`.
        rejected: Records in `rejected.csv`.
        duplicates: How many of the rejected are duplicates.
        blank_would_accept: How many more records `on_invalid = "blank"` would accept.
        changed_cells: Rows of `changes.csv`.
        found: Findings of the whole file.
        changed: Changes of the whole file.
    """

    files: dict[str, Written]
    rows: dict[str, int]
    accepted: int
    rejected: int
    duplicates: int
    blank_would_accept: int
    changed_cells: int
    found: Tally
    changed: Tally


@dataclass(slots=True)
class _Edits:
    """What phase 2 alters in one batch's pieces."""

    losers: dict[int, int] = field(default_factory=dict)
    findings: dict[int, list[Finding]] = field(default_factory=dict)


def join(work: Work, batches: Sequence[Batch], file_findings: Sequence[Finding], folder: Path) -> Joined:
    """Decide duplicates and seams, and write the five CSV files of the prepared folder.

    Args:
        work: What the batches were judged by.
        batches: One for each range, in file order.
        file_findings: Findings about the file as a whole; they come first in `findings.csv`.
        folder: Where the files are written and the pieces lie; the pieces are deleted.

    Side effects:
        Reads those ranges of the source again that hold duplicates, for their original text.
    """
    edits = [_Edits() for _ in batches]
    duplicates = _decide_duplicates(work, batches, edits)
    _decide_seams(batches, edits)
    found, changed = Tally(), Tally()
    for finding in file_findings:
        tally_finding(found, finding)
    for batch, edit in zip(batches, edits, strict=True):
        found.merge(batch.found)
        for findings in edit.findings.values():
            for finding in findings:
                tally_finding(found, finding)
    keys = Keys.joined(batch.keys for batch in batches)
    both = Keys.joined([keys, *(batch.blanked_keys for batch in batches)])
    keyless = sum(batch.clean.rows - len(batch.keys.records) for batch in batches)
    keyless_blanked = sum(batch.blanked - len(batch.blanked_keys.records) for batch in batches)
    written: dict[str, Written] = {}
    rows: dict[str, int] = {}

    def write(name: str, header: Sequence[str], start: Sequence[bytes] = (), bom: bytes = b"") -> None:
        with digest_writer(folder / name) as output:
            output.write(bom + encode_rows([header])[0] + b"".join(start))
            count = 0
            for batch, edit in zip(batches, edits, strict=True):
                piece, drop, insert = _edit_for(name, work, batch, edit)
                added, altered = join_piece(output, piece, drop, insert)
                count += added
                if name == "changes.csv":
                    changed.merge(batch.changed if altered is None else tally_changes(altered))
                piece.delete()
            written[name] = output.close()
            rows[name] = count

    write("clean.csv", work.header.fields)
    write("clean.index.csv", ("record", "line"))
    write("rejected.csv", unique_names([*REJECTED_COLUMNS, *work.source.header]), bom=BOM)
    write("changes.csv", CHANGE_COLUMNS)
    write("findings.csv", FINDING_COLUMNS, encode_rows([finding_row(finding) for finding in file_findings]))
    return Joined(
        files=written,
        rows=rows,
        accepted=rows["clean.csv"],
        rejected=rows["rejected.csv"],
        duplicates=duplicates,
        blank_would_accept=count_distinct(both) + keyless + keyless_blanked - rows["clean.csv"],
        changed_cells=rows["changes.csv"],
        found=found,
        changed=changed,
    )


def _edit_for(
    name: str, work: Work, batch: Batch, edit: _Edits
) -> tuple[Piece, frozenset[int], dict[int, list[bytes]]]:
    """Return a batch's piece of one output file, the records to leave out of it and the rows to put into it."""
    losers = frozenset(edit.losers)
    if name == "rejected.csv":
        return batch.rejected, frozenset(), _rejected_duplicates(work, batch, edit)
    if name == "findings.csv":
        insert = {
            record: encode_rows([finding_row(finding) for finding in findings])
            for record, findings in edit.findings.items()
        }
        return batch.findings, frozenset(), insert
    piece = {"clean.csv": batch.clean, "clean.index.csv": batch.index, "changes.csv": batch.changes}[name]
    return piece, losers, {}


def _decide_duplicates(work: Work, batches: Sequence[Batch], edits: list[_Edits]) -> int:
    """Find the records that give way to an earlier one of the same key; returns how many."""
    groups = candidates(Keys.joined(batch.keys for batch in batches))
    if not groups:
        return 0
    starts = np.array([batch.part.first_record for batch in batches])
    loaded: dict[int, LoadedPiece] = {}
    column = work.header.fields.index(work.contract.key.name)
    keys: dict[int, str] = {}
    lines: dict[int, int] = {}
    for record in sorted(record for group in groups for record in group.tolist()):
        number = int(np.searchsorted(starts, record, side="right")) - 1
        if number not in loaded:
            loaded = {number: batches[number].clean.load()}
        row = loaded[number].row_of(record)
        keys[record] = next(csv.reader(io.StringIO(loaded[number].row(row).decode(), newline="")))[column]
        lines[record] = int(loaded[number].lines[row])
    mapped = next(mapped for mapped in work.header.mapped if mapped.field.key)
    losers = losers_of(groups, keys)
    for record in sorted(losers):
        kept = losers[record]
        edit = edits[int(np.searchsorted(starts, record, side="right")) - 1]
        edit.losers[record] = kept
        message = message_of("K101", kept=kept, kept_line=lines[kept])
        finding = Finding(
            "K101", Severity.ERROR, message, record, lines[record], mapped.column, mapped.field.name, keys[record]
        )
        edit.findings.setdefault(record, []).append(finding)
    return len(losers)


def _decide_seams(batches: Sequence[Batch], edits: list[_Edits]) -> None:
    """Judge the first and last record of each batch with their neighbours in the next one."""
    present = [(number, batch) for number, batch in enumerate(batches) if batch.edges]
    before: dict[int, str | None] = {}
    after: dict[int, str | None] = {}
    for (_, left), (_, right) in pairwise(present):
        last, first = left.edges[-1], right.edges[0]
        if last.record + 1 == first.record:
            after[last.record], before[first.record] = first.own, last.own
    for number, batch in present:
        for edge in batch.edges:
            finding = _settle_edge(edge, before.get(edge.record), after.get(edge.record))
            if finding is not None:
                edits[number].findings.setdefault(edge.record, []).insert(0, finding)


def _settle_edge(edge: Edge, before: str | None, after: str | None) -> Finding | None:
    found = settle(edge.own, edge.site, edge.before or before, edge.after or after)
    if found is None:
        return None
    code, which = found
    column, name, _ = edge.column
    message = message_of(code, which=which)
    return Finding(code, Severity.WARNING, message, edge.record, edge.line, column, name, edge.value)


def _rejected_duplicates(work: Work, batch: Batch, edit: _Edits) -> dict[int, list[bytes]]:
    """Return the `rejected.csv` rows of a batch's duplicates, with their original text."""
    if not edit.losers:
        return {}
    table = read(work.source, batch.part)
    reasons = {
        record: finding for record in edit.losers for finding in edit.findings[record] if finding.code == "K101"
    }
    chosen = table.frame[table.frame.index.isin(list(edit.losers))]
    rows: dict[int, list[bytes]] = {}
    for record, *cells in chosen.itertuples(name=None):
        finding = reasons[record]
        why = f"{finding.column}: {finding.message}"
        rows[record] = encode_rows([[record, finding.line, finding.code, why, "", *cells]])
    return rows


def tally_changes(rows: Sequence[bytes]) -> Tally:
    """Return counts and examples of rows of `changes.csv`.

    Used where single records were taken out of a batch, whose own tally is then too large.
    """
    tally = Tally()
    counts: dict[Topic, int] = {}
    examples: dict[Topic, list[Example]] = {}
    for record, line, column, name, old, new, rule in csv.reader(io.StringIO(b"".join(rows).decode(), newline="")):
        topic = Topic(rule, Severity.CHANGE.value, column, name)
        counts[topic] = counts.get(topic, 0) + 1
        if counts[topic] <= MOST_EXAMPLES:
            examples.setdefault(topic, []).append(Example(int(record), int(line), old, new))
    for topic, count in counts.items():
        tally.add(topic, count, examples[topic])
    return tally


def unique_names(names: Sequence[str]) -> list[str]:
    """Return column names of which none stands twice: a repeated one gets `_2`, `_3` and so on.

    >>> unique_names(["_raw", "Notes", "Notes", "_raw"])
    ['_raw', 'Notes', 'Notes_2', '_raw_2']
    """
    taken: set[str] = set()
    result: list[str] = []
    for name in names:
        unique, number = name, 1
        while unique in taken:
            number += 1
            unique = f"{name}_{number}"
        taken.add(unique)
        result.append(unique)
    return result
