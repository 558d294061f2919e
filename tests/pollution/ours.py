"""What `pipeline.reading` makes of a polluted file, as an answer to be classified."""

from __future__ import annotations

import inspect
import io
from pathlib import Path
from typing import Any

from pipeline.contracts import BY_CODE
from pipeline.errors import SourceError, UsageError
from pipeline.reading import read_all, scan
from pipeline.records import Broken, Finding
from tests.pollution.classifying import Answer, Told
from tests.pollution.truth import Overrides, lines_in

_OPTIONS = frozenset(inspect.signature(scan).parameters)


def options_of(overrides: Overrides) -> dict[str, Any]:
    """Return the arguments by which a person says these things to `scan`, as far as it has them."""
    said = {
        "encoding": overrides.encoding,
        "delimiter": overrides.delimiter,
        "quote": overrides.quote,
        "escape": overrides.escape,
        "header_row": overrides.header_line,
        "skip_footer": overrides.footer_lines or None,
    }
    return {name: value for name, value in said.items() if value is not None and name in _OPTIONS}


def read_ours(data: bytes, spool: Path, **options: Any) -> tuple[Answer, tuple[int, ...]]:
    """Return the answer, and for each of its rows the physical line on which the record is said to begin."""
    try:
        source = scan(io.BytesIO(data), spool=spool, **options)
    except (SourceError, UsageError) as reason:
        return Answer(refused=str(reason)), ()
    try:
        rows: list[tuple[str, ...]] = []
        lines: list[int] = []
        told = [_of_file(one, source.header_line) for one in source.findings]
        for table in read_all(source):
            rows += map(tuple, table.frame.to_numpy().tolist())
            lines += table.lines.tolist()
            told += map(_of_broken, table.broken)
            told += map(_of_record, table.findings)
        return Answer(source.header, tuple(rows), tuple(told)), tuple(lines)
    finally:
        source.text.unlink()


def _words(one: Finding | Broken) -> str:
    return f"{BY_CODE[one.code].name}: {one.message}"


def _of_file(one: Finding, header_line: int | None) -> Told:
    # A remark about one name of the header is no remark about the file.
    if one.column and one.line == header_line:
        return Told(_words(one), line=one.line)
    return Told(_words(one), about_file=True)


def _of_record(one: Finding) -> Told:
    return Told(_words(one), line=one.line)


def _of_broken(one: Broken) -> Told:
    return Told(_words(one), line=one.line, last_line=one.line + lines_in(one.raw), raw=one.raw)
