"""Several parts under way at once: each record arrives once, whatever is lost, killed or stopped."""

from __future__ import annotations

import csv
import itertools
import socket
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.receiving import Ledger, Receiver
from pipeline.errors import Permanent, Uncertain
from pipeline.planning import plan, read_manifest
from pipeline.planning.cutting import _left
from pipeline.uploading import Connection, dispatching, upload
from pipeline.uploading.port import Answer, Request
from pipeline.uploading.transporting import HttpxTransport


@pytest.fixture
def receiver():
    """Return a platform that keeps a ledger of keys."""
    found = Receiver(Ledger(["C_EmailAddress", "C_FirstName"], keep=True)).start()
    yield found
    found.stop()


@pytest.fixture
def send(receiver, clock, settings, transport):
    """Return `upload` of several parts at once, without waiting."""

    def sent(folder: Path, **options: Any) -> Any:
        usual = {
            "connection": Connection(receiver.url, "token", "secret"),
            "settings": replace(settings, parallel=4),
            "clock": clock,
            "transport": transport,
            "max_records": 5,
        }
        return upload(folder, **{**usual, **options})

    return sent


def keys(receiver: Receiver) -> list[str]:
    """Return the keys that arrived, sorted."""
    receiver.wait_idle()
    return sorted(key for job in receiver.ledger.jobs for key in job.keys)


def expected(records: int) -> list[str]:
    """Return the keys of a folder of so many records, sorted."""
    return sorted(f"p{n}@example.org" for n in range(1, records + 1))


def statuses(folder: Path) -> set[str]:
    """Return the statuses of the outcomes."""
    with (folder / "upload" / "outcomes.csv").open(encoding="utf-8", newline="") as file:
        return {row["status"] for row in csv.DictReader(file)}


def test_each_record_arrives_once(receiver, prepared, send) -> None:
    """Forty records in parts of at most five, four at a time: each arrives once, and the receipt is in order."""
    folder = prepared(40)
    receipt = send(folder)
    assert keys(receiver) == expected(40)
    assert (receipt.accepted, receipt.exit_status, statuses(folder)) == (40, 0, {"accepted"})
    assert [part.rows for part in receipt.parts] == [5, 4, 3, 2] * 2 + [5, 4, 3]
    assert [part.number for part in receipt.parts] == list(range(1, 12))


def test_one_at_a_time_cuts_as_ever(receiver, prepared, send, settings) -> None:
    """Without the setting the parts are of one size."""
    receipt = send(prepared(12), settings=settings)
    assert [part.rows for part in receipt.parts] == [5, 5, 2]


def test_they_are_under_way_at_once(receiver, prepared, send, transport) -> None:
    """Four uploads wait for each other; with fewer at once they would wait in vain."""
    together = threading.Barrier(4, timeout=30)

    class Meeting:
        def send(self, request: Request) -> Answer:
            if request.file is not None and request.file.name < "part-0005":
                together.wait()
            return transport.send(request)

        def interrupt(self) -> None: ...

        def close(self) -> None: ...

    send(prepared(18), transport=Meeting())
    assert keys(receiver) == expected(18)


@pytest.mark.parametrize("seed", range(6))
def test_lost_answers_are_never_doubled(receiver, prepared, send, seed) -> None:
    """Answers lost and uploads lost, several at once: each record arrives once."""
    faults = [["kept", "kept", "kept", "kept"], ["lost"] * 4, ["kept", "lost", "ok", "500"], ["ok", "busy", "kept"]]
    faults += [["500", "lost", "busy", "kept", "ok", "ok"], ["ok", "ok", "ok", "kept", "lost"]]
    receiver.ledger.faults = list(faults[seed])
    folder = prepared(33)
    receipt = send(folder)
    assert keys(receiver) == expected(33)
    assert (receipt.accepted, statuses(folder)) == (33, {"accepted"})


def test_first_failure_begins_nothing_more(receiver, prepared, send, transport) -> None:
    """A refusal stops new parts; those under way end and are noted; the same command sends the rest once."""
    others = threading.Event()

    class Refusing:
        def send(self, request: Request) -> Answer:
            if request.file is None or not request.file.name.startswith("part-0002"):
                if request.method == "POST":
                    others.wait(30)
                return transport.send(request)
            threading.Timer(0.2, others.set).start()
            return Answer(400, {}, b"{}")

        def interrupt(self) -> None: ...

        def close(self) -> None: ...

    folder = prepared(40)
    with pytest.raises(Permanent):
        send(folder, transport=Refusing())
    assert len(receiver.ledger.jobs) == 3
    with closing(sqlite3.connect(folder / "upload" / "journal.sqlite")) as journal:
        states = [state for (state,) in journal.execute("SELECT state FROM parts ORDER BY number")]
    assert states == ["created", "planned", "created", "created"] + ["planned"] * 7
    assert send(folder).accepted == 40
    assert keys(receiver) == expected(40)


