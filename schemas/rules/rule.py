"""What a rule is: a defect or a change with a code that never changes its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a rule does to a record.

    `ERROR` rejects the record, `WARNING` and `INFO` are findings that do not. `CHANGE` is no finding at all: a cell
    got its usual spelling, which stands in the change log only.
    """

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the catalogue.

    Attributes:
        code: A letter and three digits, never reused. R record structure, H header, C any cell, E e-mail, P phone,
            W website, T text, D date, L place (country, state), K key across records, S sense across columns. x0x: a
            change without a finding, x1x: an error, x2x: a repair or a note.
        name: kebab-case name of the defect (not of its absence).
        severity: What it does to a record, before any policy.
        message: One sentence for the colleague who must fix it. May hold `{name}` placeholders, filled from the
            finding's parameters.
        finds: What it finds, in one or two sentences.
        why: Why it matters.
        example: `before` of one offending cell or record, as plain text.
        repair: What the product does about it, or what a person should do.
        source: Where the rule comes from: library and function, document and section.
        changes: True if the rule alters the cell, so that it appears in the change log too.
    """

    code: str
    name: str
    severity: Severity
    message: str
    finds: str
    why: str
    example: str
    repair: str
    source: str
    changes: bool = False

    def __post_init__(self) -> None:
        if not (len(self.code) == 4 and self.code[0].isupper() and self.code[1:].isdigit()):
            raise ValueError(f"rule code {self.code!r} is not a letter and three digits")
        if self.severity is Severity.CHANGE and not self.changes:
            raise ValueError(f"rule {self.code} is a change and must say changes=True")
        for part in ("name", "message", "finds", "why", "repair", "source"):
            if not getattr(self, part):
                raise ValueError(f"rule {self.code} has no {part}")

    @property
    def is_finding(self) -> bool:
        """Whether it is reported as a finding (everything but a plain change)."""
        return self.severity is not Severity.CHANGE
