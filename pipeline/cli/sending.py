"""`upload`, `run`, and the questions to the platform."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pipeline.cli.options import (
    ConnectionOptions,
    Format,
    JudgingOptions,
    ReadingOptions,
    RunningOptions,
    SendingOptions,
    jobs_of,
)
from pipeline.cli.preparing import (
    open_source,
    output_folder,
    print_json,
    print_report,
    reading_of,
    refuse_mapping_path,
    save_mapping,
    settings_of,
)
from pipeline.cli.progress import reporting
from pipeline.cli.sandboxing import LocalSandbox, local_sandbox
from pipeline.cli.telling import Narrator, print_arrived, print_comparison, print_receipt, print_status, receipt_data
from pipeline.errors import Exit, UsageError
from pipeline.planning import read_manifest
from pipeline.preparing import Prepared
from pipeline.reporting.masking import printable
from pipeline.starting import load_pandera
from pipeline.uploading import (
    Client,
    Connection,
    Receipt,
    Settings,
    Target,
    find_connection,
    find_target,
    upload,
)
from pipeline.uploading.client import NotGiven
from pipeline.uploading.foreseeing import look_back
from pipeline.uploading.foretelling import Comparison
from pipeline.uploading.retrying import Backoff
from pipeline.writing.files import translating, write_bytes


def upload_folder(folder: Path, sending: SendingOptions, resume: bool, again: bool, output: Format) -> int:
    """Upload a prepared folder and print what became of its records."""
    read_manifest(folder)  # what is wrong with the folder is said before what is wrong with the connection
    with _target(sending) as (connection, local), _keeping_arrived(folder, local) as arrived:
        receipt = upload(
            folder,
            connection=connection,
            again=again,
            resume=resume,
            no_wait=sending.no_wait,
            callback_url=sending.callback_url,
            settings=settings_of_sending(sending),
            progress=Narrator(),
        )
        found = _look_back(folder, connection, receipt, sending)
    if output is Format.JSON:
        print_json(receipt_data(receipt) | ({"foretold": asdict(found)} if found else {}))
    else:
        print_receipt(receipt, folder)
        print_comparison(found)
        if receipt.sandbox:
            print_arrived(arrived)
    return receipt.exit_status


def _look_back(
    folder: Path, connection: Connection | Target, receipt: Receipt, sending: SendingOptions
) -> Comparison | NotGiven | None:
    """Return how an upload compares with a dry run of the same, if there was one."""
    if not receipt.settled or not isinstance(connection, Connection):
        return None
    return look_back(folder, connection=connection, settings=settings_of_sending(sending))


def run_file(
    file: str,
    out: Path | None,
    judging: JudgingOptions,
    reading: ReadingOptions,
    running: RunningOptions,
    sending: SendingOptions,
    output: Format,
) -> int:
    """Prepare a file, upload what was accepted, and print both."""
    from pipeline.running import run

    load_pandera()
    settings, how = settings_of(judging), reading_of(reading)
    refuse_mapping_path(judging.save_mapping)
    bar = ExitStack()

    def announce(prepared: Prepared) -> None:
        bar.close()
        if output is Format.TEXT:
            print_report(prepared)

    source = open_source(file)
    folder = output_folder(file, out)
    with bar, _target(sending) as (connection, local), _keeping_arrived(folder, local) as arrived:
        ran = run(
            source,
            out=folder,
            connection=connection,
            schema=judging.schema,
            settings=settings,
            reading=how,
            no_wait=sending.no_wait,
            callback_url=sending.callback_url,
            patience=settings_of_sending(sending),
            prepared=announce,
            jobs=jobs_of(running.jobs),
            preparing=bar.enter_context(reporting(running.heartbeat)),
            progress=Narrator(),
        )
    receipt, report = ran.receipt, ran.prepared.report
    if output is Format.JSON:
        print_json({"report": report.data, "receipt": None if receipt is None else receipt_data(receipt)})
    elif receipt is None:
        print("upload    nothing was sent: over the error budget")
    else:
        print_receipt(receipt, ran.prepared.folder)
        if receipt.sandbox:
            print_arrived(arrived)
    uploaded = Exit.FINE if receipt is None else receipt.exit_status
    status = uploaded or report.exit_status(judging.fail_on.value)
    save_mapping(report, settings, judging.save_mapping, status)
    return status


def list_objects(where: ConnectionOptions, output: Format) -> int:
    """Print the objects that the platform lists."""
    with _client(where) as client:
        found = client.list_objects()
    if not isinstance(found, tuple):
        raise UsageError(f"the platform does not list its objects: {found.reason}")
    if output is Format.JSON:
        print_json(list(found))
    else:
        for name in found:
            print(printable(name))
    return Exit.FINE


def show_status(job: str, where: ConnectionOptions, output: Format) -> int:
    """Print what the platform says of a job."""
    with _client(where) as client:
        print_status(job, client.job_status(job), output)
    return Exit.FINE


def cancel_job(job: str, where: ConnectionOptions, output: Format) -> int:
    """Ask for a job to be cancelled and print what the platform says of it then."""
    with _client(where) as client:
        print_status(job, client.cancel_job(job), output)
    return Exit.FINE


def show_errors(job: str, where: ConnectionOptions, output: Format) -> int:
    """Print a job's errors; they are the platform's words, and may quote values."""
    with _client(where) as client:
        found = client.job_errors(job)
    if output is Format.JSON:
        print_json({"errors": list(found.texts), "complete": found.complete})
    else:
        for text in found.texts:
            print(printable(text))
        if not found.complete:
            print("contactprep: the platform did not give the whole list", file=sys.stderr)
    return Exit.FINE


def list_jobs(where: ConnectionOptions, output: Format) -> int:
    """Print the platform's jobs as it lists them."""
    with _client(where) as client:
        jobs = client.list_jobs()
    if output is Format.JSON:
        print_json([asdict(job) for job in jobs])
    else:
        for job in jobs:
            counts = f"{'?' if job.status.records is None else job.status.records} records"
            state, name = printable(job.status.raw_word), printable(job.object)
            print(f"{printable(job.id):<12} {state:<12} {name:<16} {counts}")
    return Exit.FINE


