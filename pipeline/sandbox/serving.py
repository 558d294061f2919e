"""Puts the sandbox together and serves it on a loopback socket, in a thread of the calling process."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Router
from starlette.types import ASGIApp

from pipeline.sandbox.answering import BASE_PATH, Authorize, CheckHost, Envelope, answer_error
from pipeline.sandbox.api import Api
from pipeline.sandbox.authorizing import Secrets
from pipeline.sandbox.callbacks import Notifier
from pipeline.sandbox.faults.carrying import Misbehave
from pipeline.sandbox.faults.choosing import Faults
from pipeline.sandbox.faults.connections import Connections
from pipeline.sandbox.faults.ordering import Orders
from pipeline.sandbox.faults.rules import Rule
from pipeline.sandbox.inspecting import Inspection
from pipeline.sandbox.jobs import FINAL
from pipeline.sandbox.processing import Worker
from pipeline.sandbox.querying import Queries
from pipeline.sandbox.storing import DataFileError, Store

HOST = "127.0.0.1"
PACE = 0.05
MAX_BODY = 64 * 1024 * 1024

_START_SECONDS = 10.0
_DRAIN_LIMIT = 1 << 30


class PortTaken(Exception):  # noqa: N818  # it is named for what the port is
    """The port cannot be had. The text is one line for a person."""


class Sandbox:
    """A running sandbox, from the moment it is made until `stop` or the end of a `with` block.

    Args:
        port: Port on 127.0.0.1; 0 for a free one.
        data: The SQLite file, made if missing; jobs that it holds unfinished go on. None for a temporary file that is
            removed at the end. Uploads wait in a folder of the same name with `.uploads` beside it.
        element_token, user_secret, organization_secret: Secrets of the client; random if None.
        signature_key: Signs the announcements of finished jobs; None for unsigned ones.
        pace: Seconds for which a job stays in each state before the last.
        max_body: Most bytes of an upload request.
        faults: What is to go wrong.

    Attributes:
        base_url: What a client is given, up to `/elements/api-v2`.
        page_url: The page for people.
        data: The SQLite file.
        signature_key: As given.

    Raises:
        DataFileError: If the data file cannot be used.
        PortTaken: If the port cannot be had.
        ValueError: For a secret that cannot stand in a header.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        data: Path | None = None,
        element_token: str | None = None,
        user_secret: str | None = None,
        organization_secret: str | None = None,
        signature_key: str | None = None,
        pace: float = PACE,
        max_body: int = MAX_BODY,
        faults: Sequence[Rule] = (),
    ) -> None:
        given = {
            "element_token": element_token,
            "user_secret": user_secret,
            "organization_secret": organization_secret,
        }
        self._keys = Secrets(**{name: secret for name, secret in given.items() if secret is not None})
        self.signature_key = signature_key or None
        self._stop_lock = threading.Lock()
        # What was opened is closed in the reverse order, also if a later step of opening fails.
        with contextlib.ExitStack() as opened:
            if data is None:
                folder = tempfile.mkdtemp(prefix="open-connectors-sandbox-")
                opened.callback(shutil.rmtree, folder, ignore_errors=True)
                data = Path(folder, "sandbox.sqlite")
            self.data = data.absolute()
            listener = opened.enter_context(_listen(port))
            self._store = Store(self.data)
            opened.callback(self._store.close)
            uploads = _open_uploads(self.data, self._store)
            opened.callback(_remove_if_empty, uploads)
            ordered, connections = Faults(faults), Connections()
            notifier = Notifier(self._store, self.signature_key, ordered)
            worker = Worker(self._store, uploads, notifier, ordered, pace=pace)
            api = Api(self._store, worker, uploads, pace, max_body, Queries(self._store))
            self._origin = f"http://{HOST}:{listener.getsockname()[1]}"
            notifier.start()
            opened.callback(notifier.stop)
            worker.start()
            opened.callback(worker.stop)
            inspection = [*Inspection(self._store, ordered).routes(), *Orders(ordered).routes()]
            right = Envelope(_application(api, inspection, self._keys), self._store, drain_limit=_DRAIN_LIMIT)
            server = _Server(Misbehave(right, ordered, connections, base_path=BASE_PATH), connections, listener)
            server.start()
            opened.callback(server.stop)
            self._opened = opened.pop_all()

    @property
    def base_url(self) -> str:
        """Where the API begins."""
        return self._origin + BASE_PATH

    @property
    def page_url(self) -> str:
        """The page for people."""
        return self._origin + "/"

    @property
    def element_token(self) -> str:
        """The secret of the connector instance."""
        return self._keys.element_token

    @property
    def user_secret(self) -> str:
        """The secret of the user."""
        return self._keys.user_secret

    @property
    def organization_secret(self) -> str:
        """The secret of the organization, which a client may leave out."""
        return self._keys.organization_secret

    def describe(self) -> dict[str, object]:
        """Returns all that a client needs, ready for JSON; `signature_key` is None if nothing is signed."""
        return {
            "base_url": self.base_url,
            "page_url": self.page_url,
            "element_token": self.element_token,
            "user_secret": self.user_secret,
            "organization_secret": self.organization_secret,
            "signature_key": self.signature_key,
            "data": str(self.data),
            "pid": os.getpid(),
        }

    def stop(self) -> None:
        """Stops within a second and removes what was temporary. May be called again."""
        with self._stop_lock:
            self._opened.close()

    def __enter__(self) -> Self:
        """Returns the sandbox, which is running already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops the sandbox."""
        self.stop()


