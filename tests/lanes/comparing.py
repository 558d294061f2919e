"""Whether a lane says what its judge says, on texts of any kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from schemas.lanes.cells import column_of
from schemas.lanes.deciding import UNDECIDED, Lane
from schemas.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Compared:
    """A lane beside its judge.

    Attributes:
        value: Makes one text, hostile or harmless, of the kind; nothing but the random source decides which.
        lane: The lane.
        judge: What it must agree with.
    """

    value: Callable[[Random], str]
    lane: Lane
    judge: Callable[[str], Verdict]


def decided_by(lane: Lane, texts: list[str]) -> list[Verdict | None]:
    """Return what a lane says of each of n texts; None where it leaves the text to the judge."""
    said, values = lane(column_of(texts))
    codes, column = said.codes, values.column().to_pylist()
    return [
        None if place == UNDECIDED else Verdict(value, codes[place])
        for place, value in zip(said.which.tolist(), column, strict=True)
    ]


def compare(lane: Lane, judge: Callable[[str], Verdict], texts: list[str]) -> int:
    """Return how many of n texts a lane decides.

    Raises:
        AssertionError: It says of one what its judge does not say; text and both verdicts are named.
    """
    decided = 0
    for text, found in zip(texts, decided_by(lane, texts), strict=True):
        if found is not None:
            expected = judge(text)
            assert found == expected, f"of {text!r} the lane says {found}, the judge {expected}"
            decided += 1
    return decided


def compare_many(kind: Compared, count: int, seed: int, batch: int = 60_000) -> int:
    """Return how many of so many random texts a lane decides, batch by batch.

    Raises:
        AssertionError: As in `compare`.
    """
    random = Random(seed)
    decided = 0
    for start in range(0, count, batch):
        texts = [kind.value(random) for _ in range(min(batch, count - start))]
        decided += compare(kind.lane, kind.judge, texts)
    return decided
