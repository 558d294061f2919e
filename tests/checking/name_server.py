"""A small name server on this machine: it answers by UDP and TCP as its zone says, and counts what it was asked."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from dns import flags, message, rcode, rdatatype, rrset

Zone = dict[str, tuple[str, ...]]
"""For each domain what it has, as `MX 10 mx.acme.com.`, or one word: NXDOMAIN, SERVFAIL, REFUSED, silent, slow,
truncated. Slow and truncated ones have what follows; a name that is not there does not exist."""

ZONE: Zone = {
    "good.example": ("MX 10 mx.good.example.",),
    "addressed.example": ("A 192.0.2.1",),
    "sixth.example": ("AAAA 2001:db8::1",),
    "exämple.com": ("MX 10 mx.good.example.",),
    "null.example": ("MX 0 .",),
    "bare.example": (),
    "broken.example": ("SERVFAIL",),
    "refused.example": ("REFUSED",),
    "silent.example": ("silent",),
    "slow.example": ("slow", "MX 10 mx.good.example."),
    "large.example": ("truncated", "MX 10 mx.good.example."),
}

SLOWLY = 0.4
"""Seconds that a slow answer takes."""


@dataclass
class NameServer:
    """A running name server.

    Attributes:
        place: `host:port`.
        asked: How often each (domain, kind) was asked for.
    """

    place: str
    zone: Zone
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)

    def answer(self, wire: bytes, by_tcp: bool) -> bytes | None:
        """Return the answer to a question, None where there is none."""
        question = message.from_wire(wire)
        name, kind = question.question[0].name, rdatatype.to_text(question.question[0].rdtype)
        domain = name.to_unicode(omit_final_dot=True)
        self.asked[domain, kind] += 1
        found = message.make_response(question)
        said = self.zone.get(domain, ("NXDOMAIN",))
        if said == ("silent",):
            return None
        for word in said:
            match word:
                case "NXDOMAIN" | "SERVFAIL" | "REFUSED":
                    found.set_rcode(rcode.from_text(word))
                case "slow":
                    time.sleep(SLOWLY)
                case "truncated":
                    if not by_tcp:
                        found.flags |= flags.TC
                        return found.to_wire()
                case record:
                    has, data = record.split(" ", 1)
                    if has == kind:
                        found.answer.append(rrset.from_text(name, 60, "IN", has, data))
        return found.to_wire()


@contextmanager
def name_server(zone: Zone | None = None) -> Generator[NameServer]:
    """Yield a name server of a zone that answers on a free port until the block is left."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
    ):
        stream.bind(("127.0.0.1", 0))
        datagrams.bind(stream.getsockname())
        stream.listen()
        server = NameServer("{}:{}".format(*stream.getsockname()), ZONE if zone is None else zone)
        ended = threading.Event()
        sockets = ((_serve_datagrams, datagrams), (_serve_stream, stream))
        threads = [threading.Thread(target=serve, args=(sock, server, ended)) for serve, sock in sockets]
        for thread in threads:
            thread.start()
        try:
            yield server
        finally:
            ended.set()
            for thread in threads:
                thread.join()


def _serve_datagrams(sock: socket.socket, server: NameServer, ended: threading.Event) -> None:
    sock.settimeout(0.2)
    while not ended.is_set():
        try:
            wire, sender = sock.recvfrom(4096)
        except TimeoutError:
            continue
        threading.Thread(target=_reply, args=(sock, server, wire, sender), daemon=True).start()


def _reply(sock: socket.socket, server: NameServer, wire: bytes, sender: tuple[str, int]) -> None:
    found = server.answer(wire, by_tcp=False)
    # Who asked may have given up, and the server with it.
    with suppress(OSError):
        if found is not None:
            sock.sendto(found, sender)


def _serve_stream(sock: socket.socket, server: NameServer, ended: threading.Event) -> None:
    sock.settimeout(0.2)
    while not ended.is_set():
        try:
            connection, _ = sock.accept()
        except TimeoutError:
            continue
        with connection:
            (size,) = struct.unpack("!H", connection.recv(2))
            found = server.answer(connection.recv(size), by_tcp=True)
            if found is not None:
                connection.sendall(struct.pack("!H", len(found)) + found)
