"""Values out of JSON that somebody else wrote: each function returns what was hoped for, or None."""

from __future__ import annotations

import json
import math
from typing import cast


def parse_json(text: bytes | str) -> object:
    """Return the value a JSON text stands for.

    Raises:
        ValueError: It is not JSON, not UTF-8, or nested deeper than can be read.

    >>> parse_json(b'{"id": 1}')
    {'id': 1}
    """
    try:
        return cast(object, json.loads(text))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def as_object(value: object) -> dict[str, object] | None:
    """Return a JSON object as a dictionary, or None for anything else."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def as_list(value: object) -> list[object] | None:
    """Return a JSON array as a list, or None for anything else."""
    return cast("list[object]", value) if isinstance(value, list) else None


def as_text(value: object) -> str | None:
    """Return a text that is not blank, or None for anything else."""
    return value if isinstance(value, str) and value.strip() else None


def as_count(value: object) -> int | None:
    """Return a number of things, given as a number or in digits; None for anything else.

    >>> as_count(2), as_count("2"), as_count(2.0), as_count(-1), as_count(True), as_count("two")
    (2, 2, 2, None, None, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None
    if isinstance(value, float):
        value = int(value) if math.isfinite(value) and value.is_integer() else None
    return value if isinstance(value, int) and 0 <= value < 10**18 else None
