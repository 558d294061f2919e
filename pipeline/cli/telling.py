"""What the terminal says of an upload, of its receipt and of jobs."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.cli.options import Format
from pipeline.cli.preparing import print_json
from pipeline.reporting.masking import printable
from pipeline.uploading import Receipt
from pipeline.uploading.client import NotGiven
from pipeline.uploading.events import Created, Event, Isolating, Planned, Polled, Sending, Unsure, Warned
from pipeline.uploading.foretelling import Comparison
from pipeline.uploading.statuses import JobStatus

MOST_CONTACTS = 20
"""Contacts of the sandbox that the terminal shows; the folder has all."""

_WIDEST = 28


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


def print_status(job: str, status: JobStatus, output: Format) -> None:
    """Print where a job is."""
    if output is Format.JSON:
        print_json({"id": job, **asdict(status)})
        return
    counts = [f"{status.records:,} records"] if status.records is not None else []
    counts += [f"{status.failed:,} failed"] if status.failed is not None else []
    print(", ".join([f"job {printable(job)} {printable(status.raw_word)}", *counts]))
    for text in (status.error, status.message):
        if text:
            print(printable(text))


def print_comparison(found: Comparison | NotGiven | None) -> None:
    """Print what a dry run foretold and what the upload came to."""
    match found:
        case Comparison(foretold, more, there, records):
            print(f"foretold  {foretold.creates:,} to be created and {foretold.updates:,} to be updated")
            print(f"found     {more:,} more are there than before, and {there:,} of the file's {records:,}")
        case NotGiven(reason):
            print(f"foretold  cannot be compared: {printable(reason)}")
        case None:
            pass


def print_arrived(contacts: list[dict[str, Any]]) -> None:
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
