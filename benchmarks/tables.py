"""The tables of `benchmarks.pipeline`: each function runs what it needs and yields the lines of one."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec

from benchmarks.processes import Usage, measure, median
from benchmarks.running import FLOOR, NAIVE, RIVALS, Bench, Rival, has_jobs

FEW = 10
"""Records of the file that shows what a program needs to start."""

GOALS = (
    ("1,000,000 records, wall, against pandas' read and write", "at most 0.80, then 0.60, better 0.45", "wall 1000000"),
    ("1,000,000 records, CPU, against Pandera and the libraries", "at least 50 times less, better 70", "naive 1000000"),
    ("10,000,000 records, records a second of one process", "at least 400,000", "speed 10000000"),
    ("10,000,000 records, two processes", "at least 1.6 times faster", "jobs 10000000"),
    ("1,000,000 records, two processes", "", "jobs 1000000"),
    ("peak memory of one process", "at most 220 MiB and 16 bytes a record", "memory"),
    ("check of 10 records, wall, against `import pandera.pandas`", "at most 1.25", "start"),
    ("calls of the libraries for 1,000,000 records", "at most 20,000", "calls 1000000"),
    ("every record wrong, wall, against every record right", "at most 2", "wrong"),
    ("cells judged otherwise than by the libraries, without a reason", "0", "agreement"),
)
"""What was aimed at, and the figure that is held against it."""


def compare(bench: Bench, sizes: Sequence[int]) -> Iterator[str]:
    """Yield the table of ours against the others, for each size of file."""
    yield "| program | records | wall s | CPU s | peak MiB | records/s | wall : pandas | CPU : pandas | CPU : ours |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    for rows in sizes:
        file = bench.file(rows)
        ours, floor = list[Usage](), list[Usage]()
        for _ in range(bench.rounds):
            ours.append(bench.ours(file))
            floor.append(bench.rival(FLOOR, file))
        walls = _ratio([one.wall for one in ours], [one.wall for one in floor])
        cpus = _ratio([one.cpu for one in ours], [one.cpu for one in floor])
        us, pandas = median(ours), median(floor)
        bench.shares(rows)
        bench.figures[f"wall {rows}"] = f"{walls:.2f} (CPU {cpus:.2f})"
        bench.figures[f"speed {rows}"] = f"{rows / us.wall:,.0f}"
        yield _line("**contactprep prepare**", rows, us, f"**{walls:.2f}**", f"{cpus:.2f}", "1")
        yield _line(FLOOR.title, rows, pandas, "1", "1", f"{1 / cpus:.2f}")
        for rival in RIVALS:
            if not all(map(find_spec, rival.needs)):
                yield f"| {rival.title} | not installed: `pip install -e '.[bench]'` | | | | | | | |"
                continue
            used, how = _scaled(bench, rival, rows)
            if rival is NAIVE:
                bench.figures[f"naive {rows}"] = f"{used.cpu / us.cpu:.0f} times{how and ', scaled'}"
            ratios = (f"{used.wall / pandas.wall:.1f}", f"{used.cpu / pandas.cpu:.1f}", f"{used.cpu / us.cpu:.1f}")
            yield _line(f"{rival.title}{how}", rows, used, *ratios)


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def _line(title: str, rows: int, used: Usage, *ratios: str) -> str:
    numbers = (f"{rows:,}", f"{used.wall:.2f}", f"{used.cpu:.2f}", f"{used.peak:.0f}", f"{rows / used.wall:,.0f}")
    return f"| {title} | {' | '.join((*numbers, *ratios))} |"


def _scaled(bench: Bench, rival: Rival, rows: int) -> tuple[Usage, str]:
    """Return what a rival takes for so many records, and a remark if that is not measured but scaled."""
    tried = min(rows, bench.rival_rows)
    used = bench.tried(rival, tried)
    if tried == rows:
        return used, ""
    start = bench.tried(rival, FEW)
    times = (rows - FEW) / (tried - FEW)
    wall, cpu = (few + (many - few) * times for few, many in ((start.wall, used.wall), (start.cpu, used.cpu)))
    return Usage(wall, cpu, used.peak), f" (scaled from {tried:,} records, peak as there)"


def shares(bench: Bench, sizes: Sequence[int]) -> Iterator[str]:
    """Yield what the realistic mix comes to; after `compare` only."""
    yield "| records | MB | rejected | of these duplicates | accepted with a changed cell | cells changed | findings |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    for rows in sizes:
        yield bench.shares(rows)


def agree(bench: Bench, rows: int) -> tuple[list[str], bool]:
    """Return the comparison with the libraries' verdicts, and whether it found nothing unexplained."""
    file = bench.file(rows)
    bench.ours(file)
    command = [sys.executable, "-m", "benchmarks.agreement", str(file), str(bench.prepared)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if done.returncode not in (0, 1) or not done.stdout:
        return [done.stderr.strip()], False
    return done.stdout.splitlines(), done.returncode == 0


def right_wrong(bench: Bench, rows: int) -> Iterator[str]:
    """Yield every record wrong against every record right."""
    runs: dict[str, list[Usage]] = {"right": [], "wrong": []}
    for _ in range(bench.rounds):
        for kind, used in runs.items():
            used.append(bench.ours(bench.file(rows, kind)))
    yield "| file | records | MB | wall s | CPU s | peak MiB | wall : right | CPU : right |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for kind, used in runs.items():
        one, right = median(used), runs["right"]
        wall = _ratio([each.wall for each in used], [each.wall for each in right])
        cpu = _ratio([each.cpu for each in used], [each.cpu for each in right])
        bench.figures["wrong"] = f"{wall:.2f} (CPU {cpu:.2f})"
        size = bench.file(rows, kind).stat().st_size / 1e6
        numbers = f"{rows:,} | {size:.0f} | {one.wall:.2f} | {one.cpu:.2f} | {one.peak:.0f} | {wall:.2f} | {cpu:.2f}"
        yield f"| every record {kind} | {numbers} |"


def jobs_scaling(bench: Bench, rows: int) -> Iterator[str]:
    """Yield one process against two."""
    if not has_jobs():
        yield "`prepare` has no option `--jobs`: one process."
        return
    runs: dict[int, list[Usage]] = {1: [], 2: []}
    file = bench.file(rows)
    for _ in range(bench.rounds):
        for jobs, used in runs.items():
            used.append(bench.ours(file, jobs))
    yield "| processes | records | wall s | CPU s | peak of one, MiB | times faster | CPU : one process |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    for jobs, used in runs.items():
        one = median(used)
        faster = _ratio([each.wall for each in runs[1]], [each.wall for each in used])
        cpu = _ratio([each.cpu for each in used], [each.cpu for each in runs[1]])
        bench.figures[f"jobs {rows}"] = f"{faster:.2f}"
        yield f"| {jobs} | {rows:,} | {one.wall:.2f} | {one.cpu:.2f} | {one.peak:.0f} | {faster:.2f} | {cpu:.2f} |"


def memory(bench: Bench, sizes: Sequence[int]) -> Iterator[str]:
    """Yield the peak of one process by the size of the file."""
    yield "| records | peak MiB | against the smallest |"
    yield "|---:|---:|---:|"
    for file in map(bench.file, sizes):
        if not bench.peaks[file.name]:
            bench.ours(file)
    peaks = [max(bench.peaks[bench.file(rows).name]) for rows in sizes]
    bench.figures["memory"] = f"{max(peaks):.0f} MiB, {peaks[-1] / peaks[0] - 1:+.0%} to {sizes[-1]:,} records"
    for rows, peak in zip(sizes, peaks, strict=True):
        yield f"| {rows:,} | {peak:.0f} | {peak / peaks[0] - 1:+.0%} |"


def start(bench: Bench, times: int) -> Iterator[str]:
    """Yield a check of ten records against the bare import of Pandera."""
    file = bench.file(FEW)
    commands: dict[str, Callable[[], Usage]] = {
        "`contactprep check`, 10 records": lambda: measure(
            [sys.executable, "-m", "pipeline", "check", str(file)], statuses=(0, 1)
        ),
        "`import pandera.pandas`, nothing else": lambda: measure([sys.executable, "-c", "import pandera.pandas"]),
        f"{NAIVE.title}, 10 records": lambda: bench.rival(NAIVE, file),
    }
    runs: dict[str, list[Usage]] = {title: [] for title in commands}
    for _ in range(times + 1):
        for title, run in commands.items():
            runs[title].append(run())
    yield f"| program, median of {times} | wall ms | CPU ms | peak MiB |"
    yield "|---|---:|---:|---:|"
    # The first of each filled the disk's cache and wrote the bytecode.
    walls = [[one.wall for one in used[1:]] for used in runs.values()]
    bench.figures["start"] = f"{_ratio(walls[0], walls[1]):.2f}"
    for title, used in runs.items():
        one = median(used[1:])
        yield f"| {title} | {1_000 * one.wall:.0f} | {1_000 * one.cpu:.0f} | {one.peak:.0f} |"


def inside(bench: Bench, what: str, rows: int) -> Iterator[str]:
    """Yield the tables of `benchmarks.inside`, made in another process."""
    command = [sys.executable, "-m", "benchmarks.inside", what, str(bench.file(rows))]
    yield f"{rows:,} records."
    yield ""
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8").stdout
    counts = re.findall(r"^\| `(?:email_validator|phonenumbers)\.\w+` \| ([\d,]+)", said, re.MULTILINE)
    if what == "calls":
        bench.figures[f"calls {rows}"] = f"{sum(int(count.replace(',', '')) for count in counts):,}"
    yield from said.splitlines()


def goals(bench: Bench) -> Iterator[str]:
    """Yield the goals and what this run has to say to them."""
    yield "| what | goal | measured |"
    yield "|---|---|---|"
    for what, goal, figure in GOALS:
        yield f"| {what} | {goal} | {bench.figures.get(figure, 'not in this run')} |"
