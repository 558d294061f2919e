"""The lane of websites, told by a kernel: addresses in an alphabet that the standard's serialisation leaves alone,
common repairs, and what is certainly refused.
"""

from __future__ import annotations

from string import ascii_letters, ascii_uppercase, digits

import numpy as np
import numpy.typing as npt

from schemas.lanes.cells import Column
from schemas.lanes.deciding import Codes, Lane, Said, Values
from schemas.lanes.first_pass import OWN, PADDED, PLACEHOLDERS, pass_over
from schemas.native import kernel, pointer_to

_ALPHANUMERIC = ascii_letters + digits

_KINDS_OF_BYTES = {
    "letter": ascii_letters,
    "capital": ascii_uppercase,
    "digit": digits,
    "hyphen": "-",
    # Characters outside the standard's percent-encode sets. Separators that could part several addresses are not among
    # them; a percent sign is only behind a path, in one it is the first of three.
    "in path": _ALPHANUMERIC + "_~!$&()*+:=@-./",
    "behind path": _ALPHANUMERIC + "._~!$&()*+/:=@?%-",
    # What the judge strips from the end of a text that it would refuse, as far as it is printable ASCII.
    "closing": ";,.:!> )]}\"'",
    # Such punctuation makes a bad host of the one before it. A colon does not: the standard leaves an empty port out.
    "ending": ";,.!> )]}\"'",
    # What it strips from the beginning.
    "opening": ";,< ([{\"'",
    # What parts several addresses.
    "parting": " ,;|",
    # What stays in a host as it is or makes the standard refuse it. Percent signs would be decoded.
    "stays in host": _ALPHANUMERIC + "!\"$&'()*+<=>^_`{}~-",
}
"""The kinds of websites.c, from its lowest bit on."""


def _kinds_of_bytes() -> npt.NDArray[np.uint16]:
    found = np.zeros(256, dtype=np.uint16)
    for place, characters in enumerate(_KINDS_OF_BYTES.values()):
        found[[*characters.encode()]] |= 1 << place
    return found


_KINDS = _kinds_of_bytes()
_LONGEST = 2_000
"""Bytes of the longest text that the lane looks at, safely below the longest website with a scheme put before it."""

_LONGEST_LABEL, _LONGEST_HOST = 63, 253
_LAST_PORT = 65_535
_DEFAULT_PORTS = 80, 443
"""Those of http and https, which the standard leaves out."""

# The bits of websites.c, and the number of a refusal, of which 1 is W101.
_CHANGES = ((PADDED, "C001"), (OWN, "W002"), (OWN << 1, "W001"), (OWN << 2, "W201"))
_REFUSAL = OWN << 3

_judge_websites = kernel("judge_websites", "pplppl" + "pllllll" + "ppp")


def website_lane() -> Lane:
    """Return the lane of websites.

    It decides printable ASCII alone, and no host with a label that begins with `xn--`.
    """
    return _lane


def _lane(text: Column) -> tuple[Said, Values]:
    return pass_over(text, _judge, _codes_of, room=len("https://"))


def _judge(data: int | None, borders: int, count: int, *out: int) -> int:
    limits = (_LONGEST, _LONGEST_LABEL, _LONGEST_HOST, _LAST_PORT, *_DEFAULT_PORTS)
    return _judge_websites(data, borders, count, *PLACEHOLDERS.arguments, pointer_to(_KINDS), *limits, *out)


def _codes_of(saying: int) -> Codes:
    if saying >= _REFUSAL:
        return (f"W{100 + saying // _REFUSAL}",)
    return tuple(code for bit, code in _CHANGES if saying & bit)
