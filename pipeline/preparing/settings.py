"""What a run decides, apart from how the file is read and where the result goes."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.contracts import Policy
from pipeline.preparing.resolving import DomainCheck


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run decides. The default decides nothing; can be sent to another process.

    Attributes:
        policy: How cells are judged otherwise than the schema says.
        check_domains: How the domain name system is asked about the domains of e-mail addresses; None if it is not.
    """

    policy: Policy = field(default_factory=Policy)
    check_domains: DomainCheck | None = None
