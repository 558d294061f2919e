"""Base CRM contacts, today Zendesk Sell, by the field names of its contacts API."""

from __future__ import annotations

from schemas.base import ContactSchema
from schemas.fields import Email, Phone, Text, Website, describe
from schemas.specs import Target

_API = "developer.zendesk.com, Sales CRM, resources/contacts"
_PEOPLE = "developer.zendesk.com, firehose/contacts: required for individuals"


class BaseCrmContact(ContactSchema):
    """An individual contact of Base CRM (today Zendesk Sell), reached through the hub `crm`.

    Whether Open Connectors offers bulk upload for this connector was **not found documented**: the help page titled
    "Base CRM Bulk" shows Eloqua's hub, objects and columns, and no other source names a bulk load of Base contacts.
    The platform would then load one call per record. Ask the connector's object list before relying on it.

    No source gives maximum lengths or says that an e-mail address is unique; none is invented here. The e-mail is the
    key by which duplicates inside a file are found, and may be blank: Sell requires the last name alone. Line breaks
    in a cell are not accepted by its import; they become a blank, which is logged (T002).
    """

    first_name: str | None = Text("first_name", concept="first_name", flatten=True, source=_API)
    last_name: str = Text("last_name", concept="last_name", required=True, flatten=True, source=_PEOPLE)
    email: str = Email("email", key=True, required=False, source=_API)
    title: str | None = Text("title", concept="title", flatten=True, source=_API)
    phone: str | None = Phone("phone", source=f"{_API}; Sell CTI guide: E.164 advised")
    mobile: str | None = Phone("mobile", concept="mobile", source=_API)
    fax: str | None = Phone("fax", concept="fax", source=_API)
    website: str | None = Website("website", source=_API)
    industry: str | None = Text("industry", concept="industry", flatten=True, source=_API)
    description: str | None = Text("description", concept="description", flatten=True, source=_API)
    twitter: str | None = Text("twitter", concept="twitter", flatten=True, source=_API)
    facebook: str | None = Text("facebook", concept="facebook", flatten=True, source=_API)
    linkedin: str | None = Text("linkedin", concept="linkedin", flatten=True, source=_API)
    skype: str | None = Text("skype", concept="skype", flatten=True, source=_API)
    customer_status: str | None = Text(
        "customer_status", choices=("none", "current", "past"), flatten=True, source=_API
    )
    prospect_status: str | None = Text(
        "prospect_status", choices=("none", "current", "lost"), flatten=True, source=_API
    )

    class Config:  # pyright: ignore[reportIncompatibleVariableOverride]  # Pandera's own idiom
        name = "base_crm.contact"
        metadata = describe(
            Target(
                name="base_crm.contact",
                title="Base CRM (Zendesk Sell) contact",
                hub="crm",
                object="contacts",
                upsert_key=None,
                blank_overwrites=True,
                max_part_records=3_000,
                notes=(
                    "Bulk upload for this connector was not found documented.",
                    "Contacts that arrive by API are not de-duplicated by the product: sending twice doubles them.",
                ),
                sources=(
                    "support.zendesk.com 360041516553, 4408838742682: no line breaks in data, 3,000 contacts an import",
                    "support.zendesk.com, duplicates: an import is compared by name and e-mail or phone, the API not",
                ),
            )
        )
