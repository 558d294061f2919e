"""Salesforce contacts and leads, by the API names of their standard fields."""

from __future__ import annotations

from schemas.base import ContactSchema
from schemas.fields import Country, Date, Email, Phone, State, Text, Website, describe
from schemas.specs import Target

SALUTATIONS = ("Mr.", "Ms.", "Mrs.", "Dr.", "Prof.")
LEAD_SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other")
RATINGS = ("Hot", "Warm", "Cold")
LEAD_STATES = ("Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted")

_CONTACT = "Salesforce Field Reference, Contact"
_LEAD = "Salesforce Field Reference, Lead"
_SCHEMA = "GitHub api-evangelist/salesforce-sales-cloud, json-schema"
_LIST = f"{_SCHEMA}: values of a new org; an org may have others"
_STREET = "Salesforce Field Reference 212.0, Lead: Street 255; docs.skedulo.com, Contacts: MailingStreet 255"

_LIMITS = (
    "Salesforce, Bulk API 2.0 Developer Guide, Prepare CSV Files: at most 100 MB of data in one job",
    "Salesforce Help, State, Country, and Territory Picklist Fields: integration values default to ISO-standard names",
    "Salesforce, Bulk API 2.0 Developer Guide, Valid Date Format in Records: yyyy-MM-dd",
    "Phone form: no source asks for one; E.164 fits the 40 characters of a phone field",
    "Cloud Elements test suite (CHURROS), src/test/elements/sfdc: hub crm, objects by Salesforce's names",
    "No source gives a length for the picklists LeadSource, Status and Rating",
)
_NOTES = (
    "Salesforce has no unique e-mail: records are told apart by an external ID of the org's own, so that no upsert key "
    "is set and sending twice doubles them.",
    "Countries and states are written with their ISO names, which an org with state and country picklists takes by "
    "default. Salesforce spells some countries as ISO did before; such names stay.",
    "Picklists are those of a new org. Other values are kept with a warning, since an org can add its own.",
    "Whether an empty cell overwrites what a record holds is not documented for the connector; it is taken to.",
)


class SalesforceContact(ContactSchema):
    """A contact of Salesforce, reached through the hub `crm`.

    Only the last name is required. The e-mail is the key by which duplicates inside a file are found, and may be blank.
    A contact has no website field of its own. The account is not among the fields: it is named by its ID.
    """

    salutation: str | None = Text(
        "Salutation", concept="salutation", max_length=40, choices=SALUTATIONS, closed=False, source=_LIST
    )
    first_name: str | None = Text("FirstName", concept="first_name", max_length=40, source=_CONTACT)
    middle_name: str | None = Text("MiddleName", concept="middle_name", max_length=40, source=_SCHEMA)
    last_name: str = Text(
        "LastName", concept="last_name", required=True, max_length=80, source=f"{_CONTACT}; {_SCHEMA}"
    )
    suffix: str | None = Text("Suffix", concept="suffix", max_length=40, source=_SCHEMA)
    email: str = Email("Email", key=True, required=False, max_length=80, source=_CONTACT)
    title: str | None = Text("Title", concept="title", max_length=128, source=_SCHEMA)
    department: str | None = Text("Department", concept="department", max_length=80, source=_CONTACT)
    phone: str | None = Phone("Phone", max_length=40, source=_CONTACT)
    mobile: str | None = Phone("MobilePhone", concept="mobile", max_length=40, source=_CONTACT)
    home_phone: str | None = Phone("HomePhone", concept="home_phone", max_length=40, source=_CONTACT)
    other_phone: str | None = Phone("OtherPhone", concept="other_phone", max_length=40, source=_SCHEMA)
    fax: str | None = Phone("Fax", concept="fax", max_length=40, source=_CONTACT)
    assistant: str | None = Text("AssistantName", concept="assistant", max_length=40, source=_CONTACT)
    assistant_phone: str | None = Phone("AssistantPhone", concept="assistant_phone", max_length=40, source=_CONTACT)
    street: str | None = Text("MailingStreet", concept="street", max_length=255, source=_STREET)
    city: str | None = Text("MailingCity", concept="city", max_length=40, source=_SCHEMA)
    state: str | None = State("MailingState", max_length=80, source=_SCHEMA)
    postal_code: str | None = Text("MailingPostalCode", concept="postal_code", max_length=20, source=_SCHEMA)
    country: str | None = Country("MailingCountry", max_length=80, source=_SCHEMA)
    birth_date: str | None = Date("Birthdate", concept="birth_date", source=_CONTACT)
    lead_source: str | None = Text(
        "LeadSource", concept="lead_source", choices=LEAD_SOURCES, closed=False, source=_LIST
    )
    description: str | None = Text("Description", concept="description", max_length=32_000, source=_CONTACT)

    class Config:  # pyright: ignore[reportIncompatibleVariableOverride]  # Pandera's own idiom
        name = "salesforce.contact"
        metadata = describe(
            Target(
                name="salesforce.contact",
                title="Salesforce contact",
                hub="crm",
                object="Contact",
                country_form="name",
                state_form="name",
                max_part_bytes=100_000_000,
                notes=_NOTES,
                sources=_LIMITS,
            )
        )


