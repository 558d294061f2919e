"""What a run decides, apart from how the file is read and where the result goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from pipeline.contracts import Policy
from pipeline.deduplicating import Survivor
from pipeline.preparing.budgets import ErrorBudget
from pipeline.preparing.resolving import DomainCheck


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run decides. The default decides nothing; can be sent to another process.

    Attributes:
        policy: How cells are judged otherwise than the schema says.
        max_errors: How many records may be rejected before the result is not to be published; None for any number.
        duplicates_by: Names of the fields that are equal in two records of one contact; empty leaves it to the schema.
        survivor: Which of several acceptable records of one contact is kept.
        existing: Files of contacts that are known already, or must not be written to: their records are rejected.
        check_domains: How the domain name system is asked about the domains of e-mail addresses; None if it is not.
    """

    policy: Policy = field(default_factory=Policy)
    max_errors: ErrorBudget | None = None
    duplicates_by: tuple[str, ...] = ()
    survivor: Survivor = "first"
    existing: tuple[str | Path, ...] = ()
    check_domains: DomainCheck | None = None

    def __post_init__(self) -> None:
        if self.survivor not in get_args(Survivor):
            raise ValueError(f"survivor is one of {', '.join(get_args(Survivor))}, not {self.survivor!r}")
        for name in ("duplicates_by", "existing"):
            if isinstance(getattr(self, name), (str, Path)):
                raise ValueError(f"{name} are several, not one: say ({getattr(self, name)!r},)")
