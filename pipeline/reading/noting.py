"""What the structure rules say at one place, with the catalogue's words and severities."""

from __future__ import annotations

from pipeline.contracts import BY_CODE
from pipeline.records import Finding


def finding(
    code: str, *, record: int | None = None, line: int | None = None, column: str = "", value: str = "", **words: object
) -> Finding:
    """Return a finding of a rule at one place.

    Args:
        code: The rule.
        record: Record number, or None for the file as a whole.
        line: Physical line.
        column: Name in the header.
        value: The cell's text.
        words: What the rule's message names beside the line.
    """
    rule = BY_CODE[code]
    message = rule.message.format_map({"line": line, **words})
    return Finding(code, rule.severity, message, record=record, line=line, column=column, value=value)


def words_of(code: str, **words: object) -> str:
    """Return a rule's sentence for one place.

    >>> words_of("R102", cells=8, width=7)
    'the record has 8 cells, the header 7'
    """
    return BY_CODE[code].message.format_map(words)
