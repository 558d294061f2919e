"""Duplicates over many batches, against a plain dict over Python strings."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.deduplicating import comparing, partitions
from pipeline.deduplicating import hashed as keyed
from pipeline.deduplicating.folding import fold_key
from pipeline.deduplicating.hashed import fold_keys
from pipeline.deduplicating.knowing import find_known
from pipeline.deduplicating.losing import find_losers, find_losers_in
from pipeline.deduplicating.partitions import read_portion
from pipeline.deduplicating.settled import Losers
from pipeline.deduplicating.spilling import PARTITIONS, ROW, KeyPiece, write_keys
from pipeline.deduplicating.words import Words, equal_strings, hash_strings
from pipeline.errors import OutputError

ACCEPTED, BLANKABLE, REFUSED = "accepted", "blankable", "refused"

# Letters whose lower case Python and Arrow see differently, or that casefold would merge; one beyond the BMP (𐐀).
LETTERS = "aAbB1@.ßẞsSİIıiΣσςÉé\u0130\u0307\U00010400\U00010428\x00"
keys = st.one_of(
    st.none(),
    st.text(LETTERS, max_size=3),
    st.text("abAB", min_size=6, max_size=18),
    st.sampled_from(["x" * 256, "X" * 256, "x" * 257, "x" * 300 + "y", "X" * 300 + "Y"]),
)


@dataclass(frozen=True)
class Record:
    """A record as phase 1 sees it."""

    key: str | None
    standing: str = ACCEPTED


records_of_a_file = st.lists(
    st.builds(Record, keys, st.sampled_from([ACCEPTED, ACCEPTED, BLANKABLE, REFUSED])), max_size=40
)


def line_of(record: int) -> int:
    return 3 * record + 2


def expected(records: Sequence[Record]) -> tuple[dict[int, tuple[int, int]], int]:
    """Return loser → (kept, its line), and how many keys there are, by a dict over strings."""
    first: dict[str, int] = {}
    losers: dict[int, tuple[int, int]] = {}
    every: set[str] = set()
    for number, record in enumerate(records, start=1):
        if not record.key or record.standing == REFUSED:
            continue
        key = record.key.lower()
        every.add(key)
        if record.standing == ACCEPTED and first.setdefault(key, number) != number:
            losers[number] = (first[key], line_of(first[key]))
    return losers, len(every)


def texts(values: Sequence[str | None]) -> pa.LargeStringArray:
    return pa.array(values, pa.large_string())


def columns(records: Sequence[Record], begin: int = 0) -> tuple[list[pa.LargeStringArray], np.ndarray, np.ndarray]:
    numbers = np.arange(begin + 1, begin + len(records) + 1, dtype=np.int64)
    return [texts([record.key for record in records])], numbers, line_of(numbers)  # type: ignore[arg-type, return-value]


def standing(records: Sequence[Record], what: str) -> np.ndarray:
    return np.array([record.standing == what for record in records], dtype=bool)


def spilled(folder: Path, records: Sequence[Record], cuts: Sequence[int] = ()) -> list[KeyPiece]:
    """Return the pieces of records cut into batches."""
    bounds = [0, *sorted({cut for cut in cuts if 0 < cut < len(records)}), len(records)]
    pieces = []
    for part, (begin, end) in enumerate(pairwise(bounds)):
        batch = records[begin:end]
        accepted, blankable = standing(batch, ACCEPTED), standing(batch, BLANKABLE)
        path = folder / f"{part:08d}.keys"
        pieces.append(write_keys(path, part, *columns(batch, begin), accepted, blankable))
    return pieces


def told(losers: Losers) -> dict[int, tuple[int, int]]:
    numbers = losers.records.tolist()
    assert numbers == sorted(set(numbers))
    assert losers.lines.tolist() == [line_of(number) for number in numbers]
    return dict(zip(numbers, zip(losers.kept.tolist(), losers.kept_lines.tolist(), strict=True), strict=True))


def agree(
    records: Sequence[Record], cuts: Sequence[int] = (), shuffle: Callable[[list[KeyPiece]], None] = list.reverse
) -> None:
    losers, distinct = expected(records)
    with tempfile.TemporaryDirectory() as folder:
        pieces = spilled(Path(folder), records, cuts)
        assert sum(piece.accepted for piece in pieces) == sum(
            bool(record.key) and record.standing == ACCEPTED for record in records
        )
        shuffle(pieces)
        found, count = find_losers(pieces)
        assert told(found) == losers
        if keyed.HASH is hash_strings:
            assert count == distinct
        for piece in pieces:
            piece.delete()
        assert not list(Path(folder).iterdir())
    values, numbers, lines = columns(records)
    assert told(find_losers_in(values, numbers, lines, standing(records, ACCEPTED))) == losers


@settings(deadline=None)
@given(records_of_a_file, st.lists(st.integers(0, 40)), st.randoms(use_true_random=False))
def test_batches_of_any_cut_finished_in_any_order(records, cuts, random) -> None:  # type: ignore[no-untyped-def]
    agree(records, cuts, random.shuffle)


COLLIDING: dict[str, Callable[[Words], np.ndarray]] = {
    "all alike": lambda words: np.zeros(len(words.lengths), np.uint64),
    "by length": lambda words: words.lengths.astype(np.uint64) << np.uint64(60),
    "three bits": lambda words: hash_strings(words) & np.uint64(0x8000000000000003),
}


@pytest.mark.parametrize("name", COLLIDING)
@pytest.mark.parametrize("block", [0, 1 << 20])
def test_keys_whose_hashes_collide_are_told_apart(name, block, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Whether the keys of a partition are read at once or slice by slice."""
    monkeypatch.setattr(keyed, "HASH", COLLIDING[name])
    monkeypatch.setattr(comparing, "BLOCK_BYTES", block)

    @settings(max_examples=60, deadline=None)
    @given(records_of_a_file, st.lists(st.integers(0, 40)), st.randoms(use_true_random=False))
    def law(records, cuts, random) -> None:  # type: ignore[no-untyped-def]
        agree(records, cuts, random.shuffle)

    law()


