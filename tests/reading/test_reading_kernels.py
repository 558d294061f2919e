"""The kernels of reading against plain definitions of what they do, at the bounds of their buffers too."""

from __future__ import annotations

import random
from itertools import accumulate

import numpy as np
import pytest

from pipeline.reading.counting import count_in_records
from pipeline.reading.places import ends_of_records, starts_of_lines
from pipeline.reading.regular_cells import column_of, regular_cells
from pipeline.reading.signs import ANY, Signs, rows_perhaps_of, rows_with_signs
from pipeline.reading.tokenising import Form, tokeniser_of

FILLING = "x" * 56
CELLS = ["", "a", FILLING, '"\r\n"', '""', '"a""b"', '"\n\n"', f'"{FILLING}"""', "\ufeffé"]


def regular_by_tokeniser(data: bytes, delimiter: str, width: int) -> tuple[list[list[str]], list[int]] | None:
    """Return the rows and first lines of records, or None if they are not all regular and of one width."""
    tokeniser = tokeniser_of(delimiter, '"')
    lines = data.splitlines(keepends=True)
    rows: list[list[str]] = []
    firsts: list[int] = []
    for first, stop, form in tokeniser.records(lines, final=True):
        try:
            text = b"".join(lines[first:stop]).decode()
        except UnicodeDecodeError:
            return None
        if form not in (Form.PLAIN, Form.QUOTED):
            return None
        end = next((end for end in ("\r\n", "\n", "\r") if text.endswith(end)), "")
        cells, strays = tokeniser.cells(text.removesuffix(end))
        if strays or len(cells) != width:
            return None
        rows.append(cells)
        firsts.append(first)
    return rows, firsts


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_cells_are_the_tokenisers(delimiter: str) -> None:
    """Whatever the bytes are: the cells and lines of the tokeniser, or none at all."""
    chance = random.Random(delimiter)
    pieces = [delimiter, delimiter, '"', '""', "\n", "\r\n", "\r", "a", "é", "\udcff", FILLING, "\0"]
    regular = 0
    for _ in range(3000):
        width = chance.choice([1, 2, 3])
        if chance.random() < 0.4:
            text = "".join(chance.choices(pieces, k=chance.randrange(12)))
        else:
            rows = [
                delimiter.join(chance.choices([*CELLS, f'"{delimiter}"'], k=width))
                for _ in range(chance.choice([1, 2, 9]))
            ]
            text = "".join(row + chance.choice(["\n", "\n", "\r\n", "\r"]) for row in rows)
            text = text[: len(text) - chance.choice([0, 0, 1])]
        data = text.encode(errors="surrogateescape")
        if any(not line.strip(b"\r\n") for line in data.splitlines(keepends=True)):
            continue
        wanted = regular_by_tokeniser(data, delimiter, width)
        found = regular_cells(data, delimiter, width, data.count(b"\n") + 2 if wanted is None else len(wanted[0]))
        if wanted is None:
            assert found is None, data
            continue
        regular += 1
        assert found is not None, data
        assert [*zip(*[column.to_pylist() for column in found.columns], strict=True)] == [*map(tuple, wanted[0])], data
        assert found.lines.tolist() == wanted[1]
        for column in found.columns:
            column.validate(full=True)
    assert regular > 500


@pytest.mark.parametrize("records", [0, 1, 3])
def test_another_number_of_records_is_refused(records: int) -> None:
    """More than there is room for, or fewer than there should be."""
    assert regular_cells(b"a,b\nc,d\n", ",", 2, records) is None


def test_letters_are_counted_in_records_and_outside_of_quotes() -> None:
    """Up to the last byte of each, and of the text."""
    chance = random.Random(9)
    for _ in range(300):
        records = [
            "".join(chance.choices(['"', ",", ",", "\n", "a", FILLING], k=chance.randrange(9))) for _ in range(5)
        ]
        ends = np.array([*accumulate(map(len, records))], dtype=np.int64)
        starts = ends - [*map(len, records)]
        data = "".join(records).encode()
        found = count_in_records(data, starts, ends, ",", None)
        assert found.tolist() == [record.count(",") for record in records]
        found = count_in_records(data, starts, ends, ",", '"')
        assert found.tolist() == ["".join(record.split('"')[::2]).count(",") for record in records], records


