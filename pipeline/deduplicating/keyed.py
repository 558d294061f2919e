"""Records with the hash of their key: what is compared first, and cheap to hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.deduplicating.folding import Identity, fold_identities
from pipeline.deduplicating.words import Strings, Words, hash_strings

Bools = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint64]
Longs = npt.NDArray[np.int64]
Shorts = npt.NDArray[np.uint16]

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


def hash_keys(columns: Identity) -> tuple[Strings, Hashes, Bools]:
    """Return n folded keys, their hashes, and which of them are keys at all: no column of theirs is missing or empty.

    Args:
        columns: n normal forms in each, missing where blank.
    """
    folded, present = fold_identities(columns)
    return folded, HASH(Words.of(folded)), present
