"""The receipt of an upload."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from pipeline.errors import Exit
from pipeline.version import __version__

FORMAT = 1


@dataclass(frozen=True, slots=True)
class TryReceipt:
    """One try to send a part.

    Attributes:
        begun: When, ISO 8601 in UTC, by this machine's clock.
        ended: When, or None.
        outcome: What became of it.
        detail: In the words of the failure, or "".
    """

    begun: str
    ended: str | None
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True)
class PartReceipt:
    """One part.

    Attributes:
        number: From 1.
        key: Its name.
        rows: Its records.
        sha256: Digest of its bytes as sent.
        job: The id of its job, or None.
        state: The job's last state in the server's words, "" before the first answer.
        records: Records the job counts, or None.
        failed: Records it counts as failed, or None.
        error: Why the job failed as a whole, or "".
        accepted: Records accepted.
        refused: Records refused.
        unknown: Records of which it is not known.
        not_sent: Records that were not sent.
        tries: Every try.
    """

    number: int
    key: str
    rows: int
    sha256: str
    job: str | None
    state: str
    records: int | None
    failed: int | None
    error: str
    accepted: int
    refused: int
    unknown: int
    not_sent: int
    tries: tuple[TryReceipt, ...]

    def __post_init__(self) -> None:
        if self.accepted + self.refused + self.unknown + self.not_sent != self.rows:
            raise ValueError(f"part {self.number} does not account for each of its {self.rows} records")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a prepared folder that was uploaded.

    Attributes:
        manifest: Digest of its manifest.
        connection: The connection's label.
        base_url: The server.
        hub: Its hub, or None.
        object: The object that was loaded.
        sandbox: Whether the server is a sandbox of ours.
        begun: When, ISO 8601 in UTC.
        ended: When the receipt was made.
        settled: False if the jobs were not followed to their end; their records then count as unknown.
        planned: Records of the clean file.
        parts: In order.
        warnings: What the pre-flight warned of.
    """

    manifest: str
    connection: str
    base_url: str
    hub: str | None
    object: str
    sandbox: bool
    begun: str
    ended: str
    settled: bool
    planned: int
    parts: tuple[PartReceipt, ...]
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.accepted + self.refused + self.unknown + self.not_sent != self.planned:
            raise ValueError(f"the receipt does not account for each of {self.planned} records")

    @property
    def accepted(self) -> int:
        """Records accepted."""
        return sum(part.accepted for part in self.parts)

    @property
    def refused(self) -> int:
        """Records refused."""
        return sum(part.refused for part in self.parts)

    @property
    def unknown(self) -> int:
        """Records of which it is not known what became of them."""
        return sum(part.unknown for part in self.parts)

    @property
    def not_sent(self) -> int:
        """Records that were not sent."""
        return sum(part.not_sent for part in self.parts)

    @property
    def exit_status(self) -> Exit:
        """0 if all were accepted (or their jobs are not awaited), 5 if some were refused, 4 if none was accepted or one
        is not settled.
        """
        if not self.settled or self.accepted == self.planned:
            return Exit.FINE
        return Exit.UPLOAD if self.unknown or self.not_sent or not self.accepted else Exit.PARTLY_REFUSED

    def to_json(self) -> str:
        """Return the receipt as the text of `receipt.json`."""
        values = {
            "format": FORMAT,
            "tool": {"name": "contactprep", "version": __version__},
            "exit_status": int(self.exit_status),
            "totals": {
                "planned": self.planned,
                "accepted": self.accepted,
                "refused": self.refused,
                "unknown": self.unknown,
                "not_sent": self.not_sent,
            },
            **asdict(self),
        }
        return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def receipt_from_json(text: str) -> Receipt:
    """Return the receipt that a text of `Receipt.to_json` describes.

    Raises:
        ValueError: It is not one.
    """
    try:
        values: Mapping[str, Any] = json.loads(text)
        names = [name for name in Receipt.__dataclass_fields__ if name not in ("parts", "warnings")]
        for part in values["parts"]:
            part["tries"] = tuple(TryReceipt(**entry) for entry in part["tries"])
        parts = tuple(PartReceipt(**part) for part in values["parts"])
        return Receipt(**{name: values[name] for name in names}, parts=parts, warnings=tuple(values["warnings"]))
    except (KeyError, TypeError, AttributeError) as reason:
        raise ValueError(f"not a receipt: {reason}") from None


def moment(seconds: float) -> str:
    """Return seconds since 1970 as ISO 8601 in UTC.

    >>> moment(0.5)
    '1970-01-01T00:00:00.500+00:00'
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
