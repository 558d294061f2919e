"""Cells that were damaged before they came here: read in a wrong encoding, or rounded and broken by a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from pipeline.reading.blocks import Positions
from pipeline.reading.noting import finding
from pipeline.reading.regular_cells import Column, texts_in
from pipeline.reading.signs import ANY, Signs, rows_with_signs
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

# The bytes of characters that have another number in Windows-1252 than in Unicode. Five bytes without a character stand
# for themselves. Source: WHATWG, Encoding Standard, index windows-1252.
_BYTES = {
    ord(bytes([byte]).decode("cp1252")): byte for byte in range(0x80, 0xA0) if byte not in b"\x81\x8d\x8f\x90\x9d"
}

# What either pattern needs.
_SIGNS = Signs.of(
    [
        (ord("+"), b"Ee", ANY, ANY),
        (ord(":"), ANY, b"5", ANY),
        (ord("#"), ANY, b"#ABCDEFGHIJKLMNOPQRSTUVWXYZ", ANY),
        # The UTF-8 of the first characters, and what that of the second ones begins with.
        (0xC3, ANY, bytes(range(0x82, 0xB5)), b"\xc2\xc5\xc6\xcb\xe2"),
    ]
)


def damage_in(table: Table, columns: Sequence[Column]) -> Iterator[Finding]:
    """Yield a finding for each damaged cell of a table, column by column.

    Args:
        table: n records.
        columns: Its columns.
    """
    # Few cells have a sign, and those are found much faster than the patterns.
    rows = [rows_with_signs(column, _SIGNS) for column in columns]
    held = [at for at, found in enumerate(rows) if len(found)]
    if not held:
        return
    cells = _arrow.concat_arrays([columns[at].take(_arrow.array(rows[at])) for at in held])
    places = np.repeat(held, [len(rows[at]) for at in held]), np.concatenate([rows[at] for at in held])
    yield from _cells_like(table, cells, places, _SPREADSHEET, "R210", lambda _: True)
    yield from _cells_like(table, cells, places, _MOJIBAKE, "R209", is_mojibake)


def is_mojibake(text: str) -> bool:
    r"""Return whether a text was UTF-8 and was read as Windows-1252: written back as that, it is UTF-8 again.

    >>> is_mojibake("MÃ¼ller"), is_mojibake("Müller"), is_mojibake("SÃO PAULO"), is_mojibake("Itâ€™s")
    (True, False, False, True)
    """
    try:
        return text.translate(_BYTES).encode("latin-1").decode("utf-8") != text
    except UnicodeError:
        return False


def _cells_like(
    table: Table,
    cells: Column,
    places: tuple[Positions, Positions],
    pattern: str,
    code: str,
    damaged: Callable[[str], bool],
) -> Iterator[Finding]:
    """Yield a finding for each of some cells, whose columns and rows are given, that matches and is damaged."""
    found = np.flatnonzero(_compute.match_substring_regex(cells, pattern).to_numpy(zero_copy_only=False))
    positions, rows = (at[found] for at in places)
    numbers, lines = table.frame.index.to_numpy(dtype="int64")[rows].tolist(), table.lines[rows].tolist()
    values = texts_in(cells.take(_arrow.array(found)))
    for position, number, line, value in zip(positions.tolist(), numbers, lines, values, strict=True):
        if damaged(value):
            yield finding(code, record=number, line=line, column=table.header[position], value=value)
