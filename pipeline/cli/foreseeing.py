"""`upload --dry-run`."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

from pipeline.cli.options import Format, SendingOptions
from pipeline.cli.preparing import print_json
from pipeline.cli.sending import connection_of, settings_of_sending
from pipeline.errors import Exit
from pipeline.reporting.masking import printable
from pipeline.uploading.client import NotGiven
from pipeline.uploading.foreseeing import Forecast, foresee, refuse_with
from pipeline.uploading.foretelling import Foretold

MOST_PARTS = 20
"""Parts that the terminal shows; `--format json` has all."""


def foresee_upload(folder: Path, sending: SendingOptions, again: bool, output: Format) -> int:
    """Print what an upload would send and what the server says to it."""
    refuse_with({"--sandbox": sending.sandbox, "--again": again, "--no-wait": sending.no_wait})
    forecast = foresee(folder, connection=connection_of(sending, os.environ), settings=settings_of_sending(sending))
    if output is Format.JSON:
        print_json(_data(forecast))
    else:
        _print(forecast)
    return Exit.FINE


def _data(forecast: Forecast) -> dict[str, object]:
    preflight = forecast.preflight
    return {
        "base_url": forecast.base_url,
        **asdict(forecast.aim),
        "records": forecast.plan.records,
        "begun": forecast.begun,
        "parts": [
            {"number": part.number, "rows": part.rows, "bytes": part.size, "sha256": part.sha256}
            for part in forecast.plan.parts
        ],
        "fields_known": preflight.fields_known if preflight else None,
        "foretold": asdict(forecast.foretold) if forecast.foretold else None,
        "blank_cells": preflight.blank_cells if preflight else 0,
        "warnings": list(preflight.warnings) if preflight else [],
    }


def _print(forecast: Forecast) -> None:
    aim, parts, preflight = forecast.aim, forecast.plan.parts, forecast.preflight
    count = f"{len(parts)} part{'' if len(parts) == 1 else 's'}"
    where = f"{printable(forecast.base_url)}, hub {printable(aim.hub or '(none)')}, object {printable(aim.object)}"
    print(f"would send {forecast.plan.records:,} records in {count} to {where}")
    if forecast.begun:
        print("          the folder holds an upload already; `contactprep jobs --local` says how far it is")
    for part in parts[:MOST_PARTS]:
        last = part.first_row + part.rows - 1
        print(f"          part {part.number}: records {part.first_row:,} to {last:,} of clean.csv, {part.size:,} bytes")
    if len(parts) > MOST_PARTS:
        print(f"          … and {len(parts) - MOST_PARTS:,} more")
    print(f"records   {_foretold(forecast)}")
    if preflight is not None:
        known = preflight.fields_known
        of_all = f"{known} of {len(preflight.columns)} columns are fields of {printable(aim.object)}"
        print(f"fields    {'not told by the server' if known is None else of_all}")
        for text in preflight.warnings:
            print(f"warning   {printable(text)}")
    print("nothing was sent")


def _foretold(forecast: Forecast) -> str:
    match forecast.foretold:
        case Foretold(creates, updates, keys):
            return f"{creates:,} would be created and {updates:,} updated; {keys:,} are there"
        case NotGiven(reason):
            return f"matched by {forecast.aim.upsert_key}; which are there is not known: {printable(reason)}"
        case None:
            return "each would be created: the platform is not asked to match them by a key"
