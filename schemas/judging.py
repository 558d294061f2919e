"""Judges whole columns: by their kind's lane, by the judge what the lane leaves, then the policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.frames import as_text
from schemas.kinds.emails import judge_email
from schemas.kinds.phones import judge_phone
from schemas.kinds.texts import judge_text
from schemas.kinds.websites import judge_website
from schemas.lanes.cells import Cells, Column, Longs, column_of
from schemas.lanes.deciding import Codes, Lane, Said, Values, decide, refuses
from schemas.lanes.emails import email_lane
from schemas.lanes.phones import phone_lane
from schemas.lanes.texts import text_lane
from schemas.lanes.websites import website_lane
from schemas.marks import ColumnVerdicts, FrameVerdicts, Mark
from schemas.rules import BY_CODE, Severity
from schemas.specs import FieldSpec, OnInvalid, Policy, Target
from schemas.verdicts import Verdict

_arrow: Any = pa
_compute: Any = pc

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
    return FrameVerdicts(
        {
            str(name): judge_column(as_text(frame[name]), by_name[str(name)], target, policy)
            for name in frame.columns
            if str(name) in by_name
        }
    )


def judge_column(cells: pd.Series[Any], field: FieldSpec, target: Target, policy: Policy) -> ColumnVerdicts:
    """Return the verdicts of one column.

    Args:
        cells: n texts without missing values.
        field: The field.
        target: Its defaults.
        policy: What the run decides instead.
    """
    text = column_of(cells.array)
    lane, judge = _kind_of(field, target, policy)
    said, values = decide(text, lane)
    _ask(judge, text, said.undecided, said, values)
    which, column = said.which.astype(np.int64), values.column()
    codes = _require(field, which, column, said.codes)
    column = _limit(field, which, column, codes)
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


def _kind_of(field: FieldSpec, target: Target, policy: Policy) -> tuple[Lane, Callable[[str], Verdict]]:
    """Return the lane and the judge of a field, with the field's and the run's settings bound to them."""
    if field.kind == "phone":
        region, strict, form = policy.region or target.region, policy.strict_phones, target.phone_form
        return phone_lane(region, strict, form), lambda text: judge_phone(text, region=region, strict=strict, form=form)
    if field.kind == "text":
        return text_lane(field.max_length), lambda text: judge_text(
            text, max_length=field.max_length, flatten=field.flatten
        )
    return (email_lane(), judge_email) if field.kind == "email" else (website_lane(), judge_website)


def _ask(judge: Callable[[str], Verdict], text: Column, rows: Longs, said: Said, values: Values) -> None:
    """Let the judge decide what the lane has left, each unique text once."""
    if not rows.size:
        return
    encoded = text.take(_arrow.array(rows)).dictionary_encode()
    which: Longs = encoded.indices.to_numpy()
    verdicts = [judge(one) for one in encoded.dictionary.to_pylist()]
    said.which[rows] = np.array([said.place(verdict.codes) for verdict in verdicts], dtype=np.int16)[which]
    values.put(rows, column_of([verdict.value or "" for verdict in verdicts]), which)
    values.drop(rows[np.array([verdict.value is None for verdict in verdicts])[which]])


def _require(field: FieldSpec, which: Longs, column: Column, codes: tuple[Codes, ...]) -> tuple[Codes, ...]:
    """Mark the blank cells of a required field; returns the sequences of codes with those that were added."""
    if not field.required or not column.null_count:
        return (*codes, ("T101",))
    blank = ~np.array([refuses(one) for one in codes])[which] & column.is_null().to_numpy(zero_copy_only=False)
    which[blank] = len(codes) + 1
    return (*codes, ("T101",), ("C101",))


def _limit(field: FieldSpec, which: Longs, column: Column, codes: tuple[Codes, ...]) -> Column:
    """Mark the values that are too long for the target, and return the column without them."""
    if field.max_length is None or not len(column) or int(Cells(column).lengths.max()) <= field.max_length:
        return column
    long = _compute.fill_null(_compute.greater(_compute.utf8_length(column), field.max_length), False)
    which[long.to_numpy(zero_copy_only=False)] = codes.index(("T101",))
    return _compute.if_else(long, _arrow.scalar(None, _arrow.large_string()), column)


def _keep(which: Longs, column: Column, text: Column, codes: tuple[Codes, ...]) -> Column:
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
