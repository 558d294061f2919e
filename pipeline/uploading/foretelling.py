"""Which records an upload would create and which it would update, where the platform lets its keys be read.

Keys are compared by a hash of 8 bytes, so that a million of them take 8 MB: k of the platform's and n of the file's are
told apart but for a chance of k·n / 2⁶⁴.

Source of the call: the API descriptions of the connectors (`POST /bulk/query`, parameter `q`; `GET
/bulk/{id}/{objectName}` with `Accept: text/csv`).
"""

from __future__ import annotations

import csv
import hashlib
import json
import tempfile
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from pipeline.errors import UploadError
from pipeline.planning import Plan
from pipeline.planning.manifests import CLEAN, Manifest
from pipeline.planning.values import as_count, as_object, parse_json
from pipeline.uploading.client import Client, NotGiven
from pipeline.uploading.clocks import Clock
from pipeline.uploading.following import Pace, follow
from pipeline.uploading.rows import read_rows
from pipeline.uploading.statuses import State
from pipeline.uploading.writing import replacing

FORECAST = "forecast.json"

MOST_BYTES = 256 << 20
"""Bytes of the platform's keys that are read; with more of them nothing is foretold."""


@dataclass(frozen=True, slots=True)
class KnownKeys:
    """The keys that a platform has.

    Attributes:
        hashes: k hashes, ascending, each once.
    """

    hashes: array[int]

    def __len__(self) -> int:
        return len(self.hashes)

    def count(self, keys: Iterable[str]) -> int:
        """Return how many of some keys are there, in whatever case."""
        return sum(self._has(one) for one in _hashes(keys))

    def _has(self, one: int) -> bool:
        place = bisect_left(self.hashes, one)
        return place < len(self.hashes) and self.hashes[place] == one


@dataclass(frozen=True, slots=True)
class Foretold:
    """What would become of the records of a file.

    Attributes:
        creates: Records whose key the platform has not.
        updates: Records whose key it has.
        keys: How many keys it has.
    """

    creates: int
    updates: int
    keys: int


def foretell(
    client: Client, manifest: Manifest, plan: Plan, folder: Path, name: str, clock: Clock
) -> Foretold | NotGiven:
    """Return how many records of a prepared folder would be created and how many updated.

    Args:
        client: The server.
        manifest: The folder's; its key is the field that is asked for.
        plan: The folder's.
        folder: The prepared folder.
        name: The object.
        clock: Time.
    """
    known = read_keys(client, name, manifest.target.key, clock)
    if isinstance(known, NotGiven):
        return known
    there = known.count(_keys_of(folder, manifest, plan))
    return Foretold(plan.records - there, there, len(known))


def read_keys(client: Client, name: str, field: str, clock: Clock) -> KnownKeys | NotGiven:
    """Return the keys that the platform has of an object, or why they cannot be had: that is never an error.

    Side effects:
        Begins a query on the platform, and writes and removes its result in the system's temporary directory.
    """
    try:
        job = client.begin_query(f"select {field} from {name}")  # noqa: S608  # names of a schema and of an object
        status = follow(
            lambda: client.job_status(job),
            pace=Pace(idle=60.0),
            clock=clock,
            report=lambda _: None,
            go_on="`contactprep upload --dry-run`",
        )
        if status.state is not State.COMPLETED:
            return NotGiven(f"the query for its keys ended as {status.raw_word}")
        with tempfile.TemporaryDirectory(prefix="contactprep-") as directory:
            file = Path(directory) / "keys.csv"
            client.save_results(job, name, file, most_bytes=MOST_BYTES)
            hashes = array("Q", _hashes(_column(file, field)))
    except UploadError as failure:
        return NotGiven(str(failure))
    except (OSError, ValueError, csv.Error) as reason:
        return NotGiven(f"its keys cannot be read: {type(reason).__name__}")
    return KnownKeys(array("Q", (one for one, _ in groupby(sorted(hashes)))))


def _keys_of(folder: Path, manifest: Manifest, plan: Plan) -> Iterator[str]:
    position = manifest.columns.index(manifest.target.key)
    for cells in read_rows(folder / CLEAN, len(plan.header), plan.size):
        yield cells[position] if position < len(cells) else ""


def _column(file: Path, field: str) -> Iterator[str]:
    """Yield the cells of the column of a name that are not blank.

    Raises:
        ValueError: There is no such column.
    """
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text)
        header = next(rows, [])
        position = header.index(field)
        for cells in rows:
            if position < len(cells) and cells[position]:
                yield cells[position]


def _hashes(keys: Iterable[str]) -> Iterator[int]:
    """Yield the hash of each key; a blank key is none."""
    for key in keys:
        folded = key.strip().casefold().encode("utf-8", "replace")
        if folded:
            yield int.from_bytes(hashlib.blake2b(folded, digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was foretold of an upload, and what is there after it.

    Attributes:
        foretold: The forecast.
        more: How many more keys the platform has than before; others may have added some.
        there: How many of the file's records have a key that is there now.
        records: The file's records.
    """

    foretold: Foretold
    more: int
    there: int
    records: int


def save_forecast(folder: Path, manifest: Manifest, place: str, foretold: Foretold) -> None:
    """Write what was foretold beside the manifest, for the upload to be compared with.

    Raises:
        OutputError: It cannot be written.
    """
    with replacing(folder / FORECAST) as file:
        data = {"manifest": manifest.digest, "place": place, **asdict(foretold)}
        file.write(json.dumps(data, indent=2) + "\n")


def compare(
    client: Client, manifest: Manifest, plan: Plan, folder: Path, name: str, place: str, clock: Clock
) -> Comparison | NotGiven | None:
    """Return how an upload compares with its forecast, None where there is none for this file and place."""
    try:
        data = as_object(parse_json((folder / FORECAST).read_bytes())) or {}
    except (OSError, ValueError):
        return None
    counts = [as_count(data.get(name)) for name in ("creates", "updates", "keys")]
    if (data.get("manifest"), data.get("place")) != (manifest.digest, place) or None in counts:
        return None
    creates, updates, keys = (count or 0 for count in counts)
    known = read_keys(client, name, manifest.target.key, clock)
    if isinstance(known, NotGiven):
        return known
    there = known.count(_keys_of(folder, manifest, plan))
    return Comparison(Foretold(creates, updates, keys), len(known) - keys, there, plan.records)
