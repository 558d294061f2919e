"""Numbers of a spreadsheet as the text a person sees in the sheet.

A sheet stores a number and a format. The number alone is not what is seen: 45000 may be a date and 1234 the postal
code 01234. Formats that only round or decorate (currency, percent, decimals) are not applied: the number is the fact.

Sources: ECMA-376, part 1, sections 18.8.30 (number formats and the built-in ones) and 18.17.4 (dates as numbers).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

DAY_MILLISECONDS = 86_400_000
LAST_DAY = 2_958_465
"""9999-12-31, the last date a sheet knows."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a number format makes of a number, as far as it matters.

    Attributes:
        kind: `number`, `moment` (a date, a time of day, or both), `span` (hours without end) or `padded`.
        parts: For `padded`: the digits' places (`0` or `#`) and the text between them, from left to right.
    """

    kind: str
    parts: tuple[str, ...] = ()


NUMBER, MOMENT, SPAN = Shape("number"), Shape("moment"), Shape("span")

_BUILT_IN_MOMENTS = frozenset([*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)])
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|[_*]().|\[(?:[^\]]*)\]|(.)', re.DOTALL)
_SPAN = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)


def shape_of(number: int, code: str | None) -> Shape:
    """Return what a number format is.

    Args:
        number: Its number in the workbook.
        code: What the workbook says it is, or None for a built-in format.

    >>> shape_of(14, None).kind, shape_of(164, "dd/mm/yyyy").kind, shape_of(165, "00000").parts
    ('moment', 'moment', ('0', '0', '0', '0', '0'))
    """
    if code is None:
        return SPAN if number == 46 else MOMENT if number in _BUILT_IN_MOMENTS else NUMBER
    tokens: list[str] = []
    letters = ""
    for found in _TOKEN.finditer(code):
        quoted, escaped, _, plain = found.groups()
        if plain == ";":
            if not _is_moment(letters):
                return NUMBER
            break
        if plain is not None:
            letters += plain.lower()
            tokens.append(plain)
        elif quoted or escaped:
            tokens.append("=" + (quoted or escaped))
    if _SPAN.search(re.sub(r'"[^"]*"|\\.', "", code)):
        return SPAN
    if _is_moment(letters):
        return MOMENT
    if letters.count("0") > 1 and re.fullmatch(r"[0#\-() /]*", letters) and "/" not in letters:
        return Shape("padded", tuple(tokens))
    return NUMBER


def _is_moment(letters: str) -> bool:
    return "general" not in letters and any(letter in letters for letter in "ydhsm")


def text_of_number(value: float, shape: Shape = NUMBER, *, from_1904: bool = False) -> str:
    """Return a number as text.

    Numbers have 15 digits, as in Excel; one that needs more, or is very small, comes in exponent form.

    Args:
        value: The number.
        shape: Its format.
        from_1904: Whether days are counted from 1904-01-01, as old Macintosh programs did.

    >>> text_of_number(2025550123.0), text_of_number(0.1 + 0.2), text_of_number(1234567890123456.0)
    ('2025550123', '0.3', '1.23456789012346E+15')
    >>> text_of_number(1234, shape_of(164, "00000")), text_of_number(45000.5, MOMENT)
    ('01234', '2023-03-15 12:00:00')

    Source: Microsoft, "Excel specifications and limits": number precision 15 digits.
    """
    if shape.kind == "moment" and (text := _moment(value, from_1904)):
        return text
    if shape.kind == "span" and value >= 0:
        return _span(value)
    if shape.kind == "padded" and 0 <= value < 1e15 and value == int(value):
        return _padded(int(value), shape.parts)
    return format(value or 0.0, ".15G")


def _moment(value: float, from_1904: bool) -> str:
    """Return a date, a time of day or both, or "" where the number is neither."""
    days, milliseconds = divmod(round(value * DAY_MILLISECONDS), DAY_MILLISECONDS)
    if not 0 <= days <= LAST_DAY:
        return ""
    time = _clock(milliseconds) if milliseconds else ""
    if from_1904:
        day = (date(1904, 1, 1) + timedelta(days)).isoformat() if days <= LAST_DAY - 1462 else ""
        return day and (time if time and not days else f"{day} {time}".rstrip())
    if days == 0:
        return time
    # Excel counts a 29 February 1900 that never was, to agree with Lotus 1-2-3.
    day = "1900-02-29" if days == 60 else (date(1899, 12, 30 if days > 60 else 31) + timedelta(days)).isoformat()
    return f"{day} {time}".rstrip()


def _span(value: float) -> str:
    return _clock(round(value * DAY_MILLISECONDS))


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}" + (f".{rest:03}" if rest else "")


def _padded(value: int, parts: tuple[str, ...]) -> str:
    places = sum(part in ("0", "#") for part in parts)
    digits = str(value).rjust(places)
    out, at = digits[: len(digits) - places], len(digits) - places
    for part in parts:
        if part not in ("0", "#"):
            out += part.removeprefix("=")
            continue
        out += digits[at] if digits[at] != " " else "0" if part == "0" else ""
        at += 1
    return out
