"""Which country a text names, and how a country is spelled.

Names and codes are those of ISO 3166-1 as pycountry has them, in English and in its translations. Where two countries
share a name, it stands for neither.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from functools import cache
from types import MappingProxyType
from typing import Any

import pycountry

from schemas.kinds.folding import fold_letters
from schemas.specs import CountryForm

LANGUAGES = ("de", "fr", "es", "pt")
"""Languages beside English whose names are known."""

_LONGEST_CODE = 3

# What people write and the standard does not have: parts of the United Kingdom, which have no code of their own, names
# that countries had or have in everyday use, and what some call themselves. A name that means two countries (Korea) is
# not among them.
_EVERYDAY = MappingProxyType(
    {
        "AE": "UAE|Emirates|VAE",
        "BA": "Bosnia",
        "BN": "Brunei",
        "BE": "België",
        "BO": "Bolivien|Bolívia",
        "BY": "Weißrussland|Biélorussie|Bielorrusia",
        "CD": "DR Congo|DRC|Congo-Kinshasa|Democratic Republic of the Congo|Congo, the Democratic Republic of the",
        "CG": "Congo-Brazzaville|Republic of the Congo",
        "CH": "Suisse|Svizzera|Schweiz",
        "CI": "Ivory Coast|Elfenbeinküste|Costa do Marfim",
        "CV": "Cape Verde|Kapverden|Cap-Vert",
        "CZ": "Czech Republic|Tschechische Republik|République tchèque|República Checa",
        "DE": "BRD",
        "DK": "Danmark",
        "FI": "Suomi",
        "FM": "Micronesia",
        "GB": "UK|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|Großbritannien|"
        "Grande-Bretagne|Gran Bretaña|Grã-Bretanha|Schottland|Nordirland",
        "HU": "Magyarország",
        "IE": "Republic of Ireland|Éire",
        "IR": "Iran",
        "KP": "North Korea|Nordkorea|Corée du Nord|Corea del Norte|Coreia do Norte",
        "KR": "South Korea|Südkorea|Corée du Sud|Corea del Sur|Coreia do Sul",
        "LA": "Laos",
        "MD": "Moldova|Moldawien|Moldavie",
        "MK": "Macedonia|Mazedonien|Macedonia, the former Yugoslav Republic of",
        "MM": "Burma|Birma|Birmanie",
        "NL": "Holland|The Netherlands|Nederland",
        "NO": "Norge",
        "PL": "Polska",
        "PS": "Palestine",
        "RU": "Russia|Russland|Russie|Rusia|Rússia",
        "SE": "Sverige",
        "SY": "Syria|Syrien|Syrie|Siria|Síria",
        "SZ": "Swaziland",
        "TL": "East Timor",
        "TR": "Turkey|Türkei|Turquie|Turquía|Turquia",
        "TW": "Taiwan",
        "TZ": "Tanzania|Tansania|Tanzanie|Tanzânia",
        "US": "U.S.A.|United States of America|The United States|Estados Unidos|EE.UU.|EUA|États-Unis|"
        "Vereinigte Staaten|USA",
        "VA": "Vatican|Vatican City|Vatikan|Vatikanstadt",
        "VE": "Venezuela",
        "VN": "Vietnam",
        "XK": "Kosovo",
    }
)

# English short names that the standard had before, and names without their accents. A list made by them is right as
# it is, and stays so.
_FORMER = frozenset(
    {
        "Aland Islands",
        "Cape Verde",
        "Cote d'Ivoire",
        "Curacao",
        "Czech Republic",
        "Reunion",
        "Saint Barthelemy",
        "Swaziland",
        "Turkey",
    }
)


@cache
def _codes() -> dict[str, str]:
    """Return the two-letter code of each folded name or code that means one country."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for code, name in _names():
        folded = fold_letters(name)
        if found.setdefault(folded, code) != code:
            shared.add(folded)
    for folded in shared:
        del found[folded]
    for code, names in _EVERYDAY.items():
        found |= {fold_letters(name): code for name in names.split("|")}
    for country in _countries():
        found |= {country.alpha_2.lower(): country.alpha_2, country.alpha_3.lower(): country.alpha_2}
    del found["na"]
    return found


def _names() -> Iterator[tuple[str, str]]:
    """Yield (code, name) of every country, in every language."""
    translations = [
        gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language]) for language in LANGUAGES
    ]
    for country in _countries():
        for kind in ("name", "common_name", "official_name"):
            name = getattr(country, kind, None)
            if name:
                yield country.alpha_2, name
                yield from ((country.alpha_2, translation.gettext(name)) for translation in translations)


def _countries() -> list[Any]:
    return list(pycountry.countries)


def country_of(text: str) -> str | None:
    """Return the country that a text names, or None.

    Args:
        text: A name in any case, with or without accents and punctuation; or a code, in which dots may stand.

    Returns:
        Two letters of ISO 3166-1, or XK for Kosovo, which that standard does not have but phone numbers do. None for
        `NA`, which means Namibia far less often than that nothing is known; its name and its three letters are read.

    >>> country_of("Deutschland"), country_of("U.S.A."), country_of("England"), country_of("Korea")
    ('DE', 'US', 'GB', None)
    >>> country_of("CO"), country_of("c/o"), country_of("NA"), country_of("Namibia")
    ('CO', None, None, 'NA')
    """
    folded = fold_letters(text)
    if len(folded) <= _LONGEST_CODE and not text.replace(".", "").replace(" ", "").isalpha():
        return None
    return _codes().get(folded)


def spell_country(code: str, text: str, form: CountryForm) -> str:
    """Return a country in a form.

    Args:
        code: Two letters, as `country_of` gives them.
        text: How it was written.
        form: `name` for the English short name of ISO 3166-1, `alpha2` or `alpha3` for its letters.

    Returns:
        The spelling. The text itself where it is an English short name already, be it a former one, or where the
        standard does not have the country.

    >>> spell_country("DE", "Deutschland", "name"), spell_country("DE", "Deutschland", "alpha3")
    ('Germany', 'DEU')
    >>> spell_country("CZ", "Czech Republic", "name"), spell_country("CZ", "CZ", "name")
    ('Czech Republic', 'Czechia')
    """
    country = pycountry.countries.get(alpha_2=code)
    if country is None or (form == "name" and text in _FORMER):
        return text
    spelled: str = {"name": country.name, "alpha2": country.alpha_2, "alpha3": country.alpha_3}[form]
    return spelled
