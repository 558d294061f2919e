"""Judges a run by what the server's ledger says, not by what the uploader says."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.cases import SECRETS


@dataclass(frozen=True)
class Verdict:
    """What a case came to; every number but `arrived` shall be 0.

    Attributes:
        arrived: Records of the folder that the server stored at least once.
        lost: Records said to be accepted that it never stored.
        doubled: Records that it stored more than once.
        foreign: Parts that took another client's job for theirs.
        denied: Records said to be refused or not sent that it stored, though its last word was true.
        hangs, tracebacks, leaks: Runs that did not end in time, that ended in a failure of ours, that showed a secret.
        calls: Whether somebody was called who must not be.
    """

    arrived: int
    lost: int
    doubled: int
    foreign: int
    denied: int
    hangs: int = 0
    tracebacks: int = 0
    leaks: int = 0
    calls: int = 0

    @property
    def violations(self) -> dict[str, int]:
        """What is not 0 and shall be."""
        names = ("lost", "doubled", "foreign", "hangs", "tracebacks", "leaks", "calls")
        return {name: value for name in names if (value := getattr(self, name))}


def keys_of(folder: Path) -> list[str]:
    """Return the key of each record of a prepared folder."""
    with (folder / "clean.csv").open(encoding="utf-8", newline="") as file:
        return [row[0] for row in csv.reader(file)][1:]


def outcomes_of(folder: Path) -> list[str]:
    """Return what the uploader says became of each record; nothing if it says nothing yet."""
    path = folder / "upload" / "outcomes.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [row["status"] for row in csv.DictReader(file)]


def judge(
    folder: Path, keys: list[str], exits: Iterable[int], uploads: list[Mapping[str, Any]], **more: int
) -> Verdict:
    """Return the verdict on a folder after its last run.

    Args:
        folder: The prepared folder.
        keys: Its records.
        exits: Exit status of each run.
        uploads: The ledger's jobs.
        more: Hangs, tracebacks, leaks, calls.
    """
    stored: Counter[str] = Counter()
    for upload in uploads:
        stored.update({key: count for key, count in upload["keys"].items() if key in set(keys)})
    said = outcomes_of(folder)
    if said:
        lost = sum(1 for key, status in zip(keys, said, strict=True) if status == "accepted" and not stored[key])
        denied = sum(
            1 for key, status in zip(keys, said, strict=True) if status in ("refused", "not sent") and stored[key]
        )
    else:
        lost = sum(1 for key in keys if not stored[key]) if 0 in exits else 0
        denied = 0
    others = {upload["job"] for upload in uploads if not set(upload["keys"]) & set(keys) and upload["keys"]}
    receipt = folder / "upload" / "receipt.json"
    claimed = [part["job"] for part in json.loads(receipt.read_text())["parts"]] if receipt.exists() else []
    return Verdict(
        arrived=sum(1 for key in keys if stored[key]),
        lost=lost,
        doubled=sum(1 for key in keys if stored[key] > 1),
        foreign=sum(1 for job in claimed if job in others),
        denied=denied,
        **more,
    )


def leaks_in(folder: Path, *texts: str) -> int:
    """Return in how many of some texts, and of the files of a folder, one of the secrets stands."""
    files = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    found = [*files, *(text.encode("utf-8", "surrogateescape") for text in texts)]
    return sum(1 for data in found if any(secret.encode() in data for secret in SECRETS))
