"""Runs a case: a sandbox that misbehaves, the real uploader over real sockets, the same command until it settles.

The library is run with short waits. The installed command is run as it is, in a process of its own.
"""

from __future__ import annotations

import io
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.sandbox.serving import Sandbox
from pipeline.uploading import Clock, Connection, Receipt, Settings, upload
from pipeline.uploading.following import Pace
from pipeline.uploading.listening import Told, listen
from pipeline.uploading.port import Limits
from pipeline.uploading.retrying import Backoff
from pipeline.uploading.settling import Patience
from tests.faults.cases import ORGANIZATION, SECRET, SIGNATURE_KEY, TOKEN, TRAP, Case
from tests.faults.judging import Verdict, judge, keys_of, leaks_in

RECORDS = 7
PER_PART = 3
FOREIGN = "foreign@example.net"
"""Begins every key that another client loads."""

LIBRARY_SECONDS = 60.0
COMMAND_SECONDS = 120.0

PATIENT = Settings(
    backoff=Backoff(retries=4, first=0.02, most=0.1, give_up=6.0, try_seconds=0.5),
    pace=Pace(first=0.01, most=0.05, idle=1.0),
    patience=Patience(pauses=(1.0, 2.5), every=0.5, at_most=4.0),
    limits=Limits(connect=0.5, answer=1.0),
)
"""The usual rules with waits some 25 times shorter."""

HASTY = Settings(
    backoff=Backoff(retries=0, first=0.02, most=0.1, give_up=6.0, try_seconds=0.5),
    pace=PATIENT.pace,
    patience=PATIENT.patience,
    limits=PATIENT.limits,
)
"""The same without a second try of anything."""

LEISURELY = Pace(first=0.5, most=2.0, idle=5.0)
"""How often is asked while callbacks are awaited: seldom enough for them to matter."""

QUICK = Clock(sleep=lambda seconds: time.sleep(min(seconds, 1.5)))
"""The true time; only what a server asks to wait is cut short."""


@dataclass(frozen=True)
class Run:
    """One run of the command.

    Attributes:
        exit: Its exit status; -1 if it did not end in time, 70 for a failure of ours.
        said: Its last line.
        output: All it printed, with the HTTP library's log.
    """

    exit: int
    said: str
    output: str


@dataclass(frozen=True)
class Done:
    """What a case came to.

    Attributes:
        case: The case.
        how: `library, no retries`, `library, retries` or `command`.
        disturbed: Runs while the server misbehaved; the last one ended well, or there were two.
        mended: Runs after that, without faults, if the upload was not finished.
        verdict: By the ledger.
        fired: How often each rule fired.
    """

    case: Case
    how: str
    disturbed: tuple[Run, ...]
    mended: tuple[Run, ...]
    verdict: Verdict
    fired: tuple[int, ...]
    counts: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def settled(self) -> bool:
        """Whether the last run finished the upload."""
        return bool(self.counts)


