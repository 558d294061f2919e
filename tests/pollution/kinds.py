"""The catalogue of kinds of pollution, and which of them make sense together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from itertools import combinations

from tests.pollution import damaging, surrounding
from tests.pollution.drafting import BOMS, Draft


class Stage(Enum):
    """When a kind is at work."""

    STYLE = 1
    """Before the table is written."""
    RECORDS = 2
    AROUND = 3
    """When all records stand."""
    BYTES = 4


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of pollution.

    Attributes:
        name: In the truth, in tables, in tests.
        group: Two kinds of one group exclude each other, but for `record`.
        stage: When it is at work.
        work: What it does.
        records: Records that the table needs at least.
        width: Columns that it needs at least.
        accents: Rows with letters beyond ASCII that it needs at least.
    """

    name: str
    group: str
    stage: Stage
    work: Callable[[Draft], None]
    records: int = 3
    width: int = 1
    accents: int = 0


def _nothing(draft: Draft) -> None:
    """Leave the table clean."""


def _style(**changes: str | bool) -> Callable[[Draft], None]:
    def work(draft: Draft) -> None:
        for name, value in changes.items():
            setattr(draft.style, name, value)
        if "delimiter" in changes:
            draft.overrides = replace(draft.overrides, delimiter=draft.style.delimiter)

    return work


def _blank(draft: Draft) -> None:
    draft.style.blank = True
    draft.overrides = replace(draft.overrides, blank=True)


def _apostrophe(draft: Draft) -> None:
    draft.style.quote = "'"
    draft.style.quoting = draft.random.choice(("all", "some"))
    draft.overrides = replace(draft.overrides, quote="'")


def _backslash(draft: Draft) -> None:
    r"""Write `\"` for a quote; in half of the files quotes never stand around cells, and `\,` is a comma."""
    draft.style.escape = "\\"
    draft.style.quoting = draft.random.choice(("minimal", "all", "never"))
    draft.overrides = replace(draft.overrides, escape="\\")
    for number in draft.random.sample(range(len(draft.rows)), min(3, len(draft.rows))):
        column = draft.random.randrange(draft.width)
        if draft.keys[column] != "email":
            draft.rows[number][column] = f'{draft.rows[number][column]} "Ace", Jr'.strip()
    column = next(at for at in range(draft.width) if draft.keys[at] != "email")
    draft.rows[0][column] = 'Acme "Best", Ltd'


def _separator(draft: Draft) -> None:
    draft.style.delimiter = draft.random.choice(";;;\t|,")
    draft.overrides = replace(draft.overrides, delimiter=draft.style.delimiter)


def _closing(draft: Draft) -> None:
    """End every record with a delimiter; the header too, unless short records would then look whole."""
    risky = {"ragged_short", "truncated", "totals_row"} & set(draft.kinds)
    draft.style.closing = "all" if risky else draft.random.choice(("all", "records"))


def _encode(codec: str, *, mark: bool) -> Callable[[Draft], None]:
    def work(draft: Draft) -> None:
        draft.codec = codec
        draft.mark = BOMS[codec] if mark else b""
        if codec != "utf-8":
            draft.overrides = replace(draft.overrides, encoding=codec)

    return work


def _utf32(draft: Draft) -> None:
    _encode(draft.random.choice(("utf-32-le", "utf-32-be")), mark=True)(draft)


def _garble(draft: Draft) -> None:
    draft.translate = lambda text: text.encode().decode("cp1252")


_RECORD = (
    Kind("truncated", "foot", Stage.RECORDS, damaging.truncate, records=6, width=2, accents=4),
    Kind("undecodable_bytes", "encoding", Stage.RECORDS, damaging.put_wrong_bytes, records=8, width=2, accents=5),
    Kind("ragged_short", "record", Stage.RECORDS, damaging.shorten, records=4, width=2),
    Kind("ragged_long", "record", Stage.RECORDS, damaging.lengthen, records=4, width=2),
    Kind("stray_quote", "record", Stage.RECORDS, damaging.stray_quote),
    Kind("text_after_quote", "record", Stage.RECORDS, damaging.write_after_quote),
    Kind("unclosed_quote", "record", Stage.RECORDS, damaging.leave_quote_open),
    Kind("quote_doubled_wrongly", "record", Stage.RECORDS, damaging.double_wrongly),
    Kind("nul", "record", Stage.RECORDS, damaging.put_nul),
    Kind("lone_cr", "record", Stage.RECORDS, damaging.put_carriage_return, records=4, width=2),
    Kind("inconsistent_delimiter", "record", Stage.RECORDS, damaging.separate_otherwise, records=6, width=3),
    Kind("spreadsheet_damage", "record", Stage.RECORDS, damaging.damage_by_spreadsheet, width=2),
)

