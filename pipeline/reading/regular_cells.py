"""The cells of regular records by the kernels, which agree with the tokeniser on them, and columns of cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from pipeline.native import kernel, pointer_to
from pipeline.reading.blocks import Positions
from pipeline.reading.encodings import is_utf8
from pipeline.reading.regular import QUOTE, Index

_arrow: Any = pa
_compute: Any = pc

Column = Any
"""An Arrow array of `large_string` without missing values."""

_measure_cells = kernel("measure_cells", "plllllpp")
_write_cells = kernel("write_cells", "pllllppp")


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of n records.

    Attributes:
        columns: Each of n cells.
        lines: n lines on which the records begin, counted from 0 if no others stand between them.
    """

    columns: list[Column]
    lines: Positions


def regular_cells(data: bytes, delimiter: str, width: int, records: int) -> Cells | None:
    r"""Return the cells of regular records, or None if they are not all that, or not UTF-8, or not of one width.

    Args:
        data: Whole records, without blank lines between them.
        delimiter: Between their cells, in a dialect that the index serves.
        width: Cells that each shall have.
        records: How many they are.

    >>> cells = regular_cells(b'a,"b\r\n"\n,"c "" d"\n', ",", 2, 2)
    >>> [column.to_pylist() for column in cells.columns], cells.lines
    ([['a', ''], ['b\r\n', 'c " d']], array([0, 2]))
    """
    # Letters are looked at once for all cells.
    if not (data.isascii() or is_utf8(data)):
        return None
    bytes_ = np.frombuffer(data, dtype=np.uint8)
    whole, quote = (pointer_to(bytes_), len(data)), ord(QUOTE)
    borders = np.empty((width, records + 1), dtype=np.int64)
    lines = np.empty(records + 1, dtype=np.int64)
    place = pointer_to(borders)
    if _measure_cells(*whole, ord(delimiter), quote, width, records, place, pointer_to(lines)) != records:
        return None
    text, begins = np.empty(int(borders[:, -1].sum()), dtype=np.uint8), np.empty(width + 1, dtype=np.int64)
    _write_cells(*whole, quote, width, records, place, pointer_to(text), pointer_to(begins))
    columns = [
        _arrow.LargeStringArray.from_buffers(records, _arrow.py_buffer(own), _arrow.py_buffer(text[begin:end]))
        for own, begin, end in zip(borders, begins[:-1].tolist(), begins[1:].tolist(), strict=True)
    ]
    return Cells(columns, lines[:-1])


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


def texts_in(column: Column) -> list[str]:
    """Return the cells of a column."""
    texts: list[str] = column.to_numpy(zero_copy_only=False).tolist()
    return texts


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


def rows_of(column: Column, rows: Positions, text: str) -> Positions:
    """Return those of some rows whose cells are a text when blanks around them are taken away.

    >>> rows_of(column_of(["a", "b", " a\u00a0"]), np.array([1, 2]), "a")
    array([2])
    """
    cells = _compute.utf8_trim_whitespace(column.take(_arrow.array(rows)))
    found: Positions = rows[_compute.equal(cells, _text(text)).to_numpy(zero_copy_only=False)]
    return found


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
