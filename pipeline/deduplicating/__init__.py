"""Finds the records of one contact across the whole file, in bounded memory."""

from pipeline.deduplicating.losing import Losers, count_distinct, find_losers, find_losers_in
from pipeline.deduplicating.spilling import KeyPiece, write_keys

__all__ = ["KeyPiece", "Losers", "count_distinct", "find_losers", "find_losers_in", "write_keys"]
