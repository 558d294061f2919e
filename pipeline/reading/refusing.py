"""What is no text at all, told by its first bytes."""

from __future__ import annotations

import re

from pipeline.errors import SourceError

_AS_CSV = "open it and save it as CSV (UTF-8)"
_UNPACK = "unpack it and give the file inside"
_NO_TABLE = "give a CSV file"

# Source: the formats' own specifications, as collected in the `magic` database of file(1).
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    # These five are read where they are the file itself; inside another they are not.
    (b"PK\x03\x04", "a zip archive or a workbook (.xlsx)", _UNPACK),
    (b"PK\x05\x06", "an empty zip archive", _NO_TABLE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file such as .xls", _UNPACK),
    (b"\x1f\x8b\x08", "a gzip file", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a zstandard file", _UNPACK),
    (b"BZh91AY&SY", "a bzip2 file", _UNPACK),
    (b"\xfd7zXZ\x00", "an xz file", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"%PDF-", "a PDF document", "ask for the list as CSV"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture", _NO_TABLE),
    (b"\xff\xd8\xff", "a JPEG picture", _NO_TABLE),
    (b"GIF87a", "a GIF picture", _NO_TABLE),
    (b"GIF89a", "a GIF picture", _NO_TABLE),
    (b"SQLite format 3\x00", "an SQLite database", "export the table as CSV"),
    (b"PAR1\x15", "a Parquet file", "export it as CSV"),
    (b"ARROW1\x00\x00", "an Arrow file", "export it as CSV"),
    (b"Obj\x01", "an Avro file", "export it as CSV"),
    (b"\x7fELF", "a program", _NO_TABLE),
)

_CONTROLS = bytes(code for code in range(32) if code not in b"\t\r\n") + b"\x7f"

CONTROL_SHARE = 0.05
"""Above this share of control characters in its first megabyte a file is not text. Source: the product's contract."""


_WEB_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|table|\?xml)\b", re.IGNORECASE)


def refuse_binary(head: bytes, name: str, *, inside: bool = False) -> None:
    """Refuse a file that begins like a known format that is no table of text.

    Args:
        head: The first bytes.
        name: The file's name.
        inside: Whether they are of the file that another one holds.

    Raises:
        SourceError: It does; the text says what it looks like and what to do.
    """
    where = "what it holds is not text, it" if inside else "this is not text, it"
    for signature, what, advice in _SIGNATURES:
        if head.startswith(signature):
            raise SourceError(f"{name}: {where} looks like {what}; {advice}")
    if _WEB_PAGE.match(head):
        # Many programs export a table so under the name .xls, and spreadsheet programs open it.
        raise SourceError(f"{name}: {'what it holds' if inside else 'this'} is a web page or XML; {_AS_CSV}")


def refuse_controls(head: bytes, name: str, delimiter: str | None) -> None:
    """Refuse text that is full of control characters (tab, CR and LF apart).

    Args:
        head: The first megabyte, as UTF-8.
        name: The file's name.
        delimiter: What was said to separate cells, which may be a control character.

    Raises:
        SourceError: More than 5% are control characters.
    """
    controls = len(head) - len(head.translate(None, _CONTROLS.replace((delimiter or "\t").encode(), b"")))
    if controls > CONTROL_SHARE * len(head):
        share = 100 * controls / len(head)
        raise SourceError(
            f"{name}: this is not text, {share:.0f}% of its beginning are control characters; "
            "give a CSV file, or say its encoding"
        )
