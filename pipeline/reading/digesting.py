"""The digest of what is read, made beside the reading where a second core is free for it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_BYTES = 2 << 20
"""What is handed over at once: so much that handing it over is nothing beside it. Source: measured."""


class Digest:
    """The SHA-256 of blocks that come one after the other. It holds no more than some megabytes of them."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._held: list[bytes] = []
        self._size = 0
        self._thread: ThreadPoolExecutor | None = None
        self._handed: Future[None] | None = None

    def update(self, block: bytes) -> None:
        """Go on with a block."""
        self._held.append(block)
        self._size += len(block)
        if self._size >= _BYTES:
            self._hand_over()

    def hexdigest(self) -> str:
        """Return the digest of all blocks so far, in hexadecimal digits."""
        self._wait()
        self._take(self._held)
        self._size = 0
        return self._digest.hexdigest()

    def _hand_over(self) -> None:
        if self._thread is None:
            # Imported here: a small file needs none. The thread ends with this object.
            from concurrent.futures import ThreadPoolExecutor

            self._thread = ThreadPoolExecutor(1)
        self._wait()
        self._handed = self._thread.submit(self._take, self._held)
        self._held, self._size = [], 0

    def _wait(self) -> None:
        if self._handed is not None:
            self._handed.result()
            self._handed = None

    def _take(self, blocks: list[bytes]) -> None:
        """Digest blocks, and let go of each; others go on meanwhile, since hashing needs no interpreter."""
        while blocks:
            self._digest.update(blocks.pop(0))
