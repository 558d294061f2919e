"""The options that several commands share, each said once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import UsageError


class OnInvalid(StrEnum):
    """What becomes of a bad cell in an optional field."""

    REJECT = "reject"
    BLANK = "blank"
    KEEP = "keep"


class FailOn(StrEnum):
    """From which severity on the exit status is 1."""

    NEVER = "never"
    WARNING = "warning"
    ERROR = "error"


class Format(StrEnum):
    """How a command prints its result."""

    TEXT = "text"
    JSON = "json"


File = Annotated[str, typer.Argument(metavar="FILE", help="The contact file; - is standard input.")]
Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Contact files; - is standard input.")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A prepared folder.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="DIR", help="The prepared folder [default: FILE's stem + -prepared]"),
]

Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="Encoding of the file [default: by evidence]"),
]
Delimiter = Annotated[
    str | None,
    typer.Option(
        "--delimiter",
        metavar="CHAR",
        help="Delimiter, or the word comma, semicolon, tab, pipe, space or comma-space [default: by evidence]",
    ),
]
Quote = Annotated[str | None, typer.Option("--quote", metavar="CHAR", help='Quote character [default: "]')]
Escape = Annotated[
    str | None, typer.Option("--escape", metavar="CHAR", help="Escape character, as \\ [default: by evidence]")
]
SkipFooter = Annotated[
    int, typer.Option("--skip-footer", metavar="LINES", min=0, help="Lines at the end that are no records")
]
Sheet = Annotated[
    str | None,
    typer.Option("--sheet", metavar="NAME", help="Sheet of a workbook, by name or number [default: the first]"),
]
HeaderRow = Annotated[
    int | None,
    typer.Option(
        "--header-row", metavar="LINE", min=0, help="Line of the header, from 1; 0 for none [default: by evidence]"
    ),
]

Schema = Annotated[
    str | None,
    typer.Option(
        "--schema",
        metavar="NAME",
        help="The target.object to judge by; see `schemas list` [default: by the header]",
    ),
]
Region = Annotated[
    str | None,
    typer.Option(
        "--region",
        metavar="CC",
        help="Region of phones without a country code, as US or DE [default: the schema's]",
    ),
]
Invalid = Annotated[
    OnInvalid | None,
    typer.Option(
        "--on-invalid",
        help="A bad cell in an optional field: reject the record, blank or keep the cell [default: reject]",
    ),
]
StrictPhones = Annotated[
    bool, typer.Option("--strict-phones", help="Reject numbers that are possible but not assigned")
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", metavar="N", min=1, help="Processes that take part [default: one for each core]"),
]
Heartbeat = Annotated[
    int | None,
    typer.Option("--heartbeat", metavar="SECONDS", min=1, help="Say on standard error now and then how far it is"),
]
Fail = Annotated[FailOn, typer.Option("--fail-on", help="Exit with 1 from this severity on")]
Output = Annotated[Format, typer.Option("--format", help="How to print the result")]

ConnectionName = Annotated[
    str | None,
    typer.Option(
        "--connection",
        metavar="NAME",
        help="A connection of contactprep.toml [default: CONTACTPREP_CONNECTION, else the environment's]",
    ),
]
Hub = Annotated[str | None, typer.Option("--hub", metavar="NAME", help="Hub of the platform [default: the schema's]")]
Object = Annotated[
    str | None, typer.Option("--object", metavar="NAME", help="Object to load into [default: the schema's]")
]
Local = Annotated[
    Path | None,
    typer.Option("--local", metavar="DIR", help="Read the journal of this prepared folder instead; asks nobody"),
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Leave once every part has a job id; do not follow the jobs")]
Sandbox = Annotated[bool, typer.Option("--sandbox", help="Send to a local Open Connectors started for this run")]
Again = Annotated[bool, typer.Option("--again", help="Send a folder that was already sent a second time")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show parts, object and fields, and what the platform says; send nothing")
]
Resume = Annotated[bool, typer.Option("--resume", help="Only go on with an upload that was begun; never begin one")]
Retries = Annotated[
    int | None,
    typer.Option(
        "--retries", metavar="N", min=0, help="Tries after the first of what may be repeated; 0 is off [default: 4]"
    ),
]
NeverResend = Annotated[
    bool, typer.Option("--never-resend", help="Stop where a lost upload is not found, instead of sending it again")
]
ResendUncertain = Annotated[
    bool,
    typer.Option("--resend-uncertain", help="Send a lost upload again at once; only with an upsert key"),
]
Isolate = Annotated[
    bool,
    typer.Option(
        "--isolate",
        help="Where a job does not say which records failed, load them again in smaller jobs; only with an upsert key",
    ),
]
Parallel = Annotated[int, typer.Option("--parallel", metavar="N", min=1, help="Parts that may be under way at once")]
CallbackUrl = Annotated[
    str | None, typer.Option("--callback-url", metavar="URL", help="Where the platform reports the end of a job")
]


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How a file is read."""

    encoding: Encoding = None
    delimiter: Delimiter = None
    quote: Quote = None
    escape: Escape = None
    header_row: HeaderRow = None
    skip_footer: SkipFooter = 0
    sheet: Sheet = None


@dataclass(frozen=True, slots=True)
class JudgingOptions:
    """How it is judged."""

    schema: Schema = None
    region: Region = None
    on_invalid: Invalid = None
    strict_phones: StrictPhones = False
    fail_on: Fail = FailOn.ERROR


@dataclass(frozen=True, slots=True)
class RunningOptions:
    """How the work is done, which changes nothing of the result."""

    jobs: Jobs = None
    heartbeat: Heartbeat = None


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """Where to send to."""

    connection: ConnectionName = None
    hub: Hub = None


@dataclass(frozen=True, slots=True)
class SendingOptions:
    """How it is sent."""

    connection: ConnectionName = None
    hub: Hub = None
    object: Object = None
    sandbox: Sandbox = False
    no_wait: NoWait = False
    retries: Retries = None
    never_resend: NeverResend = False
    resend_uncertain: ResendUncertain = False
    isolate: Isolate = False
    parallel: Parallel = 1
    callback_url: CallbackUrl = None


_WORDS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "space": " ", "comma-space": ", "}


def jobs_of(asked: int | None) -> int:
    """Return how many processes take part: as many as asked for, else as there are cores for this process."""
    return asked or len(os.sched_getaffinity(0))


def delimiter_of(text: str | None) -> str | None:
    """Return the delimiter that a person named by its character or a word.

    Raises:
        UsageError: It is neither.
    """
    if text is None:
        return None
    found = _WORDS.get(text.casefold(), text)
    if len(found) - found[1:].count(" ") != 1 or len(found) > 2 or found in '"\r\n':
        raise UsageError(
            f"--delimiter {text!r} is not one character; or say comma, semicolon, tab, pipe, space or comma-space"
        )
    return found
