"""The lane of e-mail addresses."""

from __future__ import annotations

from typing import Any

import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none

from schemas.lanes.cells import Bools, Cells
from schemas.lanes.deciding import Lane, Said, Values

_compute: Any = pc

_USUAL = "^[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\\.)+(?:com|net|org)$"


def email_lane() -> Lane:
    """Return the lane of e-mail addresses."""

    def lane(cells: Cells, is_open: Bools, said: Said, values: Values) -> None:
        usual = _compute.match_substring_regex(cells.text, _USUAL).to_numpy(zero_copy_only=False)
        said.say(usual & is_open & (cells.lengths <= 67))

    return lane
