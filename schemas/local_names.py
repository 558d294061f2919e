"""The names of contact columns in other languages than English, by concept.

They are the column names of Outlook's own export in German, French, Spanish, Portuguese, Italian and Dutch, and what
forms and trade-fair lists in these languages call the same thing. Only names that mean one thing stand here: *Titel*
(a doctorate or a job), *Adresse* in German (a street or a whole address) and words whose meaning hangs on the columns
beside them do not; for the latter see `READINGS`. Accents need no second spelling, `fold` takes them away; *ä, ö, ü*
written as *ae, oe, ue* do.

Source: headers of Outlook's German and French exports as public programs that read them spell them; the interface
words of address books in the other languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

LOCAL_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "email": (
            # German
            "E-Mail-Adresse", "Mailadresse", "E-Mail geschäftlich", "Geschäftliche E-Mail",
            # French
            "Adresse e-mail", "Adresse de messagerie", "Adresse électronique", "Courriel", "Adresse courriel", "Mél",
            # Spanish
            "Correo electrónico", "Correo", "Dirección de correo electrónico", "Dirección de correo",
            # Portuguese
            "Endereço de e-mail", "Endereço de correio eletrónico", "Correio eletrônico", "E-mail comercial",
            # Italian, Dutch
            "Indirizzo e-mail", "Posta elettronica", "Indirizzo di posta elettronica", "E-mailadres",
        ),
        "first_name": (
            "Vorname", "Rufname", "Prénom", "Nombre de pila", "Primer nombre", "Primeiro nome", "Nome próprio",
            "Nome di battesimo", "Voornaam",
        ),
        "last_name": (
            "Nachname", "Familienname", "Zuname", "Nom de famille", "Apellido", "Apellidos",
            "Sobrenome", "Apelido", "Último nome", "Cognome", "Achternaam", "Familienaam",
        ),
        "full_name": (
            "Vollständiger Name", "Vollstaendiger Name", "Vor- und Nachname", "Vorname Nachname", "Ansprechpartner",
            "Ansprechpartnerin", "Kontaktname", "Nom complet", "Nom et prénom", "Prénom et nom", "Nombre completo",
            "Nombre y apellidos", "Nome completo", "Nome e cognome", "Cognome e nome", "Volledige naam",
        ),
        "salutation": ("Anrede", "Civilité", "Tratamiento", "Tratamento", "Aanhef"),
        "title": (
            "Berufsbezeichnung", "Stellenbezeichnung", "Funktion", "Fonction", "Poste", "Intitulé du poste",
            "Cargo", "Puesto", "Puesto de trabajo", "Posizione", "Qualifica", "Functie", "Functietitel",
        ),
        "phone": (
            # German
            "Telefon", "Telefonnummer", "Tel.-Nr.", "Telefon geschäftlich",
            "Telefon geschaeftlich", "Telefon dienstlich", "Festnetz", "Rufnummer",
            # French
            "Téléphone", "Numéro de téléphone", "Téléphone (bureau)", "Téléphone professionnel", "Tél. professionnel",
            # Spanish
            "Teléfono", "Número de teléfono", "Teléfono del trabajo", "Teléfono de la oficina",
            # Portuguese
            "Telefone", "Número de telefone", "Telefone comercial", "Telefone do trabalho",
            # Italian, Dutch
            "Telefono", "Numero di telefono", "Telefono ufficio", "Telefoon", "Telefoonnummer", "Telefoon op werk",
        ),
        "mobile": (
            "Mobil", "Mobiltelefon", "Mobilnummer", "Mobilfunk", "Mobilfunknummer", "Handy", "Handynummer", "Natel",
            "Téléphone mobile", "Tél. mobile", "Téléphone portable", "Portable", "Numéro de portable",
            "Móvil", "Teléfono móvil", "Celular", "Teléfono celular", "Telemóvel", "Telefone celular",
            "Telefone móvel", "Cellulare", "Telefono cellulare", "Mobiele telefoon", "Mobiel", "Mobiel nummer",
        ),
        "fax": (
            "Telefax", "Faxnummer", "Fax geschäftlich", "Télécopie", "Numéro de télécopie",
            "Télécopie (bureau)", "Fax del trabajo", "Fax comercial", "Fax ufficio", "Fax op werk",
        ),
        "company": (
            "Firma", "Firmenname", "Unternehmen", "Unternehmensname", "Société", "Nom de la société", "Entreprise",
            "Nom de l'entreprise", "Raison sociale", "Empresa", "Nombre de la empresa", "Compañía", "Razón social",
            "Nome da empresa", "Razão social", "Azienda", "Società", "Ragione sociale", "Bedrijf", "Bedrijfsnaam",
        ),
        "website": (
            "Webseite", "Internetseite", "Internetadresse", "Webadresse", "Site web", "Site internet",
            "Page Web", "Sitio web", "Página web", "Site da empresa", "Sito web", "Sito internet",
            "Webpagina",
        ),
        "industry": (
            "Branche", "Secteur", "Secteur d'activité", "Sector industrial", "Setor", "Settore", "Bedrijfstak",
        ),
        "street": (
            "Straße", "Straße und Hausnummer", "Straße/Hausnr.", "Straße Nr.", "Straße geschäftlich", "Anschrift",
            "Rue", "Rue (bureau)", "Adresse postale", "Calle", "Calle del trabajo", "Dirección", "Domicilio",
            "Rua", "Endereço", "Morada", "Logradouro", "Rua do endereço comercial", "Indirizzo",
            "Straat", "Straat en huisnummer", "Adres", "Werkadres, straat",
        ),
        "street_2": ("Straße 2", "Straße geschäftlich 2", "Adresszusatz", "Rue (bureau) 2", "Complément d'adresse"),
        "street_3": ("Straße 3", "Straße geschäftlich 3", "Rue (bureau) 3"),
        "city": (
            "Stadt", "Wohnort", "Ort geschäftlich", "Ville", "Ville (bureau)", "Ciudad", "Población",
            "Localidad", "Ciudad de trabajo", "Cidade", "Localidade", "Cidade do endereço comercial", "Città",
            "Comune", "Plaats", "Woonplaats",
        ),
        "state": (
            "Bundesland", "Region geschäftlich", "Bundesland/Kanton", "Kanton", "Province/État",
            "Dép/Région (bureau)", "Provincia", "Estado/Provincia", "UF", "Provincia/Stato", "Provincie",
        ),
        "postal_code": (
            "PLZ", "Postleitzahl", "Postleitzahl geschäftlich", "Code postal", "Code postal (bureau)",
            "Código postal", "C.P.", "CEP", "CAP", "Codice postale",
        ),
        "country": (
            "Land", "Land/Region", "Land/Region geschäftlich", "Pays", "Pays/Région", "Pays/Région (bureau)",
            "País", "País o región", "País/Região", "Paese", "Nazione",
        ),
        "description": (
            "Bemerkung", "Bemerkungen", "Notiz", "Notizen", "Kommentar", "Kommentare", "Anmerkung", "Anmerkungen",
            "Remarques", "Commentaire", "Commentaires", "Notas", "Observaciones", "Comentarios", "Observações",
            "Opmerkingen",
        ),
        "linkedin": (
            "LinkedIn-Profil", "Profil LinkedIn", "Perfil de LinkedIn", "Perfil do LinkedIn", "Profilo LinkedIn",
        ),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A name whose meaning hangs on the columns beside it.

    Attributes:
        beside: Names of which one must stand in the same header.
        then: What it means there; None for nothing that a field answers to.
        otherwise: What it means without them, or where another column is what it would mean; None as above.
    """

    beside: tuple[str, ...]
    then: str | None
    otherwise: str | None


