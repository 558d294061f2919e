"""The cells of regular records by Arrow's CSV reader, which agrees with the tokeniser on them.

It is given whole records in one piece, in memory and on one thread: cut into blocks it loses the LF of a CRLF inside a
cell that lies across two of them, and given a Python file it may hang at exit.
Source: apache/arrow, issues 51368, 33975 and 43892.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
import pyarrow.csv as pa_csv  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from pipeline.reading.blocks import LF, Positions
from pipeline.reading.encodings import BOM
from pipeline.reading.regular import Index

_arrow: Any = pa
_compute: Any = pc
_csv: Any = pa_csv

Column = Any
"""An Arrow array of `large_string` without missing values."""


def regular_cells(data: bytes, delimiter: str, width: int) -> list[Column] | None:
    r"""Return the columns of regular records, or None if they are not all UTF-8 and of one width.

    Args:
        data: Whole records that the index found regular, none larger than a cell may be, without blank lines between
            them, NUL, or a CR that no LF follows.
        delimiter: Between their cells.
        width: Cells that each shall have.

    >>> [column.to_pylist() for column in regular_cells(b'a,"b\r\n"\n,"c "" d"\n', ",", 2)]
    [['a', ''], ['b\r\n', 'c " d']]
    """
    if data.startswith(BOM):  # It would be taken for a mark, while here it is text.
        return None
    names, parse, convert = _options(delimiter, width)
    read = _csv.ReadOptions(use_threads=False, column_names=names, block_size=len(data) + 1)
    try:
        table = _csv.read_csv(_arrow.BufferReader(_arrow.py_buffer(data)), read, parse, convert)
    except _arrow.ArrowInvalid:
        return None
    return [column.combine_chunks() if column.num_chunks != 1 else column.chunk(0) for column in table.columns]


def texts_of(index: Index, chosen: npt.NDArray[np.bool_]) -> Column:
    """Return the chosen records, which are some and all UTF-8, as texts without their line ends."""
    ends = np.cumsum(np.concatenate([[0], index.ends[chosen] - index.starts[chosen]]))
    buffers = [_arrow.py_buffer(ends), _arrow.py_buffer(index.joined(chosen))]
    return _compute.ascii_rtrim(_arrow.LargeStringArray.from_buffers(len(ends) - 1, *buffers), "\r\n")


def column_of(cells: tuple[str, ...] | list[str]) -> Column:
    """Return cells as one column."""
    return _arrow.array(cells, _arrow.large_string())


def join_columns(upper: Column, lower: Column, order: Positions) -> Column:
    """Return the cells of two columns, one below the other, in an order of their positions."""
    return _arrow.concat_arrays([upper, lower]).take(_arrow.array(order))


def breaks_inside(columns: list[Column]) -> Positions:
    r"""Return how many LF the cells of each row hold.

    >>> breaks_inside([column_of(["a", "b\n\n"]), column_of(["", "\r\n"])])
    array([0, 3])
    """
    rows = len(columns[0])
    found = np.zeros(rows, dtype=np.int64)
    for column in columns:
        _, offsets, text = column.buffers()
        if text is None:
            continue
        begins = np.frombuffer(offsets, dtype=np.int64)[column.offset : column.offset + rows + 1]
        letters = np.frombuffer(text, dtype=np.uint8)[begins[0] : begins[-1]]
        breaks: Positions = np.flatnonzero(letters == LF)
        if breaks.size:
            found += np.bincount(np.searchsorted(begins - begins[0], breaks, side="right") - 1, minlength=rows)
    return found


@lru_cache(maxsize=8)
def _options(delimiter: str, width: int) -> tuple[Any, Any, Any]:
    names = [str(position) for position in range(width)]
    return (
        names,
        _csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False),
        _csv.ConvertOptions(
            column_types=dict.fromkeys(names, _arrow.large_string()),
            strings_can_be_null=False,
            quoted_strings_can_be_null=False,
        ),
    )
