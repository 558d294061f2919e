"""Repeating what may be repeated: with growing, jittered pauses, and not for ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pipeline.errors import Transient
from pipeline.uploading.clocks import Clock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often and how long.

    Attributes:
        retries: Tries after the first.
        first: Seconds before the first of them, before jitter; each next pause is twice as long.
        most: Seconds a pause grows to.
        give_up: Seconds after which no new try begins that might end later, unless the server asked to wait.
        try_seconds: Seconds one try of an unreachable server takes.
    """

    retries: int = 4
    first: float = 0.5
    most: float = 8.0
    give_up: float = 30.0
    try_seconds: float = 10.0


def pause(attempt: int, backoff: Backoff, chance: float) -> float:
    """Return the seconds to wait after the n-th failed try, n from 1; `chance` from 0 up to 1 takes up to half off.

    >>> [pause(n, Backoff(), 0.0) for n in (1, 2, 3, 9)]
    [0.5, 1.0, 2.0, 8.0]
    """
    return min(backoff.most, backoff.first * 2.0 ** (attempt - 1)) * (1 - chance / 2)


def repeat(call: Callable[[], T], *, backoff: Backoff, clock: Clock) -> T:
    """Return what a call returns, repeating it while it raises `Transient`.

    A wait that the server asked for is waited; otherwise a try that might end later than `give_up` seconds after the
    first began is not begun.

    Raises:
        Transient: The last one, when tries or time are used up.
    """
    begun = clock.monotonic()
    attempt = 0
    while True:
        attempt += 1
        try:
            return call()
        except Transient as failure:
            wait = failure.retry_after if failure.retry_after is not None else pause(attempt, backoff, clock.random())
            elapsed = clock.monotonic() - begun
            late = failure.retry_after is None and elapsed + wait + backoff.try_seconds > backoff.give_up
            if attempt > backoff.retries or late:
                raise
            clock.sleep(wait)
