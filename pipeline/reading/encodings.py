"""How bytes become text: the evidence for an encoding, and the way there and back."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

import numpy as np

from pipeline.errors import SourceError, UsageError
from pipeline.native import kernel, pointer_to
from pipeline.reading.blocks import Block, Positions
from pipeline.records import Encoding

UTF8 = "utf-8"
FALLBACK = "cp1252"
"""What Western text is that is not UTF-8. Source: WHATWG, Encoding Standard, section 4.2 (windows-1252)."""

BOM = b"\xef\xbb\xbf"

# UTF-32 before UTF-16: the mark of the one begins with the mark of the other. Source: Unicode Standard, section 23.8.
_MARKS = (
    (BOM, UTF8, "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)

_NOT_OF_FILES = frozenset({"utf-7", "idna", "punycode", "charmap", "unicode-escape", "raw-unicode-escape"})
"""Python's text encodings for other ends: in some of them a delimiter can hide behind other characters. Source: Python,
`codecs`, 'Python Specific Encodings'; WHATWG, Encoding Standard, section 4.2, has no UTF-7 for that reason."""

_ESCAPING = "contactprep-bytes"
_STANDING_IN = re.compile("[\udc00-\udcff]")


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    """Let U+DC00 + n stand for an undecodable byte n; `surrogateescape` does this for bytes above 127 only."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(_ESCAPING, _stand_in)


def encoding_asked_for(name: str, head: bytes) -> Encoding:
    """Return the encoding that a person named.

    Raises:
        UsageError: Python knows no text encoding of that name, or it is none of files.
    """
    try:
        codec = codecs.lookup(name)
        "".encode(codec.name)
        b"".decode(codec.name)
        if codec.name.replace("_", "-") in _NOT_OF_FILES:
            raise LookupError(name)
    except (LookupError, ValueError):
        raise UsageError(
            f"no text encoding is named {name!r}; utf-8, cp1252, utf-16, iso8859-2, mac-roman and shift_jis are some"
        ) from None
    plain = UTF8 if codec.name == "utf-8-sig" else codec.name
    bom = any(head.startswith(mark) and plain.startswith(family.lower()) for mark, _, family in _MARKS)
    return Encoding(plain, bom, "it was asked for")


def encoding_by_head(head: bytes) -> Encoding | None:
    """Return the encoding that the first bytes prove by a byte-order mark or a pattern of NULs, or None.

    Args:
        head: The beginning of the file, a megabyte or all of it.
    """
    for mark, codec, family in _MARKS:
        if head.startswith(mark):
            return Encoding(codec, True, f"it begins with the byte-order mark of {family}")
    found = _codec_by_nuls(head)
    return Encoding(found, False, "it has the pattern of NUL bytes of UTF-16 or UTF-32") if found else None


