"""The index of keys, against a plain dict over Python strings, record by record."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.deduplicating import KeyIndex, Keys, Settled, Survivor, keys_of, rows
from pipeline.deduplicating.index import hash_keys
from pipeline.errors import OutputError

SURVIVORS: tuple[Survivor, ...] = ("first", "last", "most-complete")
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
    """A record as it was judged."""

    key: str | None
    standing: str = ACCEPTED
    filled: int = 0


some_records = st.lists(
    st.builds(Record, keys, st.sampled_from([ACCEPTED, ACCEPTED, BLANKABLE, REFUSED]), st.integers(0, 3)), max_size=40
)
cuts = st.lists(st.integers(0, 40))


def line_of(record: int) -> int:
    return 3 * record + 2


@dataclass
class Told:
    """Who gives way to whom, who stands in which list on which line, and how many keys there are."""

    losers: dict[int, tuple[int, int]] = field(default_factory=dict)
    known: dict[int, tuple[int, int, bool]] = field(default_factory=dict)
    distinct: int = 0

    def take(self, settled: Settled) -> None:
        losers, known = settled.losers, settled.known
        assert losers.lines.tolist() == [line_of(record) for record in losers.records.tolist()]
        assert known.lines.tolist() == [line_of(record) for record in known.records.tolist()]
        kept = zip(losers.kept.tolist(), losers.kept_lines.tolist(), strict=True)
        listed = zip(known.lists.tolist(), known.list_lines.tolist(), known.accepted.tolist(), strict=True)
        self.losers.update(zip(losers.records.tolist(), kept, strict=True))
        self.known.update(zip(known.records.tolist(), listed, strict=True))


def expected(records: Sequence[Record], lists: Sequence[Sequence[Record]], survivor: Survivor) -> Told:
    listed: dict[str, tuple[int, int]] = {}
    for which, one in enumerate(lists):
        for number, record in enumerate(one, start=1):
            if record.key and record.standing != REFUSED:
                listed.setdefault(record.key.lower(), (which, line_of(number)))
    told = Told()
    every: dict[str, list[tuple[int, Record]]] = {}
    for number, record in enumerate(records, start=1):
        if not record.key or record.standing == REFUSED:
            continue
        key = record.key.lower()
        if key in listed:
            told.known[number] = (*listed[key], record.standing == ACCEPTED)
        else:
            every.setdefault(key, []).append((number, record))
    for same in every.values():
        told.distinct += 1
        accepted = [(number, record.filled) for number, record in same if record.standing == ACCEPTED]
        if accepted:
            kept = {
                "first": accepted[0],
                "last": accepted[-1],
                "most-complete": max(accepted, key=lambda one: (one[1], -one[0])),
            }[survivor][0]
            told.losers.update({number: (kept, line_of(kept)) for number, _ in accepted if number != kept})
    return told


def texts(values: Sequence[str | None]) -> pa.LargeStringArray:
    return pa.array(values, pa.large_string())


def keys_in(records: Sequence[Record], begin: int = 0) -> Keys:
    numbers = np.arange(begin + 1, begin + len(records) + 1, dtype=np.int64)
    standing = np.array([record.standing for record in records], dtype=object)
    return keys_of(
        [texts([record.key for record in records])],
        numbers,
        3 * numbers + 2,
        standing == ACCEPTED,
        standing == BLANKABLE,
        np.array([record.filled for record in records], np.uint16),
    )


def batches_of(records: Sequence[Record], cut: Sequence[int]) -> list[Keys]:
    bounds = [0, *sorted({one for one in cut if 0 < one < len(records)}), len(records)]
    return [keys_in(records[begin:end], begin) for begin, end in pairwise(bounds)]


def agree(
    folder: Path,
    records: Sequence[Record],
    lists: Sequence[Sequence[Record]] = (),
    cut: Sequence[int] = (),
) -> None:
    batches = batches_of(records, cut)
    listed = [batches_of(one, cut) for one in lists]
    most = sum(map(len, batches)) + sum(len(keys) for one in listed for keys in one)
    for survivor in SURVIVORS:
        right = expected(records, lists, survivor)
        with KeyIndex(folder, most, survivor) as index:
            for number, one in enumerate(listed):
                for keys in one:
                    index.add_list(number, keys)
            at_once, at_last = Told(), Told()
            for keys in batches:
                at_once.take(index.add(keys))
            for number, keys in enumerate(batches):
                at_last.take(index.find(keys, number))
            at_once.distinct = at_last.distinct = index.distinct
        assert at_last == right
        assert at_once.known == right.known
        assert at_once.losers == (right.losers if survivor == "first" else {})
    assert not list(folder.iterdir())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@settings(deadline=None)
@given(some_records, st.lists(some_records, max_size=2), cuts)
def test_batches_of_any_cut(folder: Path, records: list[Record], lists: list[list[Record]], cut: list[int]) -> None:
    agree(folder, records, lists, cut)


def small_steps(near: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write and read so few bytes at once, at least one row."""
    monkeypatch.setattr(rows, "STEP", near + 1)
    monkeypatch.setattr(rows, "GAP", near)


