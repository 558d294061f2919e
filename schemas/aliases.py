"""The names that people and targets use for the same thing.

A *concept* is what a column means, whatever it is called. A field of a schema names its concept and answers to every
name listed here, the field names of the other targets included, so that a file prepared for one target can be mapped
to another. The English names are those of contact exports and web forms in common use (Outlook, Google Contacts,
HubSpot, Salesforce, trade-fair lists), the others stand in `local_names`; comparison is by `fold`. No name answers to
two concepts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from schemas.local_names import LOCAL_NAMES

_ENGLISH: Mapping[str, tuple[str, ...]] = MappingProxyType(
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
            "email 1 - address",
            "email address 1",
            "your email",
            "C_EmailAddress",
        ),
        "first_name": (
            "first name",
            "given name",
            "forename",
            "first",
            "contact first name",
            "C_FirstName",
        ),
        "last_name": ("last name", "surname", "family name", "last", "contact last name", "C_LastName"),
        "full_name": (
            "name",
            "full name",
            "contact name",
            "display name",
            "contact person",
            "attendee name",
            "C_EmailDisplayName",
        ),
        "salutation": ("salutation", "prefix", "C_Salutation"),
        "title": (
            "title",
            "job title",
            "position",
            "role",
            "business title",
            "position title",
            "organization 1 - title",
            "organization title",
            "job position",
            "C_Title",
        ),
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
            "phone 1 - value",
            "business telephone",
            "office telephone",
            "telephone number",
            "C_BusPhone",
        ),
        "mobile": (
            "mobile",
            "mobile phone",
            "cell",
            "cell phone",
            "mobile number",
            "mobile phone number",
            "cell phone number",
            "C_MobilePhone",
        ),
        "fax": ("fax", "fax number", "business fax", "C_Fax"),
        "company": (
            "company",
            "company name",
            "organization",
            "organisation",
            "organization name",
            "account name",
            "employer",
            "organization 1 - name",
            "company/organization",
            "company / account",
            "current company",
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
            "website 1 - value",
            "company website url",
            "company url",
            "C_Website1",
        ),
        "industry": ("industry", "sector", "C_Industry1"),
        "street": (
            "address",
            "street",
            "street address",
            "address 1",
            "address line 1",
            "business street",
            "business address",
            "address 1 - street",
            "mailing street",
            "street address 1",
            "C_Address1",
        ),
        "street_2": ("address 2", "address line 2", "street 2", "business street 2", "street address 2", "C_Address2"),
        "street_3": ("address 3", "address line 3", "business street 3", "C_Address3"),
        "city": ("city", "town", "business city", "address 1 - city", "mailing city", "C_City"),
        "state": (
            "state",
            "province",
            "state/province",
            "region",
            "business state",
            "address 1 - region",
            "state/region",
            "mailing state/province",
            "mailing state",
            "C_State_Prov",
        ),
        "postal_code": (
            "postal code",
            "zip",
            "zip code",
            "postcode",
            "zip/postal code",
            "business postal code",
            "address 1 - postal code",
            "mailing zip/postal code",
            "zip/postcode",
            "C_Zip_Postal",
        ),
        "country": (
            "country",
            "country/region",
            "business country/region",
            "business country",
            "address 1 - country",
            "mailing country",
            "country/territory",
            "C_Country",
        ),
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

CONCEPTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {concept: (*names, *LOCAL_NAMES.get(concept, ())) for concept, names in _ENGLISH.items()}
)


@lru_cache(maxsize=1 << 12)
def fold(name: str) -> str:
    """Return a header name without case, blanks, punctuation and the accents of Latin letters, for comparing.

    Accents are lost on the way through old programs, and no two names of contact columns differ by them alone. Other
    scripts keep their marks: there a mark makes another letter.

    >>> fold("E-Mail Address"), fold("C_BusPhone"), fold("tel.")
    ('emailaddress', 'cbusphone', 'tel')
    >>> fold("Prénom") == fold("PRENOM"), fold("Straße") == fold("Strasse"), fold("\u0438") == fold("\u0439")
    (True, True, False)
    """
    if name.isascii():
        return "".join(filter(str.isalnum, name.lower()))
    composed = unicodedata.normalize("NFKC", name.casefold())
    return "".join(map(_without_accent, filter(str.isalnum, composed)))


def _without_accent(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter
