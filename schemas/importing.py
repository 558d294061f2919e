"""A contact schema that a user wrote in Python, found by `module:Class`."""

from __future__ import annotations

import difflib
import os
import sys
import traceback
from importlib import import_module
from types import ModuleType
from typing import Any


class ImportedSchemaError(ValueError):
    """A module or class cannot be used. The text is one line: what is wrong, and the way out."""

    def __init__(self, text: str) -> None:
        super().__init__(" ".join(text.split()))


def import_schema(text: str) -> Any:
    """Return the contact schema class that `module:Class` names.

    Raises:
        ImportedSchemaError: The module fails to import, has no such name, or it is no contact schema.

    Side effects:
        Appends the working directory to `sys.path`, so that the module is found there and by processes that get this
        path; behind what is installed, so that no file there takes the place of a library. Runs the module.
    """
    import pandera.pandas as pa

    from schemas.base import ContactSchema

    name, _, attribute = text.partition(":")
    if not all(part.isidentifier() for part in name.split(".")) or not attribute.isidentifier():
        raise ImportedSchemaError("say module:Class, as contacts.schemas:MyContact, or the path of a schema file")
    module = _import(name)
    found = getattr(module, attribute, None)
    if found is None:
        raise ImportedSchemaError(f"the module {_place(module)} has no {attribute}{_suggestion(attribute, module)}")
    if isinstance(found, type) and issubclass(found, ContactSchema) and found is not ContactSchema:
        return found
    what = "a Pandera model, but" if isinstance(found, type) and issubclass(found, pa.DataFrameModel) else ""
    raise ImportedSchemaError(
        f"{attribute} is {what} no contact schema: derive it from schemas.ContactSchema and declare its columns with "
        "Email, Phone, Website and Text of schemas.fields"
    )


def _import(name: str) -> ModuleType:
    here = os.getcwd()
    if here not in sys.path:
        sys.path.append(here)
    try:
        return import_module(name)
    except ModuleNotFoundError as failure:
        if failure.name and (name == failure.name or name.startswith(f"{failure.name}.")):
            raise ImportedSchemaError(
                f"there is no module {failure.name}; it is looked for among what is installed, then in the working "
                "directory"
            ) from None
        raise _failed(name, failure) from None
    except (Exception, SystemExit) as failure:  # whatever a user's module raises is theirs to mend
        raise _failed(name, failure) from None


def _failed(name: str, failure: BaseException) -> ImportedSchemaError:
    """Return the error of a module that raises, with the place in the user's own code."""
    frames = [
        frame for frame in traceback.extract_tb(failure.__traceback__) if not frame.filename.startswith("<frozen")
    ]
    at = f"{frames[-1].filename}, line {frames[-1].lineno}" if len(frames) > 1 else ""
    if isinstance(failure, SyntaxError) and failure.filename:
        at = f"{failure.filename}, line {failure.lineno}"
    what = f"{type(failure).__name__}: {failure.msg if isinstance(failure, SyntaxError) else failure}"
    return ImportedSchemaError(f"the module {name} fails to import: {what}" + (f" ({at})" if at else ""))


def _place(module: ModuleType) -> str:
    return f"{module.__name__} ({file})" if (file := getattr(module, "__file__", None)) else module.__name__


def _suggestion(attribute: str, module: ModuleType) -> str:
    from schemas.base import ContactSchema

    there = [
        name
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, ContactSchema) and value is not ContactSchema
    ]
    near = difflib.get_close_matches(attribute, there, n=1, cutoff=0.4)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; its contact schemas are: {', '.join(there)}" if there else ", and no contact schema at all"
