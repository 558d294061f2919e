"""Rules out of JSON and back."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pipeline.sandbox.faults import checks
from pipeline.sandbox.faults.acts import ACTS, Act
from pipeline.sandbox.faults.checks import Check
from pipeline.sandbox.faults.rules import CALLS, Rule

_COUNT = checks.whole(1, 10**9)
_RULE: Mapping[str, Check] = {
    "call": checks.one_of(*CALLS),
    "do": checks.one_of(*ACTS),
    "from": _COUNT,
    "times": lambda value: None if value is None else _COUNT(value),
    "job": checks.text,
}


class FaultsError(Exception):
    """The rules cannot be used. The text is one line for a person: which rule, which option, what may stand there."""


def read_rules(path: Path) -> tuple[Rule, ...]:
    """Returns the rules that a file of JSON holds.

    Raises:
        FaultsError: If it cannot be read, or holds anything else.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FaultsError(f"{path}: cannot be read ({error.strerror})") from None
    try:
        return parse_rules(data)
    except FaultsError as error:
        raise FaultsError(f"{path}: {error}") from None


def parse_rules(data: bytes | str) -> tuple[Rule, ...]:
    r"""Returns the rules of a JSON list.

    >>> parse_rules('[{"call": "create", "do": "reset", "taken": true}]')[0].act
    Reset(taken=True, after=0)
    >>> parse_rules('[{"call": "create", "do": "reset", "taken": 1}]')
    Traceback (most recent call last):
    ...
    pipeline.sandbox.faults.parsing.FaultsError: rule 1: 'taken' must be true or false

    Raises:
        FaultsError: For anything else.
    """
    try:
        found: object = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FaultsError(f"not JSON ({error})") from None
    if not isinstance(found, list):
        raise FaultsError("the rules must be a JSON list of objects")
    return tuple(_rule(number, entry) for number, entry in enumerate(cast("list[object]", found), start=1))


def write_rule(rule: Rule) -> dict[str, object]:
    """Returns the JSON object that a rule is read from, with every option."""
    options = {option.name: getattr(rule.act, option.name) for option in dataclasses.fields(rule.act)}
    head = {"call": rule.call, "do": rule.act.name, "from": rule.first, "times": rule.times}
    return {**head, **({"job": rule.job} if rule.job is not None else {}), **options}


def _rule(number: int, entry: object) -> Rule:
    where = f"rule {number}"
    if not isinstance(entry, dict):
        raise FaultsError(f"{where} must be an object")
    values = cast("dict[str, object]", entry)
    for name in ("call", "do"):
        if name not in values:
            raise FaultsError(f"{where}: '{name}' is missing")
    said = {name: _checked(where, name, check, values[name]) for name, check in _RULE.items() if name in values}
    act = _act(where, ACTS[str(said["do"])], {name: value for name, value in values.items() if name not in _RULE})
    names = {"call": "call", "from": "first", "times": "times", "job": "job"}
    chosen: dict[str, Any] = {names[name]: value for name, value in said.items() if name in names}
    try:
        return Rule(act=act, **chosen)
    except ValueError as error:
        raise FaultsError(f"{where}: {error}") from None


def _act(where: str, kind: type[Act], values: Mapping[str, object]) -> Act:
    options = {option.name: option.metadata["check"] for option in dataclasses.fields(kind)}
    unknown = [name for name in values if name not in options]
    if unknown:
        known = ", ".join([*_RULE, *options])
        raise FaultsError(f"{where}: {kind.name!r} has no option '{unknown[0]}'; it has {known}")
    chosen: dict[str, Any] = {name: _checked(where, name, options[name], value) for name, value in values.items()}
    return kind(**chosen)


def _checked(where: str, name: str, check: Check, value: object) -> object:
    try:
        return check(value)
    except ValueError as error:
        raise FaultsError(f"{where}: '{name}' {error}") from None
