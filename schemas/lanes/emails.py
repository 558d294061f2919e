"""The lane of e-mail addresses.

Four steps, each for what the one before it leaves:

1. An address in small ASCII letters, on a usual host name, is its own normal form: one pattern tells it.
2. So is one with capitals once they are small behind the @; before it they stay, but for role names such as Info.
3. Printable ASCII that no repair can alter and that breaks one rule in a common way is refused by its rule.
4. The rest is judged one by one, each text once, by the judge itself: only that it asks `certain_form` in the
   library's place. Where that is unsure, the cell is left.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.kinds.emails import CLOSING, OPENING, judge_email
from schemas.lanes.addresses import ATOM_LETTERS, LONGEST_LABEL, ROLES, SPECIAL_USE, UnsureError, certain_form
from schemas.lanes.cells import Bools, Bytes, Cells, Column, Longs, column_from, column_of
from schemas.lanes.deciding import UNDECIDED, Codes, Lane, Said, Values
from schemas.verdicts import Verdict

_arrow: Any = pa
_compute: Any = pc

_AT = ord("@")
_CASE = np.uint8(0x20)
"""What a small ASCII letter has and its capital has not."""


def _any_word_but(words: tuple[str, ...]) -> str:
    """Return a pattern of one or more small letters which are none of these words.

    RE2 knows no look-ahead; this is the words' tree of prefixes, each leaving by another letter or at another end.

    >>> _any_word_but(("a", "ab"))
    '(?:[^\\\\Wa\\\\d_A-Z][a-z]*|a(?:[^\\\\Wb\\\\d_A-Z][a-z]*|b(?:[a-z]+)))'
    """
    endings: dict[str, list[str]] = defaultdict(list)
    for word in words:
        endings[word[:1]].append(word[1:])
    others = "".join(letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter not in endings)
    ways = [f"[{others}][a-z]*"]
    for letter, rests in sorted(endings.items()):
        if letter:
            inner = _any_word_but(tuple(rests))
            ways.append(f"{letter}{inner}" if "" in rests else f"{letter}(?:{inner})?")
    return f"(?:{'|'.join(ways)})"


# Patterns spell both cases out: RE2's flag for them folds Unicode too, and the Kelvin sign would be a k.
_SMALL_ATOM = f"[a-z{ATOM_LETTERS}]+"
_USUAL = (
    rf"^{_SMALL_ATOM}(?:\.{_SMALL_ATOM})*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+"
    # A name with a dot in it is reserved below its last label.
    + _any_word_but(tuple({name.rpartition(".")[2] for name in SPECIAL_USE}))
    + "$"
)
_LONGEST_USUAL = LONGEST_LABEL + len("a@.c")
"""Bytes of an address in which no limit of length can be broken."""

# Whatever the library may accept behind the @, and whatever lies below a reserved name, in small letters.
_MAY_BE_DOMAIN = (
    r"@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z]$"
    rf"|[@.](?:{'|'.join(name.rpartition('.')[2] for name in SPECIAL_USE)})$"
)
_LOCAL_PART = rf"^{_SMALL_ATOM}(?:\.{_SMALL_ATOM})*@"
# The judge's own patterns, for printable ASCII in small letters.
_WEBSITE = r"^(?:[a-z][a-z0-9+.-]*://|(?:www\.[^ @]*|[a-z0-9_-]+(?:\.[a-z0-9_-]+)+/[^ @]*)$)"
_BETWEEN, _WORD = r'[ ,;|/&<>()\[\]"]', r'[^@ ,;|/&<>()\[\]"]+'
_SEVERAL = rf"(?:^|{_BETWEEN}){_WORD}@{_WORD}{_BETWEEN}(?:.*{_BETWEEN})?{_WORD}@{_WORD}(?:$|{_BETWEEN})"

_LONGEST_REFUSED = 200
"""Bytes of a text that is refused for another reason than its length."""


def _table(letters: str) -> Bools:
    chosen = np.zeros(256, dtype=np.bool_)
    chosen[[ord(letter) for letter in letters if letter.isascii()]] = True
    return chosen


# An apostrophe at the beginning is taken away only with one at the end.
_OPENS, _CLOSES = _table(OPENING.replace("'", "")), _table(CLOSING)
_PREFIXED = _table("eEmMsS")
_NAMING = _table('<("')
_ROLE_SIZES = np.zeros(_LONGEST_USUAL + 1, dtype=np.bool_)
_ROLE_SIZES[[len(role) for role in ROLES]] = True
_ROLE_STARTS = _table("".join(role[0] + role[0].upper() for role in ROLES))
_ROLE_BYTES = frozenset(role.encode() for role in ROLES)


def email_lane() -> Lane:
    """Return the lane of e-mail addresses. It decides all but those with other letters than ASCII before the @."""

    def lane(cells: Cells, is_open: Bools, said: Said, values: Values) -> None:
        usual = is_open & (cells.lengths <= _LONGEST_USUAL)
        usual &= _matches(cells.text, _USUAL)
        said.say(usual)
        rest = np.flatnonzero(is_open & ~usual)
        plain = rest[cells.plain[rest]]
        if plain.size:
            _decide_plain(plain, cells.take(plain), said, values)
            rest = rest[said.which[rest] == UNDECIDED]
        if rest.size:
            _judge_each(rest, cells.take(rest).text, said, values)

    return lane


def _matches(text: Column, pattern: str) -> Bools:
    found: Bools = _compute.match_substring_regex(text, pattern).to_numpy(zero_copy_only=False)
    return found


def _decide_plain(rows: Longs, cells: Cells, said: Said, values: Values) -> None:
    """Decide k cells of printable ASCII that are not usual: rows are their k positions among all."""
    lowered = _compute.ascii_lower(cells.text)
    fits = _matches(lowered, _USUAL) & (cells.lengths <= _LONGEST_USUAL)
    accepted, others = np.flatnonzero(fits), np.flatnonzero(~fits)
    if accepted.size:
        _spell(rows[accepted], cells.take(accepted), said, values)
    if others.size:
        _refuse(rows[others], cells.take(others), lowered.take(_arrow.array(others)), said)


def _spell(rows: Longs, cells: Cells, said: Said, values: Values) -> None:
    """Accept k addresses that are usual but for their capitals."""
    data = cells.data
    signs = np.flatnonzero(data == _AT)
    # +1 at each @ and -1 behind the address's end: the sum is 1 within the domain.
    steps = np.zeros(len(data) + 1, dtype=np.int8)
    steps[signs] = 1
    steps[cells.ends] -= 1
    insignificant = np.cumsum(steps[:-1], dtype=np.int8).view(np.bool_)
    sizes = signs - cells.starts
    for one in np.flatnonzero(_ROLE_SIZES[sizes] & _ROLE_STARTS[cells.first]).tolist():
        start, end = cells.starts[one], signs[one]
        if data[start:end].tobytes().lower() in _ROLE_BYTES:
            insignificant[start:end] = True
    changed = insignificant & (data - np.uint8(ord("A")) < 26)
    differs = cells.holding(changed)
    spelled: Bytes = data | changed * _CASE
    said.say(rows[~differs])
    said.say(rows[differs], "E001")
    values.put(rows[differs], column_from(spelled, cells.lengths), np.flatnonzero(differs))


def _refuse(rows: Longs, cells: Cells, lowered: Column, said: Said) -> None:
    """Refuse those of k texts, none of them usual, which no repair alters and whose rule is plain to see."""
    data = cells.data
    slashes = cells.holding(data == ord("/"))
    # A repair alters neither what begins and ends so, nor what holds no bracket, quote or prefix.
    settled = (cells.lengths <= _LONGEST_REFUSED) & ~_OPENS[cells.first] & ~_CLOSES[cells.last]
    settled &= ~cells.holding(_NAMING[data])
    settled &= ~(_PREFIXED[cells.first] & cells.holding(data == ord(":")))
    signs = cells.counts(data == _AT)

    def say(chosen: Longs, pattern: str, code: str) -> Longs:
        """Refuse those of these texts that match; return the others."""
        if not chosen.size:
            return chosen
        found = _matches(lowered.take(_arrow.array(chosen)), pattern)
        said.say(rows[chosen[found]], code)
        return chosen[~found]

    say(np.flatnonzero(settled & (signs > 1)), _SEVERAL, "E106")
    single = settled & (signs < 2)
    may_be_website = slashes | (cells.first == ord("w")) | (cells.first == ord("W"))
    say(np.flatnonzero(single & may_be_website), _WEBSITE, "E108")
    single[said.which[rows] != UNDECIDED] = False
    said.say(rows[single & (signs == 0)], "E101")
    addressed = np.flatnonzero(single & (signs == 1))
    if addressed.size:
        texts = lowered.take(_arrow.array(addressed))
        local = _matches(texts, _LOCAL_PART)
        said.say(rows[addressed[~local]], "E103")
        said.say(rows[addressed[local & ~_matches(texts, _MAY_BE_DOMAIN)]], "E102")


def _judge_each(rows: Longs, texts: Column, said: Said, values: Values) -> None:
    """Decide k cells by the judge, each text once, as far as no library is needed for what stands before the @."""
    verdicts: dict[str, Verdict | None] = {}
    decided: dict[Codes, list[int]] = defaultdict(list)
    absent: list[int] = []
    changed: list[int] = []
    forms: list[str] = []
    for row, text in zip(rows.tolist(), texts.to_pylist(), strict=True):
        if text in verdicts:
            verdict = verdicts[text]
        else:
            verdict = verdicts[text] = _judged(text)
        if verdict is None:
            continue
        decided[verdict.codes].append(row)
        if verdict.value is None:
            absent.append(row)
        elif verdict.value != text:
            changed.append(row)
            forms.append(verdict.value)
    for codes, chosen in decided.items():
        said.say(np.array(chosen), *codes)
    if absent:
        values.drop(np.array(absent))
    values.put(np.array(changed, dtype=np.int64), column_of(forms))


def _judged(text: str) -> Verdict | None:
    try:
        return judge_email(text, normalise=certain_form)
    except UnsureError:
        return None
