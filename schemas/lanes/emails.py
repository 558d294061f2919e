"""The lane of e-mail addresses: it decides every cell.

Three steps, each for what the one before it leaves:

1. Addresses that are usual, told by one pattern (`plain_emails`).
2. Printable ASCII, with the commonest repairs made (E202, E204, E201), and texts with a few other letters, decided
   many at once.
3. The rest, one by one, each text once, by the judge itself: only that it asks `certain_form` in the library's place.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.kinds.emails import CLOSING, LONGEST_CELL, OPENING, judge_email
from schemas.lanes.addresses import CAPITALS, SMALL_LETTERS, certain_form
from schemas.lanes.cells import Bools, Cells, Column, Longs, column_from, column_of, first_groups
from schemas.lanes.deciding import UNDECIDED, Codes, Lane, Said, Values, decide, refuses
from schemas.lanes.plain_emails import (
    CLOSES,
    LONGEST_REFUSED,
    OPENS,
    PREFIXED,
    byte_table,
    decide_plain,
    usual_emails,
)
from schemas.verdicts import Verdict

_arrow: Any = pa
_compute: Any = pc

_BEHIND = "".join(letter for letter in CLOSING if letter.isascii())
_BEFORE = "".join(letter for letter in OPENING if letter.isascii())

_MANY = 128
"""Cells from which on a step for many is faster than one by one: a pattern is compiled each time."""

# A text that begins so is no address; one that begins with a brace can be.
_NEVER_FIRST = OPENS & ~byte_table("{")
_NEVER_AROUND_NAME = byte_table(";,. ")
_BESIDE = byte_table("<(")
_APOSTROPHE = ord("'")
# The judge's own pattern, for printable ASCII, and what stands behind it if no percent sign is to be read.
_PREFIX = "^(?:[Mm][Aa][Ii][Ll][Tt][Oo]|[Ee]-?[Mm][Aa][Ii][Ll]|[Mm][Aa][Ii][Ll]|[Ss][Mm][Tt][Pp]) *: *([^%?]+)$"

# What the repairs of a cell are kept as: a sum of these.
_E202, _E204, _E201 = 1, 2, 4

_STRANGE_LETTERS, _STRANGE_LETTER = f"[{SMALL_LETTERS}{CAPITALS}]", "_"
_STRANGE_SIGNS, _STRANGE_SIGN = ("\u00b4", "\uff20"), "!"
"""Letters and signs beyond ASCII that rules do not tell from an underscore and an exclamation mark before an @.

