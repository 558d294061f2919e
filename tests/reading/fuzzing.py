"""Tables in and out of order, and the one reading that every other must equal: the tokeniser's, line by line.

`try_one` makes a table from a seed, plans and reads it in tiny blocks and ranges, with tiny bounds, and compares every
range, cell, number, line, broken record and finding with what the tokeniser alone makes of the whole text.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.reading import footers, planning, ragged, regular, reviewing, tables, tokenising
from pipeline.reading.blocks import whole_lines
from pipeline.reading.encodings import LineTally
from pipeline.reading.judging import judge, tokeniser_for
from pipeline.reading.noting import words_of
from pipeline.reading.opening import stamp_of
from pipeline.reading.planning import Place, Plan, plan_ranges
from pipeline.reading.reviewing import review
from pipeline.reading.tokenising import Form
from pipeline.records import Broken, BrokenRecords, Dialect, Encoding, Finding, Range, Source, Table

DIALECTS = [(delimiter, '"', None, False) for delimiter in (",", ";", "\t", "|")] * 4 + [
    (",", "'", None, False),
    (" ", '"', None, False),
    ("~", '"', None, False),
    (",", '"', "\\", False),
    (",", '"', None, True),
    (", ", '"', None, False),
]
LETTERS = ["a", "b c", "é", "ñ漢", "0", "@", "x" * 9, " ", "a.b@c.de"]
ODD = ["\0", "\ufeff", "\x0b", "\x85", "\u2028", "'", "\\", "\x1a"]
BAD_BYTES = [b"\xe9", b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xc3"]


@dataclass(frozen=True)
class Case:
    """One table to read.

    Attributes:
        text: Its bytes.
        header: Its column names, the first line.
        dialect: How it is separated.
        truth: Its rows if it is well-formed, else None.
        other_tables: Lines and widths of the headers of further tables below.
    """

    text: bytes
    header: tuple[str, ...]
    dialect: Dialect
    truth: list[list[str]] | None
    other_tables: tuple[tuple[int, int], ...] = ()


def make_case(chance: random.Random) -> Case:
    """Return a table of one of several kinds.

    Well-formed, damaged in a few places, with records of many widths and separators, or a soup of its own syntax.
    """
    delimiter, quote, escape, trailing = chance.choice(DIALECTS)
    dialect = Dialect(delimiter, quote, "", escape, trailing)
    width = chance.choice([1, 1, 2, 2, 3, 4, 7])
    ending = chance.choice(["\n", "\n", "\n", "\r\n", "\r\n", "\r"])
    header = tuple(f"column {position}" for position in range(1, width + 1))
    # Quotes keep the header one cell a name in every dialect.
    top = delimiter.join(f"{quote}{name}{quote}" for name in header) + (delimiter if trailing else "") + ending
    kind = chance.choice(["sound", "damaged", "damaged", "damaged", "ragged", "ragged", "soup"])
    if kind == "soup":
        pieces = [*LETTERS[:3], delimiter, delimiter, quote, quote, quote + quote, "\n", "\n", "\r\n", "\r"]
        pieces += [quote + delimiter, delimiter + quote, quote + "\n", "\n" + quote, " ", *chance.choices(ODD, k=2)]
        body = _spoiled("".join(chance.choices(pieces, k=chance.randrange(150))).encode(), chance)
        return Case(top.encode() + body, header, dialect, None)
    if kind == "ragged":
        body = _ragged(chance, delimiter, quote, width, ending)
        lines = sorted(chance.choices(range(2, 2 + max(1, body.count(ending))), k=chance.choice([0, 0, 1, 2])))
        others = tuple((line, chance.choice([width, width + 1, max(1, width - 1)])) for line in lines)
        return Case(top.encode() + _spoiled(body.encode(), chance), header, dialect, None, others)
    rows, written = _table(chance, delimiter, quote, width, ending, trailing)
    if kind == "sound":
        if chance.random() < 0.3 and written.endswith(ending):
            written = written[: -len(ending)]
        is_known = (
            escape is None and delimiter not in (" ", ", ") and (width > 1 or all(row[0].strip() for row in rows))
        )
        return Case((top + written).encode(), header, dialect, rows if is_known and written.strip() else None)
    tokens = [delimiter, quote, "\n", "\r", "\r\n", quote + quote, ending, ending * 2, "x", f"{quote}a", *ODD]
    for _ in range(chance.choice([1, 1, 2, 3, 8])):
        at = chance.randrange(len(written) + 1)
        drop = chance.choice([0, 0, 1, 2, 20])
        written = written[:at] + chance.choice(["", *tokens]) + written[at + drop :]
    return Case(top.encode() + _spoiled(written.encode(), chance), header, dialect, None)


def _table(
    chance: random.Random, delimiter: str, quote: str, width: int, ending: str, trailing: bool
) -> tuple[list[list[str]], str]:
    syntax = [delimiter, quote, quote, "\n", "\r\n", *LETTERS]
    syntax += ["\r"] if chance.random() < 0.2 else []
    needing, quoting = chance.choice([0.0, 0.1, 0.5]), chance.choice([0.0, 0.2, 1.0])
    rows: list[list[str]] = []
    lines: list[str] = []
    for _ in range(chance.choice([1, 3, 20, 60, 150])):
        row: list[str] = []
        shown: list[str] = []
        for _ in range(width):
            source = syntax if chance.random() < needing else LETTERS
            cell = "".join(chance.choices(source, k=chance.choice([0, 1, 1, 2, 4])))
            needs = any(mark in cell for mark in (delimiter, quote, "\n", "\r", "\\", ",", " ")) or not cell
            row.append(cell)
            if (needs and (cell or width == 1)) or chance.random() < quoting:
                cell = quote + cell.replace("\\", "\\\\").replace(quote, quote * 2) + quote
            shown.append(cell)
        rows.append(row)
        lines.append(delimiter.join(shown) + (delimiter if trailing else "") + ending)
    return rows, "".join(lines)


def _ragged(chance: random.Random, delimiter: str, quote: str, width: int, ending: str) -> str:
    """Return records of mostly wrong widths, some separated otherwise, over lines, with open quotes, like footers."""
    widths = [*range(1, 2 * width + 2), *[max(1, width - 1)] * 4, *[(width + 1) // 2] * 4, *[width] * width]
    letters = [*LETTERS, "Total", "End of list", *chance.choices([",", ";", "\t", "|"], k=chance.choice([0, 0, 2]))]
    quoting, separators = chance.choice([0.0, 0.0, 0.3]), [delimiter] * 8 + [",", ";", "\t", "|"]
    lost = chance.choice([0.0, 0.0, 0.5, 1.0])
    lines: list[str] = []
    for _ in range(chance.choice([3, 20, 60, 150])):
        shown: list[str] = []
        for _ in range(chance.choice(widths)):
            cell = chance.choice(letters)
            if chance.random() < quoting:
                cell = quote + cell + chance.choice(["", "", "", delimiter, quote * 2, ending]) + quote
            shown.append(cell)
        if chance.random() < lost:
            shown[-1] = quote + chance.choice(["", quote, f"{delimiter}a"]) + shown[-1]
        lines.append(chance.choice(separators).join(shown))
    written = "".join(line + ending + (ending if chance.random() < 0.02 else "") for line in lines)
    return written[: -len(ending)] if chance.random() < 0.3 else written


def _spoiled(body: bytes, chance: random.Random) -> bytes:
    """Return the bytes with a few that are not UTF-8, rarely."""
    while chance.random() < 0.1:
        at = chance.randrange(len(body) + 1)
        body = body[:at] + chance.choice(BAD_BYTES) + body[at:]
    return body


@contextmanager
def tiny_bounds(chance: random.Random) -> Iterator[bool]:
    """Set the bounds of records, cells and looks ahead so low that small tables meet them, now and then.

    Yields whether every well-formed record is still within them.
    """
    changed: list[tuple[Any, str, Any]] = []

    def put(value: int, name: str, *modules: Any) -> None:
        for module in modules:
            changed.append((module, name, getattr(module, name)))
            setattr(module, name, value)

    put(chance.choice([1, 2, 8, 32]), "REGULAR_LINES", regular)
    put(chance.choice([1, 8, 128]), "LINES_PER_SEARCH", regular)
    put(chance.choice([1, 8]), "_FIRST_WINDOW", regular, tables)
    put(chance.choice([1, 1, 3, 20]), "FOOTER_RECORDS", footers, ragged, reviewing)
    if low := chance.random() < 0.3:
        put(lines := chance.choice([2, 3, 10]), "RECORD_LINES", regular, tokenising)
        put(lines * 4, "_LAST_WINDOW", regular)
    if chance.random() < 0.3:
        low = True
        put(chance.choice([10, 40, 200]), "RECORD_BYTES", regular, tokenising)
    if chance.random() < 0.3:
        put(chance.choice([1, 10, 40]), "CELL_CHARACTERS", tables, planning)
    try:
        yield not low
    finally:
        for module, name, value in reversed(changed):
            setattr(module, name, value)


def try_one(seed: int | str, folder: Path) -> tuple[int, int]:
    """Read one table in every way and return how many records it has, and how many of them stand in regular ranges.

    Raises:
        AssertionError: Two ways differ; the text says where, and the seed.
    """
    chance = random.Random(seed)
    case = make_case(chance)
    with tiny_bounds(chance) as is_bound_far:
        try:
            return _try(case if is_bound_far else replace(case, truth=None), chance, folder)
        except Exception as reason:
            raise AssertionError(f"seed {seed!r}: {reason!r}\n{case.dialect}: {case.text!r}") from reason


def _try(case: Case, chance: random.Random, folder: Path) -> tuple[int, int]:
    path = folder / "fuzz.csv"
    path.write_bytes(case.text)
    range_records, range_bytes = chance.choice([2, 7, 50, 1000, 1000]), chance.choice([30, 400, 10_000, 10_000])
    top = _header_end(case)
    seen: list[bytes] = []
    begun: list[int] = []
    step = chance.choice([1, 2, 7, 50, 1000, 100_000])
    body = case.text[top:]
    cut = [body[at : at + step] for at in range(0, len(body), step)]
    source = _source(case, path)
    tally = LineTally()
    plan = plan_ranges(
        whole_lines(cut, 1 << 20, "fuzz.csv", tally.count),
        tokeniser_for(source),
        Place(top, 2),
        lambda text, _count, _blank: seen.append(text),
        range_records=range_records,
        range_bytes=range_bytes,
        begun=begun.append,
    )
    assert b"".join(seen) == body
    assert (begun == sorted(begun), begun[-1]) == (True, len(plan.ranges))
    assert (tally.valid, tally.invalid, tally.first_invalid) == exact_tally(body, 1)
    exact = exact_plan(body, source, top, range_records, range_bytes)
    parts = [replace(part, regular=False) for part in plan.ranges]
    assert replace(plan, ranges=parts) == exact, (plan, exact)
    source = replace(source, ranges=tuple(plan.ranges), records=plan.records)
    rows: dict[int, list[str]] = {}
    fast, split = 0, exact_halves(source, case.text)
    for part in plan.ranges:
        wanted = exact_table(source, part, case.text, split)
        for way in (part, replace(part, regular=False)):
            found = tables.read(source, way)
            assert same(found, wanted), (way, found, wanted)
            if chance.random() < 0.3:
                some = sorted(chance.sample(range(len(wanted.lines)), chance.randrange(len(wanted.lines) + 1)))
                again = tables.read_some(source, way, wanted.frame.index[some].tolist(), wanted.lines[some].tolist())
                cells = wanted.frame.iloc[some]
                assert [one.to_pylist() for one in again] == [cells[at].tolist() for at in cells], (way, some, again)
        rows.update(zip(wanted.frame.index.tolist(), wanted.frame.to_numpy().tolist(), strict=True))
        # A well-formed record is set aside only where its text looks like several, or like the header.
        assert case.truth is None or {one.code for one in wanted.broken} <= {"R108", "R115"}, wanted.broken
        fast += part.records if part.regular else 0
    if case.truth is not None:
        assert rows == {number: case.truth[number - 1] for number in rows}, "not what was written"
        read = csv.reader(
            io.StringIO(case.text.decode(), newline=""), delimiter=case.dialect.delimiter, quotechar=case.dialect.quote
        )
        listed = [row[: len(case.header)] for row in read if row][1:]
        assert len(listed) == plan.records
        assert rows == {number: listed[number - 1] for number in rows}, "not as csv reads it"
    return plan.records, fast


def _header_end(case: Case) -> int:
    first = case.text.splitlines(keepends=True)[0]
    return len(first)


def _source(case: Case, path: Path) -> Source:
    return Source(
        name="fuzz.csv",
        sha256="",
        size=len(case.text),
        encoding=Encoding("utf-8", False, ""),
        dialect=case.dialect,
        header=case.header,
        header_line=1,
        records=0,
        ranges=(),
        findings=(),
        text=path,
        stamp=stamp_of(path, "fuzz.csv"),
        other_tables=case.other_tables,
    )


def exact_plan(body: bytes, source: Source, top: int, range_records: int, range_bytes: int) -> Plan:
    """Return the plan of a text by its records in the tokeniser's words, one by one."""
    plan = Plan()
    lines = body.splitlines(keepends=True)
    offset = start = end = top
    first_line, line, first_record = 2, 2, 1

    def close() -> None:
        count = plan.records + 1 - first_record
        plan.ranges.append(Range(len(plan.ranges), start, end, first_record, count, first_line))

    for first, stop, form in tokeniser_for(source).records(lines, final=True):
        raw = b"".join(lines[first:stop])
        offset += len(raw)
        line += stop - first
        if form is Form.BLANK:
            plan.blank += 1
            plan.first_blank = plan.first_blank or line - 1
            continue
        plan.records += 1
        end = offset
        ending = next((one for one in (b"\r\n", b"\n", b"\r") if raw.endswith(one)), None)
        if ending:
            plan.line_ends.setdefault(ending, line - 1)
        if plan.records - first_record + 1 == range_records or end - start >= range_bytes:
            close()
            start, first_line, first_record = end, line, plan.records + 1
    if plan.records >= first_record:
        close()
    return plan


