"""Taking callbacks over HTTP: one request a connection, bounded in bytes, in seconds and in number.

Plain HTTP, for the network behind the proxy or tunnel that carries TLS. A client that hangs holds nobody up, and
loses its connection when its time is over.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate
from http import HTTPStatus
from types import TracebackType
from typing import Self

import h11

from pipeline.errors import UsageError
from pipeline.uploading.callbacks import MOST_BYTES, SIGNATURE_HEADER, Callback, Refused, read_callback

MOST_CONNECTIONS = 64
"""Connections at once; further ones are closed unheard, and polling does without them."""

_HEAD_BYTES = 1 << 14
_PIECE_BYTES = 1 << 16
_LINGER_SECONDS = 1.0


class Receiver:
    """A server for callbacks, on its port from the moment it is made, answering from `start` to `close`.

    It answers a POST on any path: 200 for a callback that is signed with the key, whatever becomes of it, else 401,
    400, 405, 408 or 413.

    Args:
        key: The callback notification signature key.
        take: Is given each callback that was verified, in the server's thread.
        refuse: Is told why something else was turned away; nothing of what was sent is in it.
        host: Address or name to listen on.
        port: Its port; 0 for a free one.
        seconds: How long one request may take.

    Raises:
        UsageError: There is no key, or the port cannot be had.
    """

    def __init__(
        self,
        key: str,
        take: Callable[[Callback], object],
        refuse: Callable[[Refused], object],
        *,
        host: str,
        port: int,
        seconds: float,
    ) -> None:
        if not key:
            raise UsageError("without a signature key no callback can be told from a forged one")
        self._key, self._take, self._refuse, self._seconds = key, take, refuse, seconds
        self._open = 0
        self._socket = _listening(host, port)
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="callback-receiver", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self._socket.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/"

    def start(self) -> None:
        """Answer from now on, in a thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop within a moment, whoever is connected."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
        self._loop.close()
        self._socket.close()

    def __enter__(self) -> Self:
        """Return the receiver, which is not yet started."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._converse, sock=self._socket)
        await self._stopping.wait()
        server.close()
        talks = asyncio.all_tasks() - {asyncio.current_task()}
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await asyncio.sleep(0)  # for the connections to be let go of

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's one request."""
        if self._open >= MOST_CONNECTIONS:
            writer.transport.abort()
            return
        self._open += 1
        try:
            try:
                async with asyncio.timeout(self._seconds):
                    found = await self._hear(reader, writer)
            except TimeoutError:
                found = Refused(408, f"it was not there whole within {self._seconds:.0f} s")
            if found is None:
                return
            if isinstance(found, Refused):
                self._refuse(found)
            else:
                self._take(found)
            await _answer(reader, writer, found.status if isinstance(found, Refused) else 200)
        except OSError:
            pass  # the caller left; what was heard counts all the same
        except asyncio.CancelledError:
            # The library would print how a connection that was broken off came to its end.
            if not self._stopping.is_set():
                raise
        finally:
            self._open -= 1
            # Not `close`, which would wait for a caller that does not read.
            writer.transport.abort()

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Callback | Refused | None:
        """Return what a request says, or None where there was none."""
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_BYTES)
        try:
            request = await _next(connection, reader)
            if not isinstance(request, h11.Request):
                return None
            if request.method != b"POST":
                return Refused(405, "it is no POST")
            if any(int(value) > MOST_BYTES for value in _values(request, "content-length")):
                return Refused(413, f"it is larger than {MOST_BYTES:,} bytes")
            signatures = _values(request, SIGNATURE_HEADER)
            if len(signatures) > 1:
                return Refused(401, "it is signed more than once")
            if connection.they_are_waiting_for_100_continue:
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = bytearray()
            while isinstance(event := await _next(connection, reader), h11.Data):
                body += event.data
                if len(body) > MOST_BYTES:
                    break
        except h11.RemoteProtocolError:
            return Refused(400, "it is not HTTP, or was cut off")
        return read_callback(self._key, bytes(body), signatures[0] if signatures else None)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError, UnicodeError) as reason:
        said = reason.strerror if isinstance(reason, OSError) else str(reason)
        raise UsageError(
            f"cannot listen on port {port} of {host} ({said}); name another --port (0 takes a free one) or --host"
        ) from None


async def _next(connection: h11.Connection, reader: asyncio.StreamReader) -> object:
    """Return the next event of a connection."""
    while (event := connection.next_event()) is h11.NEED_DATA:
        connection.receive_data(await reader.read(_PIECE_BYTES))
    return event


def _values(request: h11.Request, name: str) -> list[str]:
    """Return the values of a header, one for each time it stands there."""
    return [value.decode("latin-1") for found, value in request.headers if found.decode() == name.lower()]


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, status: int) -> None:
    """Send an answer without a body, and leave the caller a moment to take it."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", f"Date: {formatdate(usegmt=True)}"]
    lines += ["Content-Length: 0", "Connection: close"] + ["Allow: POST"] * (status == 405)
    with suppress(TimeoutError):
        async with asyncio.timeout(_LINGER_SECONDS):
            writer.write("\r\n".join([*lines, "", ""]).encode("ascii"))
            await writer.drain()
            writer.write_eof()
            # A connection that is closed while bytes are unread is reset, and the answer with it.
            while await reader.read(_PIECE_BYTES):
                pass
