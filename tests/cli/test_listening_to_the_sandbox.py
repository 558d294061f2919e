"""`contactprep listen` through the installed command, called by the sandbox, which signs what it sends."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipeline.sandbox.serving import Sandbox
from pipeline.sandbox.signing import sign

COMMAND = Path(sys.executable).parent / "contactprep"
KEY = "canary-signature-key-8e2d"
SECONDS = 60


def environment(sandbox: Sandbox, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CONTACTPREP_")}
    return {
        **clean,
        "CONTACTPREP_BASE_URL": sandbox.base_url,
        "CONTACTPREP_ELEMENT_TOKEN": sandbox.element_token,
        "CONTACTPREP_USER_SECRET": sandbox.user_secret,
        "CONTACTPREP_SIGNATURE_KEY": KEY,
        **more,
    }


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox that signs."""
    with Sandbox(data=tmp_path / "sandbox.sqlite", signature_key=KEY) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A prepared folder of two contacts."""
    (tmp_path / "list.csv").write_text("C_EmailAddress\nann@acme.com\nbob@acme.com\n")
    done = contactprep("prepare", "list.csv", "-o", "out", cwd=tmp_path, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    return tmp_path / "out"


def contactprep(*arguments: str, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=SECONDS
    )


@contextlib.contextmanager
def listening(
    folder: Path, env: dict[str, str], *options: str
) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """Yields the command once it listens, its URL, and what it says on standard error."""
    command = subprocess.Popen(
        [COMMAND, "listen", str(folder), *options],
        cwd=folder.parent,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    said: list[str] = []
    found: list[str] = []
    ready = threading.Event()

    def read() -> None:
        assert command.stderr is not None
        for line in command.stderr:
            said.append(line)
            if match := re.search(r"listening for callbacks on (\S+)", line):
                found.append(match[1])
                ready.set()
        ready.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert ready.wait(SECONDS)
        assert found, said
        yield command, found[0], said
        command.wait(SECONDS)
    finally:
        command.kill()
        command.wait()
        reader.join()
        assert command.stderr is not None
        assert command.stdout is not None
        command.stderr.close()
        command.stdout.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def post(url: str, body: bytes, header: str | None) -> int:
    parts = urlsplit(url)
    caller = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
    with contextlib.closing(caller):
        caller.request("POST", "/", body=body, headers={} if header is None else {"Elements-Webhook-Signature": header})
        return caller.getresponse().status


def test_an_upload_is_finished_by_the_sandboxs_own_callback(tmp_path: Path, folder: Path) -> None:
    """`upload --no-wait --callback-url`, then `listen`: the signed call is heeded, and the outcomes are there."""
    port, there = free_port(), {"port": free_port(), "data": tmp_path / "jobs.sqlite", "signature_key": KEY}
    secrets = {"element_token": "token-of-both", "user_secret": "secret-of-both"}
    with contextlib.ExitStack() as running:
        slow = running.enter_context(Sandbox(**there, **secrets, pace=3600.0))
        env, hook = environment(slow), f"http://127.0.0.1:{port}/hook"
        done = contactprep("upload", str(folder), "--no-wait", "--callback-url", hook, cwd=tmp_path, env=env)
        assert done.returncode == 0, done.stderr
        with listening(folder, env, "--port", str(port)) as (command, url, said):
            assert url == f"http://127.0.0.1:{port}/"
            # The jobs it holds go on where it is started anew, and quickly.
            slow.stop()
            running.enter_context(Sandbox(**there, **secrets, pace=0.01))
            assert command.wait(SECONDS) == 0, said
            assert command.stdout is not None
            printed = command.stdout.read()
        env = environment(slow)
        again = contactprep("listen", str(folder), cwd=folder.parent, env=env)
    assert "uploaded  2 of 2" in printed
    assert any("the platform is asked" in line for line in said), said
    receipt = json.loads((folder / "upload" / "receipt.json").read_bytes())
    assert receipt["settled"] is True
    assert receipt["totals"]["accepted"] == 2
    assert (folder / "upload" / "outcomes.csv").read_text().count("accepted") == 2
    # What is finished is not listened for.
    assert again.returncode == 0
    assert "listening" not in again.stderr


def test_ctrl_c_is_130_and_the_same_command_goes_on(tmp_path: Path, folder: Path) -> None:
    """Forged calls are told of; nothing secret is; a second run is exit 6; after Ctrl-C the upload is finished."""
    there = {"port": free_port(), "data": tmp_path / "jobs.sqlite", "signature_key": KEY}
    secrets = {"element_token": "canary-token", "user_secret": "canary-secret"}
    with contextlib.ExitStack() as running:
        slow = running.enter_context(Sandbox(**there, **secrets, pace=3600.0))
        env = environment(slow)
        assert contactprep("upload", str(folder), "--no-wait", cwd=tmp_path, env=env).returncode == 0
        job = json.loads((folder / "upload" / "receipt.json").read_bytes())["parts"][0]["job"]
        with listening(folder, env) as (command, url, said):
            body = json.dumps({"id": job, "status": "COMPLETED", "secret": "canary-in-the-body"}).encode()
            assert post(url, body, None) == 401
            assert post(url, body, "sha256=canary-header") == 401
            assert post(url, body, sign("another key", body)) == 401
            assert post(url, b'{"id": "999", "canary": "canary-in-the-body"}', None) == 401
            assert post(url, body, sign(KEY, body)) == 200
            assert post(url, body, sign(KEY, body)) == 200
            second = contactprep("listen", str(folder), cwd=tmp_path, env=env)
            assert second.returncode == 6
            assert contactprep("upload", str(folder), cwd=tmp_path, env=env).returncode == 6
            command.send_signal(signal.SIGINT)
            assert command.wait(SECONDS) == 130
            assert command.stdout is not None
            printed = command.stdout.read()
        spoken = "".join(said) + printed + second.stdout + second.stderr
        assert "a call was refused with 401: it is not signed\n" in spoken
        assert "a call was refused with 401: it is not signed with our key\n" in spoken
        assert f"callback of job {job}: the platform is asked\n" in spoken
        assert f"callback of job {job}: ignored: it said so before\n" in spoken
        assert "Traceback" not in spoken
        assert "canary" not in spoken
        slow.stop()
        running.enter_context(Sandbox(**there, **secrets, pace=0.01))
        done = contactprep("listen", str(folder), cwd=tmp_path, env=env)
        assert done.returncode == 0, done.stderr
        assert "going on with the upload" in done.stderr


def test_without_a_key_it_is_exit_2_and_one_line(sandbox: Sandbox, folder: Path) -> None:
    """It refuses to start, before it looks at the upload."""
    env = environment(sandbox)
    del env["CONTACTPREP_SIGNATURE_KEY"]
    done = contactprep("listen", str(folder), cwd=folder.parent, env=env)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "signature_key" in done.stderr


def test_without_an_upload_it_is_exit_2_and_says_how_to_begin_one(sandbox: Sandbox, folder: Path) -> None:
    """It never begins one."""
    done = contactprep("listen", str(folder), cwd=folder.parent, env=environment(sandbox))
    assert done.returncode == 2
    assert "--no-wait --callback-url" in done.stderr
