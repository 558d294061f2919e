"""The plan of a text file: its physical lines, and the ranges of whole records that they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from pipeline.errors import SourceError
from pipeline.reading.tokenising import Form, Tokeniser
from pipeline.records import Range


@dataclass(slots=True)
class Place:
    """A place between two physical lines.

    Attributes:
        offset: Byte of the text file.
        line: Physical line that begins there, 1-based.
    """

    offset: int
    line: int

    def advance(self, lines: list[bytes]) -> None:
        """Move behind these lines."""
        self.offset += sum(map(len, lines))
        self.line += len(lines)


@dataclass(slots=True)
class Plan:
    """What the records of a file look like from outside.

    Attributes:
        ranges: Each ends right behind its last record.
        records: Their number.
        blank: Number of blank lines.
        first_blank: The first of them, or None.
        line_ends: For each way in which a record ends (LF, CRLF, CR), the first line that ends so.
    """

    ranges: list[Range] = field(default_factory=list[Range])
    records: int = 0
    blank: int = 0
    first_blank: int | None = None
    line_ends: dict[bytes, int] = field(default_factory=dict[bytes, int])

    def note_blank(self, line: int) -> None:
        """Count a blank line."""
        self.blank += 1
        if self.first_blank is None:
            self.first_blank = line


def split_lines(blocks: Iterable[bytes], limit: int, name: str) -> Iterator[list[bytes]]:
    """Yield lists of physical lines, each with its end (LF, CRLF or CR; the last may lack one).

    Args:
        blocks: The text, cut anywhere.
        limit: Bytes that one line may have.
        name: The file's name, for the error.

    Raises:
        SourceError: A line is longer.
    """
    pieces: list[bytes] = []
    held = number = 0
    for block in blocks:
        # A CR at the end of a block may be half of a CRLF, so it does not end a line yet.
        if held + len(block) <= limit and b"\n" not in block and b"\r" not in block[:-1] and not _cut(pieces):
            pieces.append(block)
            held += len(block)
            continue
        pieces.append(block)
        lines = b"".join(pieces).splitlines(keepends=True)
        pieces = []
        if lines and not lines[-1].endswith(b"\n"):
            pieces.append(lines.pop())
        held = len(pieces[0]) if pieces else 0
        if held > limit or max(map(len, lines), default=0) > limit:
            at = next((at for at, line in enumerate(lines) if len(line) > limit), len(lines))
            raise SourceError(
                f"{name}: line {number + at + 1} is longer than the limit of {limit:,} bytes; "
                "this is no table of contacts, or its line ends are lost"
            )
        number += len(lines)
        if lines:
            yield lines
    rest = b"".join(pieces).splitlines(keepends=True)
    if rest:
        yield rest


def _cut(pieces: list[bytes]) -> bool:
    return bool(pieces) and pieces[-1].endswith(b"\r")


def plan_ranges(
    batches: Iterable[list[bytes]], tokeniser: Tokeniser, place: Place, *, range_records: int, range_bytes: int
) -> Plan:
    """Return the plan of the records that begin at a place.

    Args:
        batches: Physical lines from the place on.
        tokeniser: The grammar.
        place: Where they begin.
        range_records: Records after which a range ends.
        range_bytes: Bytes after which it ends even so.
    """
    plan = Plan()
    blank, crlf, lf, cr = Form.BLANK, b"\r\n", b"\n", b"\r"
    base, line = place.offset, place.line
    start, first_line, first_record = base, line, 1
    end = base
    records = 0

    def close() -> None:
        number = len(plan.ranges)
        plan.ranges.append(Range(number, start, end, first_record, records + 1 - first_record, first_line))

    for pending, final in _with_rest(batches):
        offsets = list(accumulate(map(len, pending), initial=base))
        stop = 0
        for first, stop, form in tokeniser.records(pending, final=final):
            if form is blank:
                plan.note_blank(line + first)
                continue
            records += 1
            end = offsets[stop]
            last = pending[stop - 1]
            ending = crlf if last.endswith(crlf) else lf if last.endswith(lf) else cr if last.endswith(cr) else b""
            if ending and ending not in plan.line_ends:
                plan.line_ends[ending] = line + stop - 1
            if records - first_record + 1 == range_records or end - start >= range_bytes:
                close()
                start, first_line, first_record = end, line + stop, records + 1
        base = offsets[stop]
        line += stop
        del pending[:stop]
    if records >= first_record:
        close()
    plan.records = records
    return plan


def _with_rest(batches: Iterable[list[bytes]]) -> Iterator[tuple[list[bytes], bool]]:
    """Yield (lines, final), where the consumer removes from the list the lines that it is done with."""
    pending: list[bytes] = []
    for batch in batches:
        pending += batch
        yield pending, False
    yield pending, True
