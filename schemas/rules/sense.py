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
)
