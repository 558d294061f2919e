"""Runs `prepare` and its rivals on made files, and remembers what the runs came to."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.processes import Usage, measure


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
        peaks: The peaks of single-process runs of ours, by the file's name.
        figures: What the goals are held against, by name.
    """

    def __init__(self, folder: Path, seed: int, rounds: int, rival_rows: int) -> None:
        self.folder, self.seed, self.rounds, self.rival_rows = folder, seed, rounds, rival_rows
        self.peaks: defaultdict[str, list[float]] = defaultdict(list)
        self.figures: dict[str, str] = {}
        self._shares: dict[int, str] = {}
        self._tried: dict[tuple[str, int], Usage] = {}

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
        used = measure(command, statuses=(0, 1))
        if jobs == 1:
            self.peaks[file.name].append(used.peak)
        return used

    @property
    def prepared(self) -> Path:
        """The folder of the last run of ours."""
        return self.folder / "ours-prepared"

    def shares(self, rows: int) -> str:
        """Return the line of the table of shares; reads the folder of the last run, which must be of this file."""
        if rows not in self._shares:
            counts = json.loads((self.prepared / "report.json").read_text("utf-8"))["counts"]
            records, changed, before = counts["records"], -1, ""
            with (self.prepared / "changes.csv").open(encoding="utf-8", newline="") as lines:
                for record, *_ in csv.reader(lines):
                    changed, before = changed + (record != before), record
            findings = counts["errors"] + counts["warnings"] + counts["infos"]
            self._shares[rows] = (
                f"| {records:,} | {self.file(rows).stat().st_size / 1e6:.1f} | {counts['rejected'] / records:.1%} "
                f"| {counts['duplicates'] / records:.1%} | {changed / records:.1%} "
                f"| {counts['changed_cells']:,} | {findings:,} |"
            )
        return self._shares[rows]

    def rival(self, rival: Rival, file: Path) -> Usage:
        """Run another program."""
        out = self.folder / "rival"
        shutil.rmtree(out, ignore_errors=True)
        return measure(rival.command(file, out))

    def tried(self, rival: Rival, rows: int) -> Usage:
        """Run another program once on so many records; the next time its run is remembered."""
        if (rival.module, rows) not in self._tried:
            self._tried[rival.module, rows] = self.rival(rival, self.file(rows))
        return self._tried[rival.module, rows]


@cache
def has_jobs() -> bool:
    """Return whether `prepare` can be told how many processes to use."""
    command = [sys.executable, "-m", "pipeline", "prepare", "--jobs", "1", "--help"]
    return subprocess.run(command, capture_output=True).returncode == 0
