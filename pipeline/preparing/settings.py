"""What a run decides, apart from how the file is read and where the result goes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import get_args

from pipeline.contracts import Policy
from pipeline.deduplicating import Survivor
from pipeline.mapping import SenderMapping, Unmapped
from pipeline.preparing.budgets import ErrorBudget
from pipeline.preparing.resolving import DomainCheck


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run decides. The default decides nothing; can be sent to another process.

    Attributes:
        policy: How cells are judged otherwise than the schema says.
        mapping: What is known of the sender: which columns are which fields, and what the last file looked like.
        unmapped: What becomes of columns that answer to no field: they are left out of `clean.csv` (`drop`), go along
            as they are (`keep`), or stop the run (`error`). None leaves it to the mapping, then it is `drop`.
        remember: Whether the report tells all that a mapping file remembers of this file.
        max_errors: How many records may be rejected before the result is not to be published; None for any number.
        duplicates_by: Names of the fields that are equal in two records of one contact; empty leaves it to the schema.
        survivor: Which of several acceptable records of one contact is kept.
        existing: Files of contacts that are known already, or must not be written to: their records are rejected.
        check_domains: How the domain name system is asked about the domains of e-mail addresses; None if it is not.
    """

    policy: Policy = field(default_factory=Policy)
    mapping: SenderMapping | None = None
    unmapped: Unmapped | None = None
    remember: bool = False
    max_errors: ErrorBudget | None = None
    duplicates_by: tuple[str, ...] = ()
    survivor: Survivor = "first"
    existing: tuple[str | Path, ...] = ()
    check_domains: DomainCheck | None = None

    def __post_init__(self) -> None:
        for name, known in (("unmapped", get_args(Unmapped)), ("survivor", get_args(Survivor))):
            said = getattr(self, name)
            if said is not None and said not in known:
                raise ValueError(f"{name} is one of {', '.join(known)}, not {said!r}")
        for name in ("duplicates_by", "existing"):
            if isinstance(getattr(self, name), (str, Path)):
                raise ValueError(f"{name} are several, not one: say ({getattr(self, name)!r},)")

    @property
    def rest(self) -> Unmapped:
        """What becomes of columns without a field, once the mapping was asked too."""
        return self.unmapped or (self.mapping.unmapped if self.mapping else None) or "drop"

    @property
    def judging(self) -> Policy:
        """The policy, with the region that the mapping names where the run names none."""
        if self.mapping is None or self.mapping.region is None or self.policy.region is not None:
            return self.policy
        return replace(self.policy, region=self.mapping.region)
