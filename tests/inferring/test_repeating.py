"""Repeated values are counted exactly, in one comparison or in many."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.inferring import repeating
from pipeline.inferring.repeating import Repeats


@pytest.mark.parametrize("at_once", [1, 3, 1_000])
@given(batches=st.lists(st.lists(st.sampled_from("abcdeABÄä") | st.text(max_size=3), max_size=8), max_size=4))
def test_the_count_is_that_of_a_set(at_once: int, batches: list[list[str]]) -> None:
    """Case does not tell values apart, and neither batches nor parts matter."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repeating, "MOST_AT_ONCE", at_once)
        repeats = Repeats()
        for batch in batches:
            repeats.add(pd.Series(batch, dtype="str"))
        values = [text.casefold() for batch in batches for text in batch]
        assert repeats.count() == len(values) - len(set(values))
        repeats.close()
