"""Phase 2: what no batch can decide alone, decided in file order, and the files filled without what lost."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipeline.contracts import Severity, message_of
from pipeline.deduplicating import KeyIndex, Settled
from pipeline.preparing.batches import SPARE_EXAMPLES, Batch, Counts, Work, tally_findings
from pipeline.preparing.edits import Edit, Lost, edit_of
from pipeline.preparing.existing import ExistingList
from pipeline.preparing.lines import (
    CHANGE_COLUMNS,
    FINDING_COLUMNS,
    REJECTED_COLUMNS,
    Output,
    finding_row,
    lines_of_findings,
)
from pipeline.preparing.overall import Overall, overall_findings
from pipeline.preparing.pieces import Longs, RecordRows, Rows
from pipeline.preparing.seams import Seams
from pipeline.records import Finding
from pipeline.reporting.tallies import MOST_EXAMPLES, Example, Tally, Topic
from pipeline.writing.columns import Lines, merge
from pipeline.writing.files import STEP, DigestWriter, Written, digest_writer
from pipeline.writing.rows import encode_rows, parse_rows

BOM = b"\xef\xbb\xbf"

OUTPUTS: tuple[Output, ...] = ("clean", "index", "rejected", "changes", "findings")

OF_ACCEPTED = ("clean.csv", "clean.index.csv")
"""The files of the accepted records."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The output files of all batches, and what was counted on the way.

    Attributes:
        files: Digest and size by file name; none if none were to be written.
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


class Joining:
    """Decides known contacts, duplicates, the budget and the seams of batches that come in file order, and fills files.

    Where the first record of a contact survives, each batch is decided and written as it comes; else all of them are
    kept on disk until the last has come, since any may hold the survivor.

    Args:
        work: What the batches are judged by.
        stack: Closes what is open, whatever happens.
        spool: A folder for what is only needed meanwhile.
        folder: Where the CSV files of the prepared folder are written; None if nobody wants them.
        existing: Lists of known contacts.
    """

    def __init__(
        self, work: Work, stack: ExitStack, spool: Path, folder: Path | None, existing: Sequence[ExistingList] = ()
    ) -> None:
        self._work = work
        self._folder = folder
        self._lists = tuple(one.name for one in existing)
        most = work.source.records + sum(one.keyed for one in existing)
        self._index = stack.enter_context(KeyIndex(spool, most, work.settings.survivor))
        for number, one in enumerate(existing):
            for keys in one.keys:
                self._index.add_list(number, keys)
        self._files = stack.enter_context(_opened(work, folder)) if folder is not None else None
        self._waiting: list[Batch] = []
        self._changed = Tally(SPARE_EXAMPLES)
        self._seams = Seams()
        self._behind = b""
        self._duplicates = self._known = 0
        self.overall = Overall([Counts(0, 0, 0)] * len(work.header.mapped))

    @property
    def decides_at_once(self) -> bool:
        """Whether a batch is decided as it comes."""
        return self._work.settings.survivor == "first"

    @property
    def outputs(self) -> tuple[Output, ...]:
        """What of a batch is needed here: where no file is written, the changes of those that are rejected now."""
        return OUTPUTS if self._files is not None else ("changes",)

    def take(self, batch: Batch) -> None:
        """Take the next batch in file order, and write its rows or keep them.

        Side effects:
            Reads those records of the source again that are rejected only now, unless the batch is in memory.
        """
        keys = batch.rows.keys
        settled = self._index.add(keys)
        self.overall.take(batch, len(keys.records))
        if self.decides_at_once:
            self._write(batch, settled)
        else:
            # A quarter of a megabyte each: examples are what is large about a batch.
            batch.changed.let_go(self._changed)
            self._changed.merge(batch.changed)
            self._waiting.append(replace(batch, found=Tally()))

    def finish(self) -> None:
        """Write what was kept, after the last batch."""
        for number, batch in enumerate(self._waiting):
            self._write(batch, self._index.find(batch.rows.keys, number))
            batch.rows.delete()
        self._waiting.clear()

    def close(self, file_findings: Sequence[Finding]) -> Joined:
        """Return what was joined; the files are on the disk then.

        There are five; over the budget only three, without those of the accepted records.

        Args:
            file_findings: Findings about the file as a whole; they come first in `findings.csv`.
        """
        overall, lost = self.overall, self._duplicates + self._known
        accepted, rejected = overall.accepted - lost, overall.rejected + lost
        overrun = _overrun(self._work, accepted, rejected)
        self._settle_end()
        overall.slips += self._seams.slips
        file_findings = (*file_findings, *overrun, *overall_findings(self._work, overall, self._seams.column))
        tally_findings(overall.found, file_findings)
        written = self._files.close(file_findings) if self._files is not None else {}
        if overrun and self._folder is not None:
            for name in OF_ACCEPTED:
                (self._folder / name).unlink()
                del written[name]
        return Joined(
            files=written,
            accepted=accepted,
            rejected=rejected,
            duplicates=self._duplicates,
            known=self._known,
            over_budget=bool(overrun),
            blank_would_accept=self._index.distinct + overall.keyless - accepted,
            changed_cells=sum(overall.changed.counts.values()),
            found=overall.found,
            changed=overall.changed,
        )

    def _write(self, batch: Batch, settled: Settled) -> None:
        known = settled.known.only(settled.known.accepted)
        edit = edit_of(self._work, batch, Lost(settled.losers, known, self._lists))
        self._duplicates += len(settled.losers)
        self._known += len(known)
        self.overall.found.merge(edit.found)
        self.overall.changed.merge(changes_left(batch, edit.drop, self.overall.changed))
        now, later = self._settle(batch, edit)
        if self._files is not None:
            self._files.take(batch.rows, edit, now)
        self._behind = later
        batch.rows.check()

    def _settle(self, batch: Batch, edit: Edit) -> tuple[Lines, bytes]:
        """Return rows of `findings.csv` to put in now, and what follows the record at the end, which waits.

        Side effects:
            Writes what waited.
        """
        waited, first = self._seams.take(batch.edges)
        self._put_in(waited)
        found = [first] if first is not None else []
        tally_findings(self.overall.found, found)
        last = np.array([edge.record for edge in batch.edges[-1:]], np.int64)
        now = merge([lines_of_findings(found), edit.findings.without(last)])
        return now, RecordRows.made_of(edit.findings.only(last)).data.tobytes() + batch.behind

    def _settle_end(self) -> None:
        waited, _ = self._seams.take(())
        self._put_in(waited)

    def _put_in(self, waited: Finding | None) -> None:
        """Write the finding of the record that waited, and what waited with it."""
        found = [waited] if waited is not None else []
        tally_findings(self.overall.found, found)
        if self._files is not None:
            self._files.findings.write(b"".join(encode_rows(map(finding_row, found))) + self._behind)
        self._behind = b""


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


