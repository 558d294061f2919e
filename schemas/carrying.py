"""How verdicts travel: from a schema's parser to its checks, and from the pipeline to the parser.

They travel with the frame in `frame.attrs`, where the parser puts them itself, whatever stood there before, so that an
attribute from outside is never believed.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import pandas as pd

from schemas.marks import FrameVerdicts

ATTRIBUTE = "contactprep.verdicts"


class _Carried(str):
    """Verdicts on their way from the parser to the checks.

    A text, so that `to_parquet`, which writes `attrs` as JSON, does not fail on it; the same object when copied, since
    Pandera copies frames deeply and verdicts are frozen.
    """

    __slots__ = ("verdicts",)
    verdicts: FrameVerdicts

    def __deepcopy__(self, memo: object) -> _Carried:
        return self


def carry(frame: pd.DataFrame, verdicts: FrameVerdicts) -> None:
    """Put verdicts on a frame for the checks of the same validation."""
    carried = _Carried("verdicts of the schema that judged this frame")
    carried.verdicts = verdicts
    frame.attrs[ATTRIBUTE] = carried


def drop_verdicts(frame: object) -> None:
    """Take the verdicts off a frame again."""
    if isinstance(frame, pd.DataFrame):
        frame.attrs.pop(ATTRIBUTE, None)


def read_verdicts(carrier: pd.DataFrame | pd.Series[Any]) -> FrameVerdicts:
    """Return the verdicts that the parser left with a frame or one of its columns.

    Raises:
        TypeError: There are none: the check was run without the schema's parser.
    """
    carried = carrier.attrs.get(ATTRIBUTE)
    if not isinstance(carried, _Carried):
        raise TypeError("a contact field is checked by its whole schema: call the schema's validate on the frame")
    return carried.verdicts


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Verdicts for a frame that somebody has judged already.

    Attributes:
        frame: The frame.
        verdicts: Its verdicts.
        shown: Whether checks will look at the values, so that the normal forms must stand in the frame.
    """

    frame: pd.DataFrame
    verdicts: FrameVerdicts
    shown: bool


_handed: ContextVar[HandedIn | None] = ContextVar("handed", default=None)


@contextmanager
def handing_in(frame: pd.DataFrame, verdicts: FrameVerdicts, *, shown: bool) -> Generator[None]:
    """Let the schema's parser use these verdicts for this frame instead of judging again."""
    token = _handed.set(HandedIn(frame, verdicts, shown))
    try:
        yield
    finally:
        _handed.reset(token)


def handed_in(frame: pd.DataFrame) -> HandedIn | None:
    """Return what was handed in for a frame of this index and these columns, or None."""
    handed = _handed.get()
    if handed is None or not handed.frame.index.is_(frame.index) or not handed.frame.columns.equals(frame.columns):
        return None
    return handed
