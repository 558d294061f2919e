"""Keys as they are compared, and which records have one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.deduplicating import Keys, Known, Losers, keys_of

# Letters whose lower case Python and Arrow see differently; one beyond the BMP.
LETTERS = "aAbBzZ@[`{.ßẞsSİIıiΣσςÉé\u0130\u0307\U00010400\U00010428\x00"
cells = st.one_of(st.none(), st.text(LETTERS, max_size=30))
rows = st.lists(st.tuples(cells, st.sampled_from(["accepted", "blankable", "refused"])), max_size=30)


def texts(values: Sequence[str | None]) -> pa.LargeStringArray:
    return pa.array(values, pa.large_string())


def keys_in(column: pa.LargeStringArray) -> Keys:
    """Return the keys of records that all are accepted."""
    numbers, every = np.arange(1, len(column) + 1), np.ones(len(column), np.bool_)
    return keys_of([column], numbers, numbers, every, ~every)


def texts_of(keys: Keys) -> list[str]:
    data, borders = keys.data.tobytes(), keys.borders.tolist()
    return [data[begin:end].decode() for begin, end in pairwise(borders)]


@settings(deadline=None)
@given(rows, st.integers(0, 5), st.booleans())
def test_records_with_a_place_and_a_key(some, skip, counted) -> None:  # type: ignore[no-untyped-def]
    """In a part of a longer array too."""
    standing = np.array([what for _, what in some[skip:]], dtype=object)
    records = 7 + np.arange(len(standing)) * 3
    filled = records.astype(np.uint16) if counted else None
    keys = keys_of(
        [texts([text for text, _ in some])[skip:]],
        records,
        records + 1,
        standing == "accepted",
        standing == "blankable",
        filled,
    )
    right = [
        (number, text.lower(), what == "accepted")
        for number, (text, what) in zip(records.tolist(), some[skip:], strict=True)
        if text and what != "refused"
    ]
    assert list(zip(keys.records.tolist(), texts_of(keys), keys.accepted.tolist(), strict=True)) == right
    assert keys.lines.tolist() == [number + 1 for number, *_ in right]
    assert keys.filled.tolist() == [number * counted for number, *_ in right]
    again = Keys.of(keys.columns())
    assert all(one is other for one, other in zip(again.columns(), keys.columns(), strict=True))


def test_all_letters_fold_as_python_lowers() -> None:
    letters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    letters += [f"A{letter}" for letter in letters[:0x3000]]
    keys, right = keys_in(texts(letters)), [letter.lower().encode() for letter in letters]
    assert keys.data.tobytes() == b"".join(right)
    assert np.diff(keys.borders).tolist() == [*map(len, right)]


def test_what_lies_under_a_missing_text_does_not_matter() -> None:
    """It may be anything, in Arrow."""
    under = texts(["É", "é@x.fr", "É@x.fr"])
    _, borders, data = under.buffers()
    keys = keys_in(pa.Array.from_buffers(pa.large_string(), 3, [pa.py_buffer(b"\x06"), borders, data]))
    assert (keys.records.tolist(), texts_of(keys)) == ([2, 3], ["é@x.fr", "é@x.fr"])


def test_what_are_no_columns_of_keys_is_refused() -> None:
    one, yes, no = np.ones(1, np.int64), np.ones(1, np.bool_), np.zeros(1, np.bool_)
    with pytest.raises(TypeError, match="one chunk"):
        keys_of([pa.chunked_array([texts(["a"])])], one, one, yes, no)
    with pytest.raises(ValueError, match="not both"):
        keys_of([texts(["a"])], one, one, yes, yes)
    with pytest.raises(ValueError, match="one record on one line"):
        keys_of([texts(["a", "b"])], one, one, yes, no)
    twice = np.ones(2, np.bool_)
    with pytest.raises(ValueError, match="not in their order"):
        keys_of([texts(["a", "b"])], np.array([2, 2]), np.array([2, 2]), twice, ~twice)


@pytest.mark.parametrize(
    ("name", "column", "match"),
    [
        ("records", np.array([1, 2], np.int32), "int64"),
        ("records", np.array([1, 9, 2, 9])[::2], "in one piece"),
        ("records", np.array([2, 1]), "order"),
        ("lines", np.array([1]), "one line"),
        ("borders", np.array([0, 1, 1]), "none is empty"),
        ("borders", np.array([0, 3, 2]), "none is empty"),
        ("borders", np.array([1, 2, 3]), "one behind the other"),
        ("data", np.zeros(4, np.uint8), "one behind the other"),
    ],
)
def test_what_are_no_keys_is_refused(name, column, match) -> None:  # type: ignore[no-untyped-def]
    columns = {
        "records": np.array([1, 2]),
        "lines": np.array([1, 2]),
        "accepted": np.ones(2, np.bool_),
        "filled": np.zeros(2, np.uint16),
        "borders": np.array([0, 1, 3]),
        "data": np.zeros(3, np.uint8),
    }
    Keys(**columns)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=match):
        Keys(**{**columns, name: column})


def test_a_range_finds_its_own() -> None:
    numbers = np.array([4, 5, 6, 7, 8])
    losers = Losers(numbers, numbers * 3, numbers - 3, numbers)
    assert [column.tolist() for column in (losers.among(5, 3).records, losers.among(5, 3).kept)] == [
        [5, 6, 7],
        [2, 3, 4],
    ]
    assert not len(losers.among(1, 3))
    known = Known(numbers, numbers * 3, numbers - 4, numbers, numbers > 5)
    assert known.among(5, 3).lists.tolist() == [1, 2, 3]
    assert known.only(known.accepted).records.tolist() == [6, 7, 8]
