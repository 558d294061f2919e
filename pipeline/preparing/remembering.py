"""From the report of a run to the mapping that the sender's next file is read by."""

from __future__ import annotations

from pipeline.mapping.senders import Cells, Join, LastFile, SenderMapping
from pipeline.preparing.settings import Settings
from pipeline.reporting.report import Report


def remembered(report: Report, settings: Settings, *, name: str = "the mapping") -> SenderMapping:
    """Return what a run did with the columns of its file, and what the file looked like.

    Columns that were found by their names are said outright, so that the next file is read in the same way whatever
    aliases there are by then. What the mapping that the run used says of columns to leave out, of region and of other
    columns stays.

    Args:
        report: Of a run.
        settings: Of the same run; they asked it to remember.
        name: What to call the mapping in messages.

    Raises:
        ValueError: The run was not asked to remember.
    """
    if not settings.remember:
        raise ValueError("only a run whose settings say remember=True tells what a mapping remembers")
    data, earlier = report.data, settings.mapping
    source, records = data["source"], report.records
    mapped = [column for column in (*source["columns"], *source.get("joins", ())) if column["field"]]
    columns: dict[str, str | None] = {}
    for column in source["columns"]:
        if column["field"] and "take" not in column:
            columns[column["column"]] = column["field"]
        elif column["how"] == "left out":
            columns[column["column"]] = None
    if earlier is not None:
        columns |= {one: None for one, field in earlier.columns.items() if field is None and one not in columns}
    return SenderMapping(
        columns=columns,
        joins={one["field"]: Join(tuple(one["join"]), one["with"]) for one in source.get("joins", ())},
        firsts={one["field"]: one["column"] for one in mapped if "take" in one},
        schema=report.schema,
        region=settings.judging.region,
        unmapped=settings.unmapped or (earlier.unmapped if earlier else None),
        last=LastFile(
            header=tuple(column["column"] for column in source["columns"]),
            records=records,
            accepted=report.accepted,
            cells={
                one["field"]: Cells(
                    one["blank"] / records if records else 0.0,
                    one["refused"] / records if records else 0.0,
                    one.get("looks", "empty"),
                )
                for one in mapped
            },
        ),
        name=name,
    )
