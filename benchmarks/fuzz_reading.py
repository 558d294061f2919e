"""A long run of the comparison of readers: `python -m benchmarks.fuzz_reading --minutes 60 --seed 1`.

Every table is made from the run's seed and its own number; a difference ends the run with the seed that shows it again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.reading.fuzzing import try_one


def main() -> int:
    """Return 1 if two readers differed, else 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz_reading", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", help="the seed of one table, as a difference names it")
    asked = parser.parse_args()
    ends = time.monotonic() + 60 * asked.minutes
    files = records = as_it_stands = 0
    with tempfile.TemporaryDirectory() as folder:
        while (files < 1) if asked.again else (time.monotonic() < ends):
            try:
                found, fast = try_one(asked.again or f"{asked.seed}/{files}", Path(folder))
            except AssertionError as reason:
                print(reason, file=sys.stderr)
                return 1
            files, records, as_it_stands = files + 1, records + found, as_it_stands + fast
    print(
        f"{files:,} tables, {records:,} records, {as_it_stands:,} of them in ranges read as they stand: no difference"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
