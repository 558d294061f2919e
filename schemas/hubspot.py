"""HubSpot contacts, by the internal names of their default properties."""

from __future__ import annotations

from schemas.base import ContactSchema
from schemas.fields import Country, Email, Phone, State, Text, Website, describe
from schemas.specs import Target

LONGEST_TEXT = 65_536
"""Characters in a property of single-line or multi-line text.

Source: knowledge.hubspot.com, "Property field types".
"""

STAGES = (
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
)

_DEFAULTS = "knowledge.hubspot.com, HubSpot's default contact properties"
_NAMES = "GitHub panoratech/Panora, crm/contact/services/hubspot/types.ts: names in use"
_SEEN = "public API clients that use HubSpot's property names; the account's own properties decide"


class HubSpotContact(ContactSchema):
    """A contact of HubSpot, reached through the hub `crm`.

    HubSpot tells contacts apart by their e-mail address. Whether the connector updates the contact that has it was not
    found documented, so that no upsert key is set. Country and state are single-line texts, so that they are left as
    they are written; phones without a country code are read in the record's country all the same.

    No source gives a length for e-mail address, phone and website; none is set.
    """

    email: str = Email("email", key=True, source=f"{_DEFAULTS}: unique")
    salutation: str | None = Text("salutation", concept="salutation", max_length=LONGEST_TEXT, source=_SEEN)
    first_name: str | None = Text("firstname", concept="first_name", max_length=LONGEST_TEXT, source=_DEFAULTS)
    last_name: str | None = Text("lastname", concept="last_name", max_length=LONGEST_TEXT, source=_DEFAULTS)
    title: str | None = Text("jobtitle", concept="title", max_length=LONGEST_TEXT, source=_NAMES)
    phone: str | None = Phone("phone", source=_DEFAULTS)
    mobile: str | None = Phone("mobilephone", concept="mobile", source=_NAMES)
    fax: str | None = Phone("fax", concept="fax", source=_NAMES)
    company: str | None = Text("company", concept="company", max_length=LONGEST_TEXT, source=_SEEN)
    website: str | None = Website("website", source=_SEEN)
    industry: str | None = Text("industry", concept="industry", max_length=LONGEST_TEXT, source=_SEEN)
    street: str | None = Text("address", concept="street", max_length=LONGEST_TEXT, source=_NAMES)
    city: str | None = Text("city", concept="city", max_length=LONGEST_TEXT, source=_NAMES)
    state: str | None = State("state", max_length=LONGEST_TEXT, source=_NAMES)
    postal_code: str | None = Text("zip", concept="postal_code", max_length=LONGEST_TEXT, source=_NAMES)
    country: str | None = Country("country", max_length=LONGEST_TEXT, source=_NAMES)
    stage: str | None = Text(
        "lifecyclestage",
        concept="lifecycle_stage",
        choices=STAGES,
        closed=False,
        source="developers.hubspot.com changelog, customized lifecycle stages: 8 defaults, which an account may change",
    )
    lead_status: str | None = Text(
        "hs_lead_status",
        concept="lead_status",
        source="a property of the type enumeration; its choices differ between accounts and are not known here",
    )

    class Config:  # pyright: ignore[reportIncompatibleVariableOverride]  # Pandera's own idiom
        name = "hubspot.contact"
        metadata = describe(
            Target(
                name="hubspot.contact",
                title="HubSpot contact",
                hub="crm",
                object="contacts",
                notes=(
                    "Whether this connector updates a contact whose e-mail is there already was not found documented.",
                    "One bad contact can fail the whole batch that it is sent in; 100 or fewer in a batch are advised.",
                    "Lifecycle stages are the defaults. Other values are kept with a warning, since an account can add "
                    "its own.",
                    "Whether an empty cell overwrites what a contact holds is not documented for the connector; it is "
                    "taken to.",
                ),
                sources=(
                    "Cloud Elements developer portal, HubSpot bulk page: 100 or fewer in a batch, one bad one fails it",
                    "No source limits one job of the connector",
                    "knowledge.hubspot.com, Property field types: 65,536 characters in single-line and multi-line text",
                    "Phone form: HubSpot formats numbers by their country code itself; E.164 holds one",
                    "Cloud Elements test suite (CHURROS), src/test/elements/hubspotcrm: hub crm, object contacts",
                ),
            )
        )