def addresses(count: int) -> list[str]:
    return [f"Person.{number * 7919 % 100_003}@mail{number % 97}.example.com" for number in range(count)]


@pytest.mark.parametrize(("block", "portion"), [(0, 1 << 20), (1 << 20, 500)])
@pytest.mark.parametrize(
    "values",
    [
        [],
        [None] * 50,
        [""] * 50,
        ["ann@acme.com"] * 3000,
        addresses(3000),
        addresses(1500) + addresses(1500),
        [value for value in addresses(1500) for value in (value, value.upper())],
    ],
    ids=[
        "no records",
        "no keys",
        "empty keys",
        "one key",
        "no repeats",
        "every key far apart",
        "every key side by side",
    ],
)
def test_files_of_one_sort(values, block, portion, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(comparing, "BLOCK_BYTES", block)
    monkeypatch.setattr(partitions, "PORTION", portion)
    agree([Record(value) for value in values], range(0, 3000, 700))


@pytest.mark.parametrize(
    ("some", "other", "same"),
    [
        ("Ann@Acme.com", "ann@ACME.COM", True),
        ("a@straße.de", "a@strasse.de", False),
        ("a@STRAẞE.de", "a@straße.de", True),
        ("İ@x.tr", "i@x.tr", False),
        ("İ@x.tr", "i\u0307@x.tr", True),
        ("I@x.tr", "ı@x.tr", False),
        ("ΟΔΟΣ@x.gr", "οδος@x.gr", True),
        ("ΟΔΟΣ@x.gr", "οδοσ@x.gr", False),
        ("\U00010400@x.org", "\U00010428@x.org", True),
        ("é@x.fr", "e\u0301@x.fr", False),
        ("a@x.com\x00", "a@x.com", False),
        ("a@x.com", "a@x.com ", False),
    ],
)
def test_what_is_one_key(some: str, other: str, same: bool) -> None:
    agree([Record(some), Record("else@x.com"), Record(other)], [2])
    values, numbers, lines = columns([Record(some), Record(other)])
    assert len(find_losers_in(values, numbers, lines, np.ones(2, bool))) == same


def test_the_survivor_is_acceptable() -> None:
    """The first record would be accepted with its cell blanked only: the second survives. With none, nobody loses."""
    records = [Record("a@x.com", BLANKABLE), Record("A@x.com"), Record("a@x.com"), Record("b@x.com", BLANKABLE)] * 2
    agree(records, [3])
    agree([Record("a@x.com", BLANKABLE)] * 3, [1])


@settings(deadline=None)
@given(st.lists(keys, max_size=30), st.integers(0, 5))
def test_keys_fold_as_python_lowers(values, skip) -> None:  # type: ignore[no-untyped-def]
    """In a part of a longer array too."""
    folded = fold_keys(texts(values)[skip:]).to_pylist()
    assert folded == [None if value is None else fold_key(value).encode() for value in values[skip:]]


def test_all_letters_fold_as_python_lowers() -> None:
    letters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    letters += [f"A{letter}" for letter in letters[:0x3000]]
    assert fold_keys(texts(letters)).to_pylist() == [letter.lower().encode() for letter in letters]


def test_keys_in_chunks_are_refused() -> None:
    with pytest.raises(TypeError, match="one chunk"):
        fold_keys(pa.chunked_array([texts(["a"])]))


HASHES = [
    0,
    16557275657665744090,
    12259386751346976776,
    13838444528569870576,
    7370598711689730265,
    1496611304342983861,
]


def test_hashes_are_the_same_for_ever() -> None:
    """Batches are hashed in other processes and on other machines, where keys lie elsewhere in memory."""
    strings = [b"", b"a@b.co", b"ann@acme.com", b"x" * 256, b"x" * 257, "müller@straße.de".encode()]
    hashes = hash_strings(Words.of(pa.array(strings, pa.large_binary()))).tolist()
    assert hashes == HASHES
    for begin in range(len(strings)):
        assert hash_strings(Words.of(pa.array(strings, pa.large_binary())[begin:])).tolist() == HASHES[begin:]
        assert hash_strings(Words.of(pa.array([strings[begin]], pa.large_binary()))).tolist() == [HASHES[begin]]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=20), max_size=30, unique=True))
