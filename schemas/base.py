"""The base of every contact schema: one parser that judges, column checks that read the verdicts."""

from __future__ import annotations

import os
from typing import Any, cast

import pandas as pd
import pandera.pandas as pa
from pandera.config import ValidationDepth, config_context

from schemas.carrying import carry, drop_verdicts, handed_in
from schemas.fields import fields_of, target_of
from schemas.judging import judge_frame
from schemas.marks import ColumnVerdicts
from schemas.specs import Policy


def refuse_narwhals() -> None:
    """Raise `RuntimeError` where the environment asks for Pandera's Narwhals backend, which loses the row labels."""
    if os.environ.get("PANDERA_USE_NARWHALS_BACKEND", "").casefold() in {"1", "true", "yes"}:
        raise RuntimeError("unset PANDERA_USE_NARWHALS_BACKEND: that backend loses which record failed")


class ContactSchema(pa.DataFrameModel):
    """A Pandera model that normalises and validates contacts.

    `validate(frame, lazy=True)` takes a frame of raw text whose columns bear the target's names, and returns it with
    every field in its normal form, blanks and placeholders missing (NaN). Where a cell is refused it raises
    `pandera.errors.SchemaErrors`; `failure_cases["check"]` then holds the rule's code and `index` the frame's label.
    Warnings and infos never make it fail. The index must be unique for the labels to mean anything.

    Pandera's environment switches cannot turn it off: `PANDERA_VALIDATION_ENABLED` and `PANDERA_VALIDATION_DEPTH`
    would skip rules in silence, `PANDERA_USE_NARWHALS_BACKEND` loses the row labels.
    """

    class Config:  # pyright: ignore[reportIncompatibleVariableOverride]  # Pandera's own idiom
        strict = False
        coerce = False

    @pa.dataframe_parser
    def _judge(cls, frame: pd.DataFrame) -> pd.DataFrame:  # type: ignore[misc]  # noqa: N805  # a class method
        model = cast("type[ContactSchema]", cls)
        handed = handed_in(frame)
        verdicts = handed.verdicts if handed else judge_frame(frame, fields_of(model), target_of(model), Policy())
        values = verdicts.columns if handed is None or handed.shown else {}
        judged = frame.assign(**{name: _shown(column, frame[name]) for name, column in values.items()})
        carry(judged, verdicts)
        return judged

    @classmethod
    def validate(cls, check_obj: pd.DataFrame, *args: Any, **kwargs: Any) -> Any:
        """Return the frame normalised, or raise `SchemaErrors` (lazy) or `SchemaError`; see the class."""
        refuse_narwhals()
        try:
            with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
                judged = super().validate(check_obj, *args, **kwargs)
        except (pa.errors.SchemaErrors, pa.errors.SchemaError) as failure:
            drop_verdicts(failure.data)
            raise
        drop_verdicts(judged)
        return judged


def _shown(column: ColumnVerdicts, raw: pd.Series[Any]) -> pd.Series[Any]:
    """Return the normal forms, and a refused cell as it was, so that `failure_cases` names what is wrong."""
    refused = column.refused
    return column.values.where(~refused, raw.astype("str")) if refused.any() else column.values
