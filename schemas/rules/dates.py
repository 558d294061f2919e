"""Rules of the kind date."""

from __future__ import annotations

from schemas.rules.rule import Rule, Severity

_ISO = "ISO 8601-1, calendar date in extended format."

RULES: tuple[Rule, ...] = (
    Rule(
        code="D001",
        name="date-formatted",
        severity=Severity.CHANGE,
        message="the date got the spelling YYYY-MM-DD",
        finds="A date that can be read in one way only, in another spelling: a month in letters, a year that comes "
        "first, a day above 12, or an order of day and month that the schema or the run has set. Midnight behind it is "
        "no time of day.",
        why="What comes first differs between countries, and targets take the international spelling only.",
        example="3 April 2025",
        repair="It is written as YYYY-MM-DD.",
        source=_ISO,
        changes=True,
    ),
    Rule(
        code="D101",
        name="date-unreadable",
        severity=Severity.ERROR,
        message="the text is not a date",
        finds="A text that is no date in any known spelling. Month names are known in English, German, French, Spanish "
        "and Portuguese.",
        why="The target refuses it, or drops it without a word.",
        example="next spring",
        repair="Write the date as YYYY-MM-DD, or empty the cell.",
        source=_ISO,
    ),
    Rule(
        code="D102",
        name="date-order-ambiguous",
        severity=Severity.ERROR,
        message="the date can be read with the day or the month first; say which with --date-order, or write it as "
        "YYYY-MM-DD",
        finds="Day and month in numbers up to 12 that differ, with the year behind them.",
        why="One half of the world reads the third of April, the other the fourth of March; a guess would be wrong in "
        "silence.",
        example="03/04/2025",
        repair="Nothing is guessed. Name the order for the run (--date-order) or in the schema.",
        source="Unicode CLDR, short date formats: d/M/y in Great Britain, M/d/y in the United States.",
    ),
    Rule(
        code="D103",
        name="date-impossible",
        severity=Severity.ERROR,
        message="no calendar has this date",
        finds="A day or month that does not exist, in the order that was set if one was.",
        why="A digit is wrong, and which one cannot be known.",
        example="2025-02-30",
        repair="Look the date up.",
        source="Gregorian calendar; Python, datetime.date.",
    ),
    Rule(
        code="D104",
        name="date-spreadsheet-number",
        severity=Severity.ERROR,
        message="the cell holds a spreadsheet's day number, not a date",
        finds="Five digits, with or without a decimal fraction.",
        why="The spreadsheet stored the date as a count of days and lost its format when the file was saved. The same "
        "number stands for two dates four years apart, by the workbook's date system.",
        example="45750",
        repair="Format the column as a date in the spreadsheet (YYYY-MM-DD) and export it again.",
        source="Microsoft Support, date systems in Excel: 1900 and 1904.",
    ),
    Rule(
        code="D105",
        name="date-year-too-short",
        severity=Severity.ERROR,
        message="the year has two digits, and its century is not known",
        finds="A date whose year is written with two digits.",
        why="A contact born in 25 may be a hundred years old or a child.",
        example="3 Apr 25",
        repair="Write the year with four digits.",
        source="ISO 8601-1: years have four digits.",
    ),
    Rule(
        code="D201",
        name="date-time-removed",
        severity=Severity.INFO,
        message="a time of day behind the date was removed",
        finds="A date with a time of day other than midnight.",
        why="The field holds a day. The day is kept as it is written, whatever the time zone.",
        example="2025-04-03T17:30:00Z",
        repair="The date is kept. The time stands in the change log.",
        source="The schema of the target: a field that holds a date.",
        changes=True,
    ),
)
