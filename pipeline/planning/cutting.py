"""Cutting a clean file into parts: by records and by bytes as sent, in order, never through a record."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import ManifestError, UsageError
from pipeline.planning.manifests import CLEAN, MANIFEST, Manifest

_PIECE_BYTES = 1 << 20
_HEADER_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """What one upload job carries: the header and a slice of the clean file.

    Attributes:
        number: Position in the plan, from 1.
        first_row: Its first record's position among the records of `clean.csv`, from 1.
        rows: How many records it holds; at least 1.
        start: Offset in `clean.csv` of its first byte.
        end: Offset of the first byte after it.
        size: Bytes as sent: the header, and the slice.
        sha256: Hex digest of those bytes.
        key: Its name in journal, receipt and file name; the same for the same bytes at the same place of the same plan.
    """

    number: int
    first_row: int
    rows: int
    start: int
    end: int
    size: int
    sha256: str
    key: str

    def __post_init__(self) -> None:
        if not (self.number >= 1 and self.first_row >= 1 and self.rows >= 1 and 0 < self.start < self.end):
            raise ValueError(f"not a part of records: {self!r}")


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of one clean file, which together hold each of its records once, in order.

    Attributes:
        header: The first record of `clean.csv` with its line end, as bytes; repeated in every part.
        size: Bytes of `clean.csv`.
        records: Its records.
        max_records: The limit the parts were cut by, or None.
        max_bytes: The limit on a part's bytes as sent, or None.
        parts: In order; none for a file that holds a header only.
        apart: Of so many parts in a row no two hold as many records, where records allow it.
    """

    header: bytes
    size: int
    records: int
    max_records: int | None
    max_bytes: int | None
    parts: tuple[Part, ...]
    apart: int = 1

    def __post_init__(self) -> None:
        row, offset = 1, len(self.header)
        for number, part in enumerate(self.parts, start=1):
            if (part.number, part.first_row, part.start) != (number, row, offset):
                raise ValueError(f"part {part.number} does not begin where the one before it ends")
            if part.size != len(self.header) + part.end - part.start:
                raise ValueError(f"part {part.number} has another size than its bytes")
            row, offset = row + part.rows, part.end
        if (row, offset) != (self.records + 1, self.size):
            raise ValueError(f"the parts hold {row - 1} records in {offset} bytes of {self.records} in {self.size}")


def plan(manifest: Manifest, folder: Path, *, max_records: int | None, max_bytes: int | None, apart: int = 1) -> Plan:
    """Return the parts of a prepared folder's clean file.

    Reads the file twice, in pieces, and holds a part's offsets only, so that memory does not grow with the file.

    Args:
        manifest: What `read_manifest` returned for the folder.
        folder: The prepared folder.
        max_records: The most records of a part, or None for no limit.
        max_bytes: The most bytes of a part as sent, its header included, or None for no limit. (Oracle: 32 MB per
            request of the Eloqua Bulk API, "Bulk API limits".)
        apart: Of so many parts in a row no two shall hold as many records, so that each can be told by its count when
            they are under way at once: a part is cut shorter by some records for it, unless it has too few. The last
            part is what is left.

    Raises:
        UsageError: One record with the header is larger than `max_bytes`; the text names record and line.
        ManifestError: The file is not the manifest's any more, or not a clean file.
    """
    if (max_records is not None and max_records < 1) or (max_bytes is not None and max_bytes < 1):
        raise UsageError("a part must be allowed at least 1 record and 1 byte")
    limits = _Limits(max_records, max_bytes, apart)
    try:
        with (folder / CLEAN).open("rb") as file:
            header = _header(file)
            cuts = list(_cuts(file, header, manifest, folder, limits))
            digests, whole = _digests(file, header, cuts)
        if whole != manifest.clean.sha256:
            raise ValueError("it was changed while it was read")
        parts = tuple(
            Part(
                number=number,
                first_row=row,
                rows=rows,
                start=start,
                end=end,
                size=len(header) + end - start,
                sha256=digest,
                key=f"{number:04d}-{digest[:12]}",
            )
            for number, ((row, rows, start, end), digest) in enumerate(zip(cuts, digests, strict=True), start=1)
        )
        return Plan(header, manifest.clean.size, manifest.records, max_records, max_bytes, parts, apart)
    except OSError as reason:
        raise ManifestError(f"{folder / CLEAN} cannot be read ({reason.strerror}); prepare the file again") from None
    except ValueError as reason:
        raise ManifestError(f"{folder / CLEAN} does not fit {MANIFEST}: {reason}; prepare the file again") from None


