"""Records with the hash of their key: what is compared first, and cheap to hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from pipeline.deduplicating.folding import Identity, Texts, fold_key
from pipeline.deduplicating.words import Strings, Words, hash_strings
from pipeline.native import kernel, pointer_to

Bools = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint64]
Longs = npt.NDArray[np.int64]
Shorts = npt.NDArray[np.uint16]

_BETWEEN = b"\xff"
_arrow: Any = pa
_compute: Any = pc
_find_others = kernel("find_others", "pplp")
_fold_texts = kernel("fold_texts", "pplppplpp")

# What a key is hashed with; of its quality depends how much is compared, never what is found.
HASH = hash_strings


@dataclass(frozen=True, slots=True, eq=False)
class Keyed:
    """k records that have a key; those of one hash in file order.

    Attributes:
        hashes: k hashes of the folded keys.
        records: k record numbers.
        lines: k physical lines.
        accepted: Which of them are accepted; the others would be if bad cells were blanked.
        filled: k numbers of fields that are not blank; 0 where nobody asks for them.
    """

    hashes: Hashes
    records: Longs
    lines: Longs
    accepted: Bools
    filled: Shorts

    def __post_init__(self) -> None:
        columns = (self.hashes, self.records, self.lines, self.accepted, self.filled)
        if len({len(column) for column in columns}) != 1:
            raise ValueError("a key belongs to one record on one line, accepted or not")


def fold_keys(values: Texts) -> Strings:
    """Return n keys as `fold_key` makes them, in UTF-8.

    Only ASCII is left to kernels: what Python lowers otherwise (İ, a final Σ) is a matter of its version of Unicode.

    Args:
        values: n normal forms, missing where blank.

    Raises:
        TypeError: Not text in one chunk.

    >>> fold_keys(pa.array(["Ann@Acme.com", "ΟΔΟΣ@x.gr", None], pa.large_string()))[1].as_py().decode()
    'οδος@x.gr'
    """
    if not isinstance(values, _arrow.LargeStringArray):
        raise TypeError(f"keys are an Arrow large_string array in one chunk, not {type(values).__name__}")
    if not len(values):
        return values.cast(_arrow.large_binary())
    present, offsets, data = values.buffers()
    count, first = len(values), values.offset
    borders = np.frombuffer(offsets, np.int64)[first : first + count + 1]
    others = np.empty(count, np.int64)
    others = others[: _find_others(pointer_to(data), pointer_to(borders), count, pointer_to(others))]
    whole = [fold_key(value).encode() for value in values.take(_arrow.array(others)).to_pylist()]
    ends = np.cumsum([0, *map(len, whole)], dtype=np.int64)
    text = _arrow.py_buffer(b"".join(whole))
    replaced = int((borders[others + 1] - borders[others]).sum())
    folded = np.empty(int(borders[-1] - borders[0]) - replaced + len(text), np.uint8)
    # As many unused ones before them as the validity has bits.
    places = np.empty(first + count + 1, np.int64)
    _fold_texts(
        *map(pointer_to, (data, borders)),
        count,
        *map(pointer_to, (others, text, ends)),
        len(others),
        *map(pointer_to, (folded, places[first:])),
    )
    buffers = [present, _arrow.py_buffer(places), _arrow.py_buffer(folded)]
    return _arrow.LargeBinaryArray.from_buffers(_arrow.large_binary(), count, buffers, offset=first)


def has_key(values: Texts) -> Bools:
    """Return which of n values are keys: neither missing nor empty."""
    present: Bools = _compute.fill_null(_compute.greater(_compute.binary_length(values), 0), False).to_numpy(
        zero_copy_only=False, writable=True
    )
    return present


def fold_identities(columns: Identity) -> tuple[Strings, Bools]:
    """Return n keys over several columns as one text each, and which are keys at all: those that have all of them.

    Args:
        columns: The columns; missing or empty where blank.

    >>> fold_identities([pa.array(["Ann", "Bob", None], pa.large_string())])[1].tolist()
    [True, True, False]
    """
    folded = [fold_keys(column) for column in columns]
    present = has_key(columns[0])
    for column in columns[1:]:
        present &= has_key(column)
    if len(folded) == 1:
        return folded[0], present
    return _compute.binary_join_element_wise(*folded, _arrow.scalar(_BETWEEN, _arrow.large_binary())), present


def hash_keys(columns: Identity) -> tuple[Strings, Hashes, Bools]:
    """Return n folded keys, their hashes, and which of them are keys at all: no column of theirs is missing or empty.

    Args:
        columns: n normal forms in each, missing where blank.
    """
    folded, present = fold_identities(columns)
    return folded, HASH(Words.of(folded)), present
