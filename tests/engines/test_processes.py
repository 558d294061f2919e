"""Tasks over several processes: nothing lost, nothing twice, and a process that dies is named by what it was at."""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.engines import carry_out
from pipeline.errors import RuleCrashed, SourceError, WorkerDied


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    import engine_tasks

    return engine_tasks


@pytest.mark.parametrize("jobs", [1, 2, 4])
@pytest.mark.parametrize("count", [0, 1, 2, 30])
def test_each_item_is_carried_out_once(jobs: int, count: int, tasks: ModuleType) -> None:
    """Whoever does it; and with two processes or more the driver is not alone."""
    done = list(carry_out(tasks.double, range(count), jobs=jobs, name=str))
    assert sorted(number for number, _ in done) == [2 * number for number in range(count)]
    others = {process for _, process in done} - {os.getpid()}
    assert len(others) <= jobs - 1
    assert not (jobs == 1 or count < 2) or not others
    assert tasks.workers_of(os.getpid()) == []


def test_other_processes_take_part(tasks: ModuleType) -> None:
    """Once they have started they do their share."""
    done = list(carry_out(tasks.double, range(400), jobs=2, name=str))
    assert len({process for _, process in done}) == 2


def test_a_process_that_dies_is_named_by_its_item(tasks: ModuleType) -> None:
    """An error, not a hang, and it says what the process was at and what to do."""
    with pytest.raises(WorkerDied, match=r"killed by signal 9 with item \d+; nothing was published.*--jobs 1"):
        list(carry_out(partial(tasks.die_elsewhere, os.getpid()), range(200), jobs=2, name=lambda one: f"item {one}"))
    assert tasks.workers_of(os.getpid()) == []


def test_our_own_errors_arrive_as_they_were(tasks: ModuleType) -> None:
    """The same exception, wherever the task ran."""
    with pytest.raises(SourceError, match=r"item \d is gone"):
        list(carry_out(tasks.refuse, range(9), jobs=2, name=str))
    assert tasks.workers_of(os.getpid()) == []


def test_a_foreign_exception_tells_where_and_no_data(tasks: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    """In the driver the exception itself, elsewhere its type and place; never a traceback on the terminal."""
    with pytest.raises((ValueError, RuleCrashed)):
        list(carry_out(tasks.crash, ["ann@acme.com"] * 9, jobs=2, name=str))
    assert capfd.readouterr() == ("", "")
    from pipeline.engines.worker import _outcome

    word, failure = _outcome(tasks.crash, "ann@acme.com")
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
        list(carry_out(module.slow, range(200), jobs=2, name=str))
    assert tasks.workers_of(os.getpid()) == []


def test_an_interrupted_driver_ends_the_others_at_once(tasks: ModuleType) -> None:
    """Whoever sleeps is not waited for."""
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(carry_out(partial(tasks.stop_elsewhere, os.getpid()), range(9), jobs=2, name=str))
    assert time.monotonic() - begun < 30
    assert tasks.workers_of(os.getpid()) == []
