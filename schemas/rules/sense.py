"""Rules across the columns of a record and its neighbours: is it one contact at all?"""

from __future__ import annotations

from schemas.rules.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="S101",
        name="website-not-email-domain",
        severity=Severity.WARNING,
        message="the website's domain is not the e-mail's",
        finds="A website whose registrable domain differs from that of the record's e-mail address. Free-mail "
        "domains say nothing about a company and are passed over.",
        why="Often the website of another company, pasted into the wrong row.",
        example="chuck@acmefinance.com with http://www.acmebilling.com",
        repair="Nothing is changed. Look whether the website belongs to the contact.",
        source="Registrable domain: the Public Suffix List (publicsuffix.org/list, algorithm), by publicsuffixlist.",
    ),
    Rule(
        code="S102",
        name="website-of-neighbouring-record",
        severity=Severity.WARNING,
        message="the website is not the e-mail's domain but that of the {which} record's e-mail",
        finds="A website whose registrable domain is not that of the record's own e-mail address but that of the "
        "record directly before or after it.",
        why="The mark of a column that slipped by one row in a spreadsheet: then every website below is wrong too.",
        example="chuck@acmefinance.com with http://www.acmebilling.com, followed by frank@acmebilling.com",
        repair="Nothing is changed. Compare the column with the original list around this line.",
        source="Seen in the vendor's own bulk upload sample, rows 5 and 6.",
    ),
    Rule(
        code="S103",
        name="email-in-text-cell",
        severity=Severity.WARNING,
        message="the cell holds an e-mail address where a text is expected",
        finds="A text that is an e-mail address and nothing else, in a column whose own name speaks of no mail.",
        why="It is not the person's or company's name; columns may have been swapped or a login name exported.",
        example="norm@acme.com as the first name",
        repair="Nothing is changed. Look the right text up.",
        source="RFC 5321 section 4.1.2, the form of a mailbox.",
    ),
    Rule(
        code="S104",
        name="websites-slipped",
        severity=Severity.WARNING,
        message="from here on the websites seem to have slipped by a row: {count} records in a row have the website "
        "of the "
        "{which} record's e-mail",
        finds="Three records or more in a row of which each has the website that belongs to the e-mail of the record "
        "before it, or of the one behind it. Said once of a file, with the first line of the first such place.",
        why="A cell was deleted or put in somewhere above, and every website below is wrong.",
        example="three records in a row of which each has the next one's website",
        repair="Nothing is changed. Compare the column with the original list from this line on.",
        source="Each record breaks S102. That it takes three in a row is our own choice: two may be one wrong pair.",
    ),
    Rule(
        code="S105",
        name="columns-swapped",
        severity=Severity.WARNING,
        message="the columns {one} and {other} seem to be swapped: {count} cells of the first and {others} of the "
        "second hold "
        "what belongs in the other",
        finds="Two columns of which most cells of each hold the kind of value that is expected in the other: an e-mail "
        "address, a phone number, a website. Said once of a file for each pair.",
        why="The values are fine; their header is not.",
        example="phone numbers in the column Email, and e-mail addresses in the column Phone",
        repair="Swap the two names in the header.",
        source="Counts of the rules E108, E109, P109, P110, W106 and W110; more than half of the cells that are not "
        "empty.",
    ),
)
