"""What only a sandbox has: the page for people, and everything it holds as JSON for tests and callers."""

from __future__ import annotations

import dataclasses
import json

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from pipeline.sandbox.answering import Json
from pipeline.sandbox.storing import Store


@dataclasses.dataclass(frozen=True, slots=True)
class Inspection:
    """The calls that need no secrets, over a store."""

    store: Store

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
        """Answers `requests`: every answered request to the API, oldest first."""
        del request
        return Json({"requests": self.store.list_requests()})
