"""What is to be said of addresses that are well formed: of a role, disposable, mistyped, at a domain without mail."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from pipeline.checking.hits import Longs
from pipeline.checking.hosts import Mail
from pipeline.checking.names import Names
from pipeline.checking.providers import DISPOSABLE, known_hosts
from pipeline.checking.sense import SenseKind

ROLES = frozenset(
    """
    info marketing sales support abuse noc security postmaster hostmaster usenet news webmaster www uucp ftp
    admin billing compliance devnull dns inoc ispfeedback ispsupport list-request list maildaemon no-reply noreply null
    phish phishing privacy registrar root spam sysadmin tech undisclosed-recipients unsubscribe
    """.split()  # noqa: SIM905  # a list reads better as text
)
"""Local parts that name a role, in small letters.

Source: RFC 2142, sections 3 to 5 (the first line); Mailchimp, "Limits on Role-based Addresses",
mailchimp.com/help/limits-on-role-based-addresses, the blocked addresses (the others).
"""


def judge_mailboxes(
    mail: Mail, column: tuple[str, str, int], gone: Mapping[str, str]
) -> tuple[tuple[Longs, SenseKind], ...]:
    """Return the addresses of a column of which something is to be said.

    Args:
        mail: n normal forms, missing where blank or refused.
        column: Header, field and position of the column.
        gone: The code of each host that cannot have mail, as far as that was asked.

    Returns:
        Row positions, ascending, for each thing that is said.
    """
    found: list[tuple[Longs, SenseKind]] = []
    roles, _ = _roles().find(mail.data, mail.borders[:-1], mail.begins - 1, any_case=True)
    if roles.size:
        found.append((roles, ("E205", *column, "")))
    found += [
        (rows, ("E206" if what == DISPOSABLE else "E207", *column, what)) for rows, what in _among(mail, *known_hosts())
    ]
    if gone:
        found += [(rows, (code, *column, "")) for rows, code in _among(mail, Names(gone), tuple(gone.values()))]
    return tuple(sorted(found, key=lambda one: (one[1][0], int(one[0][0]))))


@cache
def _roles() -> Names:
    return Names(sorted(ROLES))


def _among(mail: Mail, names: Names, said: tuple[str, ...]) -> list[tuple[Longs, str]]:
    """Return the rows whose host is one of some names, for each thing that is said of them, in order of first rows."""
    rows, places = names.find(mail.data, mail.begins, mail.ends)
    by_text: dict[str, list[int]] = {}
    for row, place in zip(rows.tolist(), places.tolist(), strict=True):
        by_text.setdefault(said[place], []).append(row)
    return [(np.array(chosen, dtype=np.int64), text) for text, chosen in by_text.items()]
