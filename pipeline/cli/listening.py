"""`listen`: finishing an upload with the platform's callbacks."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace
from pathlib import Path

from pipeline.cli.options import Format, ListeningOptions
from pipeline.cli.preparing import print_json
from pipeline.cli.telling import Narrator, print_receipt, receipt_data
from pipeline.planning import read_manifest
from pipeline.reporting.masking import printable
from pipeline.uploading import Refused, Settings, find_connection, listen
from pipeline.uploading.events import Event
from pipeline.uploading.hints import Heard
from pipeline.uploading.listening import SLOW, Listening, Told
from pipeline.uploading.retrying import Backoff


def listen_for(folder: Path, listening: ListeningOptions, output: Format) -> int:
    """Finish a folder's upload while callbacks are taken, and print what became of its records."""
    read_manifest(folder)  # what is wrong with the folder is said before what is wrong with the connection
    connection = find_connection(listening.connection, os.environ, Path.cwd())
    backoff = Backoff() if listening.retries is None else Backoff(retries=listening.retries)
    speaker = _Speaker()
    receipt = listen(
        folder,
        connection=replace(
            connection, hub=listening.hub or connection.hub, object=listening.object or connection.object
        ),
        host=listening.host,
        port=listening.port,
        callback_url=listening.callback_url,
        settings=Settings(backoff=backoff, pace=SLOW, never_resend=listening.never_resend),
        progress=speaker.narrate,
        tell=speaker.tell,
    )
    if output is Format.JSON:
        print_json(receipt_data(receipt))
    else:
        print_receipt(receipt, folder)
    return receipt.exit_status


class _Speaker:
    """Tells on standard error what happens, for two threads, a line at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._narrator = Narrator()
        self._said = ""

    def narrate(self, event: Event) -> None:
        """Print a line for what the upload does."""
        with self._lock:
            self._narrator(event)

    def tell(self, told: Told) -> None:
        """Print a line for a callback; of many equal ones in a row, only the first."""
        line = _line(told)
        with self._lock:
            if line != self._said:
                self._said = line
                print(f"contactprep: {printable(line)}", file=sys.stderr, flush=True)


def _line(told: Told) -> str:
    match told:
        case Listening(url):
            return f"listening for callbacks on {url} (Ctrl-C stops; the same command goes on)"
        case Heard(job, verdict):
            return f"callback of job {job}: {verdict}"
        case Refused(status, reason):
            return f"a call was refused with {status}: {reason}"
