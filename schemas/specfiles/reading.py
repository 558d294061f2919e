"""A schema file's bytes to nodes, by the format that its name says."""

from __future__ import annotations

from schemas.specfiles.errors import SpecError
from schemas.specfiles.nodes import Mapping

SUFFIXES = (".yaml", ".yml", ".toml")
"""Ends of the names of schema files. A file with another end is read as YAML."""

LARGEST = 256 * 1024
"""Most bytes of a schema file; a thousand fields with their aliases take less. The product's own choice."""


def read_spec(content: bytes, *, name: str) -> Mapping:
    """Return the mapping that a schema file holds.

    Args:
        content: The file's bytes.
        name: Its name, whose end says the format.

    Raises:
        SpecError: It is too large, not UTF-8, not of its format, empty, or holds no mapping.
    """
    if len(content) > LARGEST:
        raise SpecError(f"larger than {LARGEST // 1024} KiB, which no schema is")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise SpecError("not UTF-8; save it as UTF-8", content[: failure.start].count(b"\n") + 1) from None
    if name.casefold().endswith(".toml"):
        from schemas.specfiles.toml_nodes import read_toml as parse
    else:
        from schemas.specfiles.yaml_nodes import read_yaml as parse
    found = parse(text)
    if found is None:
        raise SpecError("the file is empty; `contactprep schemas show generic.contact --format yaml` prints one")
    if not isinstance(found, Mapping):
        raise SpecError("a schema is a mapping: name, title, fields", found.line)
    return found
