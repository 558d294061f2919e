"""Holds a prepared folder against the libraries' own word, record by record: `python -m benchmarks.agreement FILE DIR`.

Each e-mail and phone cell of the file goes to `benchmarks.baselines.judges`, which asks email-validator and
phonenumbers and repairs nothing. Their verdict must be the folder's; so must the normal value, where the record was
accepted (of a rejected record the folder gives no values). A difference is *explained* if the folder itself says that
the cell was repaired (E201 to E204, P203 to P206), or if the cell holds nothing (C002, C003). No other is.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType

from benchmarks.baselines.arguments import EMAIL, PHONE
from benchmarks.baselines.judges import normalise_email, normalise_phone
from schemas.kinds.blanks import is_blank

Judge = Callable[[str], str | None]

JUDGES: Mapping[str, Judge] = MappingProxyType({EMAIL: normalise_email, PHONE: normalise_phone})

REPAIRS = frozenset({"E201", "E202", "E203", "E204", "P203", "P204", "P205", "P206"})
PLACEHOLDER = "C002, C003"

SHOWN = 10


@dataclass(frozen=True)
class Difference:
    """One cell on which folder and library disagree without a reason.

    Attributes:
        record: Its number.
        column: `C_EmailAddress` or `C_BusPhone`.
        text: The cell.
        library: The library's normal value, or None where it refuses.
        folder: The folder's value; None where it refuses the cell, `...` where it accepts it in a rejected record.
        codes: What the folder found in the cell.
    """

    record: int
    column: str
    text: str
    library: str | None
    folder: str | None
    codes: tuple[str, ...]


@dataclass
class Agreement:
    """What the comparison came to: `cells` = same + explained + differences.

    Attributes:
        records: How many were compared.
        cells: How many cells.
        same: Of these, with the same verdict and value.
        explained: Differences with a documented reason, by code.
        differences: How many have none.
        first: The first of them.
    """

    records: int = 0
    cells: int = 0
    same: int = 0
    explained: Counter[str] = field(default_factory=Counter[str])
    differences: int = 0
    first: list[Difference] = field(default_factory=list[Difference])


_ACCEPTED = "..."
_TROUBLE = ("E1", "P1", "C1", "T1")


def compare(file: Path, folder: Path, *, judges: Mapping[str, Judge] = JUDGES) -> Agreement:
    """Return how far a folder agrees with the libraries on the file that it was prepared from.

    Raises:
        ValueError: The folder does not account for each record of the file exactly once.
    """
    result = Agreement()
    codes = _codes(folder)
    cached = {column: lru_cache(maxsize=100_000)(judge) for column, judge in judges.items()}
    clean, rejected = _clean(folder), _rejected(folder)
    accepted, refused = next(clean, None), next(rejected, None)
    for record, row in enumerate(_rows(file), 1):
        values: dict[str, str] | None = None
        if accepted is not None and accepted[0] == record:
            values, accepted = accepted[1], next(clean, None)
        elif refused == record:
            refused = next(rejected, None)
        else:
            raise ValueError(f"record {record} is neither accepted nor rejected in its place")
        result.records += 1
        for column, judge in cached.items():
            text = row[column]
            found = codes.get((record, column), ())
            if values is not None:
                ours: str | None = values[column]
            else:
                ours = None if any(code.startswith(_TROUBLE) for code in found) else _ACCEPTED
            _weigh(result, Difference(record, column, text, judge(text), ours, found))
    if accepted is not None or refused is not None:
        raise ValueError("the folder has more records than the file")
    return result


def _weigh(result: Agreement, cell: Difference) -> None:
    result.cells += 1
    if cell.folder == cell.library or (cell.folder == _ACCEPTED and cell.library is not None):
        result.same += 1
        return
    repairs = sorted(REPAIRS.intersection(cell.codes))
    if repairs and cell.folder is not None:
        result.explained[repairs[0]] += 1
    elif cell.folder in ("", _ACCEPTED) and is_blank(cell.text):
        result.explained[PLACEHOLDER] += 1
    else:
        result.differences += 1
        if len(result.first) < SHOWN:
            result.first.append(cell)


def _rows(path: Path, *, encoding: str = "utf-8") -> Iterator[dict[str, str]]:
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding=encoding, newline="") as file:
        yield from csv.DictReader(file)


def _clean(folder: Path) -> Iterator[tuple[int, dict[str, str]]]:
    index, rows = _rows(folder / "clean.index.csv"), _rows(folder / "clean.csv")
    for place, row in zip_longest(index, rows):
        if place is None or row is None:
            raise ValueError("clean.csv and clean.index.csv differ in length")
        yield int(place["record"]), row


def _rejected(folder: Path) -> Iterator[int]:
    for row in _rows(folder / "rejected.csv", encoding="utf-8-sig"):
        yield int(row["_record"])


def _codes(folder: Path) -> dict[tuple[int, str], tuple[str, ...]]:
    """Return what was found in the cells that are compared, by record and column."""
    codes: dict[tuple[int, str], tuple[str, ...]] = {}
    for row in _rows(folder / "findings.csv"):
        if row["record"] and row["column"] in JUDGES:
            key = (int(row["record"]), row["column"])
            codes[key] = (*codes.get(key, ()), sys.intern(row["code"]))
    return codes


def describe(result: Agreement) -> Iterator[str]:
    """Yield the result as the lines of a table, and after it the first differences."""
    yield "| e-mail and phone cells | count |"
    yield "|---|---:|"
    yield f"| compared, of {result.records:,} records | {result.cells:,} |"
    yield f"| same verdict and same value | {result.same:,} |"
    for code, count in sorted(result.explained.items()):
        yield f"| another by rule {code} | {count:,} |"
    yield f"| **another without a reason** | **{result.differences:,}** |"
    for one in result.first:
        said = f"library {one.library!r}, ours {one.folder!r} {one.codes}"
        yield f"record {one.record}, {one.column} {one.text!r}: {said}"


def main() -> int:
    """Print the comparison; return 1 if there is a difference without a reason."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.agreement", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    result = compare(asked.file, asked.folder)
    for line in describe(result):
        print(line)
    return 1 if result.differences else 0


if __name__ == "__main__":
    sys.exit(main())
