"""What a report says of the file itself."""

from __future__ import annotations

from typing import Any

from pipeline.records import Source


def describe_source(source: Source) -> dict[str, Any]:
    """Return how a file was read and why, as JSON holds it: no path, no time."""
    return {
        "name": source.name,
        "sha256": source.sha256,
        "size": source.size,
        "encoding": source.encoding.name,
        "bom": source.encoding.bom,
        "encoding_evidence": source.encoding.evidence,
        "delimiter": source.dialect.delimiter,
        "quote": source.dialect.quote,
        "escape": source.dialect.escape,
        "dialect_evidence": source.dialect.evidence,
        "header_line": source.header_line,
    }