def test_hashes_differ(strings: list[bytes]) -> None:
    assert len(set(hash_strings(Words.of(pa.array(strings, pa.large_binary()))).tolist())) == len(strings)


def test_hashes_of_numbers_differ_and_spread() -> None:
    """Keys that differ in a few digits, in one word or across two, fill the partitions evenly and collide never."""
    hashes = hash_strings(Words.of(pa.array([b"%016d" % (n * 99_999_989) for n in range(200_000)], pa.large_binary())))
    assert len(np.unique(hashes)) == 200_000
    counts = np.bincount((hashes >> np.uint64(58)).astype(int), minlength=PARTITIONS)
    assert 2700 < counts.min() <= counts.max() < 3550  # 3125 ± 7 standard deviations


@settings(deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=20)), max_size=20), st.integers(240, 270))
def test_equal_strings(pairs: list[tuple[bytes, bytes]], size: int) -> None:
    pairs = [
        *pairs,
        *((some, some) for some, _ in pairs),
        (b"x" * size, b"x" * size),
        (b"x" * size, b"x" * size + b"y"),
    ]
    pairs += [(b"x" * size, b"x" * (size - 1) + b"y"), (b"x" * size, b"y" + b"x" * (size - 1))]
    some, others = (Words.of(pa.array(side, pa.large_binary())) for side in zip(*pairs, strict=True))
    assert equal_strings(some, others).tolist() == [mine == theirs for mine, theirs in pairs]


@pytest.fixture
def pieces(tmp_path: Path) -> list[KeyPiece]:
    return spilled(tmp_path, [Record(value) for value in addresses(400) * 2], [300, 600])


def test_pieces_travel(pieces: list[KeyPiece]) -> None:
    """From the process that wrote them."""
    sent = pickle.loads(pickle.dumps(pieces))
    assert told(find_losers(sent)[0]) == told(find_losers(pieces)[0])
    assert len(pickle.dumps(pieces[0])) < 2000
    assert [piece.size for piece in pieces] == [piece.path.stat().st_size for piece in pieces]


@pytest.mark.parametrize("left", [0, 1, 1000, -1])
def test_a_truncated_piece_is_an_error_that_names_the_range(left: int, pieces: list[KeyPiece]) -> None:
    data = pieces[1].path.read_bytes()
    pieces[1].path.write_bytes(data[:left])
    with pytest.raises(OutputError, match=r"range 1 from .*00000001\.keys: it has \d+ bytes, not"):
        find_losers(pieces)


def test_a_missing_piece_is_an_error_that_names_the_range(pieces: list[KeyPiece]) -> None:
    pieces[2].path.unlink()
    with pytest.raises(OutputError, match=r"range 2 from .*No such file"):
        find_losers(pieces)


def test_a_piece_that_shrinks_while_it_is_read(pieces: list[KeyPiece]) -> None:
    pieces[1].path.write_bytes(pieces[1].path.read_bytes()[:-1])
    _, slices = read_portion(pieces, range(PARTITIONS))
    with pytest.raises(OutputError, match=r"range 1 .*it ends at byte"):
        slices[0].load()


def test_a_piece_of_something_else(pieces: list[KeyPiece]) -> None:
    """As long as it should be, and all zeros, as a file is that was never flushed."""
    pieces[1].path.write_bytes(bytes(pieces[1].size))
    with pytest.raises(OutputError, match=r"range 1 .*something else"):
        find_losers(pieces)


