"""A long comparison of lanes with judges: `python -m benchmarks.fuzz_lanes --kind email --values 2000000 --seed 7`.

A difference ends the run, names the text and both verdicts, and shows itself again under the same seed.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.lanes.comparing import compare_many
from tests.lanes.kinds import KINDS


def main() -> int:
    """Return 1 if a lane and its judge differed, else 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz_lanes", description=__doc__)
    parser.add_argument("--kind", choices=KINDS, action="append", help="default: all; may be given several times")
    parser.add_argument("--values", type=int, default=1_000_000, help="texts of each kind (default: 1,000,000)")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for name in asked.kind or KINDS:
        begun = time.process_time()
        try:
            decided = compare_many(KINDS[name], asked.values, asked.seed)
        except AssertionError as reason:
            print(f"{name}: {reason}", file=sys.stderr)
            return 1
        seconds = time.process_time() - begun
        print(
            f"{name}: {asked.values:,} texts, {decided:,} decided by the lane ({decided / asked.values:.1%}): "
            f"no difference; {seconds:.0f} s of CPU",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
