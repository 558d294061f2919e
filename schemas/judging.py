"""Judges whole columns: by their kind's lane, by the judge what the lane leaves, then the policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.frames import as_text
from schemas.kinds.blanks import DEFAULT_PLACEHOLDERS
from schemas.kinds.choices import choice_judge
from schemas.kinds.dates import judge_date
from schemas.kinds.emails import judge_email
from schemas.kinds.phones import judge_phone
from schemas.kinds.texts import judge_text
from schemas.kinds.websites import judge_website
from schemas.lanes.cells import Cells, Column, column_of
from schemas.lanes.deciding import Codes, Lane, Said, Values, adopt, ask, refuses
from schemas.lanes.placeholders import reopen
from schemas.marks import ColumnVerdicts, FrameVerdicts, Mark, Places
from schemas.origins import EVERYWHERE, Group, Origins, origins_of
from schemas.rules import BY_CODE, Severity
from schemas.specs import FieldSpec, OnInvalid, Policy, Target, placeholders_of, strict_of
from schemas.verdicts import Verdict

_arrow: Any = pa
_compute: Any = pc

FEWEST_IN_LANE = 100
"""A shorter column is judged value by value: what a lane needs at first takes longer."""

_TEXT: Any = pd.StringDtype("pyarrow", na_value=np.nan)


def judge_frame(frame: pd.DataFrame, fields: Sequence[FieldSpec], target: Target, policy: Policy) -> FrameVerdicts:
    """Return the verdicts of those fields that are columns of a frame of raw text.

    Args:
        frame: n × c; a field's column holds text, or integers (their digits), missing values count as empty.
        fields: The schema's fields.
        target: Its defaults.
        policy: What the run decides instead.

    Raises:
        TypeError: A field's column holds floats, dates or other objects; the text says how to read it as text.
    """
    by_name = {field.name: field for field in fields}
    repeated = [str(name) for name in frame.columns[frame.columns.duplicated()] if str(name) in by_name]
    if repeated:
        raise TypeError(f"the frame has several columns named {', '.join(sorted(set(repeated)))}")
    columns = {str(name): as_text(frame[name]) for name in frame.columns if str(name) in by_name}
    origins = origins_of(columns, fields)
    return FrameVerdicts(
        {name: judge_column(cells, by_name[name], target, policy, origins) for name, cells in columns.items()}
    )


def judge_column(
    cells: pd.Series[Any], field: FieldSpec, target: Target, policy: Policy, origins: Origins = EVERYWHERE
) -> ColumnVerdicts:
    """Return the verdicts of one column.

    Args:
        cells: n texts without missing values.
        field: The field.
        target: Its defaults.
        policy: What the run decides instead.
        origins: The countries of the n records, for what is read differently from country to country.
    """
    text = column_of(cells.array)
    groups = _groups(text, field, target, policy, origins)
    if len(groups) == 1:
        said, values = _decide(text, field, groups[0].place, target, policy)
    else:
        said, values = Said(len(text)), Values(text)
        for group in groups:
            part = text.take(_arrow.array(group.rows))
            adopt(*_decide(part, field, group.place, target, policy), group.rows, said, values)
    which = said.which
    column, codes = _limit(field, which, values.column(), said.codes)
    codes = _require(field, which, column, codes)
    on_invalid: OnInvalid = policy.on_invalid or field.on_invalid or target.on_invalid
    if field.key or field.required:
        on_invalid = "reject"
    if on_invalid == "keep":
        column = _keep(which, column, text, codes)
    return ColumnVerdicts(
        field,
        pd.Series(_TEXT.__from_arrow__(column), index=cells.index, name=field.name, copy=False),
        which,
        tuple(_marks(one, on_invalid) for one in codes),
    )


def _groups(text: Column, field: FieldSpec, target: Target, policy: Policy, origins: Origins) -> tuple[Group, ...]:
    """Return the records of a frame by the place in which a field's cells are read."""
    if field.kind == "phone":
        return origins.regions(policy.region or target.region, text)
    return origins.countries() if field.kind == "state" else EVERYWHERE.countries()


def _decide(text: Column, field: FieldSpec, place: str | None, target: Target, policy: Policy) -> tuple[Said, Values]:
    """Return the verdicts of cells that are read in one place."""
    lane = _lane_of(field, place, target, policy) if len(text) >= FEWEST_IN_LANE else None
    said, values = lane(text) if lane else (Said(len(text)), Values(text))
    placeholders = placeholders_of(field, target, policy)
    if lane and placeholders != DEFAULT_PLACEHOLDERS:
        reopen(text, said, values, placeholders)
    ask(_judge_of(field, place, target, policy, placeholders), text, said.undecided, said, values)
    return said, values


