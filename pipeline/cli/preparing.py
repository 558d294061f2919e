"""`check` and `prepare`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.cli import options
from pipeline.cli.progress import reporting
from pipeline.contracts import Policy
from pipeline.errors import Exit, PipelineError, UsageError
from pipeline.mapping import SenderMapping
from pipeline.preparing import ErrorBudget, Prepared, Settings, check, prepare, remembered
from pipeline.preparing.resolving import DEADLINE, DomainCheck
from pipeline.reading.options import Reading
from pipeline.reporting.report import Report
from pipeline.reporting.text import render_text
from pipeline.starting import load_pandera


def reading_of(asked: options.ReadingOptions) -> Reading:
    """Return how to read, from the options."""
    for option, text in (("--quote", asked.quote), ("--escape", asked.escape)):
        if text is not None and len(text) != 1:
            raise UsageError(f"{option} {text!r} is not one character")
    sheet = asked.sheet
    return Reading(
        encoding=asked.encoding,
        delimiter=options.delimiter_of(asked.delimiter),
        quote=asked.quote,
        escape=asked.escape,
        header_row=asked.header_row,
        skip_footer=asked.skip_footer,
        sheet=int(sheet) if sheet is not None and sheet.isascii() and sheet.isdigit() else sheet,
    )


def settings_of(asked: options.JudgingOptions) -> Settings:
    """Return what the run decides, from the options."""
    region = asked.region.upper() if asked.region is not None else None
    if region is not None:
        from phonenumbers import SUPPORTED_REGIONS

        if region not in SUPPORTED_REGIONS:
            raise UsageError(
                f"--region {asked.region!r} is no region of phone numbers; say two letters, as US, GB or DE"
            )
    more = tuple(asked.placeholder or ())
    try:
        policy = Policy(
            asked.on_invalid.value if asked.on_invalid else None,
            asked.strict_phones,
            region,
            date_order=asked.date_order.value if asked.date_order else None,
            placeholders=() if asked.no_placeholders else None,
            more_placeholders=more,
        )
    except ValueError as reason:
        raise UsageError(f"--placeholder: {reason}") from None
    try:
        budget = None if asked.max_errors is None else ErrorBudget.of(asked.max_errors)
    except ValueError as reason:
        raise UsageError(f"--max-errors {reason}") from None
    return Settings(
        policy=policy,
        mapping=SenderMapping.read(asked.mapping) if asked.mapping is not None else None,
        unmapped=asked.unmapped.value if asked.unmapped else None,
        remember=asked.save_mapping is not None,
        max_errors=budget,
        duplicates_by=() if asked.duplicates_by is None else tuple(map(str.strip, asked.duplicates_by.split(","))),
        survivor=asked.survivor.value,
        existing=tuple(asked.existing or ()),
        check_domains=domain_check_of(asked),
    )


def domain_check_of(asked: options.JudgingOptions) -> DomainCheck | None:
    """Return how the domain name system is asked, None if it is not; the environment may name the server."""
    if not asked.check_domains:
        if asked.domains_deadline is not None:
            raise UsageError("--domains-deadline is for --check-domains; give both, or neither")
        return None
    return DomainCheck(asked.domains_deadline or DEADLINE, os.environ.get("CONTACTPREP_NAMESERVER") or None)


def refuse_mapping_path(path: Path | None) -> None:
    """Raise `UsageError` where a mapping cannot be saved, before any work is done."""
    if path is not None and (path.is_dir() or not path.parent.is_dir()):
        raise UsageError(f"--save-mapping {path}: {'that' if path.is_dir() else path.parent} is {_IS[path.is_dir()]}")


_IS = {True: "a folder; name a file in it", False: "not a folder; make it first, or choose another place"}


def save_mapping(report: Report, settings: Settings, path: Path | None, status: int) -> None:
    """Write what a run did with the columns to a mapping file, unless it failed (a status of 2 or above)."""
    if path is None or status >= Exit.USAGE:
        return
    remembered(report, settings, name=path.name).write(path)
    print(f"mapping saved to {path}", file=sys.stderr)


def check_files(
    files: Sequence[str],
    judging: options.JudgingOptions,
    reading: options.ReadingOptions,
    running: options.RunningOptions,
    output: options.Format,
) -> int:
    """Check each file; the status is that of the worst. One that cannot be checked does not stop the others."""
    load_pandera()
    settings, how = settings_of(judging), reading_of(reading)
    refuse_mapping_path(judging.save_mapping)
    if judging.save_mapping is not None and len(files) > 1:
        raise UsageError("--save-mapping remembers one file; check the others by themselves")
    worst: int = Exit.FINE
    results: list[Any] = []
    for number, file in enumerate(files):
        try:
            with reporting(running.heartbeat) as progress:
                report = check(
                    open_source(file),
                    schema=judging.schema,
                    settings=settings,
                    reading=how,
                    jobs=options.jobs_of(running.jobs),
                    progress=progress,
                )
        except PipelineError as failure:
            if len(files) == 1:
                raise
            print(f"contactprep: {failure}", file=sys.stderr)
            worst = max(worst, failure.exit_status)
            results.append({"source": {"name": file}, "error": str(failure)})
            continue
        worst = max(worst, report.exit_status(judging.fail_on.value))
        results.append(report.data)
        if output is options.Format.TEXT:
            print(("\n" if number else "") + render_text(report), end="")
        save_mapping(report, settings, judging.save_mapping, worst)
    if output is options.Format.JSON:
        print_json(results[0] if len(files) == 1 else results)
    return worst


def prepare_file(
    file: str,
    out: Path | None,
    judging: options.JudgingOptions,
    reading: options.ReadingOptions,
    running: options.RunningOptions,
    output: options.Format,
) -> int:
    """Prepare a file and print what was found."""
    load_pandera()
    settings, how = settings_of(judging), reading_of(reading)
    refuse_mapping_path(judging.save_mapping)
    source = open_source(file)
    folder = output_folder(file, out)
    with reporting(running.heartbeat) as progress:
        prepared = prepare(
            source,
            out=folder,
            schema=judging.schema,
            settings=settings,
            reading=how,
            jobs=options.jobs_of(running.jobs),
            progress=progress,
        )
    if output is options.Format.JSON:
        print_json(prepared.report.data)
    else:
        print_report(prepared)
    status = prepared.report.exit_status(judging.fail_on.value)
    save_mapping(prepared.report, settings, judging.save_mapping, status)
    return status


def print_report(prepared: Prepared) -> None:
    """Print the summary of a prepared folder."""
    print(render_text(prepared.report), end="")
    print(f"folder    {prepared.folder}/", flush=True)


def output_folder(file: str, out: Path | None) -> Path:
    """Return the folder to fill: the one that was named, or the file's stem with `-prepared`."""
    return out or Path(f"{'stdin' if file == '-' else Path(file).stem}-prepared")


def open_source(file: str) -> Path | BinaryIO:
    """Return what an argument names: a path, or standard input."""
    if file == "-":
        if sys.stdin is None or sys.stdin.closed:  # closed by the caller (`<&-`)
            raise UsageError("- reads standard input, and that is closed")
        if sys.stdin.isatty():
            raise UsageError("- reads standard input, and that is a terminal; pipe a file into it")
        return sys.stdin.buffer
    return Path(file)


def print_json(data: Any) -> None:
    """Print a result for machines: UTF-8 whatever the locale says."""
    sys.stdout.flush()
    sys.stdout.buffer.write((json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace"))


def print_text(text: str) -> None:
    """Print a text that a file may become, likewise."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
