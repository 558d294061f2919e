"""Which of several records of one contact is kept."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]
Shorts = npt.NDArray[np.uint16]

Survivor: TypeAlias = Literal["first", "last", "most-complete"]
"""By file order, or by how many of the mapped fields are not blank after judging; ties go to the first."""


def outdoes(survivor: Survivor, filled: Shorts, before: Shorts) -> Bools:
    """Return which of n accepted records take the place of accepted ones that come before them.

    Args:
        survivor: Which is kept.
        filled: How many fields of each are not blank.
        before: The same of those before them.
    """
    if survivor == "most-complete":
        return filled > before
    return np.full(len(filled), survivor == "last")


def best_of(survivor: Survivor, contacts: Longs, filled: Shorts) -> Longs:
    """Return, for each of n records in file order, the position of the one that is kept of its contact.

    Args:
        survivor: Which is kept.
        contacts: A number for each, the same in those of one contact.
        filled: How many fields of each are not blank.
    """
    places = np.arange(len(contacts))
    ranks = {"first": places, "last": -places, "most-complete": -filled.astype(np.int64)}
    order = np.lexsort((ranks[survivor], contacts))
    heads = np.ones(len(order), np.bool_)
    heads[1:] = contacts[order[1:]] != contacts[order[:-1]]
    best = np.empty(len(order), np.int64)
    best[order] = order[heads][np.cumsum(heads) - 1]
    return best
