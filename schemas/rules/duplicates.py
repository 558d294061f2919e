"""Rules across records: the key."""

from __future__ import annotations

from schemas.rules.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="K101",
        name="duplicate-key",
        severity=Severity.ERROR,
        message="the same contact as record {kept}{where}{by}, which is kept",
        finds="A record whose key, in the normal form of its kind and without regard to case, stands in another record "
        "that is kept. The key is the schema's, or the fields of --duplicates-by, all of them equal; a record in which "
        "one of them is blank has none.",
        why="A platform without an idempotency key creates the contact twice; one with an upsert key overwrites the "
        "first by the second.",
        example="ann@acme.com in record 3, Ann@Acme.com in record 9",
        repair="Of the records without any other error one is kept, the first unless --survivor says otherwise; the "
        "others are set aside and name it. Join what they say by hand and send the result.",
        source="The normal form is email-validator's `normalized`; RFC 5321 section 2.4 lets a host treat the local "
        "part as case-sensitive, but mailbox providers do not, hence the case-folding.",
    ),
    Rule(
        code="K102",
        name="already-known",
        severity=Severity.ERROR,
        message="already in {file}, line {line}{by}",
        finds="A record without any other error whose key stands in a list given with --existing: an export of the "
        "target, or people who must not be written to. The key is the same as for duplicates.",
        why="Loaded again the contact is created twice or overwritten; and who asked not to be written to is.",
        example="ann@acme.com, which stands in line 812 of known.csv",
        repair="The record is set aside, and so are its duplicates. Nothing is done to the list.",
        source="The setting existing. Both sides are compared in the normal form of the same schema.",
    ),
    Rule(
        code="K103",
        name="existing-record-without-key",
        severity=Severity.INFO,
        message="{file}: of its {records} records {broken} unreadable and {blank} without a usable {fields}, compared "
        "with nothing",
        finds="Records of a list given with --existing that are damaged, or whose key is blank or refused.",
        why="Somebody who stands in the list only there is not recognised.",
        example="a list of 900 unsubscribed people, 3 of them without an address",
        repair="Mend the list if it matters; `contactprep check` on it names the records.",
        source="The setting existing.",
    ),
)
