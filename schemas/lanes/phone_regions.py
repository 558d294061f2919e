"""How the kernel of phones reads in a region: what bytes and words are to it, and what may stand before a number."""

from __future__ import annotations

from collections.abc import Sequence
from ctypes import Structure, addressof, c_int64, c_void_p
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from schemas.kinds.phones import FEWEST_OF_DECIMAL, FEWEST_OF_PART
from schemas.lanes.first_pass import Words
from schemas.lanes.plans import LENGTHS, OTHER, OWN, UNASSIGNED, Code, Plan, Plans, fewest_digits
from schemas.lanes.stretches import (
    NO_REGION,
    NOTHING_TOLD,
    REFUSED_AS,
    calling_codes,
    pairs_of,
    stretches,
    trunk_pairs,
)
from schemas.native import pointer_to

LEFT = 0xFF
"""The status of a number of which only the plans can tell."""

LONGEST_EXTENSION = 7
"""Most digits of an extension behind whatever label. Source: phonenumbers, `_create_extn_pattern`."""

# What stands before an extension, as far as the library and `kinds.phones` read it alike; and what no word before a
# number may be, since it would be read as the label of one. Source: `kinds.phones`, `_LABEL`.
EXTENSION_LABELS = ("ext", "extension", "extn", "x", "xt", "xtension", "xtn")
LABELS = (*EXTENSION_LABELS, "anexo", "extensio", "int", "xtensio")

# Dashes and the blank that a document writes instead of "-" and " "; the library reads them as these. The only other
# mark that is both, the ideographic blank, may not stand before an extension.
DASHES = tuple("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d")
BLANKS = ("\u00a0",)

# The bits of phones.c.
_DIGIT, _SLASH, _BRACKET, _PLUS, _STRANGE, _FAR = 1, 2, 4, 8, 16, 32
_LEAVES, _STRIPPED, _TRUNK = 1, 2, 4

BYTES = np.full(256, _FAR, dtype=np.uint8)
"""What each byte is in a phone."""
BYTES[0x20:0x7F] = _STRANGE
BYTES[[*b" -."]] = 0
for _bit, _bytes in ((_DIGIT, b"0123456789"), (_SLASH, b"/"), (_BRACKET, b"()[]"), (_PLUS, b"+")):
    BYTES[[*_bytes]] = _bit


class _Texts(Structure):
    _fields_: ClassVar[Sequence[Any]] = [("data", c_void_p), ("borders", c_void_p), ("count", c_int64)]


_ARRAYS = (
    *("bytes", "codes", "stretches", "grades_at_home", "grades_abroad"),
    *("pairs", "possible", "refusals", "exit"),
)
_NUMBERS = (
    *("exit_width", "code", "code_width", "fewest_national", "most", "fewest_signed", "fewest"),
    *("fewest_of_part", "fewest_of_decimal", "longest_extension"),
)
_WORDS = ("extension_labels", "labels", "dashes", "blanks")


class _Region(Structure):
    """What phones.c calls a region."""

    _fields_: ClassVar[Sequence[Any]] = [
        *((name, c_void_p) for name in _ARRAYS),
        *((name, c_int64) for name in _NUMBERS),
        *((name, _Texts) for name in _WORDS),
    ]


class PhoneRegion:
    """A region for the kernel.

    Args:
        plans: The number plans as they are seen from there.

    Attributes:
        pointer: Where it lies in memory; as long as this object lives.
    """

    def __init__(self, plans: Plans) -> None:
        home = plans.home
        exit_code, pairs = _before_numbers(home)
        at_home, abroad = _grades(plans)
        with_plus, without = fewest_digits(plans)
        self._stretches = stretches()
        # The struct holds their addresses alone.
        self._arrays = {
            "bytes": BYTES,
            "codes": calling_codes(),
            "stretches": self._stretches.pointers,
            "grades_at_home": at_home,
            "grades_abroad": abroad,
            "pairs": pairs,
            "possible": (_by_length(home) == OWN).astype(np.uint8),
            # How long a number may be says the plan of the first region of the calling code.
            "refusals": _by_length(None if home is None else Code.of(home.code).main),
            "exit": exit_code,
        }
        self._words = {
            name: Words(list(texts))
            for name, texts in zip(_WORDS, (EXTENSION_LABELS, LABELS, DASHES, BLANKS), strict=True)
        }
        self._region = _Region(
            **{name: pointer_to(array) for name, array in self._arrays.items()},
            exit_width=len(exit_code),
            code=0 if home is None else int(home.code),
            code_width=0 if home is None else len(home.code),
            fewest_national=0 if home is None else home.fewest_national,
            most=0 if home is None else max(home.lengths),
            fewest_signed=with_plus,
            fewest=without,
            fewest_of_part=FEWEST_OF_PART,
            fewest_of_decimal=FEWEST_OF_DECIMAL,
            longest_extension=LONGEST_EXTENSION,
            **{name: _Texts(*words.arguments) for name, words in self._words.items()},
        )
        self.pointer = addressof(self._region)

    def learn(self, group: int) -> None:
        """Make the table that the kernel wants."""
        self._stretches.learn(group)


def _before_numbers(home: Plan | None) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return the digits of a region's exit code, none if it has several; and for two digits what begins with them."""
    pairs = np.zeros(100, dtype=np.uint8)
    exit_code = np.zeros(0, dtype=np.uint8)
    if home is None:
        return exit_code, pairs
    pairs |= pairs_of(home.abroad) * np.uint8(_LEAVES)
    pairs |= pairs_of(home.stripped) * np.uint8(_STRIPPED)
    pairs |= trunk_pairs(home) * np.uint8(_TRUNK)
    if home.exit is not None and home.exit.pattern.isdigit():
        exit_code = np.frombuffer(home.exit.pattern.encode(), dtype=np.uint8)
    return exit_code, pairs


def _by_length(plan: Plan | None) -> npt.NDArray[np.uint8]:
    """Return what a plan says of each number of digits."""
    return np.array([0] * (LENGTHS + 1) if plan is None else plan.by_length, dtype=np.uint8)


def _grades(plans: Plans) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return the status of a number by what a table says of it: of the region's own calling code, and of others."""
    abroad = np.full(256, OWN if plans.home is None else OTHER, dtype=np.uint8)
    abroad[NO_REGION] = UNASSIGNED
    abroad[REFUSED_AS:] = np.arange(256 - REFUSED_AS)
    abroad[NOTHING_TOLD] = LEFT
    at_home = abroad.copy()
    if plans.home is not None:
        code = Code.of(plans.home.code)
        # As `Shapes` counts them.
        regions = tuple(plan.region for plan in code.plans) if len(code.regions) > 1 else (code.main.region,)
        if plans.region in regions:
            at_home[1 + regions.index(plans.region)] = OWN
    return at_home, abroad
