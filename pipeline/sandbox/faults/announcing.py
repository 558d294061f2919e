"""An announcement of a job's end as it goes out, right or wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.sandbox.faults import acts
from pipeline.sandbox.faults.bodies import change, reshape
from pipeline.sandbox.signing import SIGNATURE_HEADER, sign


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is posted, and how.

    Attributes:
        body: Its bytes.
        headers: Header lines beside the usual ones.
        count: How often it is posted.
        together: Whether all at once.
        drip: Seconds before each byte; 0 for all bytes at once.
    """

    body: bytes
    headers: Mapping[str, str]
    count: int = 1
    together: bool = False
    drip: float = 0.0

    def pieces(self) -> Iterator[bytes]:
        """Yields the body byte by byte, each after its wait."""
        for byte in self.body:
            time.sleep(self.drip)
            yield bytes([byte])


def announcement(body: bytes, key: str | None, act: acts.Act | None) -> Announcement:
    """Returns an announcement as ordered: with the signature of the body that goes out, unless that is what is wrong.

    Args:
        body: The right body.
        key: Signature key, or None for no signature.
        act: What is ordered for it, or None.
    """
    count, together, drip = 1, False, 0.0
    headers: dict[str, str] = {}
    match act:
        case acts.Change():
            body = change(body, act)
        case acts.Form():
            body, lines = reshape(body, act.how, act.size)
            headers.update({name.title(): value for name, value in lines.items()})
        case acts.Repeat():
            count, together = act.count, act.together
        case acts.Drip():
            drip = act.seconds
            headers["Content-Length"] = str(len(body))
        case _:
            pass
    signature = _signature(key, body, act.how if isinstance(act, acts.Sign) else "right") if key else None
    if signature is not None:
        headers[SIGNATURE_HEADER] = signature
    return Announcement(body, headers, count, together, drip)


def _signature(key: str, body: bytes, how: str) -> str | None:
    """Returns the value of the signature header, None for no such header."""
    digest = hmac.digest(key.encode(), body, hashlib.sha256)
    values: dict[str, str | None] = {
        "right": sign(key, body),
        "wrong": sign(f"{key}!", body),
        "missing": None,
        "hex": f"sha256={digest.hex()}",
        "upper-hex": f"SHA256={digest.hex().upper()}",
        "sha1": "sha1=" + base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha1)).decode(),
        "bare": base64.b64encode(digest).decode(),
        "not-ascii": "sha256=\xfc\xe9=",
    }
    return values[how]
