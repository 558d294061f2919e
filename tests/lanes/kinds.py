"""Every lane beside its judge: the table that long comparisons run over.

To add a kind, write a module of its own that makes its texts (as `email_values` does: one function that takes a
`random.Random` and returns a text) and put one line into `KINDS`: the texts, the lane, and the judge as a function of
the text alone, with the same options as the lane. Several lines may share a kind, one for each set of options
("phone-US", "phone-DE"). Then `python -m benchmarks.fuzz_lanes --kind NAME` compares as many texts as you like, and
`compare_many(KINDS[NAME], count, seed)` does so in a test.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from schemas.kinds.emails import judge_email
from schemas.kinds.phones import judge_phone
from schemas.kinds.texts import judge_text
from schemas.kinds.websites import judge_website
from schemas.lanes.emails import email_lane
from schemas.lanes.phones import phone_lane
from schemas.lanes.texts import text_lane
from schemas.lanes.websites import website_lane
from tests.lanes.comparing import Compared
from tests.lanes.email_values import email_value
from tests.lanes.misplaced_values import misplaced_value
from tests.lanes.phone_values import REGIONS, dressed_phone, phone_value
from tests.lanes.text_values import text_value
from tests.lanes.website_values import website_value


def _phone(region: str | None, strict: bool = False, value: Callable[[Random], str] = phone_value) -> Compared:
    return Compared(
        value,
        phone_lane(region, strict, "e164"),
        lambda text: judge_phone(text, region=region, strict=strict),
    )


KINDS: dict[str, Compared] = {
    "email": Compared(email_value, email_lane(), judge_email),
    **{f"phone-{region or 'nowhere'}": _phone(region) for region in REGIONS},
    "phone-US-strict": _phone("US", strict=True),
    "phone-US-dressed": _phone("US", value=dressed_phone),
    "phone-DE-dressed": _phone("DE", value=dressed_phone),
    "text": Compared(text_value, text_lane(None), lambda text: judge_text(text, max_length=None)),
    "text-flat": Compared(text_value, text_lane(None), lambda text: judge_text(text, max_length=None, flatten=True)),
    "text-short": Compared(text_value, text_lane(12), lambda text: judge_text(text, max_length=12)),
    "text-short-flat": Compared(text_value, text_lane(12), lambda text: judge_text(text, max_length=12, flatten=True)),
    "website": Compared(website_value, website_lane(), judge_website),
    "email-misplaced": Compared(misplaced_value, email_lane(), judge_email),
    "phone-US-misplaced": _phone("US", value=misplaced_value),
    "phone-DE-misplaced": _phone("DE", value=misplaced_value),
    "website-misplaced": Compared(misplaced_value, website_lane(), judge_website),
}