KINDS: tuple[Kind, ...] = (
    Kind("clean", "clean", Stage.STYLE, _nothing),
    Kind("one_column", "shape", Stage.STYLE, _nothing),
    Kind("header_only", "shape", Stage.STYLE, _nothing, records=0, width=2),
    Kind("semicolon", "dialect", Stage.STYLE, _style(delimiter=";"), width=2),
    Kind("tab", "dialect", Stage.STYLE, _style(delimiter="\t"), width=2),
    Kind("pipe", "dialect", Stage.STYLE, _style(delimiter="|"), width=2),
    Kind("space", "dialect", Stage.STYLE, _style(delimiter=" "), width=3),
    Kind("comma_blank", "dialect", Stage.STYLE, _blank, width=2),
    Kind("apostrophe_quotes", "dialect", Stage.STYLE, _apostrophe, width=2),
    Kind("backslash_escapes", "dialect", Stage.STYLE, _backslash, records=4, width=2),
    Kind("closing_delimiter", "dialect", Stage.STYLE, _closing, width=2),
    Kind("sep_line", "dialect", Stage.STYLE, _separator, width=2),
    Kind("cr_lines", "ends", Stage.STYLE, _style(end="\r")),
    Kind("mixed_lines", "ends", Stage.AROUND, surrounding.mix_line_ends),
    Kind("repeated_names", "names", Stage.STYLE, surrounding.repeat_names, width=2),
    Kind("empty_names", "names", Stage.STYLE, surrounding.empty_names, width=3),
    *_RECORD,
    Kind("no_header", "top", Stage.AROUND, surrounding.drop_header, width=2),
    Kind("footer_notes", "foot", Stage.AROUND, surrounding.put_footnotes, width=2),
    Kind("totals_row", "foot", Stage.AROUND, surrounding.put_totals, width=3),
    Kind("two_tables", "foot", Stage.AROUND, surrounding.put_second_table, records=5, width=2),
    Kind("several_headers", "top", Stage.AROUND, surrounding.put_more_headers, width=4),
    Kind("preamble", "top", Stage.AROUND, surrounding.put_title, width=2),
    Kind("blank_lines", "record", Stage.AROUND, surrounding.put_blank_lines, width=2),
    Kind("lines_of_blanks", "record", Stage.AROUND, surrounding.put_lines_of_blanks, width=2),
    Kind("cp1252", "encoding", Stage.BYTES, _encode("cp1252", mark=False), accents=2),
    Kind("utf8_bom", "encoding", Stage.BYTES, _encode("utf-8", mark=True)),
    Kind("utf16_le", "encoding", Stage.BYTES, _encode("utf-16-le", mark=False)),
    Kind("utf16_be", "encoding", Stage.BYTES, _encode("utf-16-be", mark=False)),
    Kind("utf16_le_bom", "encoding", Stage.BYTES, _encode("utf-16-le", mark=True)),
    Kind("utf16_be_bom", "encoding", Stage.BYTES, _encode("utf-16-be", mark=True)),
    Kind("utf32_bom", "encoding", Stage.BYTES, _utf32),
    Kind("mojibake", "encoding", Stage.BYTES, _garble, records=4, accents=3),
)

BY_NAME = {kind.name: kind for kind in KINDS}

_ONLY_WITH: dict[str, set[str]] = {
    # A list of one column has no separator: a comma in it, a blank line, a title are all as good as a record.
    "one_column": {
        *(kind.name for kind in KINDS if kind.group in ("encoding", "ends")),
        "stray_quote",
        "text_after_quote",
        "unclosed_quote",
        "quote_doubled_wrongly",
        "nul",
    }
    - {"undecodable_bytes", "cp1252", "mojibake"},
    # Below a lone header nothing says what a further line would be, and ASCII names prove no code page or quote.
    "header_only": {
        "semicolon",
        "tab",
        "pipe",
        "sep_line",
        "comma_blank",
        "cr_lines",
        "repeated_names",
        "utf8_bom",
        "utf16_le",
        "utf16_be",
        "utf16_le_bom",
        "utf16_be_bom",
        "utf32_bom",
    },
}

_NEVER: set[frozenset[str]] = {
    frozenset(pair)
    for pair in (
        # A title or a note of several words is a row of cells there, and a line of blanks a row of empty ones.
        ("space", "preamble"),
        ("space", "footer_notes"),
        ("space", "two_tables"),
        ("space", "lines_of_blanks"),
        # Where every line ends so, it is no damage.
        ("cr_lines", "lone_cr"),
        # An empty last name or a padded group row could belong to the closing delimiter or not.
        ("closing_delimiter", "empty_names"),
        ("closing_delimiter", "several_headers"),
        # Names and groups of names with gaps: which row is the header, nobody can tell.
        ("empty_names", "several_headers"),
        # Without a header there are no names, and a second table's header would be the only one.
        ("no_header", "repeated_names"),
        ("no_header", "empty_names"),
        ("no_header", "two_tables"),
    )
}


def make_sense(first: Kind, second: Kind) -> bool:
    """Return whether a file can hold both and still have one truth."""
    names = {first.name, second.name}
    if "clean" in names or (first.group == second.group and first.group != "record"):
        return False
    if frozenset(names) in _NEVER:
        return False
    return all(not (name in names and names - {name} - fits) for name, fits in _ONLY_WITH.items())


SINGLES: tuple[tuple[str, ...], ...] = tuple((kind.name,) for kind in KINDS)
PAIRS: tuple[tuple[str, ...], ...] = tuple(
    (first.name, second.name) for first, second in combinations(KINDS, 2) if make_sense(first, second)
)
