"""Phase 2: what no batch can decide alone, decided in file order, and the pieces joined without what lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
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
from pipeline.preparing.pieces import Piece, join_piece
from pipeline.reading import read
from pipeline.records import Finding
from pipeline.reporting.tallies import MOST_EXAMPLES, Example, Tally, Topic
from pipeline.writing.files import DigestWriter, Written, digest_writer
from pipeline.writing.rows import encode_rows, parse_rows

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Joined:
    """The output files of all batches, and what was counted on the way.

    Attributes:
        files: Digest and size by file name.
        accepted: Records in `clean.csv`.
        rejected: Records in `rejected.csv`.
        duplicates: How many of the rejected are duplicates.
        blank_would_accept: How many more records `on_invalid = "blank"` would accept.
        changed_cells: Rows of `changes.csv`.
        found: Findings of the whole file.
        changed: Changes of the whole file.
    """

    files: dict[str, Written]
    accepted: int
    rejected: int
    duplicates: int
    blank_would_accept: int
    changed_cells: int
    found: Tally
    changed: Tally


@dataclass(frozen=True, slots=True)
class _Loser:
    """A record that gives way.

    Attributes:
        line: Its physical line.
        kept: The record that is kept.
        kept_line: Its line.
    """

    line: int
    kept: int
    kept_line: int


@dataclass(slots=True)
class _Edit:
    """What phase 2 alters in one batch's pieces: records taken out, rows put in behind those of their record."""

    drop: frozenset[int]
    findings: dict[int, list[Finding]]
    rejected: dict[int, list[bytes]]


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
    losers = _find_losers(work, batches)
    neighbours = _neighbours(batches)
    found, changed = Tally(), Tally()
    for finding in file_findings:
        tally_finding(found, finding)
    with ExitStack() as stack:

        def output(name: str, header: Sequence[str], bom: bytes = b"") -> DigestWriter:
            writer = stack.enter_context(digest_writer(folder / name))
            writer.write(bom + encode_rows([header])[0])
            return writer

        outputs = {
            "clean.csv": output("clean.csv", work.header.fields),
            "clean.index.csv": output("clean.index.csv", ("record", "line")),
            "rejected.csv": output("rejected.csv", unique_names([*REJECTED_COLUMNS, *work.source.header]), BOM),
            "changes.csv": output("changes.csv", CHANGE_COLUMNS),
            "findings.csv": output("findings.csv", FINDING_COLUMNS),
        }
        outputs["findings.csv"].write(b"".join(encode_rows([finding_row(finding) for finding in file_findings])))
        rows = dict.fromkeys(outputs, 0)
        for batch in batches:
            edit = _edit_of(work, batch, losers, neighbours)
            inserted = {
                record: encode_rows([finding_row(finding) for finding in findings])
                for record, findings in edit.findings.items()
            }
            found.merge(batch.found)
            for findings in edit.findings.values():
                for finding in findings:
                    tally_finding(found, finding)
            plan: tuple[tuple[str, Piece, frozenset[int], dict[int, list[bytes]]], ...] = (
                ("clean.csv", batch.clean, edit.drop, {}),
                ("clean.index.csv", batch.index, edit.drop, {}),
                ("rejected.csv", batch.rejected, frozenset(), edit.rejected),
                ("changes.csv", batch.changes, edit.drop, {}),
                ("findings.csv", batch.findings, frozenset(), inserted),
            )
            for name, piece, drop, insert in plan:
                added, altered = join_piece(outputs[name], piece, drop, insert)
                rows[name] += added
                if name == "changes.csv":
                    changed.merge(batch.changed if altered is None else tally_changes(altered))
                piece.delete()
        written = {name: writer.close() for name, writer in outputs.items()}
    keys = Keys.joined(batch.keys for batch in batches)
    both = Keys.joined([keys, *(batch.blanked_keys for batch in batches)])
    keyless = sum(batch.accepted - len(batch.keys.records) for batch in batches)
    keyless_blanked = sum(batch.blanked - len(batch.blanked_keys.records) for batch in batches)
    return Joined(
        files=written,
        accepted=rows["clean.csv"],
        rejected=rows["rejected.csv"],
        duplicates=len(losers),
        blank_would_accept=count_distinct(both) + keyless + keyless_blanked - rows["clean.csv"],
        changed_cells=rows["changes.csv"],
        found=found,
        changed=changed,
    )


