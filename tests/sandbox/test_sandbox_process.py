"""The sandbox as a process of its own."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest


@pytest.fixture
def start():
    """Starts processes that do not outlive the test."""
    started = []

    def run(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.sandbox", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()


def answer_of(description):
    """Returns the status of a call with the printed secrets."""
    url = urlsplit(description["base_url"])
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=5)
    secrets = f"User {description['user_secret']}, Element {description['element_token']}"
    connection.request("GET", f"{url.path}/objects", headers={"Authorization": secrets})
    status = connection.getresponse().status
    connection.close()
    return status


def assert_ends(process, within=1.5):
    """Checks that the process ends soon, cleanly and without another word."""
    began = time.monotonic()
    assert process.wait(timeout=10) == 0
    assert time.monotonic() - began < within
    assert process.stdout.read() == b""
    assert process.stderr.read() == b""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_first_line_then_signal(start, tmp_path, number):
    """The first line tells all a client needs, calls are answered from then on, and a signal ends it cleanly."""
    data = tmp_path / "kept.sqlite"
    process = start("--data", str(data), "--token", "t0ken=", "--secret", "s/e+cret==", "--signature-key", "key")
    description = json.loads(process.stdout.readline())
    assert description == {
        "base_url": description["base_url"],
        "page_url": description["base_url"].removesuffix("elements/api-v2"),
        "element_token": "t0ken=",
        "user_secret": "s/e+cret==",
        "organization_secret": description["organization_secret"],
        "signature_key": "key",
        "data": str(data),
        "pid": process.pid,
    }
    assert description["base_url"].startswith("http://127.0.0.1:")
    assert len(bytes.fromhex(description["organization_secret"])) == 16
    assert answer_of(description) == 200
    process.send_signal(number)
    assert_ends(process)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.sqlite"]
    assert os.stat(data).st_mode & 0o077 == 0


def test_it_ends_with_its_parent(start):
    """With --stay-with-parent the end of standard input ends it, and its temporary data is gone."""
    process = start("--stay-with-parent")
    description = json.loads(process.stdout.readline())
    assert description["signature_key"] is None
    assert Path(description["data"]).exists()
    assert answer_of(description) == 200
    process.stdin.write(b"noise\n")
    process.stdin.flush()
    time.sleep(0.1)
    assert process.poll() is None
    process.stdin.close()
    assert_ends(process)
    assert not Path(description["data"]).parent.exists()


def test_a_signal_during_a_slow_upload_ends_it(start):
    """A client that is in the middle of sending does not hold up the end."""
    process = start()
    description = json.loads(process.stdout.readline())
    url = urlsplit(description["base_url"])
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=5)
    connection.putrequest("POST", f"{url.path}/bulk/contact")
    connection.putheader("Authorization", f"User {description['user_secret']}, Element {description['element_token']}")
    connection.putheader("Content-Type", "multipart/form-data; boundary=e")
    connection.putheader("Content-Length", "1000000")
    connection.endheaders(b'--e\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf')
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    assert_ends(process)
    connection.close()


def test_what_cannot_start_says_so_in_one_line(start, tmp_path):
    """A taken port, a foreign file or an impossible secret: exit 2, one line, no traceback, no secret."""
    (tmp_path / "letter.txt").write_text("Dear Ann, this is no database at all. " * 50)
    first = start()
    port = str(urlsplit(json.loads(first.stdout.readline())["base_url"]).port)
    failing = [
        start("--port", port),
        start("--port", "70000"),
        start("--data", str(tmp_path / "letter.txt")),
        start("--data", str(tmp_path / "nowhere" / "x.sqlite")),
        start("--token", "with blank"),
    ]
    for process in failing:
        out, errors = process.communicate(timeout=10)
        assert process.returncode == 2
        assert out == b""
        assert errors.startswith(b"sandbox: ")
        assert errors.count(b"\n") == 1
        assert b"with blank" not in errors
