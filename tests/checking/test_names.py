"""Names, hosts and signs that kernels find in columns, against the same in plain Python."""

from __future__ import annotations

from random import Random

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from pipeline.checking.hosts import Mail, Texts
from pipeline.checking.names import Names
from pipeline.checking.texts import emails_in_names

LETTERS = "ab.@-A\u00e9"


def texts_of(random: Random, count: int) -> list[str]:
    """Return different texts, of few letters or long ones that differ in the middle alone."""
    long = (f"{'a' * 9}{random.choice(LETTERS)}{random.choice(LETTERS)}{'b' * 9}" for _ in range(count))
    short = ("".join(random.choices(LETTERS, k=random.randrange(1, 18))) for _ in range(count))
    edge = ("a" * size for size in (1, 7, 8, 9, 62, 63, 64, 65, 200))
    return [*dict.fromkeys((*long, *short, *edge))]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 60, 2_000])
def test_names_are_found_as_in_a_dictionary(count: int) -> None:
    random = Random(count)
    texts = texts_of(random, count)
    chosen = random.sample(texts, len(texts) // 2)
    places = {name: place for place, name in enumerate(chosen)}
    column = Texts(pa.array(["", *texts], pa.large_string()))
    rows, which = Names(chosen).find(column.data, column.borders[:-1], column.borders[1:])
    expected = {row: places[text] for row, text in enumerate(["", *texts]) if text in places}
    assert dict(zip(rows.tolist(), which.tolist(), strict=True)) == expected
    assert rows.tolist() == sorted(rows.tolist())


def test_names_in_any_case() -> None:
    texts = ["INFO", "Info", "info", "inf", "infos", "\u0130nfo", "i" * 64, "I" * 64, "i" * 65, "", "X"]
    column = Texts(pa.array(texts, pa.large_string()))
    rows, which = Names(["info", "i" * 64, "x"]).find(
        column.data, column.borders[:-1], column.borders[1:], any_case=True
    )
    assert (rows.tolist(), which.tolist()) == ([0, 1, 2, 6, 7, 10], [0, 0, 0, 1, 1, 2])


def test_a_text_that_ends_before_it_begins_is_no_name() -> None:
    column = Texts(pa.array(["a", "a"], pa.large_string()))
    assert not Names(["a"]).find(column.data, column.borders[1:], column.borders[:-1])[0].size


def test_hosts_of_parts_of_a_column() -> None:
    """With missing texts, without an @, with several, with nothing behind the last."""
    texts = ["a@b.c", None, "a", "", "a@", "@", "a@b@c.d", None, "\u00e9@\u00e9.de", "@b"] * 3
    column = pa.array(texts, pa.large_string())
    expected = ["" if text is None else text.rpartition("@")[2] for text in texts]
    for begin in range(len(texts) + 1):
        for size in (0, 1, 4, len(texts) - begin):
            part = column.slice(begin, size)
            assert Mail(part).hosts().to_pylist() == expected[begin : begin + size]


def test_missing_texts_have_no_host_even_if_their_bytes_are_there() -> None:
    whole = pa.array(["info@a.com", "info@b.com"], pa.large_string())
    bits = pa.py_buffer(np.array([0b10], dtype=np.uint8))
    column = pa.Array.from_buffers(pa.large_string(), 2, [bits, *whole.buffers()[1:]])
    mail = Mail(column)
    assert mail.hosts().to_pylist() == ["", "b.com"]
    assert Names(["info"]).find(mail.data, mail.borders[:-1], mail.begins - 1)[0].tolist() == [1]


@pytest.mark.parametrize("count", [0, 1, 2, 500])
def test_addresses_among_names_are_found(count: int) -> None:
    random = Random(count)
    texts = [random.choice(("Ann", "a@b.co", "@", "", "a@b.co x", "@@", None, "x@y.zz")) for _ in range(count)]
    found = emails_in_names(pd.Series(texts, dtype="str"))
    assert found.tolist() == [row for row, text in enumerate(texts) if text in {"a@b.co", "x@y.zz"}]
