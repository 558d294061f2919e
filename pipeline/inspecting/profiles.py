"""What a column holds, in bounded memory."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.contracts import guess_kind

MOST_VALUES = 50_000
"""Distinct values of a column that are told apart; with more, the count is a lower bound. It bounds memory."""

MOST_SHAPES = 5_000
"""Distinct shapes counted; rarer ones that come later are counted as other."""

SAMPLE = 500
"""Distinct values by which a kind is guessed."""

LONGEST_SHAPE = 40

_CLASSES = ((re.compile(r"[^\W\d_]+"), "a"), (re.compile(r"\d"), "9"))


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column of n records.

    Attributes:
        position: 1-based.
        column: Its header as in the file.
        filled: Records whose cell is not empty.
        distinct: How many different texts there are, empty ones not counted.
        exact: Whether `distinct` is exact and not a lower bound.
        longest: Most characters of a cell.
        shapes: The most frequent shapes and their counts: a run of letters is `a`, each digit `9`.
        kind: What it seems to hold.
    """

    position: int
    column: str
    filled: int
    distinct: int
    exact: bool
    longest: int
    shapes: tuple[tuple[str, int], ...]
    kind: str


class Profiler:
    """Gathers the profile of one column, batch by batch."""

    def __init__(self, position: int, column: str) -> None:
        self._position = position
        self._column = column
        self._filled = 0
        self._longest = 0
        self._values: set[str] = set()
        self._exact = True
        self._sample: list[str] = []
        self._shapes: Counter[str] = Counter()

    def add(self, cells: pd.Series[Any]) -> None:
        """Take in n cells of text without missing values."""
        counts = cells.value_counts(sort=False)
        for text, count in zip(counts.index.tolist(), counts.tolist(), strict=True):
            if text == "":
                continue
            self._filled += count
            self._longest = max(self._longest, len(text))
            shape = shape_of(text)
            if shape in self._shapes or len(self._shapes) < MOST_SHAPES:
                self._shapes[shape] += count
            if text in self._values:
                continue
            if len(self._values) >= MOST_VALUES:
                self._exact = False
                continue
            self._values.add(text)
            if len(self._sample) < SAMPLE:
                self._sample.append(text)

    def profile(self) -> ColumnProfile:
        """Return what was gathered."""
        shapes = sorted(self._shapes.items(), key=lambda item: (-item[1], item[0]))[:5]
        return ColumnProfile(
            position=self._position,
            column=self._column,
            filled=self._filled,
            distinct=len(self._values),
            exact=self._exact,
            longest=self._longest,
            shapes=tuple(shapes),
            kind=guess_kind(self._sample),
        )


def shape_of(text: str) -> str:
    """Return a text with each run of letters as `a` and each digit as `9`.

    >>> shape_of("444) 444-1234"), shape_of("ann.smith@acme.com"), shape_of("3.03E+09")
    ('999) 999-9999', 'a.a@a.a', '9.99a+99')
    """
    shape = text[: 4 * LONGEST_SHAPE]
    for pattern, replacement in _CLASSES:
        shape = pattern.sub(replacement, shape)
    return shape if len(shape) <= LONGEST_SHAPE else shape[: LONGEST_SHAPE - 1] + "…"
