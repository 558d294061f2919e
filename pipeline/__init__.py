"""contactprep: take a contact CSV as people really send it, and get it into the CRM with every record accounted for.

::

    import pipeline

    report = pipeline.check("contacts.csv")
    prepared = pipeline.prepare("contacts.csv", out="contacts-prepared")
    result = pipeline.prepare_frame(frame, schema="eloqua.contact")
    receipt = pipeline.upload(prepared, connection=connection)

Nothing here prints, logs globally or needs a terminal. Everything loads on first use: `import pipeline` does not
import pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pipeline.version import __version__

if TYPE_CHECKING:
    from pipeline.contracts import Policy
    from pipeline.errors import (
        Exit,
        FolderBusy,
        JournalError,
        ManifestError,
        OutputError,
        Permanent,
        PipelineError,
        SourceError,
        Transient,
        Uncertain,
        UploadError,
        UsageError,
        WorkerDied,
    )
    from pipeline.mapping import SenderMapping
    from pipeline.preparing import (
        DomainCheck,
        ErrorBudget,
        Prepared,
        PreparedFrame,
        Settings,
        check,
        prepare,
        prepare_frame,
        remembered,
    )
    from pipeline.reading.options import Reading
    from pipeline.reporting.report import Report
    from pipeline.running import Ran, run
    from pipeline.uploading import Connection, Receipt, upload

_ERRORS = (
    "Exit",
    "FolderBusy",
    "JournalError",
    "ManifestError",
    "OutputError",
    "Permanent",
    "PipelineError",
    "SourceError",
    "Transient",
    "Uncertain",
    "UploadError",
    "UsageError",
    "WorkerDied",
)
_HOMES = {
    **dict.fromkeys(_ERRORS, "pipeline.errors"),
    **dict.fromkeys(
        (
            "DomainCheck",
            "ErrorBudget",
            "Prepared",
            "PreparedFrame",
            "Settings",
            "check",
            "prepare",
            "prepare_frame",
            "remembered",
        ),
        "pipeline.preparing",
    ),
    **dict.fromkeys(("Connection", "Receipt", "upload"), "pipeline.uploading"),
    **dict.fromkeys(("Ran", "run"), "pipeline.running"),
    "Policy": "pipeline.contracts",
    "Reading": "pipeline.reading.options",
    "Report": "pipeline.reporting.report",
    "SenderMapping": "pipeline.mapping",
}

__all__ = [
    "Connection",
    "DomainCheck",
    "ErrorBudget",
    "Exit",
    "FolderBusy",
    "JournalError",
    "ManifestError",
    "OutputError",
    "Permanent",
    "PipelineError",
    "Policy",
    "Prepared",
    "PreparedFrame",
    "Ran",
    "Reading",
    "Receipt",
    "Report",
    "SenderMapping",
    "Settings",
    "SourceError",
    "Transient",
    "Uncertain",
    "UploadError",
    "UsageError",
    "WorkerDied",
    "__version__",
    "check",
    "prepare",
    "prepare_frame",
    "remembered",
    "run",
    "upload",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
