"""The lane of e-mail addresses.

Three steps, each for what the one before it leaves:

1. Printable ASCII is decided many at once (`plain_emails`).
2. So is what the commonest repairs leave of it: punctuation taken off (E202), a name before the address (E204).
3. The rest is judged one by one, each text once, by the judge itself: only that it asks `certain_form` in the
   library's place. Where that is unsure, the cell is left.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.kinds.emails import CLOSING, OPENING, judge_email
from schemas.lanes.addresses import UnsureError, certain_form
from schemas.lanes.cells import Bools, Cells, Column, Longs, column_from, column_of
from schemas.lanes.deciding import UNDECIDED, Codes, Lane, Said, Values, refuses
from schemas.lanes.plain_emails import CLOSES, OPENS, byte_table, decide_plain, usual_emails
from schemas.verdicts import Verdict

_arrow: Any = pa
_compute: Any = pc

_BEHIND = "".join(letter for letter in CLOSING if letter.isascii())
_BEFORE = "".join(letter for letter in OPENING if letter.isascii() and letter != "'")

_MANY = 128
"""Cells from which on a step for many is faster than one by one: a pattern is compiled each time."""

# A text that begins so is no address; one that begins with a brace can be.
_NEVER_FIRST = OPENS & ~byte_table("{")
_NEVER_AROUND_NAME = byte_table(";,. ")
_BESIDE = byte_table("<(")


def email_lane() -> Lane:
    """Return the lane of e-mail addresses. It decides all but those with other letters than ASCII before the @."""

    def lane(cells: Cells, is_open: Bools, said: Said, values: Values) -> None:
        usual = is_open & usual_emails(cells)
        said.say(usual)
        rest = np.flatnonzero(is_open & ~usual)
        if rest.size >= _MANY:
            _decide_many(rest[cells.plain[rest]], cells, said, values)
            rest = rest[said.which[rest] == UNDECIDED]
        if rest.size:
            _judge_each(rest, cells.take(rest).text, said, values)

    return lane


def _decide_many(rows: Longs, cells: Cells, said: Said, values: Values) -> None:
    """Decide those of k cells of printable ASCII for which steps 1 and 2 suffice."""
    _adopt(rows, decide_plain(cells.take(rows)), said, values)
    for repair, code in ((_without_punctuation, "E202"), (_without_name, "E204")):
        rows = rows[said.which[rows] == UNDECIDED]
        if rows.size < _MANY:
            return
        chosen, repaired = repair(cells.take(rows))
        if len(chosen) >= _MANY:
            _adopt(rows[chosen], decide_plain(Cells(repaired)), said, values, code)


def _adopt(rows: Longs, found: tuple[Said, Values], said: Said, values: Values, *repair: str) -> None:
    """Decide k cells by what was found of their texts, after this repair."""
    inner, forms = found
    accepted = np.zeros(len(rows), dtype=np.bool_)
    for place, codes in enumerate(inner.codes):
        chosen = inner.which == place
        if refuses(codes):
            said.say(rows[chosen], *codes)
        else:
            said.say(rows[chosen], *codes, *repair)
            accepted |= chosen
    which = np.flatnonzero(accepted)
    values.put(rows[which], forms.column(), which)


def _without_punctuation(cells: Cells) -> tuple[Longs, Column]:
    """Return which of k refused texts the first repair alters, as far as it is plain how, and what it leaves of them.

    Left out are texts with an apostrophe, which goes only as one of a pair, and with brackets beside an address.
    """
    chosen = _NEVER_FIRST[cells.first] | CLOSES[cells.last]
    beside = _BESIDE[cells.data]
    beside[cells.starts] = False
    chosen &= ~cells.holding(beside | (cells.data == ord("'")))
    rows = np.flatnonzero(chosen)
    texts = cells.text.take(_arrow.array(rows))
    repaired = _compute.ascii_ltrim(_compute.ascii_rtrim(texts, _BEHIND), _BEFORE)
    held = Cells(repaired).lengths > 0
    return rows[held], repaired.filter(_arrow.array(held))


def _without_name(cells: Cells) -> tuple[Longs, Column]:
    """Return which of k texts are a name before an address in angle brackets, and the addresses."""
    data = cells.data
    chosen = (cells.counts(data == ord("<")) == 1) & (cells.counts(data == ord(">")) == 1) & (cells.last == ord(">"))
    chosen &= (cells.first != ord("<")) & ~_NEVER_AROUND_NAME[cells.first]
    rows = np.flatnonzero(chosen)
    if not rows.size:
        return rows, cells.text.slice(0, 0)
    cells, data = cells.take(rows), data[np.repeat(chosen, cells.lengths)]
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
        if not text.isascii():
            # What the library accepts is neither blank nor a placeholder.
            form = certain_form(text)
            if form is not None and text == text.strip():
                return Verdict(form, () if form == text else ("E001",))
        return judge_email(text, normalise=certain_form)
    except UnsureError:
        return None
