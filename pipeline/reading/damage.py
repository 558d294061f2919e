"""Cells that were damaged before they came here: read in a wrong encoding, or rounded and broken by a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from pipeline.reading.blocks import Positions, pairs_in
from pipeline.reading.noting import finding
from pipeline.reading.regular_cells import Column, borders_of, text_of
from pipeline.records import Finding, Table

_arrow: Any = pa
_compute: Any = pc

# UTF-8 bytes above ASCII, each read as a character of its own: the first byte of a character, then its second.
# Source: RFC 3629, section 4 (C2 to F4, then 80 to BF); WHATWG, Encoding Standard, index windows-1252.
_MOJIBAKE = "[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"

# Source: Microsoft, 'How to correct a #### error' and its sisters; LibreOffice, 'Error Codes in LibreOffice Calc'.
# `#N/A` is not among them: people type it for an empty cell, and it is one.
_SPREADSHEET = (
    r"^[ \x{00a0}]*(?:#(?:REF|VALUE|NULL|NUM|SPILL|CALC|FIELD|BLOCKED|UNKNOWN|CONNECT|BUSY|BEZUG|WERT|ZAHL|VALEUR|NUL"
    r"|NOMBRE|VALOR)!|#DIV/0!|#(?:NAME|NOM|NOMBRE)\?|#NV|#GETTING_DATA|#{3,}|Err:5\d\d"
    r"|[+-]?\d(?:[.,]\d+)?[Ee]\+\d{1,3})[ \x{00a0}]*$"
)


_BEHIND_HASH = np.zeros(256, dtype=np.bool_)
_BEHIND_HASH[[*b"#ABCDEFGHIJKLMNOPQRSTUVWXYZ"]] = True

# What the UTF-8 of the second characters begins with.
_SECOND_HALVES = np.zeros(256, dtype=np.bool_)
_SECOND_HALVES[[0xC2, 0xC5, 0xC6, 0xCB, 0xE2]] = True


def damage_in(table: Table, columns: Sequence[Column]) -> Iterator[Finding]:
    """Yield a finding for each damaged cell of a table, column by column.

    Args:
        table: n records.
        columns: Its columns.
    """
    # Few cells hold the bytes that damage leaves, and those are found much faster than the patterns.
    places = [(_perhaps_errors(text), _perhaps_mojibake(text)) for text in map(text_of, columns)]
    yield from _cells_like(table, columns, [at for at, _ in places], _SPREADSHEET, "R210", lambda _: True)
    yield from _cells_like(table, columns, [at for _, at in places], _MOJIBAKE, "R209", is_mojibake)


def _perhaps_errors(text: bytes) -> Positions:
    """Return where there may be what a spreadsheet leaves, by two bytes of each kind."""
    found = [pairs_in(text, b"Ee", ord("+")), pairs_in(text, b":", ord("5"))]
    if b"#" in text:
        array = np.frombuffer(text, dtype=np.uint8)
        at = np.flatnonzero(array[:-1] == ord("#"))
        found.append(at[_BEHIND_HASH[array[at + 1]]])
    return np.concatenate(found)


def _perhaps_mojibake(text: bytes) -> Positions:
    """Return where a letter that may be half of another one is followed by one that may be its other half."""
    if text.isascii() or len(text) < 3:
        return np.empty(0, dtype=np.int64)
    array = np.frombuffer(text, dtype=np.uint8)
    at = np.flatnonzero(array[:-2] == 0xC3)
    second = array[at + 1]
    found: Positions = at[_SECOND_HALVES[array[at + 2]] & (second >= 0x82) & (second <= 0xB4)]
    return found


def is_mojibake(text: str) -> bool:
    r"""Return whether a text was UTF-8 and was read as Windows-1252: written back as that, it is UTF-8 again.

    >>> is_mojibake("MÃ¼ller"), is_mojibake("Müller"), is_mojibake("SÃO PAULO"), is_mojibake("Itâ€™s")
    (True, False, False, True)
    """
    try:
        return bytes(map(_byte_of, text)).decode("utf-8") != text
    except (UnicodeError, ValueError):
        return False


def _byte_of(character: str) -> int:
    # The five bytes without a character in Windows-1252 stand for themselves. Source: WHATWG, Encoding Standard.
    code = ord(character)
    return code if code < 0xA0 else character.encode("cp1252")[0]


def _cells_like(
    table: Table,
    columns: Sequence[Column],
    places: Sequence[Positions],
    pattern: str,
    code: str,
    damaged: Callable[[str], bool],
) -> Iterator[Finding]:
    """Yield a finding for each cell around one of the places of its column that matches and is damaged."""
    rows: list[Positions] = []
    for column, at in zip(columns, places, strict=True):
        borders = borders_of(column)
        rows.append(np.unique(np.searchsorted(borders, at + borders[0], side="right") - 1))
    if not any(map(len, rows)):
        return
    numbers = table.frame.index.to_numpy(dtype="int64")
    taken = [column.take(_arrow.array(at)) for column, at in zip(columns, rows, strict=True)]
    cells = _arrow.concat_arrays(taken)
    found = np.flatnonzero(_compute.match_substring_regex(cells, pattern).to_numpy(zero_copy_only=False))
    positions = np.repeat(np.arange(len(rows)), [len(at) for at in rows])[found].tolist()
    values = cells.take(_arrow.array(found)).to_pylist()
    for position, row, value in zip(positions, np.concatenate(rows)[found].tolist(), values, strict=True):
        if damaged(value):
            number, line = int(numbers[row]), int(table.lines[row])
            yield finding(code, record=number, line=line, column=table.header[position], value=value)
