"""Cells that were damaged before they came here: read in a wrong encoding, or rounded and broken by a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from pipeline.native import kernel, pointer_to
from pipeline.reading.blocks import Positions
from pipeline.reading.noting import finding
from pipeline.reading.regular_cells import Column, borders_of
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

_ANY = bytes(range(256))

# What either pattern needs: a byte that is rare, and those that may stand right before it, right behind it, and one
# further behind.
_SIGNS = (
    (b"+", b"Ee", _ANY, _ANY),
    (b":", _ANY, b"5", _ANY),
    (b"#", _ANY, b"#ABCDEFGHIJKLMNOPQRSTUVWXYZ", _ANY),
    # The UTF-8 of the first characters, and what that of the second ones begins with.
    (b"\xc3", _ANY, bytes(range(0x82, 0xB5)), b"\xc2\xc5\xc6\xcb\xe2"),
)
_SIGN_BYTES = np.frombuffer(b"".join(byte for byte, *_ in _SIGNS), dtype=np.uint8)
_SIGN_TABLES = np.zeros((4, 256), dtype=np.uint8)
for _bit, _sign in enumerate(_SIGNS):
    for _place, _bytes in enumerate(_sign):
        _SIGN_TABLES[_place, [*_bytes]] |= 1 << _bit

_rows_with_signs = kernel("rows_with_signs", "pplppp")


def damage_in(table: Table, columns: Sequence[Column]) -> Iterator[Finding]:
    """Yield a finding for each damaged cell of a table, column by column.

    Args:
        table: n records.
        columns: Its columns.
    """
    # Few cells have a sign, and those are found much faster than the patterns.
    rows = [_rows_with_a_sign(column) for column in columns]
    if not any(map(len, rows)):
        return
    yield from _cells_like(table, columns, rows, _SPREADSHEET, "R210", lambda _: True)
    yield from _cells_like(table, columns, rows, _MOJIBAKE, "R209", is_mojibake)


def _rows_with_a_sign(column: Column) -> Positions:
    """Return the rows of all cells that either pattern may match, and of few others."""
    _, borders, text = column.buffers()
    rows: Positions = np.empty(len(column), dtype=np.int64)
    if text is None:
        return rows[:0]
    begins = borders_of(column)
    found = _rows_with_signs(
        pointer_to(text),
        pointer_to(begins),
        len(column),
        pointer_to(_SIGN_BYTES),
        pointer_to(_SIGN_TABLES),
        pointer_to(rows),
    )
    return rows[:found].copy()


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
    rows: Sequence[Positions],
    pattern: str,
    code: str,
    damaged: Callable[[str], bool],
) -> Iterator[Finding]:
    """Yield a finding for each cell in some rows of its column, not in all of none, that matches and is damaged."""
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
