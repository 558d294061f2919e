"""Who reads phones: what the judge asks of a reader, and phonenumbers as one.

The judge decides what is to be read of a cell, and what is told of it; a reader says what number a text is. All readers
must say what phonenumbers says; one may know it faster.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple, Protocol

import phonenumbers
from phonenumbers import (
    Leniency,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberMatcher,
    ValidationResult,
)

from schemas.specs import PhoneForm

_LONGEST_NUMBER = 17
"""Most digits of a national number. Source: phonenumbers, `phonenumberutil._MAX_LENGTH_FOR_NSN`."""

_UNPARSED = MappingProxyType(
    {
        NumberParseException.INVALID_COUNTRY_CODE: "P106",
        NumberParseException.NOT_A_NUMBER: "P101",
        NumberParseException.TOO_SHORT_AFTER_IDD: "P102",
        NumberParseException.TOO_SHORT_NSN: "P102",
        NumberParseException.TOO_LONG: "P103",
    }
)
_IMPOSSIBLE = MappingProxyType(
    {
        ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "P104",
        ValidationResult.INVALID_COUNTRY_CODE: "P106",
        ValidationResult.TOO_SHORT: "P102",
        ValidationResult.INVALID_LENGTH: "P105",
        ValidationResult.TOO_LONG: "P103",
    }
)


class Phone(Protocol):
    """A possible number."""

    @property
    def extension(self) -> str:
        """The digits of its extension, in ASCII; "" for none."""
        ...

    def is_assigned(self) -> bool:
        """Return whether a number plan has assigned it."""
        ...

    def is_abroad(self) -> bool:
        """Return whether it is of another region than that which it is read in; False where it is read in none."""
        ...

    def settle(self) -> Settled | None:
        """Return the number whose text, when it is read, gives that number again; None if there is none.

        A number with a national prefix too many (`+49 00 30 ...`) keeps one of them when it is read, and loses it only
        when it is read again.
        """
        ...


class Settled(NamedTuple):
    """A number that reads as itself.

    Attributes:
        phone: The number.
        value: Its text.
        mended: Whether it is another number than the one that was read at first.
    """

    phone: Phone
    value: str
    mended: bool


class Reading(NamedTuple):
    """What a reader says to a text: a number that is possible, or the code of the error."""

    phone: Phone | None
    error: str = ""


class Reader(Protocol):
    """Reads the numbers of a region."""

    def read(self, text: str) -> Reading:
        """Return the number that a text is."""
        ...

    def find_first(self, text: str) -> str | None:
        """Return the first of at least two possible numbers in running text, as it is written there, or None."""
        ...


@dataclass(frozen=True, slots=True)
class LibraryReader:
    """Reads numbers by phonenumbers.

    Attributes:
        region: Region of a number without a country code (CLDR two letters, upper case), or None for none.
        write: How a number is written out.

    Source: phonenumbers, `parse` and `is_possible_number_with_reason` (`is_possible_number` takes a local number for a
    whole one).
    """

    region: str | None
    write: Callable[[PhoneNumber], str]

    @classmethod
    def of(cls, region: str | None, form: PhoneForm) -> LibraryReader:
        """Return the reader of a region whose numbers are written in a form.

        Raises:
            KeyError: No such form.
        """
        return cls(region, _FORMS[form])

    def read(self, text: str) -> Reading:
        """Return the number that a text is."""
        try:
            number = phonenumbers.parse(text, self.region)
        except NumberParseException as failure:
            return Reading(None, _UNPARSED.get(failure.error_type, "P101"))
        reason = phonenumbers.is_possible_number_with_reason(number)
        if reason == ValidationResult.IS_POSSIBLE:
            return Reading(_LibraryPhone(number, self))
        return Reading(None, _IMPOSSIBLE.get(reason, "P105"))

    def find_first(self, text: str) -> str | None:
        """Return the first of at least two possible numbers in running text, as it is written there, or None."""
        return first_of_several(PhoneNumberMatcher(text, self.region, leniency=Leniency.POSSIBLE))


def first_of_several(matches: PhoneNumberMatcher) -> str | None:
    """Return the first number that is found, as it is written, if there is a second one."""
    found = [match.raw_string for match in islice(matches, 2)]
    return found[0] if len(found) > 1 else None


@dataclass(frozen=True, slots=True)
class _LibraryPhone:
    number: PhoneNumber
    reader: LibraryReader

    @property
    def extension(self) -> str:
        return phonenumbers.normalize_digits_only(self.number.extension or "")

    def is_assigned(self) -> bool:
        return phonenumbers.is_valid_number(self.number)

    def is_abroad(self) -> bool:
        region = self.reader.region
        return region is not None and phonenumbers.region_code_for_number(self.number) != region

    def settle(self) -> Settled | None:
        phone = self
        for _ in range(_LONGEST_NUMBER):
            value = self.reader.write(phone.number)
            again = self.reader.read(value).phone
            if not isinstance(again, _LibraryPhone):
                return None
            if self.reader.write(again.number) == value:
                return Settled(phone, value, phone.number != self.number)
            phone = again
        return None


def _write_e164(number: PhoneNumber) -> str:
    value = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    extension = phonenumbers.normalize_digits_only(number.extension or "")
    return f"{value} x{extension}" if extension else value


def _write_international(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def _write_rfc3966(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.RFC3966)


_FORMS = MappingProxyType({"e164": _write_e164, "international": _write_international, "rfc3966": _write_rfc3966})
