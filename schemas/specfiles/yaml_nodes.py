"""YAML to nodes, from the parser's events: nothing is constructed, and nothing can grow.

Anchors, aliases, tags and merge keys have no use in a list of fields; without them a small file stays small in memory
and cannot name a Python object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from schemas.specfiles.errors import SpecError
from schemas.specfiles.nodes import Mapping, Node, Scalar, Sequence

_DEEPEST = 8
"""Levels of a file. The deepest schema has four: the file, its fields, a field, a field's list."""

_WHOLE = re.compile(r"[-+]?\d{1,18}", re.ASCII)

# Its stubs do not say which classes of events there are beneath those that `parse` yields.
_yaml: Any = yaml


def read_yaml(text: str) -> Node | None:
    """Return the only document of a YAML text, or None if it is empty.

    Raises:
        SpecError: It is not YAML, or more than plain mappings, lists and scalars.
    """
    events = _yaml.parse(text, Loader=_yaml.SafeLoader)
    try:
        return _Reader(events).document()
    except _yaml.MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        what = f"{failure.context or ''} {failure.problem or ''}".strip()
        raise SpecError(f"this is not YAML: {what}", mark.line + 1 if mark else None) from None
    except _yaml.YAMLError as failure:
        raise SpecError(f"this is not YAML: {failure}") from None


class _Reader:
    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._resolver = _yaml.SafeLoader("")

    def document(self) -> Node | None:
        found: Node | None = None
        for event in self._events:
            if isinstance(event, _yaml.DocumentStartEvent):
                if found is not None:
                    raise SpecError("a second document begins here; a file holds one schema", _line(event))
                found = self._node(next(self._events), 1)
        return None if isinstance(found, Scalar) and found.value is None else found

    def _node(self, event: Any, depth: int) -> Node:
        line = _line(event)
        if isinstance(event, _yaml.AliasEvent) or event.anchor is not None:
            raise SpecError("anchors and aliases (& and *) are not read; write the value out", line)
        if event.tag not in (None, "!"):
            raise SpecError(f"tags ({event.tag}) are not read; write the plain value", line)
        if depth > _DEEPEST:
            raise SpecError("nested too deeply for a schema", line)
        if isinstance(event, _yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, _yaml.SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(inner := next(self._events), _yaml.SequenceEndEvent):
                items.append(self._node(inner, depth + 1))
            return Sequence(tuple(items), line)
        pairs: list[tuple[str, Node]] = []
        lines: list[int | None] = []
        while not isinstance(inner := next(self._events), _yaml.MappingEndEvent):
            pairs.append((self._key(inner, depth), self._node(next(self._events), depth + 1)))
            lines.append(_line(inner))
        return Mapping(tuple(pairs), line, tuple(lines))

    def _key(self, event: Any, depth: int) -> str:
        node = self._node(event, depth + 1)
        if not isinstance(node, Scalar):
            raise SpecError("a key is a word", node.line)
        return str(event.value)

    def _scalar(self, event: Any) -> Scalar:
        text, line = str(event.value), _line(event)
        if event.style is not None or event.tag == "!":
            return Scalar(text, line)
        tag = str(self._resolver.resolve(_yaml.ScalarNode, text, (True, False))).rpartition(":")[2]
        if tag == "null":
            return Scalar(None, line)
        if tag == "bool":
            return Scalar(bool(_yaml.SafeLoader.bool_values[text.lower()]), line, text)
        if tag == "int" and _WHOLE.fullmatch(text):
            return Scalar(int(text), line, text)
        return Scalar(text, line, text)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
