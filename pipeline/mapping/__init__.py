"""From the sender's header to the schema's fields."""

from pipeline.mapping.choosing import choose_schema
from pipeline.mapping.headers import HeaderMap, Kept, Mapped, map_header
from pipeline.mapping.senders import SenderMapping, Unmapped
from pipeline.mapping.suggesting import Suggestion

__all__ = [
    "HeaderMap",
    "Kept",
    "Mapped",
    "SenderMapping",
    "Suggestion",
    "Unmapped",
    "choose_schema",
    "map_header",
]
