r"""Patterns of phone numbers as sets of prefixes.

The number plans of phonenumbers are regular expressions of digits only: literals, classes, groups, alternatives and
counts. Nearly all end in digits that are free (`\d{6}`). So a pattern is a set of prefixes with, for each, how many
free digits follow; and that is what numbers are looked up in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TypeAlias

Prefixes: TypeAlias = Mapping[tuple[int, int], list[int]]
"""(digits of the prefix, free digits behind it) -> the prefixes, as numbers."""

_PIECE = re.compile(
    r"\\d(?:\{[0-9]+(?:,[0-9]+)?\})?|[0-9]+(?![0-9?{])|[0-9]|\[(?:[0-9]-[0-9]|[0-9])+\]|"
    r"\(\?:|\||\)|\?|\{[0-9]+(?:,[0-9]+)?\}"
)
"""Digits of which none is counted are read together: that halves the time."""
_IN_CLASS = re.compile("[0-9]-[0-9]|[0-9]")
_NOTHING: Prefixes = MappingProxyType({(0, 0): [0]})
_MOST_EXPANDED = 4
"""Most free digits that are spelled out because something follows them."""


@cache
def prefixes_of(pattern: str) -> Prefixes:
    r"""Return the prefixes of all strings of digits that a pattern matches as a whole.

    >>> dict(prefixes_of("5[2-4]\\d{2}|90"))
    {(2, 2): [52, 53, 54], (2, 0): [90]}

    Raises:
        ValueError: The pattern holds something else than digits, classes, groups, alternatives and counts, or would be
            too large spelled out.
    """
    pieces = _PIECE.findall(pattern)
    if sum(map(len, pieces)) != len(pattern):
        raise ValueError(f"not a pattern of digits: {pattern!r}")
    pieces.reverse()
    found = _read_alternatives(pieces)
    if pieces:
        raise ValueError(f"a group ends that has not begun: {pattern!r}")
    return found


def without_groups(pattern: str) -> str:
    """Return a pattern of a prefix without captures and without its end: it matches at least what the pattern does."""
    return pattern.replace("(?:", "(").replace("(", "(?:").replace("$", "")


def _read_alternatives(pieces: list[str]) -> Prefixes:
    """Return what the last pieces match, and take these away."""
    first = _read_sequence(pieces)
    if not pieces or pieces[-1] != "|":
        return first
    found: dict[tuple[int, int], list[int]] = {}
    _add(found, first)
    while pieces and pieces[-1] == "|":
        pieces.pop()
        _add(found, _read_sequence(pieces))
    return found


def _read_sequence(pieces: list[str]) -> Prefixes:
    found = _NOTHING
    while pieces and pieces[-1] not in "|)":
        piece = pieces.pop()
        if piece == "(?:":
            part = _read_alternatives(pieces)
            if not pieces:
                raise ValueError("a group does not end")
            pieces.pop()
        else:
            part = _part(piece)
        if pieces and pieces[-1][0] in "?{":
            part = _repeat(part, *_count(pieces.pop()))
        found = part if found is _NOTHING else _join(found, part)
    return found


@cache
def _part(piece: str) -> Prefixes:
    if piece.isdigit():
        return {(len(piece), 0): [int(piece)]}
    if piece[0] == "[":
        digits = {one for part in _IN_CLASS.findall(piece) for one in range(int(part[0]), int(part[-1]) + 1)}
        return {(1, 0): sorted(digits)} if len(digits) < 10 else {(0, 1): [0]}
    if piece[0] == "\\":
        fewest, most = _count(piece[2:]) if piece[2:] else (1, 1)
        return {(0, free): [0] for free in range(fewest, most + 1)}
    raise ValueError(f"nothing stands before a count: {piece!r}")


def _count(piece: str) -> tuple[int, int]:
    if piece == "?":
        return 0, 1
    fewest, comma, most = piece[1:-1].partition(",")
    return int(fewest), int(most if comma else fewest)


def _repeat(part: Prefixes, fewest: int, most: int) -> Prefixes:
    longer = _NOTHING
    for _ in range(fewest):
        longer = _join(longer, part)
    found: dict[tuple[int, int], list[int]] = {}
    _add(found, longer)
    for _ in range(most - fewest):
        longer = _join(longer, part)
        _add(found, longer)
    return found


def _join(first: Prefixes, second: Prefixes) -> Prefixes:
    found: dict[tuple[int, int], list[int]] = {}
    for (digits, free), prefixes in first.items():
        for (more, behind), others in second.items():
            shape, joined = (digits, free + behind), prefixes
            if more:
                if free > _MOST_EXPANDED:
                    raise ValueError("a pattern with too many free digits before its last ones")
                shape, unit, spelled = (digits + free + more, behind), 10**more, prefixes
                if free:
                    spelled = [prefix * 10**free + tail for prefix in prefixes for tail in range(10**free)]
                joined = [prefix * unit + other for prefix in spelled for other in others]
            found[shape] = found[shape] + joined if shape in found else joined
    return found


def _add(found: dict[tuple[int, int], list[int]], more: Prefixes) -> None:
    for shape, prefixes in more.items():
        # A list of the parts' must not grow.
        found.setdefault(shape, []).extend(prefixes)
