"""Judges a frame by a contract, and has the contract confirm it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.contracts.opening import Contract
from pipeline.errors import RuleCrashed, UsageError
from schemas.specs import FieldSpec, Policy

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from schemas.base import ContactSchema
    from schemas.marks import FrameVerdicts

    Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Judged:
    """A frame's verdicts, as the contract confirmed them.

    Attributes:
        verdicts: By field.
        own: Masks of the n records refused by checks that a user added to the schema, by (column, check name).
    """

    verdicts: FrameVerdicts
    own: tuple[tuple[str, str, Bools], ...]

    def refused(self, length: int) -> Bools:
        """Return a mask of the n records that some cell or added check rejects."""
        import numpy as np

        mask = self.verdicts.refused.copy() if self.verdicts.columns else np.zeros(length, dtype=np.bool_)
        for _, _, failed in self.own:
            mask |= failed
        return mask


def judge(contract: Contract, frame: pd.DataFrame, policy: Policy) -> Judged:
    """Return the verdicts of a frame of raw text, after its contract confirmed them.

    Pandera validates with the verdicts handed in, so that the kinds are not paid for twice. What it refuses must be
    what the verdicts refuse; checks of a user's own in the schema come on top.

    Args:
        contract: The schema.
        frame: n × c raw text, columns named as the schema's fields; others are passed over.
        policy: What the run decides instead of the schema.

    Raises:
        RuleCrashed: A check raised, or verdicts and contract disagree.
        TypeError: A column is not text.
    """
    import numpy as np
    import pandera.pandas as pa
    from pandera.config import ValidationDepth, config_context

    from schemas.base import refuse_narwhals
    from schemas.carrying import handing_in
    from schemas.fields import REFUSED
    from schemas.judging import judge_frame

    try:
        refuse_narwhals()
    except RuntimeError as reason:
        raise UsageError(str(reason)) from None
    verdicts = judge_frame(frame, contract.fields, contract.target, policy)
    schema = _terse_schema(contract.model)
    has_own = any(check.name != REFUSED for column in schema.columns.values() for check in column.checks)
    failures: list[Any] = []
    with (
        handing_in(frame, verdicts, shown=has_own),
        config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA),
    ):
        try:
            # With one check there is one failure: nothing is gained by gathering it, which takes Pandera its time.
            schema.validate(frame, lazy=has_own)
        except pa.errors.SchemaErrors as failure:
            failures = list(failure.schema_errors)
        except pa.errors.SchemaError as failure:
            # With its traceback it would hold this very frame, and all of the batch with it.
            failures = [failure.with_traceback(None)]
    confirmed = np.zeros(len(frame), dtype=np.bool_)
    own: list[tuple[str, str, Bools]] = []
    for column, name, mask in _masks(failures, len(frame)):
        if name == REFUSED:
            confirmed |= mask
        else:
            own.append((column, name, mask))
    if not np.array_equal(confirmed, Judged(verdicts, ()).refused(len(frame))):
        raise RuleCrashed(f"the contract {contract.name} and the verdicts disagree")
    return Judged(verdicts, tuple(own))


def judge_fields(contract: Contract, frame: pd.DataFrame, policy: Policy) -> FrameVerdicts:
    """Return what the kinds say of a frame of raw text that need not have every column of its contract.

    Args:
        contract: The schema.
        frame: n × c raw text, columns named as the schema's fields; others are passed over.
        policy: What the run decides instead of the schema.
    """
    from schemas.judging import judge_frame

    return judge_frame(frame, contract.fields, contract.target, policy)


@cache
def _terse_schema(model: type[ContactSchema]) -> Any:
    """Return the model's Pandera schema for those who have the verdicts and read the masks."""
    from schemas.fields import terse

    return terse(model.to_schema())


def _masks(failures: list[Any], length: int) -> Iterator[tuple[str, str, Bools]]:
    """Yield (column, check name, mask of failing records) of Pandera's errors."""
    import numpy as np
    from pandera.errors import SchemaErrorReason

    for failure in failures:
        column = str(failure.column_name or "")
        name = str(getattr(failure.check, "name", None) or failure.check)
        if failure.reason_code is SchemaErrorReason.CHECK_ERROR:
            raise RuleCrashed(f"check {name} of column {column!r} raised instead of judging") from None
        output = failure.check_output
        if output is None or len(output) != length:
            raise RuleCrashed(f"check {name} of column {column!r} gave no verdict for each record") from None
        yield column, name, ~np.asarray(output, dtype=np.bool_)


def normal_forms(cells: pd.Series[Any], field: FieldSpec, contract: Contract) -> pd.Series[Any]:
    """Return the n normal forms of one column of raw text; missing where a cell is blank or refused."""
    from schemas.judging import judge_column

    return judge_column(cells, field, contract.target, Policy(on_invalid="reject")).values
