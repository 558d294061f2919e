"""Mapping files: TOML, read strictly and written whole.

Reading is the standard library's; writing is `tomli_w`, its counterpart, so that a name with quotes, dots or accents
comes back as it was.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

from pipeline.errors import UsageError, nearest
from pipeline.mapping.senders import Cells, Join, LastFile, SenderMapping, Unmapped
from pipeline.writing.files import sync_folder, translating

VERSION = 1
"""Of the form of the file; a higher one is of a newer contactprep."""

_TOP = ("version", "schema", "region", "unmapped", "columns", "fields", "last")
_FIELD = ("join", "with", "column", "take")
_LAST = ("header", "records", "accepted", "cells")
_CELLS = ("blank", "refused", "kind")
_DIGITS = 4
"""Decimals of a share in the file: a ten-thousandth of the records is finer than any drift that is told."""

_T = TypeVar("_T")


def read_mapping(path: Path) -> SenderMapping:
    """Return the mapping that a file holds.

    Raises:
        UsageError: As `SenderMapping.read`.
    """
    import tomllib

    try:
        text = path.read_bytes().decode()
        data = tomllib.loads(text)
    except OSError as reason:
        raise UsageError(
            f"the mapping {path} cannot be read: {reason.strerror or reason}; name one with --mapping"
        ) from None
    except UnicodeDecodeError:
        raise UsageError(f"the mapping {path} is not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as reason:
        raise UsageError(f"the mapping {path} is not TOML: {reason}; names with blanks stand in quotes") from None
    return _Reader(path.name, text).mapping(data)


def write_mapping(mapping: SenderMapping, path: Path) -> None:
    """Write a mapping to a file, whole or not at all.

    Raises:
        OutputError: It cannot be written.
    """
    data = encode_mapping(mapping)
    with translating(path):
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            mask = os.umask(0)
            os.umask(mask)
            Path(name).chmod(0o666 & ~mask)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def encode_mapping(mapping: SenderMapping) -> bytes:
    """Return a mapping as a file holds it: the same mapping gives the same bytes."""
    import tomli_w

    data: dict[str, Any] = {"version": VERSION}
    data |= {
        key: value
        for key, value in (("schema", mapping.schema), ("region", mapping.region), ("unmapped", mapping.unmapped))
        if value is not None
    }
    data["columns"] = {column: False if name is None else name for column, name in mapping.columns.items()}
    fields: dict[str, dict[str, Any]] = {
        name: {"join": list(join.columns), "with": join.separator} for name, join in mapping.joins.items()
    }
    fields |= {name: {"column": column, "take": "first"} for name, column in mapping.firsts.items()}
    if fields:
        data["fields"] = fields
    if (last := mapping.last) is not None:
        data["last"] = {
            "header": list(last.header),
            "records": last.records,
            "accepted": last.accepted,
            "cells": {
                name: {
                    "blank": round(cells.blank, _DIGITS),
                    "refused": round(cells.refused, _DIGITS),
                    "kind": cells.kind,
                }
                for name, cells in last.cells.items()
            },
        }
    return tomli_w.dumps(data, multiline_strings=False).encode()


class _Reader:
    """Turns what TOML gave into a mapping, and says where it cannot.

    Args:
        file: The file's name.
        text: Its text, to find lines in.
    """

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._lines = text.splitlines()

    def mapping(self, data: Mapping[str, Any]) -> SenderMapping:
        """Return the mapping of a whole file."""
        self._known(data, _TOP, "a mapping file")
        version = self._typed(data, "version", int, "a number", VERSION)
        if version != VERSION:
            raise self._wrong("version", f"version {version} is not one this contactprep reads ({VERSION}); update it")
        unmapped = self._typed(data, "unmapped", str, "text", None)
        if unmapped is not None and unmapped not in get_args(Unmapped):
            raise self._wrong("unmapped", f"unmapped is {_one_of(get_args(Unmapped))}, not {unmapped!r}")
        mapping = SenderMapping(
            schema=self._typed(data, "schema", str, "text", None),
            region=self._region(self._typed(data, "region", str, "text", None)),
            unmapped=cast("Unmapped | None", unmapped),
            name=self._file,
        )
        columns, fields = self._table(data, "columns"), self._table(data, "fields")
        last = self._table(data, "last") if "last" in data else None
        plain = {column: self._column(column, value) for column, value in columns.items()}
        joins, firsts = dict[str, Join](), dict[str, str]()
        for name, value in fields.items():
            self._field(name, value, plain, joins, firsts)
        given = [*filter(None, plain.values()), *joins, *firsts]
        for name in given:
            if given.count(name) > 1:
                raise self._wrong(name, f"the field {name} is given twice; keep one of them")
        return replace(mapping, columns=plain, joins=joins, firsts=firsts, last=self._last(last))

    def _column(self, column: str, value: Any) -> str | None:
        if value is False:
            return None
        if isinstance(value, str) and value:
            return value
        raise self._wrong(column, f"column {column!r} is given a field's name in quotes, or false to leave it out")

    def _field(
        self, name: str, value: Any, plain: dict[str, str | None], joins: dict[str, Join], firsts: dict[str, str]
    ) -> None:
        """Take in one entry of `[fields]`."""
        if not isinstance(value, dict):
            raise self._wrong(
                name, f'field {name} is {{ join = ["One", "Two"] }} or {{ column = "One", take = "first" }}'
            )
        entry = cast("dict[str, Any]", value)
        self._known(entry, _FIELD, f"field {name}")
        if "join" in entry:
            parts = self._texts(entry, "join", f"field {name}")
            if "column" in entry or "take" in entry:
                raise self._wrong(name, f"field {name} is a join or takes from one column, not both")
            if len(parts) < 2 or len(set(parts)) < len(parts):
                raise self._wrong(name, f"field {name} joins two different columns or more")
            joins[name] = Join(parts, self._typed(entry, "with", str, "text", " "))
            return
        if "with" in entry:
            raise self._wrong("with", f'field {name} has with but no join; say join = ["One", "Two"]')
        column = self._typed(entry, "column", str, "text", "")
        if not column:
            raise self._wrong(name, f'field {name} needs join = ["One", "Two"] or column = "One"')
        take = self._typed(entry, "take", str, "text", None)
        if take not in (None, "first"):
            raise self._wrong("take", f"field {name}: take is first, not {take!r}")
        if take is None:
            if plain.get(column) is not None:
                raise self._wrong(name, f"column {column!r} is given to {plain[column]} and {name}; keep one of them")
            plain[column] = name
        else:
            firsts[name] = column

    def _last(self, data: Mapping[str, Any] | None) -> LastFile | None:
        if data is None:
            return None
        self._known(data, _LAST, "[last]")
        cells = self._table(data, "cells")
        for name, entry in cells.items():
            if not isinstance(entry, dict):
                raise self._wrong(name, f"[last.cells] of {name} is a table of {_one_of(_CELLS)}")
            self._known(cast("dict[str, Any]", entry), _CELLS, f"[last.cells] of {name}")
        try:
            return LastFile(
                self._texts(data, "header", "[last]"),
                self._typed(data, "records", int, "a number", 0),
                self._typed(data, "accepted", int, "a number", 0),
                {
                    name: Cells(float(entry["blank"]), float(entry["refused"]), str(entry["kind"]))
                    for name, entry in cells.items()
                },
            )
        except (KeyError, TypeError, ValueError):
            raise self._wrong(
                "cells", "[last] is not what --save-mapping wrote; take it out, and save it anew"
            ) from None

    def _region(self, region: str | None) -> str | None:
        from phonenumbers import SUPPORTED_REGIONS

        if region is not None and region not in SUPPORTED_REGIONS:
            raise self._wrong(
                "region", f"region {region!r} is no region of phone numbers; say two letters, as US or DE"
            )
        return region

    def _table(self, data: Mapping[str, Any], key: str) -> dict[str, Any]:
        empty: dict[str, Any] = {}
        return self._typed(data, key, dict, "a table", empty)

    def _texts(self, data: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        value: Any = data.get(key)
        if not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            raise self._wrong(key, f"{key} of {where} is a list of column names in quotes")
        return tuple(value)

    def _typed(self, data: Mapping[str, Any], key: str, kind: type[Any], word: str, default: _T) -> _T:
        """Return a value of the wanted type, or the default where the key is missing."""
        value = data.get(key, default)
        if key in data and (not isinstance(value, kind) or isinstance(value, bool)):
            raise self._wrong(key, f"{key} is {word}, not {value!r}")
        return cast("_T", value)

    def _known(self, data: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
        for key in data:
            if key not in keys:
                raise self._wrong(key, f"{where} has no {key!r}; {nearest(key, keys)}")

    def _wrong(self, key: str, what: str) -> UsageError:
        """Return the error of a key, with the line on which it stands where that can be told."""
        word = re.compile(rf"(?<![\w-]){re.escape(key)}(?![\w-])")
        line = next((number for number, text in enumerate(self._lines, 1) if word.search(text.partition("#")[0])), None)
        return UsageError(f"the mapping {self._file}{f', line {line}' if line else ''}: {what}")


def _one_of(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}"
