"""Rules of the kinds country and state."""

from __future__ import annotations

from schemas.rules.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="L001",
        name="country-spelled",
        severity=Severity.CHANGE,
        message="the country got the target's spelling",
        finds="A country by a code, an everyday name, or its name in English, German, French, Spanish or Portuguese, "
        "where the target wants another form.",
        why="One country would stand in the list under many names, and a target with a list of countries refuses all "
        "but its own.",
        example="Deutschland",
        repair="The target's form is written: the English short name, or two or three letters.",
        source="ISO 3166-1, by pycountry; the schema of the target for the form.",
        changes=True,
    ),
    Rule(
        code="L002",
        name="state-spelled",
        severity=Severity.CHANGE,
        message="the state got the target's spelling",
        finds="A state or province of the record's country, by code or name, where the target wants the other.",
        why="One state would stand in the list under two names, and a target with a list of states refuses one of "
        "them.",
        example="CA",
        repair="The target's form is written. Nothing is changed in a record without a country.",
        source="ISO 3166-2, by pycountry; the schema of the target for the form.",
        changes=True,
    ),
    Rule(
        code="L201",
        name="country-unknown",
        severity=Severity.WARNING,
        message="the text is not the name or code of a country",
        finds="A text in a country's field that is no code of ISO 3166-1 and no known name of a country.",
        why="A misspelled country cannot be filtered by, and phones of the record are not read in its region.",
        example="Germny",
        repair="It is kept as it is. Look at it.",
        source="ISO 3166-1, by pycountry.",
    ),
    Rule(
        code="L202",
        name="state-unknown",
        severity=Severity.WARNING,
        message="the text is no state of the record's country",
        finds="A text that is no code or name of a state of the record's country. Only Australia, Brazil, Canada and "
        "the United States are looked at, where people write states as the standard does.",
        why="The state or the country is misspelled, or belongs to another record.",
        example="Ontario",
        repair="It is kept as it is. Look at it.",
        source="ISO 3166-2, by pycountry; United States Postal Service, Publication 28, appendix B: military states.",
    ),
)
