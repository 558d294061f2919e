"""A node as a value of the type that an attribute is annotated with.

The attributes of `Target` and `FieldSpec` are what a file may say, and their annotations what it may say of each:
`str`, `bool`, `int`, a `Literal`, a tuple or frozenset of texts, a mapping of texts, and any of these or None.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from collections.abc import Mapping as AnyMapping
from dataclasses import MISSING, Field, fields
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from schemas.specfiles.errors import SpecError, suggest
from schemas.specfiles.nodes import Mapping, Node, Scalar, Sequence, describe

Convert = Callable[[Node], Any]


def attributes_of(cls: Any) -> AnyMapping[str, Convert]:
    """Return for each attribute of a dataclass what makes its value of a node.

    Raises:
        TypeError: An attribute is annotated with what no file can say.
    """
    hints = get_type_hints(cls)
    return types.MappingProxyType({field.name: _converter(hints[field.name], field.name) for field in fields(cls)})


def defaults_of(cls: Any) -> dict[str, Any]:
    """Return the defaults of a dataclass's attributes; one that must be said is not among them."""
    return {field.name: _default(field) for field in fields(cls) if _default(field) is not MISSING}


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _converter(hint: Any, name: str) -> Convert:
    origin: Any = get_origin(hint)
    inner = get_args(hint)
    if origin in (Union, types.UnionType) and type(None) in inner:
        others = [one for one in inner if one is not type(None)]
        if len(others) == 1:
            convert = _converter(others[0], name)
            return lambda node: None if isinstance(node, Scalar) and node.value is None else convert(node)
    if origin is Literal:
        return lambda node: _one_of(node, inner, name)
    if hint in _PLAIN:
        return lambda node: _PLAIN[hint](node, name)
    if origin in (tuple, frozenset) and inner and inner[0] is str:
        return lambda node: origin(_texts(node, name))
    if origin is AnyMapping and inner == (str, str):
        return lambda node: _pairs(node, name)
    raise TypeError(f"a schema file cannot say {name}: {hint}")


def text_of(node: Node, name: str) -> str:
    """Return a scalar's text, as it is written in the file.

    Raises:
        SpecError: It is none.
    """
    if isinstance(node, Scalar):
        if node.written is not None:
            return node.written
        if isinstance(node.value, str):
            return node.value
    raise _unlike(node, name, "text")


def texts_of(node: Node, name: str) -> tuple[tuple[str, int | None], ...]:
    """Return a list's texts and their lines.

    Raises:
        SpecError: It is no list of texts.
    """
    if not isinstance(node, Sequence):
        raise _unlike(node, name, "a list of texts")
    return tuple((text_of(item, name), item.line) for item in node.items)


def _texts(node: Node, name: str) -> tuple[str, ...]:
    return tuple(text for text, _ in texts_of(node, name))


def _pairs(node: Node, name: str) -> AnyMapping[str, str]:
    if not isinstance(node, Mapping):
        raise _unlike(node, name, "a mapping of texts")
    return types.MappingProxyType({key: text_of(value, name) for key, value in node.items})


def _bool(node: Node, name: str) -> bool:
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    raise _unlike(node, name, "true or false")


def _int(node: Node, name: str) -> int:
    if isinstance(node, Scalar) and isinstance(node.value, int) and not isinstance(node.value, bool):
        return node.value
    raise _unlike(node, name, "a whole number")


def _one_of(node: Node, words: tuple[Any, ...], name: str) -> Any:
    if not isinstance(node, Scalar) or node.value is None:
        raise _unlike(node, name, f"one of {', '.join(map(str, words))}")
    found = node.written if node.written is not None else str(node.value)
    for word in words:
        if found == str(word):
            return word
    raise SpecError(f"no {name} {found!r}; {suggest(found, map(str, words))}", node.line)


_PLAIN: dict[Any, Callable[[Node, str], Any]] = {str: text_of, bool: _bool, int: _int}


def _unlike(node: Node, name: str, wanted: str) -> SpecError:
    return SpecError(f"{name} is {wanted}, not {describe(node)}", node.line)
