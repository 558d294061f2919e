"""What `prepare` takes, against what others take with the same file: `python -m benchmarks.pipeline [--rows N ...]`.

Every measurement is a process of its own, start and imports included; programs take turns, round after round, so that
a busy machine slows all of them alike. Ratios are medians over the rounds. A rival that would take minutes runs on
the first records only, and is scaled: its time on ten records once, the rest in proportion.

Without a mode it is `--compare`; modes can be combined.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import tables as make
from benchmarks.running import Bench

ROWS = (100_000, 1_000_000)
DOCUMENT = Path("docs/performance.md")
_BLOCK = r"(<!-- measured: {name} -->\n).*?(<!-- end measured -->)"


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
            tables += [
                ("compare", lambda: make.compare(bench, asked.rows)),
                ("shares", lambda: make.shares(bench, asked.rows)),
            ]
        if asked.shape:
            tables.append(("right-wrong", lambda: make.right_wrong(bench, some)))
        if asked.jobs_scaling:
            tables.append(("jobs-scaling", lambda: make.jobs_scaling(bench, largest)))
        if asked.memory:
            tables.append(("memory", lambda: make.memory(bench, sorted(asked.rows))))
        if asked.start:
            tables.append(("start", lambda: make.start(bench, 15)))
        if asked.calls:
            tables.append(("calls", lambda: make.inside(bench, "calls", some)))
        if asked.profile:
            tables.append(("profile", lambda: make.inside(bench, "profile", min(asked.rows))))
        done: dict[str, list[str]] = {"machine": _show("machine", iter([machine()]))}
        for name, table in tables:
            done[name] = _show(name, table())
        if asked.compare:
            lines, agreed = make.agree(bench, min(some, asked.agree_rows))
            done["agreement"], wrong = _show("agreement", iter(lines)), not agreed
            bench.figures["agreement"] = "more" if wrong else "0"
        if asked.all:
            done["goals"] = _show("goals", make.goals(bench))
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