POOR: dict[str, Callable[[Keys, int], np.ndarray]] = {
    "all alike": lambda keys, _: np.zeros(len(keys), np.uint64),
    "at the end": lambda keys, _: np.full(len(keys), 2**64 - 1, np.uint64),
    "one tag": lambda keys, secret: hash_keys(keys, secret) & np.uint64(0xFFFFFFFFFF000000),
    "one slot": lambda keys, secret: hash_keys(keys, secret) & np.uint64(0xFFFFFF),
    "few": lambda keys, secret: hash_keys(keys, secret) & np.uint64(0xC000000000000001),
}


@pytest.mark.parametrize("near", [0, 1 << 20])
@pytest.mark.parametrize("name", POOR)
def test_keys_whose_hashes_are_alike_are_told_apart(
    folder: Path, name: str, near: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether rows are read one by one or all at once."""
    small_steps(near, monkeypatch)
    monkeypatch.setattr("pipeline.deduplicating.index.hash_keys", POOR[name])

    @settings(max_examples=12, deadline=None)
    @given(some_records, st.lists(some_records, max_size=2), cuts)
    def law(records: list[Record], lists: list[list[Record]], cut: list[int]) -> None:
        agree(folder, records, lists, cut)

    law()


def addresses(count: int) -> list[str]:
    return [f"Person.{number * 7919 % 100_003}@mail{number % 97}.example.com" for number in range(count)]


@pytest.mark.parametrize("near", [0, 100, 1 << 20])
@pytest.mark.parametrize(
    "values",
    [
        [],
        [None] * 50,
        [""] * 50,
        ["ann@acme.com"] * 1500,
        addresses(1500),
        addresses(750) + addresses(750),
        [value for value in addresses(750) for value in (value, value.upper())],
        [*addresses(300), *addresses(300)[::-1], "x" * 3000, *addresses(100)[::7], "X" * 3000],
    ],
    ids=["no records", "no keys", "empty", "one key", "no repeats", "far apart", "side by side", "long"],
)
def test_files_of_one_sort(folder: Path, values: list[str], near: int, monkeypatch: pytest.MonkeyPatch) -> None:
    small_steps(near, monkeypatch)
    agree(folder, [Record(value) for value in values], (), range(0, 1500, 400))


def test_a_key_that_is_longer_than_what_is_read_at_once(folder: Path) -> None:
    long = "x" * (rows.STEP + 5)
    agree(
        folder, [Record(key) for key in ("a@x.com", long, long.upper(), long + "y", "b@x.com", "A@x.com")], (), [2, 4]
    )


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
def test_what_is_one_key(folder: Path, some: str, other: str, same: bool) -> None:
    records = [Record(some), Record("else@x.com"), Record(other)]
    agree(folder, records, (), [2])
    assert expected(records, (), "first").distinct == 3 - same


def test_the_survivor_is_acceptable(folder: Path) -> None:
    """The first record would be accepted with its cell blanked only: the second survives. With none, nobody loses."""
    records = [Record("a@x.com", BLANKABLE), Record("A@x.com"), Record("a@x.com"), Record("b@x.com", BLANKABLE)] * 2
    agree(folder, records, (), [3])
    agree(folder, [Record("a@x.com", BLANKABLE, 3), Record("a@x.com", ACCEPTED, 1), Record("A@x.com")], (), [1])
    agree(folder, [Record("a@x.com", BLANKABLE)] * 3, (), [1])


def test_keys_of_two_columns(folder: Path) -> None:
    """Are one key if both are; a text that goes over into the next column is not mistaken."""
    pairs = [
        ("ab", "c"),
        ("a", "bc"),
        ("A", "BC"),
        ("ÄB", "c"),
        ("äb", "C"),
        ("", "x"),
        (None, "x"),
        ("x", ""),
        ("", ""),
    ]
    numbers = np.arange(1, len(pairs) + 1)
    sides = [texts([pair[side] for pair in pairs]) for side in (0, 1)]
    all_of_them = np.ones(len(pairs), np.bool_)
    with KeyIndex(folder, 8, "first") as index:
        losers = index.add(keys_of(sides, numbers, numbers, all_of_them, ~all_of_them)).losers
        assert index.distinct == 3
    assert dict(zip(losers.records.tolist(), losers.kept.tolist(), strict=True)) == {3: 2, 5: 4}


def test_hashes_are_those_of_the_keys(folder: Path) -> None:
    """Wherever they lie in memory, and other ones by another secret."""
    keys = keys_in([Record(value) for value in (*addresses(20), "a", "abcdefgh", "abcdefghi")])
    hashes = hash_keys(keys, 7)
    for number, record in enumerate([*addresses(20), "a", "abcdefgh", "abcdefghi"]):
        assert hash_keys(keys_in([Record(record)]), 7).tolist() == [hashes[number]]
    assert len({*hashes.tolist(), *hash_keys(keys, 8).tolist()}) == 2 * len(keys)


def test_hashes_of_numbers_differ_and_spread() -> None:
    """Keys that differ in a few digits, in one word or across two, fill the table evenly and collide never."""
    hashes = hash_keys(keys_in([Record(f"{n * 99_999_989:016d}") for n in range(50_000)]), 0)
    assert len(np.unique(hashes)) == 50_000
    for part in (hashes >> np.uint64(59), hashes & np.uint64(31)):
        counts = np.bincount(part.astype(int), minlength=32)
        assert 1285 < counts.min() <= counts.max() < 1840  # 1562.5 ± 7 standard deviations


def test_no_more_records_than_were_foreseen(folder: Path) -> None:
    """As many fill the table up to its last slots; one more is refused."""
    records = [Record(value) for value in addresses(301)]
    agree(folder, records[:300], (), [100])
    with KeyIndex(folder, 300, "first") as index:
        index.add_list(0, keys_in(records[:200]))
        with pytest.raises(ValueError, match="301 keys of at most 300"):
            index.add(keys_in(records[200:], 200))


def test_lists_come_first(folder: Path) -> None:
    with KeyIndex(folder, 2, "first") as index:
        index.add(keys_in([Record("a")]))
        with pytest.raises(ValueError, match="lists come before"):
            index.add_list(0, keys_in([Record("b")]))


def test_only_what_was_added_is_found(folder: Path) -> None:
    with KeyIndex(folder, 2, "last") as index:
        index.add(keys_in([Record("a")]))
        with pytest.raises(ValueError, match="other keys"):
            index.find(keys_in([Record("ab")]), 0)
        with pytest.raises(ValueError, match="not added"):
            index.find(keys_in([Record("b")]), 0)


AGAIN = [Record(value) for value in addresses(400)[::3]]


@pytest.fixture
def filled(folder: Path) -> Iterator[KeyIndex]:
    with KeyIndex(folder, 1000, "first") as index:
        index.add(keys_in([Record(value) for value in addresses(400)]))
        index.add(keys_in(AGAIN, 400))
        yield index


def test_a_file_of_keys_that_shrinks(filled: KeyIndex) -> None:
    os.truncate(filled._rows._file.fileno(), 5000)
    with pytest.raises(OutputError, match=r"cannot read back the keys .* it ends at byte 5000 of \d+; nothing was"):
        filled.find(keys_in(AGAIN, 400), 1)


@pytest.mark.parametrize("other", [b"\0", b"\xff"])
def test_a_file_of_something_else(filled: KeyIndex, other: bytes) -> None:
    """All zeros, as one is that was never flushed."""
    os.pwrite(filled._rows._file.fileno(), other * 9000, 0)
    with pytest.raises(OutputError, match=r"cannot read back the keys .* something else"):
        filled.find(keys_in(AGAIN, 400), 1)


def test_a_disk_that_fails(filled: KeyIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "pread", fail)
    with pytest.raises(OutputError, match=r"cannot read back the keys .* Input/output error"):
        filled.find(keys_in(AGAIN, 400), 1)


def test_more_keys_than_a_slot_can_point_to(filled: KeyIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_BYTES", 20_000)
    with pytest.raises(OutputError, match="split the file"):
        filled.add(keys_in(AGAIN, 400))


def test_a_key_that_is_longer_than_a_row_can_say(filled: KeyIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_OF_KEY", 100)
    with pytest.raises(ValueError, match="a key has 100 bytes or more"):
        filled.add(keys_in([Record("x" * rows.STEP)], 400))


@settings(deadline=None)
@given(
    st.binary(max_size=60), st.lists(st.integers(-5, 70), max_size=5), st.lists(st.text("ab", min_size=1), min_size=1)
)
def test_rows_of_any_bytes_are_read_within_their_bounds(data: bytes, places: list[int], some: list[str]) -> None:
    keys = keys_in([Record(key) for key in some])
    met = np.arange(len(places)) % len(keys)
    begins, count = np.array(places, np.int64), len(places)
    columns = [np.empty(count, width) for width in (np.int64, np.int64, np.uint16, np.bool_, np.bool_)]
    held = np.frombuffer(data, np.uint8).copy()  # just as long as it is said to be
    pointers = [rows.pointer_to(column) for column in (begins, met)]
    right = rows._compare_rows(
        rows.pointer_to(held),
        len(held),
        *pointers,
        count,
        *map(rows.pointer_to, (keys.borders, keys.data, *columns)),
    )
    assert 0 <= right <= count
