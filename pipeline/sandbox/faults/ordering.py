"""The calls by which faults are ordered: `/_sandbox/faults`."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from pipeline.sandbox.answering import Json
from pipeline.sandbox.faults.choosing import Faults
from pipeline.sandbox.faults.parsing import FaultsError, parse_rules, write_rule

PATH = "/_sandbox/faults"


@dataclass(frozen=True, slots=True)
class Orders:
    """The calls, over the rules."""

    faults: Faults

    def routes(self) -> list[BaseRoute]:
        """Returns the routes."""
        return [
            Route(PATH, self.show, methods=["GET"]),
            Route(PATH, self.order, methods=["POST"]),
            Route(PATH, self.clear, methods=["DELETE"]),
        ]

    def show(self, request: Request) -> Response:
        """Answers the rules in order, each with `seen`, the calls it counted, and `fired`, how often it fired."""
        del request
        return Json([{**write_rule(rule), "seen": seen, "fired": fired} for rule, seen, fired in self.faults.fired()])

    async def order(self, request: Request) -> Response:
        """Adds the rules of a JSON list after those that are there, and answers all; 400 says what is wrong with it.

        Only for `Content-Type: application/json`, which a page of another site cannot send without asking.
        """
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise HTTPException(415, "The Content-Type must be application/json.")
        try:
            self.faults.order(parse_rules(await request.body()))
        except FaultsError as error:
            raise HTTPException(400, str(error)) from None
        return self.show(request)

    def clear(self, request: Request) -> Response:
        """Forgets all rules, and answers the empty list."""
        self.faults.clear()
        return self.show(request)
