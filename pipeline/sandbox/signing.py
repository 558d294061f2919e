"""The signature of announcements.

Source: Cloud Elements help, "Hash verification"; the scheme before 2016 from the history of churros, commit 1e54e0ff.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

SIGNATURE_HEADER = "Elements-Webhook-Signature"


def sign(key: str, body: bytes) -> str:
    """Returns the value of the signature header: `sha256=`, then standard base64 of HMAC-SHA256 over the raw body.

    Source: Cloud Elements help, "Hash verification" (with this example).

    >>> sign("MySecretEventSignatureKey", b"<INSERT_EVENT_NOTIFICATION_RESPONSE_BODY>")
    'sha256=jHdbRx5EZAsOfTwAPJOGkNUzQMVVdu5VJlxcsk+G6jQ='
    """
    return "sha256=" + base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode()
