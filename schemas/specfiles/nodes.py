"""What a schema file holds, whichever its format: mappings, lists and scalars, each with its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from schemas.specfiles.errors import SpecError


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value.

    Attributes:
        value: As the format types it; None is the format's word for nothing.
        line: From 1, or None.
        written: The text as it stands in the file, where a value that shall be text may be taken literally: YAML reads
            `NO`, `0123` and `2024-01-01` without quotes as something else. None where the format tells text apart.
    """

    value: str | bool | int | float | None
    line: int | None
    written: str | None = None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    line: int | None


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and their nodes, in the file's order.

    Raises:
        SpecError: A key stands twice.
    """

    items: tuple[tuple[str, Node], ...]
    line: int | None
    lines: tuple[int | None, ...] = ()

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for key, _ in self.items:
            if key in seen:
                raise SpecError(f"the key {key} stands twice; remove one", self.line_of(key, last=True))
            seen.add(key)

    def __contains__(self, key: str) -> bool:
        return any(name == key for name, _ in self.items)

    def get(self, key: str) -> Node | None:
        """Return the node of a key, or None if it is not there."""
        return next((node for name, node in self.items if name == key), None)

    def line_of(self, key: str, *, last: bool = False) -> int | None:
        """Return the line of a key, or else of the mapping."""
        found = [line for (name, _), line in zip(self.items, self.lines, strict=False) if name == key]
        return (found[-1] if last else found[0]) if found else self.line


Node: TypeAlias = Scalar | Sequence | Mapping


def describe(node: Node) -> str:
    """Return what a node is, for a message.

    >>> describe(Scalar(True, 1)), describe(Scalar("x", 1)), describe(Scalar(None, 1))
    ('true', "'x'", 'nothing')
    """
    if isinstance(node, Scalar):
        if node.value is None:
            return "nothing"
        return str(node.value).lower() if isinstance(node.value, bool) else shorten(node.value)
    return "a list" if isinstance(node, Sequence) else "a mapping"


def shorten(value: object) -> str:
    """Return a value as Python writes it, cut where it is long."""
    text = repr(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


_LONGEST = 60
"""Characters of a value in a message."""
