"""Phase 2: what no batch can decide alone, decided in file order, and the pieces joined without what lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.contracts import Severity, message_of
from pipeline.deduplicating import find_known, find_losers
from pipeline.preparing.batches import Batch, Work, tally_findings
from pipeline.preparing.edits import Edit, Lost, edit_of, neighbours_of
from pipeline.preparing.existing import ExistingList
from pipeline.preparing.lines import CHANGE_COLUMNS, FINDING_COLUMNS, REJECTED_COLUMNS, finding_row
from pipeline.preparing.overall import overall_findings
from pipeline.preparing.pieces import Longs, read_piece
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
        known: How many of them stand in a list of known contacts.
        over_budget: Whether more were rejected than the budget allows.
        blank_would_accept: How many more records `on_invalid = "blank"` would accept.
        changed_cells: Rows of `changes.csv`.
        found: Findings of the whole file.
        changed: Changes of the whole file.
    """

    files: dict[str, Written]
    accepted: int
    rejected: int
    duplicates: int
    known: int
    over_budget: bool
    blank_would_accept: int
    changed_cells: int
    found: Tally
    changed: Tally


def join(
    work: Work,
    batches: Sequence[Batch],
    file_findings: Sequence[Finding],
    folder: Path,
    existing: Sequence[ExistingList] = (),
    *,
    durable: bool = True,
) -> Joined:
    """Decide known contacts, duplicates, the budget and the seams, and write the CSV files of the prepared folder.

    There are five; over the budget only three, without those of the accepted records.

    Threads fill the files, batch after batch: copying and digesting do not need the interpreter, so the next batch is
    decided meanwhile.

    Args:
        work: What the batches were judged by.
        batches: One for each range, in file order.
        file_findings: Findings about the file as a whole; they come first in `findings.csv`.
        folder: Where the files are written and the pieces lie; the pieces are deleted.
        existing: Lists of known contacts.
        durable: Whether the files are flushed to the disk, since somebody will keep them.

    Side effects:
        Reads those records of the source again that are rejected only now, for their original text.
    """
    keys = [batch.keys for batch in batches]
    known = find_known(keys, [one.pieces for one in existing])
    losers, distinct = find_losers(keys, work.settings.survivor, known)
    lost = Lost(losers, known.only(known.accepted), tuple(one.name for one in existing))
    accepted = sum(batch.accepted for batch in batches) - len(lost)
    rejected = sum(batch.rejected.rows for batch in batches) + len(lost)
    overrun = _overrun(work, accepted, rejected)
    file_findings = (*file_findings, *overrun)
    neighbours = neighbours_of(batches)
    file_findings = (*file_findings, *overall_findings(work, batches, neighbours))
    found = Tally()
    tally_findings(found, file_findings)
    with ExitStack() as stack:

        def output(name: str, header: Sequence[str], bom: bytes = b"") -> DigestWriter:
            writer = stack.enter_context(digest_writer(folder / name))
            writer.write(bom + encode_rows([header])[0])
            return writer

        outputs = _Outputs(
            clean=output("clean.csv", work.header.columns),
            index=output("clean.index.csv", ("record", "line")),
            rejected=output("rejected.csv", unique_names([*REJECTED_COLUMNS, *work.source.header]), BOM),
            changes=output("changes.csv", CHANGE_COLUMNS),
            findings=output("findings.csv", FINDING_COLUMNS),
            threads=stack.enter_context(ThreadPoolExecutor(max_workers=2)),
        )
        outputs.findings.write(b"".join(encode_rows([finding_row(finding) for finding in file_findings])))
        for batch in batches:
            edit = edit_of(work, batch, lost.among(batch.part), neighbours)
            found.merge(batch.found)
            found.merge(edit.found)
            outputs.take(batch, edit)
            batch.keys.delete()
        written, changed = outputs.close(durable=durable), outputs.changed
    if overrun:
        for name in OF_ACCEPTED:
            (folder / name).unlink()
            del written[name]
    keyless = sum(batch.accepted - batch.keys.accepted + batch.blanked - batch.keys.blankable for batch in batches)
    return Joined(
        files=written,
        accepted=accepted,
        rejected=rejected,
        duplicates=len(losers),
        known=len(lost.known),
        over_budget=bool(overrun),
        blank_would_accept=distinct + keyless - accepted,
        changed_cells=sum(changed.counts.values()),
        found=found,
        changed=changed,
    )


