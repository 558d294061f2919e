"""The judge of readers: each class by hand, and laws over many files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.pollution.classifying import Answer, Outcome, Told, classify
from tests.pollution.generating import MENU, generate
from tests.pollution.truth import Aside, Intended, Overrides, Polluted, Stretch


def file_of(
    *kinds: str, damage: dict[int, str] | None = None, asides: tuple[Aside, ...] = (), delimiter: str = ","
) -> Polluted:
    """Return a table of ten records on lines 2 to 11, some of them hurt."""
    hurt = damage or {}
    records = tuple(
        Intended((f"a{n}", f"b{n}"), Stretch(n + 1, n + 1, f"a{n}{delimiter}b{n}"), (hurt[n],) if n in hurt else ())
        for n in range(1, 11)
    )
    return Polluted(0, kinds, b"", ("x", "y"), Stretch(1, 1, "x,y"), (), records, asides, Overrides())


def answer_of(file: Polluted, *told: Told, without: tuple[int, ...] = ()) -> Answer:
    """Return the right rows but for some records."""
    rows = tuple(record.cells for number, record in enumerate(file.records, 1) if number not in without)
    return Answer(file.header, rows, told)


HURT = file_of("ragged_short", damage={5: "ragged_short"})
NOTE = file_of("footer_notes", asides=(Aside("footer_notes", Stretch(12, 12, "End of list,")),))
TABLE = file_of("two_tables", asides=(Aside("two_tables", Stretch(12, 12, "North,7"), holds_data=True),))
WHOLE = file_of("semicolon", delimiter=";")
RIGHT = answer_of(HURT)


def with_row(answer: Answer, at: int, *cells: str) -> Answer:
    """Return the answer with one more row."""
    return replace(answer, rows=(*answer.rows[:at], cells, *answer.rows[at:]))


CASES: list[tuple[str, Polluted, Answer, Outcome]] = [
    ("all right", HURT, RIGHT, Outcome.EXACT),
    ("refused", HURT, Answer(refused="no"), Outcome.REFUSED),
    ("nothing at all", HURT, Answer(), Outcome.SILENT),
    ("hurt dropped, told", HURT, answer_of(HURT, Told("x", line=6), without=(5,)), Outcome.CONTAINED),
    ("hurt dropped, told next door", HURT, answer_of(HURT, Told("x", line=7), without=(5,)), Outcome.CONTAINED),
    ("hurt dropped, told elsewhere", HURT, answer_of(HURT, Told("x", line=8), without=(5,)), Outcome.SILENT),
    ("hurt dropped, told by row", HURT, answer_of(HURT, Told("x", row=6), without=(5,)), Outcome.CONTAINED),
    ("hurt dropped, told by text", HURT, answer_of(HURT, Told("x", raw="a5,b5"), without=(5,)), Outcome.CONTAINED),
    ("hurt dropped", HURT, answer_of(HURT, without=(5,)), Outcome.SILENT),
    ("hurt wrong", HURT, with_row(answer_of(HURT, without=(5,)), 4, "a5", ""), Outcome.SILENT),
    (
        "hurt wrong, told",
        HURT,
        with_row(answer_of(HURT, Told("x", line=6), without=(5,)), 4, "a5", ""),
        Outcome.CONTAINED,
    ),
    (
        "hurt, told of something else in the file",
        HURT,
        answer_of(HURT, Told("blank lines", line=6, about_file=True), without=(5,)),
        Outcome.SILENT,
    ),
    ("whole one lost", HURT, answer_of(HURT, without=(8,)), Outcome.SILENT),
    ("whole one lost, told", HURT, answer_of(HURT, Told("x", line=9), without=(8,)), Outcome.NOISY),
    ("whole one lost, told next door", HURT, answer_of(HURT, Told("x", line=8), without=(8,)), Outcome.SILENT),
    (
        "swallowed with its neighbour, and shown",
        HURT,
        answer_of(HURT, Told("x", line=6, last_line=7), without=(5, 6)),
        Outcome.NOISY,
    ),
    (
        "swallowed with its neighbour",
        HURT,
        with_row(answer_of(HURT, Told("x", line=6), without=(5, 6)), 4, "a5", "b5\na6,b6"),
        Outcome.SILENT,
    ),
    ("two changed places", HURT, replace(RIGHT, rows=(RIGHT.rows[1], RIGHT.rows[0], *RIGHT.rows[2:])), Outcome.SILENT),
    ("one twice", HURT, with_row(RIGHT, 3, "a3", "b3"), Outcome.SILENT),
    ("one from nowhere", HURT, with_row(RIGHT, 3, "?", "!"), Outcome.SILENT),
    ("header wrong", HURT, replace(RIGHT, header=("x", "z")), Outcome.SILENT),
    ("header wrong, told", HURT, replace(RIGHT, header=("x", "z"), told=(Told("?", line=1),)), Outcome.CONTAINED),
    ("note passed over", NOTE, answer_of(NOTE), Outcome.EXACT),
    ("note as a record", NOTE, with_row(answer_of(NOTE), 10, "End of list", ""), Outcome.SILENT),
    (
        "note as a record, named",
        NOTE,
        with_row(answer_of(NOTE, Told("a footer", about_file=True)), 10, "End of list", ""),
        Outcome.CONTAINED,
    ),
    ("second table passed over", TABLE, answer_of(TABLE), Outcome.SILENT),
    ("second table told", TABLE, answer_of(TABLE, Told("x", line=12)), Outcome.CONTAINED),
    (
        "all in one cell",
        WHOLE,
        Answer(("x;y",), tuple((f"a{n};b{n}",) for n in range(1, 11))),
        Outcome.SILENT,
    ),
    (
        "all in one cell, doubted",
        WHOLE,
        Answer(
            ("x;y",),
            tuple((f"a{n};b{n}",) for n in range(1, 11)),
            (Told("the delimiter is doubtful", about_file=True),),
        ),
        Outcome.NOISY,
    ),
]


@pytest.mark.parametrize(("file", "answer", "outcome"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_a_reader_is_credited_with(file: Polluted, answer: Answer, outcome: Outcome) -> None:
    """Told where it is, in the right words, or not: the class follows."""
    verdict = classify(file, answer)
    assert verdict.outcome is outcome, verdict.why
    assert bool(verdict.why) == (outcome is not Outcome.EXACT)


def loses_data(file: Polluted) -> bool:
    """Return whether passing over what is no record is a loss."""
    return any(aside.holds_data for aside in file.asides)


def test_the_truth_itself_is_exact() -> None:
    """Whoever gives every record as it was meant is right, whatever they say, with any of the readings."""
    for seed in range(0, len(MENU), 3):
        file = generate(seed)
        if loses_data(file):
            continue
        for at in (0, -1):
            rows = tuple(record.readings[at] for record in file.records)
            assert classify(file, Answer(file.header, rows)).outcome is Outcome.EXACT, file


def test_hurt_records_set_aside_are_contained_and_without_a_word_silent() -> None:
    """The same rows without the hurt ones: contained if each is told of, silent if one is not."""
    for seed in range(1, len(MENU), 3):
        file = generate(seed)
        hurt = [record for record in file.records if record.damage]
        if not hurt or loses_data(file):
            continue
        rows = tuple(record.cells for record in file.records if not record.damage)
        told = tuple(Told("x", line=record.at.line) for record in hurt)
        assert classify(file, Answer(file.header, rows, told)).outcome is Outcome.CONTAINED, file
        assert classify(file, Answer(file.header, rows)).outcome is Outcome.SILENT, file


def test_any_whole_record_that_is_lost_changed_or_doubled_is_noticed() -> None:
    """One at a time, in the middle of a right answer without a word: always silent."""
    for seed in range(2, len(MENU), 3):
        file = generate(seed)
        whole = [number for number, record in enumerate(file.records) if not record.damage]
        if not whole or loses_data(file):
            continue
        rows = [record.cells for record in file.records]
        at = whole[len(whole) // 2]
        changed = (*rows[at][:-1], rows[at][-1] + "?")
        for wrong in (
            [*rows[:at], *rows[at + 1 :]],
            [*rows[:at], changed, *rows[at + 1 :]],
            [*rows[: at + 1], *rows[at:]],
        ):
            assert classify(file, Answer(file.header, tuple(wrong))).outcome is Outcome.SILENT, file
