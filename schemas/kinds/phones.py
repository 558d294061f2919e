"""The kind *phone*: phonenumbers is the judge.

The library looks for a number in whatever it is given: it dials letters, joins two numbers into one where a country
has long ones, takes the digits of a decimal for digits of the number and drops what follows `/x`. None of this may
happen without a word. So what the library would misread is mended first, each time by a rule of its own, and then the
library judges the rest:

* `2022221234.0`: the decimal goes (P205); `2.02E+09` cannot be mended (P107).
* `202-555-0123, 202-555-0199`: the first number is taken (P206).
* `(202) 222-1234 (cell)`: words go (P204), if what is left is complete without them; a letter between two digits is
  a digit mistyped, and cannot be mended (P101). If what is left is not complete, and the letters
  complete it, they are a vanity number (`1-800-FLOWERS`) and are dialled, as on the keys of a telephone.
* `444) 444-1234`: odd punctuation is the number's usual spelling gone wrong (P203). Odd are unbalanced or nested
  brackets, more than one plus sign or one behind the first digit, and every character that is not a digit, a blank, or
  one of `+ - . ( ) /` in ASCII, full-width or Unicode dash form; an extension at the end is looked at apart.
"""

from __future__ import annotations

import re
from collections.abc import Set

import phonenumbers

from schemas.kinds.blanks import (
    DEFAULT_PLACEHOLDERS,
    judge_blank,
    judge_undecodable,
    remove_invisible,
    settle,
)
from schemas.kinds.misplaced import is_email, is_website
from schemas.kinds.phone_readers import LibraryReader, Reader, Reading
from schemas.specs import PhoneForm
from schemas.verdicts import Verdict

_LONGEST_CELL = 250
"""Most characters that the library reads. Source: phonenumbers, `phonenumberutil._MAX_INPUT_STRING_LENGTH`."""

_LONGEST_EXTENSION = 9
"""Most digits of an extension behind a bare `x`. Source: phonenumbers, `phonenumberutil._create_extn_pattern`."""

FEWEST_OF_PART = 7
"""A part of a cell with fewer digits is no second number, but an extension or a change of the last digits."""

FEWEST_OF_DECIMAL = 6
"""Fewest digits before a point with one or two zeros behind it for these to be a spreadsheet's. Our own choice."""

_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+", re.ASCII)
_DECIMAL = re.compile(rf"(\+?\d{{{FEWEST_OF_DECIMAL},}})[.,]0{{1,2}}", re.ASCII)
_SECOND_EXTENSION = re.compile(r"[\\/]\s*x(?=\s*\d)")
_PART = re.compile(r"[,|&\r\n]|;(?!\s*ext=)|\s[\\/]|[\\/]\s|\b(?:or|and|oder|und|ou|et|o|y)\b", re.IGNORECASE)
_SLASH = re.compile(r"[\\/]")
_DIGIT = re.compile(r"\d")

_LABEL = r"(?:;\s*ext=|e?xt(?:ensi(?:o\u0301?|\u00F3))?n?|anexo|int|доб|[x\uFF58])[:.]?[ \u00A0\t,-]*"
_WORD = re.compile(rf"((?<![^\W\d_]){_LABEL}\d+)|[^\W\d_][^\W\d_'’]*", re.IGNORECASE)
_EXTENSION = re.compile(rf"[ \u00A0\t,]*(?:{_LABEL}|[#~,;]+[:.]?[ ,-]*)(\d+)#?\Z|[- ]+(\d+)#\Z", re.IGNORECASE)
_BRACKETS_WITHOUT_DIGITS = re.compile(r"[(\[{][^\d()\[\]{}]*[)\]}]")
_VANITY = re.compile(r"[\dA-Za-z+().\-\s\u2010-\u2015/]+")
_USUAL = re.compile(r"[\d+\-.()/ \u00A0\u202F\u2007\u2009\u3000\u2010-\u2015\u2212\uFF08\uFF09\uFF0B\uFF0D-\uFF0F]*")
_BRACKETED = re.compile(r"\([^()]*\)")
_PLUS_BEHIND = re.compile(r"[\d+].*\+")
_WIDE = str.maketrans("\uff08\uff09\uff0b", "()+")


