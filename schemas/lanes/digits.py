r"""Patterns of phone numbers as sets of prefixes.

The number plans of phonenumbers are regular expressions of digits only: literals, classes, groups, alternatives and
counts. Nearly all end in digits that are free (`\d{6}`). So a pattern is a set of prefixes with, for each, how many
free digits follow; and that is what a table can be built from.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TypeAlias

Prefixes: TypeAlias = dict[tuple[int, int], frozenset[int]]
"""(digits of the prefix, free digits behind it) -> the prefixes, as numbers."""

_ALL = frozenset(range(10))
_NOTHING: Prefixes = {(0, 0): frozenset({0})}
_MOST_EXPANDED = 4
"""Most free digits that are spelled out because something follows them."""


@cache
def prefixes_of(pattern: str) -> MappingProxyType[tuple[int, int], frozenset[int]]:
    r"""Return the prefixes of all strings of digits that a pattern matches as a whole.

    >>> dict(prefixes_of("5[2-4]\\d{2}|90"))
    {(2, 2): frozenset({52, 53, 54}), (2, 0): frozenset({90})}

    Raises:
        ValueError: The pattern holds something else than digits, classes, groups, alternatives and counts, or would be
            too large spelled out.
    """
    found, end = _read_alternatives(pattern, 0)
    if end != len(pattern):
        raise ValueError(f"not a pattern of digits: {pattern[end:]!r}")
    return MappingProxyType(found)


def _read_alternatives(pattern: str, at: int) -> tuple[Prefixes, int]:
    found: Prefixes = {}
    while True:
        sequence, at = _read_sequence(pattern, at)
        _add(found, sequence)
        if pattern[at : at + 1] != "|":
            return found, at
        at += 1


def _read_sequence(pattern: str, at: int) -> tuple[Prefixes, int]:
    found = _NOTHING
    while at < len(pattern) and pattern[at] not in "|)":
        part, at = _read_part(pattern, at)
        fewest, most, at = _read_count(pattern, at)
        for _ in range(fewest):
            found = _join(found, part)
        longer = found
        for _ in range(most - fewest):
            longer = _join(longer, part)
            found = dict(found)
            _add(found, longer)
    return found, at


def _read_part(pattern: str, at: int) -> tuple[Prefixes, int]:
    letter = pattern[at]
    if letter in "0123456789":
        return {(1, 0): frozenset({int(letter)})}, at + 1
    if pattern.startswith(r"\d", at):
        return {(0, 1): frozenset({0})}, at + 2
    if pattern.startswith("(?:", at):
        found, at = _read_alternatives(pattern, at + 3)
        if pattern[at : at + 1] == ")":
            return found, at + 1
    elif letter == "[" and "]" in pattern[at:]:
        end = pattern.index("]", at)
        digits = _read_class(pattern[at + 1 : end])
        if digits == _ALL:
            return {(0, 1): frozenset({0})}, end + 1
        return {(1, 0): digits}, end + 1
    raise ValueError(f"not a pattern of digits: {pattern[at:]!r}")


def _read_class(inside: str) -> frozenset[int]:
    digits: set[int] = set()
    at = 0
    while at < len(inside):
        last = at + 2 if inside[at + 1 : at + 2] == "-" else at
        digits.update(range(int(inside[at]), int(inside[last : last + 1]) + 1))
        at = last + 1
    return frozenset(digits)


def _read_count(pattern: str, at: int) -> tuple[int, int, int]:
    if pattern[at : at + 1] == "?":
        return 0, 1, at + 1
    if pattern[at : at + 1] != "{":
        return 1, 1, at
    end = pattern.index("}", at)
    fewest, comma, most = pattern[at + 1 : end].partition(",")
    return int(fewest), int(most if comma else fewest), end + 1


def _join(first: Prefixes, second: Prefixes) -> Prefixes:
    found: Prefixes = {}
    for (digits, free), prefixes in first.items():
        for (more, behind), others in second.items():
            if not more:
                _add(found, {(digits, free + behind): prefixes})
                continue
            if free > _MOST_EXPANDED:
                raise ValueError("a pattern with too many free digits before its last ones")
            tails, power = range(10**free), 10**free
            spelled = [prefix * power + tail for prefix in prefixes for tail in tails] if free else prefixes
            shift = 10**more
            joined = frozenset(prefix * shift + other for prefix in spelled for other in others)
            _add(found, {(digits + free + more, behind): joined})
    return found


def _add(found: Prefixes, more: Prefixes) -> None:
    for shape, prefixes in more.items():
        found[shape] = found[shape] | prefixes if shape in found else prefixes
