"""Reading a file as it is: one scan that decides and plans, then the records of each range, as literal text.

`scan` goes over the bytes once and returns a `Source`; `read` returns the `Table` of one of its ranges, in any process.
"""

from __future__ import annotations

from pipeline.reading.opening import Limits
from pipeline.reading.scanning import RANGE_RECORDS, scan
from pipeline.reading.tables import read, read_all, read_some

__all__ = ["RANGE_RECORDS", "Limits", "read", "read_all", "read_some", "scan"]
