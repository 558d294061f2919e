"""Keys as they are compared: without regard to case, nothing else stripped, as UTF-8."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from pipeline.native import kernel, pointer_to

Bools = npt.NDArray[np.bool_]

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


def fold_others(values: Texts) -> Strings:
    """Return n texts in UTF-8, those with other letters than ASCII as `fold_key` makes them: the rest is for a kernel.

    What Python lowers in a way of its own (İ, a final Σ) is a matter of its version of Unicode.

    Args:
        values: n normal forms, missing where blank. No copy is made of those that are ASCII.

    Raises:
        TypeError: Not text in one chunk.

    >>> fold_others(pa.array(["Ann@Acme.com", "ΟΔΟΣ@x.gr", None], pa.large_string()))[1].as_py().decode()
    'οδος@x.gr'
    """
    if not isinstance(values, _arrow.LargeStringArray):
        raise TypeError(f"keys are an Arrow large_string array in one chunk, not {type(values).__name__}")
    count = len(values)
    if not count:
        return values.cast(_arrow.large_binary())
    _, offsets, data = values.buffers()
    borders = np.frombuffer(offsets, np.int64)[values.offset : values.offset + count + 1]
    others = np.empty(count, np.int64)
    others = others[: _find_others(pointer_to(data), pointer_to(borders), count, pointer_to(others))]
    if len(others):
        # What lies under a missing text may be anything.
        whole = [value and fold_key(value) for value in values.take(_arrow.array(others)).to_pylist()]
        mask = np.zeros(count, np.bool_)
        mask[others] = True
        values = _compute.replace_with_mask(values, mask, _arrow.array(whole, _arrow.large_string()))
    return values.cast(_arrow.large_binary())


def fold_identities(columns: Identity) -> Strings:
    r"""Return n keys over several columns as one text each: missing or empty if one of them is.

    Args:
        columns: The columns; missing or empty where blank.

    >>> people = [pa.array(names, pa.large_string()) for names in (["Ann", "Bob", "Cy"], ["Lee", None, ""])]
    >>> fold_identities(people).to_pylist()
    [b'Ann\xffLee', None, None]
    """
    folded = [fold_others(column) for column in columns]
    if len(folded) == 1:
        return folded[0]
    nothing = _arrow.scalar(None, _arrow.large_binary())
    held = [_compute.if_else(_compute.equal(column, b""), nothing, column) for column in folded]
    return _compute.binary_join_element_wise(*held, _arrow.scalar(_BETWEEN, _arrow.large_binary()))
