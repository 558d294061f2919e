"""The network: deadlines, sizes, and which failure is which, against sockets that misbehave."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from pipeline.errors import ManifestError, Permanent, Transient, Uncertain, UsageError
from pipeline.uploading.port import FileSlice, Limits, Request
from pipeline.uploading.transporting import HttpxTransport

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nelements-request-id: r1\r\n\r\n{}"


@contextmanager
def listening(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """Yield the URL of a server that treats each connection as told."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                behave(connection)

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/x"
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def saying(*pieces: bytes, pause: float = 0.0) -> Callable[[socket.socket], None]:
    """Return a behaviour: read a request's head, then say so."""

    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)

    return behave


def drip(text: bytes) -> Callable[[socket.socket], None]:
    return saying(*(bytes([byte]) for byte in text), pause=0.1)


@pytest.fixture(scope="module")
def quick() -> Iterator[HttpxTransport]:
    """Return a transport that gives a request half a second."""
    made = HttpxTransport(Limits(connect=0.2, answer=0.3, answer_bytes=1000))
    yield made
    made.close()


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "behave",
    [
        drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 500),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + b"a" * 900),
        saying(pause=3),
        saying(OK[:-1]),
        saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"),
        saying(b"SSH-2.0-OpenSSH\r\n"),
        saying(),
    ],
    ids=["head drips", "body drips", "silence", "cut", "cut chunk", "not HTTP", "closed"],
)
def test_lost_answers(quick, method, behave) -> None:
    """An answer that drips, is cut or never comes ends by the deadline: Uncertain for POST, else Transient."""
    with listening(behave) as url:
        begun = time.monotonic()
        with pytest.raises(Uncertain if method == "POST" else Transient):
            quick.send(Request(method, url))
        assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"a" * 2000,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    ],
    ids=["too large", "packed"],
)
def test_answers_that_are_not_taken(quick, method, answer) -> None:
    """An answer that is too large or packed is not read; asking again would not help."""
    with listening(saying(answer)) as url, pytest.raises(Uncertain if method == "POST" else Permanent):
        quick.send(Request(method, url))


def test_slow_reader_is_bounded(tmp_path) -> None:
    """A server that goes on taking a little does not hold an upload beyond its deadline."""
    path = tmp_path / "big.csv"
    path.write_bytes(b"x" * 20_000_000)
    file = slice_of(path, 0, 20_000_000)

    def behave(connection: socket.socket) -> None:
        for _ in range(100):
            connection.recv(100_000)
            time.sleep(0.05)

    made = HttpxTransport(Limits(connect=0.2, answer=0.3, bytes_per_second=10**8))
    with listening(behave) as url:
        begun = time.monotonic()
        with pytest.raises(Uncertain, match="did not finish within"):
            made.send(Request("POST", url, file=file))
        assert time.monotonic() - begun < 2
    made.close()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_was_sent(quick, method) -> None:
    """Where nobody listens, or no name leads, nothing was sent: Transient, whatever the method."""
    for url in ("http://127.0.0.1:1/x", "http://contactprep.invalid/x"):
        with pytest.raises(Transient, match="cannot reach"):
            quick.send(Request(method, url))


def test_tls_to_something_else(quick) -> None:
    """A port that does not speak TLS is not sent anything."""
    with listening(saying(b"nope\r\n")) as url, pytest.raises(Transient):
        quick.send(Request("POST", url.replace("http:", "https:")))


def test_url_that_cannot_be_sent(quick) -> None:
    """A URL of another scheme is a mistake of use."""
    with pytest.raises(UsageError):
        quick.send(Request("GET", "ftp://127.0.0.1/x"))


