"""Which schema a header is taken for when none is named."""

from __future__ import annotations

import pytest

from pipeline.mapping import choose_schema


@pytest.mark.parametrize(
    ("header", "schema"),
    [
        ("C_EmailAddress,C_FirstName,C_LastName,C_Title,C_BusPhone,C_Company,C_Website1", "eloqua.contact"),
        ("c_emailaddress,c_firstname", "eloqua.contact"),
        ("C EmailAddress,C FirstName", "eloqua.contact"),
        ("FirstName,LastName,Email,MailingCity", "salesforce.contact"),
        ("FIRSTNAME,LASTNAME,EMAIL,MAILINGCITY", "salesforce.contact"),
        ("FirstName,LastName,Email,Phone", "salesforce.contact"),
        ("FirstName,LastName,Email,Company,Status", "salesforce.lead"),
        ("FirstName,LastName,Email,Company,LeadSource,PostalCode", "salesforce.lead"),
        ("FirstName,LastName,Email,Company,MailingCity", "salesforce.contact"),
        ("email,firstname,lastname,jobtitle,lifecyclestage", "hubspot.contact"),
        ("email,firstname,lastname,hs_lead_status", "hubspot.contact"),
        ("Email,First Name,Last Name,Company,Phone", "generic.contact"),
        ("email,first_name,last_name,company", "generic.contact"),
        ("E-mail,First-Name,Last-Name,Tel.", "generic.contact"),
        ("Email,Phone,Company,Title,City,State,Country,Website", "generic.contact"),
        ("LastName,Email,Company,Department", "generic.contact"),  # a contact has one of the two, a lead the other
        ("Company,Website", "generic.contact"),
    ],
)
def test_only_names_that_tell_a_target_apart_count(header: str, schema: str) -> None:
    """What anybody may call a column is no sign of a target."""
    assert choose_schema(header.split(","))[0].name == schema


def test_the_reason_says_how_much_of_the_header_fits() -> None:
    """The first line of a report is half a sentence of it."""
    assert choose_schema(["FirstName", "LastName", "Email", "Shoe size"])[1] == "3 of 4 columns bear its field names"
    assert choose_schema(["foo"])[1] == "the header has no schema's own field names, and this is the general one"
    assert "match the header equally well" in choose_schema(["LastName", "Email", "Company", "Department"])[1]
