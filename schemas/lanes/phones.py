"""The lane of phones: digits are told from punctuation by bytes, and number plans tell the rest.

Of a number that is written in digits, blanks, `-./()[]` and at most one plus, standing before the digits, only the
digits and the plus matter to the library; the brackets matter to what is told of its spelling. An extension behind it
is read apart. Of all other texts only those are decided that are plainly none: without digits, addresses, and numbers
that a spreadsheet has rounded.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import phonenumbers
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.kinds.misplaced import EMAIL, WEBSITE
from schemas.lanes.cells import BLANK, Bools, Cells, Column, Longs, column_of
from schemas.lanes.deciding import UNDECIDED, Lane, Said, Values, decide
from schemas.lanes.numbers import FEWEST_DIGITS, FEWEST_OF_TWO, LEFT, Reader, Statuses, reader_of
from schemas.lanes.phone_texts import PlanReader, judge_by_plans
from schemas.lanes.plans import CODES, OTHER, OWN, REFUSED, UNASSIGNED
from schemas.lanes.spellings import LONGEST, Spellings
from schemas.specs import PhoneForm

_arrow: Any = pa
_compute: Any = pc

# What is told of a spelling before anything else is.
_SPELLED: tuple[tuple[str, ...], ...] = (
    *((), ("P001",), ("P203",)),
    *(("P205",), ("P205", "P203")),
    *(("P204",), ("P204", "P203")),
    *(("P206",), ("P206", "P203")),
)
_AS_IS, _FORMATTED, _REPAIRED, _DECIMAL, _, _WORDED, _, _FIRST, _ = range(len(_SPELLED))
"""Where the spelling needed a repair besides, it is the next one."""

# Source of both: `kinds.phones`, `_SCIENTIFIC` and `_LABEL`; what is read as an extension here is read so there.
_SCIENTIFIC = r"^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$"
_EXTENSION = r"^[-0-9+./()\[\] ]*[0-9] *(?:[xX]|[eE]?[xX][tT](?:[nN]|[eE][nN][sS][iI][oO][nN])?)[:.]? *[0-9]{1,7}$"
# Dashes and the blank that a document writes instead of "-" and " "; the library reads them as these. The only other
# mark that is both, the ideographic blank, may not stand before an extension.
_DASHES, _BLANK = "[\u2010-\u2015\u2212\uff0d]", "\u00a0"
# A number with words around it of which the judge drops all: neither an extension's label nor a word that parts two
# numbers nor anything else of the number stands among them. Source: `kinds.phones`, `_drop_words`.
_BODY = r"(?:[+]?[0-9]|[(][0-9]+[)])(?:[-0-9. ]|[(][0-9]+[)])*[0-9]"
_IN_WORDS = rf"^(?:[A-Za-z]+[.:]? *|#)?{_BODY.replace('. ', './ ')}(?: +[A-Za-z]+| +[(][A-Za-z]+(?: [A-Za-z]+)*[)])?$"
_LONGEST_BLOCK = 20
_LABELS = r"^(?i:#|e?xt(?:ensio)?n?[.:]? *|(?:int|anexo|x)[.:]? *)[+(0-9]"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# A word and some digits, twice: what stands behind a comma is read as an extension, so the first are the number.
_TWICE = r"^[A-Za-z]+ (?P<body>[0-9]{3,6}), ?[A-Za-z]+ [0-9]{1,6}$"
# Two numbers with a mark between them; what parts an area code from a number as well stands beside a blank. Source:
# `kinds.phones`, `_PART`.
_PAIR = rf"^(?P<first>{_BODY})(?: *[,|&] *| +/ *| */ +)(?P<second>{_BODY})$"
# A letter for a digit: too few letters to be dialled, neither an exponent's nor an extension's.
_MISTYPED = rf"^(?P<before>{_BODY})[A-DF-WYZa-df-wyz]{{1,2}}(?P<after>[0-9](?:[-0-9. ]|[(][0-9]+[)])*)$"


def phone_lane(region: str | None, strict: bool, form: PhoneForm) -> Lane:
    """Return the lane of phones.

    Args:
        region: Region of a number without a calling code (CLDR two letters, upper case), or None for none.
        strict: Whether a number that no plan has assigned is refused.
        form: How numbers are written out; only `e164` is decided here.
    """
    if form != "e164" or not (region is None or region in phonenumbers.SUPPORTED_REGIONS):
        return partial(decide, step=_leave)
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
        rows = np.flatnonzero(few)
        _name_misplaced(rows, cells.text.take(_arrow.array(rows)), said)
        open_ &= ~few
        written = open_ & spelt.is_safe
        decimal, zeros = spelt.decimals(written)
        spelt.count[decimal] -= zeros
        numbers = reader.read(spelt, written, values)
        certain = _is_certain(numbers.status, spelt, reader)
        certain[decimal] = ~_is_asked_again(numbers.status[decimal])
        status = np.where(certain, numbers.status, np.int8(LEFT))
        spelled = np.where(numbers.repaired, np.int8(_REPAIRED), _usual(numbers.same))
        spelled[decimal] = np.where(numbers.repaired[decimal], _DECIMAL + 1, _DECIMAL)
        rows = np.flatnonzero(status != LEFT)
        _say(said, rows, status[rows], spelled[rows], strict)
        others = np.flatnonzero(open_ & (spelt.strange > 0))
        if others.size:
            _decide_others(others, cells, reader, said, values, strict)
        pairs = np.flatnonzero(open_ & (said.which == UNDECIDED) & (spelt.count >= FEWEST_OF_TWO))
        _decide_pairs(pairs, cells, reader, said, values, strict)
        _decide_folded(np.flatnonzero(is_open & ~cells.plain), cells, reader, said, values, strict)
        _decide_one_by_one(np.flatnonzero(is_open & (said.which == UNDECIDED)), cells, texts, said, values, strict)

    return partial(decide, step=lane)


def _leave(cells: Cells, is_open: Bools, said: Said, values: Values) -> None:
    """Decide nothing."""


def _is_certain(status: Statuses, spelt: Spellings, reader: Reader) -> Bools:
    """Return which texts cannot hold two numbers, should the reading of the whole have failed so that it is asked.

    Then the judge looks for the first of several, and takes it. Two need the digits of two; and nothing parts them if
    there is no punctuation. Source: `kinds.phones`, `_read_cell`; `kinds.phone_readers`, `find_first`.
    """
    asked = _is_asked_again(status)
    certain: Bools = ~asked
    certain[asked] = spelt.compact[asked] | (spelt.count[asked] < _fewest_of_two(spelt.signed[asked], reader))
    rows = np.flatnonzero(~certain)
    if rows.size:
        certain[rows] = _mask(
            _compute.match_substring_regex(spelt.cells.text.take(_arrow.array(rows)), _blocks(reader))
        )
    return certain


def _blocks(reader: Reader) -> str:
    """Return the pattern of blocks of digits of which none is long enough to be a number.

    A number that does not stand alone is looked for in all that stands before the first blank, and behind each. The
    library takes twenty blocks and more for several texts.
    """
    signed, unsigned = (min(fewest - 1, _LONGEST_BLOCK) for fewest in reader.fewest)
    return rf"^(?:[+][0-9]{{1,{signed}}}|[0-9]{{1,{unsigned}}})(?: {{1,2}}[0-9]{{1,{unsigned}}}){{1,18}}$"


def _fewest_of_two(signed: Bools, reader: Reader) -> Longs:
    with_plus, without = reader.fewest
    fewest: Longs = np.where(signed, with_plus + without, 2 * without)
    return fewest


def _is_asked_again(status: Statuses) -> Bools:
    asked: Bools = (status == REFUSED["P101"]) | (status == REFUSED["P103"]) | (status == REFUSED["P105"])
    return asked


def _decide_pairs(rows: Longs, cells: Cells, reader: Reader, said: Said, values: Values, strict: bool) -> None:
    """Decide cells with two numbers: the first is taken if both are possible, or the second is a local one."""
    if not rows.size:
        return
    paired, held = _parts(cells.text.take(_arrow.array(rows)), _PAIR)
    if not paired.any():
        return
    rows = rows[paired]
    both = _arrow.concat_arrays([held.field("first"), held.field("second")])
    spelt, inner = Spellings(Cells(both)), Values(both)
    numbers = reader.read(spelt, spelt.is_safe & (spelt.count >= FEWEST_DIGITS), inner)
    first, second = np.split(numbers.status, 2)
    is_number = (second != LEFT) & ((second <= OTHER) | (second == REFUSED["P104"]))
    known = np.flatnonzero((first != LEFT) & (first <= OTHER) & is_number)
    values.put(rows, inner.column(), np.arange(len(rows)))
    spelled = np.where(numbers.repaired, _FIRST + 1, _FIRST)
    _say(said, rows[known], first[known], spelled[known], strict)


def _name_misplaced(rows: Longs, texts: Column, said: Said) -> None:
    """Refuse texts that are an e-mail or a web address. No number is written so, whatever surrounds it."""
    if not rows.size:
        return
    said.say(rows[_mask(_compute.match_substring_regex(texts, f"^(?:{EMAIL})$"))], "P109")
    said.say(rows[_mask(_compute.match_substring_regex(texts, f"^(?:{WEBSITE})$"))], "P110")


def _decide_twice(rows: Longs, texts: Column, reader: Reader, said: Said) -> None:
    """Decide places, as `room 12, floor 4`, by their first digits where these are no number."""
    twice, held = _parts(texts, _TWICE)
    if not twice.any():
        return
    spelt = Spellings(Cells(held.field("body")))
    status = reader.read(spelt, spelt.is_safe, Values(spelt.cells.text)).status
    known = np.flatnonzero((status > OTHER) & ~_is_asked_again(status))
    _say(said, rows[twice][known], status[known], np.zeros(len(known), dtype=np.int64), strict=False)


def _decide_mistyped(rows: Longs, texts: Column, reader: Reader, said: Said) -> None:
    """Decide numbers with a letter between two digits: none of them is accepted, whatever is left without it."""
    mistyped, held = _parts(texts, _MISTYPED)
    if not mistyped.any():
        return
    rows = rows[mistyped]
    bare = _compute.binary_join_element_wise(
        held.field("before"), held.field("after"), _arrow.scalar(" ", _arrow.large_string())
    )
    spelt = Spellings(Cells(bare))
    is_open = spelt.is_safe & (spelt.count < np.minimum(FEWEST_OF_TWO, _fewest_of_two(spelt.signed, reader)))
    status = reader.read(spelt, is_open, Values(bare)).status
    known = np.flatnonzero(status != LEFT)
    status = np.where(status > OTHER, status, np.int8(REFUSED["P101"]))
    _say(said, rows[known], status[known], np.zeros(len(known), dtype=np.int64), strict=False)


def _decide_folded(rows: Longs, cells: Cells, reader: Reader, said: Said, values: Values, strict: bool) -> None:
    """Decide numbers that are written with other dashes or blanks than ASCII's."""
    if not rows.size:
        return
    texts = _compute.replace_substring_regex(cells.text.take(_arrow.array(rows)), _DASHES, "-")
    texts = _compute.replace_substring(texts, _BLANK, " ")
    folded = Cells(texts)
    kept = np.flatnonzero(folded.plain & (folded.first != BLANK) & (folded.last != BLANK))
    if not kept.size:
        return
    rows, folded = rows[kept], folded.take(kept)
    spelt, inner = Spellings(folded), Values(folded.text)
    numbers = reader.read(spelt, spelt.is_safe & (folded.lengths <= LONGEST), inner)
    certain = ~_is_asked_again(numbers.status) | (spelt.count < _fewest_of_two(spelt.signed, reader))
    known = np.flatnonzero((numbers.status != LEFT) & certain)
    values.put(rows, inner.column())
    spelled = np.where(numbers.repaired, _REPAIRED, _FORMATTED)
    _say(said, rows[known], numbers.status[known], spelled[known], strict)


