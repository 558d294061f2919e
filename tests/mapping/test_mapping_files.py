"""Mapping files: what they may say, what they may not, and that they come back as they were written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import SenderMapping, UsageError
from pipeline.contracts import load_contract
from pipeline.mapping import HeaderMap, map_header
from pipeline.mapping.files import encode_mapping
from pipeline.mapping.senders import Cells, Join, LastFile


def read(tmp_path: Path, text: str) -> SenderMapping:
    path = tmp_path / "fair.toml"
    path.write_text(text, "utf-8")
    return SenderMapping.read(path)


BAD = [
    ("columns = 3", ("line 1", "columns is a table")),
    ("[colums]\nA = 'C_Title'", ("line 1", "'colums'", "did you mean columns?")),
    ("version = 2", ("line 1", "version 2", "update")),
    ("version = true", ("version is a number",)),
    ("\nunmaped = 'keep'", ("line 2", "did you mean unmapped?")),
    ("unmapped = 'all'", ("drop, keep or error", "'all'")),
    ("region = 'Germany'", ("line 1", "'Germany'", "DE")),
    ("region = 'XX'", ("'XX'",)),
    ("[columns]\nMail = true", ("line 2", "'Mail'", "false")),
    ("[columns]\nMail = ''", ("line 2", "'Mail'")),
    ("[columns]\nMail = 'A'\nPost = 'A'", ("field A is given twice",)),
    ("[columns]\nE Mail = 'A'", ("TOML", "line 2", "quotes")),
    ("[fields]\nA = 'Mail'", ("line 2", "join", "take")),
    ("[fields]\nA = { joins = ['X', 'Y'] }", ("'joins'", "did you mean join?")),
    ("[fields]\nA = { join = ['X'] }", ("two different columns",)),
    ("[fields]\nA = { join = ['X', 'X'] }", ("two different columns",)),
    ("[fields]\nA = { join = 'X' }", ("list of column names",)),
    ("[fields]\nA = { join = ['X', 'Y'], take = 'first' }", ("not both",)),
    ("[fields]\nA = { column = 'X', with = ' ' }", ("no join",)),
    ("[fields]\nA = { take = 'first' }", ("needs join",)),
    ("[fields]\nA = { column = 'X', take = 'last' }", ("take is first", "'last'")),
    ("[columns]\nX = 'A'\n[fields]\nB = { column = 'X' }", ("'X'", "A and B")),
    ("[columns]\nX = 'A'\n[fields]\nA = { column = 'Y', take = 'first' }", ("field A is given twice",)),
    ("[last]\nrecords = 3", ("header of [last]",)),
    ("[last]\nheader = ['A']\n[last.cells.A]\nblank = 2\nrefused = 0\nkind = 'text'", ("--save-mapping",)),
    ("[last]\nheader = ['A']\nrecord = 3", ("did you mean records?",)),
]


@pytest.mark.parametrize(("text", "words"), BAD, ids=[text[:40] for text, _ in BAD])
def test_a_slip_is_named_with_its_line_and_the_way_out(text: str, words: tuple[str, ...], tmp_path: Path) -> None:
    """One line, which says where and what."""
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    message = str(caught.value)
    assert "\n" not in message
    assert "fair.toml" in message
    for word in words:
        assert word in message, message


@pytest.mark.parametrize(("data", "word"), [(None, "No such file"), (b"\xff\xfe", "UTF-8")])
def test_a_file_that_cannot_be_read(data: bytes | None, word: str, tmp_path: Path) -> None:
    """Missing, or no text."""
    if data is not None:
        (tmp_path / "x.toml").write_bytes(data)
    with pytest.raises(UsageError, match=word):
        SenderMapping.read(tmp_path / "x.toml")


NAMES = st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable())
SHARES = st.integers(0, 10_000).map(lambda number: number / 10_000)


@st.composite
def mappings(draw: st.DrawFn) -> SenderMapping:
    fields = draw(st.lists(NAMES, unique=True, max_size=6))
    joins = {name: Join(tuple(draw(st.lists(NAMES, min_size=2, max_size=3, unique=True))), draw(NAMES))
             for name in fields[:1]}  # fmt: skip
    firsts = {name: draw(NAMES) for name in fields[1:2]}
    columns: dict[str, str | None] = dict(zip(draw(st.lists(NAMES, unique=True, max_size=6)), fields[2:], strict=False))
    columns |= {name: None for name in draw(st.lists(NAMES, max_size=2)) if name not in columns}
    cells = {name: Cells(draw(SHARES), draw(SHARES), "text") for name in fields}
    return SenderMapping(
        columns=columns,
        joins=joins,
        firsts=firsts,
        schema=draw(st.none() | NAMES),
        region=draw(st.sampled_from([None, "DE"])),
        unmapped=draw(st.sampled_from([None, "drop", "keep", "error"])),
        last=draw(st.sampled_from([None, LastFile(tuple(columns), 7, 5, cells)])),
        name="x.toml",
    )


@given(mapping=mappings())
def test_a_mapping_comes_back_as_it_was(mapping: SenderMapping, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever characters its names have; and writing it twice gives the same bytes."""
    path = tmp_path_factory.mktemp("m") / "x.toml"
    mapping.write(path)
    again = SenderMapping.read(path)
    assert again == mapping
    assert encode_mapping(again) == path.read_bytes()
    assert [entry.name for entry in path.parent.iterdir()] == ["x.toml"]


