"""The network behind the port, by httpx: one total deadline for a request, one size for an answer.

httpx's own time-outs bound one read or write each, so a server that sends a byte a second would hold a run for ever.
Here a watchdog shuts the socket when the request's whole time is up. Every request has a connection of its own: a
kept one that the server has just closed cannot be told from a lost answer.
"""

from __future__ import annotations

import hashlib
import io
import socket
import ssl
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

import httpx

from pipeline.errors import ManifestError, Permanent, Transient, Uncertain, UploadError, UsageError
from pipeline.uploading.port import Answer, FileSlice, Limits, Request
from pipeline.uploading.texts import plain
from pipeline.version import __version__

FILE_FIELD = "file"
CONTENT_TYPE = "text/csv"


class HttpxTransport:
    """A `Transport` over real sockets. Takes no proxy, `.netrc` or certificate from the environment."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        ca_bundle: Path | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make one.

        Args:
            limits: How long a request may take, and how much may come back.
            ca_bundle: A PEM file of certificates to trust instead of the usual ones.
            monotonic: Time.

        Raises:
            UsageError: The bundle cannot be read, or holds no certificate.
        """
        self._limits = limits or Limits()
        self._monotonic = monotonic
        self._under_way: set[_Watchdog] = set()
        self._client = httpx.Client(
            headers={"User-Agent": f"contactprep/{__version__}", "Accept-Encoding": "identity"},
            timeout=httpx.Timeout(self._limits.answer, connect=self._limits.connect),
            limits=httpx.Limits(max_keepalive_connections=0),
            follow_redirects=False,
            trust_env=False,
            verify=_trusting(ca_bundle) if ca_bundle else True,
        )

    def send(self, request: Request) -> Answer:
        """Return the answer, whatever its status; see `Transport.send`."""
        size = request.file.size if request.file else request.save_bytes
        watchdog = _Watchdog(self._limits.total(size), self._monotonic)
        with (
            _translating(request, watchdog),
            _opened(request.file, watchdog) as file,
            self._noted(watchdog),
            watchdog,
        ):
            data = dict(request.file.fields) if request.file else None
            files = {FILE_FIELD: (request.file.name, file, CONTENT_TYPE)} if request.file and file else None
            built = self._client.build_request(
                request.method,
                request.url,
                params=list(request.query) or None,
                headers=dict(request.headers),
                data=data,
                files=files,
                extensions={"trace": watchdog.watch},
            )
            response = self._client.send(built, stream=True)
            try:
                return self._read(request, response, watchdog)
            finally:
                response.close()

    def interrupt(self) -> None:
        """Break off the requests under way; see `Transport.interrupt`."""
        for watchdog in tuple(self._under_way):
            watchdog.shut()

    def close(self) -> None:
        """Close the client."""
        self._client.close()

    @contextmanager
    def _noted(self, watchdog: _Watchdog) -> Generator[None]:
        self._under_way.add(watchdog)
        try:
            yield
        finally:
            self._under_way.discard(watchdog)

    def _read(self, request: Request, response: httpx.Response, watchdog: _Watchdog) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        # Unpacking is not asked for, so that a small answer cannot swell to a large one.
        if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            raise _lost(request, "the answer is packed, which was not asked for", again=False)
        saving = request.save if response.status_code == 200 else None
        limit = self._limits.answer_bytes if saving is None else request.save_bytes
        with saving.open("wb") if saving else io.BytesIO() as body:
            for piece in response.iter_raw():
                watchdog.check()
                body.write(piece)
                if body.tell() > limit:
                    raise _lost(request, f"the answer is larger than {limit:,} bytes", again=False)
            read = body.getvalue() if isinstance(body, io.BytesIO) else b""
        return Answer(response.status_code, headers, read, headers.get("elements-request-id"))


def _trusting(bundle: Path) -> ssl.SSLContext:
    """Return a context that trusts the certificates of a file and no others."""
    try:
        return ssl.create_default_context(cafile=bundle)
    except OSError as reason:  # ssl.SSLError is one
        said = "it holds no certificate" if isinstance(reason, ssl.SSLError) else reason.strerror
        raise UsageError(f"the certificates in {bundle} cannot be used: {said}") from None


class _Expired(Exception):  # noqa: N818  # never leaves this module
    """The request's time is up."""


