"""The road's second half, over real sockets: command and library against the sandbox, which knows nothing of them."""

from __future__ import annotations

import csv
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pipeline
from pipeline.sandbox.serving import Sandbox
from pipeline.uploading import Connection, verify_signature

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data" / "contacts.csv"
COMMAND = Path(sys.executable).parent / "contactprep"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox in this process, on a port of its own."""
    with Sandbox(data=tmp_path / "sandbox.sqlite", signature_key="a key of ours", pace=0.01) as running:
        yield running


def environment(sandbox: Sandbox, **more: str) -> dict[str, str]:
    """The variables that a client exports."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CONTACTPREP_")}
    return {
        **clean,
        "CONTACTPREP_BASE_URL": sandbox.base_url,
        "CONTACTPREP_ELEMENT_TOKEN": sandbox.element_token,
        "CONTACTPREP_USER_SECRET": sandbox.user_secret,
        "CONTACTPREP_ORGANIZATION_SECRET": sandbox.organization_secret,
        **more,
    }


def connection(sandbox: Sandbox) -> Connection:
    return Connection(sandbox.base_url, sandbox.element_token, sandbox.user_secret, sandbox.organization_secret)


def contactprep(
    *arguments: str | Path, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    if env is None:
        env = {name: value for name, value in os.environ.items() if not name.startswith("CONTACTPREP_")}
    return subprocess.run(
        [COMMAND, *map(str, arguments)], cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=120
    )


def dump(sandbox: Sandbox, what: str) -> Any:
    with urllib.request.urlopen(f"{sandbox.page_url}_sandbox/{what}", timeout=10) as answer:
        return json.load(answer)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_main_job(tmp_path: Path) -> None:
    """`run --sandbox`: ten came in, ten arrived as they stand in clean.csv, and can still be looked at."""
    done = contactprep("run", SAMPLE, "--sandbox", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "accepted  10 of 10" in done.stdout
    assert "uploaded  10 of 10" in done.stdout
    assert "arrived   10 contacts" in done.stdout
    upload = tmp_path / "contacts-prepared" / "upload"
    assert {entry.name for entry in upload.iterdir()} == {
        "journal.sqlite",
        "outcomes.csv",
        "receipt.json",
        "sandbox-contacts.json",
        "sandbox.html",
    }
    arrived = [contact["cells"] for contact in json.loads((upload / "sandbox-contacts.json").read_bytes())]
    clean = rows(tmp_path / "contacts-prepared" / "clean.csv")
    assert [{name: cells.get(name) or "" for name in clean[0]} for cells in arrived] == clean
    outcomes = rows(upload / "outcomes.csv")
    assert [(row["record"], row["line"], row["status"]) for row in outcomes] == [
        (str(record), str(record + 1), "accepted") for record in range(1, 11)
    ]
    receipt = json.loads((upload / "receipt.json").read_bytes())
    assert receipt["sandbox"] is True
    assert receipt["totals"] == {"planned": 10, "accepted": 10, "refused": 0, "unknown": 0, "not_sent": 0}
    page = (upload / "sandbox.html").read_text("utf-8")
    assert "ann@acmedata.com" in page
    assert "+14444441234" in page


def test_the_child_is_gone_after_the_run(tmp_path: Path) -> None:
    """The sandbox of a run stops with it."""
    contactprep("run", SAMPLE, "--sandbox", cwd=tmp_path)
    receipt = json.loads((tmp_path / "contacts-prepared" / "upload" / "receipt.json").read_bytes())
    port = int(receipt["base_url"].split(":")[2].split("/")[0])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_rejected_records_show_in_the_status_of_a_run(sandbox: Sandbox, tmp_path: Path) -> None:
    """The accepted ones are uploaded all the same, and the status is 1."""
    (tmp_path / "list.csv").write_text("C_EmailAddress\nann@acme.com\nann\n")
    done = contactprep("run", "list.csv", cwd=tmp_path, env=environment(sandbox))
    assert done.returncode == 1, done.stderr
    assert len(dump(sandbox, "contacts")) == 1


def test_a_finished_upload_is_not_sent_again(sandbox: Sandbox, tmp_path: Path) -> None:
    """The second time nothing is sent; `--again` sends; both say the recorded status."""
    env = environment(sandbox)
    assert contactprep("prepare", SAMPLE, "-o", "out", cwd=tmp_path).returncode == 0
    for _ in range(3):
        assert contactprep("upload", "out", cwd=tmp_path, env=env).returncode == 0
    assert len(dump(sandbox, "jobs")) == 1
    assert contactprep("upload", "out", "--again", cwd=tmp_path, env=env).returncode == 0
    assert len(dump(sandbox, "jobs")) == 2
    assert len(dump(sandbox, "contacts")) == 10


def test_no_wait_and_going_on(sandbox: Sandbox, tmp_path: Path) -> None:
    """With `--no-wait` the status is 0 once there is a job; the next upload follows it and sends nothing."""
    env = environment(sandbox)
    contactprep("prepare", SAMPLE, "-o", "out", cwd=tmp_path)
    done = contactprep("upload", "out", "--no-wait", cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stderr
    assert "contactprep status" in done.stdout
    done = contactprep("upload", "out", cwd=tmp_path, env=env)
    assert done.returncode == 0
    assert "uploaded  10 of 10" in done.stdout
    assert len(dump(sandbox, "jobs")) == 1


def test_resume_never_begins(sandbox: Sandbox, tmp_path: Path) -> None:
    """`--resume` on a folder without an upload is exit 2, and nothing is sent."""
    contactprep("prepare", SAMPLE, "-o", "out", cwd=tmp_path)
    done = contactprep("upload", "out", "--resume", cwd=tmp_path, env=environment(sandbox))
    assert done.returncode == 2
    assert dump(sandbox, "jobs") == []


def test_some_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    """What the platform refuses is said by record; nothing is invented: exit 5, or 4 if it cannot be told."""
    (tmp_path / "list.csv").write_text("email,last_name\nann@acme.com,Lee\nbob@acme.com,\ncy@acme.com,Ray\n")
    arguments = ("run", "list.csv", "--schema", "generic.contact", "--hub", "crm", "--object", "contacts")
    done = contactprep(*arguments, cwd=tmp_path, env=environment(sandbox))
    assert done.returncode in (4, 5), done.stderr
    outcomes = rows(tmp_path / "list-prepared" / "upload" / "outcomes.csv")
    assert len(outcomes) == 3
    (job,) = dump(sandbox, "jobs")
    refused = {refusal["record"] for refusal in job["refusals"]}
    assert refused == {2}
    for row in outcomes:
        truth = "refused" if int(row["record"]) in refused else "accepted"
        assert row["status"] in (truth, "unknown"), row
    if done.returncode == 5:
        assert [row["status"] for row in outcomes] == ["accepted", "refused", "accepted"]


def test_a_header_only_file_sends_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    """Zero records: exit 0, no job."""
    (tmp_path / "list.csv").write_text("C_EmailAddress\n")
    done = contactprep("run", "list.csv", cwd=tmp_path, env=environment(sandbox))
    assert done.returncode == 0, done.stderr
    assert dump(sandbox, "jobs") == []


def fails(done: subprocess.CompletedProcess[str], *words: str) -> None:
    lines = [line for line in done.stderr.splitlines() if "warning" not in line]
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in lines[-1], done.stderr


def test_a_wrong_token(sandbox: Sandbox, tmp_path: Path) -> None:
    """401 names the variables, shows no secret, and nothing was sent."""
    contactprep("prepare", SAMPLE, "-o", "out", cwd=tmp_path)
    env = environment(sandbox, CONTACTPREP_ELEMENT_TOKEN="c2VjcmV0LWNhbmFyeQ==")
    done = contactprep("upload", "out", cwd=tmp_path, env=env)
    fails(done, "CONTACTPREP_ELEMENT_TOKEN", "401")
    assert "c2VjcmV0" not in done.stderr + done.stdout
    assert dump(sandbox, "jobs") == []
    assert contactprep("upload", "out", cwd=tmp_path, env=environment(sandbox)).returncode == 0


def test_an_unknown_object(sandbox: Sandbox, tmp_path: Path) -> None:
    """The platform would take it and fail every row: the pre-flight stops, and names the near ones."""
    contactprep("prepare", SAMPLE, "-o", "out", cwd=tmp_path)
    fails(
        contactprep("upload", "out", "--object", "contcat", cwd=tmp_path, env=environment(sandbox)),
        "contcat",
        "contact",
    )
    assert dump(sandbox, "jobs") == []


def test_a_server_that_is_not_there(sandbox: Sandbox, tmp_path: Path) -> None:
    """Given up within 30 seconds, with the address and what to do."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    contactprep("prepare", SAMPLE, "-o", "out", cwd=tmp_path)
    env = environment(sandbox, CONTACTPREP_BASE_URL=f"http://127.0.0.1:{port}/elements/api-v2")
    begun = time.monotonic()
    fails(contactprep("upload", "out", cwd=tmp_path, env=env))
    assert time.monotonic() - begun < 35


def test_a_changed_clean_file_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    """The digest is not the manifest's: exit 3, nothing sent."""
    contactprep("prepare", SAMPLE, "-o", "out", cwd=tmp_path)
    with (tmp_path / "out" / "clean.csv").open("a") as file:
        file.write("eve@acme.com,,,,,,\n")
    done = contactprep("upload", "out", cwd=tmp_path, env=environment(sandbox))
    assert done.returncode == 3, done.stderr
    assert dump(sandbox, "jobs") == []


def test_questions_to_the_platform(sandbox: Sandbox, tmp_path: Path) -> None:
    """objects, jobs, status, errors and cancel, as text and as JSON."""
    env = environment(sandbox)
    assert contactprep("objects", "--hub", "marketing", cwd=tmp_path, env=env).stdout.split() == [
        "activities", "contact", "campaign", "list", "account",
    ]  # fmt: skip
    contactprep("run", SAMPLE, "-o", "out", cwd=tmp_path, env=env)
    jobs = json.loads(contactprep("jobs", "--format", "json", cwd=tmp_path, env=env).stdout)
    assert [job["status"]["records"] for job in jobs] == [10]
    job = jobs[0]["id"]
    assert "COMPLETED" in contactprep("jobs", cwd=tmp_path, env=env).stdout
    status = json.loads(contactprep("status", job, "--format", "json", cwd=tmp_path, env=env).stdout)
    assert (status["state"], status["records"], status["failed"]) == ("COMPLETED", 10, 0)
    assert contactprep("errors", job, cwd=tmp_path, env=env).stdout == ""
    assert contactprep("cancel", job, cwd=tmp_path, env=env).returncode == 0
    fails(contactprep("status", "999999", cwd=tmp_path, env=env), "404")


def test_the_library_does_the_same(sandbox: Sandbox, tmp_path: Path) -> None:
    """`run` and `upload` as functions, silent, with a receipt."""
    ran = pipeline.run(SAMPLE, out=tmp_path / "out", connection=connection(sandbox))
    assert (ran.exit_status, ran.receipt.accepted, ran.receipt.planned) == (0, 10, 10)
    assert pipeline.upload(ran.prepared.folder, connection=connection(sandbox)).accepted == 10
    assert len(dump(sandbox, "jobs")) == 1
    with pytest.raises(pipeline.UploadError, match="401"):
        pipeline.run(
            SAMPLE, out=tmp_path / "two", connection=Connection(sandbox.base_url, "wrong", sandbox.user_secret)
        )


def test_the_signed_callback_arrives_and_is_verified(sandbox: Sandbox, tmp_path: Path) -> None:
    """The sandbox signs, our verification believes it, and not a byte that differs."""
    received: list[tuple[bytes, str]] = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((body, self.headers["Elements-Webhook-Signature"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/done"
        done = contactprep("run", SAMPLE, "--callback-url", url, cwd=tmp_path, env=environment(sandbox))
        assert done.returncode == 0, done.stderr
        deadline = time.monotonic() + 10
        while not received and time.monotonic() < deadline:
            time.sleep(0.02)
        server.shutdown()
        thread.join()
    body, signature = received[0]
    assert json.loads(body)["status"] == "COMPLETED"
    assert verify_signature("a key of ours", body, signature)
    assert not verify_signature("a key of ours", body + b" ", signature)
    assert not verify_signature("another key", body, signature)


def test_a_rehearsal_never_stands_in_the_way(sandbox: Sandbox, tmp_path: Path) -> None:
    """After `--sandbox`, twice if you like, the folder is uploaded for real, or prepared again."""
    env = environment(sandbox)
    for _ in range(2):
        assert contactprep("run", SAMPLE, "--sandbox", "-o", "out", cwd=tmp_path).returncode == 0
    assert contactprep("upload", "out", "--sandbox", cwd=tmp_path).returncode == 0
    done = contactprep("upload", "out", cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stderr
    assert len(dump(sandbox, "contacts")) == 10
    names = {entry.name for entry in (tmp_path / "out" / "upload").iterdir()}
    assert names == {"journal.sqlite", "outcomes.csv", "receipt.json"}
    assert (tmp_path / "out" / "rehearsal" / "sandbox.html").exists()
    done = contactprep("prepare", SAMPLE, "-o", "out", cwd=tmp_path)
    assert done.returncode == 2
    assert "uploaded from" in done.stderr


def test_a_beginning_that_was_refused_does_not_bind(sandbox: Sandbox, tmp_path: Path) -> None:
    """A wrong hub is mended by naming the right one; nothing was taken."""
    env = environment(sandbox)
    contactprep("prepare", SAMPLE, "-o", "out", cwd=tmp_path)
    assert contactprep("upload", "out", "--hub", "nonsense", cwd=tmp_path, env=env).returncode == 4
    done = contactprep("upload", "out", cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stderr
    assert len(dump(sandbox, "contacts")) == 10


def test_a_file_for_another_target_is_not_sent(sandbox: Sandbox, tmp_path: Path) -> None:
    """Where the target knows none of the columns, nothing is sent, and the way out is named."""
    arguments = ("run", SAMPLE, "--schema", "generic.contact", "-o", "out")
    fails(
        contactprep(*arguments, "--hub", "marketing", "--object", "contact", cwd=tmp_path, env=environment(sandbox)),
        "--schema",
    )
    assert dump(sandbox, "jobs") == []
    done = contactprep(
        "run", SAMPLE, "--schema", "generic.contact", "-o", "two", cwd=tmp_path, env=environment(sandbox)
    )
    assert done.returncode == 2
    assert "--schema" in done.stderr


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_by_a_signal(number: int, status: int, tmp_path: Path) -> None:
    """Ctrl-C and SIGTERM end with one line and their own status."""
    begun = subprocess.Popen(
        [COMMAND, "sandbox"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert begun.stdout is not None
    begun.stdout.readline()
    begun.send_signal(number)
    _, errors = begun.communicate(timeout=20)
    assert begun.returncode == status
    assert len(errors.splitlines()) == 1
    assert "nothing half-written" in errors
