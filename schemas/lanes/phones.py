"""The lane of phones: digits are told from punctuation by bytes, and number plans tell the rest.

Of a number that is written in digits, blanks, `-./()[]` and at most one plus, standing before the digits, only the
digits and the plus matter to the library; the brackets matter to what is told of its spelling. An extension behind it
is read apart. Of all other texts only those are decided that are plainly none: without digits, addresses, and numbers
that a spreadsheet has rounded.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import phonenumbers
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.lanes.cells import Bools, Cells, Column, Longs, column_of
from schemas.lanes.deciding import UNDECIDED, Lane, Said, Values
from schemas.lanes.numbers import LEFT, Reader, Statuses, reader_of
from schemas.lanes.phone_texts import PlanReader, judge_by_plans
from schemas.lanes.plans import CODES, OTHER, OWN, REFUSED, UNASSIGNED
from schemas.lanes.spellings import LONGEST, Spellings
from schemas.specs import PhoneForm

_arrow: Any = pa
_compute: Any = pc

# What is told of a spelling before anything else is.
_SPELLED = (), ("P001",), ("P203",), ("P205",), ("P205", "P203")
_AS_IS, _FORMATTED, _REPAIRED, _DECIMAL = range(4)

# Source of both: `kinds.phones`, `_SCIENTIFIC` and `_LABEL`; what is read as an extension here is read so there.
_SCIENTIFIC = r"^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$"
_EXTENSION = (
    r"^(?P<body>[-0-9+./()\[\] ]*[0-9]) *(?:[xX]|[eE]?[xX][tT](?:[nN]|[eE][nN][sS][iI][oO][nN])?)[:.]? *"
    r"(?P<extension>[0-9]{1,7})$"
)


def phone_lane(region: str | None, strict: bool, form: PhoneForm) -> Lane:
    """Return the lane of phones.

    Args:
        region: Region of a number without a calling code (CLDR two letters, upper case), or None for none.
        strict: Whether a number that no plan has assigned is refused.
        form: How numbers are written out; only `e164` is decided here.
    """
    if form != "e164" or not (region is None or region in phonenumbers.SUPPORTED_REGIONS):
        return _leave
    reader = reader_of(region)
    texts = PlanReader(reader.plans)

    def lane(cells: Cells, is_open: Bools, said: Said, values: Values) -> None:
        if not len(cells):
            return
        spelt = Spellings(cells)
        open_ = is_open & cells.plain
        long = open_ & (cells.lengths > LONGEST)
        said.say(long, "P103")
        open_ &= ~long
        # No number has fewer than two digits.
        few = open_ & (spelt.count < 2)
        said.say(few, "P101")
        open_ &= ~few
        written = open_ & spelt.is_safe
        decimal = spelt.decimals(written)
        written[decimal] = False
        numbers = reader.read(spelt, written, values)
        status = np.where(_is_certain(numbers.status, spelt, reader.fewest), numbers.status, np.int8(LEFT))
        spelled = np.where(numbers.repaired, _REPAIRED, np.where(numbers.same, _AS_IS, _FORMATTED))
        rows = np.flatnonzero(status != LEFT)
        _say(said, rows, status[rows], spelled[rows], strict)
        if decimal.size:
            _decide_decimals(decimal, cells, reader, said, values, strict)
        others = np.flatnonzero(open_ & (spelt.strange > 0))
        if others.size:
            _decide_others(others, cells, reader, said, values, strict)
        _decide_one_by_one(np.flatnonzero(is_open & (said.which == UNDECIDED)), cells, texts, said, values, strict)

    return lane


def _leave(cells: Cells, is_open: Bools, said: Said, values: Values) -> None:
    """Decide nothing."""


def _is_certain(status: Statuses, spelt: Spellings, fewest: tuple[int, int]) -> Bools:
    """Return which texts cannot hold two numbers, should the reading of the whole have failed so that it is asked.

    Then the judge looks for the first of several, and takes it. Two need the digits of two; and nothing parts them if
    there is no punctuation. Source: `kinds.phones`, `_read_cell`, `_first_match`.
    """
    several: Longs = np.where(spelt.signed, fewest[0] + fewest[1], 2 * fewest[1])
    certain: Bools = ~_is_asked_again(status) | (spelt.count < several) | spelt.compact
    return certain


def _is_asked_again(status: Statuses) -> Bools:
    asked: Bools = np.isin(status, [REFUSED["P101"], REFUSED["P103"], REFUSED["P105"]])
    return asked


def _decide_decimals(rows: Longs, cells: Cells, reader: Reader, said: Said, values: Values, strict: bool) -> None:
    texts = _compute.replace_substring_regex(cells.text.take(_arrow.array(rows)), r"[.]0+$", "")
    spelt, inner = Spellings(Cells(texts)), Values(texts)
    numbers = reader.read(spelt, spelt.is_safe, inner)
    known = np.flatnonzero((numbers.status != LEFT) & ~_is_asked_again(numbers.status))
    values.put(rows, inner.column())
    spelled = np.where(numbers.repaired, _DECIMAL + 1, _DECIMAL)
    _say(said, rows[known], numbers.status[known], spelled[known], strict)


def _decide_others(rows: Longs, cells: Cells, reader: Reader, said: Said, values: Values, strict: bool) -> None:
    """Decide some of the texts that hold other bytes: addresses, damaged numbers, numbers with an extension."""
    texts = cells.text.take(_arrow.array(rows))
    parts = _compute.extract_regex(texts, _EXTENSION)
    extended = _mask(parts.is_valid())
    if extended.any():
        held = parts.filter(_arrow.array(extended))
        _decide_extended(
            rows[extended], cells, held.field("body"), held.field("extension"), reader, said, values, strict
        )
    rows, texts = rows[~extended], texts.filter(_arrow.array(~extended))
    # The judge looks for a rounded number first, then for an address, then for words.
    scientific = _mask(_compute.match_substring_regex(texts, _SCIENTIFIC))
    said.say(rows[scientific], "P107")
    address = _mask(_compute.match_substring(texts, "@")) | _mask(_compute.match_substring(texts, "://"))
    said.say(rows[address & ~scientific], "P101")


def _decide_extended(
    rows: Longs,
    cells: Cells,
    bodies: Column,
    extensions: Column,
    reader: Reader,
    said: Said,
    values: Values,
    strict: bool,
) -> None:
    spelt, inner = Spellings(Cells(bodies)), Values(bodies)
    # Two digits are a number where nothing else stands beside them.
    is_open = spelt.is_safe & (spelt.count > 2)
    numbers = reader.read(spelt, is_open, inner, beside=Cells(extensions).lengths)
    column = _compute.binary_join_element_wise(inner.column(), extensions, _arrow.scalar(" x", _arrow.large_string()))
    values.put(rows, column)
    same = _mask(_compute.equal(column, cells.text.take(_arrow.array(rows))))
    known = np.flatnonzero((numbers.status != LEFT) & ~_is_asked_again(numbers.status))
    spelled = np.where(numbers.repaired, _REPAIRED, np.where(same, _AS_IS, _FORMATTED))
    _say(said, rows[known], numbers.status[known], spelled[known], strict)


def _decide_one_by_one(rows: Longs, cells: Cells, reader: PlanReader, said: Said, values: Values, strict: bool) -> None:
    """Decide what the judge makes of texts when number plans read for it."""
    if not rows.size:
        return
    encoded = cells.text.take(_arrow.array(rows)).dictionary_encode()
    which: Longs = encoded.indices.to_numpy()
    verdicts = [judge_by_plans(reader, text, strict) for text in encoded.dictionary.to_pylist()]
    places = [UNDECIDED if verdict is None else said.place(verdict.codes) for verdict in verdicts]
    said.which[rows] = np.array(places, dtype=np.int16)[which]
    texts = [None if verdict is None else verdict.value for verdict in verdicts]
    held = np.array([text is not None for text in texts])[which]
    values.put(rows[held], column_of([text or "" for text in texts]), which[held])
    values.drop(rows[~held])


def _say(said: Said, rows: Longs, status: Statuses, spelled: Longs, strict: bool) -> None:
    """Decide texts by what was read from them and how they are spelled."""
    kinds = status.astype(np.int64) * len(_SPELLED) + spelled
    places = np.zeros(len(CODES) * len(_SPELLED), dtype=np.int16)
    for kind in np.flatnonzero(np.bincount(kinds, minlength=len(places))).tolist():
        places[kind] = said.place(_codes(*divmod(kind, len(_SPELLED)), strict))
    said.which[rows] = places[kinds]


def _codes(status: int, spelled: int, strict: bool) -> tuple[str, ...]:
    if status > OTHER:
        return (CODES[status],)
    if status == OWN:
        return _SPELLED[spelled]
    if status == UNASSIGNED and strict:
        return ("P108",)
    return (*_SPELLED[spelled], CODES[status])


def _mask(column: Column) -> Bools:
    mask: Bools = column.to_numpy(zero_copy_only=False)
    return mask
