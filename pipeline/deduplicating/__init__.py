"""Finds the records of one contact across the whole file, in bounded memory."""

from pipeline.deduplicating.keys import Keys, candidates, count_distinct, hash_keys, losers_of

__all__ = ["Keys", "candidates", "count_distinct", "hash_keys", "losers_of"]
