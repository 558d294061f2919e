"""Keys as they are compared: without regard to case, nothing else stripped, as UTF-8."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from pipeline.native import kernel, pointer_to

Longs = npt.NDArray[np.int64]

Texts: TypeAlias = Any
"""An Arrow array of large_string, in one chunk."""

Strings: TypeAlias = Any
"""An Arrow array of large_binary, in one chunk."""

Identity: TypeAlias = Sequence[Texts]
"""The columns whose texts are all equal in two records of one contact; at least one, each of n normal forms."""

_arrow: Any = pa
_compute: Any = pc

_find_others = kernel("find_others", "pplp")

_BETWEEN = b"\xff"
"""Parts a key's columns. Source: RFC 3629, section 1: this octet never appears in UTF-8."""


def fold_key(value: str) -> str:
    """Return a key as it is compared: without regard to case, nothing else stripped.

    By `lower`, since `casefold` would also make one of ß and ss, which are different domains.

    >>> fold_key("Ann@Acme.com") == fold_key("ann@acme.com"), fold_key("a@straße.de") == fold_key("a@strasse.de")
    (True, False)
    """
    return value.lower()


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """n texts without regard to case, but that A to Z in them are not lowered yet.

    Attributes:
        texts: n texts; missing or empty where blank.
        positions: k positions of those that others stand for, ascending.
        others: The k others.
    """

    texts: Strings
    positions: Longs
    others: Strings


def fold_texts(values: Texts) -> Folded:
    """Return texts as `fold_key` makes them, but for A to Z: what is all ASCII is left to a kernel.

    What Python lowers otherwise (İ, a final Σ) is a matter of its version of Unicode.

    Args:
        values: n normal forms, missing where blank. They are not copied.

    Raises:
        TypeError: Not text in one chunk.

    >>> folded = fold_texts(pa.array(["Ann@Acme.com", "ΟΔΟΣ@x.gr", "ß", None], pa.large_string()))
    >>> folded.positions.tolist(), [text.decode() for text in folded.others.to_pylist()]
    ([1], ['οδος@x.gr'])
    """
    if not isinstance(values, _arrow.LargeStringArray):
        raise TypeError(f"keys are an Arrow large_string array in one chunk, not {type(values).__name__}")
    count = len(values)
    _, borders, data = buffers_of(values)
    positions = np.empty(count, np.int64)
    positions = positions[: _find_others(pointer_to(data), pointer_to(borders), count, pointer_to(positions))]
    spans = zip(borders[positions].tolist(), borders[positions + 1].tolist(), strict=True)
    # What lies under a missing text may be anything, and does not matter.
    whole = memoryview(data or b"")
    found = [str(whole[begin:end], "utf-8", "replace") for begin, end in spans]
    others = [fold_key(text) for text in found]
    differs = [other != text for other, text in zip(others, found, strict=True)]
    return Folded(
        values.view(_arrow.large_binary()),
        positions[np.array(differs, np.bool_)],
        _arrow.array([other.encode() for other in compress(others, differs)], _arrow.large_binary()),
    )


def buffers_of(texts: Strings) -> tuple[Any, Longs, Any]:
    """Return whether each of n texts is there, a bit each from the array's first; where each begins; their bytes."""
    present, offsets, data = texts.buffers()
    return present, np.frombuffer(offsets or bytes(8), np.int64)[texts.offset :], data


def fold_identities(columns: Identity) -> Folded:
    r"""Return n keys over several columns as one text each: missing if one of them is missing or empty.

    Args:
        columns: The columns; missing or empty where blank.

    >>> people = [pa.array(names, pa.large_string()) for names in (["Ann", "Bob", "Cy"], ["Lee", None, ""])]
    >>> fold_identities(people).texts.to_pylist()
    [b'Ann\xffLee', None, None]
    """
    folded = [fold_texts(column) for column in columns]
    if len(folded) == 1:
        return folded[0]
    nothing = _arrow.scalar(None, _arrow.large_binary())
    held: list[Strings] = []
    for one in folded:
        mask = np.zeros(len(one.texts), np.bool_)
        mask[one.positions] = True
        texts = _compute.replace_with_mask(one.texts, mask, one.others)
        held.append(_compute.if_else(_compute.equal(texts, b""), nothing, texts))
    whole = _compute.binary_join_element_wise(*held, _arrow.scalar(_BETWEEN, _arrow.large_binary()))
    return Folded(whole, np.empty(0, np.int64), whole[:0])
