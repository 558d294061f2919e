"""What is true of a polluted file: its bytes, and what a reader that cannot be fooled would make of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_LINE_END = re.compile(r"\r\n|\n|\r")

Cells = tuple[str, ...]


def lines_in(text: str) -> int:
    r"""Return how many line ends a text holds: LF, CRLF, or CR alone. No other character ends a line.

    >>> lines_in("a\r\nb\rc\u2028d\n")
    3
    """
    return len(_LINE_END.findall(text))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of whole physical lines.

    Attributes:
        line: The first, 1-based.
        last_line: The last.
        text: What stands there, decoded, without the final line end.
    """

    line: int
    last_line: int
    text: str


@dataclass(frozen=True, slots=True)
class Intended:
    """A record that its author meant to write.

    Attributes:
        cells: Its cells, to the letter.
        at: Where it stands in the file.
        damage: The kinds of pollution that hurt it; none if whoever knows the file's dialect can read it.
        also: Other cells that are as right as `cells`, because nothing in the file says which of them was meant.
    """

    cells: Cells
    at: Stretch
    damage: tuple[str, ...] = ()
    also: tuple[Cells, ...] = ()

    @property
    def readings(self) -> tuple[Cells, ...]:
        """Every right reading of it."""
        return self.cells, *self.also


@dataclass(frozen=True, slots=True)
class Aside:
    """Lines that are no record of the table: a title, a note, a total, a line of blanks, a second table.

    Attributes:
        kind: The kind of pollution that put them there.
        at: Where they stand.
        holds_data: Whether a reader that passes over them without a word has lost something.
    """

    kind: str
    at: Stretch
    holds_data: bool = False


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a person who looks at the file would have to tell a reader that guesses nothing.

    Attributes:
        encoding: Python codec name, or None for UTF-8 with or without a byte-order mark.
        delimiter: One character, or None for a comma.
        quote: One character, or None for `"`.
        escape: One character, or None where quotes are doubled.
        header_line: Physical line of the header; 0 for none; None where it is the first line that is not blank.
        footer_lines: Lines with text on them after the last record.
        blank: Whether a blank follows each delimiter.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    header_line: int | None = None
    footer_lines: int = 0
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Polluted:
    """A polluted contact table with known truth.

    Attributes:
        seed: What it was made from.
        kinds: The kinds of pollution in it, one or two.
        data: The file.
        header: The column names, or None if the file has none.
        header_at: Where they stand.
        also_headers: Other names that are as right.
        records: The records, in file order.
        asides: What is no record, in file order.
        overrides: What a person would have to say.
    """

    seed: int
    kinds: tuple[str, ...]
    data: bytes = field(repr=False)
    header: Cells | None
    header_at: Stretch | None
    also_headers: tuple[Cells, ...]
    records: tuple[Intended, ...] = field(repr=False)
    asides: tuple[Aside, ...] = field(repr=False)
    overrides: Overrides

    def __post_init__(self) -> None:
        seen: set[Cells] = set()
        for record in self.records:
            if seen & set(record.readings):
                raise ValueError(f"seed {self.seed}: two records are alike, so a lost one could not be told")
            seen |= set(record.readings)
        previous = 0
        for stretch in sorted(self.stretches(), key=lambda one: one.line):
            if not previous < stretch.line <= stretch.last_line:
                raise ValueError(f"seed {self.seed}: line {stretch.line} belongs to two things")
            previous = stretch.last_line

    def stretches(self) -> Iterator[Stretch]:
        """Yield where the header, the records, and all that is none stand."""
        if self.header_at is not None:
            yield self.header_at
        for record in self.records:
            yield record.at
        for aside in self.asides:
            yield aside.at
