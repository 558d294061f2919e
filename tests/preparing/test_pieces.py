"""Rows of a batch: single records are taken out and put in, the same whether they are in memory or on disk."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts import opened_contract
from pipeline.mapping import map_header
from pipeline.preparing.batches import Spool, Work, prepare_batch, spilled
from pipeline.preparing.identities import columns_of
from pipeline.preparing.joining import OUTPUTS
from pipeline.preparing.pieces import Held, Piece, RecordRows, write_piece
from pipeline.preparing.settings import Settings
from pipeline.preparing.stored import store
from pipeline.reading import scan
from pipeline.writing.columns import Lines, texts

SAMPLES = Path(__file__).parents[2] / "sample_data"
Row = tuple[int, bytes]

rows_of_records = st.lists(st.tuples(st.integers(1, 12), st.binary(max_size=9)), max_size=14).map(
    lambda rows: sorted(rows, key=lambda row: row[0])
)
some_records = st.sets(st.integers(0, 13)).map(sorted)


def held_in_memory(rows: list[Row]) -> RecordRows:
    borders = np.cumsum([0, *(len(text) for _, text in rows)], dtype=np.int64)
    data = np.frombuffer(bytearray().join(text for _, text in rows), np.uint8)
    return RecordRows(data, numbers([record for record, _ in rows]), borders)


def numbers(records: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(records, np.int64)


@settings(deadline=None)
@given(rows_of_records, some_records)
def test_rows_of_records_are_taken_out(rows: list[Row], drop: list[int]) -> None:
    held = held_in_memory(rows)
    assert held.of(numbers(drop)) == b"".join(text for record, text in rows if record in drop)
    assert bytes(held.cut(numbers(drop))) == b"".join(text for record, text in rows if record not in drop)


@settings(deadline=None)
@given(rows_of_records, rows_of_records)
def test_rows_are_put_behind_those_of_their_record(rows: list[Row], more: list[Row]) -> None:
    both = sorted([*rows, *more], key=lambda row: row[0])
    assert bytes(held_in_memory(rows).with_more(held_in_memory(more))) == b"".join(text for _, text in both)


def test_what_is_not_in_order_is_refused() -> None:
    for records in ([3, 1], [2, 2]):
        held = held_in_memory([(1, b"a\n"), (2, b"b\n"), (3, b"c\n")])
        with pytest.raises(ValueError, match="not in their order"):
            held.cut(numbers(records))
    with pytest.raises(ValueError, match="not the rows"):
        RecordRows(np.zeros(5, np.uint8), numbers([1]), numbers([0, 4]))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Work, Held, Piece]:
    """The messy sample as one batch, in memory and on disk."""
    folder = tmp_path_factory.mktemp("pieces")
    source = scan(SAMPLES / "messy.csv", spool=folder)
    contract = opened_contract("generic.contact")
    header = map_header(source.header, contract, file="messy.csv")
    work = Work(source, header, contract, Settings(), columns_of(header, (contract.key,), contract, file="messy.csv"))
    (part,) = source.ranges
    batch = prepare_batch(work, part)
    spool = Spool(folder, OUTPUTS, 1)
    # What was there before is longer than what is written over it.
    (folder / "00000000.piece").write_bytes(b"another" * 100_000)
    on_disk = spilled(batch, spool)
    assert spilled(on_disk, spool) is on_disk
    assert isinstance(batch.rows, Held)
    assert isinstance(on_disk.rows, Piece)
    return work, batch.rows, on_disk.rows


@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_a_piece_is_what_is_in_memory(both: tuple[Work, Held, Piece], data: st.DataObject) -> None:
    work, held, piece = both
    every = sorted(held.lines.of("clean").records.tolist())
    records = numbers(sorted(data.draw(st.sets(st.sampled_from(every)))))
    each, nothing = np.arange(len(records)), np.zeros(len(records), np.int64)
    more = Lines(records, each, nothing, np.zeros(1, np.int64), ((texts([("a", "b")]),),))
    for name in OUTPUTS:
        assert held.of(name, records) == piece.of(name, records)
        for way, what in (("write_without", records), ("write_with", more)):
            written = [io.BytesIO(), io.BytesIO()]
            for rows, file in zip((held, piece), written, strict=True):
                getattr(rows, way)(name, what, file)
            assert written[0].getvalue() == written[1].getvalue()
    places = dict(zip(held.lines.checked.records.tolist(), held.lines.checked.lines.tolist(), strict=True))
    lines = numbers([places[record] for record in records.tolist()])
    (part,) = work.source.ranges
    originals = [rows.originals(work.source, part, records, lines) for rows in (held, piece)]
    assert [column.to_pylist() for column in originals[0]] == [
        column.to_pylist() for column in originals[1]
    ] or not len(records)


def test_a_piece_holds_the_keys_and_who_was_rejected(both: tuple[Work, Held, Piece]) -> None:
    _, held, piece = both
    assert held.rejected_records().tolist() == piece.rejected_records().tolist() != []
    for ours, theirs in zip(held.keys.columns(), piece.keys.columns(), strict=True):
        assert ours.tolist() == theirs.tolist()


def test_a_batch_that_was_written_over_is_not_passed_over(both: tuple[Work, Held, Piece], tmp_path: Path) -> None:
    _, held, _ = both
    first = write_piece(held, 0, tmp_path / "piece", OUTPUTS)
    first.check()
    write_piece(held, 7, tmp_path / "piece", ()).check()
    with pytest.raises(OSError, match="written where this one was kept"):
        first.check()


def test_an_array_that_lost_its_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "arrays"
    with path.open("wb") as file:
        arrays = [store(file, np.arange(count, dtype=kind)) for count, kind in ((3, "u1"), (0, "i8"), (5, "i8"))]
    assert [stored.load(path).tolist() for stored in arrays] == [[0, 1, 2], [], [0, 1, 2, 3, 4]]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(OSError, match="another size"):
        arrays[-1].load(path)
