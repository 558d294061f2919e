"""Frames of raw text for any schema."""

from __future__ import annotations

import pandas as pd
from hypothesis import strategies as st

from pipeline.contracts import load_contract

HARD = {
    "email": [
        "ann@acme.com",
        "Ann@ACME.com",
        "ann",
        "",
        " ann@acme.com ",
        "a@b..com",
        "mailto:ann@acme.com",
        "(blank)",
        "ann@acme.local",
    ],
    "phone": [
        "(202) 222-1234",
        "444) 444-1234",
        "(333) 333-1234",
        "call me",
        "12",
        "",
        "+44 20 7946 0018",
        "N/A",
        "2.02E+09",
        "222-1234",
    ],
    "website": [
        "http://www.acme.com",
        "acme.com",
        "ftp://acme.com",
        "http://10.0.0.1",
        "",
        "intranet",
        "HTTP://ACME.com",
        "-",
    ],
    "date": [
        "2025-04-03",
        "3 April 2025",
        "03/04/2025",
        "45750",
        "2025-02-30",
        "",
        "N/A",
        "2025-04-03T17:30",
        "13.04.2025",
    ],
    "country": ["Germany", "DE", "USA", "Germny", "", "N/A", "UK", "Korea", " France ", "x" * 300],
    "state": ["CA", "California", "Ontario", "ON", "", "Bayern", " ca ", "N/A", "x" * 101],
    "text": [
        "mr",
        "Mr.",
        "Herr",
        "none",
        "CURRENT",
        "Norm",
        "  Norm ",
        "",
        "a\nb",
        "x" * 101,
        "x" * 40_000,
        "N/A",
        "e\u0301",
        "a\u200bb",
    ],
}


def raw_frames(name: str) -> st.SearchStrategy[pd.DataFrame]:
    """Return frames of up to eight records for a schema: hard cells of each field's kind, and any text."""
    contract = load_contract(name)
    fields = contract.fields
    cells = {field.name: st.sampled_from(HARD[field.kind]) | st.text(max_size=12) for field in fields}
    row = st.fixed_dictionaries(cells)
    columns = [field.name for field in fields]
    return st.lists(row, max_size=8).map(lambda rows: pd.DataFrame(rows, columns=columns, dtype="str"))
