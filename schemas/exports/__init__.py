"""A contact schema in the words of others: what a clean file satisfies, for tools that know nothing of this package."""

from schemas.exports.json_schema import json_schema
from schemas.exports.pandera_yaml import pandera_yaml

__all__ = ["json_schema", "pandera_yaml"]
