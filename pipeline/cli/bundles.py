"""Lets several commands share a bundle of options: a dataclass whose fields are the options."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from typing import Any, get_type_hints


def bundled(command: Callable[..., int]) -> Callable[..., int]:
    """Return a command in which each parameter that is annotated with a dataclass stands for that class's fields.

    The fields are options, `Annotated[...]` with a default. What calls the result gives the options one by one; the
    command is given the bundles. Options stand in the help in the order of the parameters and of the fields.

    Raises:
        TypeError: Two bundles have an option of one name, or a bundle's field has no default.
    """
    hints = get_type_hints(command, include_extras=True)
    bundles: dict[str, type[Any]] = {}
    parameters: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        if not is_dataclass(hints[name]):
            parameters.append(parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY))
            continue
        bundles[name] = bundle = hints[name]
        kinds = get_type_hints(bundle, include_extras=True)
        for option in fields(bundle):
            if option.default is MISSING:
                raise TypeError(f"option {option.name} of {bundle.__name__} has no default")
            parameters.append(
                inspect.Parameter(
                    option.name, inspect.Parameter.KEYWORD_ONLY, default=option.default, annotation=kinds[option.name]
                )
            )
    names = [parameter.name for parameter in parameters]
    if len(set(names)) != len(names):
        raise TypeError(f"command {command.__name__} has an option twice")

    @wraps(command)
    def call(**given: Any) -> int:
        taken = {
            name: bundle(**{option.name: given.pop(option.name) for option in fields(bundle)})
            for name, bundle in bundles.items()
        }
        return command(**given, **taken)

    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return call
