"""Whatever befalls an upload, in whatever order: each record is with the platform at most once, and at the end once.

The machine uploads, dies at a request, loses answers and uploads, has the clock set, restarts the platform, and has two
runs at once. `CONTACTPREP_LONG=1` has it try ten times as much.
"""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from benchmarks.receiving import Ledger, Receiver
from pipeline.errors import Exit, PipelineError
from pipeline.preparing import prepare
from pipeline.uploading import Clock, Connection, Receipt, Settings, upload
from pipeline.uploading.port import Answer, Limits, Request
from pipeline.uploading.transporting import HttpxTransport

LONG = bool(os.environ.get("CONTACTPREP_LONG"))


class Killed(BaseException):
    """Stands for the process being killed."""


class Dying:
    """A transport whose process dies before or after its n-th request; nothing goes out after that."""

    def __init__(self, real: HttpxTransport, at: int, *, after: bool) -> None:
        self._real, self._left, self._after = real, at, after
        self._lock = threading.Lock()

    def send(self, request: Request) -> Answer:
        with self._lock:
            self._left -= 1
            left = self._left
        if left < 0 or (left == 0 and not self._after):
            raise Killed
        answer = self._real.send(request)
        if left == 0:
            raise Killed
        return answer

    def interrupt(self) -> None:
        self._real.interrupt()

    def close(self) -> None: ...


class World:
    """A clock that can be set, and on which sleeping takes no time."""

    def __init__(self) -> None:
        self.slept = self.set = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        time.sleep(0.0005)

    @property
    def clock(self) -> Clock:
        return Clock(
            now=lambda: time.time() + self.slept + self.set,
            monotonic=lambda: time.monotonic() + self.slept,
            sleep=self.sleep,
            random=lambda: 0.5,
        )


@cache
def prepared(records: int) -> Path:
    """Return a folder prepared from so many good records and a bad one."""
    folder = Path(tempfile.mkdtemp(prefix="stateful-"))
    rows = ["email,first_name", *(f"p{n}@example.org,Ann {n}" for n in range(1, records + 1)), "bad,Bob"]
    (folder / "in.csv").write_text("\n".join([*rows, ""]), encoding="utf-8")
    prepare(folder / "in.csv", out=folder / "out")
    return folder / "out"


@cache
def transport() -> HttpxTransport:
    """Return a transport to real sockets, made once because reading the certificates takes time."""
    return HttpxTransport(Limits(connect=5.0, answer=20.0))


class Uploads(RuleBasedStateMachine):
    """One folder, one platform, and what happens to them."""

    def __init__(self) -> None:
        super().__init__()
        self.receiver = Receiver(Ledger(["email", "first_name"], keep=True)).start()
        self.world = World()
        self.home = Path(tempfile.mkdtemp(prefix="stateful-"))

    def teardown(self) -> None:
        """Whatever happened, the same command, undisturbed, ends with each record accepted and there once."""
        try:
            self.receiver.ledger.faults.clear()
            self.receiver.wait_idle()
            receipt = self.send(parallel=1)
            assert sorted(self.keys()) == sorted(self.wanted)
            assert receipt.accepted == len(self.wanted)
            with (self.folder / "upload" / "outcomes.csv").open(encoding="utf-8", newline="") as file:
                outcomes = list(csv.DictReader(file))
            assert [row["status"] for row in outcomes] == ["accepted"] * len(self.wanted)
            assert self.send(parallel=1) == receipt
        finally:
            self.receiver.stop()
            shutil.rmtree(self.home)

    @initialize(records=st.integers(1, 14), most=st.integers(1, 6))
    def begin(self, records: int, most: int) -> None:
        """Prepare a file."""
        self.folder, self.most = self.home / "prepared", most
        shutil.copytree(prepared(records), self.folder)
        self.wanted = [f"p{n}@example.org" for n in range(1, records + 1)]

    def keys(self) -> list[str]:
        """Return the keys that arrived."""
        return [key for job in self.receiver.ledger.jobs for key in job.keys]

    def send(self, parallel: int, **options: Any) -> Receipt:
        """Upload, or go on with it."""
        return upload(
            self.folder,
            connection=Connection(self.receiver.url, "token", "secret", hub="marketing", object="contact"),
            settings=Settings(parallel=parallel),
            clock=self.world.clock,
            max_records=self.most,
            **{"transport": transport(), **options},
        )

    @rule(faults=st.lists(st.sampled_from(["ok", "kept", "lost", "busy", "500"]), min_size=1, max_size=5))
    def misbehave(self, faults: list[str]) -> None:
        """Have the platform lose answers, and uploads."""
        self.receiver.ledger.faults = faults

    @rule(seconds=st.sampled_from([-86_400.0, -3_600.0, -30.0, 30.0, 3_600.0, 86_400.0]))
    def set_clock(self, seconds: float) -> None:
        """Set this machine's clock."""
        self.world.set += seconds

    @rule()
    def restart(self) -> None:
        """Restart the platform, which forgets nothing."""
        self.receiver.wait_idle()
        self.receiver.stop()
        self.receiver.start()

    @rule(parallel=st.sampled_from([1, 1, 3]))
    def go_on(self, parallel: int) -> None:
        """Upload; it may fail honestly."""
        self._may_fail(lambda: self.send(parallel))

    @rule(parallel=st.sampled_from([1, 3]), seconds=st.sampled_from([-7_200.0, 7_200.0]), at=st.integers(1, 6))
    def go_on_while_the_clock_is_set(self, parallel: int, seconds: float, at: int) -> None:
        """Upload, and have the clock set between two events."""
        left = at

        def told(_: object) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                self.world.set += seconds

        self._may_fail(lambda: self.send(parallel, progress=told))

    @rule(parallel=st.sampled_from([1, 1, 3]), at=st.integers(1, 12), after=st.booleans())
    def die(self, parallel: int, at: int, after: bool) -> None:
        """Upload, and die at a request."""
        self._may_fail(lambda: self.send(parallel, transport=Dying(transport(), at, after=after)))

    @rule()
    def go_on_twice_at_once(self) -> None:
        """Have two runs at once; one of them may find the folder busy."""
        both = [threading.Thread(target=lambda: self._may_fail(lambda: self.send(1))) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()

    @precondition(lambda self: hasattr(self, "wanted"))
    @invariant()
    def each_at_most_once(self) -> None:
        """No record is there twice, and none that was not to be sent."""
        self.receiver.wait_idle()
        keys = self.keys()
        assert len(keys) == len(set(keys))
        assert set(keys) <= set(self.wanted)

    def _may_fail(self, run: Any) -> None:
        with suppress(Killed):
            try:
                accepted = run().accepted
            except PipelineError as failure:
                accepted = None
                status = failure.exit_status
            assert accepted == len(self.wanted) if accepted is not None else status in (Exit.UPLOAD, Exit.BUSY)
        self.receiver.wait_idle()


Uploads.TestCase.settings = settings(
    max_examples=400 if LONG else 25,
    stateful_step_count=12 if LONG else 8,
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=list(HealthCheck),
)
TestUploads = Uploads.TestCase
