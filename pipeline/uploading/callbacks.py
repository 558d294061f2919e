"""Whether a callback was signed with our key."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

PREFIX = "sha256="


def verify_signature(key: str, body: bytes, header: str | None) -> bool:
    """Return whether a header is the signature of a body under a key.

    The signature covers no time and no address, so that a caught callback stays valid: take one as a hint to poll,
    never as the result.

    Source: Cloud Elements, "Hash verification": `sha256=` and the standard base64 of HMAC-SHA256 over the raw body.

    Args:
        key: The callback notification signature key; an empty one verifies nothing.
        body: The bytes as received, before any decoding.
        header: Value of `Elements-Webhook-Signature`, or None where it was not sent.

    >>> verify_signature("MySecretEventSignatureKey", b"<INSERT_EVENT_NOTIFICATION_RESPONSE_BODY>",
    ...                  "sha256=jHdbRx5EZAsOfTwAPJOGkNUzQMVVdu5VJlxcsk+G6jQ=")
    True
    >>> verify_signature("MySecretEventSignatureKey", b"another", "sha256=jHdbRx5EZAsOfTwAPJOGkNUzQMVVdu5VJlxcsk+G6jQ=")
    False
    """
    if not key or header is None or not header.startswith(PREFIX):
        return False
    encoded = header.removeprefix(PREFIX)
    try:
        given = base64.b64decode(encoded.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return False
    # Several texts decode to the same bytes; only the one spelling is accepted.
    if base64.b64encode(given).decode("ascii") != encoded:
        return False
    return hmac.compare_digest(given, hmac.new(key.encode(), body, hashlib.sha256).digest())
