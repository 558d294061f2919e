"""Nodes to a target and its fields, and these to a class that is like one written in Python."""

from __future__ import annotations

import types
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from schemas.aliases import CONCEPTS
from schemas.base import ContactSchema
from schemas.fields import describe, field_of, fields_of, names_of, target_of
from schemas.specfiles.errors import SpecError, suggest
from schemas.specfiles.nodes import Mapping, Node, Scalar, Sequence
from schemas.specfiles.nodes import describe as what_it_is
from schemas.specfiles.reading import read_spec
from schemas.specfiles.values import Convert, attributes_of, defaults_of, text_of, texts_of
from schemas.specs import FieldSpec, Target
from schemas.targets import SCHEMAS, load

_OWN_KEYS = ("extends", "fields", "remove")
"""What a file says beside the attributes of its target."""

Described = TypeVar("Described", Target, FieldSpec)


@dataclass(frozen=True, slots=True)
class Spec:
    """A schema as plain data.

    Attributes:
        target: Its target.
        fields: Its fields, in order.
    """

    target: Target
    fields: tuple[FieldSpec, ...]


def model_of(content: bytes, *, name: str) -> type[ContactSchema]:
    """Return the schema class that a file describes.

    Args:
        content: The file's bytes.
        name: Its name, whose end says the format.

    Raises:
        SpecError: It describes none.
    """
    return class_of(spec_of(read_spec(content, name=name)))


def class_of(spec: Spec) -> type[ContactSchema]:
    """Return the schema class of a spec: the same in plain Pandera and in the pipeline as one written in Python."""
    name = "".join(part.capitalize() for part in spec.target.name.replace("_", ".").split("."))
    config = type("Config", (), {"name": spec.target.name, "metadata": describe(spec.target)})
    attributes = {f"field_{number}": field for number, field in enumerate(spec.fields)}
    body = {
        "__module__": __name__,
        "__doc__": spec.target.title,
        "__annotations__": {
            attribute: str if field.key or field.required else str | None for attribute, field in attributes.items()
        },
        "Config": config,
        **{attribute: field_of(field) for attribute, field in attributes.items()},
    }
    return types.new_class(name, (ContactSchema,), exec_body=lambda namespace: namespace.update(body))


def spec_of(top: Mapping) -> Spec:
    """Return what a file's mapping says: its target and fields, on top of those of the schema that it extends.

    Raises:
        SpecError: It says something that there is not, or not enough.
    """
    base = _base(top)
    target = _described(
        Target, top, base.target if base else None, must=("name",), where="a schema", besides=_OWN_KEYS, as_well={}
    )
    if "region" in top:
        _check_region(target.region, top)
    fields = _merged(top, base)
    keys = [field.name for field in fields if field.key]
    if len(keys) != 1:
        named = f"{' and '.join(keys)} are marked" if keys else "none is marked"
        raise SpecError(f"exactly one field is the key, and {named} (key: true)", top.line_of("fields"))
    if target.upsert_key is not None and target.upsert_key not in {field.name for field in fields}:
        near = suggest(target.upsert_key, [field.name for field in fields])
        raise SpecError(f"upsert_key {target.upsert_key!r} is none of the fields; {near}", top.line_of("upsert_key"))
    return Spec(target, fields)


def _base(top: Mapping) -> Spec | None:
    node = top.get("extends")
    if node is None:
        return None
    name = text_of(node, "extends")
    if name not in SCHEMAS:
        raise SpecError(f"extends names no schema of contactprep: {name!r}; {suggest(name, SCHEMAS)}", node.line)
    model = load(name)
    return Spec(target_of(model), fields_of(model))


