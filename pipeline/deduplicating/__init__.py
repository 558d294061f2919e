"""Finds the records of one contact across the whole file and in lists of known ones, in bounded memory."""

from pipeline.deduplicating.index import KeyIndex
from pipeline.deduplicating.keyed import Keys, keys_of
from pipeline.deduplicating.knowing import find_known
from pipeline.deduplicating.losing import find_losers, find_losers_in
from pipeline.deduplicating.settled import Known, Losers, Settled
from pipeline.deduplicating.spilling import KeyPiece, write_keys
from pipeline.deduplicating.surviving import Survivor

__all__ = [
    "KeyIndex",
    "KeyPiece",
    "Keys",
    "Known",
    "Losers",
    "Settled",
    "Survivor",
    "find_known",
    "find_losers",
    "find_losers_in",
    "keys_of",
    "write_keys",
]
