"""Why records are rejected: the error codes and sentences of each, as in `rejected.csv`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.checking import Checked
from pipeline.checking.records import Found
from pipeline.contracts import Severity

Bools = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why k records are rejected.

    Attributes:
        which: k positions in `texts`.
        texts: The distinct reasons: codes joined by `;`, and what they say joined by `; `.
    """

    which: Longs
    texts: tuple[tuple[str, str], ...]


def reasons_of(checked: Checked, chosen: Bools) -> Reasons:
    """Return the reasons of each chosen record, in record order; each has at least one error.

    Args:
        checked: n records.
        chosen: Mask of the k records.
    """
    hits = checked.findings.only(chosen)
    is_error = np.array([kind.severity is Severity.ERROR for kind in hits.kinds], dtype=np.bool_)
    errors = is_error[hits.which] if len(hits) else np.empty(0, dtype=np.bool_)
    rows, which = hits.rows[errors], hits.which[errors]
    if not len(rows):
        return Reasons(np.empty(0, dtype=np.int64), ())
    begins = np.flatnonzero(np.concatenate(([True], rows[1:] != rows[:-1])))
    counts = np.diff(begins, append=len(rows))
    # A record's errors, in their order, are one number: its digits are the kinds, counted from 1.
    most, base = int(counts.max()), len(hits.kinds) + 1
    if base**most > np.iinfo(np.int64).max:
        return _one_by_one(hits.kinds, which, begins)
    numbers = np.zeros(len(begins), dtype=np.int64)
    for place in range(most):
        held = counts > place
        numbers[held] = numbers[held] * base + which[begins[held] + place] + 1
    places, distinct = pd.factorize(numbers)
    texts = [_texts([hits.kinds[kind] for kind in _digits(number, base)]) for number in distinct.tolist()]
    return Reasons(places.astype(np.int64), tuple(texts))


def _one_by_one(kinds: tuple[Found, ...], which: Longs, begins: Longs) -> Reasons:
    """Return the reasons where records have too many errors to be one number."""
    seen: dict[tuple[str, str], int] = {}
    parts = np.split(which, begins[1:])
    places = [seen.setdefault(_texts([kinds[one] for one in part.tolist()]), len(seen)) for part in parts]
    return Reasons(np.array(places, dtype=np.int64), tuple(seen))


def _digits(number: int, base: int) -> list[int]:
    found: list[int] = []
    while number:
        number, digit = divmod(number, base)
        found.append(digit - 1)
    return found[::-1]


def _texts(errors: list[Found]) -> tuple[str, str]:
    reasons = [f"{found.column}: {found.message}" if found.column else found.message for found in errors]
    return ";".join(found.code for found in errors), "; ".join(reasons)
