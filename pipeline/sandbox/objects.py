"""What the connectors behind the sandbox know: their objects, the fields of each, and what they refuse in a record.

Two connectors share one sandbox and are told apart by their hub: Oracle Eloqua (`marketing`), whose objects and columns
the page "Base CRM Bulk" of the SAP Open Connectors help shows, and Base CRM, now Zendesk Sell (`crm`). A path without
a hub means Eloqua.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

DEFAULT_HUB = "marketing"

HEADERS_UNFIT = "Unable to retrieve vendor headers from provided file. Please check the file headers or file format"
"""Ends a native bulk job whose headers do not fit. Source: SAP Open Connectors help, "Eloqua Bulk"."""

_SMALL_TEXT = 100
_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\]\\]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object, as the metadata call describes it.

    Attributes:
        path: Its name in a header row and in answers; dotted where it is nested.
        label: What the vendor shows to people.
        type: `string`, `boolean`, `number` or `date`.
        native_type: The vendor's own name of the type.
        length: Most characters, or None where no source names a limit.
        required: Whether every record needs it.
        choices: The only values allowed beside an empty one; empty for no such rule.
    """

    path: str
    label: str
    type: str = "string"
    native_type: str = "string"
    length: int | None = None
    required: bool = False
    choices: tuple[str, ...] = ()

    def describe(self) -> dict[str, object]:
        """Returns the entry of the metadata answer, with `length` and `picklistValues` only where there are any.

        Source: Swagger files of CloudElementsOpenLabs/elements, `GET /objects/{objectName}/metadata`; Cloud Elements
        help, connector builder guide. A property `length` appears in one published connector only.
        """
        entry: dict[str, object] = {
            "vendorPath": self.path,
            "vendorDisplayName": self.label,
            "type": self.type,
            "vendorNativeType": self.native_type,
            "mask": "",
            "vendorReadOnly": False,
            "vendorRequired": self.required,
        }
        if self.length is not None:
            entry["length"] = self.length
        if self.choices:
            entry["picklistValues"] = list(self.choices)
        return entry


Judge = Callable[[Mapping[str, str]], str | None]


@dataclass(frozen=True, slots=True)
class TargetObject:
    """One object of a connector.

    Attributes:
        hub: The hub of its connector.
        name: Its name in the list of objects, under which its contacts are kept.
        vendor_name: The vendor's name.
        fields: Its fields by path.
        key: The field that is unique and by which the vendor always matches, or None where it matches only if asked.
        conflict_name: What the vendor calls the key field when it reports a conflict.
        native: Whether the vendor has a bulk call of its own. Then headers that do not fit end the whole job;
            otherwise there is one call per record, and each record fails on its own. Source: SAP help, "About bulk".
        uploads: Whether bulk upload is on.
        judge: Returns the vendor's reason to refuse a record (cells by path), or None.
        aliases: Other names that mean this object.
    """

    hub: str
    name: str
    vendor_name: str
    fields: Mapping[str, Field]
    key: str | None
    conflict_name: str
    native: bool
    uploads: bool
    judge: Judge
    aliases: tuple[str, ...] = ()


def find_object(hub: str, name: str) -> TargetObject | None:
    """Returns the object of that name or alias (upper and lower case differ), or None."""
    return next((entry for entry in HUBS.get(hub, ()) if name == entry.name or name in entry.aliases), None)


def judge_eloqua_contact(cells: Mapping[str, str]) -> str | None:
    """Returns why Eloqua refuses a contact, or None. The first reason only.

    The reason about length does not name the contact: such reasons exist, and no client may rely on finding the key.

    Source: Oracle, "Bulk API data types" and "Creating contact fields" (small text: 100 characters); "Uploading
    contacts" (e-mail addresses with non-breaking spaces are invalid); "Eloqua status codes" ELQ-00002, ELQ-00061.
    The words are the sandbox's; Eloqua's e-mail syntax is not published, so only what nobody accepts is refused.
    """
    email = cells["C_EmailAddress"]
    if not email:
        return "Missing required field: C_EmailAddress"
    if not _EMAIL.fullmatch(email) or ".." in email:
        return f"Invalid email address: {email}"
    for path, text in cells.items():
        if len(text) > _SMALL_TEXT and ELOQUA_FIELDS[path].length is not None:
            return f"Value too long for {path}: {len(text)} characters, the maximum is {_SMALL_TEXT}"
    return None


def judge_base_contact(cells: Mapping[str, str]) -> str | None:
    """Returns why Base CRM refuses a contact, or None. The first reason only.

    Source: developer.zendesk.com, sales-crm contacts (`last_name` only for individuals, `name` only for
    organizations, values of the two status fields); support.zendesk.com 4408838742682 (no line breaks in data,
    checkbox fields 0 or 1). The codes are those of its 422 answers; the words around them are the sandbox's.
    """
    person = cells.get("email") or cells.get("name") or cells.get("last_name") or "(unnamed)"
    for path, text in cells.items():
        field = BASE_FIELDS.get(path)
        if field is None:
            return f"422 unknown: {path} is not a field of a contact"
        if "\n" in text or "\r" in text:
            return f"422 incorrect_value: line break in {path} of {person}"
        if text and not _has_type(text, field.type):
            return f"422 invalid_type: {path} must be a {field.type} ({person})"
        if text and field.choices and text not in field.choices:
            return f"422 incorrect_value: {path} must be one of {', '.join(field.choices)} ({person})"
    needed = "name" if cells.get("is_organization", "").lower() in ("1", "true") else "last_name"
    if not cells.get(needed, "").strip():
        return f"422 blank: {needed} can't be blank"
    return None


