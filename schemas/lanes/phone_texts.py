"""Phones as texts: what the library makes of a text around a number's digits, for the texts of which that is certain.

`PlanReader` reads for the judge in the library's place. Of a text it says what `phonenumbers.parse` does before it
looks at digits: where the number begins and ends, whether it is one at all, and which digits are its extension; number
plans tell the rest. It is sure only of texts of digits, pluses and punctuation, with an extension behind them or not.
Letters that may be dialled, and whatever else is rare, are the library's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from phonenumbers import Leniency, PhoneNumberMatch, PhoneNumberMatcher

from schemas.kinds.phone_readers import Reading, Settled, first_of_several
from schemas.kinds.phones import judge_phone_by
from schemas.lanes.plans import CODES, OTHER, UNASSIGNED, Number, Plans, fewest_digits
from schemas.verdicts import Verdict

# Source of all: phonenumbers, `phonenumberutil`, the constants of the names that are said.
# `_VALID_PUNCTUATION` and the star, without "x" and the tildes that begin extensions too.
_MARKS = (
    "-\u2010-\u2015\u2212\u30fc\uff0d-\uff0f \u00a0\u00ad\u200b\u2060\u3000()\uff08\uff09\uff3b\uff3d.\\[\\]/"
    "\u2053\u223c*"
)
_DIGITS = "0-9\uff10-\uff19"
_START = re.compile(r"[+\uFF0B\d]")
"""`_VALID_START_CHAR`."""
_BODY = re.compile(rf"[+\uff0b]*[{_DIGITS}{_MARKS}]*")
_EXTENDED = re.compile(
    rf"(?P<body>[+\uff0b]*[{_DIGITS}{_MARKS}]*[{_DIGITS}]) *(?:(?:e?xt(?:n|ension)?|[x#])[:.]? *|,+[:.]?[ ,]*)"
    r"(?P<extension>[0-9]{1,9})",
    re.IGNORECASE,
)
"""Texts that `_EXTN_PATTERN` parts so, a number before it; from the labels and marks that it knows, the usual ones."""
_NEVER = re.compile("[&|\"'_!?$%<>\\\\^`{}@\n\r\u2007\u2009\u202f]|[^+\uff0b][+\uff0b]")
"""What `_VALID_PHONE_NUMBER_PATTERN` allows nowhere, not in an extension either; a plus stands at the beginning."""
_CUT = re.compile(r"[\\/] *x")
"""`_SECOND_NUMBER_START`."""

_PUNCTUATION = re.compile("[^0-9+]+")
_WIDE = {0xFF0B: "+"} | {0xFF10 + digit: str(digit) for digit in range(10)}
_OF_LABELS = frozenset("extnsioaEXTNSIOA")
"""The letters of `ext`, `extension`, `xtn`, `int` and `anexo`. Source: `_create_extn_pattern`."""
_PARAMETER = ";"
"""What parameters of RFC 3966 begin with: a context that goes before the number, a subaddress that ends it."""


class UnsureError(Exception):
    """Of this text only the library can tell."""


@dataclass(frozen=True, slots=True)
class _PlanPhone:
    number: Number
    extension: str

    def is_assigned(self) -> bool:
        status, _, settled = self.number
        if settled:
            raise UnsureError
        return status != UNASSIGNED

    def is_abroad(self) -> bool:
        return self.number[0] == OTHER

    def settle(self) -> Settled | None:
        status, value, mended = self.number
        if status > OTHER:
            return None
        extended = f"{value} x{self.extension}" if self.extension else value
        return Settled(_PlanPhone((status, value, False), self.extension), extended, mended)


class PlanReader:
    """Reads numbers by number plans.

    Args:
        plans: The plans as they are seen from the region of a number without a calling code.
    """

    def __init__(self, plans: Plans) -> None:
        self._plans = plans
        with_plus, without = fewest_digits(plans)
        self._fewest_of_two = (2 * without, with_plus + without, 2 * with_plus)

    def read(self, text: str) -> Reading:
        """Return the number that a text is.

        Raises:
            UnsureError: Only the library can tell.
        """
        if _PARAMETER in text:
            raise UnsureError
        start = _START.search(text)
        if start is None:
            return _NO_NUMBER
        core = text[start.start() :]
        if not core[-1].isalnum():
            core = _without_end(core)
        extension = ""
        if not _BODY.fullmatch(core):
            extended = _EXTENDED.fullmatch(core)
            if extended is None:
                if _NEVER.search(core) and not _CUT.search(core):
                    return _NO_NUMBER
                raise UnsureError
            core, extension = extended["body"], extended["extension"]
        digits = _PUNCTUATION.sub("", core if core.isascii() else core.translate(_WIDE)).lstrip("+")
        signed = core[:1] in ("+", "\uff0b")
        # Two digits are a number where nothing else is there, a single one never is.
        if len(digits) <= 2 and extension:
            raise UnsureError
        if len(digits) < 2 or (len(digits) == 2 and len(core) > 2):
            return _NO_NUMBER
        number = self._plans.read(f"+{digits}" if signed else digits)
        status, _, is_number = number
        if status > OTHER and not is_number:
            return _REFUSED[status]
        return Reading(_PlanPhone(number, extension))

    def find_first(self, text: str) -> str | None:
        """Return the first of at least two possible numbers in running text, as it is written there, or None.

        Raises:
            UnsureError: Only the library can tell.
        """
        # Each of them has its digits. Letters stand in what is looked at only as the label of an extension, and three
        # of them or more are dialled where no extension follows.
        dialled = sum(letter.isdecimal() or letter in _OF_LABELS for letter in text)
        pluses = text.count("+") + text.count("\uff0b")
        if dialled < self._fewest_of_two[min(pluses, 2)]:
            return None
        return first_of_several(_Matcher(text, self))

    @property
    def region(self) -> str | None:
        """Region of a number without a calling code."""
        return self._plans.region


class _Matcher(PhoneNumberMatcher):
    """Finds what the library finds; but what is plainly no number it does not have the library read."""

    def __init__(self, text: str, reader: PlanReader) -> None:
        super().__init__(text, reader.region, leniency=Leniency.POSSIBLE)
        self._reader = reader

    def _parse_and_verify(self, candidate: str, offset: int) -> PhoneNumberMatch | None:
        try:
            reading = self._reader.read(candidate)
        except UnsureError:
            return super()._parse_and_verify(candidate, offset)
        # To find numbers, the library takes a local one for a whole one.
        if reading.phone is None and reading.error != "P104":
            return None
        return super()._parse_and_verify(candidate, offset)


def judge_by_plans(reader: PlanReader, text: str, strict: bool) -> Verdict | None:
    """Return the verdict of `judge_phone`, or None where only the library can tell."""
    try:
        return judge_phone_by(reader, text, strict=strict)
    except UnsureError:
        return None


def _without_end(core: str) -> str:
    """Return a text without its last characters up to a letter, a digit or "#". Source: `_UNWANTED_END_CHARS`."""
    end = len(core)
    while end and not (core[end - 1].isalnum() or core[end - 1] == "#"):
        end -= 1
    return core[:end]


_NO_NUMBER = Reading(None, "P101")
_REFUSED = tuple(Reading(None, code) for code in CODES)
