"""From a name, a file, a class or its parts to a contract."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from pipeline.errors import UsageError, nearest
from schemas.specs import FieldSpec, Target
from schemas.targets import SCHEMAS, load

if TYPE_CHECKING:
    from schemas.base import ContactSchema

Model: TypeAlias = "type[ContactSchema]"

SchemaLike: TypeAlias = "str | os.PathLike[str] | Model | Contract"
"""What stands for a schema: a name, a schema file, `module:Class`, a model, or an opened contract."""


@dataclass(frozen=True, slots=True)
class SpecFile:
    """A schema file, as it was read once.

    Attributes:
        name: Its base name, whose end says the format.
        content: Its bytes.
    """

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The digest of its bytes, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Contract:
    """A schema, opened. It pickles by where it comes from: its file's bytes, or the module and name of its class.

    Attributes:
        name: `target.object`.
        target: Its target.
        fields: Its fields, in order.
        model: The Pandera model.
        spec: The file that describes it, or None if it is a class in Python.
    """

    name: str
    target: Target
    fields: tuple[FieldSpec, ...]
    model: type[ContactSchema]
    spec: SpecFile | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how another process opens it again."""
        return (contract_of_file, (self.spec,)) if self.spec else (contract_of, (self.model,))

    @property
    def travels(self) -> bool:
        """Whether another process can find it: a class of the program being run, or made in a function, cannot be."""
        return self.spec is not None or not (
            self.model.__module__ == "__main__" or "<locals>" in self.model.__qualname__
        )

    @property
    def key(self) -> FieldSpec:
        """The field that identifies a contact."""
        return next(field for field in self.fields if field.key)


def schema_names() -> tuple[str, ...]:
    """Return the names of the schemas there are."""
    return tuple(SCHEMAS)


@cache
def load_contract(name: str) -> Contract:
    """Return the contract of a schema name.

    Raises:
        UsageError: There is none; the text names the nearest.
    """
    if name not in SCHEMAS:
        raise UsageError(
            f"no schema is named {name!r}; {nearest(name, SCHEMAS)} "
            "(`contactprep schemas` lists them; a file, my.yaml, or a class, module:Class, serves too)"
        )
    return contract_of(load(name))


@cache
def fields_of_schema(name: str) -> tuple[FieldSpec, ...]:
    """Return the fields of a schema of ours, which need not be opened for that.

    Raises:
        KeyError: There is none of that name.
    """
    from schemas.fields import declared_in

    return declared_in(load(name))


def opened_contract(schema: SchemaLike) -> Contract:
    """Return the contract that a name, a schema file, `module:Class`, a model or a contract stands for.

    Raises:
        UsageError: There is none of that name, the file or module cannot be used, or it is no contact schema.

    Side effects:
        For `module:Class` the working directory is appended to `sys.path`, and the module runs.
    """
    if isinstance(schema, Contract):
        return schema
    if isinstance(schema, os.PathLike):
        return _contract_at(os.fspath(schema))
    if not isinstance(schema, str):
        return contract_of(schema)
    if schema in SCHEMAS:
        return load_contract(schema)
    if is_spec_path(schema):
        return _contract_at(schema)
    return _imported_contract(schema) if ":" in schema else load_contract(schema)


def is_spec_path(text: str) -> bool:
    """Return whether a text names a schema file: by its end, or because only a path holds a separator.

    >>> is_spec_path("my.yaml"), is_spec_path("eloqua.contact"), is_spec_path("my.schemas:Contact")
    (True, False, False)
    """
    from schemas.specfiles.reading import SUFFIXES

    return text.casefold().endswith(SUFFIXES) or os.sep in text


def _contract_at(path: str) -> Contract:
    """Return the contract of the schema file at a path."""
    from schemas.specfiles.reading import LARGEST

    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as failure:
        raise UsageError(
            f"cannot read the schema file {path}: {failure.strerror or failure}; "
            "`contactprep schemas show generic.contact --format yaml` prints one to begin with"
        ) from None
    return contract_of_file(SpecFile(Path(path).name, content))


@cache
def contract_of_file(spec: SpecFile) -> Contract:
    """Return the contract that a schema file describes.

    Raises:
        UsageError: It describes none; the text names the file and the line.
    """
    from schemas.specfiles import SpecError
    from schemas.specfiles.building import model_of

    try:
        found = contract_of(model_of(spec.content, name=spec.name))
    except SpecError as fault:
        line = f", line {fault.line}" if fault.line else ""
        raise UsageError(f"{spec.name}{line}: {fault}") from None
    except UsageError as fault:
        raise UsageError(f"{spec.name}: {fault}") from None
    return replace(found, spec=spec)


def _imported_contract(text: str) -> Contract:
    """Return the contract of `module:Class`."""
    from schemas.importing import ImportedSchemaError, import_schema

    try:
        return contract_of(import_schema(text))
    except ImportedSchemaError as fault:
        raise UsageError(f"schema {text}: {fault}") from None


@cache
def contract_of(model: type[ContactSchema]) -> Contract:
    """Return the contract of a model.

    Raises:
        UsageError: It has not exactly one key field, names no target, finds duplicates by what is no field, or asks for
            what cannot be judged record by record, in whatever batches.
    """
    from pandera.errors import SchemaInitError

    from schemas.fields import fields_of, target_of

    try:
        target = target_of(model)
        fields = fields_of(model)
    except (TypeError, SchemaInitError) as reason:
        raise UsageError(str(reason)) from None
    if sum(field.key for field in fields) != 1:
        raise UsageError(f"schema {target.name} must mark exactly one field as its key (key=True)")
    for name in target.duplicates_by:
        if name not in {field.name for field in fields}:
            hint = nearest(name, (field.name for field in fields))
            raise UsageError(f"schema {target.name}: duplicates_by names {name!r}, which is no field of it; {hint}")
    schema: Any = model.to_schema()
    bare = [name for name in schema.columns if name not in {field.name for field in fields}]
    whole = [word for word in ("unique", "ordered", "drop_invalid_rows", "checks") if getattr(schema, word)]
    if bare or whole:
        raise UsageError(
            f"schema {target.name} can be used in plain Pandera only: "
            + "; ".join(
                (
                    *(
                        f"column {name} is not declared by a builder of schemas.fields, as Email or Text"
                        for name in bare
                    ),
                    *(f"{word} concerns the frame as a whole" for word in whole),
                )
            )
        )
    return Contract(target.name, target, fields, model)


def contract_of_parts(target: Target, fields: Sequence[FieldSpec]) -> Contract:
    """Return the contract of a target and its fields, exactly one of them the key. It does not pickle."""
    from schemas.specfiles.building import Spec, class_of

    return contract_of(class_of(Spec(target, tuple(fields))))
