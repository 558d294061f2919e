"""Checks of an act's options: each returns a value that may stand there, or raises `ValueError` saying what may."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

Check = Callable[[object], object]

MOST_BYTES = 1 << 30
MOST_SECONDS = 3600.0

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def flag(value: object) -> bool:
    """Returns `true` or `false`."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def whole(least: int, most: int) -> Callable[[object], int]:
    """Returns the check for a whole number from `least` to `most`."""

    def check(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return value

    return check


def seconds(value: object) -> float:
    """Returns a time of at most an hour."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= MOST_SECONDS:
        raise ValueError(f"must be seconds from 0 to {MOST_SECONDS:.0f}")
    return float(value)


def text(value: object) -> str:
    """Returns a text."""
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value


def text_or_nothing(value: object) -> str | None:
    """Returns a text, or None for `null`."""
    if value is not None and not isinstance(value, str):
        raise ValueError("must be a text or null")
    return value


def one_of(*words: str) -> Callable[[object], str]:
    """Returns the check for one of some words."""

    def check(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return value

    return check


def anything(value: object) -> object:
    """Returns any JSON value."""
    return value


def members(value: object) -> dict[str, object]:
    """Returns an object of JSON."""
    if not isinstance(value, dict):
        raise ValueError("must be an object")
    return cast("dict[str, object]", value)


def headers(value: object) -> dict[str, str]:
    """Returns header lines: names and texts that can stand in an answer."""
    found: dict[str, str] = {}
    for name, line in members(value).items():
        if (
            not _HEADER_NAME.fullmatch(name)
            or not isinstance(line, str)
            or not line.isascii()
            or not line.isprintable()
        ):
            raise ValueError("must be an object of header names and printable ASCII texts")
        found[name] = line
    return found


def texts(value: object) -> tuple[str, ...]:
    """Returns a list of texts."""
    entries = cast("list[object]", value) if isinstance(value, list) else [None]
    if not all(isinstance(entry, str) for entry in entries):
        raise ValueError("must be a list of texts")
    return tuple(cast("list[str]", entries))


def numbers(value: object) -> tuple[int, ...]:
    """Returns a list of record numbers."""
    entries = cast("list[object]", value) if isinstance(value, list) else [None]
    try:
        return tuple(whole(1, 10**9)(entry) for entry in entries)
    except ValueError:
        raise ValueError("must be a list of record numbers, from 1") from None
