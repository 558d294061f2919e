"""Rules of the kind text. Length and undecodable bytes concern cells of every kind."""

from __future__ import annotations

from schemas.rules.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="T001",
        name="text-cleaned",
        severity=Severity.CHANGE,
        message="characters that cannot be seen were removed, or accents composed",
        finds="Control characters, zero-width characters and directional marks inside a text, tabs, and letters whose "
        "accent is a character of its own.",
        why="Two texts that look the same would not be found as the same, and some targets refuse control characters.",
        example="Zoe\u0308 Mu\u200bller",
        repair="The invisible is removed (a joiner with a meaning in its script or emoji stays), a tab becomes a "
        "blank, the rest is composed.",
        source="Unicode Standard Annex 15, normalization form C; Unicode Standard, Default_Ignorable_Code_Point.",
        changes=True,
    ),
    Rule(
        code="T002",
        name="line-break-flattened",
        severity=Severity.INFO,
        message="line breaks inside the text became blanks",
        finds="A line break inside a cell of a field that holds one line.",
        why="Such a field is shown and exported as one line; what follows the break would be lost or start a record.",
        example="Acme\nPublishing",
        repair="Every run of line breaks becomes one blank.",
        source="The schema of the target: fields that hold one line.",
        changes=True,
    ),
    Rule(
        code="T003",
        name="picklist-spelled",
        severity=Severity.CHANGE,
        message="the value got the spelling of the target's list",
        finds="A value that differs from one of the field's choices by case, blanks or punctuation only.",
        why="A target compares letter by letter: what is spelled otherwise is refused, or becomes a choice of its own.",
        example="mr",
        repair="The choice is written as the target spells it.",
        source="The schema of the target: the choices of its field.",
        changes=True,
    ),
    Rule(
        code="T101",
        name="text-too-long",
        severity=Severity.ERROR,
        message="the text is longer than the {limit} characters that the target's field holds",
        finds="A text with more characters than the target's field can hold, counted after cleaning.",
        why="The target refuses the record or cuts the text without a word.",
        example="a job title of 120 characters for a field of 100",
        repair="Nothing is cut. Shorten the text by hand.",
        source="The schema of the target: the length of its field. Counted in Unicode code points.",
    ),
    Rule(
        code="T102",
        name="text-undecodable",
        severity=Severity.ERROR,
        message="the cell holds bytes that are no text in the file's encoding",
        finds="Bytes that the file's encoding does not define, in a cell of any kind.",
        why="The letter that was meant is lost, and guessing would put a wrong one into the contact.",
        example="Andr\\xe9 in a file that is otherwise UTF-8",
        repair="Save the file in one encoding, or name the encoding.",
        source="Python Enhancement Proposal 383, the error handler surrogateescape.",
    ),
    Rule(
        code="T103",
        name="value-not-in-picklist",
        severity=Severity.ERROR,
        message="the value is none of the field's choices: {choices}",
        finds="A value that is no choice of a field which takes nothing else, whatever its case and punctuation.",
        why="The target refuses the record.",
        example="Herr",
        repair="Nothing is guessed. Write one of the choices, or empty the cell.",
        source="The schema of the target: the choices of its field.",
    ),
    Rule(
        code="T201",
        name="text-looks-like-formula",
        severity=Severity.WARNING,
        message="the text looks like a spreadsheet formula, and a spreadsheet that opens the file may run it",
        finds="A text that begins with =, or with +, - or @ and holds a bracket, | or !, and is no plain number.",
        why="Somebody may have planted it in a web form. Nothing here runs it, but a spreadsheet that opens the file "
        "rejected.csv or an export of the CRM does.",
        example="=HYPERLINK(A1)",
        repair="The text is kept as it is, since an added quote would be stored in the CRM. Look at it before opening "
        "the file in a spreadsheet.",
        source="OWASP, CSV Injection: the leading characters; narrowed, since lists of names and phones begin with "
        "+, - and @ without harm.",
    ),
    Rule(
        code="T202",
        name="value-outside-picklist",
        severity=Severity.WARNING,
        message="the value is none of the choices that the field has by default: {choices}",
        finds="A value that is no choice of a field whose list each account can extend.",
        why="If the account has not added it, the target refuses the record or stores a value that no filter finds.",
        example="Herr",
        repair="It is kept. Compare it with the account's own list.",
        source="The schema of the target: the choices of its field.",
    ),
)
