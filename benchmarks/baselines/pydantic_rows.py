"""Pydantic, a row at a time: `EmailStr`, the phone of pydantic-extra-types, `HttpUrl`.

Its phone must be an assigned number, and its website must have a scheme (one is put before it here): the verdicts are
not ours, so only the time is compared.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, EmailStr, HttpUrl, StringConstraints, ValidationError
from pydantic_extra_types.phone_numbers import PhoneNumberValidator

from benchmarks.baselines.arguments import REGION, parse_arguments


def _present(value: str) -> str | None:
    return value.strip() or None


def _with_scheme(value: str) -> str | None:
    trimmed = value.strip()
    return (trimmed if "://" in trimmed else f"https://{trimmed}") if trimmed else None


Phone = Annotated[str, PhoneNumberValidator(default_region=REGION, number_format="E164")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]


class Contact(BaseModel):
    """A contact, by what Pydantic has."""

    C_EmailAddress: EmailStr
    C_FirstName: Text
    C_LastName: Text
    C_Title: Text
    C_BusPhone: Annotated[Phone | None, BeforeValidator(_present)]
    C_Company: Text
    C_Website1: Annotated[HttpUrl | None, BeforeValidator(_with_scheme)]


def prepare(file: Path, out: Path) -> None:
    """Write `accepted.csv` and `rejected.csv`."""
    with (
        file.open(encoding="utf-8", newline="") as source,
        (out / "accepted.csv").open("w", encoding="utf-8", newline="") as good,
        (out / "rejected.csv").open("w", encoding="utf-8", newline="") as bad,
    ):
        rows = csv.DictReader(source)
        accepted, rejected = csv.writer(good), csv.writer(bad)
        accepted.writerow(rows.fieldnames or ())
        rejected.writerow(rows.fieldnames or ())
        for row in rows:
            try:
                contact: dict[str, Any] = Contact.model_validate(row).model_dump()
            except ValidationError:
                rejected.writerow(row.values())
            else:
                accepted.writerow(["" if value is None else str(value) for value in contact.values()])


if __name__ == "__main__":
    prepare(*parse_arguments("pydantic_rows", __doc__))