def _has_type(text: str, kind: str) -> bool:
    if kind == "boolean":
        return text.lower() in ("0", "1", "true", "false")
    if kind == "number":
        return text.isascii() and text.isdigit()
    return True


def _refuse_nothing(cells: Mapping[str, str]) -> str | None:
    del cells
    return None


def _by_path(*fields: Field) -> dict[str, Field]:
    return {field.path: field for field in fields}


_small_text = partial(Field, length=_SMALL_TEXT)

# Source of the names: Oracle, "Field names" and "Fields (metadata)"; SAP help, "Base CRM Bulk"; public web forms and
# scripts for the address fields. C_Salutation and C_Fax are in no published list; they are Eloqua's usual names.
# No source gives a maximum for the e-mail address.
ELOQUA_FIELDS = _by_path(
    Field("C_EmailAddress", "Email Address", native_type="emailAddress", required=True),
    _small_text("C_FirstName", "First Name"),
    _small_text("C_LastName", "Last Name"),
    _small_text("C_EmailDisplayName", "Email Display Name"),
    _small_text("C_Salutation", "Salutation"),
    _small_text("C_Title", "Title"),
    _small_text("C_BusPhone", "Business Phone"),
    _small_text("C_MobilePhone", "Mobile Phone"),
    _small_text("C_Fax", "Fax"),
    _small_text("C_Company", "Company"),
    _small_text("C_Website1", "Website"),
    _small_text("C_Industry1", "Industry"),
    _small_text("C_Address1", "Address 1"),
    _small_text("C_Address2", "Address 2"),
    _small_text("C_Address3", "Address 3"),
    _small_text("C_City", "City"),
    _small_text("C_State_Prov", "State or Province"),
    _small_text("C_Zip_Postal", "Zip or Postal Code"),
    _small_text("C_Country", "Country"),
    Field("C_DateCreated", "Date Created", type="date", native_type="date"),
)

# Source: developer.zendesk.com, sales-crm resources/contacts; the writable attributes in basecrm/basecrm-python
# `services.py`. No source gives a maximum length. Nested fields have dotted paths (Cloud Elements, churros assets).
BASE_FIELDS = _by_path(
    Field("is_organization", "Organization", type="boolean", native_type="boolean"),
    Field("name", "Name"),
    Field("first_name", "First name"),
    Field("last_name", "Last name"),
    Field("title", "Title"),
    Field("description", "Description"),
    Field("industry", "Industry"),
    Field("website", "Website"),
    Field("email", "Email"),
    Field("phone", "Phone"),
    Field("mobile", "Mobile"),
    Field("fax", "Fax"),
    Field("twitter", "Twitter"),
    Field("facebook", "Facebook"),
    Field("linkedin", "LinkedIn"),
    Field("skype", "Skype"),
    *(
        Field(f"{group}.{part}", f"{group} {part}".replace("_", " ").capitalize())
        for group in ("address", "billing_address", "shipping_address")
        for part in ("line1", "city", "postal_code", "state", "country")
    ),
    Field("contact_id", "Contact", type="number", native_type="long"),
    Field("parent_organization_id", "Parent organization", type="number", native_type="long"),
    Field("owner_id", "Owner", type="number", native_type="long"),
    Field("customer_status", "Customer status", native_type="picklist", choices=("none", "current", "past")),
    Field("prospect_status", "Prospect status", native_type="picklist", choices=("none", "current", "lost")),
    Field("tags", "Tags", native_type="array"),
)


def _listed_only(name: str) -> TargetObject:
    """Returns an Eloqua object that the list names, and whose upload is off."""
    return TargetObject("marketing", name, name.capitalize(), {}, None, "", True, False, _refuse_nothing)


HUBS: Mapping[str, tuple[TargetObject, ...]] = {
    # The five names, in this order: SAP help, "Base CRM Bulk". Eloqua's tests upload to `contacts` (churros
    # `src/test/elements/eloqua/bulk.js`), so that name is understood too, though not listed.
    "marketing": (
        _listed_only("activities"),
        TargetObject(
            hub="marketing",
            name="contact",
            vendor_name="Contact",
            fields=ELOQUA_FIELDS,
            key="C_EmailAddress",
            conflict_name="emailAddress",
            native=True,
            uploads=True,
            judge=judge_eloqua_contact,
            aliases=("contacts",),
        ),
        _listed_only("campaign"),
        _listed_only("list"),
        _listed_only("account"),
    ),
    "crm": (
        TargetObject(
            hub="crm",
            name="contacts",
            vendor_name="Contact",
            fields=BASE_FIELDS,
            key=None,
            conflict_name="",
            native=False,
            uploads=True,
            judge=judge_base_contact,
            aliases=("contact",),
        ),
    ),
}
"""The objects of each hub, in the order in which they are listed."""
