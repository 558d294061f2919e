"""What is told of a file that differs from the last one, and of columns that nothing answers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from pipeline import UsageError
from pipeline.contracts import load_contract
from pipeline.mapping import map_header
from pipeline.mapping.drifting import drift_of
from pipeline.mapping.senders import Cells, LastFile
from pipeline.mapping.suggesting import suggest


def look(header: str, records: int = 100, **cells: tuple[float, float, str]) -> LastFile:
    return LastFile(tuple(header.split(",")), records, records, {name: Cells(*one) for name, one in cells.items()})


HEADERS = [
    ("A,B,C", "A,B,C", []),
    ("A,B,C", "A,C", [("H103", "B")]),
    ("A,B", "A,B,C", [("H104", "C")]),
    ("E-Mail,B", "email,B", [("H110", "email")]),
    ("Prénom,B", "Prenom,B", [("H110", "Prenom")]),
    ("A,B,C", "C,A,B", [("H106", "")]),
    ("A,B,A", "A,A,B", [("H106", "")]),
    ("A,A", "A", [("H103", "A")]),
    ("A,B,C", "D,b,A", [("H103", "C"), ("H104", "D"), ("H110", "b"), ("H106", "")]),
]


@pytest.mark.parametrize(("last", "now", "told"), HEADERS)
def test_headers_that_differ(last: str, now: str, told: list[tuple[str, str]]) -> None:
    """Gone, new, renamed, moved: each once."""
    assert [(one.code, one.column) for one in drift_of(look(last), look(now), {})] == told


CELLS = [
    ((0.1, 0.0, "text"), 1000, (0.25, 0.0, "text"), 1000, []),
    ((0.1, 0.0, "text"), 1000, (0.35, 0.0, "text"), 1000, ["H107"]),
    ((0.9, 0.0, "text"), 1000, (0.1, 0.0, "text"), 1000, ["H107"]),
    # Three of ten and six of ten may well be chance.
    ((0.3, 0.0, "text"), 10, (0.6, 0.0, "text"), 10, []),
    ((0.0, 0.0, "text"), 10, (1.0, 0.0, "empty"), 10, ["H107"]),
    ((0.0, 0.02, "phone"), 500, (0.0, 0.5, "phone"), 500, ["H108"]),
    ((0.0, 0.0, "text"), 500, (0.0, 0.0, "email"), 500, ["H109"]),
    ((0.0, 0.0, "text"), 9, (0.0, 0.0, "email"), 500, []),
    ((0.0, 0.0, "empty"), 500, (0.0, 0.0, "email"), 500, []),
    ((0.0, 0.0, "text"), 0, (0.5, 0.5, "text"), 500, []),
]


@pytest.mark.parametrize(("last", "before", "now", "records", "codes"), CELLS)
def test_cells_that_differ(
    last: tuple[float, float, str], before: int, now: tuple[float, float, str], records: int, codes: list[str]
) -> None:
    """Much, and by more than chance explains."""
    found = drift_of(look("A", before, C_Title=last), look("A", records, C_Title=now), {"C_Title": "A"})
    assert [one.code for one in found] == codes
    assert {(one.column, one.field) for one in found} <= {("A", "C_Title")}


def test_a_field_that_the_last_file_lacked_is_not_compared() -> None:
    """There is nothing to compare it with."""
    assert drift_of(look("A"), look("A", C_Title=(1.0, 0.0, "text")), {"C_Title": "A"}) == ()


MAILS = [f"p{number}@acme.example" for number in range(20)]
SITES = [f"www.acme{number}.example" for number in range(20)]
WORDS = ["one", "two", "three"]

ALL_MAILS = "100% of its cells are e-mail addresses"

SUGGESTED: list[tuple[str, Mapping[int, Sequence[str]], list[tuple[str, str, str]]]] = [
    ("E-Mial", {0: MAILS}, [("E-Mial", "C_EmailAddress", f"its name, and {ALL_MAILS}")]),
    ("E-Mial", {}, [("E-Mial", "C_EmailAddress", "its name")]),
    ("Wer,X", {0: [*MAILS[:9], "?"]}, [("Wer", "C_EmailAddress", ALL_MAILS.replace("100", "90"))]),
    # Two fields hold phones: cells alone do not say which.
    ("Zentrale", {0: ["(202) 222-1234"] * 5}, []),
    ("Vornahme,Fristname", {0: WORDS, 1: WORDS}, [("Vornahme", "C_FirstName", "its name")]),
    # Cells that are plainly something else speak against a name.
    ("Comapny", {0: MAILS}, [("Comapny", "C_EmailAddress", ALL_MAILS)]),
    ("E-Mial", {0: SITES}, [("E-Mial", "C_Website1", "100% of its cells are websites")]),
    ("Booth visited,", {0: WORDS, 1: WORDS}, []),
    ("Mial,Mali", {0: WORDS, 1: MAILS}, [("Mali", "C_EmailAddress", f"its name, and {ALL_MAILS}")]),
]


@pytest.mark.parametrize(("header", "cells", "told"), SUGGESTED, ids=[header for header, _, _ in SUGGESTED])
def test_suggestions(header: str, cells: Mapping[int, Sequence[str]], told: list[tuple[str, str, str]]) -> None:
    """By name and cells together; a field once, to the column most like it."""
    names = header.split(",")
    found = suggest(names, range(len(names)), load_contract("eloqua.contact"), (), cells)
    assert [(one.column, one.field, one.reason) for one in found] == told


def test_a_field_that_has_a_column_is_not_suggested() -> None:
    """Two columns for one field are no way out."""
    assert suggest(["E-Mial"], [0], load_contract("eloqua.contact"), ["C_EmailAddress"], {0: MAILS}) == ()


def test_what_is_missing_is_said_with_the_suggestion() -> None:
    """The column that looks like the key is named."""
    with pytest.raises(UsageError, match=r"column 2 'Kontakt' looks like C_EmailAddress.*--mapping"):
        map_header(
            ["Firma", "Kontakt"], load_contract("eloqua.contact"), file="x.csv", sample=lambda: {0: WORDS, 1: MAILS}
        )
