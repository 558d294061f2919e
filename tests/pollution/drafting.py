"""A table on its way to being a file: still editable, and turned into bytes and truth at the end."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from random import Random

from tests.pollution.truth import Aside, Cells, Intended, Overrides, Polluted, Stretch, lines_in

HEADER, RECORD = "header", "record"

_BYTE_BASE = 0xE000
_BYTES = re.compile("[\ue000-\ue0ff]")


def byte(value: int) -> str:
    """Return a character that becomes this single byte in a UTF-8 file, whether it is UTF-8 there or not."""
    return chr(_BYTE_BASE + value)


@dataclass(slots=True)
class Style:
    """How cells become text.

    Attributes:
        delimiter: Between cells.
        quote: Around cells.
        escape: Before a quote in a cell, or None where the quote is doubled.
        quoting: `minimal`, `some` (more than needed, at random), `all`, or `never` (everything is escaped instead).
        blank: Whether a blank follows each delimiter.
        closing: Whether a delimiter ends each line: `no`, `all`, or `records`.
        end: Line end.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str | None = None
    quoting: str = "minimal"
    blank: bool = False
    closing: str = "no"
    end: str = "\n"

    @property
    def between(self) -> str:
        """What stands between two cells."""
        return self.delimiter + " " * self.blank

    @property
    def gap(self) -> str:
        """A blank, unless that separates cells."""
        return "" if self.delimiter == " " else " "

    def quoted(self, cell: str) -> str:
        """Return a cell in quotes."""
        if self.escape:
            inner = cell.replace(self.escape, self.escape * 2).replace(self.quote, self.escape + self.quote)
        else:
            inner = cell.replace(self.quote, self.quote * 2)
        return f"{self.quote}{inner}{self.quote}"

    def cell(self, cell: str, random: Random) -> str:
        """Return a cell as it is written."""
        if self.quoting == "never" and self.escape:
            return re.sub(f"([{re.escape(self.delimiter + self.quote + self.escape)}])", r"\\\1", cell)
        special = any(mark in cell for mark in (self.delimiter, self.quote, "\n", "\r"))
        special = special or bool(self.escape and self.escape in cell) or (self.delimiter == " " and not cell)
        if special or self.quoting == "all" or (self.quoting == "some" and random.random() < 0.5):
            return self.quoted(cell)
        return cell


@dataclass(slots=True)
class Piece:
    """Whole lines of the file.

    Attributes:
        what: HEADER, RECORD, or the kind of pollution that put them there.
        written: Cells as they are written, quotes included.
        between: What stands between them.
        end: The line end.
        closing: What stands before it.
        row: Index of the row, for a record.
        damage: The kinds that hurt it.
        also: Other right readings.
        holds_data: As in `Aside`.
    """

    what: str
    written: list[str]
    between: str
    end: str
    closing: str = ""
    row: int = -1
    damage: list[str] = field(default_factory=list[str])
    also: list[Cells] = field(default_factory=list[Cells])
    holds_data: bool = False

    @property
    def text(self) -> str:
        """The text without the line end."""
        return self.between.join(self.written) + self.closing


