"""From a table to verdicts: which cells change, what is found, which records are refused."""

from pipeline.checking.records import Checked, check
from pipeline.checking.sense import Edge

__all__ = ["Checked", "Edge", "check"]
