"""The receipt of an upload, from its journal and the outcomes of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.planning.manifests import CLEAN
from pipeline.uploading.client import JobErrors
from pipeline.uploading.entries import PartRow
from pipeline.uploading.outcomes import Outcome, PartOutcome, join, wants_errors
from pipeline.uploading.receipts import PartReceipt, Receipt, TryReceipt, moment
from pipeline.uploading.rows import read_rows
from pipeline.uploading.runs import Run


def account(run: Run, row: PartRow) -> PartOutcome:
    """Return what became of a part's records, after asking its job for its errors where they matter."""
    job, part = row.job or "", run.plan.parts[row.number - 1]
    wanted = wants_errors(row.rows, row.status)
    errors = run.target.job_errors(job) if wanted else JobErrors((), complete=True)
    position = run.manifest.columns.index(run.manifest.target.key)

    def keys() -> Iterator[str]:
        for cells in read_rows(run.folder / CLEAN, part.start, part.end):
            yield cells[position] if position < len(cells) else ""

    outcome = join(row.number, job, row.rows, row.status, errors, keys)
    if outcome.rest is Outcome.ACCEPTED and run.target.accepted_means:
        return replace(outcome, reason=run.target.accepted_means)
    return outcome


def unawaited(row: PartRow) -> PartOutcome:
    """Return the outcome of a part whose job was not followed."""
    return PartOutcome(row.number, row.job or "", row.rows, Outcome.UNKNOWN, "the job was not awaited")


def receipt_of(run: Run, outcomes: list[PartOutcome], *, settled: bool) -> Receipt:
    """Return the receipt of an upload as its journal and its outcomes stand."""
    head = run.journal.head
    parts: list[PartReceipt] = []
    for row, outcome in zip(run.journal.parts(), outcomes, strict=True):
        counts = outcome.counts()
        parts.append(
            PartReceipt(
                number=row.number,
                key=row.key,
                rows=row.rows,
                sha256=row.sha256,
                job=row.job,
                state=row.raw_word,
                records=row.records,
                failed=row.failed,
                error=row.error,
                accepted=counts[Outcome.ACCEPTED],
                refused=counts[Outcome.REFUSED],
                unknown=counts[Outcome.UNKNOWN],
                not_sent=counts[Outcome.NOT_SENT],
                tries=tuple(
                    TryReceipt(
                        moment(entry.begun),
                        None if entry.ended is None else moment(entry.ended),
                        entry.outcome.value,
                        entry.detail,
                    )
                    for entry in run.journal.tries_of(row.number)
                ),
            )
        )
    return Receipt(
        manifest=head.manifest,
        connection=head.label,
        base_url=head.base_url,
        hub=head.hub,
        object=head.object,
        sandbox=head.sandbox,
        begun=moment(head.begun),
        ended=moment(run.clock.now()),
        settled=settled,
        planned=head.records,
        parts=tuple(parts),
        warnings=head.warnings,
    )
