"""The floor that everybody knows: pandas reads the file as text and writes it again. Nothing is checked."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from benchmarks.baselines.arguments import parse_arguments


def round_trip(file: Path, out: Path) -> None:
    """Write `copy.csv`. As pandas does by itself, `N/A` and its like are lost."""
    pd.read_csv(file, dtype=str).to_csv(out / "copy.csv", index=False)


if __name__ == "__main__":
    round_trip(*parse_arguments("round_trip", __doc__))
