"""`inspect`: what a file is, seen as a table."""

from __future__ import annotations

import json
import sys
import tempfile
from typing import Any

from pipeline.cli.options import Format, ReadingOptions
from pipeline.cli.preparing import open_source, reading_of
from pipeline.contracts import BY_CODE
from pipeline.errors import Exit
from pipeline.inspecting.profiles import ColumnProfile
from pipeline.inspecting.running import Inspection, inspect, opened, rows_of
from pipeline.records import Source
from pipeline.reporting.describing import describe_source
from pipeline.reporting.masking import printable
from pipeline.reporting.text import DELIMITERS

_SHOWN = 5


def inspect_file(file: str, reading: ReadingOptions, rows: bool, output: Format) -> int:
    """Print what a file is, or every record of it as it was read."""
    with opened(open_source(file), reading=reading_of(reading)) as source:
        if rows:
            for row in rows_of(source):
                _write(json.dumps(row, ensure_ascii=False))
        elif output is Format.JSON:
            _print_json(source)
        else:
            _print_text(inspect(source))
    return Exit.FINE


def _write(line: str) -> None:
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")


def _print_json(source: Source) -> None:
    """Print the inspection as one JSON object; its findings, which may be many, are spooled and copied."""
    with tempfile.TemporaryFile() as spool:
        inspection = inspect(source, spool)
        head = json.dumps(_data(inspection), ensure_ascii=False, indent=2)
        sys.stdout.flush()
        out = sys.stdout.buffer
        out.write(head[: head.rindex("}")].rstrip().encode("utf-8", "backslashreplace") + b',\n  "findings": [')
        spool.seek(0)
        for number, line in enumerate(spool):
            out.write((b",\n    " if number else b"\n    ") + line.rstrip(b"\n"))
        out.write(b"\n  ]\n}\n")
        out.flush()


def _data(inspection: Inspection) -> dict[str, Any]:
    source = inspection.source
    return {
        "version": 1,
        "source": {**describe_source(source), "header": list(source.header)},
        "records": source.records,
        "read": inspection.read,
        "set_aside": inspection.set_aside,
        "columns": [
            {
                "position": column.position,
                "column": column.column,
                "kind": column.kind,
                "filled": column.filled,
                "distinct": column.distinct,
                "distinct_exact": column.exact,
                "longest": column.longest,
                "shapes": [{"shape": shape, "count": count} for shape, count in column.shapes],
            }
            for column in inspection.columns
        ],
    }


def _print_text(inspection: Inspection) -> None:
    source = inspection.source
    delimiter = DELIMITERS.get(source.dialect.delimiter, repr(source.dialect.delimiter))
    print(f"source    {printable(source.name)}, {source.size:,} bytes")
    print(f"encoding  {source.encoding.name}: {printable(source.encoding.evidence)}")
    print(f"dialect   {delimiter}, quote {source.dialect.quote}: {printable(source.dialect.evidence)}")
    print(f"header    line {source.header_line}, {len(source.header)} columns")
    print(f"records   {source.records:,}: {inspection.read:,} read, {inspection.set_aside:,} set aside")
    if inspection.counts:
        print("findings")
    for code, count in sorted(inspection.counts.items()):
        rule = BY_CODE[code]
        print(f"  {code}  {rule.name} ({rule.severity}): {count:,}")
        for finding in inspection.examples[code][:_SHOWN]:
            places = [f"{what} {at}" for what, at in (("record", finding.record), ("line", finding.line)) if at]
            print("        " + ": ".join(part for part in (", ".join(places), printable(finding.message)) if part))
        if count > _SHOWN:
            print(f"        … and {count - _SHOWN:,} more")
    _print_columns(inspection)


def _print_columns(inspection: Inspection) -> None:
    rows = [("column", "kind", "filled", "distinct", "longest", "shapes")]
    rows += [_row(column, inspection.read) for column in inspection.columns]
    widths = [max(len(row[place]) for row in rows) for place in range(5)]
    for row in rows:
        cells = [row[0].ljust(widths[0]), row[1].ljust(widths[1])]
        cells += [row[place].rjust(widths[place]) for place in (2, 3, 4)]
        print(("  " + "  ".join([*cells, row[5]])).rstrip())


def _row(column: ColumnProfile, records: int) -> tuple[str, str, str, str, str, str]:
    name = printable(column.column) or f"(column {column.position})"
    filled = f"{column.filled / records:.0%}" if records else "–"
    if column.filled and records and filled in ("0%", "100%") and column.filled != records:
        filled = ">0%" if filled == "0%" else "<100%"
    shapes = ", ".join(f"{printable(shape)} ×{count:,}" for shape, count in column.shapes[:3])
    distinct = f"{column.distinct:,}" if column.exact else f">{column.distinct:,}"
    return name if len(name) <= 30 else name[:29] + "…", column.kind, filled, distinct, f"{column.longest:,}", shapes
