"""`prepare_frame`: the same verdicts on a frame in memory, for a data-engineering job."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.checking import Checked, check
from pipeline.checking.sense import settle
from pipeline.contracts import Contract, FieldSpec, SchemaLike, Severity, as_text, message_of, opened_contract
from pipeline.deduplicating import KeyIndex, keys_of
from pipeline.engines import Crew
from pipeline.mapping import HeaderMap, Mapped, choose_schema, map_header
from pipeline.mapping.deriving import widened
from pipeline.mapping.suggesting import SAMPLE
from pipeline.preparing.domains import Seen, addresses, domain_counts
from pipeline.preparing.edits import Lost
from pipeline.preparing.existing import read_existing
from pipeline.preparing.identities import columns_of, filled_of, identity_of, normal_forms, said_of
from pipeline.preparing.joining import unique_names
from pipeline.preparing.reasons import reasons_of
from pipeline.preparing.settings import Settings
from pipeline.writing.files import translating


@dataclass(frozen=True, slots=True)
class PreparedFrame:
    """A frame of n records, judged. Accepted and rejected are disjoint and together all n.

    Attributes:
        accepted: The accepted records: the schema's fields that the frame had, in its order, in their normal form;
            dtype `str`, blanks missing (NaN); columns that are kept without a field as they were; the caller's index.
        rejected: The others: `_codes`, `_reasons`, then the caller's columns as they were (a
            name that stands twice gets `_2`); the caller's index.
        changes: One row for each altered cell of an accepted record: `record` (1-based position), `column`, `field`,
            `before`, `after`, `rule`; the caller's index.
        findings: One row for each finding: `record`, `column`, `field`, `code`, `severity`, `message`, `value`;
            the caller's index.
        schema: Name of the schema.
    """

    accepted: pd.DataFrame
    rejected: pd.DataFrame
    changes: pd.DataFrame
    findings: pd.DataFrame
    schema: str

    def __post_init__(self) -> None:
        if not {"_codes", "_reasons"} <= set(self.rejected.columns):
            raise ValueError("a rejected record says why")


def prepare_frame(
    frame: pd.DataFrame, *, schema: SchemaLike | None = None, settings: Settings | None = None
) -> PreparedFrame:
    """Return a frame's records, split into accepted and rejected, with every change and every finding.

    Args:
        frame: n × c. Columns that answer to a field (by the mapping, name, folded name or alias) hold text or are
            missing; integers become their digits. Others are kept in `rejected` only, unless the settings keep them.
            The index may be anything.
        schema: A schema's name, file (`my.yaml`), `module:Class`, model or contract; by default the
            one whose own field names match most of the columns.
        settings: What the run decides; lists of known contacts are files here too. The budget is the caller's to
            hold against what is rejected: nothing is published here.

    Raises:
        UsageError: No such schema, the columns do not fit it, a list lacks the fields that are compared, or no name
            server can be asked.
        SourceError: A list of known contacts cannot be read as a table.
        TypeError: A mapped column holds floats or dates: its spelling is lost, and the text says how to keep it.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"E-mail": ["ann@acme.com", "ann at acme"], "tel": ["444) 444-1234", ""]})
    >>> result = prepare_frame(people, schema="eloqua.contact")
    >>> result.accepted["C_BusPhone"].tolist(), result.rejected["_codes"].tolist()
    (['+14444441234'], ['E101'])
    """
    if not isinstance(frame, pd.DataFrame) or frame.columns.nlevels > 1:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError("prepare_frame takes a DataFrame with one level of column names")
    settings = settings or Settings()
    names = tuple(str(name) for name in frame.columns)
    schema = schema or (settings.mapping.schema if settings.mapping else None)
    contract = choose_schema(names)[0] if schema is None else opened_contract(schema)

    def sample() -> dict[int, list[str]]:
        return {position: _shown(frame.iloc[:SAMPLE, position]) for position in range(len(names))}

    header = map_header(
        names, contract, file="the frame", mapping=settings.mapping, unmapped=settings.rest, sample=sample
    )
    identity = identity_of(contract, settings.duplicates_by)
    columns = columns_of(header, identity, contract, file="the frame")
    records = np.arange(1, len(frame) + 1, dtype=np.int64)
    index = pd.Index(records, name="record")
    own = {mapped.position for mapped in header.mapped if not mapped.parts}
    used = sorted(own | {part for join in header.joins for part in join.parts})
    texts_of = {position: as_text(frame.iloc[:, position]).set_axis(index) for position in used}
    raw = widened(pd.DataFrame(texts_of, index=index), header)
    checked = check(records, records, raw, header, contract, settings.judging, _gone(raw, header, contract, settings))
    values = checked.values()
    lost = _lost(checked, identity, columns, contract, settings)
    dropped = [*lost.each(said_of(identity, contract), lines=False)]
    rejected = checked.refused | np.isin(records, [record for record, *_ in dropped])
    place = columns[0]
    cells = raw[place.position]
    out = [
        (
            record,
            place.column,
            place.field.name,
            code,
            Severity.ERROR.value,
            message,
            str(cells.loc[record]),
        )
        for record, _, code, message in dropped
    ]
    reasons = reasons_of(checked, checked.refused)
    texts = dict(zip(records[checked.refused].tolist(), (reasons.texts[one] for one in reasons.which), strict=True))
    texts |= {record: (code, f"{column}: {message}") for record, column, _, code, _, message, _ in out}
    why = [texts[record] for record in records[rejected].tolist()]
    originals = frame[rejected].copy()
    originals.columns = pd.Index(unique_names(["_codes", "_reasons", *map(str, frame.columns)])[2:])
    originals.insert(0, "_codes", pd.Series([codes for codes, _ in why], index=originals.index, dtype="str"))
    originals.insert(1, "_reasons", pd.Series([reason for _, reason in why], index=originals.index, dtype="str"))
    return PreparedFrame(
        accepted=_accepted(values[~rejected], frame[~rejected], header),
        rejected=originals,
        changes=_changes(checked, ~rejected, frame.index),
        findings=_findings(checked, out, frame.index),
        schema=contract.name,
    )


def _lost(
    checked: Checked,
    identity: Sequence[FieldSpec],
    columns: Sequence[Mapped],
    contract: Contract,
    settings: Settings,
) -> Lost:
    """Return the records that are one contact with another, or with one of a list."""
    records, accepted = checked.records, ~checked.refused
    forms = [normal_forms(checked.judged.verdicts.columns[mapped.field.name]) for mapped in columns]
    filled = filled_of(checked) if settings.survivor == "most-complete" else None
    keys = keys_of(forms, records, records, accepted, np.zeros(len(records), np.bool_), filled)
    with tempfile.TemporaryDirectory(prefix="contactprep-") as name, translating(Path(name)):
        folder = Path(name)
        lists = read_existing(settings.existing, identity, contract, settings.judging, folder, Crew(1))
        most = len(keys) + sum(one.keyed for one in lists)
        with KeyIndex(folder, most, settings.survivor) as index:
            for number, one in enumerate(lists):
                for some in one.keys:
                    index.add_list(number, some)
            index.add(keys)
            settled = index.find(keys, 0)
    return Lost(settled.losers, settled.known, tuple(one.name for one in lists))


def _gone(raw: pd.DataFrame, header: HeaderMap, contract: Contract, settings: Settings) -> Mapping[str, str]:
    """Return the code of each host that cannot have mail, if the run asks."""
    if settings.check_domains is None:
        return {}
    seen = Seen()
    seen.take(domain_counts(addresses(raw, header, contract)))
    return seen.ask(settings.check_domains).gone


def _accepted(values: pd.DataFrame, originals: pd.DataFrame, header: HeaderMap) -> pd.DataFrame:
    """Return the k accepted records with the caller's index: their values, and the columns that are kept beside them.

    Args:
        values: k × f.
        originals: The same records of the caller's frame.
        header: Which columns are which.
    """
    values = values.set_axis(originals.index, axis=0)
    if not header.kept:
        return values
    columns = [
        values[one.name] if isinstance(one, Mapped) else originals.iloc[:, one.position] for one in header.outputs
    ]
    return pd.concat(columns, axis=1).set_axis(list(header.columns), axis=1)


def _shown(column: pd.Series[Any]) -> list[str]:
    return ["" if missing else str(cell) for cell, missing in zip(column, column.isna(), strict=True)]


def _changes(checked: Checked, accepted: Any, index: pd.Index[Any]) -> pd.DataFrame:
    before = {mapped.position: checked.raw[mapped.position].tolist() for mapped in checked.header.mapped}
    values = checked.values().fillna("")
    after = {name: values[name].tolist() for name in values.columns}
    rows = [
        (row, row + 1, kind.column, kind.field, before[kind.position][row], after[kind.field][row], kind.rule)
        for row, kind in checked.changes.only(accepted).each()
    ]
    return _frame(rows, ["record", "column", "field", "before", "after", "rule"], index)


def _findings(checked: Checked, dropped: list[tuple[Any, ...]], index: pd.Index[Any]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for hits in (checked.findings, checked.sense):
        for row, kind in hits.each():
            value = checked.raw[kind.position].iloc[row] if kind.position >= 0 else ""
            rows.append((row, row + 1, kind.column, kind.field, kind.code, kind.severity.value, kind.message, value))
    for edge in checked.edges:
        found = settle(edge.own, edge.site, edge.before, edge.after)
        if found is not None:
            code, which = found
            message = message_of(code, which=which)
            name, field, _ = edge.column
            rows.append((edge.record - 1, edge.record, name, field, code, Severity.WARNING.value, message, edge.value))
    rows += [(record - 1, record, *rest) for record, *rest in dropped]
    rows.sort(key=lambda row: int(row[0]))
    return _frame(rows, ["record", "column", "field", "code", "severity", "message", "value"], index)


def _frame(rows: list[tuple[Any, ...]], columns: list[str], index: pd.Index[Any]) -> pd.DataFrame:
    """Return rows, whose first item is a row position of the caller's frame, as a frame with the caller's index."""
    positions = [row[0] for row in rows]
    cells = {name: [row[number + 1] for row in rows] for number, name in enumerate(columns)}
    frame = pd.DataFrame(cells, index=index.take(positions), columns=columns)
    return frame.astype({name: "int64" if name == "record" else "str" for name in columns})
