"""Bad records are found though no error names them, and `failed.csv` holds them ready to be corrected."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from pipeline import UsageError
from pipeline.uploading import Clock, Connection, Receipt, Settings, isolating, upload
from pipeline.uploading.transporting import HttpxTransport

KEYED = {"upsert_key": "C_EmailAddress"}


def outcomes(folder: Path) -> dict[str, str]:
    with (folder / "upload" / "outcomes.csv").open(encoding="utf-8", newline="") as file:
        return {row["record"]: row["status"] for row in csv.DictReader(file)}


def failing(platform: Any, bad: set[str], *, whole: bool = False) -> None:
    """Let a platform fail some records without naming them, or every record of a job that carries one."""

    def status(job: Any) -> dict[str, Any]:
        count = sum(row[0] in bad for row in job.rows)
        failed = len(job.rows) if whole and count else count
        platform.errors[job.id] = [{"status": "a record is not right"}] * failed
        return {"id": job.id, "status": "COMPLETED", "recordsCount": len(job.rows), "recordsFailedCount": failed}

    platform.status = status


@pytest.fixture
def send(connection: Connection, settings: Settings, clock: Clock, transport: HttpxTransport) -> Callable[..., Receipt]:
    """Return `upload` that isolates, without waiting."""

    def sent(folder: Path, **options: Any) -> Receipt:
        usual = {"connection": connection, "clock": clock, "transport": transport}
        return upload(folder, settings=replace(settings, isolate=True), **{**usual, **options})

    return sent


@pytest.mark.parametrize("whole", [False, True])
@examples(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bad=st.sets(st.integers(1, 9)))
def test_exactly_the_bad_records_are_refused(platform, prepared, send, tmp_path, whole: bool, bad: set[int]) -> None:
    """Whichever records are bad, and even where one fails its whole job, each ends as what it is."""
    platform.jobs.clear()
    failing(platform, {f"p{n}@example.org" for n in bad}, whole=whole)
    name = f"prepared-{len(list(tmp_path.iterdir()))}"
    folder = prepared(9, name=name, schema=KEYED)
    receipt = send(folder, max_records=5)
    assert outcomes(folder) == {str(n): "refused" if n in bad else "accepted" for n in range(1, 10)}
    assert (receipt.accepted, receipt.refused, receipt.unknown) == (9 - len(bad), len(bad), 0)
    failed = folder / "upload" / "failed.csv"
    if not bad:
        assert not failed.exists()
        return
    with failed.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["_record", "_line", "_reason", "C_EmailAddress", "C_FirstName"]
    assert [[row[0], row[1], *row[3:]] for row in rows[1:]] == [
        [str(n), str(n + 1), f"p{n}@example.org", f"Name {n}"] for n in sorted(bad)
    ]


def test_records_that_an_error_names_are_not_loaded_again(platform, prepared, send) -> None:
    """Where the errors tell it all, nothing is sent a second time."""
    platform.errors["4000"] = [{"status": "Invalid email address: p2@example.org"}]
    folder = prepared(4, schema=KEYED)
    receipt = send(folder)
    assert (len(platform.jobs), receipt.refused) == (1, 1)


def test_a_lost_answer_while_isolating_is_sent_again(platform, prepared, send) -> None:
    """With an upsert key a slice may be loaded twice."""
    failing(platform, {"p3@example.org"})
    platform.faults[:] = ["ok", "kept_500", "kept_rst"]
    folder = prepared(4, schema=KEYED)
    assert send(folder).refused == 1
    assert outcomes(folder) == {"1": "accepted", "2": "accepted", "3": "refused", "4": "accepted"}


def test_after_so_many_jobs_the_rest_stays_as_it_was(platform, prepared, send, monkeypatch) -> None:
    """What is not isolated is not guessed."""
    monkeypatch.setattr(isolating, "MOST_JOBS", 2)
    failing(platform, {"p1@example.org", "p4@example.org"})
    folder = prepared(4, schema=KEYED)
    receipt = send(folder)
    assert len(platform.jobs) == 3
    assert (receipt.accepted, receipt.refused, receipt.unknown) == (0, 1, 3)
    assert receipt.exit_status == 4


def test_without_an_upsert_key_nothing_is_sent(platform, prepared, send) -> None:
    """Records that are loaded again would be doubled."""
    with pytest.raises(UsageError, match="--isolate needs an upsert key"):
        send(prepared(4))
    assert platform.uploads() == 0