class Trap:
    """A listener that nobody may call."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def calls(self) -> int:
        """Return how many connected."""
        self._socket.setblocking(False)
        count = 0
        while True:
            try:
                self._socket.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()


def prepare_template(folder: Path) -> Path:
    """Return a prepared folder of a few records, of which an upload makes three parts."""
    import pipeline

    source = folder / "contacts.csv"
    rows = "".join(f"p{number}@example.org,Name {number}\n" for number in range(1, RECORDS + 1))
    source.write_text(f"C_EmailAddress,C_FirstName\n{rows}")
    out = folder / "template"
    pipeline.prepare(source, out=out, schema="eloqua.contact")
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["schema"]["max_part_records"] = PER_PART
    (out / "manifest.json").write_text(json.dumps(manifest))
    return out


def run_case(case: Case, template: Path, work: Path, *, retries: bool = True, command: Path | None = None) -> Done:
    """Return what a case came to.

    Args:
        case: The case.
        template: A prepared folder; it is copied.
        work: An empty folder to work in.
        retries: Whether requests are repeated (library).
        command: The installed command, to run that and not the library.
    """
    folder = work / "prepared"
    shutil.copytree(template, folder)
    keys = keys_of(folder)
    how = "command" if command else f"library, {'retries' if retries else 'no retries'}"
    with ExitStack() as stack:
        trap = Trap()
        stack.callback(trap.close)
        sandbox = stack.enter_context(
            Sandbox(
                element_token=TOKEN,
                user_secret=SECRET,
                organization_secret=ORGANIZATION,
                signature_key=SIGNATURE_KEY,
                # Long enough for whoever listens to be there before the end.
                pace=0.15 if case.listens else 0.01,
                data=work / "sandbox.sqlite",
            )
        )
        load_foreign(sandbox, 4)
        ask(sandbox, "POST", "/_sandbox/faults", json.loads(json.dumps(case.rules).replace(TRAP, trap.url)))
        if case.disturb == "change":
            path = folder / "clean.csv"
            path.write_bytes(path.read_bytes().replace(b"Name 1", b"Name X"))
        url = stack.enter_context(base_url(case.server, sandbox))
        port = _free_port() if case.listens else None
        if command:
            runner: Any = _Command(command, folder, work, trap, case.disturb == "proxy", port)
        else:
            runner = _Library(
                folder, PATIENT if retries else HASTY, trap.url if case.disturb == "proxy" else None, port
            )
        twin = None
        if case.disturb == "twin":
            twin = threading.Thread(target=_load_twin, args=(sandbox,))
            twin.start()
        begun = time.monotonic()
        disturbed = [runner(url)]
        if twin is not None:
            twin.join()
        if disturbed[0].exit != 0 or case.disturb:
            disturbed.append(runner(url))
        fired = tuple(int(rule["fired"]) for rule in ask(sandbox, "GET", "/_sandbox/faults"))
        ask(sandbox, "DELETE", "/_sandbox/faults")
        mended: list[Run] = []
        if case.disturb == "again":
            mended.append(runner(sandbox.base_url, again=True))
        elif not _finished(folder):
            mended.append(runner(sandbox.base_url))
            if mended[-1].exit != 0:
                mended.append(runner(sandbox.base_url))
        runs = [*disturbed, *mended]
        # What is taken late must have come before the ledger is read.
        late = max((rule["late"] + 0.5 for rule in case.rules if "late" in rule), default=0.0)
        time.sleep(max(0.0, begun + late - time.monotonic()))
        settle_server(sandbox)
        uploads = ask(sandbox, "GET", "/_sandbox/ledger")["uploads"]
        verdict = judge(
            folder,
            keys,
            [run.exit for run in runs],
            uploads,
            hangs=sum(run.exit == -1 for run in runs),
            tracebacks=sum(run.exit == 70 or "Traceback" in run.output for run in runs),
            leaks=leaks_in(folder, *(run.output for run in runs)),
            calls=trap.calls(),
        )
    counts = json.loads((folder / "upload" / "receipt.json").read_text())["totals"] if _finished(folder) else {}
    return Done(case, how, tuple(disturbed), tuple(mended), verdict, fired, counts)


def _finished(folder: Path) -> bool:
    path = folder / "upload" / "receipt.json"
    return path.exists() and bool(json.loads(path.read_text())["settled"])


def ask(sandbox: Sandbox, method: str, path: str, body: object = None) -> Any:
    """Return the answer of one of the sandbox's own calls."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        sandbox.page_url.rstrip("/") + path, data, {"Content-Type": "application/json"}, method=method
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        return json.load(answer)


