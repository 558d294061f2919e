"""The row of the table of rules: a small file that has a defect, and the nearest one that has not."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.contracts import BY_CODE, Model, Severity
from pipeline.preparing import Settings, check
from pipeline.preparing.settings import Policy
from pipeline.reading.options import Reading
from pipeline.reporting.report import Report

Text = str | bytes | Callable[[], bytes]
"""A file's text, its bytes, or what makes them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule, shown.

    Attributes:
        code: The rule.
        broken: A file in which it finds something.
        fine: The nearest file in which it does not.
        schema: What both are judged by; by their header if it is None.
        settings: What the run decides.
        reading: How both are read.
        plainly: Whether the fine file is read without being told how.
        name: What the file is called, for its ending.
    """

    code: str
    broken: Text
    fine: Text
    schema: str | Model | None = None
    settings: Settings = field(default_factory=Settings)
    reading: Reading = field(default_factory=Reading)
    plainly: bool = False
    name: str = "people.csv"

    def counts(self) -> tuple[int, int]:
        """Return how often the rule finds something in the broken file and in the fine one."""
        return self._count(self.broken, self.reading), self._count(
            self.fine, Reading() if self.plainly else self.reading
        )

    def _count(self, text: Text, reading: Reading) -> int:
        data = text() if callable(text) else text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
        report = check(io.BytesIO(data), schema=self.schema, settings=self.settings, reading=reading, name=self.name)
        return count_in(report, self.code)


def count_in(report: Report, code: str) -> int:
    """Return how many findings, or changes if the rule is no finding, a report counts for a rule."""
    if BY_CODE[code].severity is not Severity.CHANGE:
        return report.count(code)
    return sum(change["count"] for change in report.data["changes"] if code in change["rule"].split(";"))


def table(*columns: str) -> Callable[..., str]:
    r"""Return what writes a file of these columns from the cells of one record.

    >>> table("E-mail", "Phone")("ann@acme.com", "1, 2")
    'E-mail,Phone\nann@acme.com,"1, 2"\n'
    """

    def write(*cells: str) -> str:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([columns, cells])
        return text.getvalue()

    return write


def email(text: str) -> str:
    """Return a file with one e-mail address."""
    return table("E-mail", "Name")(text, "Ann")


def phone(text: str) -> str:
    """Return a file with one phone."""
    return table("E-mail", "Phone")("ann@acme.com", text)


def website(text: str) -> str:
    """Return a file with one website."""
    return table("E-mail", "Website")("ann@acme.com", text)


def first_name(text: str) -> str:
    """Return a file with one first name."""
    return table("E-mail", "First Name")("ann@acme.com", text)


STRICT = Settings(policy=Policy(strict_phones=True))
BLANKING = Settings(policy=Policy(on_invalid="blank"))
