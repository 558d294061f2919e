"""Records with the hash of their key: what is compared first, and cheap to hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.deduplicating.folding import Texts, fold_keys, has_key
from pipeline.deduplicating.words import Strings, Words, hash_strings

Bools = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint64]
Longs = npt.NDArray[np.int64]

# What a key is hashed with; of its quality depends how much is compared, never what is found.
HASH = hash_strings


@dataclass(frozen=True, slots=True, eq=False)
class Keyed:
    """k records that have a key, in file order.

    Attributes:
        hashes: k hashes of the folded keys.
        records: k record numbers, ascending.
        lines: k physical lines.
        accepted: Which of them are accepted; the others would be if bad cells were blanked.
    """

    hashes: Hashes
    records: Longs
    lines: Longs
    accepted: Bools

    def __post_init__(self) -> None:
        if len({len(self.hashes), len(self.records), len(self.lines), len(self.accepted)}) != 1:
            raise ValueError("a key belongs to one record on one line, accepted or not")
        if (self.records[1:] <= self.records[:-1]).any():
            raise ValueError("keys are not in the order of their records")

    @staticmethod
    def joined(parts: list[Keyed]) -> Keyed:
        """Return the records of several, which follow each other."""
        return Keyed(
            np.concatenate([np.empty(0, np.uint64), *(part.hashes for part in parts)]),
            np.concatenate([np.empty(0, np.int64), *(part.records for part in parts)]),
            np.concatenate([np.empty(0, np.int64), *(part.lines for part in parts)]),
            np.concatenate([np.empty(0, np.bool_), *(part.accepted for part in parts)]),
        )


def hash_keys(values: Texts) -> tuple[Strings, Hashes, Bools]:
    """Return n folded keys, their hashes, and which of them are keys at all: neither missing nor empty.

    Args:
        values: n normal forms of the key field, missing where blank.
    """
    folded = fold_keys(values)
    return folded, HASH(Words.of(folded)), has_key(values)
