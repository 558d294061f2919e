"""What only a sandbox has: the page for people, and everything it holds as JSON for tests and callers."""

from __future__ import annotations

import dataclasses
import json

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from pipeline.sandbox.answering import Json
from pipeline.sandbox.faults.choosing import Faults
from pipeline.sandbox.storing import Store


@dataclasses.dataclass(frozen=True, slots=True)
class Inspection:
    """The calls that need no secrets, over a store and what was ordered to go wrong."""

    store: Store
    faults: Faults

    def routes(self) -> list[BaseRoute]:
        """Returns the routes of the page and of the dumps."""
        return [
            Route("/", self.show_page, methods=["GET"]),
            Route("/_sandbox/contacts", self.dump_contacts, methods=["GET"]),
            Route("/_sandbox/jobs", self.dump_jobs, methods=["GET"]),
            Route("/_sandbox/ledger", self.dump_ledger, methods=["GET"]),
        ]

    def show_page(self, request: Request) -> Response:
        """Answers the page."""
        # Imported here: jinja2 would slow every start down, and most runs never show the page.
        from pipeline.sandbox.page import HEADERS, write_page

        del request
        return HTMLResponse(write_page(self.store), headers=HEADERS)

    def dump_contacts(self, request: Request) -> Response:
        """Answers every contact in the order of arrival, with the jobs and records that made and changed it."""
        del request
        return Json([{**row, "cells": json.loads(row["cells"])} for row in self.store.list_all_contacts()])

    def dump_jobs(self, request: Request) -> Response:
        """Answers every job, oldest first, with all stored columns, and its `refusals` with their record numbers."""
        del request
        return Json(
            [
                {**dataclasses.asdict(job), "refusals": self.store.list_refusals(job.id)}
                for job in reversed(self.store.list_jobs())
            ]
        )

    def dump_ledger(self, request: Request) -> Response:
        """Answers what really happened.

        `uploads` are the jobs that were made, oldest first: each with `rows`, how many of its records were stored so
        far, `keys`, how often each of their keys was, and `answer`: `given`, or the fault that came instead of the
        answer (known since the start of the sandbox). `requests` are the requests to the API that the sandbox itself
        answered, oldest first.
        """
        del request
        arrivals = self.store.count_arrivals()
        uploads: list[dict[str, object]] = []
        for job in reversed(self.store.list_jobs()):
            keys = arrivals.get(job.id, {})
            uploads.append(
                {
                    "job": str(job.id),
                    "hub": job.hub,
                    "object": job.object,
                    "status": job.status,
                    "accepted_ms": job.created_ms,
                    "sha256": job.sha256,
                    "answer": self.faults.answer_to(job.request_id),
                    "rows": sum(keys.values()),
                    "keys": keys,
                }
            )
        return Json({"uploads": uploads, "requests": self.store.list_requests()})
