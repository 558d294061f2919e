"""Runs the sandbox as a process: `python -m pipeline.sandbox`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from pipeline.sandbox.faults.parsing import FaultsError, read_rules
from pipeline.sandbox.serving import MAX_BODY, PACE, PortTaken, Sandbox
from pipeline.sandbox.storing import DataFileError


def run(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0 after a stop by signal or by the parent's end, 2 if the sandbox cannot start.

    Prints one line of JSON (`Sandbox.describe`) to standard output once it can be called, and nothing else.
    """
    options = _parse(arguments)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    try:
        sandbox = Sandbox(
            port=options.port,
            data=options.data,
            element_token=options.token,
            user_secret=options.secret,
            signature_key=options.signature_key,
            pace=options.pace,
            max_body=options.max_body,
            faults=read_rules(options.faults) if options.faults else (),
        )
    except (DataFileError, FaultsError, PortTaken, ValueError) as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return 2
    with sandbox:
        sys.stdout.write(json.dumps(sandbox.describe()) + "\n")
        sys.stdout.flush()
        if options.stay_with_parent:
            threading.Thread(target=_await_end_of_input, args=(stopping,), daemon=True).start()
        while not stopping.wait(1.0):  # a wait without end cannot be interrupted on Windows
            pass
    return 0


def _await_end_of_input(stopping: threading.Event) -> None:
    # Not by way of sys.stdin: its lock, held by a thread that waits, would crash the interpreter's shutdown.
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    stopping.set()


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.sandbox", description="A local SAP Open Connectors on 127.0.0.1.", allow_abbrev=False
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on; a free one if not given")
    parser.add_argument("--data", type=Path, help="SQLite file; a temporary one if not given")
    parser.add_argument("--token", help="Element token; random if not given")
    parser.add_argument("--secret", help="User secret; random if not given")
    parser.add_argument("--signature-key", help="key that signs the announcements of finished jobs")
    parser.add_argument("--stay-with-parent", action="store_true", help="end when standard input ends")
    parser.add_argument("--pace", type=_seconds, default=PACE, help="seconds in each state (default %(default)s)")
    parser.add_argument("--max-body", type=int, default=MAX_BODY, help="most bytes of an upload (default %(default)s)")
    parser.add_argument("--faults", type=Path, help="JSON file that says what is to go wrong")
    return parser.parse_args(arguments)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"must be 0 to 3600 seconds, not {text}")
    return value


if __name__ == "__main__":
    sys.exit(run())
