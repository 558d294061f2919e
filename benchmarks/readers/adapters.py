"""Other readers of CSV, each with the credit for everything that it reports.

Where a reader renames columns in a documented way, the names are put back; where it gives numbers or nothing for text,
they are compared as text; where it counts rows instead of lines, either count will do.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import chdir
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import frictionless  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
import pyarrow.csv as arrow_csv  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from tests.pollution.classifying import Answer, Told
from tests.pollution.ours import options_of, read_ours
from tests.pollution.truth import Cells, Overrides, Polluted, lines_in

_arrow: Any = pa
_arrow_csv: Any = arrow_csv
_frictionless: Any = frictionless

SNIFFED = 1024
"""Characters that `csv.Sniffer` is given: those of the example in its documentation. Some 20 kB of quotes keep its
regular expressions busy for ten seconds."""

Read = Callable[[Polluted, Path], Answer]


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader as one would use it.

    Attributes:
        name: As in the table.
        package: The distribution whose version is shown, or "" for Python itself.
        told: Whether it is told what a person would say: encoding, delimiter, quote, escape, header line.
        read: What it makes of a file, which stands at the path as well.
        every: 1 of so many files is tried.
    """

    name: str
    package: str
    told: bool
    read: Read
    every: int = 1


def _answer(header: Sequence[str], rows: Iterable[Sequence[object]], told: Iterable[Told] = ()) -> Answer:
    return Answer(tuple(header), tuple(tuple(map(_text, row)) for row in rows), tuple(told))


def _text(cell: object) -> str:
    return "" if cell is None or cell != cell else str(cell)


def _refusal(reason: Exception) -> Answer:
    return Answer(refused=f"{type(reason).__name__}: {reason}"[:300])


def _unrenamed(names: Sequence[str], suffix: str, missing: str) -> list[str]:
    """Return names as they stood in the file, given how a reader renames repeated and empty ones."""
    found: list[str] = []
    for name in names:
        plain = re.sub(suffix, "", name)
        found.append("" if re.fullmatch(missing, name) else plain if plain in found else name)
    return found


# ---------------------------------------------------------------------------------------------------- this product


def _ours(*, told: bool) -> Read:
    def read(file: Polluted, path: Path) -> Answer:
        # Notes and totals below the table are not told of: not every reader can be.
        said = options_of(replace(file.overrides, footer_lines=0)) if told else {}
        with tempfile.TemporaryDirectory() as spool:
            return read_ours(file.data, Path(spool), **said)[0]

    return read


# ---------------------------------------------------------------------------------------------------- csv


def _csv_sniffed(file: Polluted, path: Path) -> Answer:
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            dialect = csv.Sniffer().sniff(lines.read(SNIFFED))
            lines.seek(0)
            return _csv_rows(csv.reader(lines, dialect))
    except (csv.Error, UnicodeError) as reason:
        return _refusal(reason)


def _csv_told(file: Polluted, path: Path) -> Answer:
    said = file.overrides
    try:
        text = _above_removed(path.read_bytes().decode(said.encoding or "utf-8").removeprefix("\ufeff"), said)
        reader = csv.reader(
            io.StringIO(text, newline=""),
            delimiter=said.delimiter or ",",
            quotechar=said.quote or '"',
            escapechar=said.escape,
            doublequote=said.escape is None,
            skipinitialspace=said.blank,
        )
        return _csv_rows(reader, headless=said.header_line == 0)
    except (csv.Error, UnicodeError) as reason:
        return _refusal(reason)


def _above_removed(text: str, said: Overrides) -> str:
    """Return a text without the lines above its header."""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)
    return "".join(lines[max(0, (said.header_line or 1) - 1) :])


def _csv_rows(reader: Iterable[list[str]], *, headless: bool = False) -> Answer:
    rows = [row for row in reader if row]
    return Answer(rows=tuple(map(tuple, rows))) if headless else _answer(rows[0] if rows else (), rows[1:])


