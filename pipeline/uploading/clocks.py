"""Time and chance as a parameter, so that waiting can be tested without waiting."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """What the uploader asks for time and chance.

    Attributes:
        now: Seconds since 1970-01-01 UTC; may jump, so it is written down and never waited by.
        monotonic: Seconds that only grow; every deadline is kept by it.
        sleep: Waits so many seconds.
        random: A number from 0 up to 1.
    """

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random
