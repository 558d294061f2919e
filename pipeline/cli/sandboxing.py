"""The sandbox: kept up by `contactprep sandbox`, or started as a child for one run by `--sandbox`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pipeline
from pipeline.errors import Exit, UploadError, UsageError

START_SECONDS = 30.0
"""How long the child may take to say where it listens; it takes about one second."""

ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class LocalSandbox:
    """A sandbox that runs as our child.

    Attributes:
        base_url: For a client, up to `/elements/api-v2`.
        page_url: For a browser.
        element_token: For a client.
        user_secret: For a client.
        organization_secret: For a client.
    """

    base_url: str
    page_url: str
    element_token: str
    user_secret: str
    organization_secret: str

    def contacts(self) -> list[dict[str, Any]]:
        """Return every contact that arrived, oldest first; `cells` holds its fields."""
        found: list[dict[str, Any]] = json.loads(self._get("_sandbox/contacts"))
        return found

    def page(self) -> bytes:
        """Return the page that shows jobs and contacts."""
        return self._get("")

    def _get(self, path: str) -> bytes:
        # The address is our own child's, on the loopback interface: no proxy has a say in it.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.page_url + path, timeout=ANSWER_SECONDS) as answer:
            data: bytes = answer.read()
            return data


@contextmanager
def local_sandbox(data: Path | None = None) -> Generator[LocalSandbox]:
    """Yield a sandbox on a free loopback port; it stops on leaving, and also if this process dies.

    Args:
        data: Where it keeps jobs and contacts; by default a temporary file.

    Raises:
        UploadError: It did not start.
    """
    arguments = [sys.executable, "-P", "-m", "pipeline.sandbox", "--stay-with-parent"]
    if data is not None:
        arguments += ["--data", str(data)]
    home = str(Path(pipeline.__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))}
    # A session of its own: Ctrl-C is for us to handle, and the child goes when its standard input ends.
    child = subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, start_new_session=True
    )
    assert child.stdin is not None  # noqa: S101  # for the type checker: it is a pipe
    assert child.stdout is not None  # noqa: S101
    try:
        watchdog = threading.Timer(START_SECONDS, child.kill)
        watchdog.start()
        line = child.stdout.readline()
        watchdog.cancel()
        if not line:
            raise UploadError("the local sandbox did not start; its own message stands above")
        said = json.loads(line)
        yield LocalSandbox(
            said["base_url"],
            said["page_url"],
            said["element_token"],
            said["user_secret"],
            said["organization_secret"],
        )
    finally:
        child.stdin.close()
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()


def serve(port: int, data: str | None, faults: str | None) -> int:
    """Run a sandbox in this process until it is interrupted or terminated.

    Side effects:
        Prints the `export` lines a client needs, and where the page is.
    """
    from pipeline.sandbox.faults.parsing import FaultsError, read_rules
    from pipeline.sandbox.serving import PortTaken, Sandbox
    from pipeline.sandbox.storing import DataFileError

    try:
        rules = read_rules(Path(faults)) if faults else ()
        sandbox = Sandbox(port=port, data=Path(data) if data else None, faults=rules)
    except (PortTaken, DataFileError, FaultsError, ValueError) as reason:
        raise UsageError(str(reason)) from None
    with sandbox:
        print("# A local Open Connectors is running. Paste these lines into the shell of a client:")
        print(f"export CONTACTPREP_BASE_URL={sandbox.base_url}")
        print(f"export CONTACTPREP_ELEMENT_TOKEN='{sandbox.element_token}'")
        print(f"export CONTACTPREP_USER_SECRET='{sandbox.user_secret}'")
        print(f"export CONTACTPREP_ORGANIZATION_SECRET='{sandbox.organization_secret}'")
        print(f"# What arrives is shown at {sandbox.page_url} ; Ctrl-C stops it.", flush=True)
        threading.Event().wait()
    return Exit.FINE