def _decide_others(rows: Longs, cells: Cells, reader: Reader, said: Said, values: Values, strict: bool) -> None:
    """Decide some of the texts that hold other bytes: addresses, damaged numbers, numbers with an extension."""
    texts = cells.text.take(_arrow.array(rows))
    extended = _mask(_compute.match_substring_regex(texts, _EXTENSION))
    if extended.any():
        _decide_extended(rows[extended], texts.filter(_arrow.array(extended)), reader, said, values, strict)
        rows, texts = rows[~extended], texts.filter(_arrow.array(~extended))
    if rows.size:
        _decide_worded(rows, texts, reader, said, values, strict)
    # The judge looks for a rounded number first, then for an address, then for words.
    scientific = _mask(_compute.match_substring_regex(texts, _SCIENTIFIC))
    said.say(rows[scientific], "P107")
    address = _mask(_compute.match_substring(texts, "@")) | _mask(_compute.match_substring(texts, "://"))
    said.say(rows[address & ~scientific], "P101")
    _name_misplaced(rows[~scientific], texts.filter(_arrow.array(~scientific)), said)
    others = ~(address | scientific)
    if others.any():
        _decide_twice(rows[others], texts.filter(_arrow.array(others)), reader, said)
        _decide_mistyped(rows[others], texts.filter(_arrow.array(others)), reader, said)


