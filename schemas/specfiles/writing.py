"""A contact schema as the YAML text from which the same schema is built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from schemas.aliases import CONCEPTS
from schemas.fields import names_of
from schemas.specfiles.values import attributes_of, defaults_of
from schemas.specs import FieldSpec, Target


def write_yaml(
    target: Target,
    fields: Sequence[FieldSpec],
    *,
    head: Sequence[str] = (),
    remarks: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> str:
    """Return a schema as YAML; reading it gives an equal target and equal fields in the same order.

    Args:
        target: Its target.
        fields: Its fields.
        head: Comments above all.
        remarks: Comments above a field, by its name. Characters of a comment that do not print become `?`.
    """
    parts = [*map(_comment, head), _dump(_said(target)), "fields:\n"]
    for field in fields:
        parts += [*map(_comment, remarks.get(field.name, ())), _dump([_field_data(field)])]
    return "".join(parts)


def _dump(data: Any) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Puts what does not print in double quotes, where it is escaped; elsewhere U+0085 would be read as a blank."""

    def represent(dumper: Any, text: str) -> Any:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if text.isprintable() else '"')

    Dumper.add_representer(str, represent)
    text: str = yaml.dump(data, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text


def _comment(text: str) -> str:
    return f"# {''.join(one if one.isprintable() else '?' for one in text)}\n"


def concept_of(field: FieldSpec) -> str | None:
    """Return the concept whose names a field's aliases begin with, or None.

    >>> concept_of(FieldSpec("C_City", "text", aliases=(*names_of("city"), "Ort")))
    'city'
    """
    found = [concept for concept in CONCEPTS if field.aliases[: len(names_of(concept))] == names_of(concept)]
    return max(found, key=lambda concept: len(names_of(concept)), default=None)


def _field_data(field: FieldSpec) -> dict[str, Any]:
    said = _said(field)
    said.pop("aliases", None)
    concept = concept_of(field)
    own = field.aliases[len(names_of(concept)) :] if concept else field.aliases
    if field.key and not field.required:
        said["required"] = False
    if concept != (field.kind if field.kind in CONCEPTS else None):
        said["concept"] = concept
    if own:
        said["aliases"] = list(own)
    return said


def _said(described: Target | FieldSpec) -> dict[str, Any]:
    """Return the attributes that are not at their default, in their order."""
    defaults = defaults_of(type(described))
    found = {name: getattr(described, name) for name in attributes_of(type(described))}
    return {name: _plain(value) for name, value in found.items() if name not in defaults or value != defaults[name]}


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value
