"""E-mail addresses in printable ASCII, decided many at once: what is usual, and what breaks one rule in a common way.

Three steps, each for what the one before it leaves:

1. An address in small letters on a usual host name is its own normal form: one pattern tells it.
2. So is one with capitals once they are small behind the @; before it they stay, but for role names such as Info.
3. A text that no repair can alter and that breaks one rule in a common way is refused by that rule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.kinds.emails import CLOSING, LONGEST_ADDRESS, OPENING
from schemas.kinds.misplaced import NUMBERED_HOST, PHONE
from schemas.lanes.addresses import ATOM_LETTERS, LONGEST_LABEL, ROLES, SPECIAL_USE
from schemas.lanes.cells import Bools, Bytes, Cells, Column, Longs, column_from, matches, matches_plain
from schemas.lanes.deciding import UNDECIDED, Said, Values

_arrow: Any = pa
_compute: Any = pc

_AT = ord("@")
_CASE = np.uint8(0x20)
"""What a small ASCII letter has and its capital has not."""


# Patterns spell both cases out: RE2's flag for them folds Unicode too, and the Kelvin sign would be a k.
_ATOM = f"[a-z{ATOM_LETTERS}]+"
_LOCAL_PART = rf"^{_ATOM}(?:\.{_ATOM})*@"
# No hyphens side by side: they can mean Punycode.
_LABELS = r"(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)"
_LAST_LABELS = tuple(sorted({name.rpartition(".")[2] for name in SPECIAL_USE}))
USUAL = f"{_LOCAL_PART}{_LABELS}+[a-z]+$"
"""An address that is its own normal form, if it is no longer than `_LONGEST_USUAL` and ends in no reserved name."""

_LONGEST_USUAL = LONGEST_LABEL + len("a@.c")
"""Bytes of an address in which no limit of length can be broken."""

_RESERVED_LAST = rf"[.](?:{'|'.join(_LAST_LABELS)})$"
_RESERVED = rf"@{_LABELS}*(?:{'|'.join(name for name in SPECIAL_USE if '.' not in name)})$"
# At least whatever the library may accept behind the @, and whatever ends in a reserved name.
_MAY_BE_DOMAIN = rf"@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z]$|[@.](?:{'|'.join(_LAST_LABELS)})$"
# The judge's own patterns, for printable ASCII in small letters.
_WEBSITE = r"^(?:[a-z][a-z0-9+.-]*://|(?:www\.[^ @]*|[a-z0-9_-]+(?:\.[a-z0-9_-]+)+/[^ @]*)$)"
_BETWEEN, _WORD = r'[ ,;|/&<>()\[\]"]', r'[^@ ,;|/&<>()\[\]"]+'
_SEVERAL = rf"(?:^|{_BETWEEN}){_WORD}@{_WORD}{_BETWEEN}(?:.*{_BETWEEN})?{_WORD}@{_WORD}(?:$|{_BETWEEN})"

_PREFIX = "^(?:mailto|e-?mail|mail|smtp) *:"

LONGEST_REFUSED = 200
"""Bytes of a text that is refused for another reason than its length."""


def byte_table(letters: str) -> Bools:
    """Return for each of the 256 bytes whether it is one of these ASCII letters; others do not count."""
    chosen = np.zeros(256, dtype=np.bool_)
    chosen[[ord(letter) for letter in letters if letter.isascii()]] = True
    return chosen


_RESERVED_ENDS = tuple(byte_table("".join(label[place] for label in _LAST_LABELS)) for place in (-2, -1))
# An apostrophe at the beginning is taken away only with one at the end.
OPENS, CLOSES = byte_table(OPENING.replace("'", "")), byte_table(CLOSING)
PREFIXED = byte_table("eEmMsS")
_BESIDE = byte_table("<(")
_ROLE_SIZES = np.zeros(_LONGEST_USUAL + 1, dtype=np.bool_)
_ROLE_SIZES[[len(role) for role in ROLES]] = True
_ROLE_STARTS = byte_table("".join(role[0] + role[0].upper() for role in ROLES))
_ROLE_BYTES = frozenset(role.encode() for role in ROLES)


def usual_emails(cells: Cells) -> Bools:
    """Return which of n texts are addresses that stay as they are: step 1."""
    found = matches(cells.text, USUAL) & (cells.lengths <= _LONGEST_USUAL)
    # Few addresses end in the last two letters of a reserved name; RE2 would take twice the time to compile the rest.
    rows = np.flatnonzero(found & _RESERVED_ENDS[1].take(cells.last))
    rows = rows[_RESERVED_ENDS[0].take(cells.data.take(cells.ends[rows] - 2))]
    if rows.size:
        found[rows[matches_plain(cells.text.take(_arrow.array(rows)), _RESERVED_LAST)]] = False
    return found


def decide_plain(cells: Cells) -> tuple[Said, Values]:
    """Return the codes and values of texts in printable ASCII, without blanks at the ends: steps 2 and 3.

    A placeholder counts as any other text.
    """
    said, values = Said(len(cells)), Values(cells.text)
    lowered = Cells(_compute.ascii_lower(cells.text))
    fits = usual_emails(lowered)
    accepted = np.flatnonzero(fits)
    if accepted.size:
        _spell(accepted, cells.take(accepted), said, values)
    if accepted.size < len(cells):
        _refuse(cells, lowered.text, ~fits, said)
    return said, values


def _spell(rows: Longs, cells: Cells, said: Said, values: Values) -> None:
    """Accept k addresses that are usual but for their capitals."""
    data = cells.data
    signs = np.flatnonzero(data == _AT)
    sizes = signs - cells.starts
    # Capitals mean nothing behind the @, and nothing in a role name.
    runs = np.stack((sizes, cells.lengths - sizes), axis=1).ravel()
    insignificant = np.repeat(np.tile([False, True], len(rows)), runs)
    for one in np.flatnonzero(_ROLE_SIZES.take(sizes, mode="clip") & _ROLE_STARTS[cells.first]).tolist():
        start, end = cells.starts[one], signs[one]
        if data[start:end].tobytes().lower() in _ROLE_BYTES:
            insignificant[start:end] = True
    changed = insignificant & (data - np.uint8(ord("A")) < 26)
    differs = cells.counts(changed) > 0
    spelled: Bytes = data | changed * _CASE
    said.say(rows[~differs])
    said.say(rows[differs], "E001")
    values.put(rows[differs], column_from(spelled, cells.lengths), np.flatnonzero(differs))


def _refuse(cells: Cells, lowered: Column, is_open: Bools, said: Said) -> None:
    """Refuse those of the open texts, none of them usual, which no repair alters and whose rule is plain to see."""

    def say(chosen: Longs, pattern: str, code: str, matches: Callable[[Column, str], Bools] = matches_plain) -> None:
        """Refuse those of these texts that match."""
        if chosen.size:
            said.say(chosen[matches(lowered.take(_arrow.array(chosen)), pattern)], code)

    # A repair alters neither what begins and ends so, nor what has no prefix; beside a bracket a dot goes as well.
    settled = is_open & ~OPENS[cells.first] & ~CLOSES[cells.last]
    dots = np.flatnonzero(cells.first == ord("."))
    if dots.size:
        dotted = cells.take(dots)
        settled[dots[dotted.holding(_BESIDE[dotted.data])]] = False
    is_long = cells.lengths > LONGEST_ADDRESS
    settled &= is_long | (cells.lengths <= LONGEST_REFUSED)
    colons = cells.places(lambda data: data == ord(":"))
    prefixed = np.flatnonzero(settled & PREFIXED[cells.first] & cells.holding(colons))
    if prefixed.size:
        settled[prefixed[matches_plain(lowered.take(_arrow.array(prefixed)), _PREFIX)]] = False
    signs = cells.counts(cells.places(lambda data: data == _AT))
    say(np.flatnonzero(settled & (signs > 1)), _SEVERAL, "E106", matches)
    may_be_website = cells.holding(cells.places(lambda data: data == ord("/"))) | (cells.first | _CASE == ord("w"))
    say(np.flatnonzero(settled & may_be_website & (said.which == UNDECIDED)), _WEBSITE, "E108")
    settled &= said.which == UNDECIDED
    unsigned = settled & (signs == 0)
    said.say(unsigned, "E101")
    numbers = np.flatnonzero(unsigned & cells.ends_in_digit)
    say(numbers, f"^(?:{PHONE})$", "E109")
    say(numbers, f"^{NUMBERED_HOST}$", "E101")
    said.say(settled & (signs > 0) & is_long, "E105")
    addressed = np.flatnonzero(settled & (signs > 0) & ~is_long)
    if not addressed.size:
        return
    texts = Cells(lowered.take(_arrow.array(addressed)))
    local = matches(texts.text, _LOCAL_PART)
    said.say(addressed[~local], "E103")
    # No domain holds another @.
    domain = local & (signs[addressed] == 1)
    domain[domain] = matches(texts.text.filter(_arrow.array(domain)), _MAY_BE_DOMAIN)
    said.say(addressed[local & ~domain], "E102")
    reserved = np.flatnonzero(domain & (texts.lengths <= _LONGEST_USUAL))
    if reserved.size:
        reserved = reserved[matches_plain(texts.text.take(_arrow.array(reserved)), _RESERVED)]
        said.say(addressed[reserved], "E104")
