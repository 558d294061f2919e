"""Records and cells against Python's csv module, and against a slow reading letter by letter."""

from __future__ import annotations

import csv
import io
import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.reading.tokenising import RECORD_BYTES, RECORD_LINES, Form, Tokeniser

SPECTRUM = Path(__file__).parents[3] / "shared" / "data" / "csv-spectrum"
# One case of the suite contradicts itself: its JSON does not belong to its CSV.
CASES = sorted({path.stem for path in SPECTRUM.glob("csvs/*.csv")} - {"location_coordinates"})

CELLS = st.text(
    st.one_of(
        st.sampled_from(list("\r\n\",;'\t| ab")),
        st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]),
    ),
    max_size=12,
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 4))
    return draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=8))


def written(rows: list[list[str]], width: int, **options: Any) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, **options).writerows([[f"column {at}" for at in range(width)], *rows])
    return buffer.getvalue()


def letter_by_letter(text: str, width: int) -> tuple[dict[int, tuple[int, list[str]]], dict[int, tuple[int, str, str]]]:
    """Read comma and double quote as slowly and plainly as possible; spans of records partition the text."""
    good: dict[int, tuple[int, list[str]]] = {}
    bad: dict[int, tuple[int, str, str]] = {}

    def line_end(at: int) -> int:
        return 2 if text[at : at + 2] == "\r\n" else 1 if text[at] in "\r\n" else 0

    def next_line(at: int) -> int:
        while at < len(text):
            if length := line_end(at):
                return at + length
            at += 1
        return at

    def count_lines(part: str) -> int:
        return part.count("\n") + part.count("\r") - part.count("\r\n")

    def one_record(at: int) -> tuple[int, list[str] | None, bool]:
        """Return (where it ends, cells or None, whether it failed on its first line)."""
        begin = at
        cells: list[str] = []
        while True:
            cell = ""
            if at < len(text) and text[at] == '"':
                at += 1
                while True:
                    if at == len(text):
                        return at, None, False
                    if text[at] == '"' and text[at : at + 2] == '""':
                        cell, at = cell + '"', at + 2
                    elif text[at] == '"':
                        at += 1
                        break
                    else:
                        cell, at = cell + text[at], at + 1
                if at < len(text) and text[at] != "," and not line_end(at):
                    return at, None, count_lines(text[begin:at]) == 0
            else:
                while at < len(text) and text[at] != "," and not line_end(at):
                    cell, at = cell + text[at], at + 1
            cells.append(cell)
            if at == len(text) or (length := line_end(at)):
                stop = at if at == len(text) else at + length
                lines = count_lines(text[begin:at]) + 1
                if lines > 1 and (lines > RECORD_LINES or len(text[begin:stop].encode()) > RECORD_BYTES):
                    return stop, None, False
                return stop, cells, True
            at += 1

    at, line, number = 0, 1, 0
    header = True
    while at < len(text):
        begin = at
        while at < len(text) and text[at] in " \t":
            at += 1
        if at == len(text) or line_end(at):
            # Nothing, or nothing but blanks: no record.
            at, line = min(len(text), at + (line_end(at) if at < len(text) else 0)), line + 1
            continue
        at = begin
        stop, cells, at_once = one_record(at)
        if cells is None:
            stop = next_line(at)
        raw = text[at:stop]
        if header:
            header = False
        else:
            number += 1
            bare = raw[:-2] if raw.endswith("\r\n") else raw[:-1] if raw.endswith(("\r", "\n")) else raw
            cut_off = stop == len(text) and raw == bare
            if cells is None:
                bad[number] = (line, "R103" if at_once else "R109" if cut_off else "R104", bare)
            elif "\0" in raw:
                bad[number] = (line, "R105", bare)
            elif len(cells) != width:
                code = "R102" if len(cells) > width else "R109" if cut_off else "R101"
                bad[number] = (line, code, bare)
            else:
                good[number] = (line, cells)
        line += count_lines(raw)
        at = stop
    return good, bad


def agrees(found: Any, truth: tuple[dict[int, Any], dict[int, Any]]) -> None:
    """Compare what was read with the slow reading, which makes no repair and knows no other tables."""
    good, bad = truth
    repaired = {finding.record for finding in found.findings if finding.code == "R207"}
    assert all(bad[number][1] == "R103" for number in repaired)
    rows = {number: (found.lines[number], row) for number, row in found.rows.items() if number not in repaired}
    assert rows == good
    same = {"R114": "R102"}
    broken = {number: (one.line, same.get(one.code, one.code), one.raw) for number, one in found.broken.items()}
    assert broken == {number: one for number, one in bad.items() if number not in repaired}


@settings(deadline=None, max_examples=150)
@given(table=tables(), delimiter=st.sampled_from(",;\t|"), ending=st.sampled_from(["\r\n", "\n", "\r"]), data=st.data())
def test_well_formed_tables_read_as_csv_does(
    load: Any, table: list[list[str]], delimiter: str, ending: str, data: st.DataObject
) -> None:
    """What csv.writer wrote is read back cell by cell, in every encoding that can hold it."""
    width = len(table[0]) if table else 2
    quoting = data.draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])) if ending == "\r\n" else csv.QUOTE_ALL
    # A line of blanks is no record; written with quotes it is one.
    assume(width > 1 or quoting == csv.QUOTE_ALL or not any(row[0].isspace() for row in table))
    text = written(table, width, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[1:] == table
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "gb18030"]))
    found = load(
        text.encode(encoding),
        encoding=encoding,
        delimiter=delimiter,
        range_records=data.draw(st.sampled_from([1, 2, 3, 1000])),
    )
    assert [found.rows[number] for number in sorted(found.rows)] == table
    assert not found.broken
    # Of texts made by chance some look like notes or damage; that is said, and they are kept.
    assert {finding.code for finding in found.findings} <= {"R208", "R209", "R210", "R211"}
    assert found.source.header == tuple(f"column {at}" for at in range(width))


