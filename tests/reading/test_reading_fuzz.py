"""Positions and kernels against the tokeniser alone, over thousands of small tables in and out of order."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.reading import open_quotes, ragged, regular, splitting, tables, unclosed
from pipeline.reading.blocks import Block
from pipeline.reading.regular import index_records
from pipeline.reading.tokenising import RECORD_BYTES, RECORD_LINES, Form, tokeniser_of
from tests.reading.fuzzing import try_one

SECONDS = 20
FILES = 400


def test_all_readers_agree_on_seeded_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plans, cells, numbers, lines, broken records and findings are the tokeniser's, however the text is cut."""
    told: Counter[str] = Counter()

    def counted(*given: Any) -> ragged.Ragged:
        found = ragged.judge_ragged(*given)
        told.update(one.code for one in found.broken)
        return found

    def counted_unclosed(*given: Any) -> Any:
        at, broken = unclosed.judge_unclosed(*given)
        told.update(one.code for one in broken)
        return at, broken

    monkeypatch.setattr(tables, "judge_ragged", counted)
    monkeypatch.setattr(tables, "judge_unclosed", counted_unclosed)
    begun = time.monotonic()
    records = as_it_stands = 0
    for seed in range(FILES):
        if time.monotonic() - begun > SECONDS and seed >= 100:
            break
        found, fast = try_one(seed, tmp_path)
        records += found
        as_it_stands += fast
    # The sweep means something only if every reader had its share.
    assert records > 2000
    assert records // 20 < as_it_stands < records
    assert told.total() > 1000
    assert {*told} == {"R101", "R102", "R104", "R110", "R111", "R114"}


def fails_on_some(folder: Path, seeds: int = 300) -> bool:
    """Return whether the comparison notices something within so many tables."""
    for seed in range(seeds):
        try:
            try_one(seed, folder)
        except AssertionError:
            return True
    return False


def test_a_careless_regularity_check_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If every quote is taken to stand where it may, the comparison fails."""
    monkeypatch.setattr(regular._Indexer, "_bad_lines", lambda _self, _parity: [])
    assert fails_on_some(tmp_path)


def test_a_forgotten_bound_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a quoted cell may go on for ever, the comparison fails."""
    whole = regular._Indexer._take_regular

    def unbounded(self: Any, line: int) -> int:
        with pytest.MonkeyPatch.context() as inside:
            inside.setattr(regular, "RECORD_LINES", 1 << 40)
            inside.setattr(regular, "RECORD_BYTES", 1 << 40)
            return whole(self, line)

    monkeypatch.setattr(regular._Indexer, "_take_regular", unbounded)
    assert fails_on_some(tmp_path)


def test_a_forgotten_nul_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If records with NUL pass for clean ones, the comparison fails."""
    monkeypatch.setattr(regular.Index, "records_at", lambda _self, _positions: np.empty(0, dtype=np.int64))
    assert fails_on_some(tmp_path)


@pytest.mark.parametrize("more", [-1, 1])
def test_a_wrong_width_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: int) -> None:
    """If cells are counted wrongly, the comparison fails."""
    count = regular.Index.widths
    monkeypatch.setattr(regular.Index, "widths", lambda self: count(self) + more)
    assert fails_on_some(tmp_path)


def test_a_separator_inside_quotes_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If separators inside quotes count like those between cells, the comparison fails."""
    count = regular.Index.widths
    monkeypatch.setattr(regular.Index, "widths", lambda self: count(replace(self, quote=None)))
    assert fails_on_some(tmp_path)


def test_a_forgotten_separator_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If short records are never separated another way, the comparison fails."""
    monkeypatch.setattr(ragged, "DELIMITERS", ())
    assert fails_on_some(tmp_path)


def test_a_careless_look_for_separators_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If quotes are not thought of where other separators are counted, the comparison fails."""
    monkeypatch.setattr(ragged, "QUOTE", "\x01")
    assert fails_on_some(tmp_path)


