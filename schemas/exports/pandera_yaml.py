"""A clean file as Pandera's own YAML, with built-in checks only, so that it loads where this package is not."""

from __future__ import annotations

from collections.abc import Sequence

import pandera.pandas as pa

from schemas.exports.normal_forms import choices_of, is_unique, pattern_of
from schemas.specs import FieldSpec, Target


def pandera_yaml(target: Target, fields: Sequence[FieldSpec]) -> str:
    """Return the YAML that `pandera.pandas.DataFrameSchema.from_yaml` loads.

    The schema is of a clean file read as text: `pd.read_csv(path, dtype="str", keep_default_na=False,
    na_values=[""])`. A field's column may be absent unless it is the key or required. The key is unique only where it
    is required: Pandera counts two blank cells as one value twice.
    """
    columns = {field.name: _column(field, target) for field in fields}
    schema = pa.DataFrameSchema(columns, strict=True, name=target.name, title=target.title)
    return str(schema.to_yaml())


def _column(field: FieldSpec, target: Target) -> pa.Column:
    checks: list[pa.Check] = []
    if (pattern := pattern_of(field, target)) is not None:
        checks.append(pa.Check.str_matches(pattern))
    if field.max_length is not None:
        checks.append(pa.Check.str_length(max_value=field.max_length))
    if choices := choices_of(field):
        checks.append(pa.Check.isin(list(choices)))
    return pa.Column(
        str,
        checks,
        nullable=not field.required,
        required=field.key or field.required,
        unique=is_unique(field, target),
    )
