"""The lane of phones: a kernel tells digits from punctuation and words, and tables of number plans tell the rest.

What the kernel leaves is judged by number plans, once for each text; and of what these are not sure only the library
can tell.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import phonenumbers
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none

from schemas.lanes.cells import Column, Longs, column_of
from schemas.lanes.deciding import UNDECIDED, Codes, Lane, Said, Values, in_turn, refuses
from schemas.lanes.first_pass import OWN as OWN_BITS
from schemas.lanes.first_pass import PADDED, PLACEHOLDERS, pass_over
from schemas.lanes.phone_regions import PhoneRegion
from schemas.lanes.phone_texts import PlanReader, judge_by_plans
from schemas.lanes.plans import CODES, OTHER, UNASSIGNED, Plans
from schemas.native import kernel, pointer_to
from schemas.specs import PhoneForm

_arrow: Any = pa

# What is told of a spelling before anything else is, and the code of each status, as phones.c counts them.
_SPELLED: tuple[Codes, ...] = ((), ("P001",), ("P203",), ("P205",), ("P204",), ("P206",))
_STATUSES = (*CODES, "P107", "P109", "P110")

_ROOM = len("+999 x") - 1
"""Bytes that a number may have more than its cell: an extension has a label of one letter there or more."""

_judge_phones = kernel("judge_phones", "pplpplplpppp")


def phone_lane(region: str | None, strict: bool, form: PhoneForm) -> Lane:
    """Return the lane of phones.

    Args:
        region: Region of a number without a calling code (CLDR two letters, upper case), or None for none.
        strict: Whether a number that no plan has assigned is refused.
        form: How numbers are written out; only `e164` is decided here.
    """
    if form != "e164" or not (region is None or region in phonenumbers.SUPPORTED_REGIONS):
        return _leave
    seen_from, reader = _region_of(region)

    def first(text: Column) -> tuple[Said, Values]:
        return pass_over(text, judge, lambda saying: _codes_of(saying, strict), room=_ROOM)

    def judge(data: int | None, borders: int, count: int, *out: int) -> int:
        done = np.zeros(1, dtype=np.int64)
        cells = (data, borders, count, *PLACEHOLDERS.arguments)
        while (wanted := _judge_phones(*cells, seen_from.pointer, strict, pointer_to(done), *out)) >= 0:
            seen_from.learn(wanted)
        return True

    def second(text: Column) -> tuple[Said, Values]:
        return _judge_by_plans(text, reader, strict)

    return in_turn(first, second)


@cache
def _region_of(region: str | None) -> tuple[PhoneRegion, PlanReader]:
    """Return a region for the kernel, and the reader of what it leaves."""
    plans = Plans(region)
    return PhoneRegion(plans), PlanReader(plans)


def _leave(text: Column) -> tuple[Said, Values]:
    """Decide nothing."""
    return Said(len(text)), Values(text)


def _judge_by_plans(text: Column, reader: PlanReader, strict: bool) -> tuple[Said, Values]:
    """Return what the judge makes of texts when number plans read for it."""
    said, values = Said(len(text)), Values(text)
    encoded = text.dictionary_encode()
    which: Longs = encoded.indices.to_numpy()
    verdicts = [judge_by_plans(reader, one, strict) for one in encoded.dictionary.to_pylist()]
    places = [UNDECIDED if verdict is None else said.place(verdict.codes) for verdict in verdicts]
    said.which = np.array(places, dtype=np.int16)[which]
    texts = [None if verdict is None else verdict.value for verdict in verdicts]
    held = np.array([one is not None for one in texts])[which]
    rows = np.flatnonzero(held)
    values.put(rows, column_of([one or "" for one in texts]), which[rows])
    values.drop(~held & (said.which != UNDECIDED))
    return said, values


def _codes_of(saying: int, strict: bool) -> Codes:
    """Return the codes of what the kernel says of a cell."""
    spelled, status = divmod(saying // OWN_BITS, 16)
    codes = _told(status, spelled, strict)
    return ("C001", *codes) if saying & PADDED and not refuses(codes) else codes


def _told(status: int, spelled: int, strict: bool) -> Codes:
    if status == UNASSIGNED and strict:
        return ("P108",)
    if status > OTHER:
        return (_STATUSES[status],)
    return (*_SPELLED[spelled], _STATUSES[status]) if _STATUSES[status] else _SPELLED[spelled]
