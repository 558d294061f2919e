"""Rules of any cell: trimming, blanks, placeholders, and what a field demands."""

from __future__ import annotations

from schemas.rules.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="C001",
        name="cell-trimmed",
        severity=Severity.CHANGE,
        message="blanks around the text were removed",
        finds="Blanks, tabs or line breaks before or after the text of a cell, no-break spaces included.",
        why="They cannot be seen in a spreadsheet, and make two equal values differ.",
        example=" norm@acme.com ",
        repair="They are removed.",
        source="Python, str.strip without arguments.",
        changes=True,
    ),
    Rule(
        code="C002",
        name="blanks-removed",
        severity=Severity.CHANGE,
        message="the cell held only blanks or characters that cannot be seen, and is empty now",
        finds="A cell that looks empty and is not: it holds blanks, line breaks or zero-width characters alone.",
        why="The target would store it, and a field that looks empty would count as filled.",
        example="   ",
        repair="The cell becomes empty.",
        source="Python, str.isspace; Unicode Standard, Default_Ignorable_Code_Point.",
        changes=True,
    ),
    Rule(
        code="C003",
        name="placeholder-for-nothing",
        severity=Severity.CHANGE,
        message="the cell held a placeholder for no value, and is empty now",
        finds="What people and spreadsheets write where there is no value: N/A, (blank), null, none, -, --, . or #N/A, "
        "in any case. The list can be set.",
        why="Taken for a value it becomes the name of a company, or an address that cannot be reached.",
        example="N/A",
        repair="The cell becomes empty.",
        source="Seen in contact exports; (blank) is a pivot table's label and #N/A a failed lookup in Microsoft Excel.",
        changes=True,
    ),
    Rule(
        code="C004",
        name="invalid-cell-blanked",
        severity=Severity.CHANGE,
        message="the cell was refused, and is empty now as the policy asks",
        finds="A cell that its kind refuses, in an optional field whose policy for invalid cells is to blank them.",
        why="One bad cell need not cost the whole record, but the loss must stand in the change log.",
        example="call me",
        repair="The cell becomes empty and the finding that refused it is kept as a warning.",
        source="The setting on-invalid=blank.",
        changes=True,
    ),
    Rule(
        code="C101",
        name="required-cell-empty",
        severity=Severity.ERROR,
        message="the field is required and the cell is empty",
        finds="An empty cell, or one that counts as empty, in the key or a required field.",
        why="The target cannot create or find a contact without it.",
        example="",
        repair="Fill in the cell, or leave the record out.",
        source="The schema of the target: key and required fields.",
    ),
    Rule(
        code="C103",
        name="schema-check-failed",
        severity=Severity.ERROR,
        message="the schema's own check {check} failed",
        finds="A cell or record that a check fails which the author of the schema added with Pandera.",
        why="Whoever wrote the schema asked for it.",
        example="a `pa.Field(str_startswith=...)` that a cell does not satisfy",
        repair="Look the check up in the schema.",
        source="Pandera, checks of a DataFrameModel.",
    ),
)
