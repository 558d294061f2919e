"""What a kind says about one cell."""

from __future__ import annotations

from typing import NamedTuple


class Verdict(NamedTuple):
    """The judgement of one cell's text.

    Attributes:
        value: The normal form, or None where the cell is blank or its text is refused.
        codes: Codes of the rules that apply, in the order in which they were applied: changes, repairs, then findings.
            Empty for a cell that is fine as it is. A cell is refused exactly if one code is an error, and then no
            code of a change stands beside it (nothing was changed).
    """

    value: str | None
    codes: tuple[str, ...] = ()
