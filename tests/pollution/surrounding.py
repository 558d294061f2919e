"""Pollution around and between the records: titles, notes, totals, blank lines, second headers and tables."""

from __future__ import annotations

from collections.abc import Callable

from tests.pollution.drafting import HEADER, Draft, Unfit

TITLES = (
    "Contacts of the spring fair",
    "Customer list 2024",
    "EXPORT CRM",
    "Newsletter recipients (confidential)",
    "Kundenliste Nord",
)
INSTRUCTIONS = (
    "Please fill in one contact per line.",
    "Do not change the order of the columns!",
    "Fields marked with * are required.",
    "Questions? Ask the sales office.",
    "1. Enter all contacts below",
    "2. Save the file and send it back",
)
FOOTNOTES = (
    "End of list",
    "* data as of 31 March",
    "Source: CRM export",
    "(c) Globex 2024. All rights reserved.",
    "Exported by admin",
    "Confidential - for internal use only",
)


def put_title(draft: Draft) -> None:
    """Put lines above the header: a title, instructions, or a title padded with empty cells."""
    random = draft.random
    way = random.choice(("title", "title", "instructions", "padded") if draft.width > 2 else ("title", "instructions"))
    if way == "title":
        lines = [draft.line("preamble", random.choice(TITLES))]
    elif way == "instructions":
        count = random.randint(2, len(INSTRUCTIONS))
        lines = [draft.line("preamble", text) for text in random.sample(INSTRUCTIONS, count)]
    else:
        lines = [draft.piece("preamble", [random.choice(TITLES), *[""] * (draft.width - 1)])]
    if any(draft.style.delimiter in line.text for line in lines if way != "padded"):
        raise Unfit("the title would have cells")
    if random.random() < 0.5:
        lines.append(draft.line("preamble", ""))
    draft.pieces[:0] = lines


def put_more_headers(draft: Draft) -> None:
    """Put in a row of groups above the header, technical names below it, or the header once more further down."""
    way = draft.random.choice(("groups", "technical", "again"))
    closing = draft.style.closing != "no"
    header = draft.header or []
    if way == "groups":
        names = ["Person", *[""] * (draft.width - 1)]
        names[draft.random.randint(2, draft.width - 1)] = "Organisation"
        draft.pieces.insert(0, draft.piece("several_headers", names, closing=closing))
    elif way == "technical":
        # Which of the two rows names the columns, nobody can tell.
        draft.also_headers.append(tuple(header))
        draft.pieces[0].what = "several_headers"
        draft.header = [f"C_{key.title()}" for key in draft.keys]
        draft.pieces.insert(1, draft.piece(HEADER, draft.header, closing=closing))
    else:
        places = [place for place, piece in enumerate(draft.pieces) if piece.row > 0]
        draft.pieces.insert(draft.random.choice(places), draft.piece("several_headers", header, closing=closing))


def drop_header(draft: Draft) -> None:
    """Take the header away. The first record shows that it is none by its e-mail address.

    It counts as hurt: a reader that has not been told takes it for names, and has to say so.
    """
    draft.header = None
    draft.pieces = [piece for piece in draft.pieces if piece.what != HEADER]
    draft.records()[0].damage.append("no_header")


def put_footnotes(draft: Draft) -> None:
    """Put notes below the last record, each in the first cell of its line."""
    random = draft.random
    lines = [draft.line("footer_notes", text) for text in random.sample(FOOTNOTES, random.randint(1, 3))]
    if draft.width > 2 and random.random() < 0.5:
        for line in lines:
            line.written += [""] * (draft.width - 1)
            line.between = draft.style.delimiter
    if any(draft.style.delimiter in line.written[0] for line in lines):
        raise Unfit("the note would have cells")
    if random.random() < 0.5:
        lines.insert(0, draft.line("footer_notes", ""))
    draft.pieces += lines


def put_totals(draft: Draft) -> None:
    """Put a row of totals below the last record."""
    random, count = draft.random, len(draft.rows)
    cells = ["Total", *[""] * (draft.width - 1)]
    cells[random.randint(1, draft.width - 1)] = random.choice((str(count), f"{count} contacts", f"{count}.00"))
    draft.pieces.append(draft.piece("totals_row", cells, closing=draft.style.closing != "no"))


def put_second_table(draft: Draft) -> None:
    """Put another table below, of another or the same width. A reader that drops it has to say so."""
    random, width = draft.random, draft.width
    names = ["Region", "Manager", "Budget", "Office", "Quarter", "Status", "Target", "Rank", "Code", "Desk", "Floor"]
    other = width if random.random() < 0.3 and 2 < width <= len(names) else random.choice((2, 3, 4, 5))
    lines = [draft.line("two_tables", "")]
    if random.random() < 0.3 and draft.style.delimiter != " ":
        lines.append(draft.line("two_tables", random.choice(("Regions", "Sales offices"))))
    regions = random.sample(("North", "South", "East", "West"), random.randint(2, 4))
    rows = [[region, *[f"{name[0]}{random.randrange(100)}" for name in names[1:other]]] for region in regions]
    for row in (names[:other], *rows):
        piece = draft.piece("two_tables", row)
        piece.holds_data = True
        lines.append(piece)
    draft.pieces += lines


def put_blank_lines(draft: Draft) -> None:
    """Put lines with nothing on them between records, above the header, and at the end."""
    _strew(draft, "blank_lines", lambda: "")


def put_lines_of_blanks(draft: Draft) -> None:
    """Put lines that hold nothing but blanks between records and at the end."""
    _strew(draft, "lines_of_blanks", lambda: " " * draft.random.randint(1, 8))


def _strew(draft: Draft, kind: str, text: Callable[[], str]) -> None:
    for _ in range(draft.random.randint(1, 4)):
        # Above the header only blank lines are sure to be no title.
        lowest = int(kind == "lines_of_blanks")
        highest = len(draft.pieces) - (draft.pieces[-1].end == "")
        place = draft.random.randint(min(lowest, highest), highest)
        draft.pieces.insert(place, draft.line(kind, text()))


def put_separator_line(draft: Draft) -> None:
    """Put Excel's `sep=` line above everything."""
    draft.pieces.insert(0, draft.line("separator_line", f"sep={draft.style.delimiter}"))


def mix_line_ends(draft: Draft) -> None:
    """Let some lines end in LF and others in CRLF, at least one each."""
    whole = [piece for piece in draft.pieces if piece.end]
    ends = [draft.random.choice(("\n", "\r\n")) for _ in whole]
    ends[0], ends[-1] = "\n", "\r\n"
    if draft.random.random() < 0.5:
        ends.reverse()
    for piece, end in zip(whole, ends, strict=True):
        piece.end = end


def repeat_names(draft: Draft) -> None:
    """Let two columns have one name."""
    header = draft.header or []
    first, second = draft.random.sample(range(len(header)), 2)
    header[second] = header[first]


def empty_names(draft: Draft) -> None:
    """Let one or two columns have no name. At least two keep theirs."""
    header = draft.header or []
    for column in draft.random.sample(range(len(header)), min(draft.random.randint(1, 2), len(header) - 2)):
        header[column] = ""
