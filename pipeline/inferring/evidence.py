"""What a file's records say for and against the fields that its header and a sample suggest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.contracts import Contract, FieldSpec, Policy, fold, judge
from pipeline.inferring.repeating import Repeats
from pipeline.reading import read
from pipeline.records import Source

MOST_CHOICES = 20
"""Distinct values of a list to choose from; with more, nobody would want to read them in a schema."""

USES_OF_A_CHOICE = 5
"""Cells for each distinct value, at least, before a column is taken for such a list. Both are the product's choice."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One column of n records.

    Attributes:
        accepted: Cells that the field's kind accepts.
        refused: Cells that it refuses.
        blank: Cells that hold nothing. Together all n.
        longest: Most characters of an accepted value in its normal form.
        repeated: Values that repeat an earlier record's, or None where nobody counted.
        values: Its distinct values and how often each is there, the most frequent first; empty where there are many.
    """

    accepted: int
    refused: int
    blank: int
    longest: int
    repeated: int | None
    values: tuple[tuple[str, int], ...]

    @property
    def choices(self) -> tuple[str, ...]:
        """The values, in order, if they look like a list to choose from: few, unlike, each used again."""
        few = self.accepted >= USES_OF_A_CHOICE * len(self.values) and all(count > 1 for _, count in self.values)
        folded = {fold(value) for value, _ in self.values} - {""}
        return tuple(sorted(value for value, _ in self.values)) if few and len(folded) == len(self.values) else ()


class _Column:
    """Gathers the evidence of one field, batch by batch."""

    def __init__(self, counting: bool) -> None:
        self.accepted = self.refused = self.blank = self.longest = 0
        self.repeats = Repeats() if counting else None
        self.values: Counter[str] | None = Counter()

    def add(self, values: pd.Series[Any], refused: pd.Series[Any]) -> None:
        """Take in n verdicts: normal forms, missing where blank or refused, and which are refused."""
        present = values[values.notna() & ~refused]
        self.accepted += len(present)
        self.refused += int(refused.sum())
        self.blank += len(values) - len(present) - int(refused.sum())
        if not len(present):
            return
        self.longest = max(self.longest, int(present.str.len().max()))
        if self.repeats is not None:
            self.repeats.add(present)
        if self.values is not None:
            counts = present.value_counts(sort=False)
            self.values.update(dict(zip(counts.index.tolist(), counts.tolist(), strict=True)))
            self.values = self.values if len(self.values) <= MOST_CHOICES else None

    def evidence(self) -> Evidence:
        """Return what was gathered."""
        values = sorted((self.values or Counter()).items(), key=lambda item: (-item[1], item[0]))
        repeated = self.repeats.count() if self.repeats is not None else None
        return Evidence(self.accepted, self.refused, self.blank, self.longest, repeated, tuple(values))


def gather(source: Source, contract: Contract, keys: Sequence[FieldSpec]) -> dict[str, Evidence]:
    """Return the evidence for each field of a contract whose fields are named as the file's columns.

    Args:
        source: The scanned file.
        contract: The fields as they are suggested, none of them required.
        keys: The fields whose repeated values are counted.
    """
    positions = [source.header.index(field.name) for field in contract.fields]
    counted = {field.name for field in keys}
    columns = {field.name: _Column(field.name in counted) for field in contract.fields}
    try:
        for part in source.ranges:
            frame = read(source, part).frame[positions].set_axis(list(columns), axis=1)
            for name, verdicts in judge(contract, frame, Policy()).verdicts.columns.items():
                columns[name].add(verdicts.values, pd.Series(verdicts.refused, index=frame.index))
        return {name: column.evidence() for name, column in columns.items()}
    finally:
        for column in columns.values():
            if column.repeats is not None:
                column.repeats.close()
