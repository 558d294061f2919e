"""Whole runs over several processes: the same bytes, a death that is named, and a stop that leaves nothing."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline import Reading, SourceError, check, prepare
from tests.engines import engine_tasks

SAMPLES = Path(__file__).parents[2] / "sample_data"

# Run as a script without a main guard, as people write them; ranges are small so that there are many.
SCRIPT = """
import sys
import engine_tasks
import pipeline.preparing.running as running
running.prepare_batch, running.spill_batch = engine_tasks.slow_batch, engine_tasks.death
from pipeline import Reading, prepare
from pipeline.errors import PipelineError
try:
    prepare(sys.argv[1], out=sys.argv[2], reading=Reading(range_records=2_000), jobs=2)
except PipelineError as failure:
    print(failure, file=sys.stderr)
    sys.exit(failure.exit_status)
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in folder.iterdir()}


def await_worker(process: subprocess.Popen[str]) -> int:
    """Return a worker of a process once there is one."""
    found = engine_tasks.await_workers(process.pid)
    assert found, "no other process took part"
    return found[0]


def await_batches(folder: Path) -> None:
    """Wait until the first batches of an output are judged."""
    until = time.monotonic() + 60
    while not list(folder.glob("*/pieces")) and time.monotonic() < until:
        time.sleep(0.005)


@pytest.fixture
def contacts(tmp_path: Path) -> Path:
    """Return a file of 150,000 contacts, some of them twice."""
    path = tmp_path / "contacts.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("email,phone,website\n")
        for number in range(150_000):
            file.write(
                f"ann{number % 149_900}@acme{number % 97}.com,(202) 222-{number % 10_000:04},acme{number % 97}.com\n"
            )
    return path


@pytest.mark.parametrize("jobs", [2, 3])
@pytest.mark.parametrize("name", ["messy.csv", "tab_utf16.txt"])
def test_the_number_of_processes_leaves_no_trace(name: str, jobs: int, tmp_path: Path) -> None:
    """Every file has the same bytes, and a check says the same."""
    alone = prepare(SAMPLES / name, out=tmp_path / "alone")
    several = prepare(SAMPLES / name, out=tmp_path / "several", reading=Reading(range_records=2), jobs=jobs)
    assert contents(several.folder) == contents(alone.folder)
    assert check(SAMPLES / name, reading=Reading(range_records=3), jobs=jobs).data == alone.report.data


def test_a_killed_worker_ends_the_run_with_its_range(contacts: Path, tmp_path: Path) -> None:
    """Exit 70, one line that names the records it was at, nothing published, nothing left behind."""
    command = [sys.executable, "-c", SCRIPT, str(contacts), str(tmp_path / "out")]
    path = os.pathsep.join([str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    process = subprocess.run(
        command, stderr=subprocess.PIPE, text=True, timeout=120, check=False, env={**os.environ, "PYTHONPATH": path}
    )
    said = process.stderr
    assert process.returncode == 70, said
    assert "killed by signal 9" in said
    assert " records " in said
    assert len(said.splitlines()) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["contacts.csv"]


@pytest.mark.parametrize("moment", ["scanning", "judging"])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_run_stops_cleanly(
    number: signal.Signals, status: int, moment: str, contacts: Path, tmp_path: Path
) -> None:
    """The workers end with it, whether they stand and wait or are at work, and nothing half-written is left."""
    code = "import sys; from pipeline.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "prepare", "-", "-o", str(tmp_path / "out"), "--jobs", "2"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdin is not None
        # The file's end comes only with the end of this: until then the rest of it is waited for.
        process.stdin.write(contacts.read_text())
        process.stdin.flush()
        worker = await_worker(process)
        if moment == "judging":
            process.stdin.close()
            process.stdin = None
            await_batches(tmp_path)
        os.killpg(process.pid, number)
        said = process.communicate(timeout=120)[1]
    assert process.returncode == status, said
    assert len(said.splitlines()) == 1
    assert not Path(f"/proc/{worker}").exists()
    assert [entry.name for entry in tmp_path.iterdir()] == ["contacts.csv"]


class Broken(io.RawIOBase):
    """A stream that fails once some bytes were read."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes."""
        if not (data := self._file.read(size)):
            assert engine_tasks.workers_of(os.getpid())
            raise OSError("the line went dead")
        return data


def test_a_scan_that_fails_leaves_no_worker(contacts: Path, tmp_path: Path) -> None:
    """Those that it had started have ended when the error arrives."""
    with pytest.raises(SourceError, match="the line went dead"):
        check(Broken(contacts.read_bytes()), reading=Reading(range_records=2_000), jobs=2)
    assert engine_tasks.workers_of(os.getpid()) == []


def test_a_stop_that_somebody_swallows_is_not_lost(tmp_path: Path) -> None:
    """Foreign code may take our exception for a failure of its own; the run ends all the same."""
    code = (
        "import os, signal, sys, time\n"
        "import pipeline.preparing.running as running\n"
        "from pipeline.cli import main\n"
        "scan = running.scan\n"
        "def swallowing(*arguments, **options):\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        time.sleep(1)\n"
        "    except BaseException:\n"
        "        pass\n"
        "    return scan(*arguments, **options)\n"
        "running.scan = swallowing\n"
        "sys.exit(main())\n"
    )
    command = [sys.executable, "-c", code, "prepare", str(SAMPLES / "contacts.csv"), "-o", str(tmp_path / "out")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 143, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
