"""Open Connectors as a target of an upload."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from pipeline.errors import Uncertain
from pipeline.planning import Manifest, Plan
from pipeline.uploading.beginning import Aim
from pipeline.uploading.client import Client, JobErrors
from pipeline.uploading.clocks import Clock
from pipeline.uploading.connecting import Connection
from pipeline.uploading.port import FileSlice, Transport
from pipeline.uploading.preflight import check_before_sending
from pipeline.uploading.runs import Settings
from pipeline.uploading.settling import Wanted, settle
from pipeline.uploading.statuses import JobStatus
from pipeline.uploading.targets import Lost


class OpenConnectors:
    """One object of one connector instance, as a `Target`.

    Args:
        connection: Where, and by which right.
        aim: What is loaded, and how.
        transport: The network.
        owns: Whether to close the transport at the end.
        settings: Patience.
        clock: Time and chance.
    """

    accepted_means = ""

    def __init__(
        self,
        connection: Connection,
        aim: Aim,
        transport: Transport,
        *,
        owns: bool,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self.place = connection
        self._aim = aim
        self._transport = transport
        self._owns = owns
        self._settings = settings
        self._clock = clock
        self._asked = False
        self._strangers = frozenset[str]()
        self._client = Client(connection, transport, hub=aim.hub, backoff=settings.backoff, clock=clock)

    @property
    def replaces(self) -> bool:
        """Whether the platform matches records by a key."""
        return self._aim.upsert_key is not None

    @property
    def search_seconds(self) -> float:
        """When a job that was not found counts as not made."""
        return max(self._settings.patience.pauses, default=0.0)

    def check(self, manifest: Manifest, plan: Plan, folder: Path) -> tuple[str, ...]:
        """Return what `check_before_sending` warns of."""
        return check_before_sending(self._client, manifest, plan, folder, self._aim.object).warnings

    def get_ready(self) -> None:
        """Learn the server's time, and which jobs are there, unless a lost part is sent again without looking."""
        self.server_time()
        if not self._settings.resend_uncertain:
            self._strangers = self._client.listed_jobs()

    def server_time(self) -> float | None:
        """Return the server's time, by which a lost job is found; it is asked for something if it has not told it."""
        if self._client.server_time is None and not self._asked:
            self._asked = True
            self._client.list_objects()
        return self._client.server_time

    def create_job(self, file: FileSlice, *, callback_url: str | None = None) -> str:
        """Return the id of a new bulk job. `metaData` is sent only where an upsert key is named."""
        key = self._aim.upsert_key
        fields = (("metaData", json.dumps({"identifierFieldName": key, "action": "upsert"})),) if key else ()
        job = self._client.create_job(
            self._aim.object, replace(file, fields=fields), path=self.place.path, callback_url=callback_url
        )
        if job in self._strangers:
            raise Uncertain(f"the server answered {file.name} with a job that was there before")
        return job

    def find_job(self, lost: Lost) -> str | None:
        """Return the job of the platform's list that carries a part, by object, count and time; see `settle`."""
        patience = self._settings.patience
        span = self._settings.limits.total(lost.part.size) + patience.lag
        wanted = Wanted(
            object=self._aim.object,
            rows=lost.part.rows,
            owned=lost.owned | self._strangers,
            earliest=None if lost.sent_at is None else lost.sent_at - patience.slack,
            latest=None if lost.sent_at is None else lost.sent_at + span + patience.slack,
        )
        return settle(self._client.list_jobs, self._client.job_status, wanted, patience=patience, clock=self._clock)

    def job_status(self, job: str) -> JobStatus:
        """Return what a job says of itself."""
        return self._client.job_status(job)

    def job_errors(self, job: str) -> JobErrors:
        """Return all that a job says about failed records."""
        return self._client.job_errors(job)

    def interrupt(self) -> None:
        """Break off the requests under way."""
        self._transport.interrupt()

    def close(self) -> None:
        """Close the network, if it was made for this upload."""
        if self._owns:
            self._transport.close()