def exact_tally(text: bytes, first_line: int) -> tuple[int, int, int | None]:
    """Return how many lines are UTF-8 beyond ASCII, how many are not UTF-8, and the number of the first of these."""
    valid, invalid = 0, list[int]()
    for number, line in enumerate(text.splitlines(), first_line):
        try:
            valid += not line.decode("utf-8").isascii()
        except UnicodeDecodeError:
            invalid.append(number)
    return valid, len(invalid), next(iter(invalid), None)


def exact_table(source: Source, part: Range, text: bytes, split: dict[int, Broken]) -> Table:
    """Return the table of a range by the tokeniser and the judge alone, and what is known of halves of records."""
    data = text[part.start : part.end]
    lines = data.splitlines(keepends=True)
    tokeniser = tokeniser_for(source)
    rows: dict[int, tuple[int, list[str]]] = {}
    broken: list[Broken] = []
    findings: list[Finding] = []
    number = part.first_record
    for first, stop, form in tokeniser.records(lines, final=True):
        if form is Form.BLANK:
            continue
        verdict = judge(source, b"".join(lines[first:stop]), form, number, part.first_line + first)
        if isinstance(verdict, Broken):
            broken.append(split.get(number, verdict))
        else:
            rows[number] = part.first_line + first, verdict.cells
            findings += verdict.findings
        number += 1
    width = len(source.header)
    cells = [row for _, row in rows.values()]
    frame = pd.DataFrame(
        {at: pd.array([row[at] for row in cells], dtype="str") for at in range(width)},
        index=pd.Index(np.array([*rows], dtype=np.int64), name="record"),
        columns=pd.RangeIndex(width),
    )
    at = np.array([line for line, _ in rows.values()], dtype=np.int64)
    return review(source, Table(part, source.header, frame, at, BrokenRecords.of(broken), tuple(findings)), data)


