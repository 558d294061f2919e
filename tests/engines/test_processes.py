"""Tasks over several processes: nothing lost, nothing twice, and a process that dies is named by what it was at."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Generator, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pipeline.engines import Crew
from pipeline.engines.processes import AHEAD
from pipeline.errors import RuleCrashed, SourceError, WorkerDied


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    import engine_tasks

    return engine_tasks


def carry_out(
    task: Callable[[Any], Any], items: Sequence[Any], *, jobs: int, name: Callable[[Any], str] = str
) -> Generator[Any]:
    with Crew(jobs) as crew:
        yield from crew.carry_out(task, items, name=name)


@pytest.mark.parametrize("jobs", [1, 2, 4])
@pytest.mark.parametrize("count", [0, 1, 2, 30])
def test_each_item_is_carried_out_once(jobs: int, count: int, tasks: ModuleType) -> None:
    """Whoever does it, results come in the items' order; and with two processes or more the driver is not alone."""
    done = list(carry_out(tasks.double, range(count), jobs=jobs))
    assert [number for number, _ in done] == [2 * number for number in range(count)]
    others = {process for _, process in done} - {os.getpid()}
    assert len(others) <= jobs - 1
    assert not (jobs == 1 or count < 2) or not others
    assert tasks.workers_of(os.getpid()) == []


def test_other_processes_take_part(tasks: ModuleType) -> None:
    """Once they have started they do their share."""
    done = list(carry_out(tasks.double, range(400), jobs=2))
    assert len({process for _, process in done}) == 2


def test_a_crew_carries_out_one_task_after_the_other(tasks: ModuleType) -> None:
    """With the same processes, also where one of them had no part in a task."""
    with Crew(3) as crew:
        crew.start(3)
        standing = set(tasks.await_workers(os.getpid(), 2))
        for count in (1, 2, 0, 300, 7):
            done = list(crew.carry_out(tasks.double, range(count), name=str))
            assert [number for number, _ in done] == [2 * number for number in range(count)]
            assert {process for _, process in done} <= {os.getpid(), *standing}
            assert set(tasks.workers_of(os.getpid())) == standing
    assert tasks.workers_of(os.getpid()) == []


def test_a_crew_is_as_large_as_its_task(tasks: ModuleType) -> None:
    """More processes are started as it becomes known that there is more to do, and none for one item."""
    with Crew(4) as crew:
        for items, others in ((0, 0), (1, 0), (3, 2), (2, 2), (9, 3)):
            crew.start(items)
            assert len(tasks.workers_of(os.getpid())) == others
        crew.dismiss()
        assert tasks.workers_of(os.getpid()) == []
        crew.start(9)
        assert {process for _, process in crew.carry_out(tasks.double, range(9), name=str)} == {os.getpid()}


