"""Hits, put in order, taken and counted, against plain lists."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.checking.hits import Hits, gather

PARTS = st.lists(st.tuples(st.lists(st.integers(0, 5), max_size=5), st.sampled_from("abc")), max_size=5)


@given(PARTS, st.lists(st.booleans(), min_size=6, max_size=6), st.integers(1, 3))
def test_hits(parts: list[tuple[list[int], str]], wanted: list[bool], most: int) -> None:
    hits = gather([(np.array(rows, np.int64), kind) for rows, kind in parts])
    expected = sorted(((row, kind) for rows, kind in parts for row in rows), key=lambda hit: hit[0])
    assert [*hits.each()] == expected
    left = hits.only(np.array(wanted))
    assert [*left.each()] == [hit for hit in expected if wanted[hit[0]]]
    for kind, (count, firsts) in zip(hits.kinds, left.tallied(most), strict=True):
        rows = [row for row, what in left.each() if what == kind]
        assert (count, firsts.tolist()) == (len(rows), rows[:most])


def test_hits_that_are_nowhere_are_refused() -> None:
    with pytest.raises(ValueError, match="row"):
        gather([(np.array([3, -1]), "a")])
    for row in (-1, 2):
        with pytest.raises(ValueError, match="row"):
            Hits(np.array([row]), np.array([0]), ("a",)).only(np.ones(2, np.bool_))
    for kind in (-1, 1):
        with pytest.raises(ValueError, match="kinds"):
            Hits(np.array([0]), np.array([kind]), ("a",)).tallied(2)
