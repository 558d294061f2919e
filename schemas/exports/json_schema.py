"""A record of a clean file as a JSON Schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schemas.exports.normal_forms import choices_of, pattern_of
from schemas.specs import FieldSpec, Target

DRAFT = "https://json-schema.org/draft/2020-12/schema"
"""Source: JSON Schema, "Draft 2020-12", the URI of its meta-schema."""


def json_schema(target: Target, fields: Sequence[FieldSpec]) -> dict[str, Any]:
    """Return the JSON Schema of one record: an object of texts, in which a blank cell is absent or null.

    Lengths are in code points, in JSON Schema as here. That no two records have the same key is not for the schema of
    one record to say.
    """
    return {
        "$schema": DRAFT,
        "title": target.title,
        "type": "object",
        "properties": {field.name: _property(field, target) for field in fields},
        "required": [field.name for field in fields if field.required],
        "additionalProperties": False,
    }


def _property(field: FieldSpec, target: Target) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "string" if field.required else ["string", "null"], "minLength": 1}
    if field.max_length is not None:
        found["maxLength"] = field.max_length
    if (pattern := pattern_of(field, target)) is not None:
        found["pattern"] = pattern
    if choices := choices_of(field):
        found["enum"] = [*choices, *([] if field.required else [None])]
    if field.source:
        found["$comment"] = field.source
    return found
