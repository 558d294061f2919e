"""What is to be done next, for several processes: each takes the number of an item from one socket, in their order."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from struct import Struct

_CLAIM = Struct("=qq")


class Claims:
    """The driver's side: offers the items of its tasks and may take some itself."""

    def __init__(self) -> None:
        self._offering, self._taking = socket.socketpair()

    def fileno(self) -> int:
        """Return the descriptor that another process takes items from."""
        return self._taking.fileno()

    def offer(self, task: int, numbers: Iterable[int]) -> None:
        """Offer items of a task."""
        self._offering.sendall(b"".join(_CLAIM.pack(task, number) for number in numbers))

    def take(self) -> int | None:
        """Return the next item that nobody has taken, or None if there is none on offer."""
        try:
            return int(_CLAIM.unpack(self._taking.recv(_CLAIM.size, socket.MSG_DONTWAIT))[1])
        except BlockingIOError:
            return None

    def close(self) -> None:
        """Offer nothing any more, which ends those who wait for it."""
        self._offering.close()
        self._taking.close()


def claimed(taking: socket.socket) -> tuple[int, int] | None:
    """Return the number of a task and of its next item, waiting until one is on offer; None if the driver is gone.

    A system hands out what one read asks for as a whole, also where several processes read: all that is sent and asked
    for has one size.
    """
    said = taking.recv(_CLAIM.size)
    return _CLAIM.unpack(said) if said else None