READINGS: Mapping[str, Reading] = MappingProxyType(
    {
        # "Vorname, Name" and "Prénom, Nom" part a name in two; alone, the same words are the whole name.
        "Name": Reading(("Vorname",), "last_name", "full_name"),
        "Nom": Reading(("Prénom",), "last_name", "full_name"),
        "Naam": Reading(("Voornaam",), "last_name", "full_name"),
        # Here the short word is the given name where the family name has a column of its own.
        "Nombre": Reading(("Apellido", "Apellidos", "Primer apellido"), "first_name", "full_name"),
        "Nome": Reading(("Sobrenome", "Apelido", "Último nome", "Cognome"), "first_name", "full_name"),
        # A status as often as a part of a country, unless an address is around it.
        "Estado": Reading(("Cidade", "CEP", "Ciudad", "Código postal", "Municipio"), "state", None),
        # Outlook's title is Mr. or Dr. and its Ort a meeting place: the job and the town have columns of their own.
        "Title": Reading(("Job Title",), "salutation", "title"),
        "Ort": Reading(("Ort geschäftlich", "Ort privat"), None, "city"),
        # LinkedIn's list of connections: the address is that of the profile, not of the company.
        "URL": Reading(("Connected On",), "linkedin", "website"),
    }
)
"""Source: Outlook's export, as public programs that read it spell its header; LinkedIn help, "Export connections":
First Name, Last Name, URL, Email Address, Company, Position, Connected On. The names of persons are usage: exports in
these languages have a column for either part."""
