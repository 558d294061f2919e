"""The frozen types that pass between the stages. Each checks its own invariant when it is made.

A *record* is one logical row below the header, numbered from 1 in file order; a *line* is a physical line, from 1,
counting everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none

from pipeline.contracts import Severity

_arrow: Any = pa

_Positions = npt.NDArray[np.int64]


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


@dataclass(frozen=True, slots=True, eq=False)
class BrokenRecords:
    r"""k records that were set aside because their cells cannot be trusted, in record order.

    A file may hold nothing else, so they are columns; `Broken` is one of them by itself.

    Attributes:
        records: k numbers, strictly ascending.
        lines: k physical first lines.
        which: k positions in `kinds`.
        kinds: The distinct (code, message) that occur.
        raw: Arrow array (`large_string`) of k texts without the final line end, undecodable bytes as `\xNN`.
    """

    records: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]
    which: npt.NDArray[np.int64]
    kinds: tuple[tuple[str, str], ...]
    raw: Any

    def __post_init__(self) -> None:
        if not len(self.records) == len(self.lines) == len(self.which) == len(self.raw):
            raise ValueError("each broken record has a number, a line, a kind and a text")
        if np.any(self.records[1:] <= self.records[:-1]):
            raise ValueError("broken records are in the order of their numbers")
        counts = np.bincount(self.which, minlength=len(self.kinds))
        if not len({*self.kinds}) == len(self.kinds) == len(counts) == np.count_nonzero(counts):
            raise ValueError("the kinds of broken records are those that occur")

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Broken]:
        """Yield each by itself, for those who need few."""
        columns = (self.records.tolist(), self.lines.tolist(), self.which.tolist(), self.raw.to_pylist())
        for record, line, which, raw in zip(*columns, strict=True):
            code, message = self.kinds[which]
            yield Broken(record, line, code, message, raw)

    @staticmethod
    def of(broken: Iterable[Broken]) -> BrokenRecords:
        """Return single ones together, in record order."""
        several = [*broken]
        return BrokenRecords.ordered(
            np.array([one.record for one in several], dtype=np.int64),
            np.array([one.line for one in several], dtype=np.int64),
            np.arange(len(several), dtype=np.int64),
            [(one.code, one.message) for one in several],
            _arrow.array([one.raw for one in several], _arrow.large_string()),
        )

    @staticmethod
    def joined(parts: Sequence[BrokenRecords]) -> BrokenRecords:
        """Return the records of some parts, of which no two hold the same, together in record order."""
        held = [part for part in parts if len(part)]
        if len(held) <= 1:
            return held[0] if held else BrokenRecords.of(())
        shifts = np.cumsum([0, *(len(part.kinds) for part in held)]).tolist()
        return BrokenRecords.ordered(
            np.concatenate([part.records for part in held]),
            np.concatenate([part.lines for part in held]),
            np.concatenate([part.which + shift for part, shift in zip(held, shifts, strict=False)]),
            [kind for part in held for kind in part.kinds],
            _arrow.concat_arrays([part.raw for part in held]),
        )

    @staticmethod
    def ordered(
        records: _Positions, lines: _Positions, which: _Positions, kinds: Sequence[tuple[str, str]], raw: Any
    ) -> BrokenRecords:
        """Return the records of these columns.

        Args:
            records: Their numbers in any order.
            lines: As above, and so are the others, but for:
            which: Positions in `kinds`.
            kinds: May hold one twice, and such as do not occur.
            raw: As above.
        """
        if np.any(records[1:] <= records[:-1]):
            order = np.argsort(records)
            records, lines, which, raw = records[order], lines[order], which[order], raw.take(_arrow.array(order))
        numbers: dict[tuple[str, str], int] = {}
        distinct = np.array([numbers.setdefault(kind, len(numbers)) for kind in kinds], dtype=np.int64)
        which, occurring = pd.factorize(distinct[which])
        names = [*numbers]
        return BrokenRecords(
            records, lines, which.astype(np.int64, copy=False), tuple(names[at] for at in occurring.tolist()), raw
        )

    def only(self, chosen: npt.NDArray[np.bool_]) -> BrokenRecords:
        """Return the chosen ones.

        Args:
            chosen: k marks.
        """
        if chosen.all():
            return self
        raw = self.raw.filter(_arrow.array(chosen))
        return BrokenRecords.ordered(self.records[chosen], self.lines[chosen], self.which[chosen], self.kinds, raw)

    def retold(self, at: _Positions, which: _Positions, kinds: Sequence[tuple[str, str]]) -> BrokenRecords:
        """Return them with something else said of some.

        Args:
            at: Which, by position.
            which: For each of those a position in `kinds`.
            kinds: What is said of them: (code, message).
        """
        told = self.which.copy()
        told[at] = which + len(self.kinds)
        return BrokenRecords.ordered(self.records, self.lines, told, [*self.kinds, *kinds], self.raw)


# Nobody alters them, and most batches have none.
@cache
def _none_broken() -> BrokenRecords:
    return BrokenRecords.of(())


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
        broken: The records set aside.
        findings: Structure findings about records that are in the frame (severity below error), in record order.
    """

    range: Range
    header: tuple[str, ...]
    frame: pd.DataFrame
    lines: npt.NDArray[np.int64]
    broken: BrokenRecords = field(default_factory=_none_broken)
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

    def until(self, last: int) -> Table:
        """Return the records up to one of the range, as if it ended there.

        Args:
            last: Number of the last record.
        """
        kept = int(np.searchsorted(self.frame.index.to_numpy(dtype="int64"), last, side="right"))
        return Table(
            range=replace(self.range, records=last - self.range.first_record + 1),
            header=self.header,
            frame=self.frame.iloc[:kept],
            lines=self.lines[:kept],
            broken=self.broken.only(self.broken.records <= last),
            findings=tuple(finding for finding in self.findings if (finding.record or 0) <= last),
        )
