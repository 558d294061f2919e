"""Rules of picklists, dates, countries and states: one cell each, by a schema that has them all."""

from __future__ import annotations

from schemas.base import ContactSchema
from schemas.fields import Country, Date, Email, State, Text, describe
from schemas.specs import Target
from tests.rules.rows import Row, table


class Placed(ContactSchema):
    """A schema with a picklist of each sort, a date, a country and a state."""

    email: str = Email("E-mail", key=True)
    salutation: str | None = Text("Salutation", choices=("Mr", "Ms"))
    rating: str | None = Text("Rating", choices=("Hot", "Cold"), closed=False)
    day: str | None = Date("Day")
    country: str | None = Country("Country")
    state: str | None = State("State")

    class Config:
        name = "test.placed"
        metadata = describe(Target(name="test.placed", title="Test", country_form="alpha2", state_form="name"))


def _row(code: str, column: str, broken: str, fine: str) -> Row:
    def write(text: str) -> str:
        return table("E-mail", column)("ann@acme.com", text)

    return Row(code, write(broken), write(fine), schema=Placed)


def _state(text: str) -> str:
    return table("E-mail", "Country", "State")("ann@acme.com", "US", text)


ROWS = (
    _row("T003", "Salutation", "mr", "Mr"),
    _row("T103", "Salutation", "Herr", "Mr"),
    _row("T202", "Rating", "Warm", "Hot"),
    _row("D001", "Day", "3 April 2025", "2025-04-03"),
    _row("D101", "Day", "next spring", "2025-04-03"),
    _row("D102", "Day", "03/04/2025", "13/04/2025"),
    _row("D103", "Day", "2025-02-30", "2025-02-28"),
    _row("D104", "Day", "45750", "2025-04-03"),
    _row("D105", "Day", "3 Apr 25", "3 Apr 2025"),
    _row("D201", "Day", "2025-04-03T17:30:00Z", "2025-04-03T00:00:00Z"),
    _row("L001", "Country", "Deutschland", "DE"),
    _row("L201", "Country", "Germny", "Germany"),
    Row("L002", _state("CA"), _state("California"), schema=Placed),
    Row("L202", _state("Ontario"), _state("Texas"), schema=Placed),
)
