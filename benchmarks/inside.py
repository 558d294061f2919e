"""Looks into one run of `prepare` in this process: `python -m benchmarks.inside calls|profile FILE`.

Both slow the run down and neither is a measurement of time: the calls are counted exactly, a profile shows proportions.
"""

from __future__ import annotations

import argparse
import cProfile
import inspect
import pstats
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import email_validator
import phonenumbers

import pipeline
import schemas
from benchmarks.contacts import COLUMNS

DEAREST = 25

_FOLDERS = {module.__name__: Path(module.__file__ or "").parent for module in (pipeline, schemas)}

Profiled = dict[tuple[str, int, str], tuple[int, int, float, float, dict[tuple[str, int, str], Any]]]


def prepare(file: Path, folder: Path) -> Any:
    """Prepare a file in this process alone, where that can be asked for."""
    alone: dict[str, Any] = {"jobs": 1} if "jobs" in inspect.signature(pipeline.prepare).parameters else {}
    return pipeline.prepare(file, out=folder, **alone)


def count_calls(file: Path) -> tuple[int, Counter[str]]:
    """Return the records of a file and how often the libraries and the exact judges were called for them.

    A function is counted wherever one of our modules holds it by name, and where it is called as an attribute of its
    library's package; calls that a library makes within itself are not.
    """
    watched: dict[str, Callable[..., Any]] = {
        "email_validator.validate_email": email_validator.validate_email,
        "phonenumbers.parse": phonenumbers.parse,
    }
    for kind in ("email", "phone", "website"):
        name = f"judge_{kind}"
        watched[f"schemas.kinds {name}"] = getattr(import_module(f"schemas.kinds.{kind}s"), name)
    calls: Counter[str] = Counter(dict.fromkeys(watched, 0))
    modules = [*_ours(), email_validator, phonenumbers]
    for label, function in watched.items():
        counting = _counting(function, label, calls)
        for module in modules:
            for name, value in list(vars(module).items()):
                if value is function:
                    setattr(module, name, counting)
    with tempfile.TemporaryDirectory() as folder:
        prepared = prepare(file, Path(folder) / "out")
    return prepared.report.data["counts"]["records"], calls


def _counting(function: Callable[..., Any], label: str, calls: Counter[str]) -> Callable[..., Any]:
    def counting(*given: Any, **named: Any) -> Any:
        calls[label] += 1
        return function(*given, **named)

    return counting


def _ours() -> Iterator[Any]:
    """Yield every module of ours that a run may use, imported, so that none binds a function later."""
    for package, folder in _FOLDERS.items():
        for path in sorted(folder.rglob("*.py")):
            names = path.relative_to(folder).with_suffix("").parts
            if names[-1] != "__main__":
                yield import_module(".".join((package, *names)).removesuffix(".__init__"))


def describe_calls(records: int, calls: Counter[str]) -> Iterator[str]:
    """Yield the table of calls."""
    yield "| function | calls | a 1,000 records |"
    yield "|---|---:|---:|"
    for label, count in calls.items():
        yield f"| `{label}` | {count:,} | {1_000 * count / max(1, records):.1f} |"


def profile(file: Path) -> Iterator[str]:
    """Yield tables: time by part of the program, and the dearest functions by their own time and in all."""
    # Outside the profile, so that imports are not in it.
    list(_ours())
    profiler = cProfile.Profile()
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder) / "warm.csv"
        warm.write_text(
            ",".join(COLUMNS) + "\nann@acmedata.com,Ann,Smith,,202 222 1234,Acme,acme.com\n", encoding="utf-8"
        )
        prepare(warm, Path(folder) / "warm")
        profiler.enable()
        prepare(file, Path(folder) / "out")
        profiler.disable()
    stats: Profiled = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    whole = sum(own for _, _, own, _, _ in stats.values())
    yield from _by_stage(stats, whole)
    for title, place in (("own", 2), ("whole", 3)):
        yield ""
        yield f"| dearest by {title} time | calls | own s | whole s |"
        yield "|---|---:|---:|---:|"
        for function, numbers in _dearest(stats, place):
            yield f"| `{_name(function)}` | {numbers[1]:,} | {numbers[2]:.2f} | {numbers[3]:.2f} |"


def _dearest(stats: Profiled, place: int) -> list[tuple[Any, tuple[Any, ...]]]:
    rows: list[tuple[Any, tuple[Any, ...]]] = list(stats.items())
    return sorted(rows, key=lambda item: item[1][place], reverse=True)[:DEAREST]


def _by_stage(stats: Profiled, whole: float) -> Iterator[str]:
    own, entered = defaultdict[str, float](float), defaultdict[str, float](float)
    for function, (_, _, seconds, _, callers) in stats.items():
        part = _part(function)
        own[part] += seconds
        for caller, numbers in callers.items():
            if _part(caller) != part:
                entered[part] += numbers[3]
    yield "| part | own s | share | with what it calls, s |"
    yield "|---|---:|---:|---:|"
    for part, seconds in sorted(own.items(), key=lambda item: -item[1]):
        if seconds >= whole / 500 or part.startswith(("pipeline", "schemas")):
            yield f"| `{part}` | {seconds:.2f} | {seconds / whole:.0%} | {entered[part]:.2f} |"


def _part(function: tuple[str, int, str]) -> str:
    """Return the part of the program a function belongs to: a package of ours and what is below it, or a library."""
    path, _, _ = function
    if path == "~":
        return "built-in"
    place = Path(path)
    for package, folder in _FOLDERS.items():
        if place.is_relative_to(folder):
            return f"{package}.{place.relative_to(folder).with_suffix('').parts[0]}"
    if "site-packages" in place.parts:
        return place.parts[place.parts.index("site-packages") + 1].removesuffix(".py")
    return "Python" if place.is_absolute() else path.split(" ")[0]


def _name(function: tuple[str, int, str]) -> str:
    path, line, name = function
    return name if path == "~" else f"{'/'.join(Path(path).parts[-2:])}:{line} {name}".replace("|", "\\|")


def main() -> None:
    """Print one of the two."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.inside", description=__doc__)
    parser.add_argument("what", choices=["calls", "profile"])
    parser.add_argument("file", type=Path)
    asked = parser.parse_args()
    for line in describe_calls(*count_calls(asked.file)) if asked.what == "calls" else profile(asked.file):
        print(line)


if __name__ == "__main__":
    main()
