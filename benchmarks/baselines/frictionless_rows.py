"""Frictionless validates the file by a table schema: formats of e-mail and web address, lengths; it has no phones.

It writes `report.json`, no records: with it the accepted and rejected are still to be split.
"""

from __future__ import annotations

import os
from pathlib import Path

from frictionless import Checklist, Resource, Schema, fields, system

from benchmarks.baselines.arguments import EMAIL, PHONE, TEXTS, WEBSITE, parse_arguments

MOST_ERRORS = 10**9


def validate(file: Path, out: Path) -> None:
    """Write what Frictionless finds, without a limit of errors."""
    texts = {name: fields.StringField(name=name, constraints={"maxLength": 100}) for name in TEXTS}
    email = fields.StringField(name=EMAIL, format="email", constraints={"required": True})
    website = fields.StringField(name=WEBSITE, format="uri")
    schema = Schema(
        fields=[
            *(email, texts[TEXTS[0]], texts[TEXTS[1]], texts[TEXTS[2]]),
            *(fields.StringField(name=PHONE), texts[TEXTS[3]], website),
        ]
    )
    # Absolute paths are refused unless they are trusted.
    with system.use_context(trusted=True):
        resource = Resource(path=os.path.abspath(file), schema=schema, encoding="utf-8")
        report = resource.validate(Checklist(), limit_errors=MOST_ERRORS)
    report.to_json(str(out / "report.json"))


if __name__ == "__main__":
    validate(*parse_arguments("frictionless_rows", __doc__))