def _codec_by_nuls(head: bytes) -> str | None:
    """Return the UTF-16 or UTF-32 codec in whose code units the high bytes are NUL, as in Western text, or None."""
    nuls = head.count(0)
    if len(head) < 4 or nuls * 10 < len(head):
        return None
    head = head[: len(head) // 4 * 4]
    quarter = len(head) // 4
    shares = [head[position::4].count(0) / quarter for position in range(4)]
    if min(shares[2:]) > 0.9 and shares[0] < 0.1:
        return "utf-32-le"
    if min(shares[:2]) > 0.9 and shares[3] < 0.1:
        return "utf-32-be"
    low, high = (shares[0] + shares[2]) / 2, (shares[1] + shares[3]) / 2
    # Text with NULs here and there is valid UTF-8; text that is mostly Asian has few NULs but is not.
    wanted = 0.4 if is_utf8(head[:-4]) else 0.1
    if high >= wanted and low < 0.02:
        return "utf-16-le"
    if low >= wanted and high < 0.02:
        return "utf-16-be"
    return None


_LONG = 4096
"""Of shorter texts Python tells sooner than a kernel that is called. Source: measured."""

_tally_lines = kernel("tally_lines", "plpp")


def is_utf8(data: bytes) -> bool:
    """Return whether the bytes are strict UTF-8.

    >>> is_utf8("é".encode()), is_utf8("é".encode("cp1252"))
    (True, False)
    """
    if len(data) >= _LONG:
        return _tally(data, np.array([len(data)], dtype=np.int64))[1] == 0
    try:
        data.decode(UTF8)
    except UnicodeDecodeError:
        return False
    return True


def _tally(data: bytes, line_ends: Positions) -> tuple[int, int, int]:
    """Return how many lines are UTF-8 beyond ASCII and how many are not UTF-8, and the first of these, from 0."""
    invalid = np.zeros(2, dtype=np.int64)
    valid = _tally_lines(data, len(data), pointer_to(line_ends), pointer_to(invalid))
    return valid, int(invalid[0]), int(invalid[1])


class LineTally:
    """Counts the lines that are UTF-8 beyond ASCII and those that are not UTF-8.

    Attributes:
        valid: Those with characters beyond ASCII, all well-formed.
        invalid: Those with bytes that are not UTF-8.
        first_invalid: The first of these, 1-based, or None.
    """

    def __init__(self) -> None:
        self.valid = 0
        self.invalid = 0
        self.first_invalid: int | None = None

    def count(self, block: Block, first_line: int) -> None:
        """Count the lines of a block.

        Args:
            block: Whole physical lines.
            first_line: The number of the first.
        """
        valid, invalid, first = _tally(block.data, block.line_ends)
        self.valid += valid
        self.invalid += invalid
        if invalid and self.first_invalid is None:
            self.first_invalid = first_line + first

    def conclude(self) -> Encoding:
        """Return the encoding of a file without a byte-order mark: UTF-8 or the fall-back.

        One bad byte among many good ones does not make a file cp1252: then every other é would be read as two letters.
        """
        if not self.invalid:
            return Encoding(UTF8, False, "all of it is UTF-8" if self.valid else "all of it is ASCII")
        if self.valid > self.invalid:
            return Encoding(
                UTF8, False, f"{self.valid:,} lines hold UTF-8 beyond ASCII and {self.invalid:,} are not UTF-8"
            )
        return Encoding(FALLBACK, False, f"line {self.first_invalid} is not UTF-8", self.first_invalid)


def transcode(blocks: Iterable[bytes], codec: str, name: str) -> Iterator[bytes]:
    """Yield blocks of UTF-8; an undecodable byte becomes a lone surrogate, which strict UTF-8 refuses again.

    Args:
        blocks: The original, cut anywhere.
        codec: Its encoding.
        name: Its name, for the error.

    Raises:
        SourceError: The codec cannot go on at all.
    """
    try:
        decoder = codecs.getincrementaldecoder(codec)(errors=_ESCAPING)
        for block in blocks:
            yield decoder.decode(block).encode(UTF8, "surrogatepass")
        yield decoder.decode(b"", final=True).encode(UTF8, "surrogatepass")
    except (UnicodeError, LookupError) as reason:
        raise SourceError(f"{name}: it cannot be read as {codec} ({reason}); say another encoding") from None


def visible(data: bytes, encoding: str) -> str:
    r"""Return a record's text with every undecodable byte of the original as `\xNN`.

    Args:
        data: Bytes of the text file.
        encoding: The original's encoding; any but UTF-8 means that `transcode` made the text file.

    >>> visible(b"Jos\xe9", "utf-8")
    'Jos\\xe9'
    """
    if encoding == UTF8:
        return data.decode(UTF8, "backslashreplace")
    text = data.decode(UTF8, "surrogatepass")
    text = _STANDING_IN.sub(lambda found: f"\\x{ord(found.group()) - 0xDC00:02x}", text)
    return text.encode(UTF8, "backslashreplace").decode(UTF8)