def _judge_of(
    field: FieldSpec, place: str | None, target: Target, policy: Policy, placeholders: Set[str]
) -> Callable[[str], Verdict]:
    """Return the judge of a field, with the field's and the run's settings bound to it.

    Args:
        field: The field.
        place: The region of its phones or the country of its states.
        target: Its defaults.
        policy: What the run decides instead.
        placeholders: Case-folded texts that stand for no value.
    """
    if field.kind == "phone":
        strict, form = strict_of(field, target, policy), target.phone_form
        return lambda text: judge_phone(text, region=place, strict=strict, form=form, placeholders=placeholders)
    if field.kind == "text" and field.choices:
        return choice_judge(
            field.choices,
            closed=field.closed,
            max_length=field.max_length,
            flatten=field.flatten,
            placeholders=placeholders,
        )
    if field.kind == "text":
        return lambda text: judge_text(
            text, max_length=field.max_length, flatten=field.flatten, placeholders=placeholders
        )
    if field.kind == "date":
        return lambda text: judge_date(
            text, order=policy.date_order or field.date_order or target.date_order, placeholders=placeholders
        )
    if field.kind == "country" or field.kind == "state":
        # The lists of countries and states load when the first column needs them.
        from schemas.kinds.places import judge_country, judge_state

        if field.kind == "country":
            return lambda text: judge_country(text, form=target.country_form, placeholders=placeholders)
        return lambda text: judge_state(text, country=place, form=target.state_form, placeholders=placeholders)
    return partial(judge_email if field.kind == "email" else judge_website, placeholders=placeholders)


def _lane_of(field: FieldSpec, place: str | None, target: Target, policy: Policy) -> Lane | None:
    """Return the lane of a field's kind, or None where texts repeat, and each is judged once.

    The lanes' modules load here: a file of a few records needs none of them.
    """
    if field.kind == "phone":
        from schemas.lanes.phones import phone_lane

        return phone_lane(place, strict_of(field, target, policy), target.phone_form)
    if field.kind == "text" and not field.choices:
        from schemas.lanes.texts import text_lane

        return text_lane(field.max_length)
    if field.kind == "email":
        from schemas.lanes.emails import email_lane

        return email_lane()
    if field.kind == "website":
        from schemas.lanes.websites import website_lane

        return website_lane()
    return None


def _limit(
    field: FieldSpec, which: Places, column: Column, codes: tuple[Codes, ...]
) -> tuple[Column, tuple[Codes, ...]]:
    """Mark the values that are too long for the target.

    Returns:
        The column without them; the sequences of codes, with that of these cells if there are any.
    """
    # The lane and the judges of texts count for themselves.
    if field.max_length is None or field.kind == "text" or not len(column):
        return column, codes
    if int(Cells(column).lengths.max()) <= field.max_length:
        return column, codes
    long = _compute.fill_null(_compute.greater(_compute.utf8_length(column), field.max_length), False)
    rows = np.flatnonzero(long.to_numpy(zero_copy_only=False))
    if not rows.size:
        return column, codes
    which[rows] = len(codes)
    return _compute.if_else(long, _arrow.scalar(None, _arrow.large_string()), column), (*codes, ("T101",))


def _require(field: FieldSpec, which: Places, column: Column, codes: tuple[Codes, ...]) -> tuple[Codes, ...]:
    """Mark the blank cells of a required field; returns the sequences of codes with that of these cells."""
    if not field.required or not column.null_count:
        return codes
    rows = np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))
    which[rows[~np.array([refuses(one) for one in codes])[which[rows]]]] = len(codes)
    return (*codes, ("C101",))


def _keep(which: Places, column: Column, text: Column, codes: tuple[Codes, ...]) -> Column:
    """Return the column with the original text of each refused cell."""
    refused = np.array([refuses(one) for one in codes])[which]
    return _compute.if_else(_arrow.array(refused), text, column) if refused.any() else column


def _marks(codes: Codes, on_invalid: OnInvalid) -> tuple[Mark, ...]:
    """Return what the codes of a cell come to after the policy."""
    if on_invalid == "reject" or not refuses(codes):
        return tuple(Mark(code, BY_CODE[code].severity) for code in codes)
    if on_invalid == "keep":
        return tuple(Mark(code, Severity.WARNING, "kept") for code in codes)
    return (*(Mark(code, Severity.WARNING, "blanked") for code in codes), Mark("C004", Severity.CHANGE))
