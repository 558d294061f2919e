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


class Order(StrEnum):
    """What comes first in a date of numbers alone whose year comes last."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class Survivor(StrEnum):
    """Which of several acceptable records of one contact is kept."""

    FIRST = "first"
    LAST = "last"
    MOST_COMPLETE = "most-complete"


class FailOn(StrEnum):
    """From which severity on the exit status is 1."""

    NEVER = "never"
    WARNING = "warning"
    ERROR = "error"


class Unmapped(StrEnum):
    """What becomes of columns without a field."""

    DROP = "drop"
    KEEP = "keep"
    ERROR = "error"


class Format(StrEnum):
    """How a command prints its result."""

    TEXT = "text"
    JSON = "json"


class SchemaFormat(StrEnum):
    """How a schema is printed."""

    TEXT = "text"
    JSON = "json"
    YAML = "yaml"
    JSONSCHEMA = "jsonschema"
    PANDERA = "pandera"


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
        metavar="SCHEMA",
        help="What to judge by: a name (see `schemas list`), a file (my.yaml) or module:Class [default: by the header]",
    ),
]
Region = Annotated[
    str | None,
    typer.Option(
        "--region",
        metavar="CC",
        help="Region of phones without a country code, as US or DE, where the record names no country "
        "[default: the schema's]",
    ),
]
DateOrder = Annotated[
    Order | None,
    typer.Option("--date-order", help="What comes first in dates as 03/04/2025 [default: the schema's, else refused]"),
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
Mapping = Annotated[
    Path | None,
    typer.Option("--mapping", metavar="TOML", help="The sender's mapping file: which columns are which fields"),
]
SaveMapping = Annotated[
    Path | None,
    typer.Option(
        "--save-mapping", metavar="TOML", help="Write what was used, and what the file looked like, for the next one"
    ),
]
Rest = Annotated[
    Unmapped | None,
    typer.Option(
        "--unmapped", help="Columns without a field: drop them, keep them in clean.csv, or stop [default: drop]"
    ),
]
Placeholder = Annotated[
    list[str] | None,
    typer.Option("--placeholder", metavar="TEXT", help="A cell with this text counts as blank; may be repeated"),
]
NoPlaceholders = Annotated[
    bool,
    typer.Option("--no-placeholders", help="N/A, -, (blank) and the like are text, but for those of --placeholder"),
]
MaxErrors = Annotated[
    str | None,
    typer.Option(
        "--max-errors",
        metavar="N|P%",
        help="Publish nothing if more records are rejected; N ends the run there [default: any number]",
    ),
]
DuplicatesBy = Annotated[
    str | None,
    typer.Option(
        "--duplicates-by",
        metavar="FIELD[,FIELD...]",
        help="Fields that are all equal in two records of one contact [default: the schema's, mostly its key]",
    ),
]
Survives = Annotated[
    Survivor, typer.Option("--survivor", help="Which of several acceptable records of one contact is kept")
]
Existing = Annotated[
    list[Path] | None,
    typer.Option(
        "--existing",
        metavar="FILE",
        help="Contacts that are known already, or must not be written to: reject them; may be repeated",
    ),
]
CheckDomains = Annotated[
    bool,
    typer.Option(
        "--check-domains",
        help="Ask the DNS whether the domains of e-mail addresses exist and take mail; CONTACTPREP_NAMESERVER names "
        "the server to ask",
    ),
]
DomainsDeadline = Annotated[
    float | None,
    typer.Option(
        "--domains-deadline",
        metavar="SECONDS",
        min=0.1,
        help="How long --check-domains may take in all; later domains stay unknown [default: 30]",
    ),
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

Host = Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Address to listen on")]
Port = Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="Port to listen on; 0 is a free one")]


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
    mapping: Mapping = None
    save_mapping: SaveMapping = None
    unmapped: Rest = None
    region: Region = None
    on_invalid: Invalid = None
    strict_phones: StrictPhones = False
    date_order: DateOrder = None
    placeholder: Placeholder = None
    no_placeholders: NoPlaceholders = False
    duplicates_by: DuplicatesBy = None
    survivor: Survives = Survivor.FIRST
    existing: Existing = None
    max_errors: MaxErrors = None
    check_domains: CheckDomains = False
    domains_deadline: DomainsDeadline = None
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


@dataclass(frozen=True, slots=True)
class ListeningOptions:
    """How callbacks are taken, and how an upload goes on meanwhile."""

    host: Host = "127.0.0.1"
    port: Port = 0
    connection: ConnectionName = None
    hub: Hub = None
    object: Object = None
    retries: Retries = None
    never_resend: NeverResend = False
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
