"""The strict reader of uploads, against the standard library's."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sandbox.parsing import Malformed, read_records, split_record

CELLS = st.text(st.sampled_from('ab,"\r\n\0é😀 \ufeff\u2028'), max_size=6)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=5)


@given(TABLES, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_is_written_right_is_read_back(tmp_path_factory, table, end, final):
    """Any table in quotes, with either line end and with or without the last one, is read cell by cell."""
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(table)
    text = file.getvalue()
    path = tmp_path_factory.mktemp("strict") / "table.csv"
    path.write_bytes((text if final else text.removesuffix(end)).encode())
    assert list(read_records(path)) == table


@given(st.text(st.sampled_from('ab,"\r'), max_size=10))
def test_what_is_taken_is_read_as_others_read_it(text):
    """Whatever record is not refused has the cells that the standard library's strict reader finds."""
    try:
        cells = split_record(text + "\n")
    except Malformed:
        return
    expected = next(csv.reader(io.StringIO(text + "\n", newline=""), strict=True))
    assert cells == (expected or [""])


@pytest.mark.parametrize(
    "text", ['zebra"b', '"zebra"b', '"zebra" ,b', ' "zebra"', "zebra\rb", '"', '"zebra""', 'x,"zebra']
)
def test_what_is_no_rfc_4180_is_refused(text):
    """Quotation marks and carriage returns where none may be are refused, with the line and no value."""
    with pytest.raises(Malformed, match="line 7") as refusal:
        split_record(text, 7)
    assert "zebra" not in str(refusal.value)


def test_the_line_of_a_fault_counts_every_line(tmp_path):
    """Line breaks inside values count."""
    path = tmp_path / "x.csv"
    path.write_bytes(b'a,b\n"1\n2",3\nx"y",4\n')
    with pytest.raises(Malformed, match=r"^line 4: cell 1"):
        list(read_records(path))