class _Watchdog:
    """Shuts a request's socket when its time is up, wherever the request then stands."""

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        self.seconds = seconds
        self.expired = False
        self._monotonic = monotonic
        self._deadline = monotonic() + seconds
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self.shut)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of the socket as soon as there is one (a trace hook of the transport below)."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            self.check()

    def check(self) -> None:
        """Raise if the time is up."""
        if self.expired or self._monotonic() > self._deadline:
            self.expired = True
            raise _Expired

    def shut(self) -> None:
        """Let the time be up."""
        self.expired = True
        if self._socket is not None:
            # Not SSLSocket.shutdown, which would change the object under the thread that reads from it.
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _SliceReader(io.RawIOBase):
    """Header and slice as one file, read once from the beginning; ends only if the bytes are those planned."""

    def __init__(self, slice_: FileSlice, file: IO[bytes], watchdog: _Watchdog) -> None:
        self._slice, self._file, self._watchdog = slice_, file, watchdog
        self._position = 0
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._position = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._slice.size}[whence] + offset
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        self._watchdog.check()
        wanted = self._slice.size - self._position if size < 0 else min(size, self._slice.size - self._position)
        if wanted <= 0:
            return b""
        if self._position == 0:
            self._hash = hashlib.sha256()
        header = self._slice.header[self._position : self._position + wanted]
        piece = header
        if len(piece) < wanted:
            self._file.seek(self._slice.start + self._position + len(header) - len(self._slice.header))
            piece += self._file.read(wanted - len(header))
        self._hash.update(piece)
        self._position += len(piece)
        ended = self._position >= self._slice.size
        # The closing boundary is not yet sent: a form that is broken off here is no form to the server.
        if len(piece) < wanted or (ended and self._hash.hexdigest() != self._slice.sha256):
            raise ManifestError(f"{self._slice.path} was changed while it was sent; prepare the file again")
        return piece


@contextmanager
def _opened(slice_: FileSlice | None, watchdog: _Watchdog) -> Generator[IO[bytes] | None]:
    """Yield what a request's file is read from, or None."""
    if slice_ is None:
        yield None
        return
    try:
        file = slice_.path.open("rb")
    except OSError as reason:
        raise ManifestError(f"{slice_.path} cannot be read ({reason.strerror})") from None
    with file:
        yield cast(IO[bytes], _SliceReader(slice_, file, watchdog))


def _lost(request: Request, why: str, *, again: bool = True) -> UploadError:
    """Return what a request becomes that was sent and not properly answered."""
    if request.method == "POST":
        return Uncertain(f"{why}; whether the server took the upload is not known")
    return Transient(why) if again else Permanent(why)


@contextmanager
def _translating(request: Request, watchdog: _Watchdog) -> Generator[None]:
    """Turn httpx's exceptions into ours. Their texts name hosts and reasons, never a header."""
    host = httpx.URL(request.url).netloc.decode("ascii", "replace")
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout) as reason:
        if _is_certificate(reason):
            raise Permanent(f"{host} does not prove who it is ({plain(str(reason))}); check the base URL") from None
        said = plain(str(reason)) or "no answer in time"
        raise Transient(f"cannot reach {host}: {said}; check the URL of the connection and the network") from None
    except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL) as reason:
        raise UsageError(f"the request to {host} cannot be sent: {type(reason).__name__}") from None
    except _Expired:
        raise _lost(request, f"{host} did not finish within {watchdog.seconds:.0f} s") from None
    except (httpx.HTTPError, httpx.StreamError, OSError) as reason:
        if watchdog.expired:
            raise _lost(request, f"{host} did not finish within {watchdog.seconds:.0f} s") from None
        # A protocol error quotes what the server sent, which may be anything.
        quoting = isinstance(reason, httpx.RemoteProtocolError)
        said = "the answer is cut off or not HTTP" if quoting else plain(str(reason)) or type(reason).__name__
        raise _lost(request, f"the connection to {host} was lost ({said})") from None


def _is_certificate(reason: BaseException | None) -> bool:
    """Return whether a failure to connect comes from the server's certificate."""
    while reason is not None:
        if isinstance(reason, ssl.SSLCertVerificationError):
            return True
        reason = reason.__cause__ or reason.__context__
    return False