def judge_phone(
    text: str,
    *,
    region: str | None,
    strict: bool = False,
    form: PhoneForm = "e164",
    placeholders: Set[str] = DEFAULT_PLACEHOLDERS,
) -> Verdict:
    """Return the verdict of one cell of the kind phone.

    Args:
        text: The cell, as it was read.
        region: Region of a number without a country code (CLDR two letters, upper case), or None for none.
        strict: Whether a number that no plan has assigned is an error (P108) instead of a warning (P201).
        form: How the number is written out: `e164` (`+12025550123`, an extension as ` x12`), `international`
            (`+1 202-555-0123 ext. 12`) or `rfc3966` (`tel:+1-202-555-0123;ext=12`).
        placeholders: Case-folded texts that stand for no value.

    Returns:
        The number in its form, with C001 if it was trimmed, P001 if it was only spelled otherwise, P203 to P206 for
        each repair that it took (P001 then says nothing more), P201 or P202 for what is to be known about it; None
        with one of P101 to P110 if it is refused, with T102 if the cell holds bytes that are no text; None with C002
        or C003, or no code for "", if it holds nothing.

    Raises:
        KeyError: No such form.

    >>> judge_phone("(202) 222-1234", region="US")
    Verdict(value='+12022221234', codes=('P001',))
    >>> judge_phone("444) 444-1234", region="US")
    Verdict(value='+14444441234', codes=('P203', 'P201'))
    >>> judge_phone("222-1234", region="US")
    Verdict(value=None, codes=('P104',))
    >>> judge_phone("+1 202 555 0123 ext. 12", region=None)
    Verdict(value='+12025550123 x12', codes=('P001',))

    Source: phonenumbers, `parse`, `is_possible_number_with_reason`, `is_valid_number` and `region_code_for_number`.
    """
    return judge_phone_by(LibraryReader.of(region, form), text, strict=strict, placeholders=placeholders)


def judge_phone_by(
    reader: Reader, text: str, *, strict: bool = False, placeholders: Set[str] = DEFAULT_PLACEHOLDERS
) -> Verdict:
    """Return the verdict of one cell by what a reader says of numbers; otherwise as `judge_phone`."""
    verdict = judge_blank(text, placeholders) or judge_undecodable(text)
    if verdict is not None:
        return verdict
    trimmed = text.strip()
    if len(trimmed) > _LONGEST_CELL:
        return Verdict(None, ("P103",))
    repairs: list[str] = []
    reading = _read_cell(trimmed, reader, repairs)
    if reading.phone is None:
        return Verdict(None, (reading.error,))
    settled = reading.phone.settle()
    if settled is None:
        return Verdict(None, ("P101",))
    phone, value, mended = settled
    if mended:
        repairs.append("P203")
    assigned = phone.is_assigned()
    if strict and not assigned:
        return Verdict(None, ("P108",))
    steps = [
        ("C001", trimmed != text),
        ("P001", value != trimmed and not repairs),
        *((code, value != trimmed) for code in dict.fromkeys(repairs)),
        ("P201", not assigned),
        ("P202", assigned and phone.is_abroad()),
    ]
    return settle(value, tuple(code for code, applies in steps if applies), placeholders)


def _read_cell(text: str, reader: Reader, repairs: list[str]) -> Reading:
    """Return the reading of a trimmed cell after the repairs that it needs, whose codes are added to `repairs`."""
    if _SCIENTIFIC.fullmatch(text):
        return Reading(None, "P107")
    if is_website(text):
        return Reading(None, "P110")
    if is_email(text):
        return Reading(None, "P109")
    if "@" in text or "://" in text:
        return Reading(None, "P101")
    seen = remove_invisible(text).strip()
    if seen != text:
        repairs.append("P203")
    decimal = _DECIMAL.fullmatch(seen)
    if decimal:
        repairs.append("P205")
        seen = decimal[1]
    first = _first_part(seen, reader)
    if first is not None:
        repairs.append("P206")
        seen = first
    reading = _read_words(seen, reader, repairs)
    if reading.error in ("P101", "P103", "P105"):
        first = reader.find_first(text)
        if first is not None:
            del repairs[:]
            repairs.append("P206")
            reading = _read_words(first, reader, repairs)
    return reading