def _merged(top: Mapping, base: Spec | None) -> tuple[FieldSpec, ...]:
    """Return the fields of the base without those removed, changed where they are named again, and then the new."""
    found = {field.name: field for field in base.fields} if base else {}
    if (node := top.get("remove")) is not None:
        for name, line in texts_of(node, "remove"):
            if name not in found:
                raise SpecError(f"no field {name!r} to remove; {suggest(name, found)}", line)
            del found[name]
    listed = top.get("fields")
    if listed is None and base is None:
        raise SpecError("say its fields (fields:), or which schema it changes (extends:)")
    if listed is not None and not isinstance(listed, Sequence):
        raise SpecError(f"fields is a list, an entry for each column, not {what_it_is(listed)}", listed.line)
    said: set[str] = set()
    for item in listed.items if listed else ():
        field = _field(item, found)
        if field.name in said:
            raise SpecError(f"the field {field.name} stands twice; remove one", item.line)
        said.add(field.name)
        found[field.name] = field
    return tuple(found.values())


def _field(item: Node, bases: dict[str, FieldSpec]) -> FieldSpec:
    if not isinstance(item, Mapping):
        raise SpecError(f"a field is a mapping: name, kind, ..., not {what_it_is(item)}", item.line)
    name = item.get("name")
    base = bases.get(text_of(name, "name")) if name is not None else None
    needed = {"required": True} if base is None and _is_true(item.get("key")) and "required" not in item else {}
    field = _described(FieldSpec, item, base, must=("name",), where="a field", besides=("concept",), as_well=needed)
    if not field.name.strip():
        raise SpecError("a field's name is not blank", item.line_of("name"))
    field = replace(field, aliases=(*_concept_names(item, field, base), *_own_aliases(item)))
    try:
        field_of(field)
    except ValueError as reason:
        raise SpecError(str(reason), item.line) from None
    return field


def _is_true(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.value is True


def _own_aliases(item: Mapping) -> tuple[str, ...]:
    node = item.get("aliases")
    return tuple(text for text, _ in texts_of(node, "aliases")) if node is not None else ()


def _concept_names(item: Mapping, field: FieldSpec, base: FieldSpec | None) -> tuple[str, ...]:
    """Return the names that a field answers to by what it means: as said, as before, or as its kind means."""
    node = item.get("concept")
    if node is None:
        if base:
            return base.aliases
        return names_of(field.kind) if field.kind in CONCEPTS else ()
    if isinstance(node, Scalar) and node.value in (None, ""):  # TOML has no word for nothing
        return ()
    concept = text_of(node, "concept")
    if concept not in CONCEPTS:
        raise SpecError(f"no concept {concept!r}; {suggest(concept, CONCEPTS)}", node.line)
    return names_of(concept)


def _described(
    cls: type[Described],
    node: Mapping,
    base: Described | None,
    *,
    must: tuple[str, ...],
    where: str,
    besides: tuple[str, ...],
    as_well: dict[str, Any],
) -> Described:
    """Return the target or field that a mapping says.

    Args:
        cls: Which of both.
        node: What the file says.
        base: What it is said on top of, or None.
        must: What is said even then.
        where: What the mapping is, for messages.
        besides: Keys that others read.
        as_well: Attributes that follow from what is said.
    """
    known: AnyMapping[str, Convert] = attributes_of(cls)
    said: dict[str, Any] = dict(as_well)
    for key, value in node.items:
        if key in known:
            said[key] = known[key](value)
        elif key not in besides:
            near = suggest(key, (*known, *besides))
            raise SpecError(f"no key {key!r} in {where}; {near}", node.line_of(key))
    needed = must if base else tuple(name for name in known if name not in defaults_of(cls))
    missing = [name for name in needed if name not in said]
    if missing:
        raise SpecError(f"{where} says its {' and '.join(missing)}", node.line)
    try:
        return replace(base, **said) if base else cls(**said)
    except (ValueError, TypeError) as reason:
        raise SpecError(str(reason), node.line) from None


def _check_region(region: str, top: Mapping) -> None:
    from phonenumbers import SUPPORTED_REGIONS

    if region not in SUPPORTED_REGIONS:
        likely = region.upper()
        hint = f"did you mean {likely}?" if likely in SUPPORTED_REGIONS else "two capital letters, as US, GB or DE"
        raise SpecError(f"no region of phone numbers {region!r}; {hint}", top.line_of("region"))
