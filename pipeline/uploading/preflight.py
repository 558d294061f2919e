"""What can be known before anything is sent: whether the object is there, and what the file will do to it.

The platform takes an upload to an object that does not exist and fails every record of it afterwards, so the list of
objects is asked first. Source: Cloud Elements' API tests, bulk upload to an unknown object.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UploadError
from pipeline.planning import Manifest, Plan
from pipeline.planning.manifests import CLEAN
from pipeline.uploading.client import Client, FieldInfo, NotGiven
from pipeline.uploading.rows import read_blocks, read_rows
from pipeline.uploading.texts import plain

_QUOTED = re.compile(rb'"[^"]*"')
_QUOTED_BLANKS = (b',"",', b',""\n', b'\n"",', b'\n""\n')


@dataclass(frozen=True, slots=True)
class Preflight:
    """What was found before sending.

    Attributes:
        object: The object that will be loaded.
        columns: Columns of the file.
        fields_known: How many of them are fields of the object, or None where the server does not tell.
        blank_cells: Cells of the file that are blank.
        warnings: One sentence each.
    """

    object: str
    columns: tuple[str, ...]
    fields_known: int | None
    blank_cells: int
    warnings: tuple[str, ...]


def check_before_sending(client: Client, manifest: Manifest, plan: Plan, folder: Path, name: str) -> Preflight:
    """Return what is to be known before a prepared folder is sent to an object.

    Asks for the objects and the object's fields; reads the clean file once, in pieces.

    Args:
        client: The server.
        manifest: The folder's.
        plan: The folder's.
        folder: The prepared folder.
        name: The object.

    Raises:
        UploadError: The server lists its objects, and this is none of them; or its fields, and none is a column.
    """
    warnings: list[str] = []
    objects = client.list_objects()
    if isinstance(objects, NotGiven):
        warnings.append(f"the server does not list its objects, so {name} is taken on trust: {objects.reason}")
    elif name not in objects:
        folded = {known.casefold(): known for known in objects}
        near = [folded[match] for match in difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.5)]
        hint = "see `contactprep objects`"
        if near:
            hint = f"did you mean {' or '.join(plain(known, limit=60) for known in near)}? (--object)"
        raise UploadError(f"the server has no object {name!r}; nothing was sent; {hint}")
    fields = client.describe_object(name)
    lengths: dict[int, int] = {}
    known: int | None = None
    if isinstance(fields, NotGiven):
        warnings.append(f"the fields of {name} cannot be checked: {fields.reason}")
    else:
        unknown = _unknown_columns(manifest, fields, name)
        known = len(manifest.columns) - len(unknown)
        if unknown:
            warnings.append(
                f"{name} does not know {', '.join(unknown)}; its records may be refused, or the column ignored"
            )
        lengths = _lengths(manifest.columns, fields)
    blank, long = _count_cells(folder / CLEAN, plan, len(manifest.columns), lengths)
    warnings += [
        f"{count:,} cells of {manifest.columns[position]} are longer than the {lengths[position]} characters it holds"
        for position, count in long.items()
    ]
    if blank and manifest.target.blank_overwrites:
        warnings.append(
            f"{blank:,} cells are blank, and {name} overwrites what it has with blanks; "
            "to keep it, take those columns out of the source file and prepare it again"
        )
    return Preflight(name, manifest.columns, known, blank, tuple(warnings))


def _unknown_columns(manifest: Manifest, fields: tuple[FieldInfo, ...], name: str) -> list[str]:
    """Return the columns that no field is called by. (Oracle: field names are case-sensitive.)

    Raises:
        UploadError: It is all of them: every record would be refused.
    """
    known = {called for field in fields for called in field.names}
    unknown = [column for column in manifest.columns if column not in known]
    if unknown and len(unknown) == len(manifest.columns):
        raise UploadError(
            f"{name} has none of the columns {', '.join(unknown)}; nothing was sent; the file was prepared for "
            f"{manifest.target.name}: prepare it again with the --schema of this target"
        )
    return unknown


def _lengths(columns: tuple[str, ...], fields: tuple[FieldInfo, ...]) -> dict[int, int]:
    """Return the longest text of each column, by position, where the metadata tells it."""
    by_name = {called: field.length for field in fields for called in field.names}
    return {position: length for position, column in enumerate(columns) if (length := by_name.get(column))}


def _count_cells(path: Path, plan: Plan, columns: int, lengths: dict[int, int]) -> tuple[int, dict[int, int]]:
    """Return how many cells are blank, and by column how many are too long."""
    blank, long = 0, dict[int, int]()
    if not lengths:
        for block in read_blocks(path, len(plan.header), plan.size):
            found = _blank_cells(block, columns)
            if found is None:
                break
            blank += found
        else:
            return blank, long
    blank = 0
    for row in read_rows(path, len(plan.header), plan.size):
        blank += row.count("") + columns - len(row)
        for position, length in lengths.items():
            if position < len(row) and len(row[position]) > length:
                long[position] = long.get(position, 0) + 1
    return blank, long


def _blank_cells(block: bytes, columns: int) -> int | None:
    r"""Return how many cells of whole records are blank, or None where it takes a tokeniser to tell.

    >>> _blank_cells(b'a,,"b, c"\n,"d""e",\n', 3), _blank_cells(b'a,""\n', 2), _blank_cells(b"a\n", 2)
    (3, None, None)
    """
    if b'"' in block:
        if block.startswith(b'""') or any(found in block for found in _QUOTED_BLANKS):
            return None
        block = _QUOTED.sub(b"x", block)
    cells = block.replace(b"\n", b",").split(b",")
    if len(cells) - 1 != columns * block.count(b"\n"):
        return None
    return cells.count(b"") - 1  # the last one comes after the last line end
