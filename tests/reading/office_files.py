"""Writes small workbooks part by part, so that a test decides every letter in them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def xlsx(
    sheets: Mapping[str, str],
    *,
    texts: Sequence[str] = (),
    formats: Sequence[str] = (),
    hidden: Sequence[str] = (),
    from_1904: bool = False,
    parts: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """Return a workbook.

    Args:
        sheets: Their names and what stands between `<sheetData>` and `</sheetData>`.
        texts: The texts that cells of type `s` name by their position.
        formats: Number formats; style n (`s="1"` and up) has the n-th.
        hidden: Names of sheets whose tabs are not shown.
        from_1904: Whether days count from 1904.
        parts: More parts, or other contents for those there are.
    """
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    state = dict.fromkeys(hidden, ' state="hidden"')
    tabs = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="r{number}"{state.get(name, "")}/>'
        for number, name in enumerate(sheets, 1)
    )
    codes = "".join(
        f'<numFmt numFmtId="{number}" formatCode={quoteattr(code)}/>' for number, code in enumerate(formats, 200)
    )
    styles = "".join(f'<xf numFmtId="{number}"/>' for number in [0, *range(200, 200 + len(formats))])
    shared = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    contents: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">'
        f'<workbookPr date1904="{int(from_1904)}"/><sheets>{tabs}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
        f'<Relationship Id="s" Type="{_DOCUMENT}/styles" Target="styles.xml"/>'
        f'<Relationship Id="t" Type="{_DOCUMENT}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts>{codes}</numFmts>'
        f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{styles}</cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{_MAIN}">{shared}</sst>',
    }
    for number, rows in enumerate(sheets.values(), 1):
        contents[f"xl/worksheets/sheet{number}.xml"] = (
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    contents.update(parts or {})
    return archive(contents)


def archive(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, data in members.items():
            file.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


def row(number: int, *cells: str) -> str:
    """Return a row of cells of text, from column A on; an empty text is no cell."""
    inside = "".join(text_cell(f"{column(at)}{number}", text) for at, text in enumerate(cells) if text)
    return f'<row r="{number}">{inside}</row>'


def text_cell(reference: str, text: str) -> str:
    """Return a cell that holds its own text."""
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def column(position: int) -> str:
    """Return the letters of a column, counted from 0."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def ods(rows: str, *, name: str = "Contacts", manifest: str = "") -> bytes:
    """Return an OpenDocument spreadsheet of one sheet with these rows."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'{_HEAD}<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" '
        f'xmlns:text="{office}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f"<table:table table:name={quoteattr(name)}>{rows}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": f'{_HEAD}<manifest:manifest xmlns:manifest="{office}:manifest:1.0">{manifest}'
            "</manifest:manifest>",
        }
    )


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Return a Compound File of version 3: what .xls is, and what wraps an encrypted workbook.

    Source: Microsoft, [MS-CFB], sections 2.2 (header), 2.3 (FAT) and 2.6 (directory).
    """
    free, end, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    # Streams of 4,096 bytes and more need no mini FAT, so shorter ones are filled up.
    padded = [data + bytes(max(4096, -(-len(data) // 512) * 512) - len(data)) for data in streams.values()]
    directory_sectors = -(-(1 + len(streams)) // 4)
    fat = [fat_sector, *range(2, directory_sectors + 1), end]
    starts: list[int] = []
    for data in padded:
        starts.append(len(fat))
        fat += [*range(len(fat) + 1, len(fat) + len(data) // 512), end]
    assert len(fat) <= 128, "one sector of FAT must do"
    fat += [free] * (128 - len(fat))

    def entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
        encoded = name.encode("utf-16-le")
        return struct.pack(
            "<64sHBBLLL16sLQQLQ",
            encoded, len(encoded) + 2 if name else 0, kind, 1, free, right, child, b"", 0, 0, 0, start, size,
        )  # fmt: skip

    entries = [entry("Root Entry", 5, free, 1, end, 0)]
    for number, (name, data) in enumerate(zip(streams, padded, strict=True), 1):
        entries.append(
            entry(name, 2, number + 1 if number < len(streams) else free, free, starts[number - 1], len(data))
        )
    entries += [entry("", 0, free, free, 0, 0)] * (directory_sectors * 4 - len(entries))
    header = struct.pack(
        "<8s16sHHHHH6sLLLLLLLLLL",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, 1, 1, 0, 4096, end, 0, end, 0, 0,
    )  # fmt: skip
    header += struct.pack("<108L", *[free] * 108)
    return header + struct.pack("<128L", *fat) + b"".join(entries) + b"".join(padded)


def xls(rows: Sequence[Sequence[str | float]], *, protected: bool = False) -> bytes:
    """Return an .xls workbook of one sheet with texts and numbers.

    Source: Microsoft, [MS-XLS], sections 2.4 (records) and 2.1.7.20 (their order).
    """

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def beginning(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHLL", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))

    def encoded(text: str, length: str) -> bytes:
        return struct.pack(f"<{length}B", len(text), 1) + text.encode("utf-16-le")

    sheet = beginning(0x10)
    for at, cells in enumerate(rows):
        for position, cell in enumerate(cells):
            place = struct.pack("<HHH", at, position, 0)
            if isinstance(cell, str):
                sheet += record(0x204, place + encoded(cell, "H"))
            else:
                sheet += record(0x203, place + struct.pack("<d", cell))
    sheet += record(0x0A, b"")
    passes = record(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(48)) if protected else b""
    front = beginning(5) + passes + record(0x42, struct.pack("<H", 1200)) + record(0xE0, bytes(20))
    name = encoded("Liste", "B")
    size = len(front) + 4 + 6 + len(name) + 4
    bound = record(0x85, struct.pack("<LBB", size, 0, 0) + name)
    return compound_file({"Workbook": front + bound + record(0x0A, b"") + sheet})