def test_one_process_starts_none(tasks: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much there is to do, and the task need not pickle."""
    monkeypatch.setattr(subprocess, "Popen", None)
    with Crew(1) as crew:
        crew.start(1_000_000)
        assert list(crew.carry_out(lambda number: -number, range(3), name=str)) == [0, -1, -2]


def test_few_results_wait_for_an_earlier_one(tasks: ModuleType, tmp_path: Path) -> None:
    """While one process is long at an item, the driver goes on with so many as may wait, not with all."""
    tasks.done_here.clear()
    task = partial(tasks.late_elsewhere, os.getpid(), str(tmp_path / "mark"))
    done = carry_out(task, range(20), jobs=2)
    late = [(number, max(tasks.done_here)) for number, process in done if process != os.getpid()]
    assert late
    assert all(most < number + 2 * AHEAD for number, most in late)


def test_the_driver_has_its_own_way_and_puts_aside_what_must_wait(tasks: ModuleType, tmp_path: Path) -> None:
    """What came of an item of its own is put aside only where an earlier one is not done."""
    put: list[int] = []

    def aside(result: tuple[int, int]) -> tuple[int, int]:
        put.append(result[0])
        return result

    task = partial(tasks.late_elsewhere, os.getpid(), str(tmp_path / "mark"))
    with Crew(2) as crew:
        done = list(crew.carry_out(task, range(20), name=str, aside=aside))
    assert [number for number, _ in done] == list(range(20))
    assert put == sorted(put) != []
    assert set(put) <= {number for number, process in done if process == os.getpid()}
    with Crew(1) as crew:
        assert list(crew.carry_out(abs, [-3], name=str, own=float)) == [-3.0]


def test_a_process_that_dies_is_named_by_its_item(tasks: ModuleType) -> None:
    """An error, not a hang, and it says what the process was at and what to do."""
    with pytest.raises(WorkerDied, match=r"killed by signal 9 with item \d+; nothing was published.*--jobs 1"):
        list(carry_out(partial(tasks.die_elsewhere, os.getpid()), range(200), jobs=2, name=lambda one: f"item {one}"))
    assert tasks.workers_of(os.getpid()) == []


def test_a_process_that_dies_before_its_task_is_told(tasks: ModuleType) -> None:
    """Nobody waits for what it will never do."""
    with Crew(2) as crew:
        crew.start(2)
        (worker,) = tasks.workers_of(os.getpid())
        os.kill(worker, signal.SIGKILL)
        with pytest.raises(WorkerDied, match=r"killed by signal 9 before it began"):
            list(crew.carry_out(tasks.double, range(200), name=str))
        assert tasks.workers_of(os.getpid()) == []


def test_our_own_errors_arrive_as_they_were(tasks: ModuleType) -> None:
    """The same exception, wherever the task ran."""
    with pytest.raises(SourceError, match=r"item \d is gone"):
        list(carry_out(tasks.refuse, range(9), jobs=2))
    assert tasks.workers_of(os.getpid()) == []


def test_a_foreign_exception_tells_where_and_no_data(tasks: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    """In the driver the exception itself, elsewhere its type and place; never a traceback on the terminal."""
    with pytest.raises((ValueError, RuleCrashed)):
        list(carry_out(tasks.crash, ["ann@acme.com"] * 9, jobs=2))
    assert capfd.readouterr() == ("", "")
    from pipeline.engines.worker import _outcome

    word, failure = _outcome(lambda _: tasks.crash("ann@acme.com"), 0)
    assert word == "failed"
    assert isinstance(failure, RuleCrashed)
    assert "ann@" not in str(failure)
    assert "ValueError" in str(failure)
    assert "engine_tasks.py:" in str(failure)


def test_a_task_that_others_cannot_load_is_said(tasks: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that only this process knows: one sentence, no hang."""
    import sys

    module = ModuleType("only_here")
    exec("import time\ndef slow(number):\n    time.sleep(0.05)\n    return number\n", module.__dict__)
    monkeypatch.setitem(sys.modules, "only_here", module)
    with pytest.raises(RuleCrashed, match="cannot load what it shall do"):
        list(carry_out(module.slow, range(200), jobs=2))
    assert tasks.workers_of(os.getpid()) == []


def test_an_interrupted_driver_ends_the_others_at_once(tasks: ModuleType) -> None:
    """Whoever sleeps is not waited for."""
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(carry_out(partial(tasks.stop_elsewhere, os.getpid()), range(9), jobs=2))
    assert time.monotonic() - begun < 30
    assert tasks.workers_of(os.getpid()) == []


def test_a_task_that_is_not_wanted_any_more_ends_the_others(tasks: ModuleType) -> None:
    """At once, when the iterator is closed; what comes next the driver does alone."""
    with Crew(3) as crew:
        doing = crew.carry_out(tasks.double, range(90), name=str)
        assert next(doing)[0] == 0
        doing.close()
        assert tasks.workers_of(os.getpid()) == []
        assert [number for number, _ in crew.carry_out(tasks.double, range(3), name=str)] == [0, 2, 4]