class _Server:
    """The HTTP server in a thread."""

    def __init__(self, application: ASGIApp, connections: Connections, listener: socket.socket) -> None:
        config = uvicorn.Config(
            application,
            http=connections.protocol(),
            loop="asyncio",
            ws="none",
            lifespan="off",
            # Its log would tell of clients that hang up; failures of ours are logged where they are answered.
            log_config=None,
            log_level="critical",
            access_log=False,
            # Nobody in between: what such headers say about the client is never right.
            proxy_headers=False,
            server_header=False,
            date_header=False,
            # Longer than a client's pause between two looks at a job, so that its connection stays good.
            timeout_keep_alive=60,
            timeout_graceful_shutdown=0,
        )
        self._server = uvicorn.Server(config)
        self._listener = listener
        self._thread = threading.Thread(target=self._run, name="sandbox-server", daemon=True)

    def _run(self) -> None:
        self._server.run(sockets=[self._listener])

    def start(self) -> None:
        """Returns once connections are answered."""
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the sandbox's server did not start")
            time.sleep(0.005)

    def stop(self) -> None:
        """Closes all connections and ends the thread."""
        self._server.should_exit = True
        self._thread.join()


def _listen(port: int) -> socket.socket:
    """Returns a listening socket on 127.0.0.1."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere this would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise PortTaken(f"port {port} of {HOST} cannot be had ({error}); name another, or none") from None
    return listener


def _open_uploads(data: Path, store: Store) -> Path:
    """Returns the folder for uploads (mode 0700), in which only those of unfinished jobs are left."""
    folder = data.with_name(f"{data.name}.uploads")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        needed = {job.upload for job in store.list_jobs() if job.status not in FINAL}
        for path in folder.iterdir():
            if path.name not in needed:
                path.unlink()
    except OSError as error:
        raise DataFileError(f"{folder}: cannot be used for uploads ({error})") from None
    return folder


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _application(api: Api, inspection: Sequence[BaseRoute], keys: Secrets) -> Starlette:
    """Returns the application: every request needs a loopback host, those to the API the secrets too."""
    guarded = [
        *inspection,
        Mount(BASE_PATH, app=_exact(api.routes()), middleware=[Middleware(Authorize, keys)]),
    ]
    # A mount, and not the application's own middleware, because only errors raised below the routes are answered.
    return Starlette(
        routes=[Mount("", app=_exact(guarded), middleware=[Middleware(CheckHost)])],
        exception_handlers={HTTPException: answer_error, Exception: answer_error},
    )


def _exact(routes: Sequence[BaseRoute]) -> Router:
    """Returns a router that knows the paths as they are documented, not with a slash more or less."""
    return Router(routes, redirect_slashes=False)
