"""The port to the network: what is asked, what is answered, and the one method between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FileSlice:
    """A multipart form with one file in it: a header, then a slice of a file on disk.

    Attributes:
        path: The file.
        header: Bytes that come before the slice.
        start: Offset of the slice's first byte.
        end: Offset of the first byte after it.
        sha256: Hex digest of header and slice; sending stops before the end if the bytes are not those.
        name: Base name the server is told.
        fields: Other form fields, (name, value), sent before the file.
    """

    path: Path
    header: bytes
    start: int
    end: int
    sha256: str
    name: str
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def size(self) -> int:
        """Bytes of header and slice."""
        return len(self.header) + self.end - self.start


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Its `repr` shows no header.

    Attributes:
        method: `GET`, `POST` or `PUT`.
        url: Absolute, its path already quoted.
        query: (name, value), not quoted.
        headers: Header lines by name; the credentials are among them.
        file: What a POST carries, or None.
        save: Where the body of a 200 is to be written, or None to return it with the answer.
        save_bytes: The most bytes of it.
    """

    method: str
    url: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    file: FileSlice | None = None
    save: Path | None = None
    save_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, read whole.

    Attributes:
        status: HTTP status.
        headers: By lower-case name; the last of several.
        body: Its bytes.
        request_id: What the server calls the request, for its support, or None.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a request may take, and how much may come back.

    Attributes:
        connect: Seconds to connect.
        answer: Seconds for the answer to begin, and for one without a body to end.
        bytes_per_second: The slowest rate at which a body is still sent; it lengthens the total deadline.
        answer_bytes: The most bytes of an answer. (SAP Open Connectors help, "Technical restrictions": 8 MB for what
            is not a file.)
    """

    connect: float = 10.0
    answer: float = 120.0
    bytes_per_second: int = 1 << 16
    answer_bytes: int = 8 << 20

    def total(self, size: int) -> float:
        """Return the seconds that a request with a body of `size` bytes may take in all.

        >>> Limits().total(0)
        130.0
        """
        return self.connect + self.answer + size / self.bytes_per_second


class Transport(Protocol):
    """Anything that can send requests, also several at once from several threads."""

    def send(self, request: Request) -> Answer:
        """Return the answer, whatever its status.

        Raises:
            Transient: Nothing was sent, or the request may be repeated freely (any method but POST).
            Permanent: It can never be sent so.
            Uncertain: A POST was sent in part or whole, and no answer came.
            ManifestError: The file to send is not what it was.
        """
        ...

    def interrupt(self) -> None:
        """Break off the requests under way, as if their time were up; may be called from any thread."""
        ...

    def close(self) -> None:
        """Let go of the network."""
        ...
