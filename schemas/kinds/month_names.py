"""Months by their names and abbreviations in English, German, French, Spanish and Portuguese.

Source: Unicode CLDR, calendar data of these languages, months wide and abbreviated, and the Austrian *Jänner*. No name
stands for two months.
"""

from __future__ import annotations

from schemas.kinds.folding import fold_letters

_NAMES = (
    "january jan januar jänner jän janvier janv enero ene janeiro",
    "february feb februar feber février févr fév febrero fevereiro fev",
    "march mar märz mär mrz maerz mars marzo março",
    "april apr avril avr abril abr",
    "may mai mayo maio",
    "june jun juni juin junio junho",
    "july jul juli juillet juil julio julho",
    "august aug août aoû agosto ago",
    "september sep sept septembre septiembre setiembre set setembro",
    "october oct oktober okt octobre octubre outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc diciembre dic dezembro",
)
_MONTHS = {fold_letters(name): number for number, names in enumerate(_NAMES, 1) for name in names.split()}


def month_of(name: str) -> int | None:
    """Return the number of a month's name, or None.

    >>> month_of("Dez"), month_of("FÉVRIER"), month_of("Monday")
    (12, 2, None)
    """
    return _MONTHS.get(fold_letters(name))
