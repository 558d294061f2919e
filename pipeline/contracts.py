"""The one door to `schemas`: loads contracts, and judges a frame by one.

`schemas` is a common name. Before anything is taken from it, its mark is compared, so that a neighbour's `schemas.py`
or a package that overwrote ours is named instead of failing somewhere inside.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import schemas

if getattr(schemas, "OWNER", None) != "contactprep":
    raise ImportError(
        f"`import schemas` found {getattr(schemas, '__file__', None) or schemas!r}, which is not contactprep's. "
        "Rename that file or folder, or use the `contactprep` command, or start Python with -P."
    )

from pipeline.errors import RuleCrashed, UsageError, nearest
from schemas.aliases import CONCEPTS, fold
from schemas.kinds.misplaced import EMAIL as EMAIL_FORM
from schemas.local_names import READINGS, Reading
from schemas.rules import BY_CODE, RULES, Rule, Severity
from schemas.specs import FieldSpec, Kind, OnInvalid, Policy, Target, placeholders_of, strict_of
from schemas.target_names import everyday_names
from schemas.targets import FALLBACK, SCHEMAS, load

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from schemas.base import ContactSchema
    from schemas.marks import ColumnVerdicts, FrameVerdicts, Mark

    Bools = npt.NDArray[np.bool_]

Model: TypeAlias = "type[ContactSchema]"

SchemaLike: TypeAlias = "str | os.PathLike[str] | Model | Contract"
"""What stands for a schema: a name, a schema file, `module:Class`, a model, or an opened contract."""

__all__ = [
    "BY_CODE",
    "CONCEPTS",
    "EMAIL_FORM",
    "FALLBACK",
    "READINGS",
    "RULES",
    "ColumnVerdicts",
    "Contract",
    "FieldSpec",
    "FrameVerdicts",
    "Judged",
    "Kind",
    "Mark",
    "Model",
    "OnInvalid",
    "Policy",
    "Reading",
    "Rule",
    "SchemaLike",
    "Severity",
    "SpecFile",
    "Target",
    "as_text",
    "concept_of_header",
    "contract_of",
    "contract_of_file",
    "contract_of_parts",
    "draft_yaml",
    "everyday_names",
    "example_of",
    "first_email",
    "fold",
    "guess_kind",
    "guess_share",
    "is_blank",
    "is_spec_path",
    "json_schema",
    "judge",
    "judge_fields",
    "kinds_of_concepts",
    "load_contract",
    "message_of",
    "names_of_concept",
    "normal_forms",
    "opened_contract",
    "pandera_yaml",
    "placeholders_of",
    "schema_names",
    "schema_yaml",
    "strict_of",
]

MOST_CHOICES = 12
"""More choices of a field are not spelt out in a message."""


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


@dataclass(frozen=True, slots=True)
class Judged:
    """A frame's verdicts, as the contract confirmed them.

    Attributes:
        verdicts: By field.
        own: Masks of the n records refused by checks that a user added to the schema, by (column, check name).
    """

    verdicts: FrameVerdicts
    own: tuple[tuple[str, str, Bools], ...]

    def refused(self, length: int) -> Bools:
        """Return a mask of the n records that some cell or added check rejects."""
        import numpy as np

        mask = np.zeros(length, dtype=np.bool_)
        for column in self.verdicts.columns.values():
            mask |= column.refused
        for _, _, failed in self.own:
            mask |= failed
        return mask


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


def judge(contract: Contract, frame: pd.DataFrame, policy: Policy) -> Judged:
    """Return the verdicts of a frame of raw text, after its contract confirmed them.

    Pandera validates with the verdicts handed in, so that the kinds are not paid for twice. What it refuses must be
    what the verdicts refuse; checks of a user's own in the schema come on top.

    Args:
        contract: The schema.
        frame: n × c raw text, columns named as the schema's fields; others are passed over.
        policy: What the run decides instead of the schema.

    Raises:
        RuleCrashed: A check raised, or verdicts and contract disagree.
        TypeError: A column is not text.
    """
    import numpy as np
    import pandera.pandas as pa
    from pandera.config import ValidationDepth, config_context

    from schemas.base import refuse_narwhals
    from schemas.carrying import handing_in
    from schemas.fields import REFUSED
    from schemas.judging import judge_frame

    try:
        refuse_narwhals()
    except RuntimeError as reason:
        raise UsageError(str(reason)) from None
    verdicts = judge_frame(frame, contract.fields, contract.target, policy)
    schema = _terse_schema(contract.model)
    has_own = any(check.name != REFUSED for column in schema.columns.values() for check in column.checks)
    failures: list[Any] = []
    with (
        handing_in(frame, verdicts, shown=has_own),
        config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA),
    ):
        try:
            # With one check there is one failure: nothing is gained by gathering it, which takes Pandera its time.
            schema.validate(frame, lazy=has_own)
        except pa.errors.SchemaErrors as failure:
            failures = list(failure.schema_errors)
        except pa.errors.SchemaError as failure:
            # With its traceback it would hold this very frame, and all of the batch with it.
            failures = [failure.with_traceback(None)]
    confirmed = np.zeros(len(frame), dtype=np.bool_)
    own: list[tuple[str, str, Bools]] = []
    for column, name, mask in _masks(failures, len(frame)):
        if name == REFUSED:
            confirmed |= mask
        else:
            own.append((column, name, mask))
    if not np.array_equal(confirmed, Judged(verdicts, ()).refused(len(frame))):
        raise RuleCrashed(f"the contract {contract.name} and the verdicts disagree")
    return Judged(verdicts, tuple(own))


def judge_fields(contract: Contract, frame: pd.DataFrame, policy: Policy) -> FrameVerdicts:
    """Return what the kinds say of a frame of raw text that need not have every column of its contract.

    Args:
        contract: The schema.
        frame: n × c raw text, columns named as the schema's fields; others are passed over.
        policy: What the run decides instead of the schema.
    """
    from schemas.judging import judge_frame

    return judge_frame(frame, contract.fields, contract.target, policy)


@cache
def _terse_schema(model: type[ContactSchema]) -> Any:
    """Return the model's Pandera schema for those who have the verdicts and read the masks."""
    from schemas.fields import terse

    return terse(model.to_schema())


