"""Asks the domain name system whether a domain exists and takes mail: each domain once, all within one deadline."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from dns.resolver import Resolver

DEADLINE = 30.0
"""Seconds for all domains of a file, unless a run decides otherwise; the product's own choice."""

_AT_ONCE = 32
"""Questions that are open at the same time: a name server at home answers so many in a few milliseconds."""

_PATIENCE = 5.0
"""Most seconds for one question, its repetitions included. Source: dnspython, `Resolver.lifetime`."""

_DNS_PORT = 53

MISSING, MAILLESS = "E209", "E210"
"""What may be found of a domain: that it does not exist, or that it takes no mail."""


@dataclass(frozen=True, slots=True)
class DomainCheck:
    """How domains are asked about.

    Attributes:
        deadline: Seconds for all of them, more than 0.
        nameserver: `host`, `host:port` or `[address]:port` of the name server; None for the system's.
    """

    deadline: float = DEADLINE
    nameserver: str | None = None

    def __post_init__(self) -> None:
        if not self.deadline > 0:
            raise ValueError(f"a deadline is more than 0 seconds, not {self.deadline!r}")


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known of n domains.

    Attributes:
        gone: E209 or E210 of those that cannot have mail.
        answered: Of how many it is known whether they can.
        unknown: Of how many it is not: no answer in time, or a name server that failed or refused.
    """

    gone: Mapping[str, str]
    answered: int
    unknown: int

    def __post_init__(self) -> None:
        if len(self.gone) > self.answered:
            raise ValueError("what is found of a domain is an answer")


def ask(domains: Sequence[str], how: DomainCheck, clock: Callable[[], float] = time.monotonic) -> Answers:
    """Return what the domain name system says of some domains.

    Args:
        domains: Each once; they are asked about in this order.
        how: How to ask.
        clock: Seconds that only grow.

    Raises:
        UsageError: There is no name server, or it cannot be found.
    """
    resolver = _resolver(how.nameserver)
    end = clock() + how.deadline

    def one(domain: str) -> str | None:
        return _look_up(resolver, domain, lambda: min(end - clock(), _PATIENCE))

    pool = ThreadPoolExecutor(max_workers=_AT_ONCE)
    try:
        said = dict(zip(domains, pool.map(one, domains), strict=True))
    finally:
        # A stop does not wait for questions that were not asked yet.
        pool.shutdown(cancel_futures=True)
    gone = {domain: code for domain, code in said.items() if code}
    unknown = sum(code is None for code in said.values())
    return Answers(gone, len(said) - unknown, unknown)


def _look_up(resolver: Resolver, domain: str, left: Callable[[], float]) -> str | None:
    """Return the code of what is wrong with a domain, "" if it takes mail, None if that cannot be known.

    Source: RFC 5321 section 5.1, the MX records or else the domain's own address; RFC 7505 section 3, a null MX.
    """
    import idna
    from dns.exception import DNSException
    from dns.name import from_text, root
    from dns.resolver import NXDOMAIN, NoAnswer

    try:
        # The dot at the end keeps the system's search list out.
        name = from_text(idna.encode(domain, uts46=True).decode("ascii") + ".")
        for kind in ("MX", "A", "AAAA"):
            seconds = left()
            if seconds <= 0:
                return None
            try:
                answer = resolver.resolve(name, kind, lifetime=seconds, search=False)
            except NoAnswer:
                continue
            return MAILLESS if kind == "MX" and all(record.exchange == root for record in answer) else ""
    except NXDOMAIN:
        return MISSING
    except (DNSException, OSError, UnicodeError):
        return None
    return MAILLESS


def _resolver(nameserver: str | None) -> Resolver:
    from dns.resolver import NoResolverConfiguration, Resolver

    if nameserver is None:
        try:
            return Resolver()
        except NoResolverConfiguration:
            raise UsageError(
                "this system names no name server to ask about domains; set CONTACTPREP_NAMESERVER=host:port"
            ) from None
    host, port = _place_of(nameserver)
    resolver = Resolver(configure=False)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError):
        raise UsageError(f"CONTACTPREP_NAMESERVER {nameserver!r}: no host is called {host!r}") from None
    resolver.nameservers = [str(found[0][4][0])]
    resolver.port = port
    return resolver


def _place_of(nameserver: str) -> tuple[str, int]:
    """Return host and port of a name server.

    >>> _place_of("127.0.0.1:5353"), _place_of("dns.acme.com"), _place_of("[::1]:5353")
    (('127.0.0.1', 5353), ('dns.acme.com', 53), ('::1', 5353))
    """
    try:
        parts = urlsplit(f"//{nameserver}")
        host, port = parts.hostname, parts.port
        is_place = bool(host) and not parts.path and not parts.username
    except ValueError:
        host, port, is_place = None, None, False
    if not host or not is_place:
        raise UsageError(f"CONTACTPREP_NAMESERVER {nameserver!r} is not host or host:port, as 192.0.2.1:53")
    return host, port or _DNS_PORT
