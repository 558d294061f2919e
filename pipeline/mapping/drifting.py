"""Does a file look like the sender's last one? Compared are the header, and what the cells of each field hold."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.contracts import fold
from pipeline.mapping.senders import LastFile

MUCH = 0.2
"""Difference of two shares (0 to 1) that is told. A list changes by some hundredths from one delivery to the next; an
export that went wrong empties or swaps a column. The product's own choice."""

_BY_CHANCE = 3.0
"""Standard errors that chance explains: of 370 comparisons of like files one goes beyond."""

_FEWEST = 10
"""Records below which a kind is not compared: a guess from fewer says little."""


class Drift(NamedTuple):
    """One way in which a file does not look like the last one.

    Attributes:
        code: The rule, H103 to H109.
        column: The column's name, in this file where it has it; "" for the header as a whole.
        field: The field's name, or "".
        before: How the last file was.
        now: How this one is.
    """

    code: str
    column: str = ""
    field: str = ""
    before: str = ""
    now: str = ""


def drift_of(last: LastFile, now: LastFile, columns: dict[str, str]) -> tuple[Drift, ...]:
    """Return how a file differs from the last one, the header's differences first.

    Args:
        last: What the last file looked like.
        now: What this one looks like.
        columns: The column of each field, by the field's name.
    """
    return (*_headers(last.header, now.header), *_cells(last, now, columns))


def _headers(last: Sequence[str], now: Sequence[str]) -> Iterator[Drift]:
    same = _paired(last, now)
    for place, column in enumerate(last):
        if place not in same:
            yield Drift("H103", column)
    taken = {*same.values()}
    for place, column in enumerate(now):
        if place not in taken:
            yield Drift("H104", column)
    for place, other in same.items():
        if last[place] != now[other]:
            yield Drift("H110", now[other], before=last[place])
    places = [same[place] for place in sorted(same)]
    if places != sorted(places):
        yield Drift("H106")


def _paired(last: Sequence[str], now: Sequence[str]) -> dict[int, int]:
    """Return the position in this file of each column of the last one that it has: by name, then by folded name."""
    same: dict[int, int] = {}
    for form in (str, fold):
        free = [place for place in range(len(now)) if place not in same.values()]
        for place, column in enumerate(last):
            if place not in same:
                found = next((other for other in free if form(now[other]) == form(column)), None)
                if found is not None:
                    same[place] = found
                    free.remove(found)
    return same


def _cells(last: LastFile, now: LastFile, columns: dict[str, str]) -> Iterator[Drift]:
    for field, cells in now.cells.items():
        before, column = last.cells.get(field), columns[field]
        if before is None:
            continue
        if _differ(before.blank, last.records, cells.blank, now.records):
            yield Drift("H107", column, field, _percent(before.blank), _percent(cells.blank))
        if _differ(before.refused, last.records, cells.refused, now.records):
            yield Drift("H108", column, field, _percent(before.refused), _percent(cells.refused))
        is_told = min(last.records, now.records) >= _FEWEST and "empty" not in (before.kind, cells.kind)
        if is_told and before.kind != cells.kind:
            yield Drift("H109", column, field, before.kind, cells.kind)


def _differ(before: float, last: int, now: float, records: int) -> bool:
    """Return whether two shares of so many records differ much, and by more than chance explains.

    Source of the error of a difference: that of two binomial shares under one common share.
    """
    if not (last and records) or abs(now - before) < MUCH:
        return False
    common = (before * last + now * records) / (last + records)
    error = math.sqrt(common * (1 - common) * (1 / last + 1 / records))
    return abs(now - before) > _BY_CHANCE * error


def _percent(share: float) -> str:
    return f"{round(share * 100)}%"
