"""Sending one part: the journal before the request and after the answer, and settling what had no answer."""

from __future__ import annotations

import hashlib
import json

from pipeline.errors import ManifestError, Permanent, Transient, Uncertain, UploadError
from pipeline.planning import Part
from pipeline.planning.manifests import CLEAN
from pipeline.uploading.events import Created, Sending, Unsure
from pipeline.uploading.journal import PartState, TryOutcome
from pipeline.uploading.port import FileSlice
from pipeline.uploading.retrying import repeat
from pipeline.uploading.runs import Run
from pipeline.uploading.settling import Wanted, settle

_PIECE_BYTES = 1 << 20


def deliver(run: Run, part: Part, strangers: frozenset[str] = frozenset()) -> None:
    """Send one part until it has a job.

    Args:
        run: The upload.
        part: The part.
        strangers: Ids of jobs that were there before: never its job, whatever the server answers.
    """
    if run.client.server_time is None:
        # The time of the intent must be known by the server's clock, to find the job by it.
        run.client.list_objects()
    slice_ = _slice(run, part)
    _confirm(slice_)
    try:
        repeat(lambda: _try(run, part, slice_, strangers), backoff=run.settings.backoff, clock=run.clock)
    except Uncertain as failure:
        settle_part(run, part, str(failure), strangers)
        if run.journal.parts()[part.number - 1].state is PartState.PLANNED:
            # It was not there, and is sent once more in this run; a second lost answer is for a person to look at.
            try:
                repeat(lambda: _try(run, part, slice_, strangers), backoff=run.settings.backoff, clock=run.clock)
            except Uncertain as second:
                raise UploadError(f"part {part.number}: {second}; go on with {run.command}") from None


def _try(run: Run, part: Part, slice_: FileSlice, strangers: frozenset[str]) -> None:
    """Send one part once, between two entries of the journal."""
    journal, clock, number = run.journal, run.clock, part.number
    owned = journal.owned_jobs()
    journal.intend(number, begun=clock.now(), server_time=run.client.server_time)
    run.progress(Sending(number, part.rows, part.size))
    try:
        job = run.client.create_job(
            journal.head.object, slice_, path=run.connection.path, callback_url=run.callback_url
        )
        if job in owned:
            raise Uncertain(f"part {number}: the server answered with the job of another part")
        if job in strangers:
            raise Uncertain(f"part {number}: the server answered with a job that was there before")
    except Transient as failure:
        journal.close_try(number, TryOutcome.NOT_SENT, ended=clock.now(), detail=str(failure))
        raise
    except Permanent as failure:
        journal.close_try(number, TryOutcome.REFUSED, ended=clock.now(), detail=str(failure))
        raise
    except Uncertain as failure:
        journal.close_try(number, TryOutcome.UNCERTAIN, ended=clock.now(), detail=str(failure))
        raise
    journal.close_try(number, TryOutcome.CREATED, ended=clock.now(), job=job)
    run.progress(Created(number, job, adopted=False))


def settle_part(run: Run, part: Part, reason: str, strangers: frozenset[str] = frozenset()) -> None:
    """Find out what became of a part without an answer: it then has a job, or is planned again.

    Raises:
        UploadError: It cannot be found out, or may not be sent again.
    """
    journal, clock, settings, number = run.journal, run.clock, run.settings, part.number
    if settings.resend_uncertain:
        journal.close_try(number, TryOutcome.SENT_AGAIN, ended=clock.now())
        return
    run.progress(Unsure(number, reason, max(settings.patience.pauses, default=0.0)))
    tried = journal.last_try(number)
    sent_at = tried.server_time if tried else None
    patience = settings.patience
    span = settings.limits.total(part.size) + patience.lag
    wanted = Wanted(
        object=journal.head.object,
        rows=part.rows,
        owned=journal.owned_jobs() | strangers,
        earliest=None if sent_at is None else sent_at - patience.slack,
        latest=None if sent_at is None else sent_at + span + patience.slack,
    )
    try:
        job = settle(run.client.list_jobs, run.client.job_status, wanted, patience=patience, clock=clock)
    except UploadError as failure:
        raise UploadError(
            f"part {number} ({reason}) is not settled: {failure}. Then go on with {run.command}"
        ) from None
    if job is not None:
        journal.close_try(number, TryOutcome.ADOPTED, ended=clock.now(), job=job)
        run.progress(Created(number, job, adopted=True))
        return
    if settings.never_resend:
        raise UploadError(
            f"part {number} ({reason}): the server lists no job for it, and --never-resend is set; "
            f"look on the platform whether its {part.rows} records are there, then go on without --never-resend"
        )
    journal.close_try(number, TryOutcome.ASSUMED_NOT_SENT, ended=clock.now())


def _slice(run: Run, part: Part) -> FileSlice:
    """Return the form a part is sent as. `metaData` only where an upsert key is named."""
    key = run.aim.upsert_key
    fields = (("metaData", json.dumps({"identifierFieldName": key, "action": "upsert"})),) if key else ()
    name = f"part-{part.key}.csv"
    return FileSlice(run.folder / CLEAN, run.plan.header, part.start, part.end, part.sha256, name, fields)


def _confirm(slice_: FileSlice) -> None:
    """Raise unless the bytes about to be sent are those planned."""
    digest, left = hashlib.sha256(slice_.header), slice_.end - slice_.start
    try:
        with slice_.path.open("rb") as file:
            file.seek(slice_.start)
            while left and (piece := file.read(min(left, _PIECE_BYTES))):
                digest.update(piece)
                left -= len(piece)
    except OSError as reason:
        raise ManifestError(f"{slice_.path} cannot be read ({reason.strerror}); prepare the file again") from None
    if digest.hexdigest() != slice_.sha256:
        raise ManifestError(f"{slice_.path} was changed since it was planned; prepare the file again")
