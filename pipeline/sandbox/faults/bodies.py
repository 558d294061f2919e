"""The right body, changed: other members, or a form in which it should not come."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from typing import cast

from pipeline.sandbox.faults.acts import Change

_DEEP = 100_000
_PACKED_AT_ONCE = 1 << 20


def change(body: bytes, act: Change) -> bytes:
    """Returns a body of JSON with some members changed: those of the object, or of each object of the list.

    >>> change(b'{"id": "7", "status": "CREATED"}', Change(set={"id": "{id}/x"}, remove=("status",)))
    b'{"id": "7/x"}'
    """
    found = json.loads(body)
    if isinstance(found, list):
        entries = cast("list[object]", found)
        return json.dumps([_changed(entry, act) for entry in entries]).encode()
    return json.dumps(_changed(found, act)).encode()


def _changed(value: object, act: Change) -> object:
    if not isinstance(value, dict):
        return value
    members = cast("dict[str, object]", value)
    right = str(members.get("id", ""))
    new = {name: entry.replace("{id}", right) if isinstance(entry, str) else entry for name, entry in act.set.items()}
    return {name: entry for name, entry in {**members, **new}.items() if name not in act.remove}


def reshape(body: bytes, how: str, size: int) -> tuple[bytes, Mapping[str, str]]:
    """Returns a body in another form, and the header lines that differ with it.

    Args:
        body: JSON in UTF-8: an object or a list.
        how: One of `acts.FORMS`.
        size: Bytes of a `huge` body; those that a `packed` one unpacks to.
    """
    text = body.decode()
    listed = text.lstrip().startswith("[")
    if how == "utf-16":
        return text.encode("utf-16"), {"content-type": "application/json; charset=iso-8859-1"}
    if how == "html":
        return b"<html><body>It works!</body></html>", {"content-type": "text/html"}
    if how == "packed":
        return _pack(body, size), {"content-encoding": "gzip"}
    forms: dict[str, bytes] = {
        "bom": b"\xef\xbb\xbf" + body,
        "bad-utf-8": body[:-1] + b',"message":"\xff\xfe"}' if not listed else b'["\xff"]',
        "nan": body[:-1] + (b"," * (body != b"[]") + b"NaN]" if listed else b',"recordsCount":NaN,"rate":NaN}'),
        "duplicate-keys": _repeat_keys(body),
        "deep": b"[" * _DEEP + b"]" * _DEEP,
        "array": body if listed else b"[" + body + b"]",
        "number": b"12345678901234567890",
        "null": b"null",
        "strings": _as_strings(text),
        "empty": b"[]" if listed else b"{}",
    }
    return (body + b" " * (size - len(body)), {}) if how == "huge" else (forms[how], {})


def _repeat_keys(body: bytes) -> bytes:
    """Returns an object in which each member comes a second time, as null; a list of numbers for a list."""
    found = json.loads(body)
    if not isinstance(found, dict):
        return b"[0,0]"
    names = cast("dict[str, object]", found)
    return body[:-1] + b"".join(b"," + json.dumps(name).encode() + b":null" for name in names) + b"}"


def _as_strings(text: str) -> bytes:
    """Returns a list of the texts of the entries, which the API's own description promises."""
    found = json.loads(text)
    if not isinstance(found, list):
        return json.dumps(text).encode()
    entries = cast("list[dict[str, object]]", found)
    return json.dumps([str(entry.get("status", entry)) for entry in entries]).encode()


def _pack(body: bytes, size: int) -> bytes:
    packed = gzip.compress(body)
    blanks = max(0, size - len(body))
    block = gzip.compress(b" " * _PACKED_AT_ONCE)  # members of one file may follow each other: RFC 1952, section 2.2
    return packed + block * (blanks // _PACKED_AT_ONCE)
