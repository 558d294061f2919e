"""Lists of contacts that are known already: read like any other file, and kept as keys on disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.contracts import Contract, FieldSpec, Policy, Severity, judge_fields, message_of
from pipeline.deduplicating import Keys, keys_of
from pipeline.engines import Crew
from pipeline.errors import UsageError
from pipeline.mapping import map_header
from pipeline.preparing.identities import normal_forms
from pipeline.preparing.stored import Stored, store
from pipeline.reading import read, scan
from pipeline.records import Finding, Range, Source


@dataclass(frozen=True, slots=True)
class _KeyFile:
    """The keys of one range on disk; can be sent to another process.

    Attributes:
        path: The file.
        count: How many they are.
        columns: What they consist of.
    """

    path: Path
    count: int
    columns: tuple[Stored, ...]

    def load(self) -> Keys:
        return Keys.of(tuple(column.load(self.path) for column in self.columns))


@dataclass(frozen=True, slots=True)
class ExistingList:
    """A list whose contacts are known.

    Attributes:
        name: Base name of the file.
        sha256: Hex digest of it.
        size: Its bytes.
        records: Its records.
        broken: How many of them cannot be read.
        keyed: How many have a key; one that stands there twice counts twice.
        pieces: The keys, a file for each of its ranges.
    """

    name: str
    sha256: str
    size: int
    records: int
    broken: int
    keyed: int
    pieces: tuple[_KeyFile, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.broken + self.keyed <= self.records:
            raise ValueError(f"{self.name}: {self.broken} broken and {self.keyed} with a key of {self.records} records")

    @property
    def keys(self) -> Iterator[Keys]:
        """The keys of each of its ranges, in order.

        Raises:
            OSError: They cannot be read back.
        """
        return (piece.load() for piece in self.pieces)

    @property
    def blank(self) -> int:
        """How many records can be read and have no key."""
        return self.records - self.broken - self.keyed

    def as_setting(self) -> dict[str, Any]:
        """Return what a report says of it."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "size": self.size,
            "records": self.records,
            "keys": self.keyed,
            "unreadable": self.broken,
            "without_key": self.blank,
        }

    def finding(self, identity: Sequence[FieldSpec]) -> Finding | None:
        """Return what is to be said of records that nothing is compared with, or None if there are none."""
        if not self.broken + self.blank:
            return None
        message = message_of(
            "K103",
            file=self.name,
            records=f"{self.records:,}",
            broken=f"{self.broken:,}",
            blank=f"{self.blank:,}",
            fields=" and ".join(field.name for field in identity),
        )
        return Finding("K103", Severity.INFO, message)


@dataclass(frozen=True, slots=True)
class _Task:
    """What each range of a list is read by; can be sent to another process.

    Attributes:
        source: The scanned list.
        columns: Positions of the columns, and the fields that judge them.
        contract: The schema.
        policy: How cells are judged.
        folder: Where the keys are written.
    """

    source: Source
    columns: tuple[tuple[int, FieldSpec], ...]
    contract: Contract
    policy: Policy
    folder: Path


def read_existing(
    paths: Sequence[str | Path],
    identity: Sequence[FieldSpec],
    contract: Contract,
    policy: Policy,
    folder: Path,
    crew: Crew,
) -> tuple[ExistingList, ...]:
    """Return the lists, each read once and judged by the schema that judges the file they are compared with.

    Memory: that of a batch, in each process that takes part. A list is found out about by its own evidence; options
    that say how the other file is read do not apply to it.

    Args:
        paths: The files.
        identity: The fields of which their keys consist.
        contract: The schema.
        policy: What the run decides instead of it.
        folder: Where their keys are written, about 50 bytes for each record.
        crew: Who reads them.

    Raises:
        SourceError: One cannot be read as a table.
        UsageError: One has no column, or two, for a field; the text names its columns and the way out.
    """
    return tuple(
        _read_list(path, identity, contract, policy, folder / f"existing-{number}", crew)
        for number, path in enumerate(paths)
    )


def _read_list(
    path: str | Path, identity: Sequence[FieldSpec], contract: Contract, policy: Policy, folder: Path, crew: Crew
) -> ExistingList:
    folder.mkdir()
    with tempfile.TemporaryDirectory(prefix="contactprep-") as spool:
        source = scan(path, spool=Path(spool), begun=crew.start)
        columns = _columns_of(source, identity, contract)
        # A cell that is refused has no normal form, whatever becomes of it in the other file.
        task = _Task(source, columns, contract, replace(policy, on_invalid="reject"), folder)
        name = partial(_name_of, source.name)
        done = list(crew.carry_out(partial(_spill, task), source.ranges, name=name))
    return ExistingList(
        name=source.name,
        sha256=source.sha256,
        size=source.size,
        records=source.records,
        broken=sum(broken for _, broken in done),
        keyed=sum(piece.count for piece, _ in done),
        pieces=tuple(piece for piece, _ in done),
    )


def _name_of(file: str, part: Range) -> str:
    return f"range {part.number} of {file}"


def _spill(task: _Task, part: Range) -> tuple[_KeyFile, int]:
    """Write the keys of one range of a list; returns them and how many of its records cannot be read."""
    table = read(task.source, part)
    fields = [field for _, field in task.columns]
    frame = pd.DataFrame({field.name: table.frame[position] for position, field in task.columns})
    verdicts = judge_fields(task.contract, frame, task.policy)
    keys = [normal_forms(verdicts.columns[field.name]) for field in fields]
    nobody = np.zeros(len(frame), np.bool_)
    path = task.folder / f"{part.number:08d}.keys"
    found = keys_of(keys, table.frame.index.to_numpy(dtype="int64"), table.lines, ~nobody, nobody)
    with path.open("wb") as file:
        columns = tuple(store(file, column) for column in found.columns())
    return _KeyFile(path, len(found.records), columns), len(table.broken)


def _columns_of(source: Source, identity: Sequence[FieldSpec], contract: Contract) -> tuple[tuple[int, FieldSpec], ...]:
    """Return the position of the column of each field.

    The header is mapped column by column as that of any file is, but nothing else than these fields must be there,
    and what answers to others may do so twice.
    """
    optional = replace(contract, fields=tuple(replace(field, key=False, required=False) for field in contract.fields))
    found: dict[str, list[int]] = {}
    for position, column in enumerate(source.header):
        for mapped in map_header((column,), optional, file=source.name).mapped:
            found.setdefault(mapped.field.name, []).append(position)
    places: list[tuple[int, FieldSpec]] = []
    for field in identity:
        positions = found.get(field.name, [])
        if len(positions) != 1:
            raise UsageError(_wrong(source, field, positions))
        places.append((positions[0], field))
    return tuple(places)


def _wrong(source: Source, field: FieldSpec, positions: Sequence[int]) -> str:
    what = f"{source.name} (--existing)"
    if positions:
        places = " and ".join(f"column {position + 1} ({source.header[position]!r})" for position in positions)
        return f"{what}: {places} both answer to {field.name}; rename or remove all but one in its header"
    shown = ", ".join(repr(column) for column in source.header[:12]) + (", …" if len(source.header) > 12 else "")
    return (
        f"{what}: no column for {field.name}, by which contacts are compared; it has {shown}: rename one to "
        f"{field.name}, or compare by other fields with --duplicates-by"
    )
