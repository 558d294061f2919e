"""CSV rows as bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


class _Lines(list[str]):
    """What `csv.writer` writes to: one call, one row."""

    def write(self, row: str) -> None:
        self.append(row)


def encode_rows(rows: Iterable[Sequence[object]]) -> list[bytes]:
    r"""Return each row as UTF-8 bytes with a final LF; cells are quoted only where RFC 4180 asks for it.

    A cell is quoted if it holds a comma, a quote, CR or LF; a row of one empty cell is `""`, since a blank line is no
    record. None is an empty cell.

    Source: RFC 4180 section 2, rules 5 to 7; LF instead of CRLF by the prepared folder's format.

    >>> encode_rows([["a", "b,c"], ["1\r2", None], [""]])
    [b'a,"b,c"\n', b'"1\r2",\n', b'""\n']
    """
    lines = _Lines()
    # The writer quotes the characters of its line terminator, and Python before 3.13 no other line break: with CRLF
    # there it quotes both, and the CR goes again below.
    csv.writer(lines, lineterminator="\r\n").writerows(rows)
    return [(line[:-2] + "\n").encode() for line in lines]


def parse_rows(data: bytes) -> list[list[str]]:
    r"""Return the cells of rows that `encode_rows` wrote, however long a cell is.

    >>> parse_rows(b'a,"b,c"\n""\n')
    [['a', 'b,c'], ['']]
    """
    limit = csv.field_size_limit(max(len(data), csv.field_size_limit()))
    try:
        return list(csv.reader(io.StringIO(data.decode(), newline="")))
    finally:
        csv.field_size_limit(limit)
