"""Sending one part: the journal before the request and after the answer, and settling what had no answer."""

from __future__ import annotations

from pipeline.errors import Permanent, Transient, Uncertain, UploadError
from pipeline.planning import Part
from pipeline.planning.manifests import CLEAN
from pipeline.uploading.entries import PartState, TryOutcome
from pipeline.uploading.events import Created, Sending, Unsure
from pipeline.uploading.journal import JobTaken
from pipeline.uploading.port import FileSlice
from pipeline.uploading.retrying import repeat
from pipeline.uploading.runs import Run
from pipeline.uploading.slicing import read_slice
from pipeline.uploading.targets import Lost


def deliver(run: Run, part: Part) -> None:
    """Send one part until it has a job."""
    try:
        send_part(run, part)
    except Uncertain as failure:
        make_up(run, part, str(failure))


def send_part(run: Run, part: Part) -> None:
    """Send one part until it has a job or its answer is lost; other parts may be under way.

    Raises:
        Uncertain: Its answer is lost, which is noted.
    """
    slice_ = form_of(run, part)
    for _ in read_slice(slice_):
        pass  # raises unless the bytes about to be sent are those planned
    repeat(lambda: _try(run, part, slice_), backoff=run.settings.backoff, clock=run.clock)


def make_up(run: Run, part: Part, reason: str) -> None:
    """Find the job of a part whose answer was lost, or send it once more. No other part may be under way.

    Raises:
        UploadError: It cannot be found out, or a second answer was lost, which is for a person to look at.
    """
    settle_part(run, part, reason)
    if run.journal.part(part.number).state is PartState.PLANNED:
        try:
            send_part(run, part)
        except Uncertain as second:
            raise UploadError(f"part {part.number}: {second}; go on with {run.command}") from None


def _try(run: Run, part: Part, slice_: FileSlice) -> None:
    """Send one part once, between two entries of the journal."""
    journal, clock, number = run.journal, run.clock, part.number
    # The time of the intent must be known by the target's clock, to find the job by it.
    journal.intend(number, begun=clock.now(), server_time=run.target.server_time())
    run.progress(Sending(number, part.rows, part.size))
    try:
        job = run.target.create_job(slice_, callback_url=run.callback_url)
    except Transient as failure:
        journal.close_try(number, TryOutcome.NOT_SENT, ended=clock.now(), detail=str(failure))
        raise
    except Permanent as failure:
        journal.close_try(number, TryOutcome.REFUSED, ended=clock.now(), detail=str(failure))
        raise
    except Uncertain as failure:
        journal.close_try(number, TryOutcome.UNCERTAIN, ended=clock.now(), detail=str(failure))
        raise
    try:
        journal.close_try(number, TryOutcome.CREATED, ended=clock.now(), job=job)
    except JobTaken:
        said = f"part {number}: the server answered with the job of another part"
        journal.close_try(number, TryOutcome.UNCERTAIN, ended=clock.now(), detail=said)
        raise Uncertain(said) from None
    run.progress(Created(number, job, adopted=False))


def settle_part(run: Run, part: Part, reason: str) -> None:
    """Find out what became of a part without an answer: it then has a job, or is planned again.

    Raises:
        UploadError: It cannot be found out, or may not be sent again.
    """
    journal, clock, settings, number = run.journal, run.clock, run.settings, part.number
    if settings.resend_uncertain:
        journal.close_try(number, TryOutcome.SENT_AGAIN, ended=clock.now())
        return
    run.progress(Unsure(number, reason, run.target.search_seconds))
    tried = journal.last_try(number)
    lost = Lost(part, form_of(run, part), tried.server_time if tried else None, journal.owned_jobs())
    try:
        job = run.target.find_job(lost)
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


def form_of(run: Run, part: Part) -> FileSlice:
    """Return the bytes of a part, under the name that the target is told."""
    name = f"part-{part.key}.csv"
    return FileSlice(run.folder / CLEAN, run.plan.header, part.start, part.end, part.sha256, name)
