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
    Aim,
    aim_of,
    journal_of,
    kept_limits,
    recorded_receipt,
    refuse_callback,
    write_receipt,
)
from pipeline.uploading.clocks import Clock
from pipeline.uploading.connecting import Connection
from pipeline.uploading.connectors import OpenConnectors
from pipeline.uploading.delivering import settle_part
from pipeline.uploading.dispatching import follow_jobs, send_parts
from pipeline.uploading.entries import PartState
from pipeline.uploading.events import Event, Progress, ignore
from pipeline.uploading.failed import FAILED, write_failed
from pipeline.uploading.hints import Hints
from pipeline.uploading.isolating import isolate, refuse_without_key
from pipeline.uploading.locking import holding
from pipeline.uploading.outcomes import write_outcomes
from pipeline.uploading.port import Limits, Transport
from pipeline.uploading.receipts import Receipt
from pipeline.uploading.runs import Run, Settings
from pipeline.uploading.targets import Place, Target


def upload(
    folder: Path | str,
    *,
    connection: Connection | Target,
    again: bool = False,
    resume: bool = False,
    no_wait: bool = False,
    callback_url: str | None = None,
    max_records: int | None = None,
    max_bytes: int | None = None,
    settings: Settings | None = None,
    hints: Hints | None = None,
    progress: Progress = ignore,
    transport: Transport | None = None,
    clock: Clock | None = None,
) -> Receipt:
    """Return the receipt of a prepared folder, after sending what was not yet sent.

    An unfinished upload of the folder is taken up again; a finished one is not repeated, its receipt is returned.
    Writes `journal.sqlite`, `outcomes.csv` and `receipt.json` into `upload/` in the folder.

    Args:
        folder: What `prepare` wrote.
        connection: Where to, and by which right: a connector instance, or another target, which is closed at the end.
        again: Begin another upload where a finished one is; the old files get a number.
        resume: Refuse to begin a new upload.
        no_wait: Return once every part has a job, without following them.
        callback_url: What the server shall call when a job ends, or None.
        max_records: The most records of a part, where that is less than the schema's limit.
        max_bytes: The most bytes of a part as sent, where that is less than the schema's limit.
        settings: Patience.
        hints: What ends a pause between two polls of a job, or None.
        progress: Is told what happens.
        transport: The network of a `Connection`; made and closed here where None.
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
    place = place_of(connection)
    with holding(folder):
        manifest = read_manifest(folder)
        aim = aim_of(manifest, place, max_records, max_bytes)
        replaces = aim.upsert_key is not None if isinstance(connection, Connection) else connection.replaces
        _refuse_settings(settings, replaces, aim.upsert_key)
        recorded = recorded_receipt(folder, manifest, place, aim, again=again)
        if recorded is not None:
            return recorded
        if resume and not (folder / UPLOAD / JOURNAL).exists():
            raise UsageError(f"{folder} has no unfinished upload to resume; leave --resume out to begin one")
        # An upload that goes on is cut as it was begun.
        records, size, apart = kept_limits(folder) or (aim.max_records, aim.max_bytes, settings.parallel)
        parts = plan(manifest, folder, max_records=records, max_bytes=size, apart=apart)
        target = target_of(connection, aim, settings, clock, transport)
        with closing(target):
            journal = journal_of(folder, manifest, parts, aim, target, begun=clock.now(), progress=progress)
            with closing(journal):
                run = Run(
                    folder=folder,
                    manifest=manifest,
                    plan=parts,
                    aim=aim,
                    target=target,
                    journal=journal,
                    settings=settings,
                    clock=clock,
                    progress=_one_at_a_time(progress),
                    callback_url=callback_url,
                    hints=hints,
                )
                return _carry_out(run, no_wait=no_wait)


def place_of(connection: Connection | Target) -> Place:
    """Return where a connection or another target is."""
    return connection if isinstance(connection, Connection) else connection.place


def _refuse_settings(settings: Settings, replaces: bool, upsert_key: str | None) -> None:
    if settings.isolate:
        refuse_without_key(upsert_key)
    if settings.resend_uncertain and settings.never_resend:
        raise UsageError("--resend-uncertain and --never-resend exclude each other")
    if settings.resend_uncertain and not replaces:
        raise UsageError(
            "--resend-uncertain needs an upsert key, or a target where the same part again replaces the first: "
            "without one the records would be there twice"
        )


def target_of(
    connection: Connection | Target, aim: Aim, settings: Settings, clock: Clock, transport: Transport | None
) -> Target:
    """Return a connector instance as a target, with a network of its own where none is given; others as they are."""
    if not isinstance(connection, Connection):
        return connection
    opened = transport or open_transport(settings.limits, connection)
    return OpenConnectors(connection, aim, opened, owns=transport is None, settings=settings, clock=clock)


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
    planned = [run.plan.parts[row.number - 1] for row in run.journal.parts() if row.state is PartState.PLANNED]
    if planned:
        # Every part that was sent has been settled, so that a job that is there now is of none that is yet to be sent.
        run.target.get_ready()
    send_parts(run, planned)
    if no_wait and run.plan.parts:
        receipt = receipt_of(run, [unawaited(row) for row in run.journal.parts()], settled=False)
        write_receipt(run.folder, receipt.to_json())
        return receipt
    if run.hints is not None:
        states = {row.job: row.state for row in run.journal.parts() if row.job is not None}
        final = {job for job, state in states.items() if state is PartState.FINAL}
        run.hints.know(states.keys() - final, final)
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
