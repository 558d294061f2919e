"""How often a byte stands in records."""

from __future__ import annotations

import numpy as np

from pipeline.native import kernel, pointer_to
from pipeline.reading.blocks import Positions

_count_in_records = kernel("count_in_records", "plpplllp")


def count_in_records(data: bytes, starts: Positions, ends: Positions, letter: str, quote: str | None) -> Positions:
    """Return how often an ASCII letter stands in each of n records, where it does not stand between quotes.

    Args:
        data: A text.
        starts: Where the records begin in it.
        ends: Where they end.
        letter: What to count.
        quote: What opens and closes quotes, another letter; None for nothing.

    >>> count_in_records(b'a,"b,c",d;', np.array([0, 2]), np.array([10, 9]), ",", '"')
    array([2, 1])
    """
    begins: Positions = np.ascontiguousarray(starts, dtype=np.int64)
    stops: Positions = np.ascontiguousarray(ends, dtype=np.int64)
    counts: Positions = np.empty_like(begins)
    text = np.frombuffer(data, dtype=np.uint8)
    places = pointer_to(begins), pointer_to(stops), len(begins)
    mark = -1 if quote is None else ord(quote)
    _count_in_records(pointer_to(text), len(data), *places, ord(letter), mark, pointer_to(counts))
    return counts
