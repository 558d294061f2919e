"""What is to be said of a file as a whole, once its batches are known: its header, its contents, and the last file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.contracts import BY_CODE, first_email, guess_kind, message_of
from pipeline.mapping import Mapped, Suggestion
from pipeline.mapping.drifting import drift_of
from pipeline.mapping.senders import Cells, LastFile
from pipeline.mapping.suggesting import suggest
from pipeline.preparing.batches import Work
from pipeline.preparing.overall import Overall
from pipeline.records import Finding


@dataclass(frozen=True, slots=True)
class Look:
    """What a mapped column looked like over the whole file.

    Attributes:
        blank: How many of its cells are blank.
        refused: How many are refused, whatever the run made of them.
        kind: What a sample of its cells seems to hold; "" where nobody asked.
    """

    blank: int
    refused: int
    kind: str


@dataclass(frozen=True, slots=True)
class Remarks:
    """What is to be said of a file as a whole.

    Attributes:
        findings: Without a record; they come first in `findings.csv`.
        suggestions: What the columns without a field may be.
        looks: Of each mapped column, in the order of the header map.
    """

    findings: tuple[Finding, ...]
    suggestions: tuple[Suggestion, ...]
    looks: tuple[Look, ...]


def remarks_on(work: Work, overall: Overall) -> Remarks:
    """Return what is to be said of a file.

    Args:
        work: What its batches were judged by.
        overall: What they come to.
    """
    cells = overall.sample
    header, contract, source = work.header, work.contract, work.source
    suggestions = (
        suggest(source.header, header.unmapped, contract, header.fields, cells, region=region_of(work))
        if header.unmapped
        else ()
    )
    looks = _looks(work, overall)
    hints = {one.position: f"; it looks like {one.field} ({one.reason})" for one in suggestions}
    unmapped = [
        _finding(
            work,
            "H101",
            message_of("H101", schema=contract.name, number=position + 1, hint=hints.get(position, "")),
            source.header[position],
        )
        for position in header.unmapped
    ]
    empty = [] if source.records else [_finding(work, "H102", message_of("H102"))]
    return Remarks((*source.findings, *unmapped, *empty, *_drift(work, looks, overall.judged)), suggestions, looks)


def _looks(work: Work, overall: Overall) -> tuple[Look, ...]:
    mapping = work.settings.mapping
    is_asked = work.settings.remember or (mapping is not None and mapping.last is not None)
    return tuple(
        Look(
            counts.blank,
            counts.refused,
            _kind(work, mapped, overall.sample.get(mapped.position, ())) if is_asked else "",
        )
        for mapped, counts in zip(work.header.mapped, overall.looks, strict=True)
    )


def _kind(work: Work, mapped: Mapped, texts: Sequence[str]) -> str:
    """Return what a sample of a column's cells seems to hold, read as the run reads them."""
    if mapped.takes_first:
        texts = [first_email(text) or text for text in texts]
    return guess_kind(texts, region=region_of(work))


def region_of(work: Work) -> str:
    """Return the region of phone numbers without a country code."""
    return work.settings.judging.region or work.contract.target.region


def _drift(work: Work, looks: Sequence[Look], judged: int) -> list[Finding]:
    """Return how the file, of which so many records were judged, differs from the last one that is remembered."""
    mapping, mapped, records = work.settings.mapping, work.header.mapped, judged
    if mapping is None or mapping.last is None:
        return []
    cells = {
        one.field.name: Cells(look.blank / records, look.refused / records, look.kind)
        for one, look in zip(mapped, looks, strict=True)
        if records
    }
    now = LastFile(work.source.header, records, 0, cells)
    columns = {one.field.name: one.column for one in mapped}
    return [
        _finding(work, one.code, message_of(one.code, before=one.before, now=one.now), one.column, one.field)
        for one in drift_of(mapping.last, now, columns)
    ]


def _finding(work: Work, code: str, message: str, column: str = "", field: str = "") -> Finding:
    line = work.source.header_line
    return Finding(code, BY_CODE[code].severity, message, line=line, column=column, field=field)