def test_a_forgotten_footer_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the last records are like any others, the comparison fails."""
    judge_ragged = ragged.judge_ragged

    def careless(*given: Any) -> ragged.Ragged:
        with pytest.MonkeyPatch.context() as inside:
            inside.setattr(ragged, "FOOTER_RECORDS", 0)
            return judge_ragged(*given)

    monkeypatch.setattr(tables, "judge_ragged", careless)
    assert fails_on_some(tmp_path)


def test_a_forgotten_table_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If records are not compared with the headers of other tables, the comparison fails."""
    judge_ragged = ragged.judge_ragged
    monkeypatch.setattr(
        tables, "judge_ragged", lambda source, *given: judge_ragged(replace(source, other_tables=()), *given)
    )
    assert fails_on_some(tmp_path)


def test_an_open_quote_that_is_closed_later_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a quote that is open at the end of its line is taken for one that is never closed, the comparison fails."""
    monkeypatch.setattr(open_quotes.OpenQuotes, "never_closed", open_quotes.OpenQuotes.opens)
    assert fails_on_some(tmp_path)


def test_a_wrong_open_cell_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If separators inside earlier quotes of the line count, the comparison fails."""
    monkeypatch.setattr(open_quotes.OpenQuotes, "opens", lambda _self, first, stop: stop > first)
    assert fails_on_some(tmp_path)


def test_a_forgotten_neighbour_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If short records are not compared with those of the ranges beside theirs, the comparison fails."""
    monkeypatch.setattr(splitting, "_beyond", lambda _source, _number: splitting.Shorts.of([]))
    assert fails_on_some(tmp_path)


def test_a_forgotten_line_end_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If line ends inside cells are not counted, the comparison fails."""
    cells_of = tables.regular_cells

    def careless(*given: Any) -> Any:
        cells = cells_of(*given)
        return cells and replace(cells, lines=np.arange(len(cells.lines)))

    monkeypatch.setattr(tables, "regular_cells", careless)
    assert fails_on_some(tmp_path)


def test_the_fast_path_comes_back_behind_a_stray_quote() -> None:
    """Of ten thousand lines with three odd ones, the tokeniser looks at a handful."""
    lines = [b'1,"two, three"\n', b"4,5\n"] * 5000
    lines[100], lines[5000], lines[5001] = b'6,"seven\n', b'a "b",c\n', b'"d"e,f\n'
    index = index_records(Block(b"".join(lines)), tokeniser_of(",", '"'), final=True)
    assert len(index) == len(lines)
    assert {100: Form.UNCLOSED, 5000: Form.QUOTED, 5001: Form.TRAILING}.items() <= index.forms.items()
    assert len(index.forms) < 20


@pytest.mark.parametrize(("lines", "bytes_more"), [(RECORD_LINES, 0), (RECORD_LINES + 1, 0), (3, 0), (3, 1)])
def test_the_bounds_of_a_record_are_the_tokenisers(lines: int, bytes_more: int) -> None:
    """A regular record is within them, one that is a line or a byte larger is left to the tokeniser."""
    size = 0 if lines > 3 else RECORD_BYTES - 7 + bytes_more
    text = [b'"a\n', b"b" * size + b"\n", *[b"b\n"] * (lines - 3), b'c"\n', b"d\n"]
    tokeniser = tokeniser_of(",", '"')
    index = index_records(Block(b"".join(text)), tokeniser, final=True)
    exact = [(first, stop) for first, stop, form in tokeniser.records(text, final=True) if form is not Form.BLANK]
    assert list(zip(index.lines.tolist(), index.stops.tolist(), strict=True)) == exact
    assert (0 in index.forms) == (lines > RECORD_LINES or bytes_more > 0)


def test_an_open_record_waits_for_more_text() -> None:
    """What is undecided at the end of a block is left to the next one."""
    chance = random.Random(5)
    tokeniser = tokeniser_of(",", '"')
    pieces = [b"a,b\n", b'"a\n', b'b"\n', b'",\n', b"\n", b'x"y\n', b'"a""\n']
    for _ in range(300):
        text = chance.choices(pieces, k=12)
        index = index_records(Block(b"".join(text)), tokeniser, final=False)
        early = list(tokeniser.records(text, final=False))
        assert index.line_count == (early[-1][1] if early else 0)
        assert index.lines.tolist() == [first for first, _, form in early if form is not Form.BLANK]
        assert index.blank == [first for first, _, form in early if form is Form.BLANK]
