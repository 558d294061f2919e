"""`inspect`: one look at a file, findings spooled, columns profiled."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.contracts import BY_CODE
from pipeline.inspecting.profiles import ColumnProfile, Profiler
from pipeline.reading import read, scan
from pipeline.reading.options import Reading
from pipeline.records import Finding, Source, Table

MOST_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file is, seen as a table.

    Attributes:
        source: How it is read.
        read: Records that were read.
        set_aside: Records that were not, because they are broken. Together all records.
        counts: How often each structure rule was broken, by code.
        examples: The first findings of each rule, in file order.
        columns: A profile of each column, in the file's order.
    """

    source: Source
    read: int
    set_aside: int
    counts: dict[str, int]
    examples: dict[str, tuple[Finding, ...]]
    columns: tuple[ColumnProfile, ...]

    def __post_init__(self) -> None:
        if self.read + self.set_aside != self.source.records:
            raise ValueError("every record is read or set aside")


@contextmanager
def opened(
    source: str | Path | BinaryIO, *, reading: Reading | None = None, name: str | None = None
) -> Generator[Source]:
    """Yield a scanned source; what was spooled for it goes on leaving.

    Raises:
        SourceError: It cannot be read as a table.
    """
    with tempfile.TemporaryDirectory(prefix="contactprep-") as spool:
        yield scan(source, name=name, spool=Path(spool), **(reading or Reading()).arguments())


def inspect(source: Source, findings: BinaryIO | None = None) -> Inspection:
    """Return what a scanned source holds.

    Args:
        source: As `opened` yields it.
        findings: Where every finding is written as a line of JSON, in file order; not kept where None.
    """
    profilers = [Profiler(position + 1, column) for position, column in enumerate(source.header)]
    counts: Counter[str] = Counter()
    examples: dict[str, list[Finding]] = {}
    read_records = 0
    set_aside = 0

    def take(found: Iterator[Finding]) -> None:
        for finding in found:
            counts[finding.code] += 1
            if len(examples.setdefault(finding.code, [])) < MOST_EXAMPLES:
                examples[finding.code].append(finding)
            if findings is not None:
                findings.write(
                    json.dumps(finding_data(finding), ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
                )

    take(iter(source.findings))
    for part in source.ranges:
        table = read(source, part)
        read_records += len(table.frame)
        set_aside += len(table.broken)
        for profiler, position in zip(profilers, table.frame.columns, strict=True):
            profiler.add(table.frame[position])
        take(iter(structure_findings(table)))
    return Inspection(
        source=source,
        read=read_records,
        set_aside=set_aside,
        counts=dict(counts),
        examples={code: tuple(found) for code, found in examples.items()},
        columns=tuple(profiler.profile() for profiler in profilers),
    )


def structure_findings(table: Table) -> list[Finding]:
    """Return a table's findings and broken records, in record order."""
    broken = [
        Finding(found.code, BY_CODE[found.code].severity, found.message, found.record, found.line, value=found.raw)
        for found in table.broken
    ]
    return sorted([*table.findings, *broken], key=lambda finding: finding.record or 0)


def rows_of(source: Source) -> Iterator[dict[str, Any]]:
    """Yield every record exactly as read: `record`, `line`, `cells`; the header first, as record 0.

    Records that were set aside are not among them.
    """
    yield {"record": 0, "line": source.header_line, "cells": list(source.header)}
    for part in source.ranges:
        table = read(source, part)
        rows = table.frame.itertuples(name=None)
        for (record, *cells), line in zip(rows, table.lines.tolist(), strict=True):
            yield {"record": record, "line": line, "cells": cells}


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON holds it."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "line": finding.line,
        "record": finding.record,
        "message": finding.message,
        "raw": finding.value,
    }