@dataclass(frozen=True, slots=True)
class _Files:
    """The five files that are being filled.

    Attributes:
        folder: Where they are.
    """

    folder: Path
    clean: DigestWriter
    index: DigestWriter
    rejected: DigestWriter
    changes: DigestWriter
    findings: DigestWriter

    def take(self, rows: Rows, edit: Edit, findings: Lines) -> None:
        """Append a batch's rows, altered."""
        rows.write_without("clean", edit.drop, self.clean)
        rows.write_without("index", edit.drop, self.index)
        rows.write_with("rejected", edit.rejected, self.rejected)
        rows.write_without("changes", edit.drop, self.changes)
        rows.write_with("findings", findings, self.findings)

    def close(self, file_findings: Sequence[Finding]) -> dict[str, Written]:
        """Close the files, and return what was written, by name."""
        written = {
            "clean.csv": self.clean.close(),
            "clean.index.csv": self.index.close(),
            "rejected.csv": self.rejected.close(),
            "changes.csv": self.changes.close(),
            "findings.csv": self.findings.close(),
        }
        if file_findings:
            written["findings.csv"] = _written_before(self.folder / "findings.csv", file_findings)
        return written


def _written_before(path: Path, file_findings: Sequence[Finding]) -> Written:
    """Write the findings about the file as a whole, which are known last, before the others of `findings.csv`."""
    header = encode_rows([FINDING_COLUMNS])[0]
    others = path.rename(path.with_name("findings.others"))
    with others.open("rb", buffering=0) as rest, digest_writer(path) as writer:
        writer.write(header + b"".join(encode_rows(map(finding_row, file_findings))))
        rest.seek(len(header))
        while block := rest.read(STEP):
            writer.write(block)
        written = writer.close()
    others.unlink()
    return written


@contextmanager
def _opened(work: Work, folder: Path) -> Generator[_Files]:
    """Yield the five files with their headers; they are closed on leaving."""
    with ExitStack() as stack:

        def output(name: str, header: Sequence[str], bom: bytes = b"") -> DigestWriter:
            writer = stack.enter_context(digest_writer(folder / name))
            writer.write(bom + encode_rows([header])[0])
            return writer

        yield _Files(
            folder=folder,
            clean=output("clean.csv", work.header.columns),
            index=output("clean.index.csv", ("record", "line")),
            rejected=output("rejected.csv", unique_names([*REJECTED_COLUMNS, *work.source.header]), BOM),
            changes=output("changes.csv", CHANGE_COLUMNS),
            findings=output("findings.csv", FINDING_COLUMNS),
        )


def changes_left(batch: Batch, drop: Longs, before: Tally) -> Tally:
    """Return counts and examples of a batch's changes without those of records that are taken out.

    Args:
        batch: The batch.
        drop: The records.
        before: What the batches before it gave: where it has examples enough, no more are looked for.
    """
    changed, gone = batch.changed, frozenset(drop.tolist())
    taken = parse_rows(batch.rows.of("changes", drop)) if gone else ()
    counts = Counter((rule, column, name) for _, _, column, name, _, _, rule in taken)
    left = Tally()
    for topic, count in changed.counts.items():
        count -= counts[topic.code, topic.column, topic.field]
        examples = [one for one in changed.examples.get(topic, ()) if one.record not in gone]
        if len(examples) < min(count, MOST_EXAMPLES - len(before.examples.get(topic, ()))):
            # So many of its examples, or of those before it, were taken out that others must be looked for.
            rest = io.BytesIO()
            batch.rows.write_without("changes", drop, rest)
            return tally_rows(rest.getvalue())
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
