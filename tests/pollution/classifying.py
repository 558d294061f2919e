"""How a reader's answer about a polluted file compares with the truth.

*exact*: every record as it was meant. *contained*: what is hurt was reported, every other record is right. *noisy*:
reported, but whole records are wrong or missing too. *refused*: no rows, and an error. *silent*: a record is wrong,
missing or one too many, and nobody was told. Only silent is unforgivable.

What counts as being told:

- a remark about a record, at the line of the damage or a line next to it, whatever it says; or a record that was set
  aside there with its text;
- a remark about the file that names the very phenomenon (`NAMED_BY`); another remark about the file is none.

A remark about a whole record that came out wrong must be at its own lines: the remark next door is about the damage.
A hurt record may have any cells once it was told of. Lines that are no record (titles, notes) may be passed over
without a word, unless they hold data; given out as a record, they must be told of.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.pollution.truth import Aside, Cells, Intended, Polluted, Stretch


class Outcome(StrEnum):
    """What became of a file, best first."""

    EXACT = "exact"
    CONTAINED = "contained"
    NOISY = "noisy"
    REFUSED = "refused"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Told:
    """Something a reader said.

    Attributes:
        text: Its words.
        line: First physical line it speaks of, or None.
        last_line: Last physical line.
        row: For a reader that counts rows instead: the 1-based row from the top of the file, or None.
        raw: The text of the row it speaks of, or "".
        about_file: Whether it speaks of the file rather than of a record.
    """

    text: str
    line: int | None = None
    last_line: int | None = None
    row: int | None = None
    raw: str = ""
    about_file: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader made of a file.

    Attributes:
        header: The names it gave, or None if it gave none.
        rows: The rows below, in order.
        told: What it said.
        refused: Why it gave no rows, or "".
    """

    header: Cells | None = None
    rows: tuple[Cells, ...] = ()
    told: tuple[Told, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome, and what decided it.

    Attributes:
        outcome: The class.
        why: One clause for each thing that is not as it was meant, the worst first.
    """

    outcome: Outcome
    why: tuple[str, ...] = ()


_WORD = re.compile(r"[\w#]+")

_DELIMITER = "delimiter|separator|dialect"
_ENCODING = "encod|decod|utf|cp1252|code ?page|byte"
NAMED_BY: dict[str, str] = {
    "semicolon": _DELIMITER,
    "tab": _DELIMITER,
    "pipe": _DELIMITER,
    "space": _DELIMITER,
    "sep_line": _DELIMITER,
    "inconsistent_delimiter": _DELIMITER,
    "comma_blank": f"{_DELIMITER}|blank after|leading (blank|space)",
    "closing_delimiter": "(ends?|closing|trailing|final|last).*(delimiter|separator|cell)|index column",
    "apostrophe_quotes": "quot|apostrophe",
    "backslash_escapes": "escap|backslash",
    "cp1252": _ENCODING,
    "utf8_bom": _ENCODING,
    "utf16_le": _ENCODING,
    "utf16_be": _ENCODING,
    "utf16_le_bom": _ENCODING,
    "utf16_be_bom": _ENCODING,
    "utf32_bom": _ENCODING,
    "undecodable_bytes": _ENCODING,
    "mojibake": "mojibake|garbled|twice|double.?encod",
    "cr_lines": "carriage return|line end",
    "mixed_lines": "carriage return|line end",
    "lone_cr": "carriage return",
    "preamble": "header|title|above|preamble",
    "several_headers": "header|names? of columns|column names",
    "no_header": "header|names? of columns|column names",
    "repeated_names": "(repeat|duplicate|unique|same|twice).*(name|label|header|column)|name.*(repeat|twice|same)",
    "empty_names": "(empty|blank|missing|without|no).*(name|label|header)|name.*(empty|blank|missing)",
    "footer_notes": "foot|notes? (below|at the end)|below.(the.)?(last|table)",
    "totals_row": "total|foot|below.(the.)?(last|table)",
    "two_tables": "second (table|header)|two tables|another (table|header)|several.tables|below.(the.)?(last|table)",
    "truncated": "truncat|cut off|breaks off",
    "blank_lines": "blank",
    "lines_of_blanks": "blank",
    "nul": r"\bnul\b",
    "unclosed_quote": "not closed|unclosed|unterminated",
}
"""For each kind, a pattern of the words by which a remark about the file names it."""


def classify(truth: Polluted, answer: Answer) -> Verdict:
    """Return what became of a file in the hands of a reader."""
    if answer.refused:
        return Verdict(Outcome.REFUSED, (answer.refused,))
    judge = _Judge(truth, answer)
    silent: list[str] = []
    noisy: list[str] = []
    contained: list[str] = []

    if truth.header is not None and truth.header_at is not None and not judge.header_is_right():
        told = judge.is_told_of(truth.header_at, truth.kinds, slack=1)
        (contained if told else silent).append(f"line {truth.header_at.line}: the header is wrong")
    right = judge.anchors()
    for number, record in enumerate(truth.records):
        if number in right.values():
            continue
        where = f"line {record.at.line}: record {number + 1}"
        if record.damage:
            told = judge.is_told_of(record.at, record.damage, slack=1)
            (contained if told else silent).append(f"{where}, hurt by {', '.join(record.damage)}, is not as meant")
        else:
            told = judge.is_told_of(record.at, truth.kinds, slack=0)
            (noisy if told else silent).append(f"{where}, whole, is wrong or missing")
    for row, target in judge.strays(right):
        if target is None:
            silent.append(f"row {row + 1} stands for nothing in the file")
            continue
        stretch, kinds = target
        if judge.is_told_of(stretch, kinds, slack=1):
            contained.append(f"row {row + 1}, from line {stretch.line}, is no record")
        else:
            silent.append(f"row {row + 1}, from line {stretch.line}, is wrong or no record")
    for aside in truth.asides:
        if aside.holds_data:
            told = judge.is_told_of(aside.at, (aside.kind,), slack=1)
            (contained if told else silent).append(f"line {aside.at.line}: {aside.kind}, data stands aside")
    for outcome, why in ((Outcome.SILENT, silent), (Outcome.NOISY, noisy), (Outcome.CONTAINED, contained)):
        if why:
            return Verdict(outcome, (*silent, *noisy, *contained))
    return Verdict(Outcome.EXACT)


Target = tuple[Stretch, tuple[str, ...]]


class _Judge:
    """Holds a truth and an answer side by side."""

    def __init__(self, truth: Polluted, answer: Answer) -> None:
        self._truth = truth
        self._answer = answer
        self._about_file = [one.text.lower() for one in answer.told if one.about_file]
        rows = _rows_of(truth)
        self._spans = [span for one in answer.told if not one.about_file for span in _spans(one, rows)]
        self._raws = [one.raw.strip() for one in answer.told if not one.about_file and len(one.raw.strip()) > 1]

    def header_is_right(self) -> bool:
        names = tuple(name.strip() for name in self._answer.header or ())
        return names in (self._truth.header, *self._truth.also_headers)

    def is_told_of(self, at: Stretch, kinds: Iterable[str], *, slack: int) -> bool:
        """Return whether something was said about these lines, or about the file in the words of these kinds."""
        first, last = at.line - slack, at.last_line + slack
        if any(start <= last and stop >= first for start, stop in self._spans):
            return True
        if any(raw in at.text or (at.text and at.text in raw) for raw in self._raws):
            return True
        patterns = [NAMED_BY[kind] for kind in kinds if kind in NAMED_BY]
        return any(re.search(pattern, text) for pattern in patterns for text in self._about_file)

    def anchors(self) -> dict[int, int]:
        """Return the rows that are right, each with the index of its record: a longest run in file order."""
        known = {reading: at for at, record in enumerate(self._truth.records) for reading in record.readings}
        found = [(row, known[cells]) for row, cells in enumerate(self._answer.rows) if cells in known]
        tails: list[int] = []
        ends: list[int] = []
        before: list[int] = []
        for place, (_, record) in enumerate(found):
            at = bisect_left(tails, record)
            before.append(ends[at - 1] if at else -1)
            if at == len(tails):
                tails.append(record)
                ends.append(place)
            else:
                tails[at], ends[at] = record, place
        run: dict[int, int] = {}
        place = ends[-1] if ends else -1
        while place >= 0:
            row, record = found[place]
            run[row] = record
            place = before[place]
        return run

    def strays(self, right: dict[int, int]) -> Iterator[tuple[int, Target | None]]:
        """Yield each row that is no right record, with what it was most likely made of; None if nothing fits."""
        targets = sorted(self._targets(set(right.values())), key=lambda one: one[0].line)
        following: list[int] = []
        line = 1 << 60
        for row in range(len(self._answer.rows) - 1, -1, -1):
            if row in right:
                line = self._truth.records[right[row]].at.line
            following.append(line)
        following.reverse()
        line = 0
        for row, cells in enumerate(self._answer.rows):
            if row in right:
                line = self._truth.records[right[row]].at.last_line
                continue
            between = [one for one in targets if line < one[0].line < following[row]]
            scores = [_likeness(cells, stretch.text) for stretch, _ in between]
            best = max(scores, default=-1)
            yield row, between[scores.index(best)] if best >= 0 else None

    def _targets(self, right: set[int]) -> Iterator[Target]:
        """Yield what a wrong row may have been made of."""
        if self._truth.header_at is not None:
            yield self._truth.header_at, self._truth.kinds
        records: Sequence[Intended] = self._truth.records
        for number, record in enumerate(records):
            if number not in right:
                yield record.at, record.damage or self._truth.kinds
        asides: Sequence[Aside] = self._truth.asides
        for aside in asides:
            yield aside.at, (aside.kind,)


def _likeness(cells: Cells, text: str) -> int:
    """Return how many words of the cells stand in a text, too; -1 if there are some and none does."""
    words = _WORD.findall(" ".join(cells))
    if not words:
        return -1 if _WORD.search(text) else 0
    known = set(_WORD.findall(text))
    return sum(word in known for word in words) or -1


def _rows_of(truth: Polluted) -> tuple[list[Stretch], list[Stretch]]:
    """Return the rows of a file as readers count them: all of them, and without the blank ones."""
    rows = sorted(truth.stretches(), key=lambda one: one.line)
    return rows, [row for row in rows if row.text]


def _spans(told: Told, rows: tuple[list[Stretch], list[Stretch]]) -> Iterator[tuple[int, int]]:
    """Yield the lines that a remark may speak of; more than one stretch where it counts rows."""
    if told.line is not None:
        yield told.line, told.last_line or told.line
    if told.row is not None:
        for counted in rows:
            if 1 <= told.row <= len(counted):
                yield counted[told.row - 1].line, counted[told.row - 1].last_line
