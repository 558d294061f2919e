"""How a run is stopped: a signal raises, once, wherever the run is at.

What runs may swallow the exception, as foreign code does that tries an import and takes any failure for an answer. So
it is remembered, and `check` raises it again where a batch is done and before a command ends well.
"""

from __future__ import annotations

import signal
from types import FrameType

from pipeline.errors import Exit

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_asked: list[Stopped] = []


class Stopped(BaseException):
    """A signal arrived. Raised so that everything is tidied up on the way out.

    Attributes:
        status: What the command exits with.
        word: What happened.
    """

    def __init__(self, status: Exit, word: str) -> None:
        super().__init__(word)
        self.status = status
        self.word = word


def listen() -> None:
    """Have signals raise `Stopped`, but for those that are ignored, as `nohup` asks for."""
    _asked.clear()
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def check() -> None:
    """Raise `Stopped` if a signal has arrived.

    Raises:
        Stopped: It has.
    """
    if _asked:
        raise _asked[0]


def _stop(number: int, frame: FrameType | None) -> None:
    # Once is enough: a second signal must not disturb the tidying up.
    for other in SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    interrupted = number == signal.SIGINT
    _asked.append(Stopped(*((Exit.INTERRUPTED, "interrupted") if interrupted else (Exit.TERMINATED, "terminated"))))
    check()
