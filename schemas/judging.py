"""Judges whole columns: each unique text once, then the policy, then one verdict for each cell.

The verdicts travel with the frame from a schema's parser to its checks in `frame.attrs`. They are put there by the
parser itself, whatever stood there before, so that an attribute from outside is never believed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from schemas.kinds.emails import judge_email
from schemas.kinds.phones import judge_phone
from schemas.kinds.texts import judge_text
from schemas.kinds.websites import judge_website
from schemas.rules import BY_CODE, Severity
from schemas.specs import FieldSpec, OnInvalid, Policy, Target
from schemas.verdicts import Verdict

ATTRIBUTE = "contactprep.verdicts"

Bools = npt.NDArray[np.bool_]


class Mark(NamedTuple):
    """One rule that applies to a cell, after the policy.

    Attributes:
        code: The rule.
        severity: What it does here; a policy may have lowered an error to a warning.
        done: What the policy did about it: `blanked`, `kept` or "".
    """

    code: str
    severity: Severity
    done: str = ""


@dataclass(frozen=True, slots=True)
class ColumnVerdicts:
    """The verdicts of one column of n cells.

    Attributes:
        field: The field that judged.
        values: n normal forms, dtype `str`, the frame's index; missing where a cell is blank or refused.
        which: n positions in `combinations`.
        combinations: The distinct sets of marks that occur; the first is the empty one.
    """

    field: FieldSpec
    values: pd.Series[Any]
    which: npt.NDArray[np.int64]
    combinations: tuple[tuple[Mark, ...], ...]

    def __post_init__(self) -> None:
        if self.combinations[0] != () or len(self.values) != len(self.which):
            raise ValueError(f"verdicts of {self.field.name!r} do not fit together")

    def where(self, wanted: Callable[[Mark], bool]) -> Bools:
        """Return a mask of the n cells that carry a mark of the wanted sort."""
        hits = np.fromiter((any(map(wanted, marks)) for marks in self.combinations), dtype=np.bool_)
        return np.asarray(hits[self.which])

    @property
    def refused(self) -> Bools:
        """A mask of the n cells that reject their record."""
        return self.where(lambda mark: mark.severity is Severity.ERROR)


@dataclass(frozen=True, slots=True)
class FrameVerdicts:
    """The verdicts of a frame's fields, by column name, in the frame's order."""

    columns: Mapping[str, ColumnVerdicts]

    def passes(self, name: str, code: str, index: pd.Index[Any]) -> pd.Series[bool]:
        """Return, for each cell of a column, whether the code does not reject it.

        Raises:
            ValueError: The column is not the one that was judged.
        """
        column = self.columns[name]
        good = ~column.where(lambda mark: mark.code == code and mark.severity is Severity.ERROR)
        if len(index) != len(good):
            # Pandera's head, tail and sample check a part of what the parser saw.
            places = column.values.index.get_indexer(index)
            if (places < 0).any():
                raise ValueError(f"the verdicts of {name!r} belong to another frame")
            good = good[places]
        return pd.Series(good, index=index)


class _Carried(str):
    """Verdicts on their way from the parser to the checks.

    A text, so that `to_parquet`, which writes `attrs` as JSON, does not fail on it; the same object when copied, since
    Pandera copies frames deeply and verdicts are frozen.
    """

    __slots__ = ("verdicts",)
    verdicts: FrameVerdicts

    def __deepcopy__(self, memo: object) -> _Carried:
        return self


def carry(frame: pd.DataFrame, verdicts: FrameVerdicts) -> None:
    """Put verdicts on a frame for the checks of the same validation."""
    carried = _Carried("verdicts of the schema that judged this frame")
    carried.verdicts = verdicts
    frame.attrs[ATTRIBUTE] = carried


def drop_verdicts(frame: object) -> None:
    """Take the verdicts off a frame again."""
    if isinstance(frame, pd.DataFrame):
        frame.attrs.pop(ATTRIBUTE, None)


def read_verdicts(carrier: pd.DataFrame | pd.Series[Any]) -> FrameVerdicts:
    """Return the verdicts that the parser left with a frame or one of its columns.

    Raises:
        TypeError: There are none: the check was run without the schema's parser.
    """
    carried = carrier.attrs.get(ATTRIBUTE)
    if not isinstance(carried, _Carried):
        raise TypeError("a contact field is checked by its whole schema: call the schema's validate on the frame")
    return carried.verdicts


_handed: ContextVar[tuple[pd.DataFrame, FrameVerdicts] | None] = ContextVar("handed", default=None)


@contextmanager
def handing_in(frame: pd.DataFrame, verdicts: FrameVerdicts) -> Generator[None]:
    """Let the schema's parser use these verdicts for this frame instead of judging again."""
    token = _handed.set((frame, verdicts))
    try:
        yield
    finally:
        _handed.reset(token)


