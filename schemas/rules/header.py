"""Rules about the header and the file as a whole, once it is held against a schema."""

from __future__ import annotations

from schemas.rules.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="H101",
        name="column-without-field",
        severity=Severity.WARNING,
        message="no field of {schema} answers to column {number}: it is left out of clean.csv",
        finds="A column of the file that maps to no field of the schema, by name, folded name or alias.",
        why="What it holds does not reach the target.",
        example="a column `Booth visited` under eloqua.contact",
        repair="The column is kept in rejected.csv and left out of clean.csv. Rename it to a field's name if it should "
        "go along (`contactprep schemas show NAME` lists them).",
        source="Open Connectors, upload guide: header names must be the endpoint's field names.",
    ),
    Rule(
        code="H102",
        name="file-without-records",
        severity=Severity.WARNING,
        message="the file has a header and no record",
        finds="A table without a single record below its header.",
        why="An export that went wrong looks just like this. It is no error: some nights there is nothing to load.",
        example="a file that holds only `E-mail,First Name`",
        repair="A folder with zero records is written; an upload of it sends nothing.",
        source="A product decision: an empty delivery is a delivery.",
    ),
)
