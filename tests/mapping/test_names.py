"""Which field a column answers to by its name, in the languages and exports that people send."""

from __future__ import annotations

import unicodedata

import pytest

from pipeline import UsageError
from pipeline.contracts import CONCEPTS, READINGS, fold, load_contract
from pipeline.mapping import map_header
from pipeline.mapping.matching import fits


def mapped(*header: str, schema: str = "generic.contact") -> dict[str, str]:
    found = map_header(header, load_contract(schema), file="x.csv")
    return {one.column: one.field.name for one in found.mapped}


def test_no_alias_answers_to_two_concepts() -> None:
    """However it is spelt; and a name with two meanings is an alias of none but the one it has alone."""
    seen: dict[str, str] = {}
    for concept, names in CONCEPTS.items():
        for name in names:
            assert seen.setdefault(fold(name), concept) == concept, name
    for name, reading in READINGS.items():
        assert seen.get(fold(name)) in (None, reading.otherwise), name
        assert {reading.then, reading.otherwise} - {None} <= set(CONCEPTS)


HEADERS = {
    "Outlook, English": (
        "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business Street 2,"
        "Business City,Business State,Business Postal Code,Business Country/Region,Home Street,Home City,Business Fax,"
        "Business Phone,Business Phone 2,Company Main Phone,Home Phone,Mobile Phone,Primary Phone,E-mail Address,"
        "E-mail Type,E-mail Display Name,E-mail 2 Address,Location,Notes,Web Page",
        {
            "Title": "salutation", "First Name": "first_name", "Last Name": "last_name", "Company": "company",
            "Job Title": "title", "Business Street": "street", "Business Street 2": "street_2",
            "Business City": "city", "Business State": "state", "Business Postal Code": "postal_code",
            "Business Country/Region": "country", "Business Fax": "fax", "Business Phone": "phone",
            "Mobile Phone": "mobile", "E-mail Address": "email", "Notes": "description", "Web Page": "website",
        },
    ),
    "Outlook, German": (
        "Anrede,Vorname,Weitere Vornamen,Nachname,Suffix,Firma,Abteilung,Position,Straße geschäftlich,"
        "Straße geschäftlich 2,Ort geschäftlich,Region geschäftlich,Postleitzahl geschäftlich,"
        "Land/Region geschäftlich,Straße privat,Ort privat,Fax geschäftlich,Telefon geschäftlich,"
        "Telefon geschäftlich 2,Telefon Firma,Mobiltelefon,Beruf,E-Mail-Adresse,E-Mail-Typ,Notizen,Ort,Webseite",
        {
            "Anrede": "salutation", "Vorname": "first_name", "Nachname": "last_name", "Firma": "company",
            "Position": "title", "Straße geschäftlich": "street", "Straße geschäftlich 2": "street_2",
            "Ort geschäftlich": "city", "Region geschäftlich": "state", "Postleitzahl geschäftlich": "postal_code",
            "Land/Region geschäftlich": "country", "Fax geschäftlich": "fax", "Telefon geschäftlich": "phone",
            "Mobiltelefon": "mobile", "E-Mail-Adresse": "email", "Notizen": "description", "Webseite": "website",
        },
    ),
    "a French list": (
        "Civilité,Prénom,Nom,Société,Fonction,Téléphone,Portable,Courriel,Rue,Code postal,Ville,Pays,Site web",
        {
            "Civilité": "salutation", "Prénom": "first_name", "Nom": "last_name", "Société": "company",
            "Fonction": "title", "Téléphone": "phone", "Portable": "mobile", "Courriel": "email", "Rue": "street",
            "Code postal": "postal_code", "Ville": "city", "Pays": "country", "Site web": "website",
        },
    ),
    "a Spanish list": (
        "NOMBRE,APELLIDOS,EMPRESA,CARGO,CORREO ELECTRONICO,TELEFONO,MOVIL,DIRECCION,CODIGO POSTAL,CIUDAD,PAIS",
        {
            "NOMBRE": "first_name", "APELLIDOS": "last_name", "EMPRESA": "company", "CARGO": "title",
            "CORREO ELECTRONICO": "email", "TELEFONO": "phone", "MOVIL": "mobile", "DIRECCION": "street",
            "CODIGO POSTAL": "postal_code", "CIUDAD": "city", "PAIS": "country",
        },
    ),
    "a Brazilian list": (
        "Nome,Sobrenome,Empresa,Cargo,E-mail,Telefone,Celular,Endereço,Cidade,Estado,CEP,País",
        {
            "Nome": "first_name", "Sobrenome": "last_name", "Empresa": "company", "Cargo": "title",
            "E-mail": "email", "Telefone": "phone", "Celular": "mobile", "Endereço": "street", "Cidade": "city",
            "Estado": "state", "CEP": "postal_code", "País": "country",
        },
    ),
    "an Italian list": (
        "Cognome,Nome,Azienda,Indirizzo e-mail,Telefono,Cellulare,Indirizzo,CAP,Città,Provincia,Paese",
        {
            "Cognome": "last_name", "Nome": "first_name", "Azienda": "company", "Indirizzo e-mail": "email",
            "Telefono": "phone", "Cellulare": "mobile", "Indirizzo": "street", "CAP": "postal_code",
            "Città": "city", "Provincia": "state", "Paese": "country",
        },
    ),
    "a Dutch list": (
        "Voornaam,Achternaam,Bedrijf,Functie,E-mailadres,Telefoonnummer,Mobiel,Straat,Postcode,Plaats,Land",
        {
            "Voornaam": "first_name", "Achternaam": "last_name", "Bedrijf": "company", "Functie": "title",
            "E-mailadres": "email", "Telefoonnummer": "phone", "Mobiel": "mobile", "Straat": "street",
            "Postcode": "postal_code", "Plaats": "city", "Land": "country",
        },
    ),
    "Google Contacts": (
        "First Name,Middle Name,Last Name,Organization Name,Organization Title,Birthday,Notes,E-mail 1 - Label,"
        "E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Street,Address 1 - City,Address 1 - Region,"
        "Address 1 - Postal Code,Address 1 - Country,Website 1 - Label,Website 1 - Value",
        {
            "First Name": "first_name", "Last Name": "last_name", "Organization Name": "company",
            "Organization Title": "title", "Notes": "description", "E-mail 1 - Value": "email",
            "Phone 1 - Value": "phone", "Address 1 - Street": "street", "Address 1 - City": "city",
            "Address 1 - Region": "state", "Address 1 - Postal Code": "postal_code",
            "Address 1 - Country": "country", "Website 1 - Value": "website",
        },
    ),
    "LinkedIn, connections": (
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
        {
            "First Name": "first_name", "Last Name": "last_name", "Email Address": "email", "Company": "company",
            "Position": "title",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADERS)
def test_headers_as_they_are_sent(name: str) -> None:
    """Every column that has a field finds it, and no other column does."""
    header, expected = HEADERS[name]
    assert mapped(*header.split(",")) == expected
    assert mapped(*unicodedata.normalize("NFD", header).split(",")) == {
        unicodedata.normalize("NFD", column): field for column, field in expected.items()
    }


READ = [
    (("Email", "Name"), "full_name"),
    (("Email", "Vorname", "Name"), "last_name"),
    (("Email", "Vorname", "Nachname", "Name"), "full_name"),
    (("Email", "Nom"), "full_name"),
    (("Email", "Prénom", "NOM"), "last_name"),
    (("Email", "Nome"), "full_name"),
    (("Email", "Cognome", "Nome"), "first_name"),
    (("Email", "Nombre", "Nombre de pila", "Apellidos"), "full_name"),
    (("Email", "Title"), "title"),
    (("Email", "Job Title", "Title"), "salutation"),
    (("Email", "Estado"), None),
    (("Email", "Cidade", "Estado"), "state"),
    (("Email", "Ort"), "city"),
    (("Email", "Connected On", "URL"), None),
    (("Email", "URL"), "website"),
]


@pytest.mark.parametrize(("header", "field"), READ, ids=[" ".join(header) for header, _ in READ])
def test_a_name_with_two_meanings(header: tuple[str, ...], field: str | None) -> None:
    """The columns beside it decide."""
    words = {fold(name) for name in READINGS}
    doubtful = next(name for name in header if fold(name) in words)
    assert mapped(*header).get(doubtful) == field


def test_a_required_field_may_have_a_name_with_two_meanings() -> None:
    """Base wants the last name, and `Name` beside `Vorname` is it, for the choice of a schema too."""
    assert mapped("E-Mail", "Vorname", "Name", schema="base_crm.contact")["Name"] == "last_name"
    assert fits(["email", "Vorname", "Name"], load_contract("base_crm.contact").fields)
    assert not fits(["email", "Name"], load_contract("base_crm.contact").fields)


def test_the_fields_own_name_goes_before_what_a_name_may_mean() -> None:
    """`title` is Base's own field, whatever stands beside it; then two columns answer to it."""
    with pytest.raises(UsageError, match="both answer to the field title"):
        mapped("email", "title", "Job Title")
