"""Rules across records: the key."""

from __future__ import annotations

from schemas.rules.rule import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="K101",
        name="duplicate-key",
        severity=Severity.ERROR,
        message="the same contact as record {kept}{where}, which is kept",
        finds="A record whose key, in the normal form of its kind and without regard to case, already stands in a "
        "record that is kept.",
        why="A platform without an idempotency key creates the contact twice; one with an upsert key overwrites the "
        "first by the second.",
        example="ann@acme.com in record 3, Ann@Acme.com in record 9",
        repair="The first record without any other error is kept, the others are set aside and name it. Join what "
        "they say by hand and send the result.",
        source="The normal form is email-validator's `normalized`; RFC 5321 section 2.4 lets a host treat the local "
        "part as case-sensitive, but mailbox providers do not, hence the case-folding.",
    ),
)
