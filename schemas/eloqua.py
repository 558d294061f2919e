"""Oracle Eloqua contacts, by the internal field names of its Bulk API."""

from __future__ import annotations

from schemas.base import ContactSchema
from schemas.fields import Country, Email, Phone, State, Text, Website, describe
from schemas.specs import Target

SMALL_TEXT = 100
"""Characters in a contact's small text field.

Source: Oracle Eloqua, "Creating contact fields" and "Bulk API data types".
"""

_NAMES = 'Oracle Eloqua, "Field names"; SAP Open Connectors help, "Base CRM Bulk" (its sample is Eloqua\'s)'
_SEEN = "public scripts and web forms that use Eloqua's columns; the instance's own metadata decides"


class EloquaContact(ContactSchema):
    """A contact of Oracle Eloqua, reached through the hub `marketing`.

    The Bulk API calls small (100 characters) and large (32,000) text both "string", so that every text here is held
    to the small limit; an instance whose field is larger says so in its metadata. For `C_EmailAddress` no length is
    documented.

    Country and state are texts whose form each instance decides, so that they are left as they are written; phones
    without a country code are read in the record's country all the same.
    """

    email: str = Email("C_EmailAddress", key=True, source='Oracle Eloqua, "Fields (metadata)": unique, field 100001')
    first_name: str | None = Text("C_FirstName", concept="first_name", max_length=SMALL_TEXT, source=_NAMES)
    last_name: str | None = Text("C_LastName", concept="last_name", max_length=SMALL_TEXT, source=_NAMES)
    display_name: str | None = Text("C_EmailDisplayName", concept="full_name", max_length=SMALL_TEXT, source=_NAMES)
    title: str | None = Text("C_Title", concept="title", max_length=SMALL_TEXT, source=_NAMES)
    phone: str | None = Phone("C_BusPhone", max_length=SMALL_TEXT, source=_NAMES)
    mobile: str | None = Phone("C_MobilePhone", concept="mobile", max_length=SMALL_TEXT, source=_SEEN)
    company: str | None = Text("C_Company", concept="company", max_length=SMALL_TEXT, source=_NAMES)
    website: str | None = Website("C_Website1", max_length=SMALL_TEXT, source=_NAMES)
    address_1: str | None = Text("C_Address1", concept="street", max_length=SMALL_TEXT, source=_SEEN)
    address_2: str | None = Text("C_Address2", concept="street_2", max_length=SMALL_TEXT, source=_SEEN)
    address_3: str | None = Text("C_Address3", concept="street_3", max_length=SMALL_TEXT, source=_SEEN)
    city: str | None = Text("C_City", concept="city", max_length=SMALL_TEXT, source=_SEEN)
    state: str | None = State("C_State_Prov", max_length=SMALL_TEXT, source=_SEEN)
    postal_code: str | None = Text("C_Zip_Postal", concept="postal_code", max_length=SMALL_TEXT, source=_SEEN)
    country: str | None = Country("C_Country", max_length=SMALL_TEXT, source=_SEEN)
    industry: str | None = Text("C_Industry1", concept="industry", max_length=SMALL_TEXT, source=_SEEN)

    class Config:  # pyright: ignore[reportIncompatibleVariableOverride]  # Pandera's own idiom
        name = "eloqua.contact"
        metadata = describe(
            Target(
                name="eloqua.contact",
                title="Oracle Eloqua contact",
                hub="marketing",
                object="contact",
                upsert_key="C_EmailAddress",
                blank_overwrites=True,
                max_part_bytes=32_000_000,
                notes=(
                    "Eloqua's native bulk load always upserts on the e-mail address.",
                    "With its default update rule an empty cell overwrites what the contact holds.",
                ),
                sources=(
                    'SAP Open Connectors help, "Eloqua Bulk": upsert, identifierFieldName',
                    'Oracle Eloqua, "Contact import definition": update rule `always`',
                    'Oracle Eloqua, "Bulk API limits": 32 MB a request, 100 fields an import',
                ),
            )
        )
