"""What stands below the last record: totals, notes, signatures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.errors import SourceError
from pipeline.reading.headers import is_value
from pipeline.records import Source

FOOTER_RECORDS = 20
"""A footer is looked for among so many last records. Source: the product's own bound."""

NOTE_RECORDS = 5
"""... and one that only looks like a note among so many. Source: the product's own bound."""

HELD_LINES = 1 << 20
"""So many lines, blank ones included, are held back at most. Source: the product's own bound."""

# Whole first cells, or their beginnings where what follows cannot be a name.
_THINGS = r"(?:contacts?|records?|rows?|entries|lines|people|datens\u00e4tze)\b"
_FOOTER = re.compile(
    rf"""[*\u2020]+\s+\w|\W*(?:
        (?:grand\s+|sub-?\s*|over-?all\s+)?totals?\b\s*(?:$|[:=\d(]|(?:number|count|of|amount|\w+:)\b|{_THINGS})
      | (?:sum|count|average|summe|gesamt|gesamtsumme|anzahl|somme|nombre|suma|totale|totaal|insgesamt)
            \s*(?:$|[:=\d(]|of\b)
      | (?:number|no\.?|count)\s+of\s+{_THINGS}
      | (?:record|row|contact|line)\s*(?:count|total)s?\b
      | [\d.,]+\s+{_THINGS}
      | (?:end|ende|fin)\s+(?:of|der|des|du)\b
      | (?:sources?|notes?|quelle|hinweis|disclaimer|footnote|remarks?|legend)\s*(?::|$|\d|\*)
      | (?:generated|exported|printed|created|downloaded|prepared|compiled|(?:last\s+)?updated)
            (?:\s+(?:on|by|at|from|with)\b|\s*:|\s+\d)
      | (?:data\s+)?as\s+of\b
      | (?:report|list|export)\s+(?:generated|created|exported|printed|ends?)\b
      | (?:confidential|copyright|all\s+rights\s+reserved|proprietary)\b
      | page\s+\d+(?:\s|$)
      | \u00a9\s*\w
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ADDRESS = re.compile(r"\S@\S")


def is_footer(source: Source, number: int, cells: Sequence[str]) -> bool:
    """Return whether a record near the end says that it is no contact, or is plainly a note.

    Args:
        source: The file.
        number: The record's number.
        cells: Its cells, as many as they may be.
    """
    if number <= source.records - FOOTER_RECORDS or len(source.header) < 2:
        return False
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or any(map(_ADDRESS.search, filled)):
        return False
    if says_footer(filled[0]):
        return True
    alone = len(filled) == 1 and cells[0].strip() != "" and len(source.header) > 2
    return alone and number > source.records - NOTE_RECORDS and len(filled[0].split()) > 1 and not is_value(filled[0])


def says_footer(cell: str) -> bool:
    """Return whether a cell begins like a total or a note, and not like a name.

    >>> says_footer("Total: 12"), says_footer("Totally Spies"), says_footer("End of report"), says_footer("* paid only")
    (True, False, True, True)
    """
    return _FOOTER.match(cell) is not None


def without_last_lines(
    batches: Iterator[list[bytes]], count: int, dropped: list[bytes], name: str
) -> Iterator[list[bytes]]:
    """Yield the lines but for the last ones that are not blank, and blank ones among and below these.

    Args:
        batches: Physical lines to the end of the file.
        count: How many lines that are not blank to hold back; 0 for none.
        dropped: Takes the lines that were held back, once the others are yielded.
        name: The file's name, for the error.

    Raises:
        SourceError: More lines would be held back than fit.
    """
    if not count:
        yield from batches
        return
    held: list[bytes] = []
    for batch in batches:
        held += batch
        if len(held) - len(batch) > HELD_LINES:
            raise SourceError(
                f"{name}: its last {count:,} lines and the blank ones among them are too many to pass over"
            )
        keep = len(held)
        seen = 0
        while keep and seen < count:
            keep -= 1
            seen += not held[keep].isspace()
        if keep:
            yield held[:keep]
            del held[:keep]
    dropped += held
