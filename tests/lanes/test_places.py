"""Where the cells of each set of marks stand, against the same in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.eloqua import EloquaContact
from schemas.fields import fields_of
from schemas.marks import ColumnVerdicts, Mark
from schemas.rules import Severity

FIELD = fields_of(EloquaContact)[0]
SETS = ((), *((Mark(f"T{number}", Severity.INFO),) for number in range(3)))


def verdicts_of(which: list[int]) -> ColumnVerdicts:
    values = pd.Series(["a"] * len(which), dtype="str")
    return ColumnVerdicts(FIELD, values, np.array(which, np.int16), SETS)


@given(st.lists(st.sampled_from([0, 0, 0, 0, 0, 1, 2, 3]), max_size=20))
def test_cells_are_counted_and_found(which: list[int]) -> None:
    column = verdicts_of(which)
    assert column.counts().tolist() == [which.count(one) for one in range(len(SETS))]
    assert [rows.tolist() for rows in column.places()] == [
        [row for row, one in enumerate(which) if one == place and place] for place in range(len(SETS))
    ]


@pytest.mark.parametrize("which", [[-1], [4], [0, 0, 0, 0, 4], [0, 1, -300]])
def test_marks_that_do_not_occur_are_refused(which: list[int]) -> None:
    for asked in (ColumnVerdicts.counts, ColumnVerdicts.places):
        with pytest.raises(ValueError, match="do not occur"):
            asked(verdicts_of(which))


def test_positions_of_another_width_are_refused() -> None:
    wide: Any = np.zeros(1, np.int64)
    with pytest.raises(TypeError, match="two bytes"):
        ColumnVerdicts(FIELD, pd.Series(["a"], dtype="str"), wide, SETS)
