"""Finds the records of one contact across the whole file and in lists of known ones, in bounded memory."""

from pipeline.deduplicating.index import KeyIndex
from pipeline.deduplicating.keyed import Keys, keys_of
from pipeline.deduplicating.settled import Known, Losers, Settled
from pipeline.deduplicating.surviving import Survivor

__all__ = ["KeyIndex", "Keys", "Known", "Losers", "Settled", "Survivor", "keys_of"]
