"""Contacts of no particular target: the usual columns, the e-mail as key, no limits."""

from __future__ import annotations

from schemas.base import ContactSchema
from schemas.fields import Country, Email, Phone, State, Text, Website, describe
from schemas.specs import Target


class GenericContact(ContactSchema):
    """A contact with the columns that most lists have.

    It names no platform, so that an upload must say hub and object.
    """

    email: str = Email("email", key=True)
    first_name: str | None = Text("first_name", concept="first_name")
    last_name: str | None = Text("last_name", concept="last_name")
    full_name: str | None = Text("full_name", concept="full_name")
    salutation: str | None = Text("salutation", concept="salutation")
    title: str | None = Text("title", concept="title")
    phone: str | None = Phone("phone")
    mobile: str | None = Phone("mobile", concept="mobile")
    fax: str | None = Phone("fax", concept="fax")
    company: str | None = Text("company", concept="company")
    website: str | None = Website("website")
    street: str | None = Text("street", concept="street")
    street_2: str | None = Text("street_2", concept="street_2")
    city: str | None = Text("city", concept="city")
    state: str | None = State("state")
    postal_code: str | None = Text("postal_code", concept="postal_code")
    country: str | None = Country("country")
    industry: str | None = Text("industry", concept="industry")
    description: str | None = Text("description", concept="description")

    class Config:  # pyright: ignore[reportIncompatibleVariableOverride]  # Pandera's own idiom
        name = "generic.contact"
        metadata = describe(
            Target(
                name="generic.contact",
                title="Contact list, no particular target",
                notes=("It names no hub and no object: an upload must say both.",),
                sources=("The columns common to the exports of Outlook, Google Contacts, HubSpot and Salesforce.",),
            )
        )
