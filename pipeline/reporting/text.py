"""The report for a terminal: plain text, values masked, lines that say what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.reporting.masking import mask, printable
from pipeline.reporting.report import Report

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space"}
_SHOWN = 3
"""Places shown of one finding; the folder holds all."""


def render_text(report: Report) -> str:
    """Return the summary of a report: what came in, what was changed, what was found, what was set aside and why."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    data = report.data
    source, schema, counts = data["source"], data["schema"], data["counts"]
    kinds = {column["field"]: column["kind"] for column in source["columns"] if column["field"]}
    why = "as asked" if schema["chosen"] == "named" else schema["chosen"]
    yield f"schema    {schema['name']} ({schema['title']}): {why}"
    delimiter = _DELIMITERS.get(source["delimiter"], repr(source["delimiter"]))
    yield (
        f"source    {printable(source['name'])}: {_many(counts['records'], 'record')}, "
        f"{_many(len(source['columns']), 'column')}, {source['encoding']}, {delimiter}"
    )
    yield f"accepted  {counts['accepted']:,} of {_many(counts['records'], 'record')}"
    duplicates = f", {counts['duplicates']:,} of them duplicates" if counts["duplicates"] else ""
    yield f"rejected  {counts['rejected']:,}{duplicates}"
    if counts["blank_would_accept"]:
        yield f"          --on-invalid blank would accept {counts['blank_would_accept']:,} more (the bad cells left blank)"
    yield f"changed   {_many(counts['changed_cells'], 'cell')} of accepted records"
    for change in data["changes"]:
        yield f"  {change['rule']:<6} {_many(change['count'], 'cell')} of {printable(change['column'])}: {change['name']}"
        kind = kinds.get(change["field"], "text")
        for example in change["examples"][:_SHOWN]:
            before, after = mask(example["before"], kind), mask(example["after"], kind) or "(blank)"
            yield f"         record {example['record']}, line {example['line']}: {before} → {after}"
    for severity, title in (("error", "errors"), ("warning", "warnings"), ("info", "notes")):
        rules = [rule for rule in data["rules"] if rule["severity"] == severity]
        if rules:
            yield f"{title}"
        for rule in rules:
            yield from _finding(rule, kinds)


def _finding(rule: Mapping[str, Any], kinds: Mapping[str, str]) -> Iterator[str]:
    where = f" in {printable(rule['column'])}" if rule["column"] else ""
    yield f"  {rule['code']}   {rule['name']}{where}: {rule['count']:,}"
    kind = kinds.get(rule["field"], "text")
    for example in rule["examples"][:_SHOWN]:
        places = [f"{what} {example[what]}" for what in ("record", "line") if example[what] is not None]
        value = mask(example["value"], kind) if rule["field"] else ""
        yield "         " + ": ".join(part for part in (", ".join(places), value, printable(example["message"])) if part)
    if rule["count"] > _SHOWN:
        yield f"         … and {rule['count'] - min(_SHOWN, len(rule['examples'])):,} more"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
