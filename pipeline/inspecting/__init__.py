"""Looks at any table, contact or not: how it is read, what is broken, what each column holds."""

from pipeline.inspecting.profiles import ColumnProfile, Profiler
from pipeline.inspecting.running import Inspection, inspect, rows_of

__all__ = ["ColumnProfile", "Inspection", "Profiler", "inspect", "rows_of"]
