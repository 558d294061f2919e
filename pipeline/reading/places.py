"""Where in a text some of its lines and records stand, without looking for all."""

from __future__ import annotations

import numpy as np

from pipeline.native import kernel, pointer_to
from pipeline.reading.blocks import Positions
from pipeline.reading.regular import QUOTE

_find_lines = kernel("find_lines", "plplp")
_find_ends = kernel("find_ends", "pllplp")


def starts_of_lines(data: bytes, lines: Positions) -> Positions:
    r"""Return the first bytes of some lines, but for those that there are not.

    Args:
        data: A text, of which lines end in LF, CRLF or CR.
        lines: Their numbers, from 0, ascending.

    >>> starts_of_lines(b"a\r\nb\rc\n", np.array([0, 1, 2, 3]))
    array([0, 3, 5])
    """
    wanted: Positions = np.ascontiguousarray(lines, dtype=np.int64)
    starts: Positions = np.empty_like(wanted)
    text = np.frombuffer(data, dtype=np.uint8)
    found = _find_lines(pointer_to(text), len(data), pointer_to(wanted), len(wanted), pointer_to(starts))
    return starts[:found]


def ends_of_records(data: bytes, starts: Positions) -> Positions:
    r"""Return the first bytes behind regular records.

    Args:
        data: A text, in a dialect that the index serves.
        starts: Where they begin.

    >>> ends_of_records(b'a,"\n"\r\nb', np.array([0, 7]))
    array([7, 8])
    """
    begins: Positions = np.ascontiguousarray(starts, dtype=np.int64)
    ends: Positions = np.empty_like(begins)
    text = np.frombuffer(data, dtype=np.uint8)
    _find_ends(pointer_to(text), len(data), ord(QUOTE), pointer_to(begins), len(begins), pointer_to(ends))
    return ends
