"""A clock that is set while an upload runs: the job of a lost answer is found all the same."""

from __future__ import annotations

import time
from typing import Any

import pytest

from pipeline.uploading import Clock, upload
from pipeline.uploading.events import Planned, Sending


@pytest.mark.parametrize("seconds", [-7_200.0, 7_200.0])
@pytest.mark.parametrize("when", [Planned, Sending])
def test_clock_set_before_an_answer_is_lost(platform, prepared, connection, settings, transport, seconds, when) -> None:
    """The part was taken, its answer lost, and the clock set just before or meanwhile: nothing is sent twice."""
    slept, offset = [0.0], [0.0]

    def sleep(pause: float) -> None:
        slept[0] += pause

    def told(event: Any) -> None:
        if isinstance(event, when) and not offset[0]:
            offset[0] = seconds

    clock = Clock(
        now=lambda: time.time() + slept[0] + offset[0],
        monotonic=lambda: time.monotonic() + slept[0],
        sleep=sleep,
        random=lambda: 0.5,
    )
    platform.faults = ["kept_rst"]
    given = {"connection": connection, "settings": settings, "transport": transport}
    assert upload(prepared(3), clock=clock, progress=told, **given).accepted == 3
    assert len(platform.jobs) == 1
