"""Bulk queries: a job that reads some fields of all contacts of an object, and the file it leaves.

They are kept in memory, as the platform keeps its files for a few days only, and do not stand in the list of jobs.

Source: Swagger files of CloudElementsOpenLabs/elements, `POST /bulk/query` (parameter `q`) and `GET
/bulk/{id}/{objectName}`; churros (`Error parsing query`; the type of a CSV answer is exactly `text/csv`); SAP help,
"Bulk FAQ" (an Accept that differs from the job's format is a bad request).
"""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.exceptions import HTTPException

from pipeline.sandbox.objects import TargetObject, find_object
from pipeline.sandbox.reporting import instance_id
from pipeline.sandbox.storing import Store

FIRST_ID = 1_000_000_000
"""Queries are numbered from here, so that none has the id of an upload."""

_QUERY = re.compile(r"\s*select\s+(\*|[\w.]+(?:\s*,\s*[\w.]+)*)\s+from\s+([\w-]+)\s*;?\s*", re.IGNORECASE)
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Query:
    """One bulk query.

    Attributes:
        id: Its number.
        target: The object whose contacts are read.
        fields: The fields, in order.
        last: The contact that was the last when it was asked.
        records: How many contacts there were.
    """

    id: int
    target: TargetObject
    fields: tuple[str, ...]
    last: int
    records: int

    def describe(self) -> dict[str, object]:
        """Returns the answer of the status call."""
        return {
            "id": str(self.id),
            "instanceId": instance_id(self.target.hub),
            "status": "COMPLETED",
            "object_name": self.target.name,
            "job_direction": "DOWNLOAD",
            "recordsCount": self.records,
            "recordsFailedCount": 0,
            "fileFormat": "csv",
        }


class Queries:
    """The bulk queries of one run."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._asked: list[Query] = []

    def ask(self, hub: str, text: str) -> Query:
        """Returns a new query; raises 400 unless its text is `select FIELD, … from OBJECT`."""
        match = _QUERY.fullmatch(text)
        target = find_object(hub, match[2]) if match else None
        if match is None or target is None:
            raise HTTPException(400, "Error parsing query: expected select FIELD, ... from OBJECT.")
        fields = tuple(target.fields) if match[1] == "*" else tuple(re.split(r"\s*,\s*", match[1]))
        unknown = [name for name in fields if name not in target.fields]
        if unknown:
            raise HTTPException(400, f"Error parsing query: {target.name} has no field {unknown[0]}.")
        rows = self._store.list_contacts(target.hub, target.name)
        with self._lock:
            last = rows[-1]["id"] if rows else 0
            query = Query(FIRST_ID + len(self._asked), target, fields, last, len(rows))
            self._asked.append(query)
        return query

    def find(self, text: str) -> Query | None:
        """Returns the query of an id, or None."""
        with self._lock:
            return next((query for query in self._asked if str(query.id) == text), None)

    def lines(self, query: Query) -> Iterator[str]:
        """Yields the lines of a query's file, the header first."""
        yield _line(query.fields)
        after = 0
        while after < query.last:
            rows = self._store.list_contacts(query.target.hub, query.target.name, after=after, limit=_PAGE)
            for row in rows:
                if row["id"] <= query.last:
                    cells = json.loads(row["cells"])
                    yield _line(tuple(str(cells.get(name) or "") for name in query.fields))
            after = rows[-1]["id"] if rows else query.last


def _line(cells: tuple[str, ...]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerow(cells)
    return file.getvalue()
