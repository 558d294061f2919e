"""`upload --dry-run`: what an upload of a folder would send, and what the server says to it; nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import OutputError, UsageError
from pipeline.planning import Plan, plan, read_manifest
from pipeline.uploading.beginning import JOURNAL, UPLOAD, Aim, aim_of, kept_limits
from pipeline.uploading.client import Client, NotGiven
from pipeline.uploading.clocks import Clock
from pipeline.uploading.connecting import Connection
from pipeline.uploading.foretelling import FORECAST, Comparison, Foretold, compare, foretell, save_forecast
from pipeline.uploading.port import Transport
from pipeline.uploading.preflight import Preflight, check_before_sending
from pipeline.uploading.runs import Settings
from pipeline.uploading.sending import open_transport


@dataclass(frozen=True, slots=True)
class Forecast:
    """What an upload would do.

    Attributes:
        base_url: The server.
        aim: What it would load, and how.
        plan: The parts, in order.
        begun: Whether the folder holds an upload already, so that the parts are those of it.
        preflight: What the server says to it; None for a file without records.
        foretold: Which records it would create and update, or why that is not known; None where the server is not
            asked to match records, so that each is created.
    """

    base_url: str
    aim: Aim
    plan: Plan
    begun: bool
    preflight: Preflight | None
    foretold: Foretold | NotGiven | None


def foresee(
    folder: Path | str,
    *,
    connection: Connection,
    max_records: int | None = None,
    max_bytes: int | None = None,
    settings: Settings | None = None,
    transport: Transport | None = None,
    clock: Clock | None = None,
) -> Forecast:
    """Return what `upload` with the same arguments would send. Asks for objects, fields and the keys that are there.

    Side effects:
        Writes what it foretells to `forecast.json` in the folder, for the upload to be compared with.

    Args:
        folder: What `prepare` wrote.
        connection: Where to.
        max_records: As for `upload`.
        max_bytes: As for `upload`.
        settings: As for `upload`.
        transport: As for `upload`.
        clock: As for `upload`.

    Raises:
        UsageError: Not a prepared folder, no object, or one record is larger than a part may be.
        ManifestError: A file is not the manifest's.
        UploadError: The server cannot be reached, or has no such object.
    """
    folder, settings, clock = Path(folder), settings or Settings(), clock or Clock()
    manifest = read_manifest(folder)
    aim = aim_of(manifest, connection, max_records, max_bytes)
    begun = (folder / UPLOAD / JOURNAL).exists()
    records, size, apart = kept_limits(folder) or (aim.max_records, aim.max_bytes, settings.parallel)
    parts = plan(manifest, folder, max_records=records, max_bytes=size, apart=apart)
    if not parts.parts:
        return Forecast(connection.base_url, aim, parts, begun, None, None)
    opened = transport or open_transport(settings.limits, connection)
    try:
        client = Client(connection, opened, hub=aim.hub, backoff=settings.backoff, clock=clock)
        preflight = check_before_sending(client, manifest, parts, folder, aim.object)
        foretold = foretell(client, manifest, parts, folder, aim.object, clock) if aim.upsert_key else None
    finally:
        if transport is None:
            opened.close()
    if isinstance(foretold, Foretold) and not begun:
        save_forecast(folder, manifest, place_in(connection, aim), foretold)
    return Forecast(connection.base_url, aim, parts, begun, preflight, foretold)


def look_back(
    folder: Path,
    *,
    connection: Connection,
    settings: Settings,
    transport: Transport | None = None,
    clock: Clock | None = None,
) -> Comparison | NotGiven | None:
    """Return how a finished upload compares with what `foresee` said of it; None where it said nothing.

    Args:
        folder: The folder.
        connection: Where to it was sent.
        settings: As for `upload`.
        transport: As for `upload`.
        clock: As for `upload`.
    """
    clock = clock or Clock()
    if not (folder / FORECAST).exists():
        return None
    manifest = read_manifest(folder)
    aim = aim_of(manifest, connection, None, None)
    parts = plan(manifest, folder, max_records=None, max_bytes=None)
    opened = transport or open_transport(settings.limits, connection)
    try:
        client = Client(connection, opened, hub=aim.hub, backoff=settings.backoff, clock=clock)
        found = compare(client, manifest, parts, folder, aim.object, place_in(connection, aim), clock)
        # Once: what comes later is another story.
        (folder / FORECAST).replace(folder / UPLOAD / FORECAST)
        return found
    except OSError as reason:
        raise OutputError(f"cannot move {folder / FORECAST}: {reason.strerror}") from None
    finally:
        if transport is None:
            opened.close()


def place_in(connection: Connection, aim: Aim) -> str:
    """Return the object of a server in words, to tell a forecast for another one."""
    return " ".join((connection.base_url, aim.hub or "-", aim.object))


def refuse_with(others: dict[str, bool]) -> None:
    """Raise `UsageError` for options that say how to send, where nothing is to be sent.

    Args:
        others: Whether each option was given.
    """
    given = [name for name, is_given in others.items() if is_given]
    if given:
        raise UsageError(f"--dry-run sends nothing, so that {' and '.join(given)} cannot go with it")