def _decide_extended(rows: Longs, texts: Column, reader: Reader, said: Said, values: Values, strict: bool) -> None:
    # Trimming and replacing take a third of the time of matching parts.
    bodies = _compute.ascii_rtrim(_compute.ascii_rtrim(texts, "0123456789"), f"{_LETTERS} .:")
    extensions = _compute.replace_substring_regex(texts, "^.*[^0-9]", "")
    spelt, inner = Spellings(Cells(bodies)), Values(bodies)
    # Two digits are a number where nothing else stands beside them.
    is_open = spelt.is_safe & (spelt.count > 2)
    numbers = reader.read(spelt, is_open, inner, beside=Cells(extensions).lengths)
    column = _compute.binary_join_element_wise(inner.column(), extensions, _arrow.scalar(" x", _arrow.large_string()))
    values.put(rows, column)
    same = _mask(_compute.equal(column, texts))
    known = np.flatnonzero((numbers.status != LEFT) & ~_is_asked_again(numbers.status))
    spelled = np.where(numbers.repaired, np.int8(_REPAIRED), _usual(same))
    _say(said, rows[known], numbers.status[known], spelled[known], strict)


def _decide_worded(rows: Longs, texts: Column, reader: Reader, said: Said, values: Values, strict: bool) -> None:
    """Decide numbers with words around them, and some digits behind a word that are no number."""
    worded = _mask(_compute.match_substring_regex(texts, _IN_WORDS))
    if not worded.any():
        return
    rows, texts = rows[worded], texts.filter(_arrow.array(worded))
    # What a number begins and ends with is none of these, and trimming takes a tenth of the time of matching parts.
    bodies = _compute.ascii_ltrim(_compute.ascii_rtrim(texts, f"{_LETTERS} ()"), f"{_LETTERS} .:#")
    spelt, inner = Spellings(Cells(bodies)), Values(bodies)
    # With so many digits a cell may hold two numbers.
    is_open = spelt.is_safe & (spelt.count < FEWEST_OF_TWO)
    numbers = reader.read(spelt, is_open, inner)
    status = numbers.status
    labelled = _mask(_compute.match_substring_regex(texts, _LABELS))
    # Behind a number letters may be dialled, if it is none without them.
    bare = Cells(texts).ends_in_digit
    certain = np.where(status > OTHER, bare & _is_certain(status, spelt, reader), ~labelled)
    certain |= status == REFUSED["P104"]
    known = np.flatnonzero((status != LEFT) & certain)
    values.put(rows, inner.column())
    _say(said, rows[known], status[known], np.where(numbers.repaired, _WORDED + 1, _WORDED)[known], strict)


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


def _usual(same: Bools) -> Statuses:
    """Return how numbers are spelled that need no repair, by whether they are their own normal form."""
    spelled: Statuses = np.where(same, np.int8(_AS_IS), np.int8(_FORMATTED))
    return spelled


def _say(said: Said, rows: Longs, status: Statuses, spelled: Longs | Statuses, strict: bool) -> None:
    """Decide texts by what was read from them and how they are spelled."""
    kinds = status * np.int8(len(_SPELLED)) + spelled
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


def _parts(texts: Column, pattern: str) -> tuple[Bools, Any]:
    """Return which texts match a pattern, and the named parts of those; matching alone is much faster."""
    found = _mask(_compute.match_substring_regex(texts, pattern))
    return found, _compute.extract_regex(texts.filter(_arrow.array(found)), pattern) if found.any() else None


def _mask(column: Column) -> Bools:
    mask: Bools = column.to_numpy(zero_copy_only=False)
    return mask