def test_redirects_and_proxies(quick, monkeypatch) -> None:
    """A redirect is handed back, not followed; a proxy of the environment is not asked."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with listening(saying(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")) as url:
        assert quick.send(Request("GET", url)).status == 302
    made = HttpxTransport()
    with listening(saying(OK)) as url:
        answer = made.send(Request("GET", url))
    made.close()
    assert (answer.status, answer.body, answer.request_id) == (200, b"{}", "r1")


def slice_of(path: Path, start: int, end: int, header: bytes = b"a,b\n", name: str = "part.csv") -> FileSlice:
    digest = hashlib.sha256(header + path.read_bytes()[start:end]).hexdigest()
    return FileSlice(path, header, start, end, digest, name, (("metaData", "{}"),))


def collecting(bodies: list[bytes]) -> Callable[[socket.socket], None]:
    """Return a behaviour that keeps what arrives and answers when the form is closed."""

    def behave(connection: socket.socket) -> None:
        data = b""
        while not data.endswith(b"--\r\n") and (piece := connection.recv(1 << 20)):
            data += piece
        bodies.append(data)
        connection.sendall(OK)

    return behave


@pytest.mark.parametrize("name", ['a"\r\nX-Evil: 1.csv', "part.csv", "名.csv"])
def test_form_as_sent(transport, tmp_path, name) -> None:
    """Header and slice arrive byte for byte with their length known, as one part whatever the file's name."""
    path = tmp_path / "clean.csv"
    path.write_bytes(b"".join(b"%d,x\n" % n for n in range(50_000)))
    bodies: list[bytes] = []
    with listening(collecting(bodies)) as url:
        assert transport.send(Request("POST", url, file=slice_of(path, 4, 200_003, name=name))).status == 200
    head, _, body = bodies[0].partition(b"\r\n\r\n")
    assert b"content-length: %d" % len(body) in head.lower()
    boundary = b"--" + head.lower().split(b"boundary=")[1].split(b"\r\n")[0]
    pieces = body.split(boundary)
    assert len(pieces) == 4
    part_head, _, data = pieces[2].partition(b"\r\n\r\n")
    assert part_head.count(b"\r\n") == 2
    assert b'name="file"' in part_head
    assert b"Content-Type: text/csv" in part_head
    assert data == b"a,b\n" + path.read_bytes()[4:200_003] + b"\r\n"


def test_upload_streams(transport, tmp_path) -> None:
    """Twenty megabytes are sent in less than three of memory."""
    path = tmp_path / "clean.csv"
    path.write_bytes(b"x" * 20_000_000)
    file = slice_of(path, 0, 20_000_000)

    def behave(connection: socket.socket) -> None:
        left = 20_000_000
        while left > 0 and (piece := connection.recv(1 << 16)):
            left -= len(piece)
        connection.sendall(OK)

    with listening(behave) as url:
        tracemalloc.start()
        try:
            transport.send(Request("POST", url, file=file))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 3_000_000


@pytest.mark.parametrize("change", [lambda data: data[:-1] + b"!", lambda data: data[:100], lambda data: b""])
def test_file_changed_while_sent(transport, tmp_path, change) -> None:
    """A file that is not what was planned is never sent to its end, so that the server has no whole form."""
    path = tmp_path / "clean.csv"
    path.write_bytes(b"x" * 300_000)
    file = slice_of(path, 0, 300_000)
    path.write_bytes(change(path.read_bytes()))
    bodies: list[bytes] = []
    with listening(collecting(bodies)) as url, pytest.raises(ManifestError, match="changed"):
        transport.send(Request("POST", url, file=file))
    time.sleep(0.05)
    assert not any(body.endswith(b"--\r\n") for body in bodies)


def test_refusal_before_the_body_is_read(tmp_path) -> None:
    """A server that refuses a large upload at its head is heard, though it closes the connection."""
    path = tmp_path / "clean.csv"
    path.write_bytes(b"x" * 8_000_000)

    def behave(connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1 << 20):
            pass

    made = HttpxTransport()
    with listening(behave) as url:
        assert made.send(Request("POST", url, file=slice_of(path, 0, 8_000_000))).status == 413
    made.close()


def test_request_hides_its_headers() -> None:
    """A request's repr shows no header, since the credentials are one."""
    assert "canary" not in repr(Request("GET", "http://x", headers={"Authorization": "canary"}))
