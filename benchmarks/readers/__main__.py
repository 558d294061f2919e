"""Compare readers over polluted contact tables: `python -m benchmarks.readers [--files N] [--out FILE]`."""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from benchmarks.readers.adapters import READERS, SNIFFED, Reader
from tests.pollution.classifying import Outcome, classify
from tests.pollution.generating import generate
from tests.pollution.kinds import KINDS, PAIRS

FIRST = 1_000_000
"""Far from the seeds of the tests, against which our own reading was developed."""

_BEST = (Outcome.EXACT, Outcome.CONTAINED)


@dataclass
class Tally:
    """What became of all files in the hands of one reader.

    Attributes:
        reader: Which.
        outcomes: How many files of each class.
        kinds: The same for each kind, whether it is alone in the file or not.
    """

    reader: Reader
    outcomes: Counter[Outcome] = field(default_factory=Counter[Outcome])
    kinds: defaultdict[str, Counter[Outcome]] = field(default_factory=lambda: defaultdict(Counter[Outcome]))


def measure(reader: Reader, first: int, files: int, folder: Path) -> Tally:
    """Return what becomes of the files of so many seeds from the first on."""
    tally = Tally(reader)
    path = folder / "polluted.csv"
    for seed in range(first, first + files, reader.every):
        file = generate(seed)
        path.write_bytes(file.data)
        outcome = classify(file, reader.read(file, path)).outcome
        tally.outcomes[outcome] += 1
        for kind in file.kinds:
            tally.kinds[kind][outcome] += 1
    return tally


def render(tallies: Sequence[Tally], first: int, files: int) -> str:
    """Return the document."""
    return "\n".join([*_introduction(first, files), *_overall(tallies), *_by_kind(tallies), *_versions(tallies)]) + "\n"


def _introduction(first: int, files: int) -> Iterator[str]:
    yield f"""# How readers do on polluted contact tables

{files:,} contact tables were made with known truth (`tests/pollution`, seeds {first:,} to {first + files - 1:,}):
{len(KINDS)} kinds of pollution, each alone and in {len(PAIRS)} pairs that make sense together,
3 to 200 records, 1 to 12 columns. Each reader got the same bytes. Made by `python -m benchmarks.readers`;
where it says 1 of n, only every n-th file was tried.

| class | means |
|---|---|
| exact | every record as it was meant |
| contained | what is hurt was reported at its line, or by name; every other record is right |
| noisy | reported, but whole records are wrong or missing too |
| refused | no rows, and an error |
| **silent** | a record is wrong, missing, or one too many, and nobody was told |

The judge is `tests/pollution/classifying.py`, the same for all.

**Read the rows of `contactprep` with care.** The files, the judge and `contactprep` were written together, and
`contactprep` was developed with its tests at hand, which are the seeds 0 to 1,999 of the same generator. These are
other seeds, but the same kinds, built of the same stock of words; no other reader had that chance. The kinds are those
of real lists, their shares are not: another choice gives other numbers.

- Readers get credit for every remark: at the line or the line next to it, by a count of rows instead of lines, by the
  text of the row, by a warning, or in words about the file that name the phenomenon.
- Names of columns that a reader is documented to change (`Phone.1`, `Unnamed: 3`) are put back; missing cells count as
  empty; a record may be given as any reading that the file allows. The cells of hurt records that were reported do not
  matter.
- Where a reader guesses types, its numbers are compared as text: a lost leading zero is a wrong record.
- Garbled letters (`JosÃ©` for `José`) count as wrong unless somebody says so, so they are silent for a reader that
  only reads. `csv.reader` never says that a record is too short or too long; whoever uses it has to count the cells.
- `csv.Sniffer` gets the first {SNIFFED:,} characters, as in the example of its documentation.
"""


def _overall(tallies: Sequence[Tally]) -> Iterator[str]:
    for told, title in (
        (False, "## As the file comes"),
        (True, "## Told encoding, delimiter, quote, escape, and the line of the header"),
    ):
        yield f"{title}\n"
        yield "| reader | files | exact | contained | noisy | refused | silent | exact or contained |"
        yield "|---|---:|---:|---:|---:|---:|---:|---:|"
        for tally in tallies:
            if tally.reader.told is not told:
                continue
            total = tally.outcomes.total()
            cells = [f"{tally.outcomes[one]} ({tally.outcomes[one] / total:.1%})" for one in Outcome]
            cells[-1] = f"**{cells[-1]}**"
            # Rounded down: what is not all must not look so.
            good = 1000 * sum(tally.outcomes[one] for one in _BEST) // total / 10
            sampled = f" (1 of {tally.reader.every})" if tally.reader.every > 1 else ""
            yield f"| {tally.reader.name} | {total:,}{sampled} | {' | '.join(cells)} | {good:.1f}% |"
        yield ""


def _by_kind(tallies: Sequence[Tally]) -> Iterator[str]:
    alone = [tally for tally in tallies if not tally.reader.told]
    yield "## Silent, by kind\n"
    yield "Share of the files with a kind, alone or in a pair, in which a reader without help was silently wrong.\n"
    yield f"| kind | {' | '.join(tally.reader.name for tally in alone)} |"
    yield f"|---|{'---:|' * len(alone)}"
    for kind in KINDS:
        cells = [
            f"{tally.kinds[kind.name][Outcome.SILENT] / total:.0%}" if (total := tally.kinds[kind.name].total()) else ""
            for tally in alone
        ]
        yield f"| {kind.name.replace('_', ' ')} | {' | '.join(cells)} |"
    yield ""


def _versions(tallies: Sequence[Tally]) -> Iterator[str]:
    packages = dict.fromkeys(tally.reader.package for tally in tallies if tally.reader.package)
    shown = ", ".join(f"{package} {version(package)}" for package in packages)
    yield f"Versions: Python {platform.python_version()}, {shown}."


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every reader, and write the document."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readers", description=__doc__)
    parser.add_argument("--first", type=int, default=FIRST, help="the first seed (default: %(default)s)")
    parser.add_argument("--files", type=int, default=2_000, help="how many seeds (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("docs/reading-comparison.md"), help="where to (%(default)s)")
    asked = parser.parse_args(arguments)
    tallies: list[Tally] = []
    with tempfile.TemporaryDirectory() as folder:
        for reader in READERS:
            start = time.perf_counter()
            tallies.append(measure(reader, asked.first, asked.files, Path(folder)))
            seconds = time.perf_counter() - start
            print(f"{reader.name}: {dict(tallies[-1].outcomes)}, {seconds:.0f} s", file=sys.stderr)
    asked.out.write_text(render(tallies, asked.first, asked.files), encoding="utf-8")


if __name__ == "__main__":
    main()
