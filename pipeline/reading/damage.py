"""Cells that were damaged before they came here: read in a wrong encoding, or rounded and broken by a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none

from pipeline.reading.noting import finding
from pipeline.reading.regular_cells import Column, texts_in
from pipeline.reading.signs import Signs, rows_with_signs
from pipeline.records import Finding, Table

_arrow: Any = pa

# UTF-8 bytes above ASCII, each read as a character of its own: the first byte of a character, then its second.
# Source: RFC 3629, section 4 (C2 to F4, then 80 to BF); WHATWG, Encoding Standard, index windows-1252.
_MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")

# Source: Microsoft, 'How to correct a #### error' and its sisters; LibreOffice, 'Error Codes in LibreOffice Calc'.
# `#N/A` is not among them: people type it for an empty cell, and it is one.
_ERRORS = (
    *("REF!", "VALUE!", "NULL!", "NUM!", "SPILL!", "CALC!", "FIELD!", "BLOCKED!", "UNKNOWN!", "CONNECT!", "BUSY!"),
    *("BEZUG!", "WERT!", "ZAHL!", "VALEUR!", "NUL!", "NOMBRE!", "VALOR!", "DIV/0!", "NAME?", "NOM?", "NOMBRE?"),
    *("NV", "GETTING_DATA"),
)
_SPREADSHEET = re.compile(
    f"[ \u00a0]*(?:#(?:{'|'.join(map(re.escape, _ERRORS))})"
    "|#{3,}|Err:5[0-9]{2}|[+-]?[0-9](?:[.,][0-9]+)?[Ee][+][0-9]{1,3})[ \u00a0]*"
)

# The bytes of characters that have another number in Windows-1252 than in Unicode. Five bytes without a character stand
# for themselves. Source: WHATWG, Encoding Standard, index windows-1252.
_BYTES = {
    ord(bytes([byte]).decode("cp1252")): byte for byte in range(0x80, 0xA0) if byte not in b"\x81\x8d\x8f\x90\x9d"
}

_FIRSTS, _SECONDS = ("".join({error[at] for error in (*_ERRORS, "##")}).encode() for at in (0, 1))

# What either pattern needs.
_SIGNS = Signs.of(
    pairs=[(b"Ee", b"+"), (b":", b"5")],
    singles=[
        (ord("#"), _FIRSTS, _SECONDS),
        # The UTF-8 of the first characters, and what that of the second ones begins with.
        (0xC3, bytes(range(0x82, 0xB5)), b"\xc2\xc5\xc6\xcb\xe2"),
    ],
)


def damage_in(table: Table, columns: Sequence[Column]) -> Iterator[Finding]:
    """Yield a finding for each damaged cell of a table: those of spreadsheets, then the garbled ones, by columns.

    Args:
        table: n records.
        columns: Its columns.
    """
    numbers, garbled = table.frame.index.to_numpy(dtype="int64"), list[Finding]()
    for name, column in zip(table.header, columns, strict=True):
        # Few cells have a sign, and those are found much faster than the patterns.
        rows = rows_with_signs(column, _SIGNS)
        cells = texts_in(column.take(_arrow.array(rows))) if len(rows) else []
        for cell, record, line in zip(cells, numbers[rows].tolist(), table.lines[rows].tolist(), strict=True):
            if _SPREADSHEET.fullmatch(cell):
                yield finding("R210", record=record, line=line, column=name, value=cell)
            elif _MOJIBAKE.search(cell) and is_mojibake(cell):
                garbled.append(finding("R209", record=record, line=line, column=name, value=cell))
    yield from garbled


def is_mojibake(text: str) -> bool:
    r"""Return whether a text was UTF-8 and was read as Windows-1252: written back as that, it is UTF-8 again.

    >>> is_mojibake("MÃ¼ller"), is_mojibake("Müller"), is_mojibake("SÃO PAULO"), is_mojibake("Itâ€™s")
    (True, False, False, True)
    """
    try:
        return text.translate(_BYTES).encode("latin-1").decode("utf-8") != text
    except UnicodeError:
        return False
