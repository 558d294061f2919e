"""The frozen types that pass between the stages. Each checks its own invariant when it is made.

A *record* is one logical row below the header, numbered from 1 in file order; a *line* is a physical line, from 1,
counting everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.contracts import Severity


@dataclass(frozen=True, slots=True)
class Encoding:
    """How bytes became text.

    Attributes:
        name: Python's codec name (`utf-8`, `utf-16-le`, `cp1252`).
        bom: Whether a byte-order mark was there (it is not part of the first header name).
        evidence: Why this encoding, as half a sentence for the report.
        forced_line: The first line that is not UTF-8 and so forced a fall-back, or None.
    """

    name: str
    bom: bool
    evidence: str
    forced_line: int | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How text became cells.

    Attributes:
        delimiter: One character, or one and a blank where a blank follows it everywhere.
        quote: One character; inside a quoted cell it is doubled.
        evidence: Why, as half a sentence for the report.
        escape: The character that takes the meaning from a quote, a delimiter or itself, or None.
        trailing: Whether records end in one more delimiter; the empty cell behind it is dropped.
    """

    delimiter: str
    quote: str
    evidence: str
    escape: str | None = None
    trailing: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """A run of whole records of the UTF-8 text, the unit of work of every later stage.

    Attributes:
        number: 0-based position in the plan.
        start: First byte of the text file.
        end: First byte after the range.
        first_record: Number of its first record, 1-based.
        records: How many records begin in it; at least 1.
        first_line: Physical line on which the range begins, 1-based. Blank lines may come before its first record.
        regular: Whether its records are known to be regular and all that it holds, so that a fast reader may take it as
            it stands. Widths and letters are not known.
    """

    number: int
    start: int
    end: int
    first_record: int
    records: int
    first_line: int
    regular: bool = False

    def __post_init__(self) -> None:
        if not (0 <= self.start < self.end and self.records >= 1 and self.first_record >= 1 and self.first_line >= 1):
            raise ValueError(f"not a range of records: {self!r}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule broken at one place.

    Attributes:
        code: A code of the catalogue.
        severity: Its severity here, after any policy.
        message: One sentence, without the value.
        record: Record number, or None for a finding about the file.
        line: Physical line, or None.
        column: Header as in the file, or "".
        field: The schema's name, or "".
        value: The cell's original text, or "".
    """

    code: str
    severity: Severity
    message: str
    record: int | None = None
    line: int | None = None
    column: str = ""
    field: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    r"""A record that was set aside because its cells cannot be trusted.

    Attributes:
        record: Its number.
        line: The physical line on which it begins.
        code: The structure rule that it breaks (severity error).
        message: One sentence that says what is wrong with it.
        raw: Its text without the final line end, undecodable bytes as `\xNN`.
    """

    record: int
    line: int
    code: str
    message: str
    raw: str


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was scanned once: what it is, how it is read, and the plan of its ranges.

    Attributes:
        name: Base name of the file, `<stdin>` for a stream.
        sha256: Hex digest of the original bytes.
        size: Their number.
        encoding: How bytes become text.
        dialect: How text becomes cells.
        header: Column names exactly as in the file, trimmed; may repeat or be empty. `column 1`, `column 2` … where
            the file has no header.
        header_line: Physical line of the header, 0 where the file has none.
        records: Number of records below the header.
        ranges: The plan: ordered, adjacent in record numbers, together holding every record once.
        findings: What was found about the file as a whole (record None).
        text: The file that the ranges' offsets count in: the original if it is UTF-8, else a private copy in UTF-8
            in which undecodable bytes stay recoverable.
        stamp: (st_dev, st_ino, st_size, st_mtime_ns) of `text` when it was scanned, to notice a later change.
        other_tables: Physical line and number of columns of the header of each further table below this one.
        sheet: Name of the sheet of a workbook, None for any other file. Then lines are the sheet's rows, and line ends
            inside the cells of `text` are folded, so that each row is one line of it.
    """

    name: str
    sha256: str
    size: int
    encoding: Encoding
    dialect: Dialect
    header: tuple[str, ...]
    header_line: int
    records: int
    ranges: tuple[Range, ...]
    findings: tuple[Finding, ...]
    text: Path
    stamp: tuple[int, int, int, int]
    other_tables: tuple[tuple[int, int], ...] = ()
    sheet: str | None = None

    def __post_init__(self) -> None:
        expected = 1
        for part in self.ranges:
            if part.first_record != expected:
                raise ValueError(f"range {part.number} begins at record {part.first_record}, not {expected}")
            expected += part.records
        if expected != self.records + 1:
            raise ValueError(f"ranges hold {expected - 1} records of {self.records}")


@dataclass(frozen=True, slots=True)
class Table:
    """The records of one range, as literal text.

    Attributes:
        range: Which part of the plan.
        header: The source's c column names.
        frame: n × c, dtype `str`, no missing values ("" is an empty cell); columns are the positions 0 … c-1; the
            index is named `record` and holds record numbers, strictly increasing.
        lines: n physical first lines, int64, in the order of the frame.
        broken: The records set aside, in record order.
        findings: Structure findings about records that are in the frame (severity below error), in record order.
    """

    range: Range
    header: tuple[str, ...]
    frame: pd.DataFrame
    lines: npt.NDArray[np.int64]
    broken: tuple[Broken, ...] = ()
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        if len(self.frame) + len(self.broken) != self.range.records:
            raise ValueError(
                f"range {self.range.number} plans {self.range.records} records; "
                f"{len(self.frame)} were read and {len(self.broken)} set aside"
            )
        if self.frame.columns.tolist() != [*range(len(self.header))]:
            raise ValueError("a table's columns are the positions of its header")
        if len(self.lines) != len(self.frame):
            raise ValueError("a table has one line number for each record")
