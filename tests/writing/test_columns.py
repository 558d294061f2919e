"""Columns of text become the rows that the standard library's writer gives, whatever is in them."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.writing.columns import column_of, lines_of, numbered, quoted, rows_of
from pipeline.writing.rows import encode_rows

CELLS = st.text(st.sampled_from(["a", ",", '"', "\r", "\n", "é"]), max_size=3)
TABLES = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.tuples(st.booleans(), st.tuples(*[CELLS] * width)), min_size=1, max_size=6)
)
NUMBERS = st.integers(0, 18).flatmap(lambda width: st.integers(0, 10**width))


@given(TABLES)
@settings(max_examples=200)
def test_the_lines_that_are_kept_are_the_rows_of_the_writer(table: list[tuple[bool, tuple[str, ...]]]) -> None:
    """Quotes, empty cells, lines left out at either end or all of them."""
    kept = np.array([keep for keep, _ in table])
    cells = [row for _, row in table]
    columns = [quoted(column_of(column)) for column in zip(*cells, strict=True)]
    for mask, chosen in ((kept, [row for keep, row in table if keep]), (None, cells)):
        rows, expected = rows_of(lines_of(columns, mask)), encode_rows(chosen)
        assert bytes(rows.data) == b"".join(expected)
        assert rows.lengths.tolist() == [len(row) for row in expected]


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=6))
@settings(max_examples=100)
def test_numbers_have_no_more_digits_than_they_need(pairs: list[tuple[int, int]]) -> None:
    """One width throughout is made another way than several."""
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    texts = numbered(table[:, 0], table[:, 1], end="\n").to_pylist()
    assert texts == [f"{first},{second}\n" for first, second in pairs]