class Stopped(BaseException):
    """Stands for a signal."""


def test_a_stop_breaks_off_what_hangs(receiver, prepared, send, transport, monkeypatch) -> None:
    """A signal waits for what is under way only so long; it is noted as uncertain, and the same command goes on."""
    monkeypatch.setattr(dispatching, "GRACE", 0.05)
    hanging = threading.Event()

    class Hanging:
        def send(self, request: Request) -> Answer:
            answer = transport.send(request)
            if request.method == "POST":
                hanging.wait(30)
            return answer

        def interrupt(self) -> None:
            hanging.set()

        def close(self) -> None: ...

    real = dispatching.wait

    def interrupted(futures: Any, **options: Any) -> Any:
        if "return_when" in options:
            time.sleep(0.3)
            raise Stopped
        return real(futures, **options)

    monkeypatch.setattr(dispatching, "wait", interrupted)
    folder = prepared(40)
    with pytest.raises(Stopped):
        send(folder, transport=Hanging())
    monkeypatch.undo()
    assert hanging.is_set()
    assert len(receiver.ledger.jobs) == 4
    assert send(folder).accepted == 40
    assert keys(receiver) == expected(40)


def test_interrupt_ends_a_hanging_request() -> None:
    """A request whose server is silent is over as soon as it is broken off, and counts as uncertain."""
    with socket.create_server(("127.0.0.1", 0)) as silent, closing(HttpxTransport()) as transport:
        threading.Timer(0.3, transport.interrupt).start()
        begun = time.monotonic()
        with pytest.raises(Uncertain):
            transport.send(Request("POST", f"http://127.0.0.1:{silent.getsockname()[1]}/"))
        assert time.monotonic() - begun < 60  # the deadline is 130 s


class Dying:
    """Meets with three others, has each upload taken or not, and tells no one."""

    def __init__(self, real: HttpxTransport, taken: tuple[bool, ...]) -> None:
        self._real, self._taken, self._together = real, taken, threading.Barrier(4, timeout=30)

    def send(self, request: Request) -> Answer:
        if request.file is None:
            return self._real.send(request)
        self._together.wait()
        if self._taken[int(request.file.name[5:9]) - 1]:
            self._real.send(request)
        raise Stopped

    def interrupt(self) -> None: ...

    def close(self) -> None: ...


@pytest.mark.parametrize("taken", list(itertools.product([False, True], repeat=4)))
def test_killed_with_several_under_way(receiver, prepared, send, transport, taken) -> None:
    """Where the process died with four parts under way, taken or not, each is settled by its own count."""
    folder = prepared(18)
    with pytest.raises(Stopped):
        send(folder, transport=Dying(transport, taken))
    assert send(folder).accepted == 18
    assert keys(receiver) == expected(18)


@pytest.mark.parametrize("apart", [1, 2, 3, 5])
@pytest.mark.parametrize(("most", "room"), [(5, None), (None, 60), (4, 70), (1, None), (None, None), (2, 61)])
def test_parts_in_a_row_differ(prepared, apart, most, room) -> None:
    """Within any limits the parts keep to them, and close ones differ in count where they have records enough."""
    folder = prepared(23)
    room = None if room is None else room + len("C_EmailAddress,C_FirstName\n")
    cut = plan(read_manifest(folder), folder, max_records=most, max_bytes=room, apart=apart)
    counts = [part.rows for part in cut.parts]
    assert sum(counts) == 23
    assert most is None or max(counts) <= most
    assert room is None or max(part.size for part in cut.parts) <= room
    for place, count in enumerate(counts[:-1]):
        before = counts[max(0, place - apart + 1) : place]
        assert count not in before or set(range(1, count + 1)) <= set(before)


@given(rows=st.integers(1, 20), counts=st.lists(st.integers(1, 20), max_size=4))
def test_what_is_left_to_the_next(rows, counts) -> None:
    """As few rows as possible are left, never all, and the count is then another, if there is one."""
    left = _left(rows, counts)
    assert 0 <= left < rows
    possible = [count for count in range(1, rows + 1) if count not in counts]
    assert rows - left == (max(possible) if possible else rows)
