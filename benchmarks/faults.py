"""Every fault of the matrix, judged by the server's ledger: `python -m benchmarks.faults` writes docs/faults.md.

Each fault is run through the library, with retries and without, and through the installed command where its own
patience allows. Faults that come together are drawn by seeds. Ends with 1 if a run broke a promise.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.cases import CASES, Case, combined
from tests.faults.running import Done, installed_command, prepare_template, run_case

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "faults.md"
NO_RETRIES, RETRIES, COMMAND = "library, no retries", "library, retries", "command"
PROMISES = ("lost", "doubled", "foreign", "hangs", "tracebacks", "leaks", "calls")

_TABLE = re.compile(r"(<!-- measured: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_GROUPS = ("P", "U", "S", "C")


@dataclass(frozen=True)
class Task:
    """A case and how it is run."""

    case: Case
    how: str


def main() -> int:
    """Return 1 if any run broke a promise, else 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--only", default="", help="only faults whose id begins so; nothing is written")
    parser.add_argument("--seeds", type=int, default=100, help="faults at once that are drawn (default: %(default)s)")
    parser.add_argument(
        "--every", type=int, default=4, help="the command's share: every n-th fault (default: %(default)s)"
    )
    parser.add_argument("--workers", type=int, default=3, help="cases at a time (default: %(default)s)")
    asked = parser.parse_args()
    tasks = [task for task in plan(asked.seeds, asked.every) if task.case.id.startswith(asked.only)]
    done: list[Done] = []
    with tempfile.TemporaryDirectory() as folder:
        template = prepare_template(Path(folder))
        with concurrent.futures.ProcessPoolExecutor(asked.workers) as pool:
            for found in pool.map(_carry_out, tasks, [template] * len(tasks)):
                done.append(found)
                broken = broken_promises(found)
                if broken or found.settled != found.case.settles:
                    print(f"{found.case.id} ({found.case.does}), {found.how}: {broken or 'did not settle as expected'}")
                    for run in (*found.disturbed, *found.mended):
                        print(f"    {run.exit}: {run.said}")
    bad = sum(bool(broken_promises(entry)) or entry.settled != entry.case.settles for entry in done)
    print(f"{len(done)} cases, {bad} with a promise broken")
    if not asked.only:
        write(done)
    return int(bad > 0)


def plan(seeds: int, every: int) -> list[Task]:
    """Return what is run: each fault both ways, some through the command too, and drawn combinations."""
    tasks = [Task(case, how) for case in CASES for how in (NO_RETRIES, RETRIES)]
    tasks += [Task(case, COMMAND) for case in [case for case in CASES if not case.slow][::every]]
    return [*tasks, *(Task(combined(seed), RETRIES if seed % 2 else NO_RETRIES) for seed in range(seeds))]


def broken_promises(done: Done) -> dict[str, int]:
    """Return what a case came to that it must not; a second upload that was asked for is none."""
    found = done.verdict.violations
    return {name: count for name, count in found.items() if not (name == "doubled" and done.case.may_double)}


def _carry_out(task: Task, template: Path) -> Done:
    with tempfile.TemporaryDirectory() as folder:
        command = installed_command() if task.how == COMMAND else None
        return run_case(task.case, template, Path(folder), retries=task.how != NO_RETRIES, command=command)


def write(done: Sequence[Done]) -> None:
    """Write the measured parts of the document."""
    parts = {"summary": summary(done), **{name: table(done, name) for name in _GROUPS}, "X": seeded(done)}
    text = DOCUMENT.read_text("utf-8")
    DOCUMENT.write_text(_TABLE.sub(lambda block: f"{block[1]}{parts[block[2]]}\n{block[3]}", text), "utf-8")


def summary(done: Sequence[Done]) -> str:
    """Return how many cases there were, and how many broke each promise."""
    ways = Counter(entry.how for entry in done if not entry.case.id.startswith("X"))
    seeded_cases = sum(entry.case.id.startswith("X") for entry in done)
    runs = sum(len(entry.disturbed) + len(entry.mended) for entry in done)
    broken = Counter(name for entry in done for name in broken_promises(entry))
    lines = [
        f"{len(CASES)} faults: {ways[NO_RETRIES]} without retries, {ways[RETRIES]} with, {ways[COMMAND]} through the "
        f"installed command; {seeded_cases} drawn combinations; {runs:,} uploads in all.",
        "",
        "| promise | cases that broke it |",
        "|---|--:|",
    ]
    names = {
        "lost": "no record is called accepted that did not arrive",
        "doubled": "no record arrives twice unasked",
        "foreign": "no job of another client is taken for ours",
        "hangs": "every run ends in time",
        "tracebacks": "no run ends in a failure of ours",
        "leaks": "no secret in output, files or the HTTP library's log at its most detailed",
        "calls": "nobody else is called: no redirect followed, no proxy taken from the environment",
    }
    return "\n".join([*lines, *(f"| {names[name]} | {broken[name]} |" for name in PROMISES)])


def table(done: Sequence[Done], group: str) -> str:
    """Return a line for each fault of a group."""
    by_case: dict[str, dict[str, Done]] = {}
    for entry in done:
        if entry.case.id.startswith(group):
            by_case.setdefault(entry.case.id, {})[entry.how] = entry
    lines = [
        "| fault | what the server does | no retries | retries | command | last word | arrived | lost | doubled |",
        "|---|---|---|---|---|---|--:|--:|--:|",
    ]
    for name, ways in by_case.items():
        first = ways[RETRIES]
        cells = [
            *(name, _escaped(first.case.does)),
            *(_exits(ways.get(how)) for how in (NO_RETRIES, RETRIES, COMMAND)),
            _last_word(first),
            f"{first.verdict.arrived}",
            f"{max(entry.verdict.lost for entry in ways.values())}",
            f"{max(entry.verdict.doubled for entry in ways.values())}" + (" (asked for)" * first.case.may_double),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def seeded(done: Iterable[Done]) -> str:
    """Return what the drawn combinations came to: their exits, and how often."""
    found = [entry for entry in done if entry.case.id.startswith("X")]
    counted = Counter(_exits(entry) for entry in found)
    lines = ["| exits | combinations |", "|---|--:|"]
    return "\n".join([*lines, *(f"| {exits} | {count} |" for exits, count in counted.most_common())])


def _exits(done: Done | None) -> str:
    """Return the exit statuses of the runs: those with the fault, then, after a stroke, those without it."""
    if done is None:
        return ""
    texts = [" ".join(str(run.exit) for run in runs) for runs in (done.disturbed, done.mended) if runs]
    return " / ".join(texts)


def _last_word(done: Done) -> str:
    if not done.settled:
        return "not settled"
    names = {"accepted": "accepted", "refused": "refused", "unknown": "unknown", "not_sent": "not sent"}
    return ", ".join(f"{done.counts[name]} {word}" for name, word in names.items() if done.counts[name])


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