def _find_losers(work: Work, batches: Sequence[Batch]) -> dict[int, _Loser]:
    """Return the records that give way to an earlier one of the same key."""
    groups = candidates(Keys.joined(batch.keys for batch in batches))
    starts = np.array([batch.part.first_record for batch in batches])
    column = work.header.fields.index(work.contract.key.name)
    keys: dict[int, str] = {}
    lines: dict[int, int] = {}
    number, loaded = -1, None
    for record in sorted(record for group in groups for record in group.tolist()):
        home = int(np.searchsorted(starts, record, side="right")) - 1
        if loaded is None or home != number:
            number, loaded = home, batches[home].clean.load()
        row = loaded.row_of(record)
        keys[record] = parse_rows(loaded.row(row))[0][column]
        lines[record] = int(loaded.lines[row])
    return {record: _Loser(lines[record], kept, lines[kept]) for record, kept in losers_of(groups, keys).items()}


def _neighbours(batches: Sequence[Batch]) -> dict[int, tuple[str | None, str | None]]:
    """Return, for records at the edge of a batch, the e-mail domains of their neighbours in the batches beside it."""
    found: dict[int, tuple[str | None, str | None]] = {}
    for left, right in pairwise(batch for batch in batches if batch.edges):
        last, first = left.edges[-1], right.edges[0]
        if last.record + 1 == first.record:
            before, _ = found.get(last.record, (None, None))
            found[last.record] = (before, first.own)
            found[first.record] = (last.own, None)
    return found


def _edit_of(
    work: Work, batch: Batch, losers: Mapping[int, _Loser], neighbours: Mapping[int, tuple[str | None, str | None]]
) -> _Edit:
    """Return what is to be altered in one batch."""
    edit = _Edit(frozenset(), {}, {})
    for edge in batch.edges:
        finding = _settle_edge(edge, *neighbours.get(edge.record, (None, None)))
        if finding is not None:
            edit.findings[edge.record] = [finding]
    own = [record for record in batch.keys.records.tolist() if record in losers] if losers else []
    if not own:
        return edit
    edit.drop = frozenset(own)
    key = next(mapped for mapped in work.header.mapped if mapped.field.key)
    frame = read(work.source, batch.part).frame
    for record, *cells in frame[frame.index.isin(own)].itertuples(name=None):
        loser = losers[record]
        message = message_of("K101", kept=loser.kept, where=f" (line {loser.kept_line})")
        finding = Finding(
            "K101", Severity.ERROR, message, record, loser.line, key.column, key.field.name, cells[key.position]
        )
        edit.findings.setdefault(record, []).append(finding)
        row = [record, loser.line, "K101", f"{key.column}: {message}", "", *cells]
        edit.rejected[record] = encode_rows([row])
    return edit


def _settle_edge(edge: Edge, before: str | None, after: str | None) -> Finding | None:
    found = settle(edge.own, edge.site, edge.before or before, edge.after or after)
    if found is None:
        return None
    code, which = found
    column, name, _ = edge.column
    message = message_of(code, which=which)
    return Finding(code, Severity.WARNING, message, edge.record, edge.line, column, name, edge.value)


def tally_changes(rows: Sequence[bytes]) -> Tally:
    """Return counts and examples of rows of `changes.csv`.

    Used where single records were taken out of a batch, whose own tally is then too large.
    """
    tally = Tally()
    counts: dict[Topic, int] = {}
    examples: dict[Topic, list[Example]] = {}
    for record, line, column, name, old, new, rule in parse_rows(b"".join(rows)):
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