def _read_words(text: str, reader: Reader, repairs: list[str]) -> Reading:
    """Return the reading of one number that may have words around it."""
    words = [match for match in _WORD.finditer(text) if match[1] is None]
    if not words:
        return _read_marks(text, reader, repairs)
    bare = _drop_words(text)
    reading = reader.read(bare)
    if reading.phone is not None:
        if any(_stands_for_a_digit(match) for match in words):
            return Reading(None, "P101")
        repairs.append("P204")
        return _read_marks(bare, reader, repairs, reading)
    if reading.error == "P104":
        return reading
    if _is_vanity(text):
        dialled = reader.read(text)
        if dialled.phone is not None and not dialled.phone.extension:
            return dialled
    return reading


def _read_marks(text: str, reader: Reader, repairs: list[str], known: Reading | None = None) -> Reading:
    """Return the reading of one number without words, which may be known; odd punctuation makes it a repair."""
    second = _SECOND_EXTENSION.search(text)
    if second:
        # The library ends the number here: `583-6985 x302/x2303` are two, but `583-6985/x302` is one.
        before = text[: second.start()].rstrip(" \t\\/")
        several = reader.read(before).phone
        if several is not None and several.extension:
            repairs.append("P206")
            text = before
        else:
            repairs.append("P203")
            text = f"{before} x{text[second.end() :]}"
        known = None
    reading = known or reader.read(text)
    if reading.phone is None:
        return reading
    extension = reading.phone.extension
    if len(extension) > _LONGEST_EXTENSION:
        return Reading(None, "P103")
    body = text
    tail = _EXTENSION.search(text)
    if tail and extension and phonenumbers.normalize_digits_only(tail[1] or tail[2]) == extension:
        body = text[: tail.start()]
    if _is_odd(body):
        repairs.append("P203")
    return reading


def _first_part(text: str, reader: Reader) -> str | None:
    """Return the first number of a cell that parts several by a mark or a word, or None if it holds just one.

    A slash parts an area code from a number as well, so both sides must then be assigned numbers.
    """
    if _count_digits(text) < 2 * FEWEST_OF_PART:
        return None
    for pattern, assigned in ((_PART, False), (_SLASH, True)):
        parts = [part for part in pattern.split(text) if _count_digits(part) >= FEWEST_OF_PART]
        if len(parts) < 2 or not text.startswith(parts[0]):
            continue
        readings = [reader.read(_drop_words(part)) for part in parts]
        if assigned and not all(reading.phone is not None and reading.phone.is_assigned() for reading in readings):
            continue
        if readings[0].phone is not None and any(
            reading.phone is not None or reading.error == "P104" for reading in readings[1:]
        ):
            return parts[0].strip()
    return None


def _drop_words(text: str) -> str:
    bare = _WORD.sub(lambda match: match[1] or " ", text)
    while (shorter := _BRACKETS_WITHOUT_DIGITS.sub(" ", bare)) != bare:
        bare = shorter
    return bare.strip(" \t:;,.-_*|/'\"\u2013\u2014").lstrip(")]}").rstrip("([{").strip(" \t:;,.-_*|/'\"\u2013\u2014")


def _stands_for_a_digit(word: re.Match[str]) -> bool:
    """Return whether letters stand between two digits, as in `2O2`; `0xx11` is a Brazilian carrier's place."""
    before, after = word.string[: word.start()][-1:], word.string[word.end() :][:1]
    return before.isdecimal() and after.isdecimal() and word[0].strip("xX") != ""


def _is_vanity(text: str) -> bool:
    return _VANITY.fullmatch(text) is not None and sum(letter.isalpha() for letter in text) >= 3


def _is_odd(body: str) -> bool:
    plain = body.translate(_WIDE)
    if not _USUAL.fullmatch(plain) or _PLUS_BEHIND.search(plain):
        return True
    rest = _BRACKETED.sub("", plain)
    return "(" in rest or ")" in rest


def _count_digits(text: str) -> int:
    return len(_DIGIT.findall(text))
