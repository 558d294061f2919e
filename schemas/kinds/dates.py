"""The kind *date*: a day of the calendar, written YYYY-MM-DD. What can be read in two ways is refused, never guessed.

The form is the same for every target: Oracle Eloqua ("Importing contacts or accounts": YYYY-MM-DD), Salesforce (Bulk
API 2.0 Developer Guide, "Valid Date Format in Records": yyyy-MM-dd) and HubSpot (developer changelog, "New
Standardization of date formats": YYYY-MM-DD for properties of the type date) all take it.
"""

from __future__ import annotations

import re
from collections.abc import Set
from datetime import date

from schemas.kinds.blanks import DEFAULT_PLACEHOLDERS, settle
from schemas.kinds.month_names import month_of
from schemas.kinds.texts import judge_text
from schemas.specs import DateOrder
from schemas.verdicts import Verdict

_LONGEST = 60
"""More characters than any date with its time has."""

_FIRST_YEAR = 1000
"""A smaller year is a digit lost."""

_FIRST_COMPACT_YEAR = 1300
"""From here on no eight digits are a date both as YYYYMMDD and as DDMMYYYY: the month would be 13 or more."""

_DAY_NUMBER = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_TIME = re.compile(
    r"(?:[Tt]|,?\s+)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?P<part>[.,][0-9]+)?)?"
    r"(?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?(?:\s?(?:[Zz]|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?\Z"
)
_MARK = r"(?:\s?[-/.]\s?|\s)"
_MONTH = r"(?P<month>[^\W\d_]{3,10})\.?"
_DAY = r"(?P<day>[0-9]{1,2})"
_YEAR = r"(?P<year>[0-9]{4}|'?[0-9]{2})"

_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})([-/.])(?P<month>[0-9]{1,2})\2(?P<day>[0-9]{1,2})")
_COMPACT = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_NUMBERS = re.compile(r"(?P<first>[0-9]{1,2})\s?([-/.])\s?(?P<second>[0-9]{1,2})\s?\2\s?(?P<year>[0-9]{4}|[0-9]{2})")
_NAMED = (
    re.compile(rf"{_DAY}(?:st|nd|rd|th|er|º|°|\.)?(?:{_MARK})?(?:of\s|de\s)?{_MONTH}(?:,?{_MARK}(?:del?\s)?|,){_YEAR}"),
    re.compile(rf"{_MONTH}{_MARK}{_DAY}(?:st|nd|rd|th)?(?:,?{_MARK}|,){_YEAR}"),
    re.compile(rf"(?P<year>[0-9]{{4}}){_MARK}{_MONTH}{_MARK}{_DAY}"),
)


def judge_date(text: str, *, order: DateOrder | None = None, placeholders: Set[str] = DEFAULT_PLACEHOLDERS) -> Verdict:
    """Return the verdict of one cell of the kind date.

    Args:
        text: The cell, as it was read.
        order: What comes first in a date of numbers alone whose year comes last; None where that is not known.
        placeholders: Case-folded texts that stand for no value.

    Returns:
        The day as YYYY-MM-DD, with C001 and T001 as `judge_text` gives them, D001 if it was spelled otherwise, and
        D201 if a time of day other than midnight was removed; None with one of D101 to D105 if it is refused, with
        T102 if the cell holds bytes that are no text; None with C002 or C003, or no code for "", if it holds nothing.

    >>> judge_date("3 April 2025"), judge_date("2025-04-03")
    (Verdict(value='2025-04-03', codes=('D001',)), Verdict(value='2025-04-03', codes=()))
    >>> judge_date("03/04/2025"), judge_date("03/04/2025", order="day-first")
    (Verdict(value=None, codes=('D102',)), Verdict(value='2025-04-03', codes=('D001',)))
    >>> judge_date("13/04/2025").value, judge_date("45750").codes, judge_date("2025-02-30").codes
    ('2025-04-13', ('D104',), ('D103',))

    Source: ISO 8601-1 for the form; `month_names` for months in letters.
    """
    verdict = judge_text(text, max_length=None, placeholders=placeholders)
    if verdict.value is None:
        return verdict
    cleaned = verdict.value
    if _DAY_NUMBER.fullmatch(cleaned):
        return Verdict(None, ("D104",))
    if len(cleaned) > _LONGEST:
        return Verdict(None, ("D101",))
    time = _TIME.search(cleaned)
    if time is not None and not _is_time(time):
        return Verdict(None, ("D101",))
    day = cleaned if time is None else cleaned[: time.start()]
    found = _read(day, order)
    if isinstance(found, str):
        return Verdict(None, (found,))
    value = found.isoformat()
    drops = time is not None and not _is_midnight(time)
    steps = (
        *((code, True) for code in verdict.codes if code != "T201"),
        ("D001", day != value or (time is not None and not drops)),
        ("D201", drops),
    )
    return settle(value, tuple(code for code, applies in steps if applies), placeholders)


def _read(text: str, order: DateOrder | None) -> date | str:
    """Return the day that a text without a time names, or the code of the rule that refuses it."""
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        return _day(int(found["year"]), int(found["month"]), int(found["day"])) or "D103"
    found = _COMPACT.fullmatch(text)
    if found and int(found["year"]) >= _FIRST_COMPACT_YEAR:
        return _day(int(found["year"]), int(found["month"]), int(found["day"])) or "D101"
    found = _NUMBERS.fullmatch(text)
    if found:
        return _read_numbers(int(found["first"]), int(found["second"]), found["year"], order)
    for pattern in _NAMED:
        found = pattern.fullmatch(text)
        month = month_of(found["month"]) if found else None
        if found and month:
            if len(found["year"]) < 4:
                return "D105"
            return _day(int(found["year"]), month, int(found["day"])) or "D103"
    return "D101"


def _read_numbers(first: int, second: int, year: str, order: DateOrder | None) -> date | str:
    if len(year) < 4:
        return "D105"
    readings = {
        "day-first": _day(int(year), second, first),
        "month-first": _day(int(year), first, second),
    }
    if order is not None:
        return readings[order] or "D103"
    possible = {day for day in readings.values() if day is not None}
    if not possible:
        return "D103"
    return possible.pop() if len(possible) == 1 else "D102"


def _day(year: int, month: int, day: int) -> date | None:
    if year < _FIRST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_time(time: re.Match[str]) -> bool:
    hour = int(time["hour"])
    hours = range(1, 13) if time["half"] else range(24)
    # A leap second is the sixtieth.
    return hour in hours and int(time["minute"]) < 60 and int(time["second"] or 0) <= 60


def _is_midnight(time: re.Match[str]) -> bool:
    digits = f"{time['minute']}{time['second'] or ''}{time['part'] or ''}"
    hour = int(time["hour"]) % 12 if time["half"] in ("a", "A") else int(time["hour"])
    return hour == 0 and digits.strip("0.,") == ""
