"""Cells that were damaged before they came here: read in a wrong encoding, or rounded and broken by a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from pipeline.reading.blocks import holds_pair
from pipeline.reading.noting import finding
from pipeline.records import Finding, Table

_arrow: Any = pa
_compute: Any = pc

# UTF-8 bytes above ASCII, each read as a character of its own: the first byte of a character, then its second.
# Source: RFC 3629, section 4 (C2 to F4, then 80 to BF); WHATWG, Encoding Standard, index windows-1252.
_MOJIBAKE = "[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"

# Source: Microsoft, 'How to correct a #### error' and its sisters; LibreOffice, 'Error Codes in LibreOffice Calc'.
# `#N/A` is not among them: people type it for an empty cell, and it is one.
_ERROR_BYTES = re.compile(rb"#[A-Z#]")
_SPREADSHEET = (
    r"^[ \x{00a0}]*(?:#(?:REF|VALUE|NULL|NUM|SPILL|CALC|FIELD|BLOCKED|UNKNOWN|CONNECT|BUSY|BEZUG|WERT|ZAHL|VALEUR|NUL"
    r"|NOMBRE|VALOR)!|#DIV/0!|#(?:NAME|NOM|NOMBRE)\?|#NV|#GETTING_DATA|#{3,}|Err:5\d\d"
    r"|[+-]?\d(?:[.,]\d+)?[Ee]\+\d{1,3})[ \x{00a0}]*$"
)


# What the UTF-8 of the second characters begins with.
_SECOND_HALVES = np.zeros(256, dtype=np.bool_)
_SECOND_HALVES[[0xC2, 0xC5, 0xC6, 0xCB, 0xE2]] = True


def damage_in(table: Table, data: bytes) -> Iterator[Finding]:
    """Yield a finding for each damaged cell of a table, column by column.

    Args:
        table: n records.
        data: The bytes that they were read from; they are searched first, since most tables have no damage.
    """
    if _may_be_error(data):
        yield from _cells_like(table, _SPREADSHEET, "R210", may_hold=_may_be_error, damaged=lambda _: True)
    if not data.isascii() and _may_be_mojibake(data):
        yield from _cells_like(table, _MOJIBAKE, "R209", may_hold=_may_be_mojibake, damaged=is_mojibake)


def _may_be_error(data: bytes) -> bool:
    """Return whether there may be what a spreadsheet leaves: its rarest bytes tell much faster than its pattern."""
    return (
        (b"#" in data and _ERROR_BYTES.search(data) is not None)
        or holds_pair(data, b"Ee", ord("+"))
        or (holds_pair(data, b":", ord("5")) and b"Err:5" in data)
    )


def _may_be_mojibake(data: bytes) -> bool:
    """Return whether a letter that may be half of another one is followed by one that may be its other half."""
    array = np.frombuffer(data, dtype=np.uint8)
    at = np.flatnonzero(array[:-2] == 0xC3)
    halves = _SECOND_HALVES[array[at + 2]] & (array[at + 1] >= 0x82) & (array[at + 1] <= 0xB4)
    return bool(halves.any())


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
    table: Table, pattern: str, code: str, *, may_hold: Callable[[bytes], bool], damaged: Callable[[str], bool]
) -> Iterator[Finding]:
    """Yield a finding for each cell that the pattern finds and that is damaged; bytes tell most columns apart."""
    for position, name in enumerate(table.header):
        column: Any = _arrow.array(table.frame[position].array, _arrow.large_string())
        column = column.combine_chunks() if isinstance(column, _arrow.ChunkedArray) else column
        if not may_hold(_bytes_of(column)):
            continue
        rows = np.flatnonzero(_compute.match_substring_regex(column, pattern).to_numpy(zero_copy_only=False))
        for row, value in zip(rows.tolist(), column.take(_arrow.array(rows)).to_pylist(), strict=True):
            if damaged(value):
                yield finding(
                    code, record=int(table.frame.index[row]), line=int(table.lines[row]), column=name, value=value
                )


def _bytes_of(column: Any) -> bytes:
    """Return the bytes of all cells, in one piece."""
    _, offsets, text = column.buffers()
    borders = np.frombuffer(offsets, dtype=np.int64)[column.offset : column.offset + len(column) + 1]
    return b"" if text is None else memoryview(text)[borders[0] : borders[-1]].tobytes()
