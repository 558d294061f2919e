"""Key hashes of records: 16 bytes a record, whatever the keys are.

A batch hashes the keys of its acceptable records. Once all are known, equal hashes name candidates; whoever holds the
real keys confirms them, so that a collision costs a look and never a contact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Hashes = npt.NDArray[np.uint64]
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Keys:
    """The hashed keys of k records.

    Attributes:
        hashes: k hashes of the normal forms in lower case.
        records: k record numbers, ascending.
    """

    hashes: Hashes
    records: Longs

    def __post_init__(self) -> None:
        if len(self.hashes) != len(self.records):
            raise ValueError("a key belongs to a record")

    @staticmethod
    def joined(parts: Iterable[Keys]) -> Keys:
        """Return the keys of several batches in their order."""
        several = list(parts)
        if not several:
            return Keys(np.empty(0, np.uint64), np.empty(0, np.int64))
        return Keys(
            np.concatenate([part.hashes for part in several]), np.concatenate([part.records for part in several])
        )


def fold_key(value: str) -> str:
    """Return a key as it is compared: without regard to case, nothing else stripped.

    By `lower`, since `casefold` would also make one of ß and ss, which are different domains.

    >>> fold_key("Ann@Acme.com") == fold_key("ann@acme.com"), fold_key("a@straße.de") == fold_key("a@strasse.de")
    (True, False)
    """
    return value.lower()


def hash_keys(values: pd.Series[Any], records: Longs, chosen: npt.NDArray[np.bool_]) -> Keys:
    """Return the keys of those chosen records that have one.

    Args:
        values: n normal forms of the key field, missing where blank.
        records: n record numbers.
        chosen: Mask of the n records that take part.
    """
    part = chosen & ~values.isna().to_numpy()
    folded = np.array([fold_key(value) for value in values[part]], dtype=object)
    hashes = pd.util.hash_array(folded, categorize=False) if len(folded) else np.empty(0, np.uint64)
    return Keys(hashes.astype(np.uint64), records[part])


def candidates(keys: Keys) -> tuple[Longs, ...]:
    """Return the groups of record numbers that share a hash, each ascending, in the order of their first record."""
    order = np.lexsort((keys.records, keys.hashes))
    hashes, records = keys.hashes[order], keys.records[order]
    same = np.flatnonzero(hashes[1:] == hashes[:-1])
    if not len(same):
        return ()
    starts = np.flatnonzero(np.concatenate(([True], hashes[1:] != hashes[:-1])))
    ends = np.append(starts[1:], len(hashes))
    groups = [records[start:end] for start, end in zip(starts, ends, strict=True) if end - start > 1]
    return tuple(sorted(groups, key=lambda group: int(group[0])))


def losers_of(groups: Iterable[Longs], real_keys: Mapping[int, str]) -> dict[int, int]:
    """Return each record that gives way, with the record that is kept: the first of its key.

    Args:
        groups: Candidates, ascending record numbers.
        real_keys: The normal form of every candidate's key.
    """
    kept: dict[str, int] = {}
    losers: dict[int, int] = {}
    for group in groups:
        kept.clear()  # equal keys have equal hashes: no key spans two groups
        for record in group.tolist():
            survivor = kept.setdefault(fold_key(real_keys[record]), record)
            if survivor != record:
                losers[record] = survivor
    return losers


def count_distinct(keys: Keys) -> int:
    """Return how many different keys there are (by hash: off by one once in some billions of keys)."""
    return len(np.unique(keys.hashes))
