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
    Rule(
        code="H105",
        name="error-budget-exceeded",
        severity=Severity.ERROR,
        message="{rejected} of {judged} records were rejected, and --max-errors allows {allowed}: nothing may be "
        "uploaded{rest}",
        finds="More rejected records than the error budget of the run allows, duplicates and known contacts included.",
        why="A file in which so much is wrong is mostly the wrong file, or the wrong columns; half of it should not "
        "reach the target.",
        example="12 rejected records under --max-errors 10, or 6 of 100 under --max-errors 5%",
        repair="The folder holds what was found and what was rejected, and no clean.csv; an upload refuses it. Mend "
        "the file, or allow more. A number of records ends the run at the record that exceeds it; a share is judged at "
        "the end.",
        source="The setting max-errors.",
    ),
)
