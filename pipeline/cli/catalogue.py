"""`schemas list`, `schemas show` and `rules`: what there is, for looking it up."""

from __future__ import annotations

import difflib
import textwrap
from dataclasses import asdict

from pipeline.cli.options import Format, SchemaFormat
from pipeline.cli.preparing import print_json, print_text
from pipeline.contracts import (
    BY_CODE,
    RULES,
    Contract,
    FieldSpec,
    Rule,
    json_schema,
    load_contract,
    opened_contract,
    pandera_yaml,
    schema_names,
    schema_yaml,
)
from pipeline.errors import Exit, UsageError


def list_schemas(output: Format) -> int:
    """Print the schemas there are."""
    contracts = [load_contract(schema) for schema in schema_names()]
    if output is Format.JSON:
        print_json([{"name": contract.name, "title": contract.target.title} for contract in contracts])
    else:
        for contract in contracts:
            print(f"{contract.name:<18} {contract.target.title}")
    return Exit.FINE


def show_schema(schema: str, output: SchemaFormat) -> int:
    """Print one schema, for people or in the words of another tool."""
    contract = opened_contract(schema)
    match output:
        case SchemaFormat.TEXT:
            _print_schema(contract)
        case SchemaFormat.JSON:
            print_json({"target": asdict(contract.target), "fields": [asdict(field) for field in contract.fields]})
        case SchemaFormat.YAML:
            print_text(schema_yaml(contract))
        case SchemaFormat.JSONSCHEMA:
            print_json(json_schema(contract))
        case SchemaFormat.PANDERA:
            print_text(pandera_yaml(contract))
    return Exit.FINE


def _print_schema(contract: Contract) -> None:
    target = contract.target
    print(f"{contract.name}: {target.title}")
    print(
        f"hub {target.hub or '(none)'}, object {target.object or '(none)'}, upsert key {target.upsert_key or '(none)'}"
    )
    print(f"phone region {target.region}, on invalid {target.on_invalid}")
    print(
        f"countries as {target.country_form or 'written'}, states as {target.state_form or 'written'}, "
        "dates as YYYY-MM-DD"
    )
    for field in contract.fields:
        print(f"  {field.name:<20} {field.kind:<8} {', '.join(notes_of(field))}".rstrip())
        if field.aliases:
            print(textwrap.fill(", ".join(field.aliases), 100, initial_indent=" " * 6, subsequent_indent=" " * 6))
    for note in (*target.notes, *(f"Source: {source}" for source in target.sources)):
        print(textwrap.fill(note, 100))


def notes_of(field: FieldSpec) -> list[str]:
    """Return what is to be known of a field beside its kind, a few words each."""
    notes = ["key"] * field.key + ["required"] * field.required
    notes += [f"at most {field.max_length} characters"] if field.max_length else []
    notes += ["line breaks become blanks"] if field.flatten else []
    notes += ["choices " + "; ".join(field.choices) + " and others" * (not field.closed)] if field.choices else []
    return notes


def show_rules(code: str | None, output: Format) -> int:
    """Print all rules, or explain one."""
    if code is None:
        if output is Format.JSON:
            print_json([asdict(rule) for rule in RULES])
        else:
            for rule in RULES:
                print(f"{rule.code}  {rule.severity.value:<8} {rule.name}")
        return Exit.FINE
    found = BY_CODE.get(code.upper()) or next((rule for rule in RULES if rule.name == code), None)
    if found is None:
        near = difflib.get_close_matches(code.upper(), BY_CODE, n=1, cutoff=0.5)
        raise UsageError(
            f"no rule has the code {code!r}; "
            + (f"did you mean {near[0]}?" if near else "`contactprep rules` lists them")
        )
    if output is Format.JSON:
        print_json(asdict(found))
    else:
        print(explain(found))
    return Exit.FINE


def explain(rule: Rule) -> str:
    """Return a rule's page as text."""
    parts = (
        ("What it finds", rule.finds),
        ("Why it matters", rule.why),
        ("Example", rule.example),
        ("Repair", rule.repair),
        ("Source", rule.source),
    )
    lines = [f"{rule.code} {rule.name} ({rule.severity.value})"]
    for title, text in parts:
        if text:
            lines += ["", title, textwrap.fill(text, 100, initial_indent="  ", subsequent_indent="  ")]
    return "\n".join(lines)
