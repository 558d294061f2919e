"""A text in blocks of whole physical lines, and where their lines end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.errors import SourceError
from pipeline.native import kernel, pointer_to

Positions = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

LF, CR = 10, 13

_SHORT_LINE = 16
"""Of a text with lines of so many bytes or more, line ends are looked for once. Source: the shortest contacts."""

_count_byte = kernel("count_byte", "pll")
_find_byte = kernel("find_byte", "pllp")
_end_lines = kernel("end_lines", "plpl")


class Block:
    r"""Some physical lines of a text, and where they end (LF, CRLF or CR; the last line may lack its end).

    Attributes:
        data: The lines.

    >>> block = Block(b"a\r\nb\rc\nd")
    >>> block.line_ends
    array([3, 5, 7, 8])
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._places: dict[str, Positions] = {}

    @cached_property
    def array(self) -> Bytes:
        """The bytes as numbers."""
        return np.frombuffer(self.data, dtype=np.uint8)

    @cached_property
    def line_ends(self) -> Positions:
        """The first byte after each line."""
        size = len(self.data)
        room = np.empty(size // _SHORT_LINE + 1, dtype=np.int64)
        count = _end_lines(self.data, size, pointer_to(room), len(room))
        if count <= len(room):
            return room[:count].copy()
        ends = np.empty(count, dtype=np.int64)
        _end_lines(self.data, size, pointer_to(ends), count)
        return ends

    @cached_property
    def line_starts(self) -> Positions:
        """The first byte of each line."""
        return np.concatenate([[0], self.line_ends[:-1]]) if self.data else self.line_ends

    def lines(self) -> list[bytes]:
        """Return the lines with their ends."""
        return self.data.splitlines(keepends=True)

    def count(self, letter: str) -> int:
        """Return how often an ASCII letter stands in the text, in a time that does not depend on that."""
        return _count_byte(self.data, len(self.data), ord(letter))

    def places(self, letter: str) -> Positions:
        r"""Return where an ASCII letter stands.

        >>> Block(b"a,b\n,c\n").places(",")
        array([1, 4])
        """
        if letter not in self._places:
            found = np.empty(self.count(letter), dtype=np.int64)
            _find_byte(self.data, len(self.data), ord(letter), pointer_to(found))
            self._places[letter] = found
        return self._places[letter]


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
        feed = block.rfind(b"\n")
        cut = max(feed, block.rfind(b"\r", feed + 1, -1)) + 1
        if not cut and not (block and pieces and pieces[-1].endswith(b"\r")):
            pieces += [block] if block else []
            held += len(block)
            if held > limit:
                _refuse_long_line(Block(b""), held, line, limit, name)
            continue
        whole = Block(b"".join([*pieces, block if cut == len(block) else memoryview(block)[:cut]]))
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