@dataclass(slots=True)
class Draft:
    """Everything that the kinds of pollution work on.

    Attributes:
        random: The source of every choice.
        kinds: The kinds that are to be in the file.
        keys: What each column holds.
        header: The names, or None for a file without.
        also_headers: Other names that are as right.
        rows: The cells that are meant.
        style: How they are written.
        pieces: The file, top to bottom; empty until it is written.
        codec: How text becomes bytes.
        mark: What comes before it.
        translate: A last change of every line's text.
        overrides: What a person would have to say.
    """

    random: Random
    kinds: tuple[str, ...]
    keys: list[str]
    header: list[str] | None
    rows: list[list[str]]
    style: Style = field(default_factory=Style)
    also_headers: list[Cells] = field(default_factory=list[Cells])
    pieces: list[Piece] = field(default_factory=list[Piece])
    codec: str = "utf-8"
    mark: bytes = b""
    translate: Callable[[str], str] | None = None
    overrides: Overrides = field(default_factory=Overrides)

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.keys)

    def write(self) -> None:
        """Make the pieces of header and rows."""
        style = self.style
        if self.header is not None:
            self.pieces.append(self.piece(HEADER, self.header, closing=style.closing == "all"))
        for number, row in enumerate(self.rows):
            piece = self.piece(RECORD, row, closing=style.closing != "no")
            piece.row = number
            if style.blank:
                # Whether the blank belongs to the cell nobody can tell, unless quotes stand around the cell.
                loose = [f" {cell}" if bare == cell else cell for cell, bare in zip(row, piece.written, strict=True)]
                piece.also.append((row[0], *loose[1:]))
            if style.closing != "no":
                piece.also.append((*row, ""))
            self.pieces.append(piece)
        if self.header is not None and style.closing == "all":
            self.also_headers.append((*self.header, ""))

    def piece(self, what: str, cells: Iterable[str], *, closing: bool = False) -> Piece:
        """Return a new piece with cells written in the file's style."""
        style = self.style
        written = [style.cell(cell, self.random) for cell in cells]
        return Piece(what, written, style.between, style.end, style.delimiter if closing else "")

    def line(self, what: str, text: str) -> Piece:
        """Return a new piece with text that is no record."""
        return Piece(what, [text], "", self.style.end)

    def records(self) -> list[Piece]:
        """Return the pieces that are records, in order."""
        return [piece for piece in self.pieces if piece.what == RECORD]

    def victims(self, most: int, *, where: Callable[[Piece], bool] = lambda piece: True, least: int = 1) -> list[Piece]:
        """Return some records that are whole, so far apart that a remark about one is none about another.

        Raises:
            Unfit: There are fewer than `least`.
        """
        count = self.random.randint(least, max(least, most))
        spaced = list(self.records())
        taken = {place for place, piece in enumerate(spaced) if piece.damage}
        if "no_header" in self.kinds:
            # The line that most readers will take for the header: a file whose header is broken is another matter.
            taken.add(0)
        candidates = [place for place, piece in enumerate(spaced) if place not in taken and where(piece)]
        self.random.shuffle(candidates)
        chosen: list[int] = []
        for place in candidates:
            if len(chosen) < count and not {*range(place - 2, place + 3)} & {*taken, *chosen}:
                chosen.append(place)
        if len(chosen) < least:
            raise Unfit(f"only {len(chosen)} records fit")
        return [spaced[place] for place in sorted(chosen)]

    def change(self, piece: Piece, column: int, cell: str) -> None:
        """Let a cell be meant otherwise, and write it so."""
        self.rows[piece.row][column] = cell
        piece.written[column] = self.style.cell(cell, self.random)
        piece.also = [(*cells[:column], cell, *cells[column + 1 :]) for cells in piece.also]

    def finish(self, seed: int) -> Polluted:
        """Return the file with its truth."""
        line = 1
        records: list[Intended] = []
        asides: list[Aside] = []
        header_at: Stretch | None = None
        texts: list[str] = []
        for piece in self.pieces:
            text = piece.text
            if self.translate is not None:
                text = self.translate(text)
                if text != piece.text and piece.what == RECORD:
                    piece.damage.append("mojibake")
            last_line = line + lines_in(text)
            shown = Stretch(line, last_line, _BYTES.sub("\ufffd", text))
            if piece.what == HEADER:
                header_at = shown
            elif piece.what == RECORD:
                cells = tuple(self.rows[piece.row])
                others = tuple(dict.fromkeys(other for other in piece.also if other != cells))
                records.append(Intended(cells, shown, tuple(piece.damage), others))
            else:
                asides.append(Aside(piece.what, shown, piece.holds_data))
            line = last_line + 1
            texts.append(text + piece.end)
        header_line = header_at.line if header_at else 0
        last = max((record.at.last_line for record in records), default=header_line)
        overrides = replace(
            self.overrides,
            header_line=header_line if any(one.at.line < header_line for one in asides) or not header_line else None,
            footer_lines=sum(bool(one.at.text.strip()) for one in asides if one.at.line > last),
        )
        return Polluted(
            seed=seed,
            kinds=self.kinds,
            data=self.mark + self._encode("".join(texts)),
            header=tuple(self.header) if self.header is not None else None,
            header_at=header_at,
            also_headers=tuple(self.also_headers),
            records=tuple(records),
            asides=tuple(asides),
            overrides=overrides,
        )

    def _encode(self, text: str) -> bytes:
        if self.codec != "utf-8":
            return text.encode(self.codec)
        pieces = _BYTES.split(text)
        marks = [bytes([ord(mark) - _BYTE_BASE]) for mark in _BYTES.findall(text)]
        return b"".join(
            part for pair in zip((piece.encode() for piece in pieces), [*marks, b""], strict=True) for part in pair
        )


class Unfit(Exception):  # noqa: N818  # no error: the table that chance made has no place for the pollution
    """The pollution does not fit the table; another one is drawn."""


BOMS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
