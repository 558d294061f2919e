"""The connections of the server, so that a fault can be carried out below HTTP."""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import dataclass, field

from uvicorn.protocols.http.h11_impl import H11Protocol

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection of a client. Belongs to the server's event loop.

    Attributes:
        transport: What its bytes go through.
        gone: Set once it is closed, by whichever side.
    """

    transport: asyncio.Transport
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    def write(self, data: bytes) -> None:
        """Sends bytes as they are."""
        if not self.transport.is_closing():
            self.transport.write(data)

    async def wait(self, seconds: float) -> bool:
        """Returns whether the connection was closed within so many seconds."""
        try:
            await asyncio.wait_for(self.gone.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def close(self, seconds: float = 10.0) -> None:
        """Closes it once what was written is sent, or after so many seconds."""
        self.transport.close()
        if not await self.wait(seconds):
            self.transport.abort()
            await self.gone.wait()

    async def reset(self) -> None:
        """Breaks it off, so that the client sees a reset (RFC 9293, section 3.10.5) and not an end."""
        found = self.transport.get_extra_info("socket")
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()
        await self.gone.wait()


class Connections:
    """The open connections by the client's address."""

    def __init__(self) -> None:
        self._open: dict[Address, Connection] = {}

    def find(self, client: Address) -> Connection:
        """Returns the connection that a request came over."""
        return self._open[client]

    def protocol(self) -> type[H11Protocol]:
        """Returns the server's HTTP/1.1 protocol, with each connection kept here while it is open."""
        kept = self._open

        class Kept(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                if self.client is not None:
                    kept[self.client] = Connection(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                connection = kept.pop(self.client, None) if self.client is not None else None
                if connection is not None:
                    connection.gone.set()

        return Kept
