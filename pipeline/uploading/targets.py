"""The port to a target: all that an upload asks of what it sends to.

`upload` takes a `Connection`, which is a connector instance of Open Connectors, or anything that has these methods.
The journal, the cutting into parts, resuming, following and accounting are the upload's and the same for every target.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.planning import Manifest, Part, Plan
from pipeline.uploading.client import JobErrors
from pipeline.uploading.port import FileSlice
from pipeline.uploading.statuses import JobStatus


class Place(Protocol):
    """Where a target is, and what it says of its own about an upload. A `Connection` is one.

    An upload goes on only at the place where it was begun: the same URL, hub and object.
    """

    @property
    def label(self) -> str:
        """How receipts and messages name it."""
        ...

    @property
    def base_url(self) -> str:
        """Its address, without any secret: it stands in journal and receipt."""
        ...

    @property
    def hub(self) -> str | None:
        """The hub, or None for the schema's."""
        ...

    @property
    def object(self) -> str | None:
        """What is loaded, or None for the schema's object."""
        ...

    @property
    def upsert_key(self) -> str | None:
        """The column to match records by, or None for the schema's."""
        ...

    @property
    def max_part_records(self) -> int | None:
        """The most records of a part, where that is less than the schema's limit, or None."""
        ...

    @property
    def max_part_bytes(self) -> int | None:
        """The most bytes of a part, likewise, or None."""
        ...

    @property
    def sandbox(self) -> bool:
        """Whether it is only for rehearsing."""
        ...


@dataclass(frozen=True, slots=True)
class Destination:
    """A `Place` with nothing but what it must have.

    Attributes:
        label: See `Place`, as all of these.
        base_url: An address without secrets.
        object: What is loaded.
        hub: The hub.
        upsert_key: The column to match by.
        max_part_records: The most records of a part.
        max_part_bytes: The most bytes of a part.
        sandbox: Whether it is only for rehearsing.
    """

    label: str
    base_url: str
    object: str | None = None
    hub: str | None = None
    upsert_key: str | None = None
    max_part_records: int | None = None
    max_part_bytes: int | None = None
    sandbox: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """A part that was sent, and of which no answer came.

    Attributes:
        part: The part.
        file: What was sent.
        sent_at: The moment before it was sent, by `Target.server_time`, or None.
        owned: The ids of the jobs of other parts: never this one's.
    """

    part: Part
    file: FileSlice
    sent_at: float | None
    owned: frozenset[str]


class Target(Protocol):
    """What an upload is sent to. It is used by one thread, or by as many as `Settings.parallel` says.

    Which exception a method raises decides what the upload does: `Transient` is repeated with growing pauses,
    `Permanent` ends the run with nothing taken, `Uncertain` is settled by `find_job` and never by blind repetition.
    No text of theirs may hold a secret or a cell.
    """

    @property
    def place(self) -> Place:
        """Where it is."""
        ...

    @property
    def accepted_means(self) -> str:
        """What is to be said of each accepted record, or "" where accepted means loaded."""
        ...

    @property
    def replaces(self) -> bool:
        """Whether a part that is sent twice is there once, so that `Settings.resend_uncertain` is harmless."""
        ...

    @property
    def search_seconds(self) -> float:
        """How long `find_job` takes as a rule."""
        ...

    def check(self, manifest: Manifest, plan: Plan, folder: Path) -> tuple[str, ...]:
        """Return what a person should know before anything is sent, a sentence each.

        Raises:
            UploadError: It cannot be sent there; nothing was, and no journal is made.
        """
        ...

    def get_ready(self) -> None:
        """Take note of what must be known before a part is sent: the jobs that are there already are none of ours.

        Called once in a run that sends, after what an earlier run left open is settled.
        """
        ...

    def server_time(self) -> float | None:
        """Return seconds since 1970 by the target's own clock, or None where `find_job` does not need it."""
        ...

    def create_job(self, file: FileSlice, *, callback_url: str | None = None) -> str:
        """Return the id of a new job that carries a file. Sends once.

        Args:
            file: The part's bytes; `read_slice` yields them and proves their digest at the end. Its name is the same
                for the same bytes at the same place of the same plan.
            callback_url: What to call when the job ends, or None.

        Raises:
            Transient: It was not taken, and may be sent again.
            Permanent: It was refused.
            Uncertain: It may have been taken.
            ManifestError: The bytes are not those planned; nothing was taken.
        """
        ...

    def find_job(self, lost: Lost) -> str | None:
        """Return the id of the one job that carries a lost part, or None if there is certainly none.

        Raises:
            UploadError: That cannot be told.
        """
        ...

    def job_status(self, job: str) -> JobStatus:
        """Return what a job says of itself now.

        Raises:
            Permanent: With status 404, if the job is not known (yet).
        """
        ...

    def job_errors(self, job: str) -> JobErrors:
        """Return what a job says about failed records."""
        ...

    def interrupt(self) -> None:
        """Break off what other threads are waiting for: the run is to end now."""
        ...

    def close(self) -> None:
        """Let go of what it holds; called once, at the end of the upload."""
        ...
