"""What is known of one sender's files: which column is which field, and what the last file looked like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Unmapped = Literal["drop", "keep", "error"]


@dataclass(frozen=True, slots=True)
class Join:
    """A field whose text stands in several columns.

    Attributes:
        columns: Their names, two or more, in the order in which they are joined.
        separator: What comes between two parts that hold something.
    """

    columns: tuple[str, ...]
    separator: str = " "

    def __post_init__(self) -> None:
        if len(self.columns) < 2 or len(set(self.columns)) != len(self.columns):
            raise ValueError("a join takes two different columns or more")


@dataclass(frozen=True, slots=True)
class Cells:
    """What a column looked like.

    Attributes:
        blank: Share of blank cells, 0 to 1.
        refused: Share of cells that were refused, 0 to 1.
        kind: What a sample of its cells seemed to hold.
    """

    blank: float
    refused: float
    kind: str

    def __post_init__(self) -> None:
        if not (0 <= self.blank <= 1 and 0 <= self.refused <= 1):
            raise ValueError("a share of cells is between 0 and 1")


@dataclass(frozen=True, slots=True)
class LastFile:
    """What a file looked like, to tell when the next one does not.

    Attributes:
        header: Its column names, in order.
        records: How many records it had.
        accepted: How many of them were accepted.
        cells: Of each field that had a column.
    """

    header: tuple[str, ...]
    records: int
    accepted: int
    cells: Mapping[str, Cells]


@dataclass(frozen=True, slots=True)
class SenderMapping:
    """How one sender's columns become fields; can be sent to another process.

    A field stands in at most one of `columns`, `joins` and `firsts`. Column names are compared exactly, then folded.

    Attributes:
        columns: The field of a column, or None where the column is left out on purpose.
        joins: Fields made of several columns.
        firsts: Fields that take the first of several e-mail addresses in a cell, and the column of each.
        schema: The schema that the fields belong to, or None for any.
        region: Region of the sender's phone numbers without a country code, or None.
        unmapped: What becomes of columns without a field, or None to leave it to the run.
        last: What the sender's last file looked like, or None.
        name: What to call it in messages.
    """

    columns: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    joins: Mapping[str, Join] = field(default_factory=dict[str, Join])
    firsts: Mapping[str, str] = field(default_factory=dict[str, str])
    schema: str | None = None
    region: str | None = None
    unmapped: Unmapped | None = None
    last: LastFile | None = None
    name: str = "the mapping"

    def __post_init__(self) -> None:
        fields = [*(name for name in self.columns.values() if name is not None), *self.joins, *self.firsts]
        twice = sorted({name for name in fields if fields.count(name) > 1})
        if twice:
            raise ValueError(f"the field {twice[0]} is given twice")

    @staticmethod
    def read(path: str | Path) -> SenderMapping:
        """Return the mapping that a TOML file holds; see docs/mapping.md for its form.

        Raises:
            UsageError: It is missing or not TOML, or a key or value is not one of a mapping file's; the text names the
                line and the nearest right word.
        """
        from pipeline.mapping.files import read_mapping

        return read_mapping(Path(path))

    def write(self, path: str | Path) -> None:
        """Write it to a TOML file, whole or not at all; a file that is there is replaced.

        Raises:
            OutputError: It cannot be written.
        """
        from pipeline.mapping.files import write_mapping

        write_mapping(self, Path(path))
