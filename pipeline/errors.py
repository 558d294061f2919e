"""Why a run cannot continue, and the exit status each reason has.

Findings about data are values, never exceptions. These are for "cannot continue"::

    PipelineError
    ├─ UsageError        2   option, schema, mapping or folder is not right: the caller can mend it now
    ├─ SourceError       3   the input cannot be read as a table, or not be trusted
    ├─ ManifestError     3   a folder's files and its manifest disagree
    ├─ JournalError      3   the upload's journal is damaged or of a newer version
    ├─ UploadError       4   the upload failed or is not settled
    │  ├─ Transient          may be repeated; `retry_after` says when
    │  ├─ Permanent          will not get better by itself
    │  └─ Uncertain          was sent, and no answer says what became of it
    ├─ FolderBusy        6   another run holds the folder
    ├─ WorkerDied       70   a process that took part in the run ended by itself
    └─ OutputError      74   cannot write

`RuleCrashed` stands outside the tree: a rule that fails is our bug (70), not a fault of the file.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import ClassVar


class Exit(IntEnum):
    """Exit codes, for ever (see docs/exit-codes.md)."""

    FINE = 0
    FINDINGS = 1
    USAGE = 2
    SOURCE = 3
    UPLOAD = 4
    PARTLY_REFUSED = 5
    BUSY = 6
    BUG = 70
    CANNOT_WRITE = 74
    INTERRUPTED = 130
    TERMINATED = 143


class PipelineError(Exception):
    """Root of everything raised on purpose.

    The text is one line for a person: where, what, what next. It never holds a secret.

    Attributes:
        exit_status: What the command exits with.
    """

    exit_status: ClassVar[Exit] = Exit.BUG


class UsageError(PipelineError):
    """An option, a schema, a mapping or an output folder is not right."""

    exit_status = Exit.USAGE


class SourceError(PipelineError):
    """The input cannot be read or trusted: missing, a directory, empty, not text, over a limit."""

    exit_status = Exit.SOURCE


class ManifestError(PipelineError):
    """A prepared folder's files are not those its manifest names."""

    exit_status = Exit.SOURCE


class JournalError(PipelineError):
    """The upload journal is damaged, or written by a newer version."""

    exit_status = Exit.SOURCE


class UploadError(PipelineError):
    """The upload failed, or some record's outcome is not known."""

    exit_status = Exit.UPLOAD


class Transient(UploadError):  # noqa: N818  # named for what it says of a retry
    """A request failed in a way that may pass.

    Attributes:
        retry_after: Seconds the server asked to wait, or None.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Permanent(UploadError):  # noqa: N818
    """A request failed and will fail again: credentials, unknown object, malformed.

    Attributes:
        status: HTTP status, or None where there was no answer.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Uncertain(UploadError):  # noqa: N818
    """A request was sent and its answer is lost: the server may or may not have acted on it."""


class FolderBusy(PipelineError):  # noqa: N818
    """Another run holds this folder."""

    exit_status = Exit.BUSY


class WorkerDied(PipelineError):  # noqa: N818
    """A process that took part in a run ended by itself: killed, out of memory, or by our bug."""

    exit_status = Exit.BUG


class OutputError(PipelineError):
    """The result cannot be written: disk full, no permission, an I/O error."""

    exit_status = Exit.CANNOT_WRITE


class RuleCrashed(Exception):  # noqa: N818  # it is named for what happened, and is not one of ours to catch
    """A rule raised instead of judging: our bug. The text names the rule and the place, never a cell."""


def nearest(word: str, words: Iterable[str], *, by: Callable[[str], str] = str.casefold) -> str:
    """Return `did you mean …?` for the nearest of some words, or which there are: the way out of a misspelling.

    Args:
        word: What was said.
        words: What could have been meant.
        by: The form in which they are compared.

    >>> nearest("colums", ("columns", "fields")), nearest("zzz", ("columns", "fields"))
    ('did you mean columns?', 'there are columns, fields')
    """
    there = [*words]
    forms = {by(one): one for one in there}
    near = difflib.get_close_matches(by(word), forms, n=1, cutoff=0.5)
    return f"did you mean {forms[near[0]]}?" if near else f"there are {', '.join(there) or 'none'}"
