"""Finishing an upload with callbacks: its jobs are followed slowly, and asked at once when the platform calls.

The one who listens holds the folder as an upload does, so that the journal keeps its one writer. What a callback says
is never noted: the platform is asked, and its answer counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from pipeline.errors import UsageError
from pipeline.uploading.beginning import JOURNAL, UPLOAD
from pipeline.uploading.callbacks import Refused
from pipeline.uploading.clocks import Clock
from pipeline.uploading.connecting import Connection
from pipeline.uploading.events import Event, Planned, Progress, ignore
from pipeline.uploading.following import Pace
from pipeline.uploading.hints import Heard, Hints
from pipeline.uploading.port import Transport
from pipeline.uploading.receipts import Receipt
from pipeline.uploading.runs import Settings
from pipeline.uploading.sending import upload

HOST = "127.0.0.1"
REQUEST_SECONDS = 10.0
"""Seconds that one call may take in all, from the connection to the answer."""
SLOW = Pace(first=0.5, growth=2.0, most=60.0)
"""How jobs are polled while callbacks are awaited. Older bulk services take up to a minute to call (SAP Open Connectors
help, "About bulk"), so that a callback which never comes costs no more than one that is late."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Callbacks are taken from now on.

    Attributes:
        url: Where.
    """

    url: str


Told: TypeAlias = Listening | Heard | Refused


def listen(
    folder: Path | str,
    *,
    connection: Connection,
    host: str = HOST,
    port: int = 0,
    request_seconds: float = REQUEST_SECONDS,
    callback_url: str | None = None,
    settings: Settings | None = None,
    progress: Progress = ignore,
    tell: Callable[[Told], None] | None = None,
    transport: Transport | None = None,
    clock: Clock | None = None,
) -> Receipt:
    """Return the receipt of a folder's upload, after finishing it with the help of callbacks.

    Goes on with an upload that was begun, as `upload` does with `resume`; a finished one is not listened for.

    Args:
        folder: What `prepare` wrote and `upload` began to send.
        connection: Where it is sent to; its signature key verifies the callbacks.
        host: Address to listen on.
        port: Port to listen on; 0 for a free one.
        request_seconds: How long one call may take in all.
        callback_url: What the platform shall call for parts that are still to be sent, or None.
        settings: As for `upload`; by default jobs are polled slowly, by `SLOW`.
        progress: Is told what the upload does.
        tell: Is told of callbacks, also by the thread that takes them.
        transport: As for `upload`.
        clock: As for `upload`; pauses between polls are real ones.

    Raises:
        UsageError: There is no signature key or no upload, or the port cannot be had.
        PipelineError: What `upload` raises.
    """
    folder = Path(folder)
    if not connection.signature_key:
        raise UsageError(
            f"the connection {connection.label} has no signature key, so that no callback could be told from a forged "
            "one: set CONTACTPREP_SIGNATURE_KEY or signature_key in the secrets file to the connector instance's "
            "callback notification signature key, or follow the jobs with `contactprep upload`"
        )
    if not (folder / UPLOAD / JOURNAL).exists():
        raise UsageError(
            f"{folder} has no upload to listen for; begin one with "
            f"`contactprep upload {folder} --no-wait --callback-url URL`"
        )
    # Here, so that an upload that does not listen does not load a server.
    from pipeline.uploading.receiving import Receiver

    told = tell or _ignore
    hints = Hints(told)
    with Receiver(
        connection.signature_key, hints.take, told, host=host, port=port, seconds=request_seconds
    ) as receiver:

        def begin_to_listen(event: Event) -> None:
            progress(event)
            # The upload tells this once it holds the folder and its journal, and something is to be done.
            if isinstance(event, Planned):
                receiver.start()
                told(Listening(receiver.url))

        return upload(
            folder,
            connection=connection,
            resume=True,
            callback_url=callback_url,
            settings=settings or replace(Settings(), pace=SLOW),
            hints=hints,
            progress=begin_to_listen,
            transport=transport,
            clock=clock,
        )


def _ignore(told: Told) -> None:
    """Do nothing with what is told."""