def handed_in(frame: pd.DataFrame) -> FrameVerdicts | None:
    """Return the verdicts handed in for a frame of this index and these columns, or None."""
    handed = _handed.get()
    if handed is None or not handed[0].index.is_(frame.index) or not handed[0].columns.equals(frame.columns):
        return None
    return handed[1]


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
    """Return the verdicts of one column; each unique text is judged once.

    Args:
        cells: n texts without missing values.
        field: The field.
        target: Its defaults.
        policy: What the run decides instead.
    """
    judge = _judge_for(field, target, policy)
    on_invalid: OnInvalid = policy.on_invalid or field.on_invalid or target.on_invalid
    if field.key or field.required:
        on_invalid = "reject"
    positions, uniques = pd.factorize(cells)
    values: list[str | None] = []
    which = np.empty(len(uniques), dtype=np.int64)
    seen: dict[tuple[Mark, ...], int] = {(): 0}
    for place, text in enumerate(uniques):
        value, marks = _apply(judge(text), text, field, on_invalid)
        values.append(value)
        which[place] = seen.setdefault(marks, len(seen))
    taken = (
        pd.Series(np.array(values, dtype=object), dtype="str").take(positions) if len(cells) else cells.astype("str")
    )
    taken.index = cells.index
    taken.name = field.name
    return ColumnVerdicts(field, taken, which[positions] if len(cells) else which, tuple(seen))


def _judge_for(field: FieldSpec, target: Target, policy: Policy) -> Callable[[str], Verdict]:
    """Return the judge of a field's kind, with the field's and the run's settings bound to it."""
    if field.kind == "phone":
        region = policy.region or target.region
        return lambda text: judge_phone(text, region=region, strict=policy.strict_phones, form=target.phone_form)
    if field.kind == "text":
        return lambda text: judge_text(text, max_length=field.max_length, flatten=field.flatten)
    return judge_email if field.kind == "email" else judge_website


def _apply(verdict: Verdict, text: str, field: FieldSpec, on_invalid: OnInvalid) -> tuple[str | None, tuple[Mark, ...]]:
    """Return value and marks of a cell after requiredness, the target's length and the policy."""
    value, codes = verdict
    if value is None and field.required and not any(BY_CODE[code].severity is Severity.ERROR for code in codes):
        codes = ("C101",)
    elif value is not None and field.max_length is not None and len(value) > field.max_length:
        value, codes = None, ("T101",)
    marks = tuple(Mark(code, BY_CODE[code].severity) for code in codes)
    if on_invalid == "reject" or not any(mark.severity is Severity.ERROR for mark in marks):
        return value, marks
    if on_invalid == "keep":
        return text, tuple(Mark(mark.code, Severity.WARNING, "kept") for mark in marks)
    blanked = tuple(Mark(mark.code, Severity.WARNING, "blanked") for mark in marks)
    return None, (*blanked, Mark("C004", Severity.CHANGE))


def as_text(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column as text (dtype `str`), missing values as "", integers as their digits.

    Raises:
        TypeError: It holds floats, dates or other objects, whose text would be a guess.
    """
    kind = column.dtype.kind
    if isinstance(column.dtype, pd.StringDtype):
        return column.astype("str").fillna("")
    if kind in "iu":
        missing = column.isna()
        return column.astype("str").mask(missing, "").astype("str")
    if isinstance(column.dtype, pd.CategoricalDtype):
        return as_text(column.astype(object))
    present = column.dropna()
    if present.empty:
        return pd.Series([""] * len(column), index=column.index, name=column.name, dtype="str")
    types = set(map(type, present)) if kind == "O" or not isinstance(column.dtype, np.dtype) else {present.dtype.type}
    odd = sorted({found.__name__ for found in types if not issubclass(found, (str, int, np.integer)) or found is bool})
    if odd:
        raise TypeError(
            f"column {str(column.name)!r} holds {', '.join(odd)}, not text: its spelling in the file is lost. "
            "Read it with dtype=str (and keep_default_na=False), or convert it to text yourself"
        )
    try:
        return column.map(str, na_action="ignore").astype("str").fillna("")
    except UnicodeEncodeError:
        raise TypeError(
            f"column {str(column.name)!r} holds lone surrogates, which are no text: read the file in its own encoding"
        ) from None
