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
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
import pyarrow.csv as pa_csv  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from pipeline.reading.blocks import LF, Positions
from pipeline.reading.encodings import BOM, is_utf8
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
    # A BOM would be taken for a mark, while here it is text. Letters are looked at once for all cells.
    if data.startswith(BOM) or not (data.isascii() or is_utf8(data)):
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


def columns_of(frame: pd.DataFrame) -> list[Column]:
    """Return the columns of a frame of dtype `str`; no copy is made of those that lie in one piece."""
    columns = [_arrow.array(frame[at].array, _arrow.large_string()) for at in frame.columns]
    return [one.combine_chunks() if isinstance(one, _arrow.ChunkedArray) else one for one in columns]


def text_of(column: Column) -> bytes:
    """Return the bytes of all cells, one cell behind the other."""
    _, _, text = column.buffers()
    borders = borders_of(column)
    return b"" if text is None else memoryview(text)[borders[0] : borders[-1]].tobytes()


def borders_of(column: Column) -> Positions:
    """Return where in the column's buffer each cell begins, and where the last one ends."""
    _, offsets, _ = column.buffers()
    if offsets is None:
        return np.zeros(1, dtype=np.int64)
    borders: Positions = np.frombuffer(offsets, dtype=np.int64)[column.offset : column.offset + len(column) + 1]
    return borders


def join_columns(upper: Column, lower: Column, order: Positions) -> Column:
    """Return the cells of two columns, one below the other, in an order of their positions."""
    return _arrow.concat_arrays([upper, lower]).take(_arrow.array(order))


def joined_rows(columns: list[Column], rows: Positions, delimiter: str) -> Column:
    r"""Return the cells of some rows with a delimiter between them and a LF behind the last.

    >>> joined_rows([column_of(["a", "b"]), column_of(["c", "d"])], np.array([1]), ";").to_pylist()
    ['b;d\n']
    """
    chosen = _arrow.array(rows)
    joined = _compute.binary_join_element_wise(*[column.take(chosen) for column in columns], _text(delimiter))
    return _compute.binary_join_element_wise(joined, _text(""), _text("\n"))


def _text(letters: str) -> Any:
    return _arrow.scalar(letters, _arrow.large_string())


def breaks_inside(columns: list[Column]) -> Positions:
    r"""Return how many LF the cells of each row hold.

    >>> breaks_inside([column_of(["a", "b\n\n"]), column_of(["", "\r\n"])])
    array([0, 3])
    """
    rows = len(columns[0])
    found = np.zeros(rows, dtype=np.int64)
    for column in columns:
        _, _, text = column.buffers()
        if text is None:
            continue
        begins = borders_of(column)
        letters = np.frombuffer(text, dtype=np.uint8)[begins[0] : begins[-1]]
        is_break = letters == LF
        if is_break.any():
            breaks = np.flatnonzero(is_break) + begins[0]
            found += np.bincount(np.searchsorted(begins, breaks, side="right") - 1, minlength=rows)
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
            check_utf8=False,
        ),
    )
