"""The lane of e-mail addresses: it decides every cell.

A kernel decides printable ASCII but for Punycode, and most texts with letters that IDNA takes as they are. The rest
goes, each text once, to the judge itself: only that it asks `certain_form` in the library's place.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from schemas.kinds.emails import (
    BESIDE,
    BETWEEN,
    CLOSING,
    LONGEST_ADDRESS,
    LONGEST_CELL,
    MOST_REPAIRS,
    OPENING,
    PREFIXES,
    judge_email,
)
from schemas.kinds.misplaced import MARKS
from schemas.lanes.addresses import (
    ATOM_LETTERS,
    CAPITALS,
    LONGEST_HOST,
    LONGEST_LABEL,
    ROLES,
    SMALL_RANGES,
    SPECIAL_USE,
    certain_form,
)
from schemas.lanes.cells import Column
from schemas.lanes.deciding import Codes, Lane, Said, Values, ask
from schemas.lanes.first_pass import OWN, PADDED, PLACEHOLDERS, Words, pass_over
from schemas.native import kernel, pointer_to
from schemas.verdicts import Verdict

_ASCII = [chr(code) for code in range(128)]


def _letters(pattern: str) -> set[str]:
    """Return the ASCII characters that a pattern matches."""
    return set(filter(re.compile(pattern).fullmatch, _ASCII))


def _table(*classes: set[str]) -> npt.NDArray[np.uint16]:
    """Return for each byte the classes that its character is in, a bit for each."""
    table = np.zeros(256, dtype=np.uint16)
    for place, letters in enumerate(classes):
        table[[ord(letter) for letter in letters if letter.isascii()]] |= 1 << place
    return table


# In the order of emails.c.
_LETTERS = _table(
    _letters(f"[a-zA-Z{ATOM_LETTERS}]"),
    _letters("[a-zA-Z0-9-]"),
    _letters("[A-Z]"),
    set(OPENING),
    set(CLOSING),
    set(BESIDE),
    _letters(BETWEEN.pattern),
    _letters(r"[\w-]"),
    _letters("[a-zA-Z0-9+.-]"),
)

_STRANGE_SIGNS = "\u00b4\uff20"
"""Signs that rules do not tell from an exclamation mark before an @, as they do not tell letters from an underscore.

All are their own normal form whatever stands beside them, visible, no white space and no punctuation of a repair; the
letters are letters of a word as the underscore is, the signs are not. Behind an @ nothing is said of them.
"""


_UNSEEN_SIGNS = "\u00ad\u200b\u200e\u200f\u2060\ufeff"
"""Format characters that no address has, and that are taken out wherever they stand."""


def _small_forms() -> npt.NDArray[np.uint16]:
    """Return for each of the first 0x10000 characters its small form if it is a letter, 1 or 2 for signs."""
    forms = np.zeros(0x10000, dtype=np.uint16)
    for first, last in SMALL_RANGES:
        forms[ord(first) : ord(last) + 1] = range(ord(first), ord(last) + 1)
    forms[[*map(ord, CAPITALS)]] = [*map(ord, CAPITALS.lower())]
    forms[[*map(ord, _STRANGE_SIGNS)]] = 1
    forms[[*map(ord, _UNSEEN_SIGNS)]] = 2
    return forms


_SMALL = _small_forms()
_MARKS = _table(_letters(MARKS)).astype(np.uint8)
_ROLES, _RESERVED, _PREFIXES = Words(sorted(ROLES)), Words(list(SPECIAL_USE)), Words(list(PREFIXES))

# What the bits of emails.c mean.
_SPELLED, _CLEANED, _REPAIRS, _REFUSAL = OWN, OWN << 1, OWN << 2, OWN << 8
_REPAIR_CODES = ("", "E202", "E204", "E201")

_judge_emails = kernel("judge_emails", "ppl ppl ppp ppl ppl ppl lllll ppp".replace(" ", ""))


def email_lane() -> Lane:
    """Return the lane of e-mail addresses. It decides all cells."""

    def lane(text: Column) -> tuple[Said, Values]:
        said, values = pass_over(text, judge, _codes_of)
        ask(_judged, text, said.undecided, said, values)
        return said, values

    def judge(data: int | None, borders: int, count: int, *out: int) -> int:
        words = (argument for words in (_ROLES, _RESERVED, _PREFIXES) for argument in words.arguments)
        tables = map(pointer_to, (_LETTERS, _SMALL, _MARKS))
        limits = LONGEST_CELL, LONGEST_ADDRESS, LONGEST_HOST, LONGEST_LABEL, MOST_REPAIRS
        return _judge_emails(data, borders, count, *PLACEHOLDERS.arguments, *tables, *words, *limits, *out)

    return lane


def _codes_of(saying: int) -> Codes:
    if saying >= _REFUSAL:
        return (f"E10{saying // _REFUSAL}",)
    codes = [code for code, bit in (("C001", PADDED), ("E001", _SPELLED), ("E203", _CLEANED)) if saying & bit]
    repairs = saying // _REPAIRS
    while repairs:
        codes.append(_REPAIR_CODES[repairs % 4])
        repairs //= 4
    return tuple(codes)


def _judged(text: str) -> Verdict:
    if not text.isascii():
        # What the library accepts is neither blank nor a placeholder.
        form = certain_form(text)
        if form is not None and text == text.strip():
            return Verdict(form, () if form == text else ("E001",))
    return judge_email(text, normalise=certain_form)
