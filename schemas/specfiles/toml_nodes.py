"""TOML to nodes. The standard library tells no lines: they are looked up, where the text is laid out as usual."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as AnyMapping
from typing import Any

from schemas.specfiles.errors import SpecError
from schemas.specfiles.nodes import Mapping, Node, Scalar, Sequence

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")
_TABLE = re.compile(r"\s*\[\[?\s*([\w.\"'-]+)\s*\]\]?")
_KEY = re.compile(r"\s*(?:\"([^\"]+)\"|'([^']+)'|([\w-]+))\s*=")


def read_toml(text: str) -> Node | None:
    """Return a TOML text as nodes, or None if it is empty. Lines are those of keys in tables of several lines.

    Raises:
        SpecError: It is not TOML, or holds a date.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as failure:
        place = _PLACE.search(str(failure))
        line = int(place[1]) if place and place[1] else None
        raise SpecError(f"this is not TOML: {_PLACE.sub('', str(failure))}", line) from None
    except RecursionError:
        raise SpecError("nested too deeply for a schema") from None
    return _mapping(found, (), _lines(text)) if found else None


_Path = tuple[str | int, ...]


def _lines(text: str) -> dict[_Path, int]:
    """Return the line of each table and of each key that begins a line in it."""
    found: dict[_Path, int] = {}
    table: _Path = ()
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if head := _TABLE.match(line):
            name = head[1]
            if line.lstrip().startswith("[["):
                table = (name, counts.setdefault(name, 0))
                counts[name] += 1
            else:
                table = (name,)
            found[table] = number
        elif key := _KEY.match(line):
            found.setdefault((*table, key[1] or key[2] or key[3]), number)
    return found


def _node(value: Any, path: _Path, lines: dict[_Path, int]) -> Node:
    line = _near(path, lines)
    if isinstance(value, dict):
        return _mapping(value, path, lines)
    if isinstance(value, list):
        return Sequence(tuple(_node(one, (*path, place), lines) for place, one in enumerate(value)), line)
    if isinstance(value, (str, bool, int, float)):
        return Scalar(value, line)
    raise SpecError("a schema holds no dates and times; put it in quotes", line)


def _mapping(found: AnyMapping[str, Any], path: _Path, lines: dict[_Path, int]) -> Mapping:
    return Mapping(
        tuple((key, _node(value, (*path, key), lines)) for key, value in found.items()),
        _near(path, lines),
        tuple(_near((*path, key), lines) for key in found),
    )


def _near(path: _Path, lines: dict[_Path, int]) -> int | None:
    """Return the line of a path, or of what it stands in."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None
