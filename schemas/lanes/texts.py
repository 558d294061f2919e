"""The lane of texts: printable ASCII and the Latin letters of Western and Central Europe, told by a kernel."""

from __future__ import annotations

import numpy as np

from schemas.lanes.cells import Column
from schemas.lanes.deciding import Lane, Said, Values
from schemas.lanes.first_pass import OWN, PLACEHOLDERS, pass_over
from schemas.native import kernel, pointer_to

# U+00A1 to U+017E but U+00AD, which are two bytes each: each is its own normal form whatever stands beside it, can be
# seen, is no white space, and no part of a placeholder in whatever case. U+00A0 is white space, U+00AD cannot be seen;
# U+017F is folded to an ASCII letter.
# Source: Unicode Character Database, DerivedNormalizationProps (NFC_Quick_Check) and PropList (White_Space).
_LOW, _HIGH, _UNSEEN = (int.from_bytes(letter.encode(), "big") for letter in "\u00a1\u017e\u00ad")

# The judge looks closer at a text that begins so.
_MAY_BE_FORMULA = np.zeros(256, dtype=np.uint8)
_MAY_BE_FORMULA[[*b"=+-@"]] = 1

_TOO_LONG = OWN
_judge_texts = kernel("judge_texts", "pplpplpllllppp")


def text_lane(max_length: int | None) -> Lane:
    """Return the lane of texts of at most so many characters.

    It decides whole texts only: refused for their length, or fine but for white space around them. A line break is
    never inside one of them, so it does not matter whether line breaks are flattened.

    Args:
        max_length: Most characters (code points), or None.
    """
    most = -1 if max_length is None else max_length

    def lane(text: Column) -> tuple[Said, Values]:
        return pass_over(text, judge, {_TOO_LONG: ("T101",)}.__getitem__)

    def judge(data: int | None, borders: int, count: int, *out: int) -> int:
        formulas = pointer_to(_MAY_BE_FORMULA)
        return _judge_texts(data, borders, count, *PLACEHOLDERS.arguments, formulas, _LOW, _HIGH, _UNSEEN, most, *out)

    return lane
