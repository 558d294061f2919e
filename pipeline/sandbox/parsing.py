"""Reads an uploaded file strictly: RFC 4180 in UTF-8, one record at a time.

What Open Connectors does with other dialects is not documented, so nothing is guessed or forgiven here: what this
accepts, any reader of CSV should. A line may end in LF instead of CRLF, since all published examples do. Source:
RFC 4180, section 2; Cloud Elements, churros `src/test/elements/*/assets/*.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_CELL = re.compile(r'"([^"]*(?:""[^"]*)*)"|([^",\r\n]*)')


class Malformed(Exception):  # noqa: N818  # it is named for what the file is
    """The file is not RFC 4180 in UTF-8. The text says where and why, without any value."""


def read_records(path: Path) -> Iterator[list[str]]:
    """Yields the cells of each record, the header first.

    A byte-order mark is not removed: it becomes part of the first header name, as it does in reality. A blank line
    is a record with one empty cell. The last record may lack its line end.

    Raises:
        Malformed: From the record on that breaks the rules.
    """
    pending: list[str] = []
    quotes = 0
    first_line = 1
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                if not pending:
                    first_line = number
                pending.append(line)
                quotes += line.count('"')
                if quotes % 2 == 0:
                    yield split_record("".join(pending), first_line)
                    pending.clear()
                    quotes = 0
    except UnicodeDecodeError:
        raise Malformed("the file is not UTF-8") from None
    if pending:
        raise Malformed(f"line {first_line}: a quoted value is not closed")


def split_record(text: str, line: int = 1) -> list[str]:
    r"""Returns the cells of one record, whose line end is optional.

    >>> split_record('a,"b ""c"", d",\r\n')
    ['a', 'b "c", d', '']
    >>> split_record('a,b"c')
    Traceback (most recent call last):
    ...
    pipeline.sandbox.parsing.Malformed: line 1: cell 2: a quotation mark inside a value that is not quoted

    Raises:
        Malformed: For a quotation mark or a carriage return where none may be; `line` is named in its text.
    """
    if text.endswith("\n"):
        text = text[:-2] if text.endswith("\r\n") else text[:-1]
    if '"' not in text:
        if "\r" in text:
            raise Malformed(f"line {line}: a carriage return that ends no line")
        return text.split(",")
    cells: list[str] = []
    position = 0
    while match := _CELL.match(text, position):
        quoted: str | None = match[1]
        cells.append(quoted.replace('""', '"') if quoted is not None else match[2])
        position = match.end()
        if position == len(text):
            return cells
        if text[position] != ",":
            break
        position += 1
    raise Malformed(f"line {line}: cell {len(cells)}: {_complaint(text, position)}")


def _complaint(text: str, position: int) -> str:
    if position and text[position - 1] == '"':
        return "text after a closing quotation mark"
    if text[position] == '"':
        return "a quotation mark inside a value that is not quoted"
    return "a line break inside a value that is not quoted"
