"""The plan of a text file: the ranges of whole records that it is cut into."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from pipeline.reading.blocks import Block
from pipeline.reading.regular import ENDS_IN_CR, ENDS_IN_CRLF, ENDS_IN_LF, Index, index_records
from pipeline.reading.tokenising import CELL_CHARACTERS, LINE_ENDS, Tokeniser
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


def plan_ranges(
    blocks: Iterable[Block],
    tokeniser: Tokeniser,
    place: Place,
    look: Callable[[bytes, int, bool], None],
    *,
    range_records: int,
    range_bytes: int,
    begun: Callable[[int], None],
) -> Plan:
    """Return the plan of the records that begin at a place.

    Args:
        blocks: The text from the place on, in whole physical lines.
        tokeniser: The grammar.
        place: Where it begins.
        look: Is given each text that was planned, the number of its lines, and whether some of them are blank.
        range_records: Records after which a range ends.
        range_bytes: Bytes after which it ends even so.
        begun: Is given, again and again, how many ranges have begun.
    """
    planner = _Planner(place, range_records, range_bytes, look, begun)
    rest = b""
    pieces: list[Block] = []
    for block in blocks:
        pieces.append(block)
        # An open record is looked at again only once as much text has come as it has, so that time stays linear.
        if len(rest) <= sum(len(piece.data) for piece in pieces):
            rest = planner.take(index_records(_joined(rest, pieces), tokeniser, final=False))
            pieces = []
    planner.take(index_records(_joined(rest, pieces), tokeniser, final=True))
    return planner.finish()


class _Planner:
    def __init__(
        self,
        place: Place,
        range_records: int,
        range_bytes: int,
        look: Callable[[bytes, int, bool], None],
        begun: Callable[[int], None],
    ) -> None:
        self._plan = Plan()
        self._look, self._begun = look, begun
        self._range_records, self._range_bytes = range_records, range_bytes
        # Where the text to come begins, and where the range in hand does.
        self._offset, self._line = place.offset, place.line
        self._start, self._first_line, self._first_record = place.offset, place.line, 1
        self._end = place.offset
        self._regular = True

    def take(self, index: Index) -> bytes:
        """Go on with the records of the next text, and return what of it is undecided."""
        plan, count = self._plan, len(index)
        if index.blank:
            plan.blank += len(index.blank)
            if plan.first_blank is None:
                plan.first_blank = self._line + index.blank[0]
        self._note_line_ends(index)
        regular = _is_regular(index)
        self._regular &= regular
        done = 0
        while done < count:
            by_records = done + self._range_records - (plan.records + 1 - self._first_record) - 1
            enough = self._start + self._range_bytes - self._offset
            by_bytes = max(done, int(np.searchsorted(index.ends, enough)))
            last = min(by_records, by_bytes)
            if last >= count:
                plan.records += count - done
                self._end = self._offset + int(index.ends[-1])
                break
            plan.records += last + 1 - done
            self._end = self._offset + int(index.ends[last])
            self._close()
            self._first_line = self._line + int(index.stops[last])
            self._regular = regular
            done = last + 1
        self._begun(len(plan.ranges) + (plan.records >= self._first_record))
        self._offset += index.size
        self._line += index.line_count
        self._look(
            index.block.data if index.size == len(index.block.data) else index.block.data[: index.size],
            index.line_count,
            bool(index.blank),
        )
        return index.block.data[index.size :]

    def finish(self) -> Plan:
        """Return the plan, nothing following."""
        if self._plan.records >= self._first_record:
            self._close()
        return self._plan

    def _close(self) -> None:
        plan = self._plan
        count = plan.records + 1 - self._first_record
        plan.ranges.append(
            Range(
                number=len(plan.ranges),
                start=self._start,
                end=self._end,
                first_record=self._first_record,
                records=count,
                first_line=self._first_line,
                regular=self._regular,
            )
        )
        self._start, self._first_record = self._end, plan.records + 1

    def _note_line_ends(self, index: Index) -> None:
        known = self._plan.line_ends
        for ending, mark in zip(LINE_ENDS, (ENDS_IN_LF, ENDS_IN_CRLF, ENDS_IN_CR), strict=True):
            if ending not in known and index.any_end & mark:
                ends_so = index.marks[index.stops - 1] & mark
                known[ending] = self._line + int(index.stops[int(np.argmax(ends_so))]) - 1


def _is_regular(index: Index) -> bool:
    """Return whether the kernels may read the records of a text as they stand."""
    marks = index.any_mark
    # Of lines that are undecided nothing is to be said yet.
    if marks & ENDS_IN_CR and index.line_count < len(index.marks):
        marks = int(np.bitwise_or.reduce(index.marks[: index.line_count]))
    return not (
        index.forms or index.blank or marks & ENDS_IN_CR or b"\0" in index.block.data or index.largest > CELL_CHARACTERS
    )


def _joined(rest: bytes, blocks: list[Block]) -> Block:
    return blocks[0] if len(blocks) == 1 and not rest else Block(b"".join([rest, *(block.data for block in blocks)]))
