"""The report: what came in, what was changed, what was set aside and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.errors import Exit

FailOn = Literal["never", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Report:
    """What a check or a preparation found.

    Attributes:
        data: The contents of `report.json`; see docs/files.md.
    """

    data: Mapping[str, Any]

    def __post_init__(self) -> None:
        counts = self.data["counts"]
        if counts["accepted"] + counts["rejected"] != counts["records"]:
            raise ValueError(f"accepted and rejected are not all records: {counts}")

    @property
    def records(self) -> int:
        """Records that were judged: those in the file, unless the error budget ended the run before."""
        return int(self.data["counts"]["records"])

    @property
    def accepted(self) -> int:
        """Records without an error."""
        return int(self.data["counts"]["accepted"])

    @property
    def rejected(self) -> int:
        """Records with one, duplicates included."""
        return int(self.data["counts"]["rejected"])

    @property
    def changed_cells(self) -> int:
        """Cells of accepted records whose text was altered."""
        return int(self.data["counts"]["changed_cells"])

    @property
    def schema(self) -> str:
        """Name of the schema it was judged by."""
        return str(self.data["schema"]["name"])

    @property
    def over_budget(self) -> bool:
        """Whether more records were rejected than the error budget allows, so that nothing may be uploaded."""
        return bool(self.data["budget"]["exceeded"])

    def count(self, code: str) -> int:
        """Return how many findings a rule has, over all columns."""
        return sum(rule["count"] for rule in self.data["rules"] if rule["code"] == code)

    def exit_status(self, fail_on: FailOn = "error") -> Exit:
        """Return 1 if there are findings at or above a severity, else 0.

        A rejected record is an error. Infos never fail. Over the error budget it is 1 whatever the severity.
        """
        if self.over_budget:
            return Exit.FINDINGS
        severities = {rule["severity"] for rule in self.data["rules"]}
        errors = self.rejected > 0 or "error" in severities
        if fail_on == "never" or not (errors or (fail_on == "warning" and "warning" in severities)):
            return Exit.FINE
        return Exit.FINDINGS
