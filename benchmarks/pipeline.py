"""What `prepare` takes, against what others take with the same file: `python -m benchmarks.pipeline [--rows N ...]`.

Every measurement is a process of its own, start and imports included; programs take turns, round after round, so that
a busy machine slows all of them alike. Ratios are medians over the rounds. A rival that would take minutes runs on
the first records only, and is scaled: its time on ten records once, the rest in proportion.

The first three modes below run by themselves or together; without one it is `--compare`.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from benchmarks.processes import Usage, measure, median

ROWS = (100_000, 1_000_000)
FEW = 10
DOCUMENT = Path("docs/performance.md")
_BLOCK = r"(<!-- measured: {name} -->\n).*?(<!-- end measured -->)"


@dataclass(frozen=True)
class Rival:
    """Another program that takes a contact file.

    Attributes:
        title: What the tables call it.
        module: Its name in `benchmarks.baselines`.
        needs: What must be installed for it.
        scaled: Whether it runs on the first records only.
    """

    title: str
    module: str
    needs: tuple[str, ...] = ()
    scaled: bool = True

    def command(self, file: Path, out: Path) -> list[str]:
        """Return the command line."""
        return [sys.executable, "-m", f"benchmarks.baselines.{self.module}", str(file), "-o", str(out)]


FLOOR = Rival("pandas, read and write", "round_trip", scaled=False)
NAIVE = Rival("Pandera and the libraries, value by value", "naive")
RIVALS = (
    NAIVE,
    Rival("Pydantic, row by row", "pydantic_rows", ("pydantic", "pydantic_extra_types")),
    Rival("frictionless, no phones, no output", "frictionless_rows", ("frictionless",)),
)


class Bench:
    """Makes the files, each once, and runs the programs.

    Attributes:
        folder: Where everything is put.
        seed: The files' seed.
        rounds: How often programs take turns.
        rival_rows: On how many records a slow rival runs at most.
    """

    def __init__(self, folder: Path, seed: int, rounds: int, rival_rows: int) -> None:
        self.folder, self.seed, self.rounds, self.rival_rows = folder, seed, rounds, rival_rows

    def file(self, rows: int, kind: str = "realistic") -> Path:
        """Return a contact file, made in another process."""
        path = self.folder / f"{kind}-{rows}.csv"
        if not path.exists():
            what = ["--rows", str(rows), "--seed", str(self.seed), "--kind", kind, "-o", str(path)]
            subprocess.run([sys.executable, "-m", "benchmarks.contacts", *what], check=True)
        return path

    def ours(self, file: Path, jobs: int = 1) -> Usage:
        """Run `prepare`; the folder is left for whoever wants to look into it."""
        shutil.rmtree(self.prepared, ignore_errors=True)
        command = [sys.executable, "-m", "pipeline", "prepare", str(file), "-o", str(self.prepared)]
        if has_jobs():
            command += ["--jobs", str(jobs)]
        # 1 says that records were rejected.
        return measure(command, statuses=(0, 1))

    @property
    def prepared(self) -> Path:
        """The folder of the last run of ours."""
        return self.folder / "ours-prepared"

    def rival(self, rival: Rival, file: Path) -> Usage:
        """Run another program."""
        out = self.folder / "rival"
        shutil.rmtree(out, ignore_errors=True)
        return measure(rival.command(file, out))


@cache
def has_jobs() -> bool:
    """Return whether `prepare` can be told how many processes to use."""
    command = [sys.executable, "-m", "pipeline", "prepare", "--jobs", "1", "--help"]
    return subprocess.run(command, capture_output=True).returncode == 0


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
        yield _line("**contactprep prepare**", rows, us, f"**{walls:.2f}**", f"{cpus:.2f}", "1")
        yield _line(FLOOR.title, rows, pandas, "1", "1", f"{1 / cpus:.2f}")
        for rival in RIVALS:
            if not all(map(find_spec, rival.needs)):
                yield f"| {rival.title} | not installed: `pip install -e '.[bench]'` | | | | | | | |"
                continue
            used, how = _scaled(bench, rival, rows)
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
    used = _tried(bench, rival, tried)
    if tried == rows:
        return used, ""
    start = _tried(bench, rival, FEW)
    times = (rows - FEW) / (tried - FEW)
    wall, cpu = (few + (many - few) * times for few, many in ((start.wall, used.wall), (start.cpu, used.cpu)))
    return Usage(wall, cpu, used.peak), f" (scaled from {tried:,} records, peak as there)"


_rivals_tried: dict[tuple[str, int], Usage] = {}


def _tried(bench: Bench, rival: Rival, rows: int) -> Usage:
    key = (rival.module, rows)
    if key not in _rivals_tried:
        _rivals_tried[key] = bench.rival(rival, bench.file(rows))
    return _rivals_tried[key]


def shares(bench: Bench, sizes: Sequence[int]) -> Iterator[str]:
    """Yield what the realistic mix comes to."""
    yield "| records | MB | rejected | of these duplicates | accepted with a changed cell | cells changed | findings |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    for rows in sizes:
        file = bench.file(rows)
        bench.ours(file)
        counts = json.loads((bench.prepared / "report.json").read_text("utf-8"))["counts"]
        records = counts["records"]
        with (bench.prepared / "changes.csv").open(encoding="utf-8", newline="") as lines:
            changed, before = 0, ""
            for record, *_ in csv.reader(lines):
                changed, before = changed + (record != before), record
        findings = counts["errors"] + counts["warnings"] + counts["infos"]
        yield (
            f"| {records:,} | {file.stat().st_size / 1e6:.0f} | {counts['rejected'] / records:.1%} "
            f"| {counts['duplicates'] / records:.1%} | {(changed - 1) / records:.1%} "
            f"| {counts['changed_cells']:,} | {findings:,} |"
        )


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
        yield f"| {jobs} | {rows:,} | {one.wall:.2f} | {one.cpu:.2f} | {one.peak:.0f} | {faster:.2f} | {cpu:.2f} |"


def memory(bench: Bench, sizes: Sequence[int]) -> Iterator[str]:
    """Yield the peak of one process by the size of the file."""
    yield "| records | peak MiB | against the smallest |"
    yield "|---:|---:|---:|"
    peaks = [max(bench.ours(bench.file(rows)).peak for _ in range(min(2, bench.rounds))) for rows in sizes]
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
    for title, used in runs.items():
        # The first of each filled the disk's cache and wrote the bytecode.
        one = median(used[1:])
        yield f"| {title} | {1_000 * one.wall:.0f} | {1_000 * one.cpu:.0f} | {one.peak:.0f} |"


def inside(bench: Bench, what: str, rows: int) -> Iterator[str]:
    """Yield the tables of `benchmarks.inside`, made in another process."""
    command = [sys.executable, "-m", "benchmarks.inside", what, str(bench.file(rows))]
    yield f"{rows:,} records."
    yield ""
    yield from subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ).stdout.splitlines()


def machine() -> str:
    """Return what the figures depend on, without a date or a name."""
    named = ("pandas", "pandera", "pyarrow", "email-validator", "phonenumbers", "pydantic", "frictionless")
    versions = [f"{name} {_version(name)}" for name in named if _version(name)]
    return f"{os.cpu_count()} processor cores, Python {platform.python_version()}, {', '.join(versions)}."


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def replace(text: str, name: str, lines: Sequence[str]) -> str:
    """Return a document with the block of that name replaced.

    Raises:
        ValueError: It has no such block.
    """
    body = "\n".join(lines) + "\n"
    pattern = re.compile(_BLOCK.format(name=re.escape(name)), re.DOTALL)
    replaced, count = pattern.subn(lambda found: found[1] + body + found[2], text)
    if count != 1:
        raise ValueError(f"the document has no block `measured: {name}`, or several")
    return replaced


def main() -> int:
    """Print the tables that were asked for; return 1 if ours and the libraries disagree without a reason."""
    asked = _arguments()
    wrong = False
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        bench = Bench(Path(folder), asked.seed, asked.rounds, asked.rival_rows)
        # The largest that was asked for, but for the modes that run many times or in slow motion.
        largest, some = max(asked.rows), min(max(asked.rows), 1_000_000)
        tables: list[tuple[str, Callable[[], Iterator[str]]]] = []
        if asked.compare:
            tables += [("compare", lambda: compare(bench, asked.rows)), ("shares", lambda: shares(bench, asked.rows))]
        if asked.shape:
            tables.append(("right-wrong", lambda: right_wrong(bench, some)))
        if asked.jobs_scaling:
            tables.append(("jobs-scaling", lambda: jobs_scaling(bench, largest)))
        if asked.memory:
            tables.append(("memory", lambda: memory(bench, sorted(asked.rows))))
        if asked.start:
            tables.append(("start", lambda: start(bench, 15)))
        if asked.calls:
            tables.append(("calls", lambda: inside(bench, "calls", some)))
        if asked.profile:
            tables.append(("profile", lambda: inside(bench, "profile", min(asked.rows))))
        done: dict[str, list[str]] = {"machine": _show("machine", iter([machine()]))}
        for name, make in tables:
            done[name] = _show(name, make())
        if asked.compare:
            lines, agreed = agree(bench, min(some, asked.agree_rows))
            done["agreement"], wrong = _show("agreement", iter(lines)), not agreed
    if asked.write and not wrong:
        text = asked.write.read_text("utf-8")
        for name, lines in done.items():
            if name != "profile":
                text = replace(text, name, lines)
        asked.write.write_text(text, "utf-8")
    return 1 if wrong else 0


def _show(name: str, lines: Iterator[str]) -> list[str]:
    print(f"\n{name}\n", flush=True)
    kept: list[str] = []
    for line in lines:
        print(line, flush=True)
        kept.append(line)
    return kept


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.pipeline", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="+", default=list(ROWS), help="sizes of the files")
    parser.add_argument("--rounds", type=int, default=5, help="how often programs take turns")
    parser.add_argument("--rival-rows", type=int, default=100_000, help="most records for a slow rival")
    parser.add_argument("--agree-rows", type=int, default=100_000, help="most records for the comparison of verdicts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where files are made; the system's temporary directory")
    parser.add_argument("--compare", action="store_true", help="ours against the others; shares; verdicts")
    parser.add_argument("--shape", choices=["right-wrong"], help="every record wrong against every record right")
    parser.add_argument("--jobs-scaling", action="store_true", help="one process against two")
    parser.add_argument("--memory", action="store_true", help="the peak by the size of the file")
    parser.add_argument("--start", action="store_true", help="ten records against the import of Pandera")
    parser.add_argument("--calls", action="store_true", help="how often the libraries are called")
    parser.add_argument("--profile", action="store_true", help="where the time goes, for the smallest of the files")
    parser.add_argument("--all", action="store_true", help="all of these but the profile")
    parser.add_argument(
        "--write", type=Path, nargs="?", const=DOCUMENT, help=f"put the tables into a document, {DOCUMENT} by default"
    )
    asked = parser.parse_args()
    if asked.all:
        asked.compare = asked.jobs_scaling = asked.memory = asked.start = asked.calls = True
        asked.shape = "right-wrong"
    modes = (asked.shape, asked.jobs_scaling, asked.memory, asked.start, asked.calls, asked.profile)
    asked.compare = asked.compare or not any(modes)
    return asked


if __name__ == "__main__":
    sys.exit(main())
