"""What is to be said of addresses that are well formed: of a role, disposable, mistyped, at a domain without mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from pipeline.checking.hits import Longs
from pipeline.checking.hosts import Bounds, Column
from pipeline.checking.providers import DISPOSABLE, known_hosts
from pipeline.checking.sense import SenseKind

_arrow: Any = pa
_compute: Any = pc

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

_SHAPES = np.zeros((256, max(map(len, ROLES)) + 2), dtype=np.bool_)
for _role in ROLES:
    _SHAPES[[ord(_role[0]), ord(_role[0].upper())], len(_role)] = True
"""Whether a role begins with a byte and has so many letters; the last place stands for more of them."""


def judge_mailboxes(
    mail: Column, hosts: Column, column: tuple[str, str, int], gone: Mapping[str, str]
) -> tuple[tuple[Longs, SenseKind], ...]:
    """Return the addresses of a column of which something is to be said.

    Args:
        mail: n normal forms, missing where blank or refused.
        hosts: What stands behind the @ of each.
        column: Header, field and position of the column.
        gone: The code of each host that cannot have mail, as far as that was asked.

    Returns:
        Row positions, ascending, for each thing that is said.
    """
    if mail.null_count == len(mail):
        return ()
    found: list[tuple[Longs, SenseKind]] = []
    roles = _of_roles(mail, hosts, np.flatnonzero(mail.is_valid().to_numpy(zero_copy_only=False)))
    if roles.size:
        found.append((roles, ("E205", *column, "")))
    names, said = known_hosts()
    found += [
        (rows, ("E206" if what == DISPOSABLE else "E207", *column, what)) for rows, what in _among(hosts, names, said)
    ]
    if gone:
        asked = _arrow.array([*gone], _arrow.large_string())
        found += [(rows, (code, *column, "")) for rows, code in _among(hosts, asked, tuple(gone.values()))]
    return tuple(sorted(found, key=lambda one: (one[1][0], int(one[0][0]))))


def _of_roles(mail: Column, hosts: Column, known: Longs) -> Longs:
    """Return those of the known rows whose local part names a role."""
    bounds, behind = Bounds(mail), Bounds(hosts)
    sizes = (bounds.ends - bounds.starts) - (behind.ends - behind.starts) - 1
    first = bounds.data.take(bounds.starts[known], mode="clip")
    rows: Longs = known[_SHAPES[first, np.minimum(sizes[known], _SHAPES.shape[1] - 1)]]
    if not rows.size:
        return rows
    locals_ = Bounds(mail.take(_arrow.array(rows)))
    texts = _compute.ascii_lower(locals_.cut(locals_.starts, locals_.starts + sizes[rows]))
    named = _compute.is_in(texts, value_set=_arrow.array([*ROLES], _arrow.large_string()))
    found: Longs = rows[named.to_numpy(zero_copy_only=False)]
    return found


def _among(hosts: Column, names: Column, said: tuple[str, ...]) -> list[tuple[Longs, str]]:
    """Return the rows whose host is one of some names, for each thing that is said of them, in order of first rows."""
    places = _compute.index_in(hosts, value_set=names)
    rows = np.flatnonzero(places.is_valid().to_numpy(zero_copy_only=False))
    if not rows.size:
        return []
    by_text: dict[str, list[int]] = {}
    for row, place in zip(rows.tolist(), places.take(_arrow.array(rows)).to_pylist(), strict=True):
        by_text.setdefault(said[place], []).append(row)
    return [(np.array(chosen, dtype=np.int64), text) for text, chosen in by_text.items()]
