"""Finds the records of one contact across the whole file and in lists of known ones, in bounded memory."""

from pipeline.deduplicating.knowing import Known, find_known
from pipeline.deduplicating.losing import Losers, find_losers, find_losers_in
from pipeline.deduplicating.spilling import KeyPiece, write_keys
from pipeline.deduplicating.surviving import Survivor

__all__ = [
    "KeyPiece",
    "Known",
    "Losers",
    "Survivor",
    "find_known",
    "find_losers",
    "find_losers_in",
    "write_keys",
]