def of(header: str, mapping: SenderMapping, schema: str = "eloqua.contact") -> HeaderMap:
    return map_header(header.split(","), load_contract(schema), file="x.csv", mapping=mapping)


MISFITS = [
    ("Mail,Tel", SenderMapping({"Mails": "C_EmailAddress"}), ("no column 'Mails'", "did you mean Mail?")),
    ("Mail,Tel", SenderMapping({"Mail": "C_EmailAdress"}), ("'C_EmailAdress'", "did you mean C_EmailAddress?")),
    ("Mail,Tel", SenderMapping({"Tel": "Fax"}), ("no field 'Fax'",)),
    ("A,A,Mail", SenderMapping({"A": "C_Title"}), ("several columns 'A'", "column 1 and column 2")),
    ("Mail,Tel", SenderMapping(schema="generic.contact"), ("generic.contact", "--schema")),
    ("Mail,Tel", SenderMapping(firsts={"C_BusPhone": "Tel"}), ("e-mail", "C_BusPhone")),
    (
        "Mail,Tel",
        SenderMapping({"Tel": "C_BusPhone"}, firsts={"C_EmailAddress": "tel."}),
        ("column 2 ('Tel')", "both C_BusPhone and C_EmailAddress"),
    ),
    ("Mail,Tel", SenderMapping(joins={"C_Title": Join(("Mail", "Telly"))}), ("no column 'Telly'", "Tel?")),
    ("Mail,Tel", SenderMapping({"Mail": None}), ("no column for C_EmailAddress",)),
]


@pytest.mark.parametrize(("header", "mapping", "words"), MISFITS, ids=[str(words[0]) for _, _, words in MISFITS])
def test_a_mapping_that_does_not_fit(header: str, mapping: SenderMapping, words: tuple[str, ...]) -> None:
    """The file or the schema lacks what it names: one line, with the nearest right word."""
    with pytest.raises(UsageError) as caught:
        of(header, mapping)
    for word in words:
        assert word in str(caught.value), caught.value


def test_a_mapping_goes_before_every_name() -> None:
    """Of two columns for one field it settles which; a column it leaves out answers to nothing."""
    header = "Mail,E-Mail,C_Title,Funktion,Tel"
    found = of(header, SenderMapping({"Mail": "C_EmailAddress", "Funktion": "C_Title", "Tel": None}))
    assert [(one.column, one.name, one.how) for one in found.mapped] == [
        ("Mail", "C_EmailAddress", "mapping"),
        ("Funktion", "C_Title", "mapping"),
    ]
    assert (found.unmapped, found.left_out) == ((1, 2), (4,))


def test_a_column_may_be_a_part_and_a_field() -> None:
    """A join stands behind its first part; its parts keep their own fields, and are not left over."""
    found = of("Mail,Nachname,Vorname,X", SenderMapping(joins={"C_EmailDisplayName": Join(("Vorname", "Nachname"))}))
    assert found.columns == ("C_EmailAddress", "C_LastName", "C_EmailDisplayName", "C_FirstName")
    assert found.names[4:] == ("Vorname + Nachname",)
    assert found.unmapped == (3,)
