"""Polluted contact tables with known truth, one for each seed."""

from __future__ import annotations

from itertools import count
from random import Random

from tests.pollution.drafting import Draft, Unfit
from tests.pollution.inventing import FIRST, Inventor
from tests.pollution.kinds import BY_NAME, PAIRS, SINGLES, Stage
from tests.pollution.surrounding import put_separator_line
from tests.pollution.truth import Polluted

MENU: tuple[tuple[str, ...], ...] = (*PAIRS, *SINGLES * 6)
"""What consecutive seeds go through: every pair once, every single kind six times. 2,000 seeds reach all of it."""

_ORDER = list(range(len(MENU)))
Random(0).shuffle(_ORDER)


def generate(seed: int) -> Polluted:
    """Return the polluted file of a seed. The same seed gives the same file on every machine.

    A file has the pollution of one kind or of two, 3 to 200 records (or none), and 2 to 12 columns (or one).

    Args:
        seed: Any number from 0; as many consecutive ones as `MENU` is long reach every kind and every pair.
    """
    return generate_kinds(seed, MENU[_ORDER[seed % len(MENU)]])


def generate_kinds(seed: int, kinds: tuple[str, ...]) -> Polluted:
    """Return a file with the pollution of these kinds.

    A table that chance made without a place for the pollution is drawn again.
    """
    for attempt in count():
        try:
            return _generate(seed, Random(f"{seed}/{attempt}/{'+'.join(kinds)}"), kinds)
        except Unfit:
            if attempt > 200:
                raise
    raise AssertionError


def _generate(seed: int, random: Random, kinds: tuple[str, ...]) -> Polluted:
    chosen = [BY_NAME[name] for name in kinds]
    least = max(kind.records for kind in chosen)
    if "header_only" in kinds:
        size = 0
    else:
        # Two kinds that hurt records need room between the hurt ones.
        least += 6 * (sum(kind.stage is Stage.RECORDS for kind in chosen) > 1)
        size = max(least, random.choice((random.randint(3, 10), random.randint(8, 40), random.randint(20, 200))))
    width = 1 if "one_column" in kinds else max(random.choice((2, 3, 4, 5, 6, 7, 8, 12)), *(k.width for k in chosen), 2)

    inventor = Inventor(random, far=not {"cp1252", "mojibake"} & set(kinds), lines=_quoting(kinds) != "never")
    keys = inventor.columns(width)
    draft = Draft(random, kinds, keys, inventor.header(keys), inventor.rows(keys, size))
    draft.style.quoting = random.choice(("minimal", "minimal", "minimal", "some", "all"))
    draft.style.end = random.choice(("\n", "\n", "\r\n"))
    _accent(draft, max(kind.accents for kind in chosen))
    for stage in Stage:
        for kind in chosen:
            if kind.stage is stage:
                kind.work(draft)
        if stage is Stage.STYLE:
            draft.write()
        if stage is Stage.AROUND and "sep_line" in kinds:
            put_separator_line(draft)
    if random.random() < 0.2 and not draft.pieces[-1].closing and draft.pieces[-1].text.strip():
        # A last line without its end is no pollution.
        draft.pieces[-1].end = ""
    return draft.finish(seed)


def _quoting(kinds: tuple[str, ...]) -> str:
    """Return "never" for files in which quotes may never stand around cells, where a line break cannot be written."""
    return "never" if "backslash_escapes" in kinds else ""


def _accent(draft: Draft, rows: int) -> None:
    """Put a name with letters beyond ASCII into so many rows, not counting the last."""
    if not rows:
        return
    accented = [name for name in FIRST if not name.isascii()]
    column = next((at for at, key in enumerate(draft.keys) if key in ("first", "last", "company", "city", "title")), -1)
    if column < 0:
        raise Unfit("no column for names")
    for number in draft.random.sample(range(len(draft.rows) - 1), min(rows, len(draft.rows) - 1)):
        draft.rows[number][column] = draft.random.choice(accented)
