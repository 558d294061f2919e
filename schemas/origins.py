"""Which country each record of a frame comes from, and what is read differently for it: phones and states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from schemas.kinds.texts import judge_text
from schemas.lanes.cells import Column, Longs, column_of, matches
from schemas.specs import FieldSpec

_NO_ROWS: Longs = np.empty(0, dtype=np.int64)


class Group(NamedTuple):
    """Records whose cells are read in one place.

    Attributes:
        place: A region of phone numbers or a country, or None for none.
        rows: Their positions, ascending; where there is only one group it is all records, and this says nothing.
    """

    place: str | None
    rows: Longs


@dataclass(frozen=True, slots=True)
class Origins:
    """The countries of the n records of a frame.

    Attributes:
        which: n positions in `codes`; none where all records have the one origin.
        codes: Distinct countries (two letters of ISO 3166-1), None for a record that names none that is known.
    """

    which: Longs
    codes: tuple[str | None, ...]

    def countries(self) -> tuple[Group, ...]:
        """Return the records by country."""
        return self._by(lambda code: code)

    def regions(self, default: str, phones: Column) -> tuple[Group, ...]:
        """Return the records by the region in which their phone numbers are read.

        Args:
            default: The region of a record without a known country, or of one without phone numbers of its own.
            phones: The n texts. A number that is dialled from the default region, as `011 49 ...` from the United
                States, is read there, if it is a valid number only so.
        """
        from phonenumbers import SUPPORTED_REGIONS

        groups = self._by(lambda code: code if code in SUPPORTED_REGIONS else default)
        if all(group.place == default for group in groups):
            return groups
        places = {group.place: group.rows if len(groups) > 1 else np.arange(len(phones)) for group in groups}
        abroad = [
            _dialled_from(default, str(place), phones, rows) for place, rows in places.items() if place != default
        ]
        moved: Longs = np.concatenate(abroad)
        if not moved.size:
            return groups
        places = {place: np.setdiff1d(rows, moved) for place, rows in places.items()}
        places[default] = np.union1d(places.get(default, _NO_ROWS), moved)
        return tuple(Group(place, rows) for place, rows in places.items())

    def _by(self, place_of: Callable[[str | None], str | None]) -> tuple[Group, ...]:
        numbers: dict[str | None, int] = {}
        places = np.array([numbers.setdefault(place_of(code), len(numbers)) for code in self.codes], dtype=np.int64)
        if len(numbers) == 1:
            return (Group(next(iter(numbers)), _NO_ROWS),)
        of_records = places[self.which]
        return tuple(Group(place, np.flatnonzero(of_records == number)) for place, number in numbers.items())


EVERYWHERE = Origins(_NO_ROWS, (None,))
"""Of records that name no country."""


def origins_of(columns: Mapping[str, pd.Series[Any]], fields: Sequence[FieldSpec]) -> Origins:
    """Return the countries of a frame's n records, by the first field of the kind country that it has.

    Args:
        columns: The frame's columns by field name, n texts each.
        fields: The schema's fields.
    """
    here = [field for field in fields if field.name in columns]
    country = next((field for field in here if field.kind == "country"), None)
    if country is None or not any(field.kind in ("phone", "state") for field in here):
        return EVERYWHERE
    encoded = column_of(columns[country.name].array).dictionary_encode()
    numbers: dict[str | None, int] = {}
    codes = [numbers.setdefault(_country_in(text), len(numbers)) for text in encoded.dictionary.to_pylist()]
    which: Longs = np.array(codes, dtype=np.int64)[encoded.indices.to_numpy()]
    return Origins(which, tuple(numbers)) if numbers else EVERYWHERE


def _dialled_from(home: str, region: str, phones: Column, rows: Longs) -> Longs:
    """Return those records of a region whose numbers begin as they are dialled from home, and are valid only so."""
    from phonenumbers import PhoneMetadata, country_code_for_region

    known = PhoneMetadata.metadata_for_region(home)
    if known is None or not known.international_prefix:
        return _NO_ROWS
    texts = phones.take(rows)
    pattern = rf"^[ (]*(?:{known.international_prefix})[- ().]*{country_code_for_region(region)}"
    places = np.flatnonzero(matches(texts, pattern))
    kept = [_is_valid(text, home) and not _is_valid(text, region) for text in texts.take(places).to_pylist()]
    return rows[places[np.array(kept, dtype=np.bool_)]]


def _is_valid(text: str, region: str) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


def _country_in(text: str) -> str | None:
    from schemas.kinds.country_names import country_of

    value = judge_text(text, max_length=None).value if text else None
    return country_of(value) if value else None
