"""A schema as a YAML or TOML file: read with its lines, built into the same class as one in Python, and written."""

from schemas.specfiles.errors import SpecError

__all__ = ["SpecError"]
