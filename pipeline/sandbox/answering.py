"""What every answer has in common: a request id, the date, the shape of errors, and a place in the ledger."""

from __future__ import annotations

import json
import logging
import secrets
import time
from email.utils import formatdate

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.sandbox.authorizing import REFUSAL, Secrets
from pipeline.sandbox.storing import Store

BASE_PATH = "/elements/api-v2"

_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
_log = logging.getLogger(__name__)


class Json(Response):
    """An answer in JSON."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        """Returns the body; what UTF-8 cannot hold stays escaped."""
        try:
            return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        except UnicodeEncodeError:
            return json.dumps(content, separators=(",", ":")).encode()


async def answer_error(request: Request, error: Exception) -> Response:
    """Returns an error in the documented shape: `requestId` and `message`. Source: SAP help, "Error codes"."""
    if not isinstance(error, HTTPException):
        _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        error = HTTPException(500, "Internal error of the sandbox.")
    body = {"requestId": request.scope["request_id"], "message": error.detail}
    return Json(body, status_code=error.status_code, headers=error.headers)


class Authorize:
    """Lets only requests with the right secrets through to the API."""

    def __init__(self, app: ASGIApp, keys: Secrets) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 401 unless the `Authorization` header is right."""
        if not self._keys.admit(Headers(scope=scope).get("authorization")):
            raise HTTPException(401, REFUSAL)
        await self._app(scope, receive, send)


class CheckHost:
    """Refuses requests whose `Host` is not this machine.

    A web page elsewhere could otherwise give its own name our address (DNS rebinding) and read the contacts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 400 unless the host is a loopback name, with or without a port."""
        host = Headers(scope=scope).get("host", "")
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if name.lower() not in _LOOPBACK_NAMES:
            raise HTTPException(400, "Invalid Host header: the sandbox is called by a loopback name only.")
        await self._app(scope, receive, send)


class Envelope:
    """Wraps the application: request id and `Date` in every answer, each answer to the API in the ledger.

    `Date` is the time of this answer to the second, for clients that compare it with times of jobs. Source of the
    header `elements-request-id`: Cloud Elements developer portal, sample answers.

    An answer given before the request's body was read (401, 404, 429) is held back until the body has arrived and
    been thrown away, up to `drain_limit` bytes: a client that is still sending would see a broken connection instead.
    """

    def __init__(self, app: ASGIApp, store: Store, *, drain_limit: int) -> None:
        self._app = app
        self._store = store
        self._drain_limit = drain_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        request_id = secrets.token_hex(12)
        scope["request_id"] = request_id
        unread = True

        async def receive_noting() -> Message:
            nonlocal unread
            message = await receive()
            if message["type"] != "http.request" or not message.get("more_body", False):
                unread = False
            return message

        async def send_complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                if "expect" not in Headers(scope=scope):  # such a client sends nothing before it is told to
                    dropped = 0
                    while unread and dropped < self._drain_limit:
                        dropped += len((await receive_noting()).get("body", b""))
                headers = MutableHeaders(scope=message)
                headers["elements-request-id"] = request_id
                headers["date"] = formatdate(time.time(), usegmt=True)
                if scope["path"].startswith(f"{BASE_PATH}/"):
                    await run_in_threadpool(self._note, scope, message["status"], request_id)
            await send(message)

        await self._app(scope, receive_noting, send_complete)

    def _note(self, scope: Scope, status: int, request_id: str) -> None:
        query = scope["query_string"].decode("latin-1")
        path = scope["path"] + (f"?{query}" if query else "")
        self._store.note_request(scope["method"], path, status, request_id)
