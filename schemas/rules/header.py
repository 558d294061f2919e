"""Rules about the header and the file as a whole, once it is held against a schema."""

from __future__ import annotations

from schemas.rules.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="H101",
        name="column-without-field",
        severity=Severity.WARNING,
        message="no field of {schema} answers to column {number}: it is left out of clean.csv{hint}",
        finds="A column of the file that maps to no field of the schema, by name, folded name or alias.",
        why="What it holds does not reach the target.",
        example="a column `Booth visited` under eloqua.contact",
        repair="The column is kept in rejected.csv and left out of clean.csv. Rename it to a field's name if it should "
        "go along (`contactprep schemas show NAME` lists them), or say in a mapping file (--mapping) which field it "
        "is, "
        "or `false` to leave it out without a word; --unmapped keep lets it go along as it is.",
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
        code="H103",
        name="column-gone",
        severity=Severity.WARNING,
        message="the sender's last file had this column, and this one has not",
        finds="A column of the last file that the mapping remembers, and that this file lacks.",
        why="What it held does not reach the target any more; the export may have been changed.",
        example="a column `Booth visited` that is no longer there",
        repair="Ask the sender; then save the mapping anew (--save-mapping).",
        source="A product decision: a mapping file remembers what the sender's last file looked like.",
    ),
    Rule(
        code="H104",
        name="column-new",
        severity=Severity.WARNING,
        message="the sender's last file did not have this column",
        finds="A column that the last file did not have.",
        why="It may hold what another column held before, or something that should go along.",
        example="a column `Phone 2` that was not there before",
        repair="Map it, or leave it out with `false`; then save the mapping anew (--save-mapping).",
        source="A product decision: a mapping file remembers what the sender's last file looked like.",
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
    Rule(
        code="H106",
        name="columns-moved",
        severity=Severity.INFO,
        message="the columns of the sender's last file stand in another order",
        finds="Columns that both files have, in another order.",
        why="Columns are found by name, so that nothing is mixed up; but the export was changed.",
        example="`Last, First` where it was `First, Last`",
        repair="Nothing need be done.",
        source="A product decision: a mapping file remembers what the sender's last file looked like.",
    ),
    Rule(
        code="H107",
        name="blank-cells-drifted",
        severity=Severity.WARNING,
        message="{now} of its cells are blank, and in the sender's last file {before} were",
        finds="A mapped column whose share of blank cells differs from the last file's by 20 percentage points or "
        "more, and by more than chance explains.",
        why="A column that is suddenly empty, or full, mostly comes from an export that went wrong.",
        example="phone numbers missing in nine of ten records, where one in ten was",
        repair="Compare the file with the last one, or ask the sender.",
        source="A product decision: a mapping file remembers what the sender's last file looked like. The bounds are "
        "the product's own choice; chance is three standard errors of the difference of two shares.",
    ),
    Rule(
        code="H108",
        name="refused-cells-drifted",
        severity=Severity.WARNING,
        message="{now} of its cells are refused, and in the sender's last file {before} were",
        finds="A mapped column whose share of refused cells differs from the last file's by 20 percentage points or "
        "more, and by more than chance explains.",
        why="Columns may have been swapped, or numbers written in another way.",
        example="half of the e-mail addresses refused, where none was",
        repair="Compare the file with the last one, or ask the sender.",
        source="A product decision: a mapping file remembers what the sender's last file looked like. Bounds as for "
        "H107.",
    ),
    Rule(
        code="H109",
        name="contents-drifted",
        severity=Severity.WARNING,
        message="its cells look like {now}, and in the sender's last file they looked like {before}",
        finds="A mapped column of ten records or more whose cells seem to be of another kind than those of the last "
        "file.",
        why="Two columns may have been swapped, which no check of a text sees.",
        example="e-mail addresses in the column of companies",
        repair="Compare the file with the last one, or ask the sender.",
        source="A product decision: a mapping file remembers what the sender's last file looked like. A kind is "
        "named where four fifths of a sample agree.",
    ),
    Rule(
        code="H110",
        name="column-renamed",
        severity=Severity.WARNING,
        message="the sender's last file called this column {before!r}",
        finds="A column whose name differs from that of the last file in case, blanks, punctuation or accents.",
        why="It is taken for the same column. The export was changed, and perhaps not in this alone.",
        example="`E-Mail` that was called `e_mail`",
        repair="Nothing need be done; saving the mapping anew (--save-mapping) takes the new name in.",
        source="A product decision: a mapping file remembers what the sender's last file looked like.",
    ),
)
