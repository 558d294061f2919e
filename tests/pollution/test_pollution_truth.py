"""The generator tells the truth, as far as others can say: the csv module, the lines, a strict grammar."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest

from tests.pollution.generating import MENU, generate
from tests.pollution.kinds import KINDS, PAIRS, SINGLES
from tests.pollution.truth import Cells, Polluted

SEEDS = range(len(MENU))


@pytest.fixture(scope="module")
def files() -> list[Polluted]:
    """Return one file for each entry of the menu."""
    return [generate(seed) for seed in SEEDS]


def text_of(file: Polluted) -> str:
    """Return the text of a file as Python's own codecs read it."""
    codec = file.overrides.encoding or "utf-8"
    return file.data.decode(codec, "replace").removeprefix("\ufeff")


def physical_lines(text: str) -> list[str]:
    """Return the lines, each with its end."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)


def test_consecutive_seeds_reach_every_kind_and_every_sensible_pair(files: list[Polluted]) -> None:
    """So 2,000 files from any seed on hold all of them, in the sizes and widths that were asked for."""
    assert {file.kinds for file in files} == {*SINGLES, *PAIRS}
    assert len(MENU) <= 2_000
    assert len(KINDS) >= 40
    counts = {len(file.records) for file in files}
    assert min(counts - {0}) == 3
    assert 150 < max(counts) <= 200
    assert {len(file.header or ()) for file in files if file.header} >= {1, 2, 3, 4, 5, 6, 7, 8, 12}


def test_a_seed_gives_the_same_file_again(files: list[Polluted]) -> None:
    """Truth and bytes depend on the seed alone; another round of the menu gives other files."""
    for seed in SEEDS[::50]:
        assert generate(seed) == files[seed]
        again = generate(seed + len(MENU))
        assert again.kinds == files[seed].kinds
        assert again.data != files[seed].data


def test_everything_stands_on_the_lines_that_the_truth_names(files: list[Polluted]) -> None:
    """Header, records and asides fill the file without a gap, and each one's text is at its lines."""
    for file in files:
        lines = physical_lines(text_of(file))
        line = 1
        for stretch in sorted(file.stretches(), key=lambda one: one.line):
            assert stretch.line == line, file
            found = "".join(lines[stretch.line - 1 : stretch.last_line]).rstrip("\r\n")
            if "undecodable_bytes" not in file.kinds and "truncated" not in file.kinds:
                assert found == stretch.text.rstrip("\r\n"), file
            line = stretch.last_line + 1
        assert line == len(lines) + 1 + (not lines[-1:]), file


def rows_by_csv(file: Polluted, text: str) -> list[Cells]:
    """Return what the csv module reads in a text once it knows the dialect."""
    said = file.overrides
    escape = said.escape
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=said.delimiter or ",",
        quotechar=said.quote or '"',
        escapechar=escape,
        doublequote=escape is None,
        skipinitialspace=said.blank,
    )
    return [tuple(row) for row in reader]


def test_the_csv_module_reads_the_whole_records_so(files: list[Polluted]) -> None:
    """Given the dialect and the lines of one record, it finds the very cells; so it does for the header."""
    compared = 0
    for file in files:
        if file.header_at is not None and "mojibake" not in file.kinds:
            (names,) = rows_by_csv(file, file.header_at.text)
            assert names in (file.header, *file.also_headers), file
        for record in file.records:
            if not record.damage:
                (cells,) = rows_by_csv(file, record.at.text)
                assert cells in record.readings, file
                compared += 1
    assert compared > 30_000


def strict_rows(text: str, delimiter: str, quote: str) -> Cells | None:
    """Return the cells of a text that is exactly one record of the strict grammar, else None.

    The grammar is RFC 4180's, section 2: no quote in a cell without quotes, nothing between a quote and a separator.
    """
    d, q = re.escape(delimiter), re.escape(quote)
    cell = re.compile(f"(?:{q}((?:[^{q}]|{q}{q})*){q}|([^{q}{d}\r\n]*))(?:{d}|\\Z)")
    cells: list[str] = []
    at = 0
    while True:
        found = cell.match(text, at)
        if found is None:
            return None
        inner = found.group(1)
        cells.append(found.group(2) if inner is None else inner.replace(quote * 2, quote))
        if found.end() == len(text) and not found.group().endswith(delimiter):
            return tuple(cells)
        at = found.end()


def spans(file: Polluted, line: int, last_line: int, lines: list[str]) -> Iterator[str]:
    """Yield the texts that a reader may take for one record if it begins on a line: up to 60 lines."""
    for stop in range(last_line, min(last_line + 60, len(lines)) + 1):
        yield re.sub(r"[\r\n]+\Z", "", "".join(lines[line - 1 : stop]))


SHOWN_BY_FORM = {
    "inconsistent_delimiter",
    "quote_doubled_wrongly",
    "ragged_long",
    "ragged_short",
    "stray_quote",
    "text_after_quote",
    "truncated",
    "unclosed_quote",
}
"""Kinds of damage that only the form of the text gives away."""


def test_no_hurt_record_reads_as_another_whole_one(files: list[Polluted]) -> None:
    """Alone, or with lines below it, it is no well-formed record of the right width with other cells."""
    checked = 0
    for file in files:
        if (
            not SHOWN_BY_FORM & set(file.kinds)
            or file.overrides.escape
            or {"comma_blank", "mojibake"} & set(file.kinds)
        ):
            continue
        lines = physical_lines(text_of(file))
        delimiter, quote = file.overrides.delimiter or ",", file.overrides.quote or '"'
        widths = {len(reading) for record in file.records for reading in record.readings}
        for record in file.records:
            if SHOWN_BY_FORM & set(record.damage):
                for text in spans(file, record.at.line, record.at.last_line, lines):
                    cells = strict_rows(text, delimiter, quote)
                    wrong = cells is not None and len(cells) in widths and cells not in record.readings
                    half = "\ufffd" in text
                    closing = "closing_delimiter" in file.kinds and {"ragged_short", "truncated"} & set(record.damage)
                    assert not wrong or half or closing, (file, record, cells)
                    checked += 1
    assert checked > 9_000


def test_the_strict_grammar_is_strict() -> None:
    """The check above can fail: it knows well-formed records from others."""
    assert strict_rows('a,"b, ""c""\nd",', ",", '"') == ("a", 'b, "c"\nd', "")
    for wrong in ('a,b"c', '"a"b,c', '"a,b', "a\nb", '"a" ,b'):
        assert strict_rows(wrong, ",", '"') is None
