"""The error budget: how many records may be rejected before the result is not to be published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,9})?)%", re.ASCII)


@dataclass(frozen=True, slots=True)
class ErrorBudget:
    """How many records may be rejected: a number of them, or a share of all.

    Attributes:
        text: As it was asked for: `10`, `2.5%`.
        records: Most records, or None.
        percent: Most of a hundred, or None.
    """

    text: str
    records: int | None
    percent: Fraction | None

    def __post_init__(self) -> None:
        if (self.records is None) == (self.percent is None):
            raise ValueError("a budget is a number of records or a share of them")

    @staticmethod
    def of(text: str) -> ErrorBudget:
        """Return the budget that a text names.

        Raises:
            ValueError: It names none.

        >>> ErrorBudget.of("10").exceeded(rejected=10, judged=100), ErrorBudget.of("2.5%").exceeded(3, 100)
        (False, True)
        """
        if _NUMBER.fullmatch(text):
            return ErrorBudget(text, int(text), None)
        share = _SHARE.fullmatch(text)
        if share and Fraction(share[1]) <= 100:
            return ErrorBudget(text, None, Fraction(share[1]))
        raise ValueError(
            f"{text!r} is neither a number of records nor a share of them: say 0, 10 or 2.5%, at most 100%"
        )

    def exceeded(self, rejected: int, judged: int) -> bool:
        """Return whether so many rejected ones of so many judged records are too many."""
        if self.records is not None:
            return rejected > self.records
        return rejected * 100 > (self.percent or 0) * judged

    def left_before(self, spent: int, rejected: int) -> int | None:
        """Return how many of some more rejected records come before the one that is too much; None if none is.

        A share is never spent before the end.

        >>> [ErrorBudget.of(text).left_before(2, 5) for text in ("3", "9", "1%")]
        [1, None, None]
        """
        if self.records is None or spent + rejected <= self.records:
            return None
        return self.records - spent
