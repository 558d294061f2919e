"""A rule: which call, which time, which job, and what then."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.sandbox.faults.acts import ANSWERED, CALLBACK, LOADING, Act

CALLS = (*ANSWERED, LOADING, CALLBACK)
"""What a rule can be about."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An order to misbehave.

    Attributes:
        call: One of `CALLS`.
        act: What to do.
        first: The first time that it fires, from 1: times are counted among the calls that fit `call` and `job`.
        times: How often it fires from then on; None for ever.
        job: Only for this job, by its id; None for any.

    Raises:
        ValueError: For an act that the call does not have, or a number that is none.
    """

    call: str
    act: Act
    first: int = 1
    times: int | None = 1
    job: str | None = None

    def __post_init__(self) -> None:
        if self.call not in CALLS:
            raise ValueError(f"there is no call {self.call!r}; there are {', '.join(CALLS)}")
        if self.call not in self.act.calls:
            raise ValueError(f"{self.act.name!r} is nothing that {self.call!r} can do, but {', '.join(self.act.calls)}")
        if self.first < 1 or (self.times is not None and self.times < 1):
            raise ValueError("'from' and 'times' count from 1")

    def fits(self, call: str, job: str | None) -> bool:
        """Returns whether a call is one that this rule counts."""
        return call == self.call and (self.job is None or job == self.job)

    def due(self, time: int) -> bool:
        """Returns whether the rule fires at the n-th call that fits, n from 1."""
        return self.first <= time and (self.times is None or time < self.first + self.times)
