"""Finding the bad records of a part whose errors do not name them: they are loaded again, in ever smaller slices.

Only with an upsert key, by which a record that is loaded twice is one contact; so nothing of it needs the journal, and
after an interruption it begins anew. Some platforms fail a whole batch for one bad record, so that a slice of which
everything failed is cut as well. Source: Cloud Elements, HubSpot bulk page.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from itertools import accumulate, islice

from pipeline.errors import ManifestError, Transient, Uncertain, UsageError
from pipeline.planning import Part
from pipeline.planning.cutting import record_sizes
from pipeline.planning.manifests import CLEAN
from pipeline.uploading.delivering import form_of
from pipeline.uploading.events import Isolating
from pipeline.uploading.following import follow
from pipeline.uploading.outcomes import Outcome, PartOutcome
from pipeline.uploading.port import FileSlice
from pipeline.uploading.retrying import repeat
from pipeline.uploading.runs import Run
from pipeline.uploading.statuses import JobStatus, State
from pipeline.uploading.texts import plain

MOST_JOBS = 500
"""Jobs that are spent on one part. Of b bad records among n, about 2·b·log₂(n/b) are needed."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Records of a part, by position from 0, and what is known of them before they are loaded by themselves."""

    begin: int
    end: int
    outcome: Outcome
    reason: str

    def halves(self, outcome: Outcome, reason: str) -> tuple[_Stretch, _Stretch]:
        middle = (self.begin + self.end) // 2
        return _Stretch(self.begin, middle, outcome, reason), _Stretch(middle, self.end, outcome, reason)


def refuse_without_key(upsert_key: str | None) -> None:
    """Raise `UsageError` where records that are loaded again would be there twice."""
    if upsert_key is None:
        raise UsageError("--isolate needs an upsert key: without one the records it sends again would be there twice")


def isolate(run: Run, outcome: PartOutcome) -> PartOutcome:
    """Return what became of each record of a part whose failures are not explained one by one.

    A part that was accepted, not sent, or whose errors name each refused record, is returned as it is. A record is
    accepted if a job that carried it counted no failure, and refused if it failed alone. What is left after `MOST_JOBS`
    jobs stays what it was in the last job that carried it.

    Args:
        run: The upload; its object is loaded with an upsert key.
        outcome: The part's, as far as its errors tell.

    Raises:
        UploadError: The platform cannot be reached, or refuses; the same command goes on.
        ManifestError: The clean file is not what it was.
    """
    if outcome.rest not in (Outcome.UNKNOWN, Outcome.REFUSED) or len(outcome.refused) == outcome.rows:
        return outcome
    part = run.plan.parts[outcome.part - 1]
    offsets = _offsets(run, part)
    refused, unknown = dict(outcome.refused), dict[int, str]()
    whole = _Stretch(0, part.rows, outcome.rest, outcome.reason)
    waiting = [whole] if part.rows == 1 else [*reversed(whole.halves(outcome.rest, outcome.reason))]
    jobs = 0
    while waiting:
        stretch = waiting.pop()
        positions = range(stretch.begin, stretch.end)
        if jobs == MOST_JOBS:
            left = refused if stretch.outcome is Outcome.REFUSED else unknown
            for position in positions:
                left.setdefault(position, stretch.reason)
            continue
        jobs += 1
        run.progress(Isolating(part.number, len(positions), jobs))
        status = _load(run, _slice_of(run, part, offsets, stretch))
        failed = status.failed if status.state is State.COMPLETED else None
        if failed == 0:
            continue
        reason = plain(status.error or status.message or f"the job ended as {status.raw_word}")
        known = Outcome.REFUSED if failed == len(positions) else Outcome.UNKNOWN
        if len(positions) > 1:
            waiting += reversed(stretch.halves(known, reason))
        else:
            (refused if known is Outcome.REFUSED else unknown).setdefault(stretch.begin, reason)
    return replace(outcome, rest=Outcome.ACCEPTED, reason="", refused=refused, unknown=unknown)


def _offsets(run: Run, part: Part) -> list[int]:
    """Return where in the clean file each record of a part begins, and where the last one ends."""
    try:
        with (run.folder / CLEAN).open("rb") as file:
            file.seek(part.start)
            return list(accumulate(islice(record_sizes(file), part.rows), initial=part.start))
    except (OSError, ValueError) as reason:
        raise ManifestError(f"{run.folder / CLEAN} cannot be read ({reason}); prepare the file again") from None


def _slice_of(run: Run, part: Part, offsets: list[int], stretch: _Stretch) -> FileSlice:
    """Return some records of a part as the form they are sent in."""
    start, end = offsets[stretch.begin], offsets[stretch.end]
    with (run.folder / CLEAN).open("rb") as file:
        file.seek(start)
        digest = hashlib.sha256(run.plan.header + file.read(end - start)).hexdigest()
    name = f"part-{part.key}-{stretch.begin + 1}-{stretch.end}.csv"
    return replace(form_of(run, part), start=start, end=end, sha256=digest, name=name)


def _load(run: Run, slice_: FileSlice) -> JobStatus:
    """Load a slice and follow its job; sent again where an answer was lost, which an upsert key allows."""

    def create() -> str:
        try:
            return run.target.create_job(slice_)
        except Uncertain as failure:
            raise Transient(str(failure)) from None

    job = repeat(create, backoff=run.settings.backoff, clock=run.clock)
    status = follow(
        lambda: run.target.job_status(job),
        pace=run.settings.pace,
        clock=run.clock,
        report=lambda _: None,
        go_on=run.command,
    )
    if status.failed and not status.error:
        texts = run.target.job_errors(job).texts
        return replace(status, error=texts[0] if texts else "")
    return status
