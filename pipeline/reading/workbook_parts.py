"""The XML parts of an .xlsx workbook, each as the handlers of a parser that reads it in one go.

Source: ECMA-376, part 1, sections 18.2 (workbook), 18.3 (sheets), 18.4 (shared texts) and 18.8 (styles).
"""

from __future__ import annotations

import math
import re
from typing import Any

from pipeline.reading.numerals import NUMBER, Shape, shape_of, text_of_number

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Source: Microsoft, "Excel specifications and limits": worksheet size."""

Row = tuple[int, list[str]]
"""A row's number, 1-based, and its cells from column A on; trailing empty cells may lack."""

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_COLUMN = re.compile("[A-Z]{1,3}")


class Unreadable(Exception):  # noqa: N818  # it ends in a SourceError with the file's name
    """A part says something that no workbook can say."""


class Elements:
    """What a parser calls. Names are told by their last part: two namespaces are in use for the same elements."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""

    def end(self, name: str) -> None:
        """End an element."""

    def text(self, data: str) -> None:
        """Take some text inside an element."""

    def refuse(self, *_: Any) -> None:
        """Refuse a document type declaration: no spreadsheet program writes one, and its entities can swell."""
        raise Unreadable("a document type declaration")


class Relations(Elements):
    """What a part relates to.

    Attributes:
        found: For each relation its key, its kind and the other part as it is written.
    """

    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found.append((attributes.get("Id", ""), kind, attributes.get("Target", "")))


class Tabs(Elements):
    """The sheets of a workbook.

    Attributes:
        sheets: For each its name, its state and the key of its relation.
        from_1904: Whether days count from 1904.
    """

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, str]] = []
        self.from_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "sheet":
            key = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            self.sheets.append((attributes.get("name", ""), attributes.get("state", "visible"), key))
        elif local == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true", "on")


class Styles(Elements):
    """The styles of cells, of which only the number formats count."""

    def __init__(self) -> None:
        self._codes: dict[int, str] = {}
        self._numbers: list[int] = []
        self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "numFmt":
            self._codes[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif local == "cellXfs":
            self._inside = True
        elif local == "xf" and self._inside:
            self._numbers.append(_whole(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if _local(name) == "cellXfs":
            self._inside = False

    def shapes(self) -> list[Shape]:
        """Return what each style of cells makes of a number."""
        return [shape_of(number, self._codes.get(number)) for number in self._numbers]


class Texts(Elements):
    """The texts that cells share; a text may be in several runs, and may have its pronunciation beside it.

    Attributes:
        texts: In order.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._reading = False
        self._aside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "si":
            self._pieces = []
        elif local == "rPh":
            self._aside = True
        elif local == "t":
            self._reading = not self._aside

    def end(self, name: str) -> None:
        local = _local(name)
        if local == "t":
            self._reading = False
        elif local == "rPh":
            self._aside = False
        elif local == "si":
            self.texts.append(_unescaped("".join(self._pieces)))

    def text(self, data: str) -> None:
        if self._reading:
            self._pieces.append(data)


class Rows(Elements):
    """The rows of a sheet.

    Attributes:
        ready: The rows complete so far, for the caller to take away.
        unvalued: How many formulas had no value.
        first_unvalued: The row of the first of them, or None.
    """

    def __init__(self, texts: list[str], shapes: list[Shape], from_1904: bool) -> None:
        self.ready: list[Row] = []
        self.unvalued = 0
        self.first_unvalued: int | None = None
        self._texts, self._shapes, self._from_1904 = texts, shapes, from_1904
        self._names: dict[str, str] = {}
        self._columns: dict[str, int] = {}
        self._row = 0
        self._row_text = "0"
        self._cells: list[str] = []
        self._next = 0
        self._column = 0
        self._kind = ""
        self._style = "0"
        self._known_shapes: dict[str, Shape] = {}
        self._formula = False
        self._aside = False
        self._reading = False
        self._pieces: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = self._names.get(name) or self._names.setdefault(name, _local(name))
        if local == "c":
            self._column = self._column_of(attributes.get("r"))
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "0")
            self._formula = False
            self._pieces = []
        elif local == "v" or local == "t":
            self._reading = not self._aside
        elif local == "f":
            self._formula = True
        elif local == "rPh":
            self._aside = True
        elif local == "row":
            row = _whole(attributes["r"]) if "r" in attributes else self._row + 1
            if not self._row < row <= LAST_ROW:
                raise Unreadable("rows out of order")
            self._row, self._row_text, self._cells, self._next = row, str(row), [], 0

    def end(self, name: str) -> None:
        local = self._names.get(name)
        if local == "v" or local == "t":
            self._reading = False
        elif local == "c":
            text = self._value("".join(self._pieces))
            if text:
                self._cells += [""] * (self._column + 1 - len(self._cells))
                self._cells[self._column] = text
            self._next = self._column + 1
        elif local == "row":
            self.ready.append((self._row, self._cells))
        elif local == "rPh":
            self._aside = False

    def text(self, data: str) -> None:
        if self._reading:
            self._pieces.append(data)

    def _column_of(self, reference: str | None) -> int:
        """Return a cell's column, 0-based."""
        if reference is None:
            column = self._next
        else:
            letters = reference.rstrip("0123456789")
            if reference[len(letters) :] != self._row_text:
                raise Unreadable("a cell outside its row")
            known = self._columns.get(letters)
            column = self._columns.setdefault(letters, _column_number(letters)) if known is None else known
        # A second cell in the same place would hide the first.
        if not self._next <= column < LAST_COLUMN:
            raise Unreadable("cells out of order")
        return column

    def _shape_of(self, style: str) -> Shape:
        number = _whole(style)
        return self._known_shapes.setdefault(style, self._shapes[number] if number < len(self._shapes) else NUMBER)

    def _value(self, raw: str) -> str:
        kind = self._kind
        if kind == "s":
            at = _whole(raw.strip()) if raw else -1
            if at >= len(self._texts):
                raise Unreadable("a text that is not there")
            return self._texts[at] if raw else ""
        if kind == "n":
            if not raw:
                if self._formula:
                    self.unvalued += 1
                    if self.first_unvalued is None:
                        self.first_unvalued = self._row
                return ""
            try:
                value = float(raw)
            except ValueError:
                return raw
            if not math.isfinite(value):
                return raw
            shape = self._known_shapes.get(self._style) or self._shape_of(self._style)
            return text_of_number(value, shape, from_1904=self._from_1904)
        if kind == "b":
            return {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}.get(raw.strip(), raw)
        return raw if kind in ("e", "d") else _unescaped(raw)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _whole(text: str | None) -> int:
    if text is None or not (text.isascii() and text.isdecimal()):
        raise Unreadable("no number where one must be")
    return int(text)


def _column_number(letters: str) -> int:
    if _COLUMN.fullmatch(letters) is None:
        raise Unreadable("no column")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _unescaped(text: str) -> str:
    """Return a text with what XML cannot hold put back. Source: ECMA-376, part 1, section 22.9.2.19 (ST_Xstring)."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)
    if any("\ud800" <= letter <= "\udfff" for letter in plain):
        try:
            return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            return text
    return plain
