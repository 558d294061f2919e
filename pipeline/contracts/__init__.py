"""The one door to `schemas`: opens contracts, judges a frame by one, and describes them.

`schemas` is a common name. Before anything is taken from it, its mark is compared, so that a neighbour's `schemas.py`
or a package that overwrote ours is named instead of failing somewhere inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemas

if getattr(schemas, "OWNER", None) != "contactprep":
    raise ImportError(
        f"`import schemas` found {getattr(schemas, '__file__', None) or schemas!r}, which is not contactprep's. "
        "Rename that file or folder, or use the `contactprep` command, or start Python with -P."
    )

from pipeline.contracts.cells import as_text, first_email, guess_kind, guess_share, is_blank, message_of
from pipeline.contracts.describing import (
    concept_of_header,
    draft_yaml,
    example_of,
    json_schema,
    kinds_of_concepts,
    names_of_concept,
    pandera_yaml,
    schema_yaml,
)
from pipeline.contracts.judging import Judged, judge, judge_fields, normal_forms
from pipeline.contracts.opening import (
    Contract,
    Model,
    SchemaLike,
    SpecFile,
    contract_of,
    contract_of_file,
    contract_of_parts,
    fields_of_schema,
    is_spec_path,
    load_contract,
    opened_contract,
    schema_names,
)
from schemas.aliases import CONCEPTS, fold
from schemas.kinds.misplaced import EMAIL as EMAIL_FORM
from schemas.local_names import READINGS, Reading
from schemas.rules import BY_CODE, RULES, Rule, Severity
from schemas.specs import FieldSpec, Kind, OnInvalid, Policy, Target, placeholders_of, strict_of
from schemas.target_names import everyday_names
from schemas.targets import FALLBACK

if TYPE_CHECKING:
    from schemas.marks import ColumnVerdicts, FrameVerdicts, Mark

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
    "fields_of_schema",
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