def test_lines_are_found_where_they_begin() -> None:
    """As `splitlines` makes them; those that there are not are left out."""
    chance = random.Random(7)
    for _ in range(1000):
        data = b"".join(chance.choices([b"\n", b"\r\n", b"\r", b"a", FILLING.encode()], k=chance.randrange(20)))
        starts = [*accumulate(map(len, data.splitlines(keepends=True)), initial=0)][:-1]
        asked = sorted(chance.choices(range(len(starts) + 2), k=chance.randrange(5)))
        found = starts_of_lines(data, np.array(asked, dtype=np.int64))
        assert found.tolist() == [starts[line] for line in asked if line < len(starts)], (data, asked)


def test_records_end_where_the_next_begins() -> None:
    """Line ends in quotes end none; the last record may lack its own."""
    chance = random.Random(8)
    for _ in range(300):
        records = [
            ",".join(chance.choices(CELLS, k=2)).encode() + chance.choice([b"\n", b"\r\n", b"\r"])
            for _ in range(chance.randrange(1, 6))
        ]
        records[-1] = records[-1].rstrip(b"\r\n") or b"x"
        starts = [*accumulate(map(len, records), initial=0)]
        found = ends_of_records(b"".join(records), np.array(starts[:-1], dtype=np.int64))
        assert found.tolist() == starts[1:], records


def test_signs_are_found_in_any_part_of_a_column() -> None:
    """All rows with a sign, where the last byte of a cell stands before the first one of the next."""
    chance = random.Random(3)
    pairs, singles = [(b"Ee", b"+"), (b":", b"5")], [(0xC3, ANY, b"\xc2"), (1, b"a\0", ANY)]
    rules = [*((*pair, ANY) for pair in pairs), *((bytes([byte]), *behind) for byte, *behind in singles)]
    pieces = ["E+", "+", "e", ":", "5", ":5", "Ã¼", "é", "a", FILLING, "\x01"]
    for _ in range(300):
        cells = ["".join(chance.choices(pieces, k=chance.choice([0, 0, 1, 2]))) for _ in range(chance.randrange(12))]
        first, stop = sorted(chance.choices(range(len(cells) + 1), k=2))
        joined, wanted, at = "".join(cells[first:stop]).encode() + b"\0\0\0", [], 0
        for row, cell in enumerate(cells[first:stop]):
            places = range(at, at := at + len(cell.encode()))
            if any(all(joined[place + by] in may for by, may in enumerate(rule)) for place in places for rule in rules):
                wanted.append(row)
        found = rows_with_signs(column_of(cells)[first:stop], Signs.of(pairs, singles)).tolist()
        assert found == wanted, cells[first:stop]


def test_a_text_is_found_with_any_blanks_around_it() -> None:
    """Every cell that is a text when stripped, in slices of columns too; of the others, only odd ones."""
    chance = random.Random(4)
    pieces = ["Name", "Name", " ", "\t", "\u00a0", "\u2003", "x", "é", FILLING]
    for _ in range(300):
        cells = ["".join(chance.choices(pieces, k=chance.choice([0, 1, 2, 3]))) for _ in range(chance.randrange(12))]
        first, stop = sorted(chance.choices(range(len(cells) + 1), k=2))
        column, cells = column_of(cells)[first:stop], cells[first:stop]
        found = set(rows_perhaps_of(column, "Name").tolist())
        assert found >= {row for row, cell in enumerate(cells) if cell.strip() == "Name"}
        assert all("Name" in cells[row] and (not cells[row].isascii() or cells[row].strip() == "Name") for row in found)


def test_signs_are_four() -> None:
    """The kernel looks for so many at once, and for no NUL."""
    with pytest.raises(ValueError, match="two pairs and two bytes"):
        Signs.of([(b"a", b"b")], [(1, ANY, ANY)])
    for pairs, singles in (([b"a", b"\0"], b"ab"), ([b"a\0", b"a"], b"ab"), ([b"a", b"a"], b"a\0")):
        with pytest.raises(ValueError, match="NUL"):
            Signs.of([(pairs[0], pairs[1])] * 2, [(byte, ANY, ANY) for byte in singles])


def test_a_pair_begins_with_letters_that_differ_in_bits_alone() -> None:
    """Others would be taken for them."""
    with pytest.raises(ValueError, match="bits"):
        Signs.of([(b"ab", b"c"), (b"ac", b"c")], [(byte, ANY, ANY) for byte in b"ab"])