def _masks(failures: list[Any], length: int) -> Iterator[tuple[str, str, Bools]]:
    """Yield (column, check name, mask of failing records) of Pandera's errors."""
    import numpy as np
    from pandera.errors import SchemaErrorReason

    for failure in failures:
        column = str(failure.column_name or "")
        name = str(getattr(failure.check, "name", None) or failure.check)
        if failure.reason_code is SchemaErrorReason.CHECK_ERROR:
            raise RuleCrashed(f"check {name} of column {column!r} raised instead of judging") from None
        output = failure.check_output
        if output is None or len(output) != length:
            raise RuleCrashed(f"check {name} of column {column!r} gave no verdict for each record") from None
        yield column, name, ~np.asarray(output, dtype=np.bool_)


def normal_forms(cells: pd.Series[Any], field: FieldSpec, contract: Contract) -> pd.Series[Any]:
    """Return the n normal forms of one column of raw text; missing where a cell is blank or refused."""
    from schemas.judging import judge_column

    return judge_column(cells, field, contract.target, Policy(on_invalid="reject")).values


def as_text(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column of a caller's frame as text: missing values as "", integers as their digits.

    Raises:
        TypeError: It holds floats, dates or other objects, whose spelling in the file is lost.
    """
    from schemas.frames import as_text as convert

    return convert(column)


def guess_kind(texts: Sequence[str], *, region: str | None = None) -> str:
    """Return what a sample of a column's values seems to hold: a kind, `date`, `number` or `empty`.

    Args:
        texts: The sample.
        region: Where phones without a country code belong; by default as for a schema that names none.
    """
    return guess_share(texts, region=region)[0]


def guess_share(texts: Sequence[str], *, region: str | None = None) -> tuple[str, float]:
    """Return what a sample of a column's values seems to hold, as `guess_kind`, and the share of them that do."""
    from schemas.kinds.guessing import guess_share as guess
    from schemas.specs import DEFAULT_REGION

    return guess(texts, region=region or DEFAULT_REGION)


def is_blank(text: str) -> bool:
    """Return whether a cell holds nothing: no text, nothing to be seen, or a placeholder."""
    from schemas.kinds.blanks import is_blank as judge_it

    return judge_it(text)


def first_email(text: str) -> str | None:
    """Return the first of several e-mail addresses in a cell; None if it does not hold several."""
    from schemas.kinds.several_emails import first_of_several

    return first_of_several(text)


def schema_yaml(contract: Contract) -> str:
    """Return a contract as the YAML of a schema file, from which an equal one is opened."""
    from schemas.specfiles.writing import write_yaml

    return write_yaml(contract.target, contract.fields)


def draft_yaml(
    target: Target, fields: Sequence[FieldSpec], head: Sequence[str], remarks: Mapping[str, Sequence[str]]
) -> str:
    """Return a schema file with comments above all and above its fields; what prints badly in them becomes `?`."""
    from schemas.specfiles.writing import write_yaml

    return write_yaml(target, fields, head=head, remarks=remarks)


def contract_of_parts(target: Target, fields: Sequence[FieldSpec]) -> Contract:
    """Return the contract of a target and its fields, exactly one of them the key. It does not pickle."""
    from schemas.specfiles.building import Spec, class_of

    return contract_of(class_of(Spec(target, tuple(fields))))


def concept_of_header(name: str) -> str | None:
    """Return the concept that a column's header names, or None.

    >>> concept_of_header("E-Mail"), concept_of_header("Job title"), concept_of_header("Shoe size")
    ('email', 'title', None)
    """
    from schemas.aliases import CONCEPTS
    from schemas.fields import names_of

    folded = fold(name)
    found = (concept for concept in CONCEPTS if folded and folded in map(fold, (concept, *names_of(concept))))
    return next(found, None)


def names_of_concept(concept: str) -> tuple[str, ...]:
    """Return the names that a field of a concept answers to."""
    from schemas.fields import names_of

    return names_of(concept)


@cache
def kinds_of_concepts() -> Mapping[str, Kind]:
    """Return the kind that each concept has in the schemas there are."""
    from schemas.specfiles.writing import concept_of

    fields = [field for name in schema_names() for field in load_contract(name).fields]
    return {concept: field.kind for field in fields if (concept := concept_of(field)) is not None}


def json_schema(contract: Contract) -> dict[str, Any]:
    """Return the JSON Schema of one record of a clean file."""
    from schemas.exports import json_schema as export

    return export(contract.target, contract.fields)


def pandera_yaml(contract: Contract) -> str:
    """Return Pandera's YAML of a clean file that is read as text."""
    from schemas.exports import pandera_yaml as export

    return export(contract.target, contract.fields)


def example_of(contract: Contract, field: FieldSpec) -> str:
    """Return a cell of a field as a clean file holds it, or "" where none is known."""
    from schemas.exports.examples import example_of as example

    return example(field, contract.target)


def message_of(code: str, field: FieldSpec | None = None, done: str = "", **parameters: object) -> str:
    """Return a rule's sentence for one place, and what a policy did about it.

    Args:
        code: The rule.
        field: The field, for its limit and its choices.
        done: `blanked`, `kept` or "".
        parameters: What else the rule's message names.

    >>> message_of("C101")
    'the field is required and the cell is empty'
    """
    known = {"limit": field.max_length, "choices": _shown(field.choices)} if field else {}
    text = (
        BY_CODE[code].message.format_map({**known, **parameters})
        if "{" in BY_CODE[code].message
        else BY_CODE[code].message
    )
    return text + {"": "", "blanked": "; left blank, as asked", "kept": "; kept as it was, as asked"}[done]


def _shown(choices: Sequence[str]) -> str:
    """Return the choices of a field in a line."""
    more = len(choices) - MOST_CHOICES
    return ", ".join(choices[:MOST_CHOICES]) + (f" and {more} more" if more > 0 else "")
