"""How fast files are scanned and read into frames, against Arrow's CSV reader alone: `python -m benchmarks.reading`.

Every measurement is a process of its own; processes take turns, round after round, so that a busy machine slows all of
them alike. What counts is the processor's time of the job, imports left out, its median and its ratio to Arrow's.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

COLUMNS = ("E-mail", "First Name", "Last Name", "Title", "Business Phone", "Company", "Website")
FIRST = ("Ann", "Robert", "María", "José", "Zoë", "Liu", "Omar", "Katherine")
LAST = ("Smith", "García", "Müller", "O'Neil", "Johnson", "Kowalska", "Ng")
TITLES = ("Manager", "Director of Sales", "VP Marketing", "Head of Operations", "")
ENDINGS = (" Inc", " Ltd", " Holdings", " GmbH", " Group")

GOALS = {"clean": 2.5, "1% multi-line": 2.5}


def contacts(rows: int, seed: int, *, kind: str = "clean") -> Iterator[str]:
    """Yield the lines of a contact file: one cell of seven is quoted, one in seven of those for its separator.

    Args:
        rows: Records below the header.
        seed: The same seed, the same file.
        kind: `clean`; `multi-line`, one record in a hundred over several lines; `ragged`, each with a cell too many
            (`too short` one too few); `stray`, one in a hundred with a quote inside a cell.
    """
    chance = random.Random(seed)
    yield ",".join(COLUMNS) + "\n"
    for number in range(rows):
        first, last = chance.choice(FIRST), chance.choice(LAST)
        cells = [
            f"{first}.{last}{number}@example{chance.randrange(5000)}.com".lower().replace("'", ""),
            first,
            last,
            chance.choice(TITLES),
            f"({chance.randrange(200, 999)}) {chance.randrange(200, 999)}-{chance.randrange(10_000):04}",
            f"Company {chance.randrange(100_000)}{chance.choice(ENDINGS)}",
            f"https://www.example{chance.randrange(5000)}.com/contact/{number % 97}",
        ]
        quoted = chance.randrange(len(cells))
        one_in_hundred = chance.randrange(100) == 0
        if kind == "multi-line" and one_in_hundred:
            quoted, cells[3] = 3, "Director\nof Sales,\n2nd floor"
        if chance.randrange(7) == 0:
            cells[quoted] = f"{cells[quoted]}, and more"
        cells[quoted] = f'"{cells[quoted]}"'
        if kind == "stray" and one_in_hundred:
            other = (quoted + 1) % len(cells)
            cells[other] = f'the "{cells[other]}"'
        if kind == "ragged":
            cells.append("x")
        elif kind == "too short":
            del cells[(quoted + 1) % len(cells)]
        yield ",".join(cells) + "\n"


FILES = {
    "clean": "clean",
    "1% multi-line": "multi-line",
    "1% stray quotes": "stray",
    "every record too long": "ragged",
    "every record too short": "too short",
}

SHAPES: dict[str, Callable[[int], str]] = {
    "quotes": lambda size: "a,b\n" + '"' * size,
    "delimiters": lambda size: "a,b\n" + "," * size,
    'lines `"a`': lambda size: "a,b\n" + '"a\n' * (size // 3),
    'lines `a","`': lambda size: "a,b\n" + 'a","\n' * (size // 5),
    'lines `a","` and `x`': lambda size: "a,b\n" + ('a","\n' + "x\n" * 8) * (size // 21),
    "one huge cell": lambda size: "a,b\n1," + "x" * size + "\n2,3\n",
    "one huge quoted cell": lambda size: 'a,b\n1,"' + "x\n" * (size // 2) + '"\n2,3\n',
    "blank lines": lambda size: "a,b\n" + "\n" * size,
    "alternating broken rows": lambda size: "a,b\n" + '1,2\n1,"2"x\n' * (size // 11),
    "alternating ragged rows": lambda size: "a,b\n" + "1,2\n1,2,3\n" * (size // 10),
    "100,000 columns": lambda size: (",".join(["x"] * 100_000) + "\n") * max(2, size // 200_000),
    "9,000 columns": lambda size: ",".join(["x"] * 9_000) + "\n" + (",".join(["1"] * 9_000) + "\n") * (size // 18_000),
}


def job_arrow(path: str) -> dict[str, Any]:
    """Read a file with Arrow alone, all cells as text."""
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.csv as pa_csv  # type: ignore[import-untyped]

    begun = time.process_time()
    names = [str(position) for position in range(len(COLUMNS))]
    with pa.memory_map(path) as file:
        table = pa_csv.read_csv(
            file,
            pa_csv.ReadOptions(use_threads=False, column_names=names, skip_rows=1),
            pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=lambda _: "skip"),
            pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    return {"seconds": time.process_time() - begun, "records": table.num_rows}


def job_ours(path: str, range_records: int | None = None) -> dict[str, Any]:
    """Scan a file and read every range into a frame."""
    from pipeline.errors import SourceError
    from pipeline.reading import RANGE_RECORDS, read_all, scan

    begun = time.process_time()
    scanned, kept, broken = begun, 0, 0
    with tempfile.TemporaryDirectory() as spool:
        try:
            source = scan(path, spool=Path(spool), range_records=range_records or RANGE_RECORDS)
            scanned = time.process_time()
            for table in read_all(source):
                kept += len(table.frame)
                broken += len(table.broken)
        except SourceError as reason:
            return {"seconds": time.process_time() - begun, "refused": str(reason)}
    ended = time.process_time()
    return {"seconds": ended - begun, "scan": scanned - begun, "records": kept, "broken": broken}


def measure(job: str, path: Path, *more: str) -> dict[str, Any]:
    """Return what a job says of itself, run in a process of its own, and the most memory that it had, in MiB."""
    command = [sys.executable, "-m", "benchmarks.reading", "--job", job, str(path), *more]
    said: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return said


def compare(folder: Path, rows: int, rounds: int, seed: int, range_records: int | None) -> Iterator[str]:
    """Yield the lines of the table of files."""
    more = [str(range_records)] if range_records else []
    yield "| file | MB | Arrow alone, s | scan, s | scan and read, s | ratio | goal | peak MiB | kept | broken |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    medians: dict[str, float] = {}
    for name, kind in FILES.items():
        path = folder / "contacts.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(contacts(rows, seed, kind=kind))
        arrow: list[dict[str, Any]] = []
        ours: list[dict[str, Any]] = []
        for _ in range(rounds):
            arrow.append(measure("arrow", path))
            ours.append(measure("ours", path, *more))
        ratio = statistics.median(b["seconds"] / a["seconds"] for a, b in zip(arrow, ours, strict=True))
        medians[name] = statistics.median(one["seconds"] for one in ours)
        shown, goal = f"{ratio:.2f}", f"{GOALS[name]}" if name in GOALS else ""
        if name.startswith("every"):
            shown, goal = f"{medians[name] / medians['clean']:.2f} × clean", "2 × clean"
        yield (
            f"| {name} | {path.stat().st_size / 1e6:.0f} | {statistics.median(one['seconds'] for one in arrow):.2f} "
            f"| {statistics.median(one['scan'] for one in ours):.2f} | {medians[name]:.2f} | {shown} | {goal} "
            f"| {max(one['peak'] for one in ours):.0f} | {ours[0]['records']:,} | {ours[0]['broken']:,} |"
        )


def grow(folder: Path, rounds: int) -> Iterator[str]:
    """Yield the lines of the table of shapes that must take time in proportion to their size."""
    yield "| shape | 1 MB, s | 10 MB, s | ratio (at most 15) | peak MiB | said |"
    yield "|---|---|---|---|---|---|"
    for name, shape in SHAPES.items():
        seconds: list[float] = []
        said: dict[str, Any] = {}
        for size in (1_000_000, 10_000_000):
            path = folder / "shape.csv"
            path.write_text(shape(size), encoding="utf-8", newline="")
            runs = [measure("ours", path) for _ in range(rounds)]
            seconds.append(statistics.median(one["seconds"] for one in runs))
            said = runs[0]
        what = said.get("refused") or f"{said['records']:,} kept, {said['broken']:,} broken"
        ratio = seconds[1] / seconds[0]
        yield f"| {name} | {seconds[0]:.3f} | {seconds[1]:.3f} | {ratio:.1f} | {said['peak']:.0f} | {what[:90]} |"


def main() -> None:
    """Print the tables, or do one job of theirs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--range-records", type=int)
    parser.add_argument("--only", choices=["files", "shapes"])
    parser.add_argument("--job", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.job:
        job, path, *more = asked.job
        said = job_arrow(path) if job == "arrow" else job_ours(path, *map(int, more))
        said["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(said))
        return
    with tempfile.TemporaryDirectory() as folder:
        if asked.only != "shapes":
            for line in compare(Path(folder), asked.rows, asked.rounds, asked.seed, asked.range_records):
                print(line, flush=True)
            print()
        if asked.only != "files":
            for line in grow(Path(folder), min(3, asked.rounds)):
                print(line, flush=True)


if __name__ == "__main__":
    main()
