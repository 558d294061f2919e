"""What a user would write around the libraries: one function for each kind of cell, None for a cell that is refused.

The documented rules without the repairs: cells are trimmed, e-mail is required, phone and website may be empty, the
libraries' verdict stands. A number is refused that cannot be read or is not possible; one that nobody was assigned is
kept. An extension is kept behind the number.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from benchmarks.baselines.arguments import REGION

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")


def normalise_email(text: str) -> str | None:
    """Return the normal form of an address."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def normalise_phone(text: str) -> str | None:
    """Return a number in the form E.164, its extension behind it; "" for an empty cell."""
    trimmed = text.strip()
    if not trimmed:
        return ""
    try:
        number = phonenumbers.parse(trimmed, REGION)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{value} x{number.extension}" if number.extension else value


def normalise_website(text: str) -> str | None:
    """Return an address with a scheme and a host in small letters; "" for an empty cell."""
    trimmed = text.strip()
    if not trimmed:
        return ""
    address = trimmed if "://" in trimmed else f"https://{trimmed}"
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.username is not None or not _HOST.fullmatch(host):
        return None
    return parts._replace(netloc=host if port is None else f"{host}:{port}").geturl()
