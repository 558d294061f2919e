"""A text in blocks of whole physical lines, and where their lines end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.errors import SourceError

Positions = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

LF, CR = 10, 13

_FEW = 100
"""So many bytes of a kind are found sooner one by one than by looking at all bytes as numbers. Source: measured."""


class Block:
    r"""Some physical lines of a text, and where they end (LF, CRLF or CR; the last line may lack its end).

    Attributes:
        data: The lines.

    >>> block = Block(b"a\r\nb\rc\nd")
    >>> block.line_ends, block.lone_returns
    (array([3, 5, 7, 8]), array([4]))
    """

    def __init__(self, data: bytes) -> None:
        self.data = data

    @cached_property
    def array(self) -> Bytes:
        """The bytes as numbers."""
        return np.frombuffer(self.data, dtype=np.uint8)

    @cached_property
    def returns(self) -> Positions:
        """Where each CR stands."""
        found: list[int] = []
        at = self.data.find(b"\r")
        while at >= 0:
            if len(found) == _FEW:
                every: Positions = np.flatnonzero(self.array == CR)
                return every
            found.append(at)
            at = self.data.find(b"\r", at + 1)
        return np.array(found, dtype=np.int64)

    @cached_property
    def lone_returns(self) -> Positions:
        """Where each CR stands that no LF follows."""
        lone: Positions = self.returns[self.array[np.minimum(self.returns + 1, len(self.data) - 1)] != LF]
        return lone

    @cached_property
    def line_ends(self) -> Positions:
        """The first byte after each line."""
        ends: Positions = np.flatnonzero(self.array == LF) + 1
        if self.lone_returns.size:
            ends = np.sort(np.concatenate([ends, self.lone_returns + 1]))
        if self.data and not self.data.endswith((b"\n", b"\r")):
            ends = np.append(ends, len(self.data))
        return ends

    @cached_property
    def line_starts(self) -> Positions:
        """The first byte of each line."""
        return np.concatenate([[0], self.line_ends[:-1]]) if self.data else self.line_ends

    def lines(self) -> list[bytes]:
        """Return the lines with their ends."""
        return self.data.splitlines(keepends=True)

    def count_lines_beyond_ascii(self) -> int:
        r"""Return how many lines hold more than ASCII.

        >>> Block("é\nü é\na".encode()).count_lines_beyond_ascii()
        2
        """
        if self.data.isascii():
            return 0
        lines = np.searchsorted(self.line_ends, np.flatnonzero(self.array > 127), side="right")
        return int(np.count_nonzero(np.diff(lines))) + 1


def whole_lines(
    blocks: Iterable[bytes], limit: int, name: str, watch: Callable[[Block, int], None] | None = None
) -> Iterator[Block]:
    """Yield a text in blocks of whole physical lines.

    Args:
        blocks: The text, cut anywhere.
        limit: Bytes that one line may have.
        name: The file's name, for the error.
        watch: Is given each block that is yielded, and the number of its first line, from 1.

    Raises:
        SourceError: A line is longer.
    """
    pieces: list[bytes] = []
    held, line = 0, 1

    def checked(whole: Block, held: int) -> Block:
        nonlocal line
        if held > limit or len(whole.data) > limit:
            _refuse_long_line(whole, held, line, limit, name)
        if watch is not None:
            watch(whole, line)
        line += len(whole.line_ends)
        return whole

    for block in blocks:
        # A CR at the end of a block may be half of a CRLF, so it does not end a line yet.
        cut = max(block.rfind(b"\n"), block.rfind(b"\r", 0, -1)) + 1
        if not cut and not (block and pieces and pieces[-1].endswith(b"\r")):
            pieces += [block] if block else []
            held += len(block)
            if held > limit:
                _refuse_long_line(Block(b""), held, line, limit, name)
            continue
        whole = Block(b"".join([*pieces, memoryview(block)[:cut]]))
        pieces = [block[cut:]] if cut < len(block) else []
        held = len(block) - cut
        yield checked(whole, held)
    if pieces:
        yield checked(Block(b"".join(pieces)), 0)


def pairs_in(data: bytes, first: bytes, second: int) -> Positions:
    """Return where one of some bytes stands directly before another.

    >>> pairs_in(b"1.5E+07 e+", b"eE", ord("+"))
    array([3, 8])
    """
    if second not in data:
        return np.empty(0, dtype=np.int64)
    array: Bytes = np.frombuffer(data, dtype=np.uint8)
    before = array[:-1]
    found = before == first[0]
    for other in first[1:]:
        found |= before == other
    found &= array[1:] == second
    return np.flatnonzero(found)


def _refuse_long_line(whole: Block, held: int, first_line: int, limit: int, name: str) -> None:
    lines = whole.lines()
    at = next((at for at, line in enumerate(lines) if len(line) > limit), len(lines))
    if at < len(lines) or held > limit:
        raise SourceError(
            f"{name}: line {first_line + at} is longer than the limit of {limit:,} bytes; "
            "this is no table of contacts, or its line ends are lost"
        )
