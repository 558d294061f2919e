"""The report for a terminal: plain text, values masked, lines that say what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from pipeline.reporting.masking import mask, printable
from pipeline.reporting.report import Report

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space"}
"""What a person calls a delimiter."""
_SHOWN = 3
"""Places shown of one rule; the folder holds all."""

_PHONES_OF_ANOTHER_REGION = {"P102", "P103", "P105"}
"""What a number of another country mostly looks like when it is written without its code."""

_WORDS = (("duplicates", "duplicates"), ("known", "known already"))
"""What rejected records are called that have no other error."""

Item = Mapping[str, Any]


def render_text(report: Report) -> str:
    """Return the summary of a report: what came in, what was changed, what was found, what was set aside and why."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    data = report.data
    source, schema, counts = data["source"], data["schema"], data["counts"]
    mapped = [column for column in (*source["columns"], *source.get("joins", ())) if column["field"]]
    kinds = {column["field"]: column["kind"] for column in mapped}
    why = "as asked" if schema["chosen"] == "named" else schema["chosen"]
    yield f"schema    {schema['name']} ({schema['title']}): {why}"
    delimiter = DELIMITERS.get(source["delimiter"], repr(source["delimiter"]))
    yield (
        f"source    {printable(source['name'])}: {_many(data['budget']['records'], 'record')}, "
        f"{_many(len(source['columns']), 'column')}, {source['encoding']}, {delimiter}"
    )
    yield from _domains(data)
    yield f"accepted  {counts['accepted']:,} of {_many(counts['records'], 'record')}"
    what = [f"{counts[name]:,} of them {word}" for name, word in _WORDS if counts[name]]
    yield ", ".join((f"rejected  {counts['rejected']:,}", *what))
    if counts["rejected"]:
        more = f"{counts['blank_would_accept']:,} more"
        loss = "; a blank overwrites what the target holds" if schema["blank_overwrites"] else ""
        yield f"          --on-invalid blank would accept {more}, their bad cells left blank{loss}"
    blanked = sum(change["count"] for change in data["changes"] if "C004" in change["rule"].split(";"))
    if blanked and schema["blank_overwrites"]:
        yield f"blanked   {_many(blanked, 'bad cell')}, as asked; a blank overwrites what the target holds"
    if data["budget"]["exceeded"]:
        yield f"budget    --max-errors {data['budget']['max_errors']} is exceeded: nothing may be uploaded"
    yield f"changed   {_many(counts['changed_cells'], 'cell')} of accepted records"
    yield from _groups(data["changes"], kinds, lambda item: (item["rule"], item["name"]))
    if any(rule["code"] in _PHONES_OF_ANOTHER_REGION for rule in data["rules"]):
        yield f"phones    without a country code were read {_regions(data['settings']['region'], kinds)}"
    for severity, title in (("error", "errors"), ("warning", "warnings"), ("info", "notes")):
        rules = [rule for rule in data["rules"] if rule["severity"] == severity]
        if rules:
            yield title
            yield from _groups(rules, kinds, lambda item: (item["code"], item["name"]))
    if data["suggestions"]:
        yield "suggestions, none of them applied"
        for one in data["suggestions"]:
            column = f"column {one['position']} {printable(one['column'])!r}"
            yield (
                f"  {column} looks like {one['field']} ({one['reason']}): map it in a mapping file (--mapping), "
                "or rename it"
            )


def _regions(region: str, kinds: Mapping[str, str]) -> str:
    """Return where phones were read: with a country in the record, each in its own."""
    if "country" in kinds.values():
        return f"in their record's country, or as numbers of {region} where it names none; --region names another"
    return f"as numbers of {region}; --region names another"


def _domains(data: Item) -> Iterator[str]:
    """Yield what the domain name system was asked, if it was."""
    asked = data.get("domains")
    if asked is None:
        return
    unknown = f", {asked['unknown']:,} without an answer stay unknown" if asked["unknown"] else ""
    yield f"domains   {asked['answered']:,} of {_many(asked['asked'], 'domain')} looked up{unknown}"
    if asked["addresses_passed_over"]:
        yield f"          and not those of {asked['addresses_passed_over']:,} more: too many domains"


def _groups(items: Iterable[Item], kinds: Mapping[str, str], key: Callable[[Item], tuple[str, str]]) -> Iterator[str]:
    """Yield, for each rule, a line with its counts by column and a few places in record order."""
    for (code, name), members in groupby(items, key):
        group = list(members)
        total = sum(item["count"] for item in group)
        columns = [f"{printable(item['column'])} {item['count']:,}" for item in group if item["column"]]
        yield f"  {code}  {name}: {total:,}" + (f" ({', '.join(columns)})" if columns else "")
        if all(example["record"] is None for item in group for example in item["examples"]):
            examples = [example for item in group for example in item["examples"]]
            yield from dict.fromkeys(
                f"        {_place(example)}{printable(example['message'])}" for example in examples
            )
            continue
        places = [(example, item) for item in group for example in item["examples"]]
        places.sort(key=lambda place: place[0]["record"] or 0)
        for example, item in places[:_SHOWN]:
            yield f"        {_place(example)}{_said(example, item, kinds)}"
        if total > _SHOWN:
            yield f"        … and {total - _SHOWN:,} more"


def _place(example: Item) -> str:
    places = [f"{what} {example[what]}" for what in ("record", "line") if example[what] is not None]
    return f"{', '.join(places)}: " if places else ""


def _said(example: Item, item: Item, kinds: Mapping[str, str]) -> str:
    """Return what is to be said of one place: before and after of a change, value and message of a finding."""
    kind = kinds.get(item["field"], "text")
    if "before" in example:
        return f"{mask(example['before'], kind) or '(blank)'} → {mask(example['after'], kind) or '(blank)'}"
    value = mask(example["value"], kind) if item["field"] else ""
    return ": ".join(part for part in (value, printable(example["message"])) if part)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
