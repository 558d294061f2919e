"""Judges the records of a batch by a contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.checking.hits import Hits, Longs, gather
from pipeline.checking.hosts import Mail, column_of
from pipeline.checking.mailboxes import judge_mailboxes
from pipeline.checking.sense import Edge, Sense, SenseKind, judge_sense
from pipeline.checking.slips import Slip, slips_of
from pipeline.checking.texts import emails_in_names, expects_a_name
from pipeline.contracts import BY_CODE, Contract, Judged, Policy, Severity, judge, message_of
from pipeline.mapping import HeaderMap, Mapped
from pipeline.mapping.deriving import first_addresses

if TYPE_CHECKING:
    from pipeline.contracts import ColumnVerdicts, Mark

Bools = npt.NDArray[np.bool_]

NOTHING: Mapping[str, str] = MappingProxyType({})
"""No host was asked about."""


class Found(NamedTuple):
    """What a finding says, apart from its place.

    Attributes:
        code: The rule.
        severity: After the policy.
        column: Header as in the file.
        field: The schema's name.
        message: One sentence without the value.
        position: The column's position in the file, or -1.
    """

    code: str
    severity: Severity
    column: str
    field: str
    message: str
    position: int = -1


class Changed(NamedTuple):
    """What a change says, apart from its place.

    Attributes:
        rule: The rules that made it, joined by `;`, in the order in which they were applied.
        column: Header as in the file.
        field: The schema's name.
        position: The column's position in the file.
    """

    rule: str
    column: str
    field: str
    position: int


@dataclass(frozen=True, slots=True)
class Checked:
    """n records and what was found in them.

    Attributes:
        records: n record numbers, strictly increasing.
        lines: n physical first lines.
        raw: n × c original text; columns are the positions 0 … c-1.
        header: Which columns are which fields.
        judged: The verdicts.
        refused: Mask of the n records that some cell rejects.
        blankable: Mask of the refused records that `on_invalid = "blank"` would let pass.
        findings: Findings in cells, of all records.
        changes: Altered cells, of all records.
        sense: Findings across columns and records, of all records but those at the edges of the batch.
        edges: What the first and the last record need to know of their neighbours.
        slips: Records in a row that have their neighbour's website.
    """

    records: Longs
    lines: Longs
    raw: pd.DataFrame
    header: HeaderMap
    judged: Judged
    refused: Bools
    blankable: Bools
    findings: Hits
    changes: Hits
    sense: Hits
    edges: tuple[Edge, ...]
    slips: tuple[Slip, ...]

    def __post_init__(self) -> None:
        if not len(self.records) == len(self.lines) == len(self.raw) == len(self.refused):
            raise ValueError("a checked batch has one verdict for each record")

    def values(self) -> pd.DataFrame:
        """Return the n × f normal forms of the mapped fields, named and ordered as in `clean.csv`; blanks missing."""
        columns = self.judged.verdicts.columns
        return pd.DataFrame({name: columns[name].values for name in self.header.fields}, index=self.raw.index)


def check(
    records: Longs,
    lines: Longs,
    raw: pd.DataFrame,
    header: HeaderMap,
    contract: Contract,
    policy: Policy,
    gone: Mapping[str, str] = NOTHING,
) -> Checked:
    """Return the verdicts of n records of raw text.

    Args:
        records: n record numbers, strictly increasing.
        lines: n physical first lines.
        raw: n × c text without missing values; columns are positions.
        header: Which of them are which fields.
        contract: The schema.
        policy: What the run decides instead of it.
        gone: The code of each host that cannot have mail, as far as that was asked.

    Raises:
        RuleCrashed: A rule raised: our bug.
    """
    cells = {mapped.field.name: raw[mapped.position] for mapped in header.mapped}
    cut: dict[str, Bools] = {}
    for mapped in header.mapped:
        if mapped.takes_first:
            cells[mapped.field.name], cut[mapped.field.name] = first_addresses(cells[mapped.field.name])
    named = pd.DataFrame(cells, index=raw.index)
    judged = judge(contract, named, policy)
    refused = judged.refused(len(raw))
    findings: list[tuple[Longs, Any]] = []
    changes: list[tuple[Longs, Any]] = []
    stubborn = np.zeros(len(raw), dtype=np.bool_)
    for mapped in header.mapped:
        column = judged.verdicts.columns[mapped.field.name]
        if mapped.field.key or mapped.field.required:
            stubborn |= column.refused
        for marks, rows in zip(column.combinations, column.places(), strict=True):
            if mapped.takes_first:
                rows = rows if marks else np.flatnonzero(column.which == 0)
                whole = cut[mapped.field.name][rows]
                changes += _taken(rows[whole], marks, mapped)
                findings += [(rows[whole], _found(_FIRST, BY_CODE[_FIRST].severity, "", mapped))]
            if not marks or not len(rows):
                continue
            for mark in marks:
                if BY_CODE[mark.code].is_finding:
                    findings.append((rows, _found(mark.code, mark.severity, mark.done, mapped)))
            rule = _rule_of(marks)
            if mapped.takes_first:
                rows = rows[~cut[mapped.field.name][rows]]
            if rule:
                changes.append((rows, Changed(rule, mapped.column, mapped.field.name, mapped.position)))
    for name, check_name, failed in judged.own:
        stubborn |= failed
        found = next((mapped for mapped in header.mapped if mapped.field.name == name), None)
        message = message_of("C103", check=check_name)
        place = found.position if found else -1
        kind = Found("C103", Severity.ERROR, found.column if found else name, name, message, place)
        findings.append((np.flatnonzero(failed), kind))
    mails = _mail_of(header, judged)
    sense = _sense_of(records, lines, raw, header, judged, mails)
    seen = (*_values_of(header, judged, mails, gone), *sense.findings)
    return Checked(
        records,
        lines,
        raw,
        header,
        judged,
        refused,
        refused & ~stubborn,
        gather(findings),
        gather(changes),
        gather([(rows, _sense_kind(kind)) for rows, kind in seen]),
        sense.edges,
        slips_of(records, lines, sense.findings),
    )


_FIRST = "E208"


def _found(code: str, severity: Severity, done: str, mapped: Mapped) -> Found:
    message = message_of(code, mapped.field, done)
    return Found(code, severity, mapped.column, mapped.field.name, message, mapped.position)


def _taken(rows: Longs, marks: tuple[Mark, ...], mapped: Mapped) -> list[tuple[Longs, Changed]]:
    """Return the changes of cells of which the first address was taken: nothing where that was refused."""
    if any(mark.severity is Severity.ERROR for mark in marks):
        return []
    rule = ";".join(filter(None, (_FIRST, _rule_of(marks))))
    return [(rows, Changed(rule, mapped.column, mapped.field.name, mapped.position))]


def _rule_of(marks: tuple[Mark, ...]) -> str:
    """Return the rules that altered a cell, or "" where none did (a refused or kept cell is not altered)."""
    if any(mark.severity is Severity.ERROR or mark.done == "kept" for mark in marks):
        return ""
    return ";".join(mark.code for mark in marks if BY_CODE[mark.code].changes and mark.done == "")


def _sense_kind(kind: SenseKind) -> Found:
    code, column, field, position, which = kind
    return Found(code, Severity.WARNING, column, field, message_of(code, which=which), position)


def _mail_of(header: HeaderMap, judged: Judged) -> dict[str, Mail]:
    """Return the n addresses of each e-mail field."""
    columns = judged.verdicts.columns
    return {
        mapped.field.name: Mail(column_of(known_values(columns[mapped.field.name])))
        for mapped in header.mapped
        if mapped.field.kind == "email"
    }


def _values_of(
    header: HeaderMap, judged: Judged, mails: Mapping[str, Mail], gone: Mapping[str, str]
) -> Iterator[tuple[Longs, SenseKind]]:
    """Yield what is to be said of values that are well formed, one column after the other."""
    for mapped in header.mapped:
        place = (mapped.column, mapped.field.name, mapped.position)
        if mapped.field.name in mails:
            yield from judge_mailboxes(mails[mapped.field.name], place, gone)
        elif mapped.field.kind == "text" and expects_a_name(mapped.field):
            rows = emails_in_names(judged.verdicts.columns[mapped.field.name].values)
            if rows.size:
                yield rows, ("S103", *place, "")


def known_values(column: ColumnVerdicts) -> pd.Series[Any]:
    """Return a column's n values but for bad cells that were kept: these are no values of its kind."""
    kept = column.where(lambda mark: mark.done == "kept")
    return column.values.mask(kept) if kept.any() else column.values


def _sense_of(
    records: Longs,
    lines: Longs,
    raw: pd.DataFrame,
    header: HeaderMap,
    judged: Judged,
    mails: Mapping[str, Mail],
) -> Sense:
    """Return the findings across columns, where the file has both an e-mail and a website."""
    emails = [mapped for mapped in header.mapped if mapped.field.kind == "email"]
    websites = [mapped for mapped in header.mapped if mapped.field.kind == "website"]
    email = next((mapped for mapped in emails if mapped.field.key), emails[0] if emails else None)
    if email is None or not websites:
        return Sense((), ())
    website = websites[0]
    columns = judged.verdicts.columns
    return judge_sense(
        records,
        lines,
        known_values(columns[email.field.name]),
        known_values(columns[website.field.name]),
        raw[website.position],
        (website.column, website.field.name, website.position),
        mails[email.field.name],
    )
