"""`failed.csv`: the records that the platform refused, as they were sent, ready to be corrected and prepared again."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.planning import Plan
from pipeline.planning.manifests import CLEAN, Manifest
from pipeline.uploading.outcomes import Outcome, PartOutcome
from pipeline.uploading.rows import read_index, read_rows
from pipeline.uploading.writing import replacing

FAILED = "failed.csv"
OWN_COLUMNS = ("_record", "_line", "_reason")
"""Columns that come before those of the clean file; preparing passes over them."""

_BOM = "\ufeff"
"""For spreadsheets, which otherwise take UTF-8 for an older encoding. The cells are as sent: it will be sent again."""


def write_failed(path: Path, folder: Path, manifest: Manifest, plan: Plan, parts: Iterable[PartOutcome]) -> int:
    """Write the refused records and return how many there are; without any the file is not there.

    Args:
        path: Where to.
        folder: The prepared folder.
        manifest: Its manifest.
        plan: Its parts.
        parts: What became of their records, in order.

    Raises:
        ManifestError: The clean file is not what it was.
        OutputError: It cannot be written.
    """
    outcomes = list(parts)
    if not any(outcome.counts()[Outcome.REFUSED] for outcome in outcomes):
        path.unlink(missing_ok=True)
        return 0
    count = 0
    with replacing(path) as file:
        file.write(_BOM)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*OWN_COLUMNS, *manifest.columns))
        for row in _refused(folder, plan, outcomes):
            writer.writerow(row)
            count += 1
    return count


def _refused(folder: Path, plan: Plan, outcomes: list[PartOutcome]) -> Iterator[tuple[str, ...]]:
    index = read_index(folder)
    rows = read_rows(folder / CLEAN, len(plan.header), plan.size)
    for outcome in outcomes:
        for position in range(outcome.rows):
            place, cells = next(index), next(rows)
            what, reason = outcome.of(position)
            if what is Outcome.REFUSED:
                yield (*place.split(","), reason, *cells)