def load_foreign(sandbox: Sandbox, records: int) -> None:
    """Load records as another client of the same platform does, and wait for the end of its job."""
    edge = "another-client"
    rows = "".join(f"{FOREIGN}.{records}.{number},N\r\n" for number in range(records))
    body = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="other.csv"\r\n\r\n'
        f"C_EmailAddress,C_FirstName\r\n{rows}\r\n--{edge}--\r\n"
    ).encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={edge}",
        "Authorization": f"Element {TOKEN}, User {SECRET}",
    }
    request = urllib.request.Request(f"{sandbox.base_url}/hubs/marketing/bulk/contact", body, headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        answer.read()
    settle_server(sandbox)


def _load_twin(sandbox: Sandbox) -> None:
    """Load as many records as a part has, as another client, once the first part was taken."""
    deadline = time.monotonic() + 10
    while len(ask(sandbox, "GET", "/_sandbox/jobs")) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    load_foreign(sandbox, PER_PART)


def settle_server(sandbox: Sandbox) -> None:
    """Wait until every job has ended, those of late requests too."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if all(job["finished_ms"] for job in ask(sandbox, "GET", "/_sandbox/jobs")):
            return
        time.sleep(0.01)


@contextmanager
def base_url(server: str, sandbox: Sandbox) -> Generator[str]:
    """Yield where the uploader is sent: the sandbox, or what stands where a server should be."""
    if server == "sandbox":
        yield sandbox.base_url
    elif server == "no name":
        yield "https://no-such-host.invalid/elements/api-v2"
    elif server == "no TLS":
        yield sandbox.base_url.replace("http://", "https://")
    else:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
            waiting: list[socket.socket] = []
            if server == "silent":  # once its queue is full, a greeting is not answered any more
                listener.listen(0)
                for _ in range(3):
                    one = socket.socket()
                    one.setblocking(False)
                    one.connect_ex(("127.0.0.1", port))
                    waiting.append(one)
            try:
                yield f"http://127.0.0.1:{port}/elements/api-v2"
            finally:
                for one in waiting:
                    one.close()


@dataclass(frozen=True)
class _Library:
    folder: Path
    settings: Settings
    proxy: str | None
    port: int | None

    def __call__(self, url: str, *, again: bool = False) -> Run:
        found: list[Run] = []
        thread = threading.Thread(target=lambda: found.append(self._run(url, again)), daemon=True)
        thread.start()
        thread.join(LIBRARY_SECONDS)
        return found[0] if found else Run(-1, "did not end", "")

    def _run(self, url: str, again: bool) -> Run:
        connection = Connection(url, TOKEN, SECRET, ORGANIZATION, SIGNATURE_KEY)
        with logging_all() as log, proxies(self.proxy):
            try:
                receipt = self._listen(connection) if self.port else self._upload(connection, again=again)
            except PipelineError as failure:
                return Run(int(failure.exit_status), str(failure), f"{failure}\n{log.getvalue()}")
            except Exception as failure:  # whatever it is, it is a failure of ours
                return Run(70, repr(failure), f"{failure!r}\n{log.getvalue()}")
            return Run(int(receipt.exit_status), f"{receipt.accepted} accepted", f"{receipt!r}\n{log.getvalue()}")

    def _upload(self, connection: Connection, **more: Any) -> Receipt:
        return upload(self.folder, connection=connection, settings=self.settings, clock=QUICK, **more)

    def _listen(self, connection: Connection) -> Receipt:
        """Begin without waiting, and finish by being called."""
        url = f"http://127.0.0.1:{self.port}/"
        if not _finished(self.folder):
            with suppress(PipelineError):
                self._upload(connection, no_wait=True, callback_url=url)
        heard: list[Told] = []
        return listen(
            self.folder,
            connection=connection,
            port=self.port or 0,
            callback_url=url,
            settings=replace(self.settings, pace=LEISURELY),
            tell=heard.append,
            clock=QUICK,
        )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def logging_all() -> Generator[io.StringIO]:
    """Yield what the HTTP library and all others log meanwhile, down to the last detail."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    loggers = [logging.getLogger(name) for name in ("", "httpx", "httpcore")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    loggers[0].addHandler(handler)
    try:
        yield kept
    finally:
        loggers[0].removeHandler(handler)
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def proxies(url: str | None) -> Generator[None]:
    """Name a proxy in this process's environment meanwhile."""
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy") if url else ()
    before = {name: os.environ.get(name) for name in names}
    os.environ.update({name: str(url) for name in names})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@dataclass(frozen=True)
class _Command:
    command: Path
    folder: Path
    work: Path
    trap: Trap
    proxy: bool
    port: int | None

    def __call__(self, url: str, *, again: bool = False) -> Run:
        # The log is switched on from outside: the command has nothing of the kind.
        hook = self.work / "hook"
        hook.mkdir(exist_ok=True)
        (hook / "sitecustomize.py").write_text("import logging\nlogging.basicConfig(level=logging.DEBUG)\n")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CONTACTPREP_")}
        path = os.pathsep.join(filter(None, (str(hook), os.environ.get("PYTHONPATH"))))
        environment |= {
            "CONTACTPREP_BASE_URL": url,
            "CONTACTPREP_ELEMENT_TOKEN": TOKEN,
            "CONTACTPREP_USER_SECRET": SECRET,
            "CONTACTPREP_ORGANIZATION_SECRET": ORGANIZATION,
            "CONTACTPREP_SIGNATURE_KEY": SIGNATURE_KEY,
            "PYTHONPATH": path,
        }
        if self.proxy:
            environment |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"), self.trap.url)
        options = ["--again"] if again else []
        if self.port is None:
            return self._run(environment, "upload", *options)
        url = f"http://127.0.0.1:{self.port}/"
        begun = self._run(environment, "upload", "--no-wait", "--callback-url", url)
        ended = self._run(environment, "listen", "--port", str(self.port), "--callback-url", url)
        return replace(ended, output=begun.output + ended.output)

    def _run(self, environment: Mapping[str, str], verb: str, *options: str) -> Run:
        arguments: Sequence[str] = [str(self.command), verb, str(self.folder), *options]
        try:
            done = subprocess.run(
                arguments, capture_output=True, text=True, env=environment, timeout=COMMAND_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return Run(-1, "did not end", "")
        lines = [line for line in done.stderr.splitlines() if line.startswith("contactprep: ")]
        return Run(done.returncode, lines[-1] if lines else "", done.stdout + done.stderr)


def installed_command() -> Path:
    """Return the command that is installed beside this interpreter."""
    return Path(sys.executable).parent / "contactprep"
