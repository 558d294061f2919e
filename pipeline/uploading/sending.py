"""Uploading a prepared folder: begin or go on, send each part once, follow its job, account for each record.

The journal is written before a request and after its answer, so that the same command after any interruption goes on
where the last one stopped. What was sent without an answer is settled before anything else is sent.
"""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

from pipeline.errors import UsageError
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
from pipeline.uploading.delivering import settle_part
from pipeline.uploading.dispatching import follow_jobs, send_parts
from pipeline.uploading.events import Event, Progress, ignore
from pipeline.uploading.failed import FAILED, write_failed
from pipeline.uploading.isolating import isolate, refuse_without_key
from pipeline.uploading.journal import PartState
from pipeline.uploading.locking import holding
from pipeline.uploading.outcomes import write_outcomes
from pipeline.uploading.port import Limits, Transport
from pipeline.uploading.receipts import Receipt
from pipeline.uploading.runs import Run, Settings


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
        records, size, apart = kept_limits(folder) or (aim.max_records, aim.max_bytes, settings.parallel)
        parts = plan(manifest, folder, max_records=records, max_bytes=size, apart=apart)
        opened = transport or open_transport(settings.limits, connection)
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
                    progress=_one_at_a_time(progress),
                    callback_url=callback_url,
                    interrupt=lambda: opened.interrupt(),  # not before it is needed
                )
                return _carry_out(run, no_wait=no_wait)
        finally:
            if transport is None:
                opened.close()


def _refuse_settings(settings: Settings, upsert_key: str | None) -> None:
    if settings.isolate:
        refuse_without_key(upsert_key)
    if settings.resend_uncertain and settings.never_resend:
        raise UsageError("--resend-uncertain and --never-resend exclude each other")
    if settings.resend_uncertain and upsert_key is None:
        raise UsageError("--resend-uncertain needs an upsert key: without one the records would be there twice")


def open_transport(limits: Limits, connection: Connection) -> Transport:
    """Return a transport over real sockets; to be closed."""
    # Here, so that the library can be imported without the network's.
    from pipeline.uploading.transporting import HttpxTransport

    return HttpxTransport(limits, ca_bundle=connection.ca_bundle)


def _carry_out(run: Run, *, no_wait: bool) -> Receipt:
    """Send, follow and account for each part, from wherever the journal stands."""
    for row in run.journal.parts():
        if row.state is PartState.SENDING:
            settle_part(run, run.plan.parts[row.number - 1], "the last run ended before the answer came")
    send_parts(run, [run.plan.parts[row.number - 1] for row in run.journal.parts() if row.state is PartState.PLANNED])
    if no_wait and run.plan.parts:
        receipt = receipt_of(run, [unawaited(row) for row in run.journal.parts()], settled=False)
        write_receipt(run.folder, receipt.to_json())
        return receipt
    follow_jobs(run, [row for row in run.journal.parts() if row.state is PartState.CREATED])
    outcomes = [account(run, row) for row in run.journal.parts()]
    if run.settings.isolate:
        outcomes = [isolate(run, outcome) for outcome in outcomes]
    write_failed(run.folder / UPLOAD / FAILED, run.folder, run.manifest, run.plan, outcomes)
    write_outcomes(run.folder / UPLOAD / OUTCOMES, run.folder, outcomes)
    receipt = receipt_of(run, outcomes, settled=True)
    write_receipt(run.folder, receipt.to_json())
    run.journal.finish(receipt.to_json())
    return receipt


def _one_at_a_time(progress: Progress) -> Progress:
    """Return a listener that several threads may call."""
    lock = threading.Lock()

    def told(event: Event) -> None:
        with lock:
            progress(event)

    return told
