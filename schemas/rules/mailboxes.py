"""Rules about an address that is well formed: whose mailbox it is, and whether there is one at its domain."""

from __future__ import annotations

from schemas.rules.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="E205",
        name="role-address",
        severity=Severity.WARNING,
        message="the address belongs to a role, not to a person",
        finds="An address whose part before the @ is the name of a function, such as info, sales, support or noreply.",
        why="Several people read it, or nobody does. Mail to it is reported as spam more often, and some platforms for "
        "mailings refuse it.",
        example="info@acme.com",
        repair="Nothing is changed. Ask for the address of the person.",
        source="RFC 2142, Mailbox Names for Common Services, Roles and Functions; Mailchimp, Limits on Role-based "
        "Addresses, the list of blocked addresses (mailchimp.com/help/limits-on-role-based-addresses).",
    ),
    Rule(
        code="E206",
        name="disposable-domain",
        severity=Severity.WARNING,
        message="the domain gives out addresses that are thrown away after use",
        finds="An address at a domain that is on a maintained list of providers of disposable mailboxes.",
        why="The person did not want to be reached; after a few minutes or days nobody is.",
        example="norm@mailinator.com",
        repair="Nothing is changed. Decide whether the contact is worth keeping.",
        source="The list disposable-email-domains (github.com/disposable-email-domains), by the package of that name. "
        "Only the domains themselves are on it, not what is below them.",
    ),
    Rule(
        code="E207",
        name="domain-likely-mistyped",
        severity=Severity.WARNING,
        message="the domain is likely mistyped; did you mean {which}?",
        finds="A domain that is one slip of a finger away from a large mail provider's: a letter left out, doubled or "
        "put in, two letters swapped, or a letter of the key beside the right one. The first letter must be right.",
        why="Mail is not delivered, or reaches somebody who registered the mistyped name to read it.",
        example="norm@gmial.com",
        repair="Nothing is changed. Correct the domain if the suggestion is right.",
        source="F. J. Damerau, A technique for computer detection and correction of spelling errors, CACM 7 (1964), 3: "
        "most misspellings are one such slip. K. Kukich, Techniques for automatically correcting words in text, ACM "
        "Computing Surveys 24 (1992), 4: few concern the first letter. The providers are among the default domains of "
        "mailcheck (github.com/mailcheck/mailcheck).",
    ),
    Rule(
        code="E209",
        name="domain-does-not-exist",
        severity=Severity.WARNING,
        message="the domain does not exist",
        finds="An address at a domain of which the domain name system says that there is none. Asked only with "
        "--check-domains.",
        why="No mail can reach it: the domain is mistyped, or was given up.",
        example="norm@acme-gone.example",
        repair="Nothing is changed. Look the address up.",
        source="RFC 1035 section 4.1.1, response code 3 (name error); RFC 8020.",
    ),
    Rule(
        code="E210",
        name="domain-takes-no-mail",
        severity=Severity.WARNING,
        message="the domain takes no mail",
        finds="An address at a domain that names no server for mail and has no address itself, or that says by a null "
        "MX "
        "that it takes none. Asked only with --check-domains.",
        why="No mail can reach it.",
        example="norm@example.com",
        repair="Nothing is changed. Look the address up.",
        source="RFC 5321 section 5.1: a server is looked for by MX records, then by the domain's own address; RFC 7505 "
        "section 3, null MX.",
    ),
)
