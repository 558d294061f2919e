"""Domains of mail that say something about an address: large providers, names mistyped for them, disposable ones."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pipeline.checking.names import Names

PROVIDERS = frozenset(
    """
    gmail.com googlemail.com yahoo.com yahoo.co.uk hotmail.com hotmail.co.uk outlook.com icloud.com rocketmail.com
    comcast.net verizon.net sbcglobal.net bellsouth.net earthlink.net optonline.net btinternet.com
    """.split()  # noqa: SIM905  # a list reads better as text
)
"""Providers whose names are mistyped often enough to ask.

Source: mailcheck (github.com/mailcheck/mailcheck), `defaultDomains`, and `defaultSecondLevelDomains` with the endings
that are theirs everywhere. Left out are names that are short or a word or surname of their own (aol, att, charter, cox,
live, mac, msn, rogers, shaw, sky, web, xtra), since companies have names like these.
"""

FREE_MAIL = PROVIDERS | frozenset(
    """
    live.com msn.com ymail.com
    aol.com me.com mac.com proton.me protonmail.com pm.me gmx.com gmx.net gmx.de gmx.at gmx.ch
    web.de t-online.de freenet.de mail.com mail.ru yandex.ru yandex.com bk.ru list.ru inbox.ru zoho.com
    fastmail.com hey.com tutanota.com tuta.com qq.com 163.com 126.com sina.com foxmail.com naver.com daum.net
    hanmail.net orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it tiscali.it alice.it
    terra.com.br uol.com.br bol.com.br att.net cox.net
    sky.com ntlworld.com blueyonder.co.uk rediffmail.com bigpond.com optusnet.com.au shaw.ca
    rogers.com
    """.split()  # noqa: SIM905
)
"""Registrable domains of mailbox providers open to everybody.

Source: the providers' own sign-up pages and the consumer domains of large access providers, as commonly known; a
missing one costs a needless warning, no more.
"""

_NAMES = frozenset({"gail.com"})
"""A slip that is a given name as well."""

DISPOSABLE = ""
"""Stands for the finding that a domain is disposable, where another would name the provider that was meant."""

_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
"""Keys of a keyboard, each row half a key to the right of the one above. Source: ANSI INCITS 154, the QWERTY layout."""


@cache
def likely_meant() -> dict[str, str]:
    """Return the provider that is likely meant by each name that is one slip of a finger away from it.

    Whatever else is known as a domain of mail is none of these names, nor is one that is as near to two providers.

    >>> slips = likely_meant()
    >>> [slips.get(name) for name in ("gmial.com", "gmai.com", "gmail.co", "grail.com", "mail.com", "gmail.com")]
    ['gmail.com', 'gmail.com', 'gmail.com', None, None, None]
    """
    known = FREE_MAIL | _NAMES
    found: dict[str, set[str]] = {}
    for provider in PROVIDERS:
        for slip in _slips(provider):
            found.setdefault(slip, set()).add(provider)
    return {slip: min(meant) for slip, meant in found.items() if len(meant) == 1 and slip not in known}


@cache
def known_hosts() -> tuple[Names, tuple[str, ...]]:
    """Return k hosts of which something is to be said, and what: the provider meant, or DISPOSABLE.

    The names come first that are mistyped: some of them are registered and used for disposable mail as well.
    """
    from disposable_email_domains import blocklist

    slips = likely_meant()
    disposable = blocklist - FREE_MAIL - slips.keys()
    return Names([*slips, *disposable]), (*slips.values(), *(DISPOSABLE for _ in disposable))


def _slips(name: str) -> Iterator[str]:
    """Yield what one slip of a finger makes of a domain and still is one; its first letter stays."""
    for slip in _edits(name):
        if "." in slip and ".." not in slip:
            yield slip


def _edits(name: str) -> Iterator[str]:
    near = _neighbours()
    for place in range(1, len(name)):
        before, letter, after = name[:place], name[place], name[place + 1 :]
        yield before + after
        yield before + letter + letter + after
        if after:
            yield before + after[0] + letter + after[1:]
        for other in near.get(letter, ""):
            yield before + other + after
            yield before + other + letter + after
            yield before + letter + other + after


@cache
def _neighbours() -> dict[str, str]:
    """Return the keys beside each letter's, above and below it."""
    found: dict[str, str] = {}
    for number, row in enumerate(_ROWS):
        for place, key in enumerate(row):
            above = _ROWS[number - 1][place : place + 2] if number else ""
            below = _ROWS[number + 1][max(place - 1, 0) : place + 1] if number + 1 < len(_ROWS) else ""
            found[key] = row[max(place - 1, 0) : place] + row[place + 1 : place + 2] + above + below
    return found
