"""What most would write: a Pandera model whose parsers and checks ask the exact libraries, value by value.

Each value goes to its library twice, once in the parser that rewrites it and once in the check that judges it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors
from pandera.typing import Series

from benchmarks.baselines.arguments import EMAIL, PHONE, TEXTS, WEBSITE, parse_arguments
from benchmarks.baselines.judges import normalise_email, normalise_phone, normalise_website


def _email(text: str) -> str:
    normal = normalise_email(text)
    return text if normal is None else normal


def _phone(text: str) -> str:
    normal = normalise_phone(text)
    return text if normal is None else normal


def _website(text: str) -> str:
    normal = normalise_website(text)
    return text if normal is None else normal


class Contact(pa.DataFrameModel):
    """A contact by the documented rules, without repairs."""

    email: Series[str] = pa.Field(alias=EMAIL)
    first_name: Series[str] = pa.Field(alias=TEXTS[0], str_length={"max_value": 100})
    last_name: Series[str] = pa.Field(alias=TEXTS[1], str_length={"max_value": 100})
    title: Series[str] = pa.Field(alias=TEXTS[2], str_length={"max_value": 100})
    phone: Series[str] = pa.Field(alias=PHONE)
    company: Series[str] = pa.Field(alias=TEXTS[3], str_length={"max_value": 100})
    website: Series[str] = pa.Field(alias=WEBSITE)

    @pa.parser(EMAIL)
    def rewrite_email(cls, column: pd.Series[Any]) -> pd.Series[Any]:  # noqa: N805
        return column.map(_email)

    @pa.parser(PHONE)
    def rewrite_phone(cls, column: pd.Series[Any]) -> pd.Series[Any]:  # noqa: N805
        return column.map(_phone)

    @pa.parser(WEBSITE)
    def rewrite_website(cls, column: pd.Series[Any]) -> pd.Series[Any]:  # noqa: N805
        return column.map(_website)

    @pa.parser(*TEXTS)
    def trim(cls, column: pd.Series[Any]) -> pd.Series[Any]:  # noqa: N805
        return column.str.strip()

    @pa.check(EMAIL, element_wise=True)
    def email_is_valid(cls, text: str) -> bool:  # noqa: N805
        return normalise_email(text) is not None

    @pa.check(PHONE, element_wise=True)
    def phone_is_valid(cls, text: str) -> bool:  # noqa: N805
        return normalise_phone(text) is not None

    @pa.check(WEBSITE, element_wise=True)
    def website_is_valid(cls, text: str) -> bool:  # noqa: N805
        return normalise_website(text) is not None


def prepare(file: Path, out: Path) -> None:
    """Write `accepted.csv`, rewritten, and `rejected.csv`, as it came, each with the number of the record."""
    raw = pd.read_csv(file, dtype=str, keep_default_na=False)
    raw.index = pd.RangeIndex(1, len(raw) + 1, name="record")
    try:
        clean, refused = Contact.validate(raw, lazy=True), set[int]()
    except SchemaErrors as errors:
        refused = {int(record) for record in errors.failure_cases["index"].dropna()}
        # The frame that comes with the errors is parsed; rows that failed are taken out.
        clean = errors.data
    wrong = raw.index.isin(refused)
    accepted = clean[~wrong]
    repeated = accepted[EMAIL].str.casefold().duplicated()
    accepted[~repeated].to_csv(out / "accepted.csv")
    raw[raw.index.isin(refused | set(accepted.index[repeated]))].to_csv(out / "rejected.csv")


if __name__ == "__main__":
    prepare(*parse_arguments("naive", __doc__))
