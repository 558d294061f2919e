"""The names that people and targets use for the same thing.

A *concept* is what a column means, whatever it is called. A field of a schema names its concept and answers to every
name listed here, the field names of the other targets included, so that a file prepared for one target can be mapped
to another. The English names are those of contact exports and web forms in common use (Outlook, Google Contacts,
HubSpot, Salesforce, trade-fair lists); comparison is by `fold`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CONCEPTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "email": (
            "email",
            "e-mail",
            "mail",
            "email address",
            "e-mail address",
            "email 1",
            "e-mail 1 - value",
            "work email",
            "business email",
            "primary email",
            "contact email",
            "C_EmailAddress",
        ),
        "first_name": ("first name", "given name", "forename", "first", "contact first name", "C_FirstName"),
        "last_name": ("last name", "surname", "family name", "last", "contact last name", "C_LastName"),
        "full_name": ("name", "full name", "contact name", "display name", "C_EmailDisplayName"),
        "salutation": ("salutation", "prefix", "C_Salutation"),
        "title": ("title", "job title", "position", "role", "C_Title"),
        "phone": (
            "phone",
            "telephone",
            "tel",
            "tel.",
            "phone number",
            "business phone",
            "work phone",
            "office phone",
            "phone 1",
            "C_BusPhone",
        ),
        "mobile": ("mobile", "mobile phone", "cell", "cell phone", "mobile number", "C_MobilePhone"),
        "fax": ("fax", "fax number", "business fax", "C_Fax"),
        "company": (
            "company",
            "company name",
            "organization",
            "organisation",
            "organization name",
            "account name",
            "employer",
            "C_Company",
        ),
        "website": (
            "website",
            "web",
            "web site",
            "url",
            "homepage",
            "web page",
            "company website",
            "website url",
            "C_Website1",
        ),
        "industry": ("industry", "sector", "C_Industry1"),
        "street": ("address", "street", "street address", "address 1", "address line 1", "C_Address1"),
        "street_2": ("address 2", "address line 2", "street 2", "C_Address2"),
        "street_3": ("address 3", "address line 3", "C_Address3"),
        "city": ("city", "town", "C_City"),
        "state": ("state", "province", "state/province", "region", "C_State_Prov"),
        "postal_code": ("postal code", "zip", "zip code", "postcode", "zip/postal code", "C_Zip_Postal"),
        "country": ("country", "country/region", "C_Country"),
        "description": ("description", "notes", "note", "comments", "comment"),
        "twitter": ("twitter", "twitter handle"),
        "facebook": ("facebook",),
        "linkedin": ("linkedin", "linkedin url", "linkedin profile"),
        "skype": ("skype", "skype name"),
        "middle_name": ("middle name", "second name"),
        "suffix": ("suffix", "name suffix"),
        "department": ("department", "division"),
        "home_phone": ("home phone", "private phone"),
        "other_phone": ("other phone",),
        "assistant": ("assistant", "assistant's name", "assistant name"),
        "assistant_phone": ("assistant's phone", "assistant phone", "asst. phone"),
        "birth_date": ("birthdate", "birthday", "birth date", "date of birth", "dob"),
        "lead_source": ("lead source",),
        "lead_status": ("lead status",),
        "rating": ("rating", "lead rating"),
        "lifecycle_stage": ("lifecycle stage",),
    }
)


def fold(name: str) -> str:
    """Return a header name without case, blanks and punctuation, for comparing.

    >>> fold("E-Mail Address"), fold("C_BusPhone"), fold("tel.")
    ('emailaddress', 'cbusphone', 'tel')
    """
    return "".join(character for character in name.casefold() if character.isalnum())
