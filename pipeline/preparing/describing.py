"""What a report says of the columns: which field each became, how, and what it looked like."""

from __future__ import annotations

from typing import Any

from pipeline.preparing.batches import Work
from pipeline.preparing.remarks import Remarks


def describe_columns(work: Work, remarks: Remarks) -> dict[str, Any]:
    """Return the columns of a file, and the joins of some of them where there are any, as JSON holds them.

    `how` is `mapping`, `exact`, `folded` or `alias` for a column with a field, `kept` or `left out` for one without,
    and null where it was dropped. `blank` and `refused` count cells; `looks` is what a sample seems to hold, where a
    mapping file is to remember it.
    """
    header = work.header
    fields: dict[int, dict[str, Any]] = {}
    for mapped, look in zip(header.mapped, remarks.looks, strict=True):
        fields[mapped.position] = {
            "field": mapped.field.name,
            "kind": mapped.field.kind,
            "how": mapped.how,
            **({"take": "first"} if mapped.takes_first else {}),
            "blank": look.blank,
            "refused": look.refused,
            **({"looks": look.kind} if look.kind else {}),
        }
    ways = dict.fromkeys(header.left_out, "left out") | dict.fromkeys((one.position for one in header.kept), "kept")
    columns = [
        {"column": column, **fields.get(position, {"field": None, "kind": None, "how": ways.get(position)})}
        for position, column in enumerate(header.header)
    ]
    joins = [
        {
            "column": join.column,
            **fields[join.position],
            "join": [header.header[part] for part in join.parts],
            "with": join.separator,
        }
        for join in header.joins
    ]
    return {"columns": columns, **({"joins": joins} if joins else {})}
