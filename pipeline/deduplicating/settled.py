"""What is decided of records of one contact: who gives way to another one, and who stands in a list."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Losers:
    """k records that give way.

    Attributes:
        records: k record numbers, ascending.
        lines: k physical lines of theirs.
        kept: k numbers of the records that are kept in their stead; none of them gives way itself.
        kept_lines: k physical lines of those.
    """

    records: Longs
    lines: Longs
    kept: Longs
    kept_lines: Longs

    def __post_init__(self) -> None:
        if not len(self.records) == len(self.lines) == len(self.kept) == len(self.kept_lines):
            raise ValueError("a record gives way to one record on one line")
        if (self.records[1:] <= self.records[:-1]).any():
            raise ValueError("a record gives way once, and records ascend")

    def __len__(self) -> int:
        return len(self.records)

    @staticmethod
    def none() -> Losers:
        """Return that nobody gives way."""
        nothing = np.empty(0, np.int64)
        return Losers(nothing, nothing, nothing, nothing)

    def among(self, first: int, records: int) -> Losers:
        """Return those of so many records from a first one on: the losers of a range."""
        begin, end = np.searchsorted(self.records, (first, first + records)).tolist()
        return Losers(self.records[begin:end], self.lines[begin:end], self.kept[begin:end], self.kept_lines[begin:end])


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """k records of a file whose key stands in a list.

    Attributes:
        records: k record numbers, ascending.
        lines: k physical lines of theirs.
        lists: k positions in the lists that were given: the first that has the key.
        list_lines: k physical lines there, of the first record that has it.
        accepted: Which of the k are accepted; the others would be if bad cells were blanked.
    """

    records: Longs
    lines: Longs
    lists: Longs
    list_lines: Longs
    accepted: Bools

    def __post_init__(self) -> None:
        columns = (self.records, self.lines, self.lists, self.list_lines, self.accepted)
        if len({len(column) for column in columns}) != 1:
            raise ValueError("a known record stands on one line of one list")
        if (self.records[1:] <= self.records[:-1]).any():
            raise ValueError("a record is known once, and records ascend")

    def __len__(self) -> int:
        return len(self.records)

    @staticmethod
    def none() -> Known:
        """Return that nobody is known."""
        nothing = np.empty(0, np.int64)
        return Known(nothing, nothing, nothing, nothing, np.empty(0, np.bool_))

    def only(self, chosen: Bools | slice) -> Known:
        """Return the chosen ones, by a mask of the k or a slice of them."""
        return Known(
            self.records[chosen],
            self.lines[chosen],
            self.lists[chosen],
            self.list_lines[chosen],
            self.accepted[chosen],
        )

    def among(self, first: int, records: int) -> Known:
        """Return those of so many records from a first one on."""
        begin, end = np.searchsorted(self.records, (first, first + records)).tolist()
        return self.only(slice(begin, end))


@dataclass(frozen=True, slots=True)
class Settled:
    """What is decided of the keys of a batch.

    Attributes:
        losers: The accepted records that give way to another one of the file.
        known: The records, accepted or not, whose key stands in a list; none of them is among the former.
    """

    losers: Losers
    known: Known
