"""The index of keys, against a plain dict over Python strings, record by record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


POOR: dict[str, Callable[[Keys, int], np.ndarray]] = {
    "all alike": lambda keys, _: np.zeros(len(keys), np.uint64),
    "at the end": lambda keys, _: np.full(len(keys), 2**64 - 1, np.uint64),
    "one tag": lambda keys, secret: hash_keys(keys, secret) & np.uint64(0xFFFFFFFFFF000000),
    "one slot": lambda keys, secret: hash_keys(keys, secret) & np.uint64(0xFFFFFF),
    "few": lambda keys, secret: hash_keys(keys, secret) & np.uint64(0xC000000000000001),
}


@pytest.mark.parametrize("name", POOR)
def test_keys_whose_hashes_are_alike_are_told_apart(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.deduplicating.index.hash_keys", POOR[name])

    @settings(max_examples=30, deadline=None)
    @given(some_records, st.lists(some_records, max_size=2), cuts)
    def law(records: list[Record], lists: list[list[Record]], cut: list[int]) -> None:
        agree(folder, records, lists, cut)

    law()
