"""The lane of websites, told by a kernel: addresses in an alphabet that the standard's serialisation leaves alone,
common repairs, and what is certainly refused.
"""

from __future__ import annotations

import re
from string import ascii_letters, ascii_uppercase, digits

import numpy as np
import numpy.typing as npt

from schemas.kinds.misplaced import MARKS
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
    # Characters outside the standard's percent-encode sets, but none that could part several addresses. Behind
    # a path a percent sign is one of them; in a path it is the first of three.
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
"""The kinds of websites.h, from its lowest bit on."""


def _kinds_of_bytes() -> npt.NDArray[np.uint16]:
    found = np.zeros(256, dtype=np.uint16)
    for place, characters in enumerate(_KINDS_OF_BYTES.values()):
        found[[*characters.encode()]] |= 1 << place
    return found


_KINDS = _kinds_of_bytes()

_NO_LETTERS = "\u00d7\u00f7\u0130\u0131\u0132\u0133\u013f\u0140\u0149"
"""Between U+00C0 and U+017E: two signs, letters that the standard makes others of, and a dotless i, which counts as an
i where case does not matter."""


def _small_letters() -> npt.NDArray[np.uint16]:
    """Return the small form of each character below U+0180 that may stand in a label, 0 of others.

    Source: Unicode Technical Standard 46, IdnaMappingTable; all are letters from left to right.
    """
    found = np.zeros(0x180, dtype=np.uint16)
    latin = set(map(chr, range(0xC0, 0x17F))).difference(_NO_LETTERS)
    for letter in (*_ALPHANUMERIC, "-", *latin):
        found[ord(letter)] = ord(letter.lower())
    return found


_SMALL = _small_letters()

_MARKS = np.array([re.fullmatch(MARKS, chr(byte)) is not None for byte in range(256)], dtype=np.uint8)
"""Bytes that stand between the digits of a phone number."""

_LONGEST = 2_000
"""Bytes of the longest text that the lane looks at, safely below the longest website with a scheme put before it."""

_MOST_GROWTH = 32
"""Bytes by which an address with an ASCII form of its host may be longer: enough for two labels."""

_LONGEST_LABEL, _LONGEST_HOST = 63, 253
_LAST_PORT = 65_535
_DEFAULT_PORTS = 80, 443
"""Those of http and https, which the standard leaves out."""

# The bits of websites.c, and the number of a refusal, of which 1 is W101.
_CHANGES = ((PADDED, "C001"), (OWN, "W002"), (OWN << 1, "W001"), (OWN << 2, "W201"))
_REFUSAL = OWN << 3

_judge_websites = kernel("judge_websites", "pplppl" + "ppplllllll" + "ppp")


def website_lane() -> Lane:
    """Return the lane of websites.

    It decides printable ASCII, and addresses whose host has letters of Western and Central Europe.
    """
    return _lane


def _lane(text: Column) -> tuple[Said, Values]:
    return pass_over(text, _judge, _codes_of, room=len("https://") + _MOST_GROWTH)


def _judge(data: int | None, borders: int, count: int, *out: int) -> int:
    limits = (_LONGEST, _MOST_GROWTH, _LONGEST_LABEL, _LONGEST_HOST, _LAST_PORT, *_DEFAULT_PORTS)
    return _judge_websites(
        data, borders, count, *PLACEHOLDERS.arguments, *map(pointer_to, (_KINDS, _SMALL, _MARKS)), *limits, *out
    )


def _codes_of(saying: int) -> Codes:
    if saying >= _REFUSAL:
        return (f"W{100 + saying // _REFUSAL}",)
    return tuple(code for bit, code in _CHANGES if saying & bit)
