"""From the sender's header to the schema's fields."""

from pipeline.mapping.choosing import choose_schema
from pipeline.mapping.headers import HeaderMap, Mapped, map_header

__all__ = ["HeaderMap", "Mapped", "choose_schema", "map_header"]
