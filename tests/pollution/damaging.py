"""Pollution that hurts single records. Each function marks the records it hurts.

None may leave a record that reads as another whole record: then nobody could tell, and no reader is to blame.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.pollution.drafting import RECORD, Draft, Piece, Unfit, byte
from tests.pollution.inventing import FIRST

MOST = 3
"""Records that one kind hurts at most."""


def shorten(draft: Draft) -> None:
    """Drop cells of some records. What is dropped held text, else nothing would be missing; what stays is no blank."""
    for piece in draft.victims(MOST):
        row = draft.rows[piece.row]
        filled = [column for column, cell in enumerate(row) if cell]
        if len(filled) < 2:
            raise Unfit("a record with a single filled cell would become blank")
        if draft.random.random() < 0.5:
            del piece.written[filled[-1] :]
        else:
            del piece.written[draft.random.choice(filled)]
        piece.damage.append("ragged_short")


def lengthen(draft: Draft) -> None:
    """Add cells to some records: a separator inside a text without quotes, a text or nothing at the end."""
    style = draft.style
    for piece in draft.victims(MOST):
        way = draft.random.choice(("inside", "inside", "text", "nothing"))
        if way == "inside":
            column = _column(draft, piece, _is_plain)
            cell = f"{draft.rows[piece.row][column]}{style.between}Inc"
            draft.change(piece, column, cell)
            piece.written[column] = cell
        else:
            piece.written.append("moved in May" if way == "text" and style.gap else "moved" * (way == "text"))
        piece.damage.append("ragged_long")


def stray_quote(draft: Draft) -> None:
    """Put quotes inside cells without quotes around them: in the text, or because a separator was lost.

    Where a quote is left unclosed elsewhere, no stray one stands before a separator: the two together would be a
    well-formed cell over several lines.
    """
    style, quote, gap = draft.style, draft.style.quote, draft.style.gap
    ways = ["nickname", "inches", "separator"]
    if "unclosed_quote" not in draft.kinds and "truncated" not in draft.kinds:
        ways += ["end", "opening"]
    for piece in draft.victims(MOST):
        way = draft.random.choice(ways if draft.width > 1 else ["nickname", "inches"])
        row = draft.rows[piece.row]
        column = _column(draft, piece, _is_plain, last=way != "separator")
        cell = row[column].replace(" ", gap)
        if way == "separator":
            # One separator inside the quotes for the one that is lost: the width does not tell.
            draft.change(piece, column, cell)
            draft.change(piece, column + 1, f"Acme{style.between}Inc")
            joined = cell + style.quoted(row[column + 1])
            piece.written[column : column + 2] = [joined]
        elif way == "opening":
            draft.change(piece, column, f"{cell}{style.between}Inc")
            piece.written[column] = f"{row[column]}{quote}"
        else:
            texts = {
                "nickname": f"{cell}{gap}{quote}Ace{quote}{gap}Jr",
                "inches": f"19{quote}{gap}{cell}",
                "end": f"{cell}{gap}{quote}Ace{quote}",
            }
            draft.change(piece, column, texts[way])
            piece.written[column] = texts[way]
        piece.damage.append("stray_quote")


def write_after_quote(draft: Draft) -> None:
    """Let text follow a closing quote: part of the cell, a blank, or the next cell."""
    style, quote, gap = draft.style, draft.style.quote, draft.style.gap
    for piece in draft.victims(MOST):
        ways = ["part"] + ["blank"] * bool(gap) + ["separator"] * (draft.width > 1)
        way = draft.random.choice(ways)
        column = _column(draft, piece, _is_plain, last=way != "separator")
        row = draft.rows[piece.row]
        if way == "part":
            draft.change(piece, column, f"{row[column]}{gap}Ltd")
            piece.written[column] = f"{style.quoted(row[column].removesuffix(f'{gap}Ltd'))}{gap}Ltd"
        elif way == "blank":
            draft.change(piece, column, f"{row[column]}{style.between}Inc")
            piece.written[column] = f"{style.quoted(row[column])} "
            # Whether the blank is part of the text, nobody can tell.
            piece.also.append((*row[:column], f"{row[column]} ", *row[column + 1 :]))
        else:
            draft.change(piece, column, f"{row[column]}{style.between}Inc")
            if not row[column + 1] or quote in row[column + 1]:
                draft.change(piece, column + 1, "Smith")
            following = row[column + 1]
            piece.written[column : column + 2] = [style.quoted(row[column]) + following]
        piece.damage.append("text_after_quote")


def leave_quote_open(draft: Draft) -> None:
    """Open a quote that nothing closes, in the first, a middle, or the last record."""
    style, quote = draft.style, draft.style.quote
    records = draft.records()
    place = draft.random.choice((records[:1], records[1:-1], records[1:-1], records[-1:]))
    for piece in draft.victims(1, where=lambda one: one in place):
        column = _column(draft, piece, _is_plain)
        if draft.random.random() < 0.5:
            draft.change(piece, column, f"{draft.rows[piece.row][column]}{style.between}Inc")
        piece.written[column] = quote + draft.rows[piece.row][column]
        piece.damage.append("unclosed_quote")


def double_wrongly(draft: Draft) -> None:
    """Quote a cell that holds quotes without doubling them all."""
    quote, gap = draft.style.quote, draft.style.gap
    for piece in draft.victims(MOST):
        column = _column(draft, piece, _is_plain)
        before, after = draft.rows[piece.row][column] + gap, f"{gap}Ltd"
        cell = f"{before}{quote}Best{quote}{after}"
        draft.change(piece, column, cell)
        inner = draft.random.choice((cell, f"{before}{quote * 2}Best{quote}{after}"))
        piece.written[column] = f"{quote}{inner}{quote}"
        piece.damage.append("quote_doubled_wrongly")


def put_nul(draft: Draft) -> None:
    """Put a NUL into a cell. It is as right to give it back to the letter as to take it out."""
    for piece in draft.victims(MOST):
        column = _column(draft, piece, _is_plain)
        row = draft.rows[piece.row]
        at = draft.random.randint(1, len(row[column]))
        cell = f"{row[column][:at]}\0{row[column][at:]}"
        at = piece.written[column].index(row[column]) + at
        piece.written[column] = f"{piece.written[column][:at]}\0{piece.written[column][at:]}"
        piece.also += [(*cells[:column], cell, *cells[column + 1 :]) for cells in [tuple(row), *piece.also]]
        piece.damage.append("nul")


def put_carriage_return(draft: Draft) -> None:
    """Break a cell by a lone CR: within quotes it is text, without them it hurts the record."""
    for piece in draft.victims(MOST):
        column = _column(draft, piece, _is_plain)
        row = draft.rows[piece.row]
        cell = row[column]
        draft.change(piece, column, f"{cell}\rc/o Smith")
        if draft.style.quoting == "never" or draft.random.random() < 0.5:
            piece.written[column] = row[column]
            piece.also += [(*cells[:column], f"{cell} c/o Smith", *cells[column + 1 :]) for cells in [tuple(row)]]
            piece.damage.append("lone_cr")


def separate_otherwise(draft: Draft) -> None:
    """Write one record with another delimiter."""
    other = ";" if draft.style.delimiter != ";" else ","
    (piece,) = draft.victims(1, where=lambda one: not any(other in cell for cell in one.written))
    piece.between = other
    piece.closing = other if piece.closing else ""
    piece.damage.append("inconsistent_delimiter")


def put_wrong_bytes(draft: Draft) -> None:
    """Write one record of a UTF-8 file in Windows-1252.

    There are more lines of good UTF-8, else the file could as well be Windows-1252.
    """
    (piece,) = draft.victims(1, where=lambda one: not one.text.isascii() and not set(one.text) - WESTERN)
    piece.written = ["".join(c if c.isascii() else byte(c.encode("cp1252")[0]) for c in w) for w in piece.written]
    if not byte_before_ascii(piece.text):
        raise Unfit("these bytes could be UTF-8")
    piece.damage.append("undecodable_bytes")


def damage_by_spreadsheet(draft: Draft) -> None:
    """Put in what a spreadsheet makes of numbers and formulas. The file is whole; the cells are to be read so."""
    for piece in draft.victims(4):
        column = _column(draft, piece, _is_plain)
        if draft.keys[column] == "email":
            continue
        harm = draft.random.choice(("3.03E+09", "1.23457E+11", "#REF!", "#N/A", "#NAME?", "########", "2022221234.0"))
        draft.change(piece, column, harm)


def truncate(draft: Draft) -> None:
    """Cut the file off within its last record: in the middle, inside quotes, or in the middle of a character.

    What is left never reads as a whole record: a cut in the last cell shows by an open quote or half a character.
    """
    piece = draft.records()[-1]
    row = draft.rows[piece.row]
    ways: list[Callable[[Draft, Piece], None]] = [_cut_record, _cut_quotes]
    if draft.kinds == ("truncated",) or not ENCODED & set(draft.kinds):
        ways.append(_cut_character)
    if not row[0]:
        raise Unfit("the rest could be blank")
    draft.random.choice(ways)(draft, piece)
    piece.end = piece.closing = ""
    piece.damage.append("truncated")


def _cut_record(draft: Draft, piece: Piece) -> None:
    column = draft.random.randrange(draft.width - 1)
    start = piece.written[column]
    kept = start[: draft.random.randint(1, max(1, len(start) - 1))]
    piece.written = [*piece.written[:column], kept]
    if kept == draft.style.quote * len(kept) or kept.endswith((draft.style.escape or "\n", "\n", "\r")):
        raise Unfit("a lone quote or escape says nothing")


def _cut_quotes(draft: Draft, piece: Piece) -> None:
    column = _column(draft, piece, _is_plain)
    cell = draft.rows[piece.row][column]
    piece.written = [*piece.written[:column], draft.style.quote + cell[: draft.random.randint(1, len(cell))]]


def _cut_character(draft: Draft, piece: Piece) -> None:
    column = _column(draft, piece, _is_plain)
    cell = draft.random.choice([name for name in FIRST if not name.isascii()])
    draft.change(piece, column, cell)
    at = next(place for place, character in enumerate(cell) if not character.isascii())
    kept = cell[:at] + byte(cell[at].encode()[0])
    quote = draft.style.quote if piece.written[column].startswith(draft.style.quote) else ""
    piece.written = [*piece.written[:column], quote + kept]


WESTERN = {chr(code) for code in range(0x20, 0x7F)} | {chr(code) for code in range(0xA0, 0x100)} | {"\n", "\t"}

ENCODED = {
    "cp1252",
    "utf8_bom",
    "utf16_le",
    "utf16_be",
    "utf16_le_bom",
    "utf16_be_bom",
    "utf32_bom",
    "mojibake",
    "undecodable_bytes",
}


def byte_before_ascii(text: str) -> bool:
    """Return whether some single byte above 127 stands before ASCII or the end, where UTF-8 allows none."""
    return any(
        first >= "\ue000" and (following < "\x80") for first, following in zip(text, [*text[1:], "\n"], strict=True)
    )


def _is_plain(cell: str) -> bool:
    return bool(cell) and not any(mark in cell for mark in "\"'\n\r\\") and not cell.startswith(" ")


def _column(draft: Draft, piece: Piece, fits: Callable[[str], bool], *, last: bool = True) -> int:
    """Return a column whose cell is fit; not the last one if that is not wanted."""
    assert piece.what == RECORD
    row = draft.rows[piece.row]
    marks = (draft.style.delimiter, "," if draft.style.delimiter == "," else "\0")
    columns = [
        column
        for column, cell in enumerate(row[: draft.width if last else draft.width - 1])
        if fits(cell) and not any(mark in cell for mark in marks) and column < len(piece.written)
    ]
    if not columns:
        raise Unfit("no cell fits")
    return draft.random.choice(columns)
