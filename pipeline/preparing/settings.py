"""What a run decides, apart from how the file is read and where the result goes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import get_args

from pipeline.contracts import Policy
from pipeline.mapping import SenderMapping, Unmapped


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run decides. The default decides nothing; can be sent to another process.

    Attributes:
        policy: How cells are judged otherwise than the schema says.
        mapping: What is known of the sender: which columns are which fields, and what the last file looked like.
        unmapped: What becomes of columns that answer to no field: they are left out of `clean.csv` (`drop`), go along
            as they are (`keep`), or stop the run (`error`). None leaves it to the mapping, then it is `drop`.
        remember: Whether the report tells all that a mapping file remembers of this file.
    """

    policy: Policy = field(default_factory=Policy)
    mapping: SenderMapping | None = None
    unmapped: Unmapped | None = None
    remember: bool = False

    def __post_init__(self) -> None:
        if self.unmapped not in (None, *get_args(Unmapped)):
            raise ValueError(f"unmapped is one of {', '.join(get_args(Unmapped))}, not {self.unmapped!r}")

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