def test_a_piece_whose_keys_end_elsewhere(pieces: list[KeyPiece]) -> None:
    """Its rows are as they were written, but for where the key of the last ends."""
    data = bytearray(pieces[1].path.read_bytes())
    at = ROW.itemsize * (int(pieces[1].rows[-1]) - 1) + ROW.fields["end"][1]  # type: ignore[index]
    data[at] ^= 1
    pieces[1].path.write_bytes(data)
    with pytest.raises(OutputError, match=r"range 1 .*something else"):
        find_losers(pieces)


def test_pieces_that_overlap_are_refused(tmp_path: Path) -> None:
    """Two batches cannot hold one record."""
    (tmp_path / "other").mkdir()
    records = [Record("a@x.com")] * 3
    twice = spilled(tmp_path, records) + spilled(tmp_path / "other", records)
    with pytest.raises(ValueError, match="order"):
        find_losers(twice)


def test_a_record_that_is_two_things_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not both"):
        write_keys(tmp_path / "x", 0, *columns([Record("a")]), np.ones(1, bool), np.ones(1, bool))


def test_a_range_finds_its_own_losers(tmp_path: Path) -> None:
    losers, distinct = find_losers(spilled(tmp_path, [Record(value) for value in "abcabcab"], [4]))
    assert distinct == 3
    assert losers.records.tolist() == [4, 5, 6, 7, 8]
    assert losers.among(5, 3).records.tolist() == [5, 6, 7]
    assert losers.among(5, 3).lines.tolist() == [17, 20, 23]
    assert losers.among(5, 3).kept.tolist() == [2, 3, 1]
    assert losers.among(5, 3).kept_lines.tolist() == [8, 11, 5]
    assert len(losers.among(1, 3)) == 0


@pytest.mark.parametrize("name", ["none", *COLLIDING])
def test_who_stands_in_a_list(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first list that has the key, and its first line there; known records neither lose nor count."""
    if name in COLLIDING:
        monkeypatch.setattr(keyed, "HASH", COLLIDING[name])

    @settings(max_examples=8, deadline=None)
    @given(records_of_a_file, st.lists(records_of_a_file, max_size=2), st.integers(0, 40))
    def law(records: list[Record], lists: list[list[Record]], cut: int) -> None:
        listed: dict[str, tuple[int, int]] = {}
        for which, one in enumerate(lists):
            for number, record in enumerate(one, start=1):
                if record.key and record.standing == ACCEPTED:
                    listed.setdefault(record.key.lower(), (which, line_of(number)))
        out = {
            number: listed[record.key.lower()]
            for number, record in enumerate(records, start=1)
            if record.key and record.standing != REFUSED and record.key.lower() in listed
        }
        left = [Record(None) if number in out else record for number, record in enumerate(records, start=1)]
        losers, distinct = expected(left)
        with tempfile.TemporaryDirectory() as folder:
            pieces, theirs = spilled(Path(folder), records, [cut]), []
            for which, one in enumerate(lists):
                (Path(folder) / str(which)).mkdir()
                theirs.append(spilled(Path(folder) / str(which), one, [cut]))
            known = find_known(pieces, theirs)
            found = zip(known.records.tolist(), known.lists.tolist(), known.list_lines.tolist(), strict=True)
            assert {number: (which, line) for number, which, line in found} == out
            assert known.accepted.tolist() == [records[number - 1].standing == ACCEPTED for number in sorted(out)]
            left_over, count = find_losers(pieces, "first", known)
            assert told(left_over) == losers
            if name == "none":
                assert count == distinct

    law()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(keys, keys), max_size=12))
def test_keys_of_two_columns(pairs: list[tuple[str | None, str | None]]) -> None:
    """Are one key if both are; a text that goes over into the next column is not mistaken."""
    pairs = [*pairs, ("ab", "c"), ("a", "bc"), ("A", "BC")]
    numbers = np.arange(1, len(pairs) + 1)
    sides = [texts(list(side)) for side in zip(*pairs, strict=True)]
    found = find_losers_in(sides, numbers, line_of(numbers), np.ones(len(pairs), bool))  # type: ignore[arg-type]
    first: dict[tuple[str, str], int] = {}
    losers = {}
    for number, (some, other) in enumerate(pairs, start=1):
        if some and other and first.setdefault((some.lower(), other.lower()), number) != number:
            losers[number] = first[some.lower(), other.lower()]
    assert dict(zip(found.records.tolist(), found.kept.tolist(), strict=True)) == losers
