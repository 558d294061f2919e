"""Who may call: the `Authorization` header of Open Connectors."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from hmac import compare_digest

REFUSAL = "Invalid Organization or User secret, or invalid Element token provided."
"""The platform's text with 401. Source: public UiPath Integration Service playbooks (the same engine)."""


def _random_base64() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _random_hex() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a client must know. Random unless given: base64 for the first two, 32 hex digits for the third.

    Raises:
        ValueError: For a secret that cannot stand in the header: empty, with a comma or blank, or not ASCII.
    """

    element_token: str = field(default_factory=_random_base64, repr=False)
    user_secret: str = field(default_factory=_random_base64, repr=False)
    organization_secret: str = field(default_factory=_random_hex, repr=False)

    def __post_init__(self) -> None:
        for name in ("element_token", "user_secret", "organization_secret"):
            secret = getattr(self, name)
            if not secret or not secret.isascii() or not secret.isprintable() or " " in secret or "," in secret:
                raise ValueError(f"{name} must be printable ASCII without commas and blanks")

    def admit(self, header: str | None) -> bool:
        """Returns whether an `Authorization` header is right.

        Parts may come in any order: `Element` and `User` are needed, `Organization` is checked if it is there. Secrets
        contain `=`, so parts are split at commas and the first blank only. Takes the same time wherever a secret
        differs. Source: Swagger files of CloudElementsOpenLabs/elements; developer portal `_includes/
        authentication.md`; churros `src/core/defaults.js` (three parts).

        >>> Secrets("t=", "u=", "0").admit("User u=, Element t=")
        True
        """
        given: dict[str, str] = {}
        parts = (header or "").split(",")
        for part in parts:
            word, _, secret = part.strip().partition(" ")
            given[word] = secret.strip()
        known = given.keys() <= {"Element", "User", "Organization"} and len(given) == len(parts)
        right = [
            compare_digest(given.get(word, default).encode(), wanted.encode())
            for word, wanted, default in (
                ("Element", self.element_token, ""),
                ("User", self.user_secret, ""),
                ("Organization", self.organization_secret, self.organization_secret),
            )
        ]
        return known and all(right)
