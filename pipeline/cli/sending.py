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
from pipeline.errors import Exit, UsageError
from pipeline.planning import read_manifest
from pipeline.preparing import Prepared
from pipeline.reporting.masking import printable
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
from pipeline.uploading.events import Created, Event, Isolating, Planned, Polled, Sending, Unsure, Warned
from pipeline.uploading.foreseeing import look_back
from pipeline.uploading.foretelling import Comparison
from pipeline.uploading.retrying import Backoff
from pipeline.uploading.statuses import JobStatus
from pipeline.writing.files import translating, write_bytes

MOST_CONTACTS = 20
"""Contacts of the sandbox that the terminal shows; the folder has all."""

_WIDEST = 28


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
        _print_comparison(found)
        if receipt.sandbox:
            _print_arrived(arrived)
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
            _print_arrived(arrived)
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
        _print_status(job, client.job_status(job), output)
    return Exit.FINE


def cancel_job(job: str, where: ConnectionOptions, output: Format) -> int:
    """Ask for a job to be cancelled and print what the platform says of it then."""
    with _client(where) as client:
        _print_status(job, client.cancel_job(job), output)
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


class Narrator:
    """Tells on standard error what an upload does; a job's state only when it changes."""

    def __init__(self) -> None:
        self._said: dict[int, str] = {}

    def __call__(self, event: Event) -> None:
        """Print one line for an event, unless it says nothing new of its part."""
        line, part = _line(event), getattr(event, "part", 0)
        if line and line != self._said.get(part):
            self._said[part] = line
            print(f"contactprep: {printable(line)}", file=sys.stderr, flush=True)


def _line(event: Event) -> str:
    match event:
        case Planned(parts, records, continued):
            again = "going on with the upload of" if continued else "uploading"
            return f"{again} {records:,} records in {parts} part{'' if parts == 1 else 's'}" if records else ""
        case Warned(text):
            return f"warning: {text}"
        case Sending(part, rows, size):
            return f"part {part}: sending {rows:,} records, {size:,} bytes"
        case Unsure(part, reason, seconds):
            return f"part {part}: {reason}; finding out whether it was taken, at most some {seconds:.0f} s"
        case Created(part, job, adopted):
            return f"part {part}: job {job}" + (", which it had before its answer was lost" if adopted else "")
        case Polled(part, job, status):
            counts = "" if status.records is None else f", {status.records:,} records"
            return f"part {part}: job {job} {status.raw_word}{counts}"
        case Isolating(part, rows, job):
            return f"part {part}: {rows:,} of its records are loaded again by themselves (job {job} of this search)"


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


def receipt_data(receipt: Receipt) -> Any:
    """Return a receipt as JSON has it."""
    return json.loads(receipt.to_json())


def print_receipt(receipt: Receipt, folder: Path) -> None:
    """Print what became of a folder's records."""
    where = "the sandbox" if receipt.sandbox else f"{receipt.base_url}"
    if not receipt.settled:
        print(f"sent      {receipt.planned:,} records to {where}; their jobs were not followed")
        for part in receipt.parts:
            print(f"          part {part.number}: contactprep status {part.job}")
        print(f"          go on with: contactprep upload {folder}")
        return
    print(f"uploaded  {receipt.accepted:,} of {receipt.planned:,} records accepted by {where}")
    for count, what in ((receipt.refused, "refused"), (receipt.unknown, "unknown"), (receipt.not_sent, "not sent")):
        if count:
            print(f"{what:<9} {count:,}; outcomes.csv says which, and why")
    for part in receipt.parts:
        print(f"          part {part.number}: job {part.job}, {part.state}" + (f", {part.error}" if part.error else ""))
    print(f"receipt   {folder / 'upload' / 'receipt.json'}, each record's outcome in outcomes.csv")


def _print_status(job: str, status: JobStatus, output: Format) -> None:
    if output is Format.JSON:
        print_json({"id": job, **asdict(status)})
        return
    counts = [f"{status.records:,} records"] if status.records is not None else []
    counts += [f"{status.failed:,} failed"] if status.failed is not None else []
    print(", ".join([f"job {printable(job)} {printable(status.raw_word)}", *counts]))
    for text in (status.error, status.message):
        if text:
            print(printable(text))


def _print_comparison(found: Comparison | NotGiven | None) -> None:
    match found:
        case Comparison(foretold, more, there, records):
            print(f"foretold  {foretold.creates:,} to be created and {foretold.updates:,} to be updated")
            print(f"found     {more:,} more are there than before, and {there:,} of the file's {records:,}")
        case NotGiven(reason):
            print(f"foretold  cannot be compared: {printable(reason)}")
        case None:
            pass


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


def _print_arrived(contacts: list[dict[str, Any]]) -> None:
    """Print the contacts that a sandbox holds, as a table."""
    count = f"{len(contacts):,} contact{'' if len(contacts) == 1 else 's'}"
    print(f"arrived   {count} at the sandbox; all in upload/sandbox-contacts.json, its page in upload/sandbox.html")
    rows = [_fields(contact) for contact in contacts[:MOST_CONTACTS]]
    names = list(dict.fromkeys(name for row in rows for name in row))
    widths = {name: min(_WIDEST, max(len(name), *(len(row.get(name, "")) for row in rows))) for name in names}
    for row in [{name: name for name in names}, *rows] if rows else []:
        cells = (_cut(row.get(name, "")).ljust(widths[name]) for name in names)
        print(("  " + "  ".join(cells)).rstrip())
    if len(contacts) > MOST_CONTACTS:
        print(f"  … and {len(contacts) - MOST_CONTACTS:,} more")


def _fields(contact: dict[str, Any]) -> dict[str, str]:
    cells: dict[str, Any] = contact["cells"]
    return {name: printable(str(value)) for name, value in cells.items() if value is not None}


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
