"""What a file is by its first bytes: a table as text, or something that holds one."""

from __future__ import annotations

from enum import Enum

from pipeline.errors import SourceError


class Kind(Enum):
    """What a file is that holds another."""

    GZIP = "gzip"
    ZSTANDARD = "zstandard"
    ZIP = "zip"
    OFFICE = "old Office"


# Sources: RFC 1952, section 2.3.1; RFC 8878, sections 3.1.1 and 3.1.2; PKWARE, APPNOTE.TXT, sections 4.3.7 and 4.3.16;
# Microsoft, [MS-CFB], section 2.2.
_SIGNATURES = (
    (b"\x1f\x8b\x08", Kind.GZIP, (".gz", ".gzip")),
    (b"\x28\xb5\x2f\xfd", Kind.ZSTANDARD, (".zst", ".zstd")),
    (b"PK\x03\x04", Kind.ZIP, (".zip", ".xlsx", ".xlsm", ".xlsb", ".ods")),
    (b"PK\x05\x06", Kind.ZIP, ()),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OFFICE, (".xls",)),
)


def kind_of(head: bytes, name: str) -> Kind | None:
    r"""Return what a file is by its first bytes, or None if it holds no other.

    Args:
        head: The beginning of the file, a megabyte or all of it.
        name: Its name, which counts only for files of a few bytes.

    Raises:
        SourceError: So little of it is there that only its name says what it was.

    >>> kind_of(b"\x1f\x8b\x08...", "list.csv").value, kind_of(b"a,b", "list.gz")
    ('gzip', None)
    """
    for signature, kind, endings in _SIGNATURES:
        if head.startswith(signature):
            return kind
        if head and signature.startswith(head) and name.lower().endswith(endings):
            raise SourceError(f"{name}: it is cut off after {len(head)} bytes; fetch the file again")
    if head[1:4] == b"\x2a\x4d\x18" and head[0] & 0xF0 == 0x50:  # a zstandard file may begin with a skippable frame
        return Kind.ZSTANDARD
    return None