@settings(deadline=None, max_examples=400)
@given(body=st.text(st.sampled_from('aaé,,""\n\n\r \0'), max_size=40), ranges=st.sampled_from([1, 2, 3, 1000]))
def test_any_text_reads_as_letter_by_letter(load: Any, body: str, ranges: int) -> None:
    """Cells, line numbers, codes and raw text equal those of the slow reading, whatever the size of a range."""
    text = "h" * 400 + ",second\n" + body
    found = load(text, encoding="utf-8", delimiter=",", range_records=ranges)
    assume(not found.source.dialect.trailing)
    agrees(found, letter_by_letter(text, 2))


def test_many_seeded_texts_read_as_letter_by_letter(load: Any) -> None:
    """A seeded sweep over longer texts, dense in quotes and line ends, for each size of a range."""
    chance = random.Random(20240229)
    for _ in range(50):
        pieces = ["a", ",", '"', '""', "\n", "\r\n", "\r", '",', ',"', "b c", "é", '"\n', '\n"']
        text = "one,two\n" + "".join(chance.choices(pieces, k=chance.randrange(1, 120)))
        truth = letter_by_letter(text, 2)
        for ranges in (1, 2, 7, 1000):
            found = load(text, encoding="utf-8", delimiter=",", range_records=ranges)
            if not found.source.dialect.trailing:
                agrees(found, truth)


@settings(deadline=None, max_examples=200)
@given(
    body=st.lists(st.sampled_from(['a"b,"', '"', '",', "x", '"a"', '""', ',"', "é,"]), max_size=14),
    cut=st.integers(0, 14),
)
def test_lines_in_portions_make_the_same_records(body: list[str], cut: int) -> None:
    """Stopping before an undecided record and going on with more lines changes nothing."""
    tokeniser = Tokeniser(",", '"')
    lines = [piece.encode() + b"\n" for piece in body]
    whole = list(tokeniser.records(lines, final=True))
    early = list(tokeniser.records(lines[:cut], final=False))
    done = early[-1][1] if early else 0
    late = [(first + done, stop + done, form) for first, stop, form in tokeniser.records(lines[done:], final=True)]
    assert early + late == whole
    assert [first for first, _, _ in whole] == [0, *[stop for _, stop, _ in whole]][: len(whole)]


@pytest.mark.parametrize(("lines", "form"), [(RECORD_LINES, Form.QUOTED), (RECORD_LINES + 1, Form.UNCLOSED)])
def test_a_record_has_at_most_so_many_lines(lines: int, form: Form) -> None:
    """A quoted cell may go over a thousand lines and no more; beyond, only its first line is set aside."""
    text = [b'"a\n', *[b"b\n"] * (lines - 2), b'c"\n', b"d\n"]
    records = list(Tokeniser(",", '"').records(text, final=True))
    assert records[0] == (0, lines if form is Form.QUOTED else 1, form)
    assert records[-1] == (lines, lines + 1, Form.PLAIN)


@pytest.mark.parametrize(("extra", "form"), [(0, Form.QUOTED), (1, Form.UNCLOSED)])
def test_a_record_over_lines_has_at_most_so_many_bytes(extra: int, form: Form) -> None:
    """... and over a mebibyte and no more."""
    text = [b'"a\n', b"b" * (RECORD_BYTES - 7 + extra) + b"\n", b'c"\n']
    assert next(Tokeniser(",", '"').records(text, final=True))[2] is form


@pytest.mark.parametrize(
    "piece",
    ['"a\n', 'a","\n', '"', '""', ",", '",', '","', '"\n', "\n", "\r", '"a,"\r', ' "', "'", 'a"b,"c\n', '"a""\n'],
)
def test_hostile_shapes_take_little_time(load: Any, piece: str) -> None:
    """100 kB of one shape over and over is read, or refused, in linear time."""
    from pipeline.errors import SourceError

    text = "one,two\n" + piece * (100_000 // len(piece))
    begun = time.process_time()
    for options in ({}, {"delimiter": ",", "quote": '"'}):
        try:
            load(text, **options)
        except SourceError:
            assert piece in {",", '"', '""'}
    assert time.process_time() - begun < 5


def test_quadratic_lookahead_is_impossible() -> None:
    """Lines that open a quote read alone, and stay inside one read within it, are each walked twice at most."""
    lines = [b'a","\n'] * 60_000
    begun = time.process_time()
    forms = [form for _, _, form in Tokeniser(",", '"').records(lines, final=True)]
    assert set(forms) == {Form.UNCLOSED}
    assert len(forms) == len(lines)
    assert time.process_time() - begun < 3


@pytest.mark.parametrize("case", CASES or [None])
def test_csv_spectrum(load: Any, case: str | None) -> None:
    """The public csv-spectrum cases read as their JSON says."""
    if case is None:
        pytest.skip("the csv-spectrum files are not beside this checkout")
    data = (SPECTRUM / "csvs" / f"{case}.csv").read_bytes()
    if case.endswith("_crlf"):
        # These are made of CRLF; some copies of the suite were normalised to LF on their way.
        data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    found = load(data)
    truth = json.loads((SPECTRUM / "json" / f"{case}.json").read_bytes())
    assert [dict(zip(found.source.header, row, strict=True)) for row in found.rows.values()] == truth
    assert not found.broken
