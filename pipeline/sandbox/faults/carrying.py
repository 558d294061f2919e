"""Carries out, over the client's connection, what a rule orders for a call of the API."""

from __future__ import annotations

import asyncio
import json
import re
from http import HTTPStatus
from typing import cast
from urllib.parse import parse_qsl, quote, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.sandbox.faults import acts
from pipeline.sandbox.faults.answers import Answer, catch, changed, ordered
from pipeline.sandbox.faults.calls import call_of
from pipeline.sandbox.faults.choosing import Faults
from pipeline.sandbox.faults.connections import Connection, Connections

_PIECE = 1 << 16
_CLOSE_SECONDS = 60.0


class Misbehave:
    """Wraps the application: each call of the API is answered as a rule orders, or by the application.

    Args:
        app: What answers rightly.
        faults: The rules.
        connections: The server's.
        base_path: Path before every call.
    """

    def __init__(self, app: ASGIApp, faults: Faults, connections: Connections, *, base_path: str) -> None:
        self._app = app
        self._faults = faults
        self._connections = connections
        self._base_path = base_path
        self._aliases: dict[str, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        raw = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        call = call_of(scope["method"], raw.removeprefix(self._base_path)) if raw.startswith(self._base_path) else None
        if call is None:
            await self._app(scope, receive, send)
            return
        name, job = call
        real = self._aliases.get(job) if job is not None else None
        if real is not None and job is not None:
            # By the raw path, since a quoted slash is a slash in the other.
            scope["path"] = raw.replace(quote(job, safe=""), real)
        act = self._faults.take(name, real or job)
        match act:
            case None:
                await self._app(scope, receive, send)
            case acts.ReadSlowly():
                await self._app(scope, _slowly(receive, act.seconds), send)
            case acts.Page():
                query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
                scope["query_string"] = urlencode({**query, "pageSize": act.size}).encode()
                await self._app(scope, receive, send)
            case _:
                await self._carry_out(act, scope, receive)

    async def _carry_out(self, act: acts.Act, scope: Scope, receive: Receive) -> None:
        """Does what is ordered and closes the connection."""
        connection = self._connections.find(scope["client"])
        if isinstance(act, acts.Reset) and not act.taken:
            await _read(receive, act.after)
            await connection.reset()
            return
        if isinstance(act, acts.Silence | acts.Answer) and not act.taken:
            await _read(receive)
            answer = Answer(HTTPStatus.OK, (), b"")
        else:
            answer = await self._right_answer(act, scope, receive)
        match act:
            case acts.Reset():
                await connection.reset()
                return
            case acts.Silence():
                await connection.wait(act.seconds)
            case acts.Answer():
                body = act.text.encode() if act.text is not None else json.dumps(act.body).encode()
                wanted = ordered(act, body)
                connection.write(wanted.head(len(body)) + body)
            case acts.Cut():
                connection.write(answer.head(len(answer.body)) + answer.body[: act.after])
            case acts.Drip():
                await _drip(connection, answer, act)
            case _:
                if isinstance(act, acts.Delay):
                    await connection.wait(act.seconds)
                connection.write(answer.head(len(answer.body)) + answer.body)
        await connection.close(_CLOSE_SECONDS)

    async def _right_answer(self, act: acts.Act, scope: Scope, receive: Receive) -> Answer:
        """Returns the application's answer, changed if that is what the act is; notes that it is not given as it is."""
        if isinstance(act, acts.Silence) and act.late:
            # Read before the wait, as a server has done that goes on after its client has gone.
            receive = _again(await _read(receive))
            await asyncio.sleep(act.late)
        right = await catch(self._app, scope, receive)
        if not isinstance(act, acts.Delay | acts.Drip):
            self._faults.withhold(right.header("elements-request-id"), act)
        answer = changed(right, act)
        if isinstance(act, acts.Change):
            self._note_alias(right.body, answer.body)
        return answer

    def _note_alias(self, right: bytes, said: bytes) -> None:
        """Keeps the id that an answer gives a job in place of its own; digits are never taken for another job's."""
        real, alias = _id(right), _id(said)
        if real and alias and real != alias and not re.fullmatch(r"[0-9]+", alias):
            self._aliases[alias] = real


def _id(body: bytes) -> str | None:
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    value = cast("dict[str, object]", found).get("id") if isinstance(found, dict) else None
    return value if isinstance(value, str) else None


async def _read(receive: Receive, most: int | None = None) -> bytes:
    """Returns the request's body, or its beginning: no more is read once there are `most` bytes."""
    pieces, size = list[bytes](), 0
    while most is None or size < most:
        message = await receive()
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if message["type"] != "http.request" or not message.get("more_body", False):
            break
    return b"".join(pieces)


def _again(body: bytes) -> Receive:
    """Returns a request's side that gives a body once more."""
    left = [body]

    async def receive() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return {"type": "http.disconnect"}

    return receive


def _slowly(receive: Receive, seconds: float) -> Receive:
    async def slow() -> Message:
        await asyncio.sleep(seconds)
        return await receive()

    return slow


async def _drip(connection: Connection, answer: Answer, act: acts.Drip) -> None:
    """Writes an answer byte by byte until it is over or the client has gone."""
    connection.write(answer.head(None if act.endless else len(answer.body)))
    for byte in answer.body:
        if await connection.wait(act.seconds):
            return
        connection.write(bytes([byte]))
    while act.endless and not await connection.wait(act.seconds):
        connection.write(b" ")