# ---------------------------------------------------------------------------------------------------- pandas


def _pandas(*, text: bool = False, told: bool = False) -> Read:
    def read(file: Polluted, path: Path) -> Answer:
        options: dict[str, Any] = {}
        if text:
            options |= {"dtype": str, "keep_default_na": False, "on_bad_lines": "warn"}
        said = file.overrides
        if told:
            options |= {
                "encoding": said.encoding,
                "sep": said.delimiter or ",",
                "quotechar": said.quote or '"',
                "escapechar": said.escape,
                "doublequote": said.escape is None,
                "skipinitialspace": said.blank,
                "index_col": False,
            }
            if said.header_line == 0:
                options["header"] = None
            elif said.header_line is not None:
                options |= {"skiprows": said.header_line - 1}
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                frame = pd.read_csv(path, **options)
        except (ValueError, UnicodeError, OverflowError, LookupError) as reason:
            return _refusal(reason)
        names = _unrenamed(list(map(str, frame.columns)), r"\.\d+\Z", r"Unnamed: \d+")
        above = (said.header_line or 1) - 1 if told else 0
        rows = frame.itertuples(index=False, name=None)
        answer = _answer(names, rows, _pandas_told(caught, above))
        return replace(answer, header=None) if told and said.header_line == 0 else answer

    return read


def _pandas_told(caught: Iterable[warnings.WarningMessage], above: int) -> Iterator[Told]:
    for warning in caught:
        text = str(warning.message)
        numbers = [int(number) + above for number in re.findall(r"line (\d+)", text)]
        if not numbers:
            yield Told(text, about_file=True)
        for number in numbers:
            yield Told(text, line=number, row=number)


# ---------------------------------------------------------------------------------------------------- pyarrow


def _pyarrow(*, told: bool) -> Read:
    def read(file: Polluted, path: Path) -> Answer:
        said = file.overrides if told else Overrides()
        data = path.read_bytes()
        bad: list[Told] = []

        def handle(row: Any) -> str:
            text = f"{row.actual_columns} cells instead of {row.expected_columns}"
            bad.append(Told(text, row=row.number, raw=row.text or ""))
            return "skip"

        parse = _arrow_csv.ParseOptions(
            delimiter=said.delimiter or ",",
            quote_char=said.quote or '"',
            escape_char=said.escape or False,
            double_quote=said.escape is None,
            newlines_in_values=True,
            invalid_row_handler=handle,
        )
        reading = _arrow_csv.ReadOptions(
            use_threads=False,
            block_size=len(data) + 1,
            encoding=said.encoding or "utf8",
            skip_rows=max(0, (said.header_line or 1) - 1),
            autogenerate_column_names=said.header_line == 0,
        )
        # A row that is not UTF-8 makes the handler fail before it is ours; Python then prints that. It counts as told.
        hook, sys.unraisablehook = sys.unraisablehook, lambda one: bad.append(Told(str(one.exc_value), about_file=True))
        try:
            first = _arrow_csv.read_csv(_arrow.BufferReader(data), reading, parse)
            bad.clear()
            types = {name: _arrow.string() for name in first.column_names}
            convert = _arrow_csv.ConvertOptions(column_types=types, strings_can_be_null=False)
            table = _arrow_csv.read_csv(_arrow.BufferReader(data), reading, parse, convert)
        except (_arrow.ArrowException, UnicodeError, LookupError) as reason:
            return _refusal(reason)
        finally:
            sys.unraisablehook = hook
        columns = [column.to_pylist() for column in table.columns]
        answer = _answer(table.column_names, zip(*columns, strict=True), bad)
        return replace(answer, header=None) if said.header_line == 0 else answer

    return read


# ---------------------------------------------------------------------------------------------------- DuckDB