All are their own normal form whatever stands beside them, visible, no white space and no punctuation of a repair; the
letters are letters of a word as the underscore is, the signs are not. Behind an @ nothing is said of them.
"""


def email_lane() -> Lane:
    """Return the lane of e-mail addresses. It decides all cells."""

    def lane(cells: Cells, is_open: Bools, said: Said, values: Values) -> None:
        usual = is_open & usual_emails(cells)
        said.say(usual)
        rest = np.flatnonzero(is_open & ~usual)
        if rest.size >= _MANY:
            _decide_many(rest, cells, said, values)
            rest = rest[said.which[rest] == UNDECIDED]
        if rest.size:
            _judge_each(rest, cells.take(rest).text, said, values)

    return partial(decide, step=lane)


def _decide_many(rows: Longs, cells: Cells, said: Said, values: Values) -> None:
    """Decide those of the chosen cells that step 2 suffices for."""
    cells = cells.take(rows)
    plain = np.flatnonzero(cells.plain & (cells.lengths <= LONGEST_CELL))
    texts, repairs = _repair(cells.take(plain))
    strange, stand_ins = _stand_ins(cells, np.flatnonzero(~cells.plain & (cells.lengths <= LONGEST_REFUSED)))
    plain, strange = rows[plain], rows[strange]
    inner, forms = decide_plain(Cells(_arrow.concat_arrays([texts, stand_ins])))
    found = inner.which[: len(plain)]
    accepted = np.zeros(len(plain), dtype=np.bool_)
    for place, codes in enumerate(inner.codes):
        chosen = found == place
        if refuses(codes):
            said.say(plain[chosen], *codes)
            continue
        accepted |= chosen
        for made in np.unique(repairs[chosen]).tolist():
            said.say(plain[chosen & (repairs == made)], *codes, *_codes_of(made))
    which = np.flatnonzero(accepted)
    values.put(plain[which], forms.column().take(_arrow.array(which)))
    _adopt_stand_ins(strange, inner, len(plain), said)


def _adopt_stand_ins(rows: Longs, inner: Said, begin: int, said: Said) -> None:
    """Decide k texts as those that stand in for them, where nothing depends on the other letters behind the @."""
    found = inner.which[begin:]
    for place, codes in enumerate(inner.codes):
        # A text that is accepted as it is has no other letters there. E102 may be untrue of the text itself.
        if codes in {(), ("E101",), ("E103",), ("E104",), ("E106",), ("E108",)}:
            said.say(rows[found == place], *codes)


def _stand_ins(cells: Cells, rows: Longs) -> tuple[Longs, Column]:
    """Return which of the chosen texts have no other letters beyond ASCII than ours, and ASCII in their place."""
    texts = cells.text.take(_arrow.array(rows))
    if rows.size:
        for sign in _STRANGE_SIGNS:
            texts = _compute.replace_substring(texts, sign, _STRANGE_SIGN)
        texts = _compute.replace_substring_regex(texts, _STRANGE_LETTERS, _STRANGE_LETTER)
    fits = Cells(texts).plain
    return rows[fits], texts.filter(_arrow.array(fits))


def _codes_of(repairs: int) -> Codes:
    return tuple(code for code, bit in (("E202", _E202), ("E204", _E204), ("E201", _E201)) if repairs & bit)


def _repair(cells: Cells) -> tuple[Column, npt.NDArray[np.int8]]:
    """Return k texts in printable ASCII with repairs made, where it is plain that they are the judge's, and which.

    None of the texts that are repaired is an address before.
    """
    repairs = np.zeros(len(cells), dtype=np.int8)
    for repair, bit in ((_without_punctuation, _E202), (_without_name, _E204), (_without_prefix, _E201)):
        rows, repaired = repair(cells)
        if rows.size:
            values = Values(cells.text)
            values.put(rows, repaired)
            cells = Cells(values.column())
            repairs[rows] |= bit
    return cells.text, repairs


def _without_punctuation(cells: Cells) -> tuple[Longs, Column]:
    """Return which of k texts the first repair alters, as far as it is plain how, and what it leaves of them.

    Left out are texts with brackets beside an address, and with an apostrophe other than one of a pair around it all.
    """
    rows = np.flatnonzero(_NEVER_FIRST[cells.first] | CLOSES[cells.last])
    cells = cells.take(rows)
    doubtful = _BESIDE[cells.data]
    doubtful[cells.starts] = False
    doubtful |= cells.data == _APOSTROPHE
    paired = (cells.first == _APOSTROPHE) & (cells.last == _APOSTROPHE)
    doubtful[cells.starts[paired]] = doubtful[cells.ends[paired] - 1] = False
    plain = ~cells.holding(doubtful)
    rows, texts = rows[plain], cells.text.filter(_arrow.array(plain))
    repaired = _compute.ascii_ltrim(_compute.ascii_rtrim(texts, _BEHIND), _BEFORE)
    held = Cells(repaired).lengths > 0
    return rows[held], repaired.filter(_arrow.array(held))


def _without_name(cells: Cells) -> tuple[Longs, Column]:
    """Return which of k texts are a name before an address in angle brackets, and the addresses."""
    rows = np.flatnonzero(
        (cells.last == ord(">")) & (cells.first != ord("<")) & ~_NEVER_AROUND_NAME[cells.first] & (cells.lengths > 0)
    )
    cells = cells.take(rows)
    single = (cells.counts(cells.data == ord("<")) == 1) & (cells.counts(cells.data == ord(">")) == 1)
    rows, cells = rows[single], cells.take(np.flatnonzero(single))
    if not rows.size:
        return rows, cells.text
    data = cells.data
    opening, signs, blanks = (data == ord(letter) for letter in "<@ ")
    starts, ends = np.flatnonzero(opening) + 1, cells.ends - 1
    # +1 behind each opening bracket, -1 at each closing one: the sum is 1 between them.
    steps = np.zeros(len(data), dtype=np.int8)
    steps[starts] = 1
    steps[ends] -= 1
    inside = np.cumsum(steps, dtype=np.int8).view(np.bool_)
    plain = (ends > starts) & ~cells.holding((signs & ~inside) | (blanks & inside))
    addresses = column_from(data[inside], ends - starts)
    return rows[plain], addresses.filter(_arrow.array(plain))


def _without_prefix(cells: Cells) -> tuple[Longs, Column]:
    """Return which of k texts are an address behind a prefix and no other repair alters, and the addresses."""
    colons = cells.places(lambda data: data == ord(":"))
    rows = np.flatnonzero(PREFIXED[cells.first] & ~CLOSES[cells.last] & cells.holding(colons))
    found, addresses = first_groups(cells.text.take(_arrow.array(rows)), _PREFIX)
    return rows[found], addresses


def _judge_each(rows: Longs, texts: Column, said: Said, values: Values) -> None:
    """Decide k cells by the judge, each text once."""
    verdicts: dict[str, Verdict] = {}
    decided: dict[Codes, list[int]] = defaultdict(list)
    absent: list[int] = []
    changed: list[int] = []
    forms: list[str] = []
    for row, text in zip(rows.tolist(), texts.to_pylist(), strict=True):
        if text in verdicts:
            verdict = verdicts[text]
        else:
            verdict = verdicts[text] = _judged(text)
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


def _judged(text: str) -> Verdict:
    if not text.isascii():
        # What the library accepts is neither blank nor a placeholder.
        form = certain_form(text)
        if form is not None and text == text.strip():
            return Verdict(form, () if form == text else ("E001",))
    return judge_email(text, normalise=certain_form)
