"""How jobs look in answers: the status call and the jobs list, which name the same things differently."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.sandbox.jobs import Job
from pipeline.sandbox.objects import HUBS

_FIRST_INSTANCE = 425904


def instance_id(hub: str) -> int:
    """Returns the number of the connector instance behind a hub."""
    return _FIRST_INSTANCE + list(HUBS).index(hub)


def describe_status(job: Job) -> dict[str, object]:
    """Returns the answer of the status call, of the cancel call, and the body of the announcement of the end.

    `recordsCount` includes the refused records. `error` is there only if the job was aborted, `bulk_finish_time` only
    once it has ended. Source: `BulkStatus.java` in CloudElementsOpenLabs/usecase-references; churros `eloqua/bulk.js`
    and `pardot/bulk.js`; Cloud Elements release notes 2.169. The format of the two times is not documented: ISO 8601.
    """
    answer: dict[str, object] = {
        "id": str(job.id),
        "instanceId": instance_id(job.hub),
        "status": job.status,
        "object_name": job.object,
        "job_direction": "UPLOAD",
        "recordsCount": job.records,
        "recordsFailedCount": job.failed,
        "fileFormat": "csv",
        "fileSize": job.file_bytes,
        "vendorJobId": "",
        "bulk_start_time": _iso(job.started_ms),
        "infoMessage": "",
        "metadata": job.metadata,
        "message": job.message,
        "requestId": job.request_id,
    }
    if job.finished_ms is not None:
        answer["bulk_finish_time"] = _iso(job.finished_ms)
    if job.error:
        answer["error"] = job.error
    return answer


def describe_in_list(job: Job) -> dict[str, object]:
    """Returns the job's entry in the jobs list: the id is a number here, and times are milliseconds.

    Source: Swagger files of CloudElementsOpenLabs/elements, `GET /bulk/jobs`.
    """
    entry: dict[str, object] = {
        "id": job.id,
        "instanceId": instance_id(job.hub),
        "status": job.status,
        "object_name": job.object,
        "job_direction": "UPLOAD",
        "record_count": job.records,
        "error_count": job.failed,
        "createdDate": job.created_ms,
        "fileFormat": "csv",
        "job_query": "",
        "job_state": "",
        "job_reset_attempt": 0,
        "notification_url": job.callback_url,
    }
    if job.finished_ms is not None:
        entry["completion_time"] = job.finished_ms
    return entry


def _iso(milliseconds: int | None) -> str:
    """Returns a time as ISO 8601 in UTC with milliseconds, "" for None.

    >>> _iso(1542829826619)
    '2018-11-21T19:50:26.619Z'
    """
    if milliseconds is None:
        return ""
    moment = datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
