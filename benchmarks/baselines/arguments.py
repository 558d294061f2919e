"""The arguments that every baseline takes. It imports nothing heavy: what a baseline imports is its own cost."""

from __future__ import annotations

import argparse
from pathlib import Path

EMAIL, PHONE, WEBSITE = "C_EmailAddress", "C_BusPhone", "C_Website1"
TEXTS = ("C_FirstName", "C_LastName", "C_Title", "C_Company")
REGION = "US"


def parse_arguments(name: str, description: str | None) -> tuple[Path, Path]:
    """Return the file to read and the folder to write to, which is made."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.baselines.{name}", description=description)
    parser.add_argument("file", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    return asked.file, asked.out
