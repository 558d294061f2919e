"""The North American Numbering Plan as a table: which region has assigned a number, told by its first six digits.

The table is built from the installed metadata when it is first asked for, so it is always that of the library. Built from the
structure of the patterns this takes some hundredths of a second, which is why no table is shipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from phonenumbers import PhoneMetadata, PhoneNumberDesc, region_codes_for_country_code

from schemas.lanes.cells import Bools, Longs
from schemas.lanes.digits import prefixes_of

CALLING_CODE = 1
DIGITS = 10
"""Digits of a national number of the plan."""

PREFIX = 6
"""Digits that the table looks at."""

UNASSIGNED = 0
MORE_DIGITS = 255
"""Six digits do not decide here: the patterns look at a seventh."""

Table: TypeAlias = npt.NDArray[np.uint8]

_COUNT = 10**PREFIX


@cache
def nanp_table() -> Table:
    """Return for each six digits `UNASSIGNED`, `MORE_DIGITS`, or one more than the place of the number's region in
    `nanp_regions`.

    It says so of numbers of ten digits that begin with these six: what `region_code_for_number` gives, where
    `is_valid_number` is true. The region whose leading digits fit decides, even if the number is none of its own.

    Raises:
        ValueError: The metadata holds a pattern that is not understood.

    Source: phonenumbers, `_region_code_for_number_from_list` and `_number_type_helper`.
    """
    table = np.full(_COUNT, UNASSIGNED, dtype=np.uint8)
    open_ = np.ones(_COUNT, dtype=np.bool_)
    for place, region in enumerate(nanp_regions(), start=1):
        metadata = PhoneMetadata.metadata_for_region(region, None)
        if metadata is None:
            continue
        rows = np.flatnonzero(open_) if metadata.leading_digits is None else _beginning(metadata.leading_digits, open_)
        general, general_open = _matching(rows, [metadata.general_desc])
        of_type, type_open = _matching(rows, list(descriptions_of(metadata)))
        assigned = general & of_type
        doubtful = ~assigned & (general | general_open) & (of_type | type_open)
        table[rows[assigned]] = place
        table[rows[doubtful]] = MORE_DIGITS
        # Where leading digits fit, no later region is asked.
        open_[rows[assigned | doubtful] if metadata.leading_digits is None else rows] = False
    return table


@cache
def nanp_regions() -> tuple[str, ...]:
    """Return the regions of the plan in the order in which the library asks them."""
    return tuple(region_codes_for_country_code(CALLING_CODE))


def descriptions_of(metadata: PhoneMetadata) -> Iterator[PhoneNumberDesc]:
    """Yield the types of numbers that a region has.

    Source: phonenumbers, `_number_type_helper`.
    """
    for description in (
        metadata.fixed_line,
        metadata.mobile,
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


def _matching(rows: Longs, descriptions: list[PhoneNumberDesc | None]) -> tuple[Bools, Bools]:
    """Return which six digits begin only numbers, and which begin also numbers, that one of the descriptions matches."""
    all_of, some_of = np.zeros(len(rows), dtype=np.bool_), np.zeros(len(rows), dtype=np.bool_)
    by_digits: dict[int, set[int]] = {}
    for description in descriptions:
        if description is None or not description.national_number_pattern:
            continue
        if description.possible_length and DIGITS not in description.possible_length:
            continue
        for (digits, free), prefixes in prefixes_of(description.national_number_pattern).items():
            if digits + free == DIGITS:
                by_digits.setdefault(digits, set()).update(prefixes)
    longer = [digits for digits in by_digits if digits > PREFIX]
    for digits in longer:
        prefixes = by_digits.pop(digits)
        some_of |= np.isin(rows, np.unique(np.fromiter(prefixes, np.int64) // 10 ** (digits - PREFIX)))
    if len(rows) < _COUNT // 50:
        for digits, prefixes in by_digits.items():
            all_of |= _marked(np.zeros(10**digits, dtype=np.bool_), prefixes)[rows // 10 ** (PREFIX - digits)]
        return all_of, some_of
    # Dividing many rows costs more than spelling all six digits out.
    spelled = np.zeros(1, dtype=np.bool_)
    for digits in range(PREFIX + 1):
        spelled = np.repeat(spelled, 10) if digits else spelled
        spelled = _marked(spelled, by_digits.get(digits, set()))
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
    found = np.unique(np.concatenate(rows))
    return found[open_[found]]
