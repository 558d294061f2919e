"""Uploading a prepared folder: begin or go on, send each part once, follow its job, account for each record.

The journal is written before a request and after its answer, so that the same command after any interruption goes on
where the last one stopped. What was sent without an answer is settled before anything else is sent.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from pipeline.errors import Permanent, UploadError, UsageError
from pipeline.planning import plan, read_manifest
from pipeline.uploading.accounting import account, receipt_of, unawaited
from pipeline.uploading.beginning import (
    JOURNAL,
    OUTCOMES,
    UPLOAD,
    aim_of,
    journal_of,
    kept_limits,
    recorded_receipt,
    refuse_callback,
    write_receipt,
)
from pipeline.uploading.client import Client
from pipeline.uploading.clocks import Clock
from pipeline.uploading.connecting import Connection
from pipeline.uploading.delivering import deliver, settle_part
from pipeline.uploading.events import Polled, Progress, ignore
from pipeline.uploading.following import follow
from pipeline.uploading.journal import PartRow, PartState
from pipeline.uploading.locking import holding
from pipeline.uploading.outcomes import write_outcomes
from pipeline.uploading.port import Limits, Transport
from pipeline.uploading.receipts import Receipt
from pipeline.uploading.runs import Run, Settings
from pipeline.uploading.texts import plain


def upload(
    folder: Path | str,
    *,
    connection: Connection,
    again: bool = False,
    resume: bool = False,
    no_wait: bool = False,
    callback_url: str | None = None,
    max_records: int | None = None,
    max_bytes: int | None = None,
    settings: Settings | None = None,
    progress: Progress = ignore,
    transport: Transport | None = None,
    clock: Clock | None = None,
) -> Receipt:
    """Return the receipt of a prepared folder, after sending what was not yet sent.

    An unfinished upload of the folder is taken up again; a finished one is not repeated, its receipt is returned.
    Writes `journal.sqlite`, `outcomes.csv` and `receipt.json` into `upload/` in the folder.

    Args:
        folder: What `prepare` wrote.
        connection: Where to, and by which right.
        again: Begin another upload where a finished one is; the old files get a number.
        resume: Refuse to begin a new upload.
        no_wait: Return once every part has a job, without following them.
        callback_url: What the server shall call when a job ends, or None.
        max_records: The most records of a part, where that is less than the schema's limit.
        max_bytes: The most bytes of a part as sent, where that is less than the schema's limit.
        settings: Patience.
        progress: Is told what happens.
        transport: The network; made and closed here where None.
        clock: Time and chance.

    Raises:
        UsageError: Not a prepared folder, no object, or the folder's upload is one to another target.
        ManifestError: A file is not the manifest's.
        JournalError: The journal is damaged.
        FolderBusy: Another run holds the folder.
        UploadError: Failed or not settled; the same command goes on.
        OutputError: A file cannot be written.
    """
    folder, settings, clock = Path(folder), settings or Settings(), clock or Clock()
    refuse_callback(callback_url)
    with holding(folder):
        manifest = read_manifest(folder)
        aim = aim_of(manifest, connection, max_records, max_bytes)
        _refuse_settings(settings, aim.upsert_key)
        recorded = recorded_receipt(folder, manifest, connection, aim, again=again)
        if recorded is not None:
            return recorded
        if resume and not (folder / UPLOAD / JOURNAL).exists():
            raise UsageError(f"{folder} has no unfinished upload to resume; leave --resume out to begin one")
        # An upload that goes on is cut as it was begun.
        records, size = kept_limits(folder) or (aim.max_records, aim.max_bytes)
        parts = plan(manifest, folder, max_records=records, max_bytes=size)
        opened = transport or _open_transport(settings.limits)
        try:
            client = Client(connection, opened, hub=aim.hub, backoff=settings.backoff, clock=clock)
            journal = journal_of(folder, manifest, parts, connection, aim, client, begun=clock.now(), progress=progress)
            with closing(journal):
                run = Run(
                    folder=folder,
                    manifest=manifest,
                    plan=parts,
                    aim=aim,
                    connection=connection,
                    journal=journal,
                    client=client,
                    settings=settings,
                    clock=clock,
                    progress=progress,
                    callback_url=callback_url,
                )
                return _carry_out(run, no_wait=no_wait)
        finally:
            if transport is None:
                opened.close()


def _refuse_settings(settings: Settings, upsert_key: str | None) -> None:
    if settings.resend_uncertain and settings.never_resend:
        raise UsageError("--resend-uncertain and --never-resend exclude each other")
    if settings.resend_uncertain and upsert_key is None:
        raise UsageError("--resend-uncertain needs an upsert key: without one the records would be there twice")


def _open_transport(limits: Limits) -> Transport:
    # Here, so that the library can be imported without the network's.
    from pipeline.uploading.transporting import HttpxTransport

    return HttpxTransport(limits)


def _carry_out(run: Run, *, no_wait: bool) -> Receipt:
    """Send, follow and account for each part, from wherever the journal stands."""
    for row in run.journal.parts():
        if row.state is PartState.SENDING:
            settle_part(run, run.plan.parts[row.number - 1], "the last run ended before the answer came")
    planned = [row for row in run.journal.parts() if row.state is PartState.PLANNED]
    # Every part that was sent has been settled, so that a job that is listed now is of none that is yet to be sent.
    wanted = planned and not run.settings.resend_uncertain
    strangers = run.client.listed_jobs() if wanted else frozenset[str]()
    for row in planned:
        deliver(run, run.plan.parts[row.number - 1], strangers)
    if no_wait and run.plan.parts:
        receipt = receipt_of(run, [unawaited(row) for row in run.journal.parts()], settled=False)
        write_receipt(run.folder, receipt.to_json())
        return receipt
    for row in run.journal.parts():
        if row.state is PartState.CREATED:
            _follow(run, row)
    outcomes = [account(run, row) for row in run.journal.parts()]
    write_outcomes(run.folder / UPLOAD / OUTCOMES, run.folder, outcomes)
    receipt = receipt_of(run, outcomes, settled=True)
    write_receipt(run.folder, receipt.to_json())
    run.journal.finish(receipt.to_json())
    return receipt


def _follow(run: Run, row: PartRow) -> None:
    """Follow a part's job to its end and note that."""
    job = row.job or ""
    try:
        status = follow(
            lambda: run.client.job_status(job),
            pace=run.settings.pace,
            clock=run.clock,
            report=lambda status: run.progress(Polled(row.number, job, status)),
            go_on=run.command,
        )
    except Permanent as failure:
        if failure.status != 404:
            raise
        raise UploadError(
            f"the server does not know job {plain(job, limit=60)}, the one it named for part {row.number} with "
            f"{row.rows} records; look whether another job carries them (`contactprep jobs`); nothing is sent again: "
            f"go on with {run.command} once the job is there"
        ) from None
    run.journal.note_status(row.number, status)
