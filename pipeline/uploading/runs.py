"""What every step of one upload needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.planning import Manifest, Plan
from pipeline.uploading.beginning import Aim
from pipeline.uploading.clocks import Clock
from pipeline.uploading.events import Progress
from pipeline.uploading.following import Pace
from pipeline.uploading.hints import Hints
from pipeline.uploading.journal import Journal
from pipeline.uploading.port import Limits
from pipeline.uploading.retrying import Backoff
from pipeline.uploading.settling import Patience
from pipeline.uploading.targets import Target


@dataclass(frozen=True, slots=True)
class Settings:
    """How patient an upload is, and what it does about a lost answer.

    Attributes:
        backoff: How requests are repeated.
        pace: How jobs are followed.
        patience: How long a job is looked for whose answer was lost.
        limits: How long one request may take.
        never_resend: Stop instead of sending again a part whose job is not found.
        resend_uncertain: Send again at once; only with an upsert key, by which a second load changes nothing.
        isolate: Load the records of a part again in smaller slices where its errors do not name the bad ones; only
            with an upsert key.
        parallel: How many parts may be under way at once.
    """

    backoff: Backoff = field(default_factory=Backoff)
    pace: Pace = field(default_factory=Pace)
    patience: Patience = field(default_factory=Patience)
    limits: Limits = field(default_factory=Limits)
    never_resend: bool = False
    resend_uncertain: bool = False
    isolate: bool = False
    parallel: int = 1

    def __post_init__(self) -> None:
        if self.parallel < 1:
            raise ValueError("at least one part at a time")


@dataclass(frozen=True, slots=True)
class Run:
    """One upload under way.

    All of it may be used by several threads at once, as long as `progress` may.
    """

    folder: Path
    manifest: Manifest
    plan: Plan
    aim: Aim
    target: Target
    journal: Journal
    settings: Settings
    clock: Clock
    progress: Progress
    callback_url: str | None
    hints: Hints | None

    @property
    def command(self) -> str:
        """The command that goes on with it, for messages."""
        return f"`contactprep upload {self.folder}`"
