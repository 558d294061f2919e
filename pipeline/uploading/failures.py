"""What an answer that is no success means: to be repeated, final, or uncertain."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from pipeline.errors import Permanent, Transient, Uncertain, UploadError
from pipeline.planning.values import as_object, as_text, parse_json
from pipeline.uploading.connecting import BASE_URL, ELEMENT_TOKEN, ORGANIZATION_SECRET, USER_SECRET
from pipeline.uploading.port import Answer
from pipeline.uploading.texts import plain

LONGEST_WAIT = 60.0

# Source of the meanings: Cloud Elements developer portal, "Error codes"; 413 and 429: SAP Open Connectors help,
# "Technical restrictions".
ADVICE = {
    400: "the request is refused; check that the object takes uploads and the columns are its fields",
    401: f"the credentials are not accepted; check {ELEMENT_TOKEN}, {USER_SECRET} and, if your tenant needs it, "
    f"{ORGANIZATION_SECRET}",
    403: "access is forbidden; check that the connector instance is enabled and its user may do this",
    404: f"nothing is there; check the object, the hub and {BASE_URL} (up to /elements/api-v2)",
    405: "this connector does not offer the call; check the hub and the object",
    406: "the server cannot answer in JSON",
    409: "the server says it exists already",
    413: "the file is too large; cut smaller parts (max_part_records or max_part_bytes of the connection)",
    415: "the server does not take this kind of file",
}


_TOO_LARGE = re.compile(r"too (large|big)|larger than|exceeds? .*size|size limit", re.IGNORECASE)
"""The platform says 429 of what is too large as well, and such a file is so every time. Which words it uses is not
published; where they are others, the tries end with both explanations. Nothing of a 429 was taken, so that to stop
wrongly loses nothing. Source: SAP Open Connectors help, "Technical restrictions"."""


def failure_of(
    answer: Answer,
    *,
    method: str,
    doing: str,
    redact: Callable[[str], str],
    now: float,
    advice: Mapping[int, str] = ADVICE,
) -> UploadError:
    """Return the exception that an answer other than a success stands for.

    A POST that was answered 5xx, 408 or by a redirect may have been acted upon, so it is `Uncertain`; any other 4xx
    says that it was not. Source: RFC 9110, sections 9.2.2 and 15.

    Args:
        answer: Its status is not 2xx.
        method: `GET`, `POST` or `PUT`.
        doing: What was being done, to begin the sentence with.
        redact: Removes secrets from what the server says.
        now: Seconds since 1970, to read a date in `Retry-After`.
        advice: What to do about a status that is not mended by waiting.
    """
    status = answer.status
    said = _said(answer, redact)
    head = f"{doing}: the server answered {status}"
    tail = (f': "{said}"' if said else "") + (
        f" (request {plain(redact(answer.request_id), limit=60)})" if answer.request_id else ""
    )
    if status == 429 and method == "POST" and _TOO_LARGE.search(said):
        return Permanent(f"{head}: {advice.get(413, ADVICE[413])}{tail}", status=status)
    if status == 429:
        wait = retry_after(answer.headers.get("retry-after"), now)
        return Transient(f"{head}, too much at once or too large{tail}", retry_after=wait)
    if 300 <= status < 400:
        text = f"{head}, a redirect, which is not followed; check the URL of the connection{tail}"
        return Uncertain(text) if method == "POST" and status in (300, 302, 303) else Permanent(text, status=status)
    if status >= 500 or status in (408, 425) or status < 200:
        if method == "POST" and status != 425:
            return Uncertain(f"{head}; whether it took the upload is not known{tail}")
        wait = retry_after(answer.headers.get("retry-after"), now)
        return Transient(f"{head}{tail}", retry_after=wait)
    return Permanent(f"{head}: {advice.get(status, 'it refuses the request')}{tail}", status=status)


def retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds a `Retry-After` header asks to wait, at most 60; None where it says nothing usable.

    Source: RFC 9110, section 10.2.3: seconds, or an HTTP date. A date in the past is no wait.

    >>> retry_after("5", 0.0), retry_after("1000000000", 0.0), retry_after("soon", 0.0), retry_after("-1", 0.0)
    (5.0, 60.0, None, None)
    >>> retry_after("Thu, 01 Jan 1970 00:00:07 GMT", 0.0)
    7.0
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,20}", text):
        return min(float(text), LONGEST_WAIT)
    seconds = http_date(text)
    return None if seconds is None else min(max(seconds - now, 0.0), LONGEST_WAIT)


def http_date(text: str | None) -> float | None:
    """Return the seconds since 1970 that an HTTP date names, or None.

    >>> http_date("Thu, 01 Jan 1970 00:01:00 GMT")
    60.0
    """
    if not text or len(text) > 60:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _said(answer: Answer, redact: Callable[[str], str]) -> str:
    """Return the server's own words, on one line; Source: SAP Open Connectors help, "Error codes"."""
    try:
        body = as_object(parse_json(answer.body))
    except ValueError:
        return ""
    texts = [as_text(body.get(name)) for name in ("message", "providerMessage")] if body else []
    # Redacted before it is cut, so that no cut leaves half a secret.
    return plain("; ".join(dict.fromkeys(redact(text) for text in texts if text)))