def _duckdb(*, told: bool) -> Read:
    def read(file: Polluted, path: Path) -> Answer:
        said, header = file.overrides, file.header
        options: dict[str, object] = {"store_rejects": True}
        if told:
            # Names and number of the columns are said as well: without them it must sniff, and then refuses more.
            width = len(header or file.records[0].cells)
            options |= {
                "auto_detect": False,
                "columns": {f"c{number}": "VARCHAR" for number in range(width)},
                "delim": said.delimiter or ",",
                "quote": said.quote or '"',
                "escape": said.escape or said.quote or '"',
                "header": header is not None,
                "skip": max(0, (said.header_line or 1) - 1),
                "encoding": _DUCKDB_ENCODINGS.get(said.encoding or "", said.encoding or "utf-8"),
            }
        arguments = "".join(f", {name} = {_literal(value)}" for name, value in options.items())
        with duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False}) as connection:
            try:
                found = connection.execute(f"SELECT * FROM read_csv({_literal(str(path))}{arguments})")
                names = [column[0] for column in found.description or ()]
                rows = found.fetchall()
                rejected = connection.execute(
                    "SELECT line, line_byte_position, csv_line, error_message FROM reject_errors"
                ).fetchall()
            except (duckdb.Error, UnicodeError) as reason:
                return _refusal(reason)
        remarks = [
            Told(str(message), line=_line_at(file.data, place), row=line, raw=str(raw or ""))
            for line, place, raw, message in rejected
        ]
        if told:
            return replace(_answer(header or (), rows, remarks), header=header)
        generated = all(re.fullmatch(r"column\d+", name) for name in names)
        answer = _answer(_unrenamed(names, r"_\d+\Z", r"column\d+"), rows, remarks)
        return replace(answer, header=None) if generated else answer

    return read


_DUCKDB_ENCODINGS = {"cp1252": "latin-1", "utf-16-le": "utf-16"}
"""Those it has without an extension, which it would download. No letter of the files tells cp1252 from Latin-1."""


def _literal(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_literal(one)}" for name, one in value.items()) + "}"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def _line_at(data: bytes, place: int | None) -> int | None:
    return None if place is None else lines_in(data[:place].decode("latin-1")) + 1


# ---------------------------------------------------------------------------------------------------- frictionless


def _read_frictionless(file: Polluted, path: Path) -> Answer:
    try:
        # It takes no absolute paths.
        with chdir(path.parent):
            report = _frictionless.Resource(path=path.name).validate()
            with _frictionless.Resource(path=path.name) as resource:
                header: Cells = tuple(map(_text, resource.header.labels))
                rows = [tuple(map(_text, row.cells)) for row in resource.row_stream]
    except _frictionless.FrictionlessException as reason:
        return _refusal(reason)
    told = [
        Told(f"{kind}: {message}", line=row, row=row, about_file=row is None)
        for row, kind, message in report.flatten(["rowNumber", "type", "message"])
    ]
    return Answer(header, tuple(row for row in rows if any(row)), tuple(told))


READERS: tuple[Reader, ...] = (
    Reader("contactprep", "contactprep", False, _ours(told=False)),
    Reader("pandas, defaults", "pandas", False, _pandas()),
    Reader('pandas, text, `on_bad_lines="warn"`', "pandas", False, _pandas(text=True)),
    Reader("csv.Sniffer and csv.reader", "", False, _csv_sniffed),
    Reader("pyarrow, text, row handler", "pyarrow", False, _pyarrow(told=False)),
    Reader("DuckDB, auto, `store_rejects`", "duckdb", False, _duckdb(told=False)),
    Reader("frictionless", "frictionless", False, _read_frictionless, every=5),
    Reader("contactprep", "contactprep", True, _ours(told=True)),
    Reader("csv.reader", "", True, _csv_told),
    Reader('pandas, text, `on_bad_lines="warn"`', "pandas", True, _pandas(text=True, told=True)),
    Reader("pyarrow, text, row handler", "pyarrow", True, _pyarrow(told=True)),
    Reader("DuckDB, text, `store_rejects`", "duckdb", True, _duckdb(told=True)),
)
