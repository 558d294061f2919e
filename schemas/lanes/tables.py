"""Number plans as tables: which region has assigned a number, told by its first six digits.

A table is built from the installed metadata when it is asked for, so it is always that of the library: there is
no version to compare and nothing to fall out of step. Building one from the structure of the patterns takes some
hundredths of a second, which is why none is shipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from phonenumbers import PhoneMetadata, PhoneNumberDesc, region_codes_for_country_code

from schemas.lanes.cells import Bools, Longs
from schemas.lanes.digits import prefixes_of

PREFIX = 6
"""Digits that a table looks at."""

NO_REGION = 0
"""No region has assigned such numbers."""

MORE_DIGITS = 255
"""Six digits do not decide: the patterns look at more, or a national prefix may have to go first."""

Table: TypeAlias = npt.NDArray[np.uint8]

_COUNT = 10**PREFIX
_MANY = _COUNT // 50


def table_of(code: int, digits: int) -> Table:
    """Return for each six digits `NO_REGION`, `MORE_DIGITS`, or one more than the place of the number's region in
    `regions_of`.

    It says so of a calling code's numbers of so many digits that begin with these six: what `region_code_for_number`
    gives, where `is_valid_number` is true. The region whose leading digits fit decides, even if the number is none of
    its own.

    Args:
        code: A calling code.
        digits: Digits of the national number, six or more.

    Raises:
        ValueError: The metadata holds a pattern that is not understood, or too many regions.

    Source: phonenumbers, `_region_code_for_number_from_list` and `_number_type_helper`.
    """
    if digits < PREFIX:
        raise ValueError(f"a table of numbers of {digits} digits")
    table = np.full(_COUNT, NO_REGION, dtype=np.uint8)
    open_ = np.ones(_COUNT, dtype=np.bool_)
    regions = regions_of(code)
    main = PhoneMetadata.metadata_for_region_or_calling_code(code, regions[0])
    if len(regions) >= MORE_DIGITS:
        raise ValueError(f"a calling code of {len(regions)} regions: {code}")
    for place, region in enumerate(regions, start=1):
        metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
        if metadata is None:
            continue
        # The library reads leading digits only where a calling code has several regions.
        leading = metadata.leading_digits if len(regions) > 1 else None
        rows = np.flatnonzero(open_) if leading is None else _beginning(leading, open_)
        general, general_open = _matching(rows, digits, [metadata.general_desc])
        of_type, type_open = _matching(rows, digits, descriptions_of(metadata))
        assigned = general & of_type
        doubtful = ~assigned & (general | general_open) & (of_type | type_open)
        table[rows[assigned]] = place
        table[rows[doubtful]] = MORE_DIGITS
        # Where leading digits fit, no later region is asked.
        open_[rows[assigned | doubtful] if leading is None else rows] = False
    if main is not None and main.national_prefix_for_parsing:
        for first, width in _prefixed(main.national_prefix_for_parsing):
            table[first : first + width] = MORE_DIGITS
    return table


@cache
def regions_of(code: int) -> tuple[str, ...]:
    """Return the regions of a calling code in the order in which the library asks them."""
    return tuple(region_codes_for_country_code(code))


def descriptions_of(metadata: PhoneMetadata) -> Iterator[PhoneNumberDesc]:
    """Yield the types of numbers that a region has, the most frequent first.

    Source: phonenumbers, `_number_type_helper`.
    """
    for description in (
        metadata.mobile,
        metadata.fixed_line,
        metadata.toll_free,
        metadata.premium_rate,
        metadata.shared_cost,
        metadata.voip,
        metadata.personal_number,
        metadata.pager,
        metadata.uan,
        metadata.voicemail,
    ):
        if description is not None and description.national_number_pattern:
            yield description


def _matching(rows: Longs, digits: int, descriptions: Iterable[PhoneNumberDesc | None]) -> tuple[Bools, Bools]:
    """Return which six digits begin only numbers, and which begin also numbers, that a description matches."""
    all_of, some_of = np.zeros(len(rows), dtype=np.bool_), np.zeros(len(rows), dtype=np.bool_)
    by_digits: dict[int, set[int]] = {}
    for description in descriptions:
        if description is None or not description.national_number_pattern:
            continue
        if description.possible_length and digits not in description.possible_length:
            continue
        for (told, free), prefixes in prefixes_of(description.national_number_pattern).items():
            if told + free == digits:
                by_digits.setdefault(told, set()).update(prefixes)
    for told in [told for told in by_digits if told > PREFIX]:
        longer = np.fromiter(by_digits.pop(told), np.int64) // 10 ** (told - PREFIX)
        has = np.zeros(_COUNT, dtype=np.bool_)
        has[longer] = True
        some_of |= has[rows]
    if len(rows) < _MANY:
        for told, begin in by_digits.items():
            all_of |= _marked(np.zeros(10**told, dtype=np.bool_), begin)[rows // 10 ** (PREFIX - told)]
        return all_of, some_of
    # Dividing many rows costs more than spelling all six digits out.
    spelled = np.zeros(1, dtype=np.bool_)
    for told in range(PREFIX + 1):
        spelled = np.repeat(spelled, 10) if told else spelled
        spelled = _marked(spelled, by_digits.get(told, set()))
    return spelled[rows], some_of


def _marked(has: Bools, prefixes: set[int]) -> Bools:
    has[np.fromiter(prefixes, np.int64, len(prefixes))] = True
    return has


def _beginning(leading: str, open_: Bools) -> Longs:
    """Return the open six digits that begin with a region's leading digits."""
    rows: list[Longs] = []
    for (digits, free), prefixes in prefixes_of(leading).items():
        if digits + free > PREFIX:
            raise ValueError(f"leading digits of more than {PREFIX} digits: {leading}")
        width = 10 ** (PREFIX - digits)
        rows += [np.arange(prefix * width, (prefix + 1) * width) for prefix in prefixes]
    found = np.concatenate(rows)
    return found[open_[found]]


def _prefixed(national_prefix: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of six digits, first and count, that a national prefix may be read from.

    The empty prefix, which some plans allow, takes nothing away.
    """
    for (digits, free), prefixes in prefixes_of(without_groups(national_prefix)).items():
        for prefix in prefixes if digits + free else ():
            if digits > PREFIX:
                yield prefix // 10 ** (digits - PREFIX), 1
            else:
                width = 10 ** (PREFIX - digits)
                yield prefix * width, width


def without_groups(pattern: str) -> str:
    """Return a pattern of a prefix without captures and without its end: it matches at least what the pattern does."""
    return pattern.replace("(?:", "(").replace("(", "(?:").replace("$", "")