class SalesforceLead(ContactSchema):
    """A lead of Salesforce, reached through the hub `crm`. Last name and company are required."""

    salutation: str | None = Text(
        "Salutation", concept="salutation", max_length=40, choices=SALUTATIONS, closed=False, source=_LIST
    )
    first_name: str | None = Text("FirstName", concept="first_name", max_length=40, source=_SCHEMA)
    middle_name: str | None = Text("MiddleName", concept="middle_name", max_length=40, source=_SCHEMA)
    last_name: str = Text("LastName", concept="last_name", required=True, max_length=80, source=_SCHEMA)
    suffix: str | None = Text("Suffix", concept="suffix", max_length=40, source=_SCHEMA)
    email: str = Email("Email", key=True, required=False, max_length=80, source=_LEAD)
    title: str | None = Text("Title", concept="title", max_length=128, source=_SCHEMA)
    company: str = Text("Company", concept="company", required=True, max_length=255, source=f"{_LEAD}; {_SCHEMA}")
    phone: str | None = Phone("Phone", max_length=40, source=_SCHEMA)
    mobile: str | None = Phone("MobilePhone", concept="mobile", max_length=40, source=_SCHEMA)
    fax: str | None = Phone("Fax", concept="fax", max_length=40, source=_LEAD)
    website: str | None = Website("Website", max_length=255, source=_SCHEMA)
    street: str | None = Text("Street", concept="street", max_length=255, source=f"{_LEAD} 212.0")
    city: str | None = Text("City", concept="city", max_length=40, source=_LEAD)
    state: str | None = State("State", max_length=80, source=f"{_LEAD} 212.0")
    postal_code: str | None = Text("PostalCode", concept="postal_code", max_length=20, source=f"{_LEAD} 212.0")
    country: str | None = Country("Country", max_length=80, source=_LEAD)
    lead_source: str | None = Text(
        "LeadSource", concept="lead_source", choices=LEAD_SOURCES, closed=False, source=_LIST
    )
    status: str | None = Text("Status", concept="lead_status", choices=LEAD_STATES, closed=False, source=_LIST)
    rating: str | None = Text("Rating", concept="rating", choices=RATINGS, closed=False, source=_LIST)
    industry: str | None = Text("Industry", concept="industry", max_length=40, source=f"{_LEAD} 212.0: a picklist")
    description: str | None = Text("Description", concept="description", max_length=32_000, source=_LEAD)

    class Config:  # pyright: ignore[reportIncompatibleVariableOverride]  # Pandera's own idiom
        name = "salesforce.lead"
        metadata = describe(
            Target(
                name="salesforce.lead",
                title="Salesforce lead",
                hub="crm",
                object="Lead",
                country_form="name",
                state_form="name",
                max_part_bytes=100_000_000,
                notes=_NOTES,
                sources=_LIMITS,
            )
        )
