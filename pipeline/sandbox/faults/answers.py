"""An answer as a value: caught from the application, changed, written by hand."""

from __future__ import annotations

import http
from dataclasses import dataclass, replace
from email.utils import formatdate

from starlette.types import ASGIApp, Message, Receive, Scope

from pipeline.sandbox.faults import acts
from pipeline.sandbox.faults.bodies import change, reshape

_NOT_REPEATED = ("content-length", "connection", "transfer-encoding")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of HTTP/1.1.

    Attributes:
        status: Its status.
        headers: Its header lines, names in lower case, without those that frame the body.
        body: Its body.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """Returns the first line of a name, or ""."""
        return next((value for known, value in self.headers if known == name), "")

    def head(self, length: int | None) -> bytes:
        """Returns the bytes before the body.

        Args:
            length: What `Content-Length` says; None for a body that ends with the connection.
        """
        try:
            phrase = http.HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = [f"HTTP/1.1 {self.status} {phrase}", *(f"{name}: {value}" for name, value in self.headers)]
        lines += [f"content-length: {length}"] if length is not None else []
        return "\r\n".join([*lines, "connection: close", "", ""]).encode("latin-1")

    def with_body(self, body: bytes, headers: dict[str, str] | None = None) -> Answer:
        """Returns the answer with another body, and other lines where `headers` names them."""
        new = headers or {}
        kept = [(name, value) for name, value in self.headers if name not in new]
        return replace(self, body=body, headers=(*kept, *new.items()))


def changed(answer: Answer, act: acts.Act) -> Answer:
    """Returns the answer as `Change` or `Form` wants it; one that is no success, or for another act, as it is."""
    if answer.status != http.HTTPStatus.OK:
        return answer
    match act:
        case acts.Change():
            return answer.with_body(change(answer.body, act))
        case acts.Form():
            body, headers = reshape(answer.body, act.how, act.size)
            return answer.with_body(body, dict(headers))
        case _:
            return answer


def ordered(act: acts.Answer, body: bytes) -> Answer:
    """Returns the answer that a rule gives in full."""
    given = {name.lower(): value for name, value in act.headers.items()}
    usual = {"date": formatdate(usegmt=True), "content-type": "application/json"}
    return Answer(act.status, tuple({**usual, **given}.items()), body)


async def catch(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """Returns what an application answers, which nobody is sent."""
    status, headers, pieces = 0, list[tuple[str, str]](), list[bytes]()

    async def keep(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            lines = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in message["headers"]]
            headers.extend((name, value) for name, value in lines if name not in _NOT_REPEATED)
        else:
            pieces.append(message.get("body", b""))

    await app(scope, receive, keep)
    return Answer(status, tuple(headers), b"".join(pieces))