@contextmanager
def _target(sending: SendingOptions) -> Generator[tuple[Connection | Target, LocalSandbox | None]]:
    """Yield where to send to: a connection, a drop, or a sandbox started for this run."""
    if not sending.sandbox:
        yield target_of(sending, os.environ), None
        return
    with local_sandbox() as local:
        connection = Connection(
            base_url=local.base_url,
            element_token=local.element_token,
            user_secret=local.user_secret,
            organization_secret=local.organization_secret,
            label="sandbox",
            sandbox=True,
        )
        yield _with(connection, sending), local


def connection_of(sending: SendingOptions, environ: Mapping[str, str]) -> Connection:
    """Return the connection that the options name, or the environment's."""
    return _with(find_connection(sending.connection, environ, Path.cwd()), sending)


def target_of(sending: SendingOptions, environ: Mapping[str, str]) -> Connection | Target:
    """Return the connection or the drop that the options name, or the environment's connection."""
    found = find_target(sending.connection, environ, Path.cwd())
    if isinstance(found, Connection):
        return _with(found, sending)
    if sending.hub or sending.object:
        raise UsageError(f"{found.place.label} keeps files; leave --hub and --object out")
    return found


def _with(connection: Connection, sending: SendingOptions) -> Connection:
    return replace(connection, hub=sending.hub or connection.hub, object=sending.object or connection.object)


def settings_of_sending(sending: SendingOptions) -> Settings:
    """Return what an upload is patient with, from the options."""
    backoff = Backoff() if sending.retries is None else Backoff(retries=sending.retries)
    return Settings(
        backoff=backoff,
        never_resend=sending.never_resend,
        resend_uncertain=sending.resend_uncertain,
        isolate=sending.isolate,
        parallel=sending.parallel,
    )


@contextmanager
def _client(where: ConnectionOptions) -> Generator[Client]:
    """Yield a client of a connection; the network is closed on leaving."""
    from pipeline.uploading.transporting import HttpxTransport

    connection = find_connection(where.connection, os.environ, Path.cwd())
    with closing(HttpxTransport(ca_bundle=connection.ca_bundle)) as transport:
        yield Client(connection, transport, hub=where.hub or connection.hub)


@contextmanager
def _keeping_arrived(folder: Path, local: LocalSandbox | None) -> Generator[list[dict[str, Any]]]:
    """Yield a list that holds a sandbox's contacts on leaving; saved with its page, even if the upload failed."""
    arrived: list[dict[str, Any]] = []
    try:
        yield arrived
    finally:
        if local is not None and (folder / "upload").is_dir():
            arrived += local.contacts()
            contacts = (json.dumps(arrived, ensure_ascii=False, indent=2) + "\n").encode()
            for name, data in (("sandbox-contacts.json", contacts), ("sandbox.html", local.page())):
                path = folder / "upload" / name
                with translating(path):
                    path.unlink(missing_ok=True)
                    write_bytes(path, data)
