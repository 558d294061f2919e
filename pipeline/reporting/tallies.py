"""Exact counts and the first few examples of what was found and changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pipeline.contracts import BY_CODE, RULES

MOST_EXAMPLES = 10
"""Examples kept of one rule in one column, in record order. Source: the prepared folder's format, `report.json`."""

MOST_QUOTED = 500
"""Characters of a value that an example quotes; a broken record may be long, and `findings.csv` has all of it."""

_ORDER = {rule.code: number for number, rule in enumerate(RULES)}


class Example(NamedTuple):
    """One place where something was found or changed.

    Attributes:
        record: Record number, or None for the file as a whole.
        line: Physical line, or None.
        value: The original text of the cell, or "".
        message: What is wrong; for a change the new text.
    """

    record: int | None
    line: int | None
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What is counted together.

    Attributes:
        code: The rule; for a change the rules joined by `;`.
        severity: After the policy; `change` for a change.
        column: Header as in the file.
        field: The schema's name.
    """

    code: str
    severity: str
    column: str = ""
    field: str = ""


def _shortened(example: Example) -> Example:
    if len(example.value) <= MOST_QUOTED and len(example.message) <= MOST_QUOTED:
        return example
    value, message = (text[:MOST_QUOTED] + "…" * (len(text) > MOST_QUOTED) for text in (example.value, example.message))
    return example._replace(value=value, message=message)


def _record_of(example: Example) -> int:
    return example.record or 0


@dataclass(slots=True)
class Tally:
    """Counts and examples by topic. Merging batches in any order gives the same, since examples go by record.

    Attributes:
        counts: How often each topic was seen.
        examples: The first places of each by record, at most `most`; none where they were let go.
        most: How many examples are kept of a topic.
    """

    most: int = MOST_EXAMPLES
    counts: dict[Topic, int] = field(default_factory=dict)
    examples: dict[Topic, list[Example]] = field(default_factory=dict)

    def add(self, topic: Topic, count: int, examples: Iterable[Example]) -> None:
        """Count something; only the first examples by record are kept."""
        if count:
            self._take(topic, count, sorted(map(_shortened, examples), key=_record_of))

    def merge(self, other: Tally) -> None:
        """Take in what another tally counted."""
        for topic, count in other.counts.items():
            self._take(topic, count, other.examples.get(topic, []))

    def _take(self, topic: Topic, count: int, examples: list[Example]) -> None:
        """Count something, with examples by record."""
        self.counts[topic] = self.counts.get(topic, 0) + count
        held = self.examples.setdefault(topic, [])
        # Mostly the others come later in the file, and there are enough.
        if examples and (len(held) < self.most or _record_of(examples[0]) < _record_of(held[-1])):
            self.examples[topic] = sorted([*held, *examples], key=_record_of)[: self.most]

    def let_go(self, earlier: Tally) -> None:
        """Drop the examples of topics of which another tally, of earlier records alone, has as many as are kept."""
        for topic in self.counts:
            if len(earlier.examples.get(topic, ())) >= self.most:
                del self.examples[topic]

    def as_findings(self, columns: tuple[str, ...]) -> list[dict[str, Any]]:
        """Return the `rules` of `report.json`: findings by rule and column, columns in the file's order."""
        return [
            {
                "code": topic.code,
                "name": BY_CODE[topic.code].name,
                "severity": topic.severity,
                "column": topic.column,
                "field": topic.field,
                "count": self.counts[topic],
                "examples": [
                    {"record": example.record, "line": example.line, "value": example.value, "message": example.message}
                    for example in self.examples[topic]
                ],
            }
            for topic in self._in_file_order(columns)
        ]

    def as_changes(self, columns: tuple[str, ...]) -> list[dict[str, Any]]:
        """Return the `changes` of `report.json`: altered cells of accepted records by rule and column."""
        return [
            {
                "rule": topic.code,
                "name": " + ".join(BY_CODE[code].name for code in topic.code.split(";")),
                "column": topic.column,
                "field": topic.field,
                "count": self.counts[topic],
                "examples": [
                    {"record": example.record, "line": example.line, "before": example.value, "after": example.message}
                    for example in self.examples[topic]
                ],
            }
            for topic in self._in_file_order(columns)
        ]

    def _in_file_order(self, columns: tuple[str, ...]) -> list[Topic]:
        place = {column: number for number, column in reversed(list(enumerate(columns)))}
        return sorted(
            self.counts,
            key=lambda topic: (
                _ORDER.get(topic.code.split(";")[0], -1),
                topic.code,
                place.get(topic.column, -1),
                topic.column,
                topic.field,
            ),
        )