def exact_halves(source: Source, text: bytes) -> dict[int, Broken]:
    """Return the verdicts on all records of a file that are one half of a record, read from its first to its last."""
    width, tokeniser = len(source.header), tokeniser_for(source)
    shorts: dict[int, tuple[Broken, int, int]] = {}
    number, start, line = 0, source.ranges[0].start if source.ranges else 0, 2
    lines = text[start:].splitlines(keepends=True)
    for first, stop, form in tokeniser.records(lines, final=True):
        if form is Form.BLANK:
            continue
        number += 1
        verdict = judge(source, raw := b"".join(lines[first:stop]), form, number, line + first)
        if isinstance(verdict, Broken) and verdict.code in ("R101", "R109") and form is not Form.UNCLOSED:
            shorts[number] = verdict, len(tokeniser.cells(raw.decode().rstrip("\r\n"))[0]), line + stop
    found: dict[int, Broken] = {}
    for number, (upper, cells, next_line) in shorts.items():
        lower, more, _ = shorts.get(number + 1, (None, 0, 0))
        if lower is None or width < 3 or number - 1 in shorts or number + 2 in shorts:
            continue
        if next_line == lower.line and cells + more - 1 == width:
            for one, count, where in ((upper, cells, "below"), (lower, more, "above")):
                message = words_of("R112", cells=count, width=width, where=where)
                found[one.record] = replace(one, code="R112", message=message)
    return found


def same(found: Table, wanted: Table) -> bool:
    """Return whether two tables are the same but for the plan's remark on how to read them."""
    return (
        found.frame.equals(wanted.frame)
        and found.frame.index.equals(wanted.frame.index)
        and list(found.frame.dtypes) == list(wanted.frame.dtypes)
        and np.array_equal(found.lines, wanted.lines)
        and [*found.broken] == [*wanted.broken]
        and found.findings == wanted.findings
    )
