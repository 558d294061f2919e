"""From a file to the text of a schema file."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from pipeline.contracts import FieldSpec, Target, contract_of_parts, draft_yaml
from pipeline.inferring.evidence import Evidence, gather
from pipeline.inferring.guessing import guess_fields
from pipeline.reading import scan
from pipeline.reading.options import Reading
from pipeline.records import Source

MOST_CANDIDATES = 4
"""Columns whose repeated values are counted to find the key."""

_HEAD = (
    "A draft from {file}: {records} records in {columns} columns. Read every line of it; a file shows what people",
    "typed, not what the target takes. No maximum length is set: the longest cell of a file is no limit of the target.",
    "Phones without a country code are read as numbers of {region}; `region: DE` would say another.",
)


def infer(source: str | Path | BinaryIO, *, reading: Reading | None = None, stem: str = "my") -> str:
    """Return a draft of a schema file that fits a contact file, with the evidence as comments.

    Args:
        source: A path, or a binary stream, which is read to its end.
        reading: How to read it where the evidence shall not decide.
        stem: What the schema is named after.

    Raises:
        SourceError: It cannot be read as a table.
        UsageError: Two of its columns have one name.
    """
    with tempfile.TemporaryDirectory(prefix="contactprep-") as spool:
        scanned = scan(source, name=None, spool=Path(spool), **(reading or Reading()).arguments())
        target = Target(name=f"{_word(stem)}.contact", title=f"Contacts as in {scanned.name}")
        guessed = guess_fields(scanned, target)
        keys = _candidates(guessed)
        marked = tuple(replace(field, key=field.name == keys[0].name) for field in guessed)
        evidence = gather(scanned, contract_of_parts(target, marked), keys)
    key = min(keys, key=lambda field: _misfit(field, evidence[field.name], keys))
    drafted = tuple(_drafted(field, evidence[field.name], field.name == key.name) for field in guessed)
    remarks = {field.name: _remarks(field, evidence[field.name], scanned) for field in drafted}
    head = [
        line.format(
            file=scanned.name, records=f"{scanned.records:,}", columns=len(scanned.header), region=target.region
        )
        for line in _HEAD
    ]
    left_out = [str(place) for place, name in enumerate(scanned.header, 1) if not name.strip()]
    if left_out:
        head.append(f"Columns without a name are left out: {', '.join(left_out)}.")
    return draft_yaml(target, drafted, head, remarks)


def _word(stem: str) -> str:
    """Return a file's stem as a word of a schema's name.

    >>> _word("Trade fair (2025)")
    'trade_fair_2025'
    """
    return re.sub(r"[^\w]+", "_", stem.casefold()).strip("_") or "my"


def _candidates(fields: Sequence[FieldSpec]) -> list[FieldSpec]:
    """Return the fields that may identify a contact: e-mail addresses, or whatever there is if there is none."""
    emails = [field for field in fields if field.kind == "email"]
    return (emails or list(fields))[:MOST_CANDIDATES]


def _misfit(field: FieldSpec, evidence: Evidence, keys: Sequence[FieldSpec]) -> tuple[int, int, int]:
    """Return how badly a field would do as the key: records without a value of their own, and its place."""
    lacking = evidence.blank + evidence.refused + (evidence.repeated or 0)
    return lacking, 0 if field.aliases else 1, keys.index(field)


def _drafted(field: FieldSpec, evidence: Evidence, key: bool) -> FieldSpec:
    complete = evidence.accepted > 0 and not evidence.blank
    choices = evidence.choices if field.kind == "text" and not key else ()
    return replace(field, key=key, required=complete, choices=choices)


def _remarks(field: FieldSpec, evidence: Evidence, source: Source) -> list[str]:
    """Return the evidence for a field, a line each."""
    if not source.records:
        return [f"{field.kind} by the header alone: there are no records"]
    filled = evidence.accepted + evidence.refused
    lines = [
        f"{evidence.accepted:,} of {filled:,} cells are accepted as {field.kind}, {evidence.blank:,} are blank; "
        f"the longest has {evidence.longest:,} characters"
    ]
    if evidence.refused:
        lines.append(f"{evidence.refused:,} cells are refused: `contactprep check` with this schema names them")
    if field.key:
        repeated = evidence.repeated or 0
        lines.append(
            f"the key: {repeated:,} records repeat an earlier one's value and are rejected as duplicates"
            if repeated
            else "the key: no two records have the same value"
        )
    if field.kind == "text" and not field.key and evidence.choices:
        shown = ", ".join(f"{value} ({count:,})" for value, count in evidence.values)
        lines.append(f"few values, each several times: {shown}")
    return lines
