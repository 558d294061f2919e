"""Whether a callback was signed with our key, and of which job it speaks.

Pure functions, to be mounted in any web application: give `read_callback` the raw body and the header, answer with the
status of what is refused, and take what is not refused for a hint to ask the platform.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.planning.values import as_object, parse_json
from pipeline.uploading.client import job_id
from pipeline.uploading.statuses import JobStatus, parse_status

SIGNATURE_HEADER = "Elements-Webhook-Signature"
PREFIX = "sha256="
MOST_BYTES = 1 << 20
"""Bytes of a body beyond which it is refused unread. A callback is a status answer: some hundred bytes, and the
`callback-payload` that the upload gave it. No source states a limit."""


@dataclass(frozen=True, slots=True)
class Callback:
    """What a callback says that was signed with our key. Whoever caught one can send it again, so believe none.

    Attributes:
        job: The id of the job it speaks of.
        status: What it says of the job; a hint, and not the result.
        payload: The whole body. Which key the `callback-payload` of an upload comes back under is not documented.
    """

    job: str
    status: JobStatus
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why what was posted is no callback of ours.

    Attributes:
        status: The HTTP status to answer with.
        reason: Half a sentence without any of the values that were posted.
    """

    status: int
    reason: str


def read_callback(key: str, body: bytes, header: str | None) -> Callback | Refused:
    """Return what a posted body says, or why it is refused.

    The size is judged before the signature, the signature before a byte is interpreted.

    Source of the keys: the status answers of the API descriptions, which published receivers of callbacks read
    (CloudElementsOpenLabs/formulas, "HowToUseBulkWithinAFormula").

    Args:
        key: The callback notification signature key.
        body: The bytes as received, before any decoding.
        header: Value of `Elements-Webhook-Signature`, or None where it was not sent.

    >>> body = b'{"id": "1234", "status": "COMPLETED", "recordsCount": 7}'
    >>> read_callback("no such key", body, "sha256=AAAA")
    Refused(status=401, reason='it is not signed with our key')
    """
    if len(body) > MOST_BYTES:
        return Refused(413, f"it is larger than {MOST_BYTES:,} bytes")
    if header is None:
        return Refused(401, "it is not signed")
    if not verify_signature(key, body, header):
        return Refused(401, "it is not signed with our key")
    try:
        payload = as_object(parse_json(body))
    except ValueError:
        payload = None
    job = None if payload is None else job_id(payload.get("id"))
    if payload is None or job is None:
        return Refused(400, "it is signed, but not a JSON object with the id of a job")
    return Callback(job, parse_status(payload), payload)


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