def _header(file: BinaryIO) -> bytes:
    """Return the first record with its line end; the file stands after it."""
    header = b""
    while not header or header.count(b'"') % 2:
        line = file.readline(_HEADER_BYTES)
        header += line
        if not line.endswith(b"\n") or len(header) > _HEADER_BYTES:
            raise ValueError("it has no header line")
    return header


@dataclass(frozen=True, slots=True)
class _Limits:
    """What parts are cut by; see `plan`."""

    max_records: int | None
    max_bytes: int | None
    apart: int


def _cuts(
    file: BinaryIO, header: bytes, manifest: Manifest, folder: Path, limits: _Limits
) -> Iterator[tuple[int, int, int, int]]:
    """Yield (first row, rows, start, end) of each part; the file stands after the header."""
    most, room = limits.max_records, None if limits.max_bytes is None else limits.max_bytes - len(header)
    start = offset = len(header)
    row = first = 1
    counts: deque[int] = deque(maxlen=limits.apart - 1)
    sizes: deque[int] = deque(maxlen=limits.apart)
    for size in record_sizes(file):
        if room is not None and size > room:
            line = _line_of(folder / manifest.index.name, row)
            raise UsageError(
                f"{folder / CLEAN}: record {line[0]}, line {line[1]}, takes {size + len(header):,} bytes with the "
                f"header; the target takes {limits.max_bytes:,} in one part. Shorten it in the source, or raise the "
                "limit"
            )
        while row > first and (
            (most is not None and row - first >= most) or (room is not None and offset + size - start > room)
        ):
            left = _left(row - first, counts)
            end = offset - sum(list(sizes)[len(sizes) - left :])
            yield first, row - left - first, start, end
            counts.append(row - left - first)
            first, start = row - left, end
        row, offset = row + 1, offset + size
        sizes.append(size)
    if row > first:
        yield first, row - first, start, offset


def _left(rows: int, counts: Collection[int]) -> int:
    """Return how many of a part's rows to leave to the next one, so that it has another count than those before it.

    >>> _left(5, [4, 5]), _left(5, []), _left(1, [1])
    (2, 0, 0)
    """
    return next((left for left in range(rows) if rows - left not in counts), 0)


def record_sizes(file: BinaryIO) -> Iterator[int]:
    """Yield the bytes of each record, its line end included.

    A line end ends a record if the quotes up to there are even (a doubled quote inside a quoted cell counts two).
    Source: RFC 4180, section 2.
    """
    size = quotes = 0
    while line := file.readline(_PIECE_BYTES):
        size += len(line)
        quotes += line.count(b'"')
        if quotes % 2 == 0 and line.endswith(b"\n"):
            yield size
            size = quotes = 0
    if quotes % 2:
        raise ValueError("its last record is not closed")
    if size:
        yield size


def _digests(file: BinaryIO, header: bytes, cuts: list[tuple[int, int, int, int]]) -> tuple[list[str], str]:
    """Return the digest of each part as sent, and that of the whole file."""
    file.seek(len(header))
    whole, digests = hashlib.sha256(header), list[str]()
    for _, _, start, end in cuts:
        part, left = hashlib.sha256(header), end - start
        while left and (piece := file.read(min(left, _PIECE_BYTES))):
            part.update(piece)
            whole.update(piece)
            left -= len(piece)
        digests.append(part.hexdigest())
    return digests, whole.hexdigest()


def _line_of(index: Path, row: int) -> tuple[str, str]:
    """Return (record, line) in the source of the k-th clean record, for a message; `?` where it cannot be read."""
    with index.open("rb") as file:
        for position, text in enumerate(file):
            if position == row:
                record, _, line = text.decode("ascii", "replace").strip().partition(",")
                return record, line
    return "?", "?"
