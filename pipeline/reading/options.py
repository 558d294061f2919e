"""How a file is to be read where the evidence shall not decide."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pipeline.reading.scanning import RANGE_RECORDS


@dataclass(frozen=True, slots=True)
class Reading:
    """What a person knows better than the evidence. The default knows nothing.

    Attributes:
        encoding: Python's codec name.
        delimiter: One character.
        quote: One character.
        escape: The character that takes the meaning from a quote or a delimiter.
        header_row: Physical line of the header, 1-based; 0 for a file without one.
        skip_footer: How many lines at the end are no records.
        sheet: Of a workbook: name or 1-based number.
        range_records: Records judged at once. A matter of memory and speed: the bytes written never depend on it.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    header_row: int | None = None
    skip_footer: int = 0
    sheet: str | int | None = None
    range_records: int = RANGE_RECORDS

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `scan`."""
        return asdict(self)
