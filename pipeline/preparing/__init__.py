"""From a file to the prepared folder, in two phases: batches anywhere, then one decision in file order."""

from pipeline.preparing.budgets import ErrorBudget
from pipeline.preparing.frames import PreparedFrame, prepare_frame
from pipeline.preparing.remembering import remembered
from pipeline.preparing.resolving import DomainCheck
from pipeline.preparing.running import Prepared, check, prepare
from pipeline.preparing.settings import Settings

__all__ = [
    "DomainCheck",
    "ErrorBudget",
    "Prepared",
    "PreparedFrame",
    "Settings",
    "check",
    "prepare",
    "prepare_frame",
    "remembered",
]