def _overrun(work: Work, accepted: int, rejected: int) -> tuple[Finding, ...]:
    """Return the finding that more was rejected than the budget allows, or nothing."""
    budget, judged = work.settings.max_errors, accepted + rejected
    if budget is None or not budget.exceeded(rejected, judged):
        return ()
    left = work.source.records - judged
    message = message_of(
        "H105",
        rejected=f"{rejected:,}",
        judged=f"{judged:,}",
        allowed=budget.text,
        rest=f"; the {left:,} records behind them were not judged" if left else "",
    )
    return (Finding("H105", Severity.ERROR, message),)


OF_ACCEPTED = ("clean.csv", "clean.index.csv")
"""The files of the accepted records."""


@dataclass(frozen=True, slots=True)
class _Outputs:
    """The five files that are being filled, the threads that do it, and what they are at.

    Attributes:
        changed: Counts and examples of the changes that were left.
    """

    clean: DigestWriter
    index: DigestWriter
    rejected: DigestWriter
    changes: DigestWriter
    findings: DigestWriter
    threads: ThreadPoolExecutor
    changed: Tally = field(default_factory=Tally)
    under_way: list[Future[None]] = field(default_factory=list["Future[None]"])

    def take(self, batch: Batch, edit: Edit) -> None:
        """Append a batch's pieces, altered, to the files, once those before it are."""
        self._wait()
        # Either half is about as long.
        self.under_way[:] = [self.threads.submit(fill, batch, edit) for fill in (self._fill_clean, self._fill_others)]

    def close(self, *, durable: bool) -> dict[str, Written]:
        """Close the files, flushed to the disk if they are to be kept, and return what was written, by name."""
        self._wait()
        names = {
            "clean.csv": self.clean,
            "clean.index.csv": self.index,
            "rejected.csv": self.rejected,
            "changes.csv": self.changes,
            "findings.csv": self.findings,
        }
        closed = self.threads.map(lambda writer: writer.close(durable=durable), names.values())
        return dict(zip(names, closed, strict=True))

    def _wait(self) -> None:
        for filling in self.under_way:
            filling.result()

    def _fill_clean(self, batch: Batch, edit: Edit) -> None:
        self.clean.write(read_piece(batch.clean).cut(edit.drop))
        batch.clean.delete()

    def _fill_others(self, batch: Batch, edit: Edit) -> None:
        self.index.write(read_piece(batch.index).cut(edit.drop))
        self.rejected.write(read_piece(batch.rejected).with_more(edit.rejected))
        self.findings.write(read_piece(batch.findings).with_more(edit.findings))
        changes = read_piece(batch.changes)
        taken, left = changes.of(edit.drop), changes.cut(edit.drop)
        self.changes.write(left)
        self.changed.merge(_changes_left(batch.changed, edit.drop, taken, left, self.changed))
        for piece in (batch.index, batch.rejected, batch.findings, batch.changes):
            piece.delete()


def _changes_left(changed: Tally, drop: Longs, taken: bytes, rest: memoryview, before: Tally) -> Tally:
    """Return counts and examples of a batch's changes without those of records that are taken out.

    Args:
        changed: Those of all its accepted records.
        drop: The records.
        taken: Their rows of `changes.csv`.
        rest: The other rows.
        before: What the batches before it gave: where it has examples enough, no more are looked for.
    """
    if not len(drop):
        return changed
    gone = frozenset(drop.tolist())
    counts = Counter((rule, column, name) for _, _, column, name, _, _, rule in parse_rows(taken))
    left = Tally()
    for topic, count in changed.counts.items():
        count -= counts[topic.code, topic.column, topic.field]
        examples = [one for one in changed.examples.get(topic, ()) if one.record not in gone]
        if len(examples) < min(count, MOST_EXAMPLES - len(before.examples.get(topic, ()))):
            # So many of its examples, or of those before it, were taken out that others must be looked for.
            return tally_rows(bytes(rest))
        left.add(topic, count, examples)
    return left


def tally_rows(data: bytes) -> Tally:
    """Return counts and examples of rows of `changes.csv`."""
    tally = Tally()
    counts: dict[tuple[str, str, str], int] = {}
    examples: dict[tuple[str, str, str], list[Example]] = {}
    for record, line, column, name, old, new, rule in parse_rows(data):
        what = (rule, column, name)
        counts[what] = counts.get(what, 0) + 1
        if counts[what] <= MOST_EXAMPLES:
            examples.setdefault(what, []).append(Example(int(record), int(line), old, new))
    for (rule, column, name), count in counts.items():
        tally.add(Topic(rule, Severity.CHANGE.value, column, name), count, examples[rule, column, name])
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
