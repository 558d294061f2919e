"""Columns as kernels see and make them: parts of others, without a cell, with missing ones."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.lanes.cells import column_of, splice, without
from tests.lanes.kinds import KINDS

_arrow: Any = pa

TEXTS = st.lists(st.text(max_size=4), max_size=8)


@settings(deadline=None)
@given(texts=TEXTS, others=TEXTS, data=st.data())
def test_some_texts_are_replaced_by_those_asked_for(texts: list[str], others: list[str], data: st.DataObject) -> None:
    """In a whole column and in a part of one: none, side by side or not, all; by some several times, by nothing."""
    rows = sorted(data.draw(st.sets(st.sampled_from(range(len(texts))))) if texts else ())
    places = [data.draw(st.integers(-1, len(others) - 1)) for _ in rows]
    wanted = texts.copy()
    for row, place in zip(rows, places, strict=True):
        wanted[row] = "" if place < 0 else others[place]
    where = np.array(rows, dtype=np.int64), np.array(places, dtype=np.int64)
    framed = (column_of(["a", *texts, "b"])[1:-1], column_of([*others, "c"])[: len(others)])
    for first, second in ((column_of(texts), column_of(others)), framed):
        found = splice(first, second, *where)
        found.validate(full=True)
        assert found.to_pylist() == wanted


@settings(deadline=None)
@given(texts=TEXTS, data=st.data())
def test_missing_texts_are_those_of_the_mask(texts: list[str], data: st.DataObject) -> None:
    missing = data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts)))
    wanted = [None if gone else text for text, gone in zip(texts, missing, strict=True)]
    for column in (column_of(texts), column_of(["a", *texts, "b"])[1:-1]):
        found = without(column, np.array(missing, dtype=np.bool_))
        found.validate(full=True)
        assert found.to_pylist() == wanted
        assert found.null_count == sum(missing)


@pytest.mark.parametrize("name", ["email", "phone-US", "text", "website"])
def test_a_part_of_a_column_is_judged_as_its_texts_are(name: str) -> None:
    """Whatever stands before and behind it; none at all, and none with a letter."""
    kind, random = KINDS[name], Random(12)
    texts = [kind.value(random) for _ in range(400)]
    for begin, end in ((0, 0), (7, 7), (0, 1), (399, 400), (100, 300), (0, 400)):
        alone, part = column_of(texts[begin:end]), column_of(texts)[begin:end]
        (said, values), (found, others) = kind.lane(alone), kind.lane(part)
        values.column().validate(full=True)
        assert values.column().equals(others.column())
        assert (said.codes, said.which.tolist()) == (found.codes, found.which.tolist())
    said, values = kind.lane(column_of([""] * 3))
    assert said.which.tolist() == [0] * 3
    assert values.column().to_pylist() == [None] * 3
